/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jumin nym verify: an assertion, for a service that is no C program.  Needs no
 * card.  To remember challenges, identifiers and bans is the service's part.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nym/nym.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/files.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/nym_args.h"
#include "tools/jumin/nym_show.h"
#include "tools/jumin/out.h"

struct check {
	struct cli_nym n;
	nym_policy policy;
	nym_trust *trust;
	uint8_t challenge[NYM_CHALLENGE_MAX];
	size_t challenge_len;
	uint8_t ctx[NYM_CTX_LEN], xl_root[32], srl_root[32];
	uint8_t *msg;
	size_t msg_len;
};

static const struct {
	const char *name;
	uint8_t kind;
} kinds[] = { { "none", 0 }, { "registrar", NYM_REGISTRAR },
	{ "card", NYM_CARD } };

static const char *
kind_name(unsigned kind)
{
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (kinds[i].kind == kind)
			return kinds[i].name;
	return "?";
}

static int
parse_need(const struct cli_args *a, struct check *c)
{
	const char *word = a->value[CLI_NEED];
	char plain[64];

	for (size_t i = 0; word != NULL && i < NELEM(kinds); i++)
		if (strcmp(kinds[i].name, word) == 0) {
			c->policy.need = kinds[i].kind;
			word = NULL;
		}
	if (word != NULL)
		return cli_fail(EX_USAGE, _("it is none, registrar or card"),
		    _("there is no attestation '%s'"),
		    cli_plain(word, plain, sizeof plain));
	if (c->policy.need != 0 && !cli_has(a, CLI_TRUST))
		return cli_fail(EX_USAGE, NULL,
		    _("--need wants to know whom to trust: give --trust FILE"));
	return EX_OK;
}

static int
load_trust(const struct cli_args *a, struct check *c)
{
	const char *path = a->value[CLI_TRUST];
	uint8_t *pem = NULL;
	char plain[256];
	size_t len;
	int code, r;

	if (path == NULL)
		return EX_OK;
	if ((code = cli_file_load(path, &pem, &len)) != EX_OK)
		return code;
	if ((r = nym_trust_new(&c->trust)) == NYM_OK)
		r = nym_trust_add(c->trust,
		    c->policy.need != 0 ? c->policy.need
					: NYM_REGISTRAR | NYM_CARD,
		    (const char *)pem, len);
	c->policy.trust = c->trust;
	free(pem);
	if (r == NYM_MALFORMED)
		return cli_fail(EX_FAIL, _("certificates in PEM"),
		    _("%s: there is no certificate in it"),
		    cli_plain(path, plain, sizeof plain));
	return r == NYM_OK ? EX_OK
			   : cli_fail(EX_FAIL, NULL, "%s", _(nym_strerror(r)));
}

static int
parse_roots(const struct cli_args *a, struct check *c)
{
	int code, xl, srl;

	if ((code = cli_nym_hash(a, CLI_XL_ROOT, c->xl_root, &xl)) != EX_OK ||
	    (code = cli_nym_hash(a, CLI_SRL_ROOT, c->srl_root, &srl)) != EX_OK)
		return code;
	c->policy.xl_root = xl ? c->xl_root : NULL;
	c->policy.srl_root = srl ? c->srl_root : NULL;
	if ((xl || srl) && c->policy.need == 0)
		return cli_fail(EX_USAGE, NULL,
		    _("lists are checked by who attests: give --need too"));
	return EX_OK;
}

static int
parse(const struct cli_args *a, struct check *c)
{
	int64_t now = time(NULL);
	int64_t rate = 1;
	size_t ctx_len;
	int code;

	if (!cli_has(a, CLI_SCOPE))
		return cli_fail(EX_USAGE, NULL,
		    _("--scope is needed: the service's own name"));
	if ((code = cli_nym_scope(a->value[CLI_SCOPE], &c->n)) != EX_OK ||
	    (code = cli_nym_period(a, &c->n)) != EX_OK ||
	    (code = cli_nym_challenge(a, c->challenge, &c->challenge_len)) !=
		EX_OK ||
	    (code = cli_nym_ctx(a, c->ctx, &ctx_len)) != EX_OK ||
	    (code = cli_nym_seconds(a, CLI_NOW, &now)) != EX_OK ||
	    (code = parse_need(a, c)) != EX_OK ||
	    (code = parse_roots(a, c)) != EX_OK)
		return code;
	if (cli_has(a, CLI_RATE) &&
	    (cli_number(a->value[CLI_RATE], 255, &rate) != 0 || rate == 0))
		return cli_fail(EX_USAGE, NULL, _("--rate is 1 to 255"));
	c->policy.scope = c->n.scope;
	c->policy.period = c->n.period;
	c->policy.rate = (uint8_t)rate;
	/* The format ends in 2106: then nothing is of this time. */
	c->policy.now = now > UINT32_MAX ? UINT32_MAX : (uint32_t)now;
	c->policy.ctx = ctx_len > 0 ? c->ctx : NULL;
	return load_trust(a, c);
}

/* Bytes as they are, or their base64url with or without a newline behind it.
 * What is neither is left to the verifier, which refuses it. */
static int
load_message(const char *path, struct check *c)
{
	static const char magic[] = "NYM1";
	uint8_t *text = NULL;
	size_t len;
	int code;

	if ((code = cli_file_load(path, &text, &len)) != EX_OK)
		return code;
	c->msg = text;
	c->msg_len = len;
	if (len >= 4 && memcmp(text, magic, 4) == 0)
		return EX_OK;
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	if ((c->msg = malloc(len + 1)) == NULL) {
		free(text);
		return cli_fail_err(JM_NOMEM, NULL);
	}
	if (nym_decode((const char *)text, len, c->msg, len, &c->msg_len) !=
	    NYM_OK)
		c->msg_len = 0;
	free(text);
	return EX_OK;
}

static void
json_accepted(struct cli_json *j, const struct check *c, const nym_result *r)
{
	char hex[65], text[NYM_TEXT_SIZE];

	(void)nym_text(r->nid, text);
	cli_json_str(j, "sub", text);
	cli_json_str(j, "aud", c->policy.scope);
	cli_json_str(j, "acr", kind_name(r->att_kind));
	cli_json_int(j, "epoch", r->epoch);
	cli_json_int(j, "period", c->policy.period);
	cli_json_str(j, "nid", cli_hex(r->nid, sizeof r->nid, hex, sizeof hex));
	cli_json_int(j, "time", r->time);
	if (r->att_kind != 0)
		cli_json_str(
		    j, "xt", cli_hex(r->xt, sizeof r->xt, hex, sizeof hex));
	if (r->has_roll) {
		(void)nym_text(r->old_nid, text);
		cli_json_str(j, "rollover_from", text);
	}
}

static int
report(const struct cli_args *a, const struct check *c, int reason,
    const nym_result *r)
{
	const int refused = reason != NYM_OK && reason != NYM_NOMEM &&
			    reason != NYM_INTERNAL && reason != NYM_ARG;
	char text[NYM_TEXT_SIZE];
	struct cli_json j;

	if (reason != NYM_OK && !refused)
		return cli_fail(EX_FAIL, NULL, "%s", _(nym_strerror(reason)));
	if (cli_has(a, CLI_JSON)) {
		cli_json_init(&j, stdout);
		cli_json_object(&j, NULL);
		cli_json_bool(&j, "valid", !refused);
		if (refused)
			cli_json_str(&j, "reason", nym_errname(reason));
		else
			json_accepted(&j, c, r);
		cli_json_close(&j);
		if (cli_json_done(&j) != 0)
			return EX_FAIL;
	} else if (!refused) {
		(void)nym_text(r->nid, text);
		printf("%s\n", text);
	}
	if (refused)
		return cli_fail(EX_UNPROVED, NULL, _("refused: %s"),
		    _(nym_strerror(reason)));
	return EX_OK;
}

int
cli_nym_verify(const struct cli_args *a, const char *const *word)
{
	struct check *c = calloc(1, sizeof *c);
	nym_result r;
	int code, reason;

	if (c == NULL)
		return cli_fail_err(JM_NOMEM, NULL);
	if ((code = parse(a, c)) != EX_OK ||
	    (code = load_message(word[0] != NULL ? word[0] : "-", c)) != EX_OK)
		goto out;
	reason = nym_verify(
	    &c->policy, c->challenge, c->challenge_len, c->msg, c->msg_len, &r);
	code = report(a, c, reason, &r);
out:
	nym_trust_free(c->trust);
	free(c->msg);
	free(c);
	return code;
}
