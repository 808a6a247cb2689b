/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jumin nym assert.  What is asked for is shown, and only then is a time that
 * cannot be refused, so that a service cannot tell a clock from a "no"
 * (nym1.md, section 6.1).  What was agreed to stands in the vault, which the
 * PIN opens: a request for another set of it is asked about between job and
 * signature, while nothing has left.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypto/b64url.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/nym_consent.h"
#include "tools/jumin/nym_show.h"
#include "tools/jumin/out.h"

#define CLOCK_SKEW 300 /* seconds */
#define WIRE_MAX   1024

struct request {
	struct cli_nym n;
	uint8_t challenge[NYM_CHALLENGE_MAX], ctx[NYM_CTX_LEN];
	size_t challenge_len, ctx_len;
	int64_t time;  /* of the body */
	int clock_bad; /* the service's is too far from ours */
	struct cli_manifest manifest;
	int has_manifest;
	struct cli_asked asked;
};

static int
take_time(const struct cli_args *a, struct request *r)
{
	const int64_t now = time(NULL);
	int64_t theirs = now - now % 60;
	const int code = cli_nym_seconds(a, CLI_TIME, &theirs);

	r->time = theirs;
	r->clock_bad = theirs - now > CLOCK_SKEW || now - theirs > CLOCK_SKEW;
	return code;
}

static int
parse(const struct cli_args *a, const char *scope, struct request *r)
{
	int code;

	*r = (struct request){ 0 };
	if ((code = cli_nym_args(a, scope, &r->n)) != EX_OK)
		return code;
	if (r->n.use != NYM_USE_ASSERT)
		return cli_fail(EX_USAGE,
		    _("programs use their keys through jumin-pkcs11.so; for "
		      "ssh see: jumin ssh --scope"),
		    _("services of ssh: and p11: get no assertions"));
	if ((code = cli_nym_challenge(a, r->challenge, &r->challenge_len)) !=
		EX_OK ||
	    (code = cli_nym_ctx(a, r->ctx, &r->ctx_len)) != EX_OK ||
	    (code = take_time(a, r)) != EX_OK ||
	    (code = cli_manifest_load(
		 a, &r->n, &r->manifest, &r->has_manifest)) != EX_OK)
		return code;
	r->asked = (struct cli_asked){ &r->n,
		r->has_manifest ? &r->manifest : NULL, r->n.period, 0,
		!r->n.period_given && r->n.mode <= NYM_MODE_HOLDER };
	return cli_nym_can_ask(a);
}

/* Before the PIN: who asks and for what. */
static int
ask_first(const struct cli_args *a, const struct request *r)
{
	int code = EX_OK;

	if (r->n.mode == 0 || r->n.mode == NYM_MODE_HOLDER)
		cli_consent_show(a, &r->asked);
	else
		code = cli_consent(a, CLI_CONSENT_ASSERT, &r->asked);
	if (code == EX_OK && r->clock_bad)
		code = cli_consent_cancel(
		    _("the service's time and that of this computer are more "
		      "than 5 minutes apart"));
	return code;
}

/* --- what the vault says ---------------------------------------------------
 */

/* Is the request another one than what was agreed to? */
static int
is_change(const struct request *r, const struct nym_entry *e, int *changed)
{
	uint8_t hash[32];
	int code = EX_OK;

	*changed = r->n.period_given && r->n.period != e->period;
	if (!*changed && r->has_manifest) {
		code = cli_disclosure(&r->asked, hash);
		*changed = code == EX_OK &&
			   memcmp(hash, e->disclosure, sizeof hash) != 0;
	}
	return code;
}

static int
agree_to_change(
    const struct cli_args *a, struct cli_nym_use *u, struct request *r)
{
	struct nym_entry e;
	int code, changed;
	jm_err err;

	if ((err = nym_vault_get(u->job.vault, r->n.scope, &e)) != JM_OK)
		return cli_nym_failed(u, err, -1);
	r->asked.was = e.period;
	r->asked.as_agreed = 0;
	if (!r->n.period_given && !r->has_manifest)
		r->asked.period = e.period;
	if ((code = is_change(r, &e, &changed)) != EX_OK || !changed)
		return code;
	if ((code = cli_consent(a, CLI_CONSENT_CHANGE, &r->asked)) != EX_OK ||
	    (code = cli_disclosure(&r->asked, e.disclosure)) != EX_OK)
		return code;
	if (r->asked.period != r->asked.was)
		err = nym_job_change(&u->job, &e, r->asked.period);
	else
		err = nym_vault_put(u->job.vault, &e);
	if (err != JM_OK)
		return cli_nym_failed(u, err, -1);
	return cli_receipt(u, NYM_ACT_CHANGE, &r->asked, e.generation);
}

/* With the key of an earlier card: have it vouch for the new one, once. */
static int
agree_to_rollover(
    const struct cli_args *a, struct cli_nym_use *u, struct request *r)
{
	int code;

	if (!u->job.has_old)
		return EX_OK;
	if ((code = cli_consent(a, CLI_CONSENT_ROLLOVER, &r->asked)) != EX_OK)
		return code;
	return cli_receipt(
	    u, NYM_ACT_ROLLOVER, &r->asked, u->job.which.generation);
}

/* --- the assertion ---------------------------------------------------------
 */

struct result {
	struct cli_nid id;
	uint8_t wire[WIRE_MAX];
	char text[JM_B64URL_LEN(WIRE_MAX) + 1];
};

static int
make(const struct cli_nym_use *u, const struct request *r, struct result *out)
{
	const struct nym_job *j = &u->job;
	const struct nym_request rq = { .scope = r->n.scope,
		.scope_len = strlen(r->n.scope),
		.challenge = r->challenge,
		.challenge_len = r->challenge_len,
		.period = j->which.period,
		.time = (uint32_t)r->time,
		.ctx = r->ctx_len > 0 ? r->ctx : NULL };
	size_t len;
	jm_err e;

	e = nym_assert(&rq, &j->secret->key,
	    j->has_old ? &j->secret->old : NULL,
	    r->has_manifest ? r->manifest.hash : NULL, NULL, out->wire,
	    sizeof out->wire, &len);
	if (e == JM_OK)
		e = jm_b64url_encode(
		    out->wire, len, out->text, sizeof out->text);
	out->id = (struct cli_nid){ .scope = r->n.scope, .which = j->which };
	memcpy(out->id.nid, j->secret->key.nid, sizeof out->id.nid);
	return e == JM_OK ? EX_OK : cli_fail_err(e, NULL);
}

static int
show(const struct cli_args *a, const struct result *r)
{
	struct cli_json j;

	if (!cli_has(a, CLI_JSON)) {
		printf("%s\n", r->text);
		return EX_OK;
	}
	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_nid_json(&j, &r->id);
	cli_json_str(&j, "assertion", r->text);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

/* From the key to the saved vault and the printed line. */
static int
finish(const struct cli_args *a, struct cli_nym_use *u, struct request *r)
{
	struct result *out = calloc(1, sizeof *out);
	int code = EX_OK;

	if (out == NULL)
		return cli_fail_err(JM_NOMEM, NULL);
	if (u->job.vault != NULL)
		code = agree_to_change(a, u, r);
	if (code == EX_OK)
		code = agree_to_rollover(a, u, r);
	if (code == EX_OK)
		code = make(u, r, out);
	if (code == EX_OK)
		code = cli_receipt(
		    u, NYM_ACT_ASSERT, &r->asked, u->job.which.generation);
	if (code == EX_OK && (code = cli_nym_save(u)) == EX_OK)
		code = show(a, out);
	free(out);
	return code;
}

int
cli_nym_assert(const struct cli_args *a, const char *const *word)
{
	struct cli_nym_use u = { 0 };
	struct request *r = calloc(1, sizeof *r);
	int code;

	if (r == NULL)
		return cli_fail_err(JM_NOMEM, NULL);
	if ((code = parse(a, word[0], r)) != EX_OK ||
	    (code = cli_nym_open(a, &r->n, &u)) != EX_OK ||
	    (code = ask_first(a, r)) != EX_OK)
		goto out;
	u.job.work = NYM_WORK_KEY;
	u.job.time = r->time;
	u.job.assertion = 1;
	if ((code = cli_nym_job(&u)) == EX_OK)
		code = finish(a, &u, r);
out:
	cli_nym_close(&u);
	free(r);
	return code;
}
