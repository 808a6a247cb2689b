/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin-vcard info: what a card is; never a PIN, nothing of the holder's. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "tools/vcard/cmd.h"
#include "tools/vcard/i18n.h"

#define ISO_MAX 32
#define AID_MAX 33

static void
iso(time_t t, char out[ISO_MAX])
{
	struct tm tm;

	out[0] = '\0';
	if (gmtime_r(&t, &tm) != NULL)
		strftime(out, ISO_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static const char *
aid(const struct vc_app_info *a, char out[AID_MAX])
{
	if (jm_hex_encode(a->aid, a->aid_len, out, AID_MAX) != JM_OK)
		out[0] = '\0';
	return out;
}

static void
print_json(const struct vc_info *i, const char *atr)
{
	char when[ISO_MAX], aid_text[AID_MAX];

	printf("{\n  \"profile\": \"%s\",\n  \"life\": \"%s\",\n  \"atr\": "
	       "\"%s\",\n  "
	       "\"label\": ",
	    i->profile, i->life, atr);
	vcmd_json_string(i->label);
	printf(",\n  \"serial\": ");
	vcmd_json_string(i->serial);
	printf(",\n  \"auth_pair\": %s,\n  \"sign_pair\": %s,\n  \"pins\": [",
	    i->auth_pair ? "true" : "false", i->sign_pair ? "true" : "false");
	for (size_t k = 0; k < i->pin_count; k++)
		printf("%s\n    { \"application\": \"%s\", \"name\": \"%s\", "
		       "\"ref\": \"%04X\", \"tries_left\": %u, "
		       "\"tries_max\": %u }",
		    k > 0 ? "," : "", i->pin[k].app, i->pin[k].name,
		    i->pin[k].ref, i->pin[k].tries, i->pin[k].tries_max);
	printf("\n  ],\n  \"applications\": [");
	for (size_t k = 0; k < i->app_count; k++)
		printf("%s\n    { \"name\": \"%s\", \"aid\": \"%s\", "
		       "\"loaded\": %s }",
		    k > 0 ? "," : "", i->app[k].name, aid(&i->app[k], aid_text),
		    i->app[k].loaded ? "true" : "false");
	printf("\n  ],\n  \"certificates\": [");
	for (size_t k = 0; k < i->cert_count; k++) {
		iso(i->cert[k].not_after, when);
		printf("%s\n    { \"name\": \"%s\", \"ref\": \"%04X\", "
		       "\"size\": %zu, \"subject\": ",
		    k > 0 ? "," : "", i->cert[k].name, i->cert[k].ref,
		    i->cert[k].len);
		vcmd_json_string(i->cert[k].subject);
		printf(
		    ", \"not_after\": \"%s\" }", i->cert[k].valid ? when : "");
	}
	printf("\n  ]\n}\n");
}

/* The names of src/vcard, which marks nothing for translation itself. */
static const char *
translated(const char *name)
{
	static const char *const known[] = {
		N_("signature certificate"),
		N_("CA certificate for signature"),
		N_("authentication certificate"),
		N_("CA certificate for authentication"),
		N_("authentication PIN"),
		N_("signature PIN"),
		N_("text PIN"),
		N_("number A"),
		N_("number B"),
		N_("birth-date key"),
		N_("juki PIN"),
		N_("common PIN"),
		N_("licence PIN"),
	};

	for (size_t i = 0; i < NELEM(known); i++)
		if (strcmp(known[i], name) == 0)
			return _(known[i]);
	return name;
}

/* An application and its PINs. */
static void
print_app(const struct vc_info *i, const struct vc_app_info *a)
{
	char aid_text[AID_MAX];

	printf(a->loaded ? _("application %s: %s, loaded\n")
			 : _("application %s: %s\n"),
	    a->name, aid(a, aid_text));
	for (size_t k = 0; k < i->pin_count; k++) {
		const struct vc_pin_info *p = &i->pin[k];

		if (strcmp(p->app, a->name) != 0)
			continue;
		if (p->tries_max == 0)
			printf(_("%04X %s: any number of tries\n"), p->ref,
			    translated(p->name));
		else
			printf(_("%04X %s: %u of %u tries left\n"), p->ref,
			    translated(p->name), p->tries, p->tries_max);
	}
}

/* Where it stands in its life, for people. */
static const char *
life(const char *word)
{
	static const char *const known[] = {
		N_("manufactured"),
		N_("personalised"),
		N_("issued"),
		N_("suspended"),
		N_("returned"),
		N_("terminated"),
	};

	for (size_t i = 0; i < NELEM(known); i++)
		if (strcmp(known[i], word) == 0)
			return _(known[i]);
	return word;
}

static void
print_text(const struct vc_info *i, const char *atr)
{
	char when[ISO_MAX];

	printf(_("profile: %s\n"), i->profile);
	printf(_("life: %s\n"), life(i->life));
	printf(_("ATR: %s\n"), atr);
	printf(_("label: %s\n"), i->label);
	printf(_("serial number: %s\n"), i->serial);
	printf(_("authentication pair: %s\n"),
	    i->auth_pair ? _("present") : _("absent"));
	printf(_("signature pair: %s\n"),
	    i->sign_pair ? _("present") : _("absent"));
	for (size_t k = 0; k < i->app_count; k++)
		print_app(i, &i->app[k]);
	for (size_t k = 0; k < i->cert_count; k++) {
		const struct vc_cert_info *c = &i->cert[k];

		iso(c->not_after, when);
		if (c->valid)
			printf(_("%04X %s: %s, until %s\n"), c->ref,
			    translated(c->name), c->subject, when);
		else
			printf(_("%04X %s: not a certificate\n"), c->ref,
			    translated(c->name));
	}
}

int
vcmd_info(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 1 }, { NULL, 0, NULL, 0 }
	};
	uint8_t atr[VC_ATR_MAX];
	char atr_text[2 * VC_ATR_MAX + 1];
	struct vc_card *card = NULL;
	struct vc_info *info;
	int json = 0, c, code = EX_FAIL;
	jm_err e;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 1)
			return EX_USAGE;
		json = 1;
	}
	if (optind != argc - 1)
		return vcmd_fail(EX_USAGE, _("one IMAGE expected"));
	if ((info = malloc(sizeof *info)) == NULL)
		return vcmd_fail_err(JM_NOMEM, argv[optind]);
	if ((e = vc_open_readonly(argv[optind], &card)) != JM_OK ||
	    (e = vc_info(card, info)) != JM_OK ||
	    (e = jm_hex_encode(
		 atr, vc_atr(card, atr), atr_text, sizeof atr_text)) != JM_OK) {
		code = vcmd_fail_err(e, argv[optind]);
		goto out;
	}
	if (json)
		print_json(info, atr_text);
	else
		print_text(info, atr_text);
	code = EX_OK;
out:
	vc_close(&card);
	free(info);
	return code;
}
