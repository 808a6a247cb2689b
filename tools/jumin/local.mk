# SPDX-License-Identifier: LGPL-2.1-or-later

# Programs, and only they, are position-independent executables.
JM_PROGRAM_CC = $(AM_CFLAGS) $(JM_PIE_CFLAGS)
JM_PROGRAM_LD = $(AM_LDFLAGS) $(JM_PIE_LDFLAGS)

bin_PROGRAMS += jumin

# All but main(), so that tests can link it too.
noinst_LTLIBRARIES += libjumin-cli.la
libjumin_cli_la_SOURCES =
libjumin_cli_la_LIBADD = libjumin-manifest.la libjumin-core.la \
	libjumin-term.la $(P11KIT_LIBS)
libjumin_cli_la_SOURCES += %D%/i18n.h
libjumin_cli_la_SOURCES += %D%/out.c %D%/out.h
libjumin_cli_la_SOURCES += %D%/json.c %D%/json.h
libjumin_cli_la_SOURCES += %D%/opts.c %D%/opts.h
libjumin_cli_la_SOURCES += %D%/platform_posix.c %D%/platform.h
libjumin_cli_la_SOURCES += %D%/files.c %D%/files_posix.c %D%/files.h \
	%D%/files_impl.h
libjumin_cli_la_SOURCES += %D%/session.c %D%/session.h
libjumin_cli_la_SOURCES += %D%/ask.c %D%/ask.h
libjumin_cli_la_SOURCES += %D%/cert.c %D%/cert.h
libjumin_cli_la_SOURCES += %D%/ca.c %D%/ca.h
libjumin_cli_la_SOURCES += %D%/command.c %D%/commands_posix.c \
	%D%/cmd.h
libjumin_cli_la_SOURCES += %D%/cmd_status.c %D%/cmd_cert.c %D%/cmd_sign.c \
	%D%/cmd_pin.c %D%/cmd_ssh.c %D%/cmd_cache.c %D%/cmd_attr.c
libjumin_cli_la_SOURCES += %D%/nym_args.c %D%/nym_args.h
libjumin_cli_la_SOURCES += %D%/nym_show.c %D%/nym_show.h
libjumin_cli_la_SOURCES += %D%/nym_use.c %D%/nym_use.h
libjumin_cli_la_SOURCES += %D%/nym_manifest.c %D%/nym_manifest.h
libjumin_cli_la_SOURCES += %D%/nym_consent.c %D%/nym_consent.h
libjumin_cli_la_SOURCES += %D%/nym_file.c %D%/nym_file.h %D%/nym_vault.h
libjumin_cli_la_SOURCES += %D%/site_key.c %D%/site_key_posix.c \
	%D%/site_key_p11.c %D%/site_key.h
libjumin_cli_la_SOURCES += %D%/ssh_line.c %D%/ssh_line.h %D%/cmd_ssh_scope.c
libjumin_cli_la_SOURCES += %D%/cmd_nym_id.c %D%/cmd_nym_assert.c \
	%D%/cmd_nym_register.c %D%/cmd_nym_list.c %D%/cmd_nym_vault.c \
	%D%/cmd_nym_renew.c %D%/cmd_nym_verify.c

jumin_SOURCES = %D%/main.c
jumin_CFLAGS = $(JM_PROGRAM_CC)
jumin_LDFLAGS = $(JM_PROGRAM_LD)
jumin_LDADD = libjumin-cli.la libjumin-core.la

# The same on Windows.
EXTRA_DIST += %D%/platform_win.c
EXTRA_DIST += %D%/files_win.c
EXTRA_DIST += %D%/commands_win.c
EXTRA_DIST += %D%/site_key_win.c
