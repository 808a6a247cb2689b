/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The commands that jumin.exe has not got: this list and nothing else. */
#include <stddef.h>

#include "base/err.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/out.h"

#define ABSENT(X)                                                              \
	X(cli_attr)                                                            \
	X(cli_ssh)                                                             \
	X(cli_nym_verify)                                                      \
	X(cli_nym_export)                                                      \
	X(cli_nym_import)                                                      \
	X(cli_nym_recover)                                                     \
	X(cli_nym_prepare)                                                     \
	X(cli_nym_finish)

static int
absent(const struct cli_args *a)
{
	char name[128] = "", plain[128];
	size_t len = 0;

	for (size_t i = 0; i < a->words && len < sizeof name; i++)
		len += (size_t)snprintf(name + len, sizeof name - len, "%s%s",
		    i > 0 ? " " : "", a->word[i]);
	return cli_fail(EX_USAGE, "jumin on Linux has it; see: jumin --help",
	    "this is not part of jumin.exe: %s",
	    cli_plain(name, plain, sizeof plain));
}

#define X(run)                                                                 \
	int run(const struct cli_args *a, const char *const *word)             \
	{                                                                      \
		(void)word;                                                    \
		return absent(a);                                              \
	}
ABSENT(X)
#undef X

int
cli_is_built(cli_command *run)
{
#define X(run) run,
	static cli_command *const list[] = { ABSENT(X) };
#undef X

	for (size_t i = 0; i < NELEM(list); i++)
		if (list[i] == run)
			return 0;
	return 1;
}
