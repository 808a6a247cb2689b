/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin attr: who the holder is, by what the text-entry application says. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/utf8.h"
#include "base/wipe.h"
#include "objects/attr.h"
#include "tools/jumin/ask.h"
#include "tools/jumin/ca.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/json.h"
#include "tools/jumin/out.h"

#define WIDTH 13 /* columns of a label */

/* All that is the holder's, in one piece that is wiped. */
struct shown {
	struct jm_attr a;
	char text[6 * JM_ATTR_ADDRESS_MAX]; /* "\u001B" for one byte */
};

/* What is known of the data, by enum jm_attr_proof. */
static const struct {
	const char *name; /* in JSON */
	int proved;
	const char *text;
} proofs[] = {
	[JM_ATTR_CERTIFIED] = { "certified", 1,
	    N_("right, by a key that the CA given certified") },
	[JM_ATTR_SIGNED] = { "signed", 1,
	    N_("fits the certificate on the card; whose that is was not "
	       "checked (--ca)") },
	[JM_ATTR_NO_SIGNATURE] = { "no-signature", 0,
	    N_("there is none on the card") },
	[JM_ATTR_NO_CERTIFICATE] = { "no-certificate", 0,
	    N_("not checked: there is no certificate for it on the card") },
	[JM_ATTR_MALFORMED] = { "malformed", 0,
	    N_("not checked: it or its certificate is malformed") },
	[JM_ATTR_ALTERED] = { "altered", 0,
	    N_("wrong: these are not the data that were signed") },
	[JM_ATTR_BAD_SIGNATURE] = { "bad-signature", 0,
	    N_("wrong: it was not made with the key of the certificate on the "
	       "card") },
	[JM_ATTR_OTHER_CA] = { "other-ca", 0,
	    N_("made with a key that the CA given did not certify") },
};

/* As a terminal may show it: what it would obey is written as \uXXXX. */
static const char *
escaped(const char *utf8, char *out, size_t cap)
{
	const uint8_t *p = (const uint8_t *)utf8;
	size_t left = strlen(utf8), at = 0, n;
	uint32_t c;

	for (; left > 0 && (n = jm_utf8_next(p, left, &c)) > 0 && at + 8 < cap;
	     p += n, left -= n) {
		if (jm_utf8_is_control(c)) {
			at += (size_t)snprintf(
			    out + at, cap - at, "\\u%04X", (unsigned)c);
		} else {
			memcpy(out + at, p, n);
			at += n;
		}
	}
	out[at] = '\0';
	return out;
}

/* By JIS X 0303; NULL: a code that it does not have. */
static const char *
sex_of(char code)
{
	switch (code) {
	case '0': return "unknown";
	case '1': return "male";
	case '2': return "female";
	case '9': return "not-applicable";
	}
	return NULL;
}

static void
show_sex(char code)
{
	switch (code) {
	case '0': cli_field(0, WIDTH, _("Sex"), "%s", _("not known")); break;
	case '1': cli_field(0, WIDTH, _("Sex"), "%s", _("male")); break;
	case '2': cli_field(0, WIDTH, _("Sex"), "%s", _("female")); break;
	case '9':
		cli_field(0, WIDTH, _("Sex"), "%s", _("not applicable"));
		break;
	default: cli_field(0, WIDTH, _("Sex"), _("code %c"), code);
	}
}

/* Whose key would tell more. */
static void
show_ca(const struct jm_attr *a)
{
	char hex[2 * JM_ATTR_KEY_ID + 1];

	if ((a->proof == JM_ATTR_SIGNED || a->proof == JM_ATTR_OTHER_CA) &&
	    jm_hex_encode(a->ca_key_id, sizeof a->ca_key_id, hex, sizeof hex) ==
		JM_OK)
		cli_field(0, WIDTH, _("CA's key id"), "%s", hex);
}

static void
show_people(struct shown *s)
{
	const struct jm_attr *a = &s->a;

	cli_field(0, WIDTH, _("Name"), "%s",
	    escaped(a->name, s->text, sizeof s->text));
	cli_field(0, WIDTH, _("Address"), "%s",
	    escaped(a->address, s->text, sizeof s->text));
	cli_field(0, WIDTH, _("Date of birth"), "%.4s-%.2s-%.2s", a->birth,
	    a->birth + 4, a->birth + 6);
	show_sex(a->sex);
	cli_field(0, WIDTH, _("Signature"), "%s", _(proofs[a->proof].text));
	show_ca(a);
	if (!a->offsets_fit)
		cli_warn(_("the card's table of where these stand is wrong; it "
			   "was not used"));
}

static int
show_json(const struct jm_attr *a)
{
	static const uint8_t none[JM_ATTR_KEY_ID];
	char text[2 * JM_ATTR_KEY_ID + 1];
	struct cli_json j;

	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_json_str(&j, "name", a->name);
	cli_json_str(&j, "address", a->address);
	snprintf(text, sizeof text, "%.4s-%.2s-%.2s", a->birth, a->birth + 4,
	    a->birth + 6);
	cli_json_str(&j, "birth_date", text);
	jm_wipe(text, sizeof text);
	if (sex_of(a->sex) != NULL)
		cli_json_str(&j, "sex", sex_of(a->sex));
	else
		cli_json_null(&j, "sex");
	cli_json_int(&j, "sex_code", a->sex - '0');
	cli_json_str(&j, "proof", proofs[a->proof].name);
	cli_json_bool(&j, "certified", a->proof == JM_ATTR_CERTIFIED);
	if (memcmp(a->ca_key_id, none, sizeof none) != 0 &&
	    jm_hex_encode(
		a->ca_key_id, sizeof a->ca_key_id, text, sizeof text) == JM_OK)
		cli_json_str(&j, "ca_key_id", text);
	else
		cli_json_null(&j, "ca_key_id");
	cli_json_bool(&j, "offsets_fit", a->offsets_fit);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

static int
show(const struct cli_args *a, struct shown *s)
{
	int code = EX_OK;

	if (cli_has(a, CLI_JSON))
		code = show_json(&s->a);
	else
		show_people(s);
	if (code != EX_OK || proofs[s->a.proof].proved)
		return code;
	fflush(stdout); /* what there is comes before what is said of it */
	return cli_fail(EX_UNPROVED,
	    _("do not rely on what the card says of its holder"),
	    _("the signature proves nothing: %s"), _(proofs[s->a.proof].text));
}

/* The PIN from wherever the user gives it, and one VERIFY of it. */
static int
get(const struct cli_args *a, struct jm_token *t, const struct jm_rsa_pub *ca,
    struct jm_attr *out)
{
	const int at_reader =
	    cli_at_reader(a, t, JM_PIN_TEXT, JM_PINPAD_VERIFY);
	struct cli_line pin = { 0 };
	int code, tries;
	jm_err e;

	code = at_reader ? cli_invite_to_reader(a, t, JM_PIN_TEXT)
			 : cli_ask_pin(a, t, JM_PIN_TEXT, &pin);
	if (code == EX_OK) {
		e = jm_token_attr(
		    t, at_reader ? NULL : pin.text, pin.len, ca, out, &tries);
		if (e != JM_OK)
			code = cli_pin_failed(t, JM_PIN_TEXT, e, tries);
	}
	cli_line_wipe(&pin);
	return code;
}

int
cli_attr(const struct cli_args *a, const char *const *word)
{
	const char *path = a->value[CLI_CA];
	struct cli_session s = { 0 };
	struct shown *shown = NULL;
	struct jm_rsa_pub ca;
	int code, fd;

	(void)word;
	if ((code = cli_pin_fd(a, &fd)) != EX_OK ||
	    (path != NULL && (code = cli_ca_load(path, &ca)) != EX_OK) ||
	    (code = cli_session_open(a, &s)) != EX_OK ||
	    (code = cli_need_pin(&s, JM_PIN_TEXT)) != EX_OK)
		goto out;
	if ((shown = calloc(1, sizeof *shown)) == NULL) {
		code = cli_fail_err(JM_NOMEM, NULL);
		goto out;
	}
	code = get(a, s.token, path != NULL ? &ca : NULL, &shown->a);
	if (code == EX_OK)
		code = show(a, shown);
out:
	jm_free_secret(shown, sizeof *shown);
	cli_session_close(&s);
	return code;
}
