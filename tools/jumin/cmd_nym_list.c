/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin nym list|receipts: what the vault knows. */
#include <string.h>
#include <time.h>

#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/nym_show.h"
#include "tools/jumin/nym_use.h"
#include "tools/jumin/out.h"

/* --- list ----------------------------------------------------------------- */

/* The identifier of now, or of the last use where it changes by itself. */
static int
nid_of(const struct nym_entry *e, struct cli_nid *id)
{
	*id = (struct cli_nid){ .scope = e->scope,
		.which = { .use = e->use,
		    .period = e->period,
		    .epoch = e->epoch,
		    .generation = e->generation } };
	return e->x_known && nym_nid(e->sh, e->use, e->x, id->nid) == JM_OK;
}

static void
list_json(struct cli_json *j, const struct nym_entry *e)
{
	char iso[CLI_TIME_MAX];
	struct cli_nid id;

	cli_json_object(j, NULL);
	if (nid_of(e, &id)) {
		cli_nid_json(j, &id);
	} else {
		cli_json_str(j, "scope", e->scope);
		cli_json_int(j, "period", e->period);
		cli_json_int(j, "epoch", e->epoch);
		cli_json_int(j, "generation", e->generation);
	}
	cli_json_str(j, "binding", cli_nym_mode_name(e->mode));
	cli_json_str(j, "since", cli_time_iso((time_t)e->since, iso));
	cli_json_bool(j, "carried", e->carried);
	cli_json_close(j);
}

static void
list_text(const struct nym_entry *e)
{
	char text[NYM_TEXT_LEN + 1] = "-", since[CLI_TIME_MAX];
	struct cli_nid id;

	if (nid_of(e, &id))
		nym_nid_text(id.nid, text);
	printf("%s\n", e->scope);
	cli_field(2, 16, _("identifier"), "%s", text);
	if (e->period == 0)
		cli_field(2, 16, _("changes"), "%s", _("when you reset it"));
	else
		cli_field(2, 16, _("changes"), _("every %u days"),
		    (unsigned)e->period);
	cli_field(2, 16, _("registered"), "%s",
	    cli_time_text((time_t)e->since, since));
	if (e->mode != NYM_MODE_HOLDER)
		cli_field(
		    2, 16, _("binding"), "%s", cli_nym_mode_name(e->mode));
	if (e->carried)
		cli_field(2, 16, _("renewal"), "%s",
		    _("the key of the earlier card is kept"));
}

static int
list_vault(const struct cli_args *a, const struct nym_vault *v)
{
	const int json = cli_has(a, CLI_JSON);
	struct nym_entry e;
	struct cli_json j;
	size_t shown = 0;

	cli_json_init(&j, stdout);
	if (json) {
		cli_json_object(&j, NULL);
		cli_json_array(&j, "services");
	}
	for (size_t i = 0; i < nym_vault_len(v); i++) {
		nym_vault_at(v, i, &e);
		if (e.state != NYM_REGISTERED)
			continue;
		shown++;
		if (json)
			list_json(&j, &e);
		else
			list_text(&e);
	}
	if (!json) {
		if (shown == 0)
			cli_note(_("no service is registered"));
		return EX_OK;
	}
	cli_json_close(&j);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

/* From the index alone: the keys for ssh and PKCS#11. */
static int
list_index(const struct cli_args *a, const struct nym_index *x)
{
	char text[NYM_TEXT_LEN + 1], hex[2 * NYM_NID_LEN + 1];
	const size_t n = x != NULL ? x->len : 0;
	struct cli_json j;

	if (!cli_has(a, CLI_JSON)) {
		for (size_t i = 0; i < n; i++) {
			nym_nid_text(x->entry[i].nid, text);
			printf("%s\n", x->entry[i].scope);
			cli_field(2, 16, _("identifier"), "%s", text);
		}
		if (n == 0)
			cli_note(_("no key for ssh: or p11: is registered"));
		return EX_OK;
	}
	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_json_array(&j, "services");
	for (size_t i = 0; i < n; i++) {
		const struct nym_index_entry *e = &x->entry[i];

		nym_nid_text(e->nid, text);
		cli_json_object(&j, NULL);
		cli_json_str(&j, "scope", e->scope);
		cli_json_str(
		    &j, "nid", cli_hex(e->nid, sizeof e->nid, hex, sizeof hex));
		cli_json_str(&j, "sub", text);
		cli_json_close(&j);
	}
	cli_json_close(&j);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

static int
list_no_pin(const struct cli_args *a)
{
	const struct nym_index *x = NULL;
	struct cli_session s;
	int code;
	jm_err e;

	if ((code = cli_session_open_uncached(a, &s)) != EX_OK ||
	    (code = cli_need_pair(&s, JM_PAIR_AUTH)) != EX_OK)
		goto out;
	e = jm_token_nym_index(s.token, &x);
	code = e == JM_OK ? list_index(a, x) : cli_fail_err(e, NULL);
out:
	cli_session_close(&s);
	return code;
}

/* The vault open, and no more. */
static int
open_vault(const struct cli_args *a, struct cli_nym_use *u)
{
	int code;

	if ((code = cli_nym_open(a, NULL, u)) != EX_OK)
		return code;
	u->job.work = NYM_WORK_OPEN;
	u->job.time = time(NULL);
	return cli_nym_job(u);
}

int
cli_nym_list(const struct cli_args *a, const char *const *word)
{
	struct cli_nym_use u;
	int code;

	(void)word;
	if (cli_has(a, CLI_NO_PIN))
		return list_no_pin(a);
	if ((code = open_vault(a, &u)) == EX_OK)
		code = list_vault(a, u.job.vault);
	cli_nym_close(&u);
	return code;
}

/* --- receipts ------------------------------------------------------------- */

/* clang-format off */
static const struct {
	enum nym_act act;
	const char *name, *text;
} acts[] = {
	{ NYM_ACT_REGISTER, "register", N_("registered") },
	{ NYM_ACT_ASSERT,   "assert",   N_("shown to the service") },
	{ NYM_ACT_RESET,    "reset",    N_("reset") },
	{ NYM_ACT_FORGET,   "forget",   N_("forgotten") },
	{ NYM_ACT_ROLLOVER, "rollover", N_("taken along to a new card") },
	{ NYM_ACT_CHANGE,   "change",   N_("agreed to a change") },
};
/* clang-format on */

static void
receipt_json(struct cli_json *j, const struct nym_receipt *r, size_t act)
{
	char iso[CLI_TIME_MAX], hex[65];

	cli_json_object(j, NULL);
	cli_json_str(j, "time", cli_time_iso((time_t)r->time, iso));
	cli_json_str(j, "act", act < NELEM(acts) ? acts[act].name : "?");
	cli_json_str(j, "scope", r->scope);
	cli_json_int(j, "period", r->period);
	cli_json_int(j, "generation", r->generation);
	cli_json_int(j, "manifest_level", r->level);
	cli_json_str(
	    j, "hash", cli_hex(r->hash, sizeof r->hash, hex, sizeof hex));
	cli_json_close(j);
}

static int
list_receipts(const struct cli_args *a, const struct nym_vault *v)
{
	const int json = cli_has(a, CLI_JSON);
	char when[CLI_TIME_MAX], scope[NYM_SCOPE_MAX + 1];
	struct nym_receipt r;
	struct cli_json j;
	size_t act;

	cli_json_init(&j, stdout);
	if (json) {
		cli_json_object(&j, NULL);
		cli_json_array(&j, "receipts");
	}
	for (size_t i = 0; i < nym_receipts_len(v); i++) {
		nym_receipt_at(v, i, &r);
		for (act = 0; act < NELEM(acts) && acts[act].act != r.act;)
			act++;
		if (json)
			receipt_json(&j, &r, act);
		else
			printf("%s  %s  %s\n",
			    cli_time_text((time_t)r.time, when),
			    cli_plain(r.scope, scope, sizeof scope),
			    act < NELEM(acts) ? _(acts[act].text) : "?");
	}
	if (!json)
		return EX_OK;
	cli_json_close(&j);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

int
cli_nym_receipts(const struct cli_args *a, const char *const *word)
{
	struct cli_nym_use u;
	size_t bad;
	int code;
	jm_err e;

	(void)word;
	if ((code = open_vault(a, &u)) != EX_OK ||
	    (code = list_receipts(a, u.job.vault)) != EX_OK)
		goto out;
	e = nym_receipts_check(u.job.vault, &bad);
	if (e == JM_DAMAGED)
		code = cli_fail(EX_UNPROVED, NULL,
		    _("receipt %zu does not follow from the one before"),
		    bad + 1);
	else if (e != JM_OK)
		code = cli_nym_failed(&u, e, -1);
out:
	cli_nym_close(&u);
	return code;
}
