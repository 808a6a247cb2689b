/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin nym id */
#include <string.h>
#include <time.h>

#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/nym_consent.h"
#include "tools/jumin/nym_show.h"
#include "tools/jumin/out.h"

static int
show(const struct cli_args *a, const struct cli_nid *id)
{
	char text[NYM_TEXT_LEN + 1];
	struct cli_json j;

	if (!cli_has(a, CLI_JSON)) {
		nym_nid_text(id->nid, text);
		printf("%s\n", text);
		return EX_OK;
	}
	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_nid_json(&j, id);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

int
cli_nym_id(const struct cli_args *a, const char *const *word)
{
	struct cli_nym_use u = { 0 };
	struct cli_asked q = { 0 };
	struct cli_nid id;
	struct cli_nym n;
	int code;

	if ((code = cli_nym_args(a, word[0], &n)) != EX_OK ||
	    (code = cli_nym_open(a, &n, &u)) != EX_OK)
		goto out;
	q = (struct cli_asked){ .n = &n, .period = n.period };
	if (n.mode != 0 && n.mode != NYM_MODE_HOLDER)
		cli_consent_show(a, &q);
	u.job.work = NYM_WORK_KEY;
	u.job.time = time(NULL);
	if ((code = cli_nym_job(&u)) != EX_OK)
		goto out;
	if (n.period_given && n.period != u.job.which.period) {
		code = cli_fail(EX_FAIL,
		    _("leave out --period; 'jumin nym assert --period' agrees "
		      "to another one"),
		    _("it is registered with a period of %u days"),
		    (unsigned)u.job.which.period);
		goto out;
	}
	id = (struct cli_nid){ .scope = n.scope, .which = u.job.which };
	memcpy(id.nid, u.job.secret->key.nid, sizeof id.nid);
	/* Else nothing is to be written: a full disk is in nobody's way.  A key
	 * that came with a copy gets into the index here. */
	if ((!u.job.changed && n.use != NYM_USE_RAW) ||
	    (code = cli_nym_save(&u)) == EX_OK)
		code = show(a, &id);
out:
	cli_nym_close(&u);
	return code;
}
