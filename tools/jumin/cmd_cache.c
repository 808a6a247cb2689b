/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin cache clear: whatever the configuration says of the cache. */
#include "objects/cache.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/json.h"
#include "tools/jumin/out.h"

static int
show_json(unsigned n, const char *folder)
{
	struct cli_json j;

	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_json_int(&j, "removed", n);
	if (folder[0] != '\0')
		cli_json_str(&j, "folder", folder);
	else
		cli_json_null(&j, "folder");
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

int
cli_cache_clear(const struct cli_args *a, const char *const *word)
{
	char folder[JM_CACHE_PATH_MAX], plain[JM_CACHE_PATH_MAX];
	unsigned n;
	jm_err e;

	(void)word;
	e = jm_cache_clear(&n, folder, sizeof folder);
	if (e != JM_OK)
		return cli_fail(EX_FAIL,
		    _("the folder and what is in it should be yours alone: "
		      "see ls -la"),
		    _("the cache %s cannot be emptied"),
		    cli_plain(folder, plain, sizeof plain));
	if (cli_has(a, CLI_JSON))
		return show_json(n, folder);
	if (n == 0)
		printf("%s\n", _("no card was remembered"));
	else
		printf(ngettext("%u card was forgotten\n",
			   "%u cards were forgotten\n", n),
		    n);
	return EX_OK;
}
