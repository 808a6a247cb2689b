/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process around a command: locale, messages, and what keeps PINs in it. */
#include <locale.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/log.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

/* The leak check of an address sanitizer attaches to its process. */
#ifdef __SANITIZE_ADDRESS__
#define WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED
#endif
#endif

static void
log_line(enum jm_log_level level, const char *line)
{
	if (level == JM_LOG_ERROR || level == JM_LOG_WARNING)
		cli_warn("%s", line);
}

/* PINs pass through this process: no core file, no look from outside. */
static void
keep_secrets(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef WATCHED
	(void)prctl(PR_SET_DUMPABLE, 0);
#endif
}

int
main(int argc, char **argv)
{
	struct cli_args a;
	int code;

	keep_secrets();
	setlocale(LC_ALL, "");
#ifdef ENABLE_NLS
	bindtextdomain("jumin", LOCALEDIR);
	textdomain("jumin");
#endif
	jm_log_set(log_line, JM_LOG_WARNING);
	if ((code = cli_opts_parse(argc, argv, &a)) == EX_OK)
		code = cli_run(&a);
	return cli_end(code);
}
