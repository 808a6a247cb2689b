/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What of the program differs between Unix and Windows, besides the files that
 * it writes (files.h) and which commands there are (cmd.h): platform_posix.c,
 * platform_win.c.
 */
#ifndef CLI_PLATFORM_H
#define CLI_PLATFORM_H

#include <time.h>

/*
 * Before anything else: PINs pass through this process, so that a crash leaves
 * no image of it; the language of messages; on Windows the arguments again in
 * UTF-8 (for as long as the process runs), the same for the console, and
 * nothing that changes line ends on the standard streams.
 * 0, or -1 without memory.
 */
int cli_start(int *argc, char ***argv);

/* What cli_start did to others: the console as it was. */
void cli_stop(void);

/* Columns that text takes on a terminal: Japanese letters take two. */
int cli_columns(const char *text);

/* The zone of a local time, as it is shown behind it: "JST", on Windows, where
 * names of zones are long and in a code page, "+09:00". */
#define CLI_ZONE_MAX 32
const char *cli_zone(time_t t, const struct tm *local, char out[CLI_ZONE_MAX]);

/* Sentences that name something of the system; static. */
enum cli_local {
	CLI_LOCAL_SERVICE, /* how PC/SC is started */
	CLI_LOCAL_READER,  /* which readers there can be */
	CLI_LOCAL_MANUAL,  /* where a command is described */
	CLI_LOCAL_CONF,    /* where the configuration is */
	CLI_LOCAL_STORY,   /* the last line of --help */
	CLI_LOCAL_FOLDER,  /* what the folder of vaults has to be */
	CLI_LOCAL_SITE_KEY /* what a file with a site key is, and how made */
};
const char *cli_local(enum cli_local what);

#endif
