# SPDX-License-Identifier: LGPL-2.1-or-later
#
# One program per source file: check_PROGRAMS += %D%/test_x

# The command-line tool's parts.
check_PROGRAMS += %D%/test_json %D%/test_opts %D%/test_prompt %D%/test_files
check_PROGRAMS += %D%/test_cli
%C%_test_cli_SOURCES = %D%/test_cli.c %D%/cli_try.c %D%/cli_try.h
%C%_test_cli_LDADD = libjumin-cli.la $(LDADD)
%C%_test_cli_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=jm_now_ms -Wl,--wrap=jm_sleep_ms
check_PROGRAMS += %D%/test_cli_attr
%C%_test_cli_attr_SOURCES = %D%/test_cli_attr.c %D%/cli_try.c %D%/cli_try.h \
	%D%/text_card.c %D%/text_card.h
%C%_test_cli_attr_LDADD = libjumin-cli.la $(LDADD)
%C%_test_cli_attr_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=jm_now_ms -Wl,--wrap=jm_sleep_ms
check_PROGRAMS += %D%/test_cli_reader
%C%_test_cli_reader_LDADD = libjumin-cli.la $(LDADD)
check_PROGRAMS += %D%/test_nym_args
%C%_test_nym_args_LDADD = libjumin-cli.la $(LDADD)
%C%_test_json_LDADD = libjumin-cli.la $(LDADD)
%C%_test_opts_LDADD = libjumin-cli.la $(LDADD)
%C%_test_prompt_LDADD = libjumin-cli.la $(LDADD)
%C%_test_files_LDADD = libjumin-cli.la $(LDADD)

check_PROGRAMS += %D%/test_wipe
%C%_test_wipe_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=free
check_PROGRAMS += %D%/test_err
check_PROGRAMS += %D%/test_wbuf
check_PROGRAMS += %D%/test_rbuf
check_PROGRAMS += %D%/test_tlv
check_PROGRAMS += %D%/test_hex %D%/test_utf8 %D%/test_attr
check_PROGRAMS += %D%/test_attr_card %D%/test_token_text
check_PROGRAMS += %D%/test_apps %D%/test_pem
check_PROGRAMS += %D%/test_attr_vcard
check_PROGRAMS += %D%/test_data_vcard %D%/test_card_goes_on
check_PROGRAMS += %D%/test_data_card
%C%_test_data_card_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK) -Wl,--wrap=free
%C%_test_attr_card_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=free
check_PROGRAMS += %D%/test_b64
check_PROGRAMS += %D%/test_secret
%C%_test_secret_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=mmap \
	-Wl,--wrap=madvise -Wl,--wrap=mlock -Wl,--wrap=munmap
check_PROGRAMS += %D%/test_log
check_PROGRAMS += %D%/test_os
%C%_test_os_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_gettime
check_PROGRAMS += %D%/test_fault
%C%_test_fault_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)
check_PROGRAMS += %D%/test_asn1
check_PROGRAMS += %D%/test_ctx
check_PROGRAMS += %D%/test_ossl_faults
%C%_test_ossl_faults_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK) \
	-Wl,--wrap=OSSL_LIB_CTX_new \
	-Wl,--wrap=OSSL_PROVIDER_load \
	-Wl,--wrap=EVP_MD_fetch \
	-Wl,--wrap=EVP_MD_CTX_new \
	-Wl,--wrap=EVP_DigestInit_ex2 \
	-Wl,--wrap=EVP_DigestUpdate \
	-Wl,--wrap=EVP_DigestFinal_ex \
	-Wl,--wrap=EVP_MD_CTX_copy_ex \
	-Wl,--wrap=BN_bin2bn \
	-Wl,--wrap=RSA_new \
	-Wl,--wrap=RSA_set_method \
	-Wl,--wrap=RSA_set0_key \
	-Wl,--wrap=RSA_public_decrypt \
	-Wl,--wrap=RSA_verify_PKCS1_PSS_mgf1 \
	-Wl,--wrap=EC_GROUP_new_by_curve_name_ex \
	-Wl,--wrap=EC_KEY_new_ex \
	-Wl,--wrap=EC_KEY_set_method \
	-Wl,--wrap=EC_KEY_set_group \
	-Wl,--wrap=EC_POINT_new \
	-Wl,--wrap=EC_POINT_oct2point \
	-Wl,--wrap=EC_KEY_set_public_key \
	-Wl,--wrap=ECDSA_SIG_new \
	-Wl,--wrap=ECDSA_SIG_set0 \
	-Wl,--wrap=ECDSA_do_verify \
	-Wl,--wrap=EVP_PKEY_fromdata_init \
	-Wl,--wrap=EVP_PKEY_fromdata \
	-Wl,--wrap=EVP_PKEY_CTX_new_from_name \
	-Wl,--wrap=EVP_PKEY_derive_init \
	-Wl,--wrap=EVP_PKEY_derive_set_peer \
	-Wl,--wrap=EVP_PKEY_derive \
	-Wl,--wrap=EVP_PKEY_CTX_new_from_pkey \
	-Wl,--wrap=EVP_PKEY_CTX_set_rsa_padding \
	-Wl,--wrap=EVP_PKEY_CTX_set_signature_md \
	-Wl,--wrap=EVP_PKEY_CTX_set_rsa_mgf1_md \
	-Wl,--wrap=EVP_PKEY_CTX_set_rsa_pss_saltlen \
	-Wl,--wrap=EVP_PKEY_sign_init \
	-Wl,--wrap=EVP_PKEY_sign \
	-Wl,--wrap=EVP_PKEY2PKCS8 \
	-Wl,--wrap=i2d_PKCS8_PRIV_KEY_INFO \
	-Wl,--wrap=d2i_PKCS8_PRIV_KEY_INFO \
	-Wl,--wrap=EVP_PKCS82PKEY_ex \
	-Wl,--wrap=EVP_PKEY_get_bn_param \
	-Wl,--wrap=X509_new_ex \
	-Wl,--wrap=d2i_PUBKEY_ex \
	-Wl,--wrap=X509_verify \
	-Wl,--wrap=RAND_bytes_ex
check_PROGRAMS += %D%/test_digest
%C%_test_digest_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)
check_PROGRAMS += %D%/test_rsa_pad
check_PROGRAMS += %D%/test_pubkey %D%/test_pubkey_forms
check_PROGRAMS += %D%/test_pubkey_engine
check_PROGRAMS += %D%/test_ec
check_PROGRAMS += %D%/test_ec_sig
check_PROGRAMS += %D%/test_soft_key
check_PROGRAMS += %D%/test_sm_crypto
%C%_test_sm_crypto_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=EVP_MAC_fetch \
	-Wl,--wrap=EVP_MAC_CTX_new \
	-Wl,--wrap=EVP_MAC_init \
	-Wl,--wrap=EVP_MAC_update \
	-Wl,--wrap=EVP_MAC_final \
	-Wl,--wrap=EVP_CIPHER_fetch \
	-Wl,--wrap=EVP_CIPHER_CTX_new \
	-Wl,--wrap=EVP_CipherInit_ex2 \
	-Wl,--wrap=EVP_CIPHER_CTX_set_padding \
	-Wl,--wrap=EVP_CipherUpdate \
	-Wl,--wrap=EVP_CipherFinal_ex \
	-Wl,--wrap=EVP_KDF_fetch \
	-Wl,--wrap=EVP_KDF_CTX_new \
	-Wl,--wrap=EVP_KDF_derive
check_PROGRAMS += %D%/test_cvc
check_PROGRAMS += %D%/test_sm %D%/test_sm_between %D%/test_sm_lies
check_PROGRAMS += %D%/test_vc_channel %D%/test_vc_sm %D%/test_vc_secure
%C%_test_vc_channel_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)
check_PROGRAMS += %D%/test_soft_key_ec
check_PROGRAMS += %D%/test_x509
check_PROGRAMS += %D%/test_x509_ec
check_PROGRAMS += %D%/test_x509_parts
check_PROGRAMS += %D%/test_x509_text
check_PROGRAMS += %D%/test_x509_verify
check_PROGRAMS += %D%/test_x509_make
%C%_test_x509_make_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)
check_PROGRAMS += %D%/test_x509_reissue
check_PROGRAMS += %D%/test_cms
%C%_test_cms_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)
check_PROGRAMS += %D%/test_guard
check_PROGRAMS += %D%/test_pinbox
%C%_test_pinbox_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms
check_PROGRAMS += %D%/test_apdu
check_PROGRAMS += %D%/test_exchange
check_PROGRAMS += %D%/test_sw
check_PROGRAMS += %D%/test_p11_mech
check_PROGRAMS += %D%/test_p11_attr
check_PROGRAMS += %D%/test_p11_attr_ec
check_PROGRAMS += %D%/test_token_generations
check_PROGRAMS += %D%/test_token_ec
check_PROGRAMS += %D%/test_token_faults
%C%_test_token_faults_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)
check_PROGRAMS += %D%/test_atr
check_PROGRAMS += %D%/test_card
check_PROGRAMS += %D%/test_match %D%/test_match_memory
check_PROGRAMS += %D%/test_file
check_PROGRAMS += %D%/test_pin
check_PROGRAMS += %D%/test_pin_text
check_PROGRAMS += %D%/test_key
check_PROGRAMS += %D%/test_card_sweep
%C%_test_card_sweep_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)
check_PROGRAMS += %D%/test_token
HOST_TRY = %D%/host_try.c %D%/host_try.h
check_PROGRAMS += %D%/test_token_host
%C%_test_token_host_SOURCES = %D%/test_token_host.c $(HOST_TRY)
check_PROGRAMS += %D%/test_token_host_faults
%C%_test_token_host_faults_SOURCES = %D%/test_token_host_faults.c $(HOST_TRY)
check_PROGRAMS += %D%/test_token_registered
%C%_test_token_registered_SOURCES = %D%/test_token_registered.c $(HOST_TRY)
%C%_test_token_registered_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)
check_PROGRAMS += %D%/test_token_pin
%C%_test_token_pin_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms
check_PROGRAMS += %D%/test_token_status
%C%_test_token_status_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms
check_PROGRAMS += %D%/test_vc_parse
check_PROGRAMS += %D%/test_vc_params
check_PROGRAMS += %D%/test_vc_number
check_PROGRAMS += %D%/test_vc_text %D%/test_vc_face
check_PROGRAMS += %D%/test_vc_juki %D%/test_vc_common
check_PROGRAMS += %D%/test_vc_getdata %D%/test_vc_profiles
check_PROGRAMS += %D%/test_vc_pin
check_PROGRAMS += %D%/test_vc_file
check_PROGRAMS += %D%/test_vc_key
check_PROGRAMS += %D%/test_vc_key_ec
check_PROGRAMS += %D%/test_vcard
check_PROGRAMS += %D%/test_vc_image
%C%_test_vc_image_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=fsync -Wl,--wrap=rename
check_PROGRAMS += %D%/test_vc_firewall %D%/test_vc_taint
check_PROGRAMS += %D%/test_vc_update %D%/test_vc_reset %D%/test_vc_image_lines
check_PROGRAMS += %D%/test_vc_record
check_PROGRAMS += %D%/test_vc_quirk
check_PROGRAMS += %D%/test_vc_pem
check_PROGRAMS += %D%/test_vc_issue
check_PROGRAMS += %D%/test_counter_pulled
%C%_test_counter_pulled_LDADD = libjumin-counter.la $(LDADD)
%C%_test_counter_pulled_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=fsync
check_PROGRAMS += %D%/test_counter_lies
%C%_test_counter_lies_SOURCES = %D%/test_counter_lies.c $(COUNTER_PLAY)
%C%_test_counter_lies_LDADD = libjumin-counter.la $(LDADD)
%C%_test_counter_lies_LDFLAGS = $(AM_LDFLAGS) $(PLAY_LINK)
check_PROGRAMS += %D%/test_counter_steps
%C%_test_counter_steps_SOURCES = %D%/test_counter_steps.c $(COUNTER_PLAY)
%C%_test_counter_steps_LDADD = libjumin-counter.la $(LDADD)
%C%_test_counter_steps_LDFLAGS = $(AM_LDFLAGS) $(PLAY_LINK)
check_PROGRAMS += %D%/test_trace
%C%_test_trace_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)

# PC/SC by script: the transport compiled once more, without libpcsclite, so
# that no call can reach a real reader.
FAKE_SCARD = tests/support/fake_scard.c tests/support/fake_scard.h \
	src/transport/scard_call_posix.c src/transport/scard_io.c \
	src/transport/scard_err.c
FAKE_LINK = $(AM_LDFLAGS) $(FAULT_LINK) \
	-Wl,--wrap=jm_now_ms -Wl,--wrap=jm_sleep_ms
FAKE_LIBS = libjumin-testsupport.la libjumin-base.la $(CMOCKA_LIBS)
check_PROGRAMS += %D%/test_link_pcsc
%C%_test_link_pcsc_SOURCES = %D%/test_link_pcsc.c $(FAKE_SCARD) \
	src/transport/link_pcsc.c src/transport/pinpad.c
%C%_test_link_pcsc_CPPFLAGS = $(AM_CPPFLAGS)
%C%_test_link_pcsc_LDFLAGS = $(FAKE_LINK)
%C%_test_link_pcsc_LDADD = $(FAKE_LIBS)
check_PROGRAMS += %D%/test_link_transmit
%C%_test_link_transmit_SOURCES = %D%/test_link_transmit.c $(FAKE_SCARD) \
	src/transport/link_pcsc.c src/transport/pinpad.c
%C%_test_link_transmit_CPPFLAGS = $(AM_CPPFLAGS)
%C%_test_link_transmit_LDFLAGS = $(FAKE_LINK)
%C%_test_link_transmit_LDADD = $(FAKE_LIBS)
check_PROGRAMS += %D%/test_link_pinpad
%C%_test_link_pinpad_SOURCES = %D%/test_link_pinpad.c $(FAKE_SCARD) \
	src/transport/link_pcsc.c src/transport/pinpad.c \
	src/transport/trace.c
%C%_test_link_pinpad_CPPFLAGS = $(AM_CPPFLAGS)
%C%_test_link_pinpad_LDFLAGS = $(FAKE_LINK)
%C%_test_link_pinpad_LDADD = $(FAKE_LIBS)
check_PROGRAMS += %D%/test_link_borrowed
%C%_test_link_borrowed_SOURCES = %D%/test_link_borrowed.c $(FAKE_SCARD) \
	src/transport/link_borrowed.c
%C%_test_link_borrowed_CPPFLAGS = $(AM_CPPFLAGS)
%C%_test_link_borrowed_LDFLAGS = $(FAKE_LINK)
%C%_test_link_borrowed_LDADD = $(FAKE_LIBS)
check_PROGRAMS += %D%/test_readers
%C%_test_readers_SOURCES = %D%/test_readers.c $(FAKE_SCARD) \
	src/transport/readers.c
%C%_test_readers_CPPFLAGS = $(AM_CPPFLAGS)
%C%_test_readers_LDFLAGS = $(FAKE_LINK)
%C%_test_readers_LDADD = $(FAKE_LIBS)
check_PROGRAMS += %D%/test_vcard_run
check_PROGRAMS += %D%/test_vcard_kill
check_PROGRAMS += %D%/test_p11_rv
check_PROGRAMS += %D%/test_p11_text
check_PROGRAMS += %D%/test_cache %D%/test_cache_file
check_PROGRAMS += %D%/test_cache_set_uid
%C%_test_cache_set_uid_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_getenv

# conf_posix.c once more, with a system's folder below the working directory.
CONF_TRY = %D%/conf_try.c %D%/conf_try.h src/base/conf_posix.c
CONF_FLAGS = $(AM_CPPFLAGS) -USYSCONFDIR -DSYSCONFDIR='"etc"'
CONF_WRAP = $(AM_LDFLAGS) -Wl,--wrap=jm_getenv \
	-Wl,--wrap=fstat -Wl,--wrap=geteuid
check_PROGRAMS += %D%/test_conf %D%/test_conf_file
%C%_test_conf_SOURCES = %D%/test_conf.c $(CONF_TRY)
%C%_test_conf_CPPFLAGS = $(CONF_FLAGS)
%C%_test_conf_LDFLAGS = $(CONF_WRAP)
%C%_test_conf_file_SOURCES = %D%/test_conf_file.c $(CONF_TRY)
%C%_test_conf_file_CPPFLAGS = $(CONF_FLAGS)
%C%_test_conf_file_LDFLAGS = $(CONF_WRAP)
check_PROGRAMS += %D%/test_recall %D%/test_recall_wrong
%C%_test_recall_wrong_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=time
check_PROGRAMS += %D%/test_policy
check_PROGRAMS += %D%/test_vc_counter

# The virtual card against a reference model.
check_PROGRAMS += %D%/test_vc_model
%C%_test_vc_model_SOURCES = %D%/test_vc_model.c %D%/vc_ref.c %D%/vc_ref_card.c %D%/vc_ref.h \
	%D%/vc_gen.c %D%/vc_gen.h \
	%D%/vc_model_wrap.c %D%/vc_model_wrap.h
%C%_test_vc_model_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=fsync \
	-Wl,--wrap=jm_soft_key_sign_raw -Wl,--wrap=jm_soft_key_sign_pss
check_PROGRAMS += %D%/test_vc_log %D%/test_vc_package
check_PROGRAMS += %D%/test_vc_operator
check_PROGRAMS += %D%/test_vc_transport
check_PROGRAMS += %D%/test_vc_life

# The card killed at every moment of every write.
check_PROGRAMS += %D%/test_vcard_tear
%C%_test_vcard_tear_SOURCES = %D%/test_vcard_tear.c %D%/tear.c %D%/tear.h \
	%D%/tear_steps.c %D%/tear_steps.h
%C%_test_vcard_tear_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=vc_moment
AREA_TRY = %D%/area_try.c %D%/area_try.h
check_PROGRAMS += %D%/test_vc_area %D%/test_vc_area_out
%C%_test_vc_area_SOURCES = %D%/test_vc_area.c $(AREA_TRY)
%C%_test_vc_area_out_SOURCES = %D%/test_vc_area_out.c $(AREA_TRY)
check_PROGRAMS += %D%/test_vc_authority
check_PROGRAMS += %D%/test_nym_vectors
check_PROGRAMS += %D%/test_nym_scope %D%/test_nym_text %D%/test_b64url
check_PROGRAMS += %D%/test_nym_enc
%C%_test_nym_enc_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)
check_PROGRAMS += %D%/test_nym_derive
%C%_test_nym_derive_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_hmac
check_PROGRAMS += %D%/test_hmac %D%/test_aead
%C%_test_aead_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=EVP_MAC_fetch \
	-Wl,--wrap=EVP_MAC_CTX_new \
	-Wl,--wrap=EVP_MAC_init \
	-Wl,--wrap=EVP_MAC_update \
	-Wl,--wrap=EVP_MAC_final \
	-Wl,--wrap=EVP_CIPHER_fetch \
	-Wl,--wrap=EVP_CIPHER_CTX_new \
	-Wl,--wrap=EVP_CipherInit_ex2 \
	-Wl,--wrap=EVP_CipherUpdate \
	-Wl,--wrap=EVP_CIPHER_CTX_ctrl
check_PROGRAMS += %D%/test_ec_key
%C%_test_ec_key_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=EC_GROUP_new_by_curve_name_ex \
	-Wl,--wrap=EC_KEY_new_ex \
	-Wl,--wrap=EC_KEY_set_method \
	-Wl,--wrap=EC_KEY_set_group \
	-Wl,--wrap=BN_secure_new \
	-Wl,--wrap=BN_bin2bn \
	-Wl,--wrap=EC_POINT_new \
	-Wl,--wrap=EC_POINT_mul \
	-Wl,--wrap=EC_POINT_point2oct \
	-Wl,--wrap=EC_KEY_set_private_key \
	-Wl,--wrap=ECDSA_do_sign \
	-Wl,--wrap=BN_bn2binpad

# Service identities of a card.
check_PROGRAMS += %D%/test_derive_sign
%C%_test_derive_sign_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=jm_card_sign -Wl,--wrap=jm_card_sign_own

# The services' side of the identifiers.
NYM_TRY = %D%/nym_try.c %D%/nym_try.h
check_PROGRAMS += %D%/test_nym_assertion
%C%_test_nym_assertion_SOURCES = %D%/test_nym_assertion.c $(NYM_TRY)
check_PROGRAMS += %D%/test_nym_xlist
%C%_test_nym_xlist_SOURCES = %D%/test_nym_xlist.c $(NYM_TRY)
check_PROGRAMS += %D%/test_nym_verify
%C%_test_nym_verify_SOURCES = %D%/test_nym_verify.c $(NYM_TRY)
check_PROGRAMS += %D%/test_nym_att %D%/test_nym_roll
%C%_test_nym_att_SOURCES = %D%/test_nym_att.c $(NYM_TRY)
%C%_test_nym_roll_SOURCES = %D%/test_nym_roll.c $(NYM_TRY)
check_PROGRAMS += %D%/test_cli_nym_verify
%C%_test_cli_nym_verify_SOURCES = %D%/test_cli_nym_verify.c %D%/cli_try.c \
	%D%/cli_try.h $(NYM_TRY)
%C%_test_cli_nym_verify_LDADD = libjumin-cli.la $(LDADD)
%C%_test_cli_nym_verify_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_now_ms \
	-Wl,--wrap=jm_sleep_ms
check_PROGRAMS += %D%/test_nym_use
check_PROGRAMS += %D%/test_holder %D%/test_holder_time
check_PROGRAMS += %D%/test_nym_slot %D%/test_nym_pulled
check_PROGRAMS += %D%/test_nym_renew %D%/test_nym_other
%C%_test_nym_other_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)
check_PROGRAMS += %D%/test_nym_manifest
%C%_test_nym_manifest_SOURCES = %D%/test_nym_manifest.c $(NYM_TRY)
%C%_test_nym_manifest_LDADD = libjumin-manifest.la $(LDADD)
# The holder's files.
check_PROGRAMS += %D%/test_vault
%C%_test_vault_SOURCES = %D%/test_vault.c %D%/vault_try.c %D%/vault_try.h
%C%_test_vault_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=jm_random
check_PROGRAMS += %D%/test_vault_file %D%/test_vault_two
%C%_test_vault_file_SOURCES = %D%/test_vault_file.c %D%/vault_try.c \
	%D%/vault_try.h
%C%_test_vault_two_SOURCES = %D%/test_vault_two.c %D%/vault_try.c \
	%D%/vault_try.h
check_PROGRAMS += %D%/test_vault_tear
%C%_test_vault_tear_SOURCES = %D%/test_vault_tear.c %D%/vault_try.c \
	%D%/vault_try.h
%C%_test_vault_tear_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=write -Wl,--wrap=fsync -Wl,--wrap=close \
	-Wl,--wrap=openat -Wl,--wrap=renameat -Wl,--wrap=unlinkat \
	-Wl,--wrap=mkdirat
check_PROGRAMS += %D%/test_vault_merge %D%/test_consent
%C%_test_vault_merge_SOURCES = %D%/test_vault_merge.c %D%/vault_try.c \
	%D%/vault_try.h
%C%_test_consent_SOURCES = %D%/test_consent.c %D%/vault_try.c %D%/vault_try.h
check_PROGRAMS += %D%/test_index
%C%_test_index_SOURCES = %D%/test_index.c %D%/vault_try.c %D%/vault_try.h
check_PROGRAMS += %D%/test_folder %D%/test_vault_wipe
%C%_test_vault_wipe_SOURCES = %D%/test_vault_wipe.c %D%/vault_try.c \
	%D%/vault_try.h
%C%_test_vault_wipe_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=mmap -Wl,--wrap=munmap
check_PROGRAMS += %D%/test_p256_verify

# What is Windows' own; run there and under Wine (tests/wine).
EXTRA_DIST += %D%/test_conf_win.c
EXTRA_DIST += %D%/test_folder_win.c
EXTRA_DIST += %D%/test_os_win.c
