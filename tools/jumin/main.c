/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process around a command. */
#include "base/log.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"
#include "tools/jumin/platform.h"

static void
log_line(enum jm_log_level level, const char *line)
{
	if (level == JM_LOG_ERROR || level == JM_LOG_WARNING)
		cli_warn("%s", line);
}

int
main(int argc, char **argv)
{
	struct cli_args a;
	int code;

	if (cli_start(&argc, &argv) != 0)
		return cli_fail_err(JM_NOMEM, NULL);
#ifdef ENABLE_NLS
	bindtextdomain("jumin", LOCALEDIR);
	textdomain("jumin");
#endif
	jm_log_set(log_line, JM_LOG_WARNING);
	if ((code = cli_opts_parse(argc, argv, &a)) == EX_OK)
		code = cli_run(&a);
	code = cli_end(code);
	cli_stop();
	return code;
}
