/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin nym register|reset|forget: what changes the list of services. */
#include <string.h>
#include <time.h>

#include "base/wipe.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/nym_consent.h"
#include "tools/jumin/nym_show.h"
#include "tools/jumin/out.h"

/* Identifier, and the recovery code where there is one. */
static int
show(const struct cli_args *a, const struct cli_nid *id, const char *code)
{
	char text[NYM_TEXT_LEN + 1];
	struct cli_json j;

	if (!cli_has(a, CLI_JSON)) {
		nym_nid_text(id->nid, text);
		printf("%s\n", text);
		if (code[0] != '\0')
			cli_show_code(code);
		return EX_OK;
	}
	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_nid_json(&j, id);
	if (code[0] != '\0')
		cli_json_str(&j, "recovery_code", code);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

/* The job's key as what is shown of it. */
static void
take_id(const struct cli_nym_use *u, const char *scope, struct cli_nid *id)
{
	*id = (struct cli_nid){ .scope = scope, .which = u->job.which };
	memcpy(id->nid, u->job.secret->key.nid, sizeof id->nid);
}

/* What was agreed to, into the scope's entry and as a receipt. */
static int
note(struct cli_nym_use *u, enum nym_act act, const struct cli_asked *q)
{
	struct nym_entry e;
	int code;
	jm_err err;

	err = nym_vault_get(u->job.vault, q->n->scope, &e);
	if (err != JM_OK)
		return cli_nym_failed(u, err, -1);
	if (act == NYM_ACT_REGISTER) {
		if ((code = cli_disclosure(q, e.disclosure)) != EX_OK)
			return code;
		if ((err = nym_vault_put(u->job.vault, &e)) != JM_OK)
			return cli_nym_failed(u, err, -1);
	}
	return cli_receipt(u, act, q, e.generation);
}

/* After the job: save, then show.  A code is not worth anything before its
 * vault is on the disk. */
static int
finish(struct cli_nym_use *u, enum nym_act act, const struct cli_asked *q)
{
	char code_text[NYM_CODE_SHOWN];
	struct cli_nid id;
	int code;

	take_id(u, q->n->scope, &id);
	if (u->job.vault == NULL) { /* card2, which needs none and makes none */
		cli_note(_("there is no vault of this card, so nothing is "
			   "kept: with --binding card2 'jumin nym id' and "
			   "'assert' work at once"));
		return show(u->a, &id, "");
	}
	if ((code = note(u, act, q)) != EX_OK)
		return code;
	(void)cli_nym_take_code(u, code_text);
	if ((code = cli_nym_save(u)) == EX_OK)
		code = show(u->a, &id, code_text);
	jm_wipe(code_text, sizeof code_text);
	return code;
}

int
cli_nym_register(const struct cli_args *a, const char *const *word)
{
	const char *binding = a->value[CLI_BINDING];
	struct cli_manifest m;
	struct cli_asked q = { 0 };
	struct cli_nym_use u = { 0 };
	struct cli_nym n;
	int code, given;

	if (binding != NULL &&
	    (strcmp(binding, "site") == 0 || strcmp(binding, "none") == 0))
		return cli_fail(EX_USAGE,
		    _("jumin nym id and assert work at once"),
		    _("with this binding nothing is registered"));
	if ((code = cli_nym_args(a, word[0], &n)) != EX_OK)
		return code;
	if (n.mode == NYM_MODE_CARD2 && n.use == NYM_USE_RAW)
		return cli_fail(EX_USAGE, _("leave out --binding"),
		    _("keys of ssh: and p11: are not for --binding card2"));
	if ((code = cli_manifest_load(a, &n, &m, &given)) != EX_OK ||
	    (code = cli_nym_can_ask(a)) != EX_OK)
		return code;
	if (n.mode == 0)
		n.mode = NYM_MODE_HOLDER;
	q = (struct cli_asked){ &n, given ? &m : NULL, n.period, 0, 0 };
	if ((code = cli_nym_open(a, &n, &u)) != EX_OK ||
	    (code = cli_consent(a, CLI_CONSENT_REGISTER, &q)) != EX_OK)
		goto out;
	u.job.work = NYM_WORK_REGISTER;
	u.job.time = time(NULL);
	if ((code = cli_nym_job(&u)) == EX_OK)
		code = finish(&u, NYM_ACT_REGISTER, &q);
out:
	cli_nym_close(&u);
	return code;
}

int
cli_nym_reset(const struct cli_args *a, const char *const *word)
{
	struct cli_nym n = { 0 };
	struct cli_asked q = { .n = &n };
	struct cli_nym_use u = { 0 };
	int code;

	if ((code = cli_nym_scope(word[0], &n)) != EX_OK ||
	    (code = cli_nym_can_ask(a)) != EX_OK ||
	    (code = cli_nym_open(a, &n, &u)) != EX_OK ||
	    (code = cli_consent(a, CLI_CONSENT_RESET, &q)) != EX_OK)
		goto out;
	u.job.work = NYM_WORK_RESET;
	u.job.time = time(NULL);
	u.job.new_secret = cli_has(a, CLI_NEW_SECRET);
	if ((code = cli_nym_job(&u)) != EX_OK)
		goto out;
	q.period = u.job.which.period;
	code = finish(&u, NYM_ACT_RESET, &q);
	if (code == EX_OK && cli_has(a, CLI_NEW_SECRET))
		cli_note(_("earlier copies of the vault lack the new secret: "
			   "make another with 'jumin nym vault export'"));
out:
	cli_nym_close(&u);
	return code;
}

/* --- forget --------------------------------------------------------------- */

static int
drop(struct cli_nym_use *u, struct cli_asked *q)
{
	struct nym_entry e;
	int code;
	jm_err err;

	err = nym_vault_get(u->job.vault, q->n->scope, &e);
	if (err == JM_OK)
		err = nym_job_forget(&u->job, q->n->scope);
	if (err != JM_OK) {
		u->job.scope = q->n->scope; /* for the hint */
		return cli_nym_failed(u, err, -1);
	}
	q->period = e.period;
	code = cli_receipt(u, NYM_ACT_FORGET, q, e.generation);
	return code == EX_OK ? cli_nym_save(u) : code;
}

static int
say_forgotten(const struct cli_args *a, const char *scope)
{
	struct cli_json j;

	if (!cli_has(a, CLI_JSON)) {
		printf(_("%s is forgotten\n"), scope);
		return EX_OK;
	}
	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_json_str(&j, "scope", scope);
	cli_json_bool(&j, "forgotten", 1);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

int
cli_nym_forget(const struct cli_args *a, const char *const *word)
{
	struct cli_nym n = { 0 };
	struct cli_asked q = { .n = &n };
	struct cli_nym_use u = { 0 };
	int code;

	if ((code = cli_nym_scope(word[0], &n)) != EX_OK ||
	    (code = cli_nym_can_ask(a)) != EX_OK ||
	    (code = cli_nym_open(a, NULL, &u)) != EX_OK ||
	    (code = cli_consent(a, CLI_CONSENT_FORGET, &q)) != EX_OK)
		goto out;
	u.job.work = NYM_WORK_OPEN;
	u.job.time = time(NULL);
	if ((code = cli_nym_job(&u)) == EX_OK && (code = drop(&u, &q)) == EX_OK)
		code = say_forgotten(a, n.scope);
out:
	cli_nym_close(&u);
	return code;
}
