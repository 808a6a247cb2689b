# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The virtual card.  It shares only the base archive with the middleware, and
# no library that is shipped may link it (tests/check-exports.sh).
# Add a file: libjumin_vcard_la_SOURCES += %D%/x.c %D%/x.h

noinst_LTLIBRARIES += libjumin-vcard.la
libjumin_vcard_la_SOURCES =
libjumin_vcard_la_LIBADD = libjumin-base.la

libjumin_vcard_la_SOURCES += %D%/vcard.c %D%/vcard.h
libjumin_vcard_la_SOURCES += %D%/vc_card.c %D%/vc_card.h
libjumin_vcard_la_SOURCES += %D%/vc_dispatch.c %D%/vc_get_data.c
libjumin_vcard_la_SOURCES += %D%/vc_parse.c %D%/vc_cmd.h
libjumin_vcard_la_SOURCES += %D%/vc_params.c %D%/vc_params.h
libjumin_vcard_la_SOURCES += %D%/vc_profile.c %D%/vc_profile.h
libjumin_vcard_la_SOURCES += %D%/vc_file.c %D%/vc_pin.c %D%/vc_key.c
libjumin_vcard_la_SOURCES += %D%/vc_app.c %D%/vc_app.h
libjumin_vcard_la_SOURCES += %D%/vc_life.c %D%/vc_life.h %D%/vc_record.c
libjumin_vcard_la_SOURCES += %D%/vc_authenticate.c %D%/vc_reset.c
libjumin_vcard_la_SOURCES += %D%/vc_update.c %D%/vc_staged.c
libjumin_vcard_la_SOURCES += %D%/vc_generate.c
libjumin_vcard_la_SOURCES += %D%/vc_package.h
libjumin_vcard_la_SOURCES += %D%/vc_quirk.c %D%/vc_quirk.h
libjumin_vcard_la_SOURCES += %D%/vc_latency.c %D%/vc_info.c
libjumin_vcard_la_SOURCES += %D%/vc_image.c %D%/vc_image.h %D%/vc_image_text.c
libjumin_vcard_la_SOURCES += %D%/vc_image_load.c %D%/vc_image_app.c
libjumin_vcard_la_SOURCES += %D%/vc_issue.c %D%/vc_issue.h
libjumin_vcard_la_SOURCES += %D%/vc_issue_key.c %D%/vc_issue_key.h
libjumin_vcard_la_SOURCES += %D%/vc_pem_read.c
libjumin_vcard_la_SOURCES += %D%/vc_contents.c %D%/vc_contents.h
libjumin_vcard_la_SOURCES += %D%/vc_person.c %D%/vc_person.h %D%/vc_pem.c
libjumin_vcard_la_SOURCES += %D%/vc_channel.h
libjumin_vcard_la_SOURCES += %D%/vc_text.c %D%/vc_text.h
libjumin_vcard_la_SOURCES += %D%/vc_statement.c %D%/vc_statement.h
libjumin_vcard_la_SOURCES += %D%/vc_tab.h %D%/vc_tab_jpki.c
libjumin_vcard_la_SOURCES += %D%/vc_tab_text.c %D%/vc_tab_face.c
libjumin_vcard_la_SOURCES += %D%/vc_tab_other.c
libjumin_vcard_la_SOURCES += %D%/vc_log.c %D%/vc_log.h
libjumin_vcard_la_SOURCES += %D%/vc_log_text.c %D%/vc_log_text.h
libjumin_vcard_la_SOURCES += %D%/vc_number.c %D%/vc_number.h
libjumin_vcard_la_SOURCES += %D%/vc_channel.c %D%/vc_sm.c \
	%D%/vc_channel.h %D%/vc_channel_impl.h
libjumin_vcard_la_SOURCES += %D%/vc_package.c %D%/vc_package.h
libjumin_vcard_la_SOURCES += %D%/vc_package_rule.c %D%/vc_package_rule.h
libjumin_vcard_la_SOURCES += %D%/vc_authorise.c
libjumin_vcard_la_SOURCES += %D%/vc_operator.c %D%/vc_operator.h
libjumin_vcard_la_SOURCES += %D%/vc_image_package.c
libjumin_vcard_la_SOURCES += %D%/vc_issuer.h %D%/vc_transfer.c
libjumin_vcard_la_SOURCES += %D%/vc_status.c %D%/vc_transport.c
libjumin_vcard_la_SOURCES += %D%/vc_store_data.c %D%/vc_trust.c
libjumin_vcard_la_SOURCES += %D%/vc_authority.c %D%/vc_authority.h
libjumin_vcard_la_SOURCES += %D%/vc_authority_make.c %D%/vc_authority_load.c
libjumin_vcard_la_SOURCES += %D%/vc_authority_file.c %D%/vc_authority_file.h
libjumin_vcard_la_SOURCES += %D%/vc_area.c
libjumin_vcard_la_SOURCES += %D%/vc_operator_make.c
libjumin_vcard_la_SOURCES += %D%/vc_issue_trust.c %D%/vc_issue_trust.h
libjumin_vcard_la_SOURCES += %D%/vc_library.c %D%/vc_library.h
libjumin_vcard_la_SOURCES += %D%/vc_fill.c %D%/vc_fill.h %D%/vc_fill_text.c
libjumin_vcard_la_SOURCES += %D%/vc_fill_face.c %D%/vc_fill_other.c
libjumin_vcard_la_SOURCES += %D%/vc_picture.c %D%/vc_photo.h
