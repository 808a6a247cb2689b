/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_profile.h"

#include <string.h>

#include "vcard/vc_operator.h"
#include "vcard/vc_tab.h"

/* The first match of a part of an AID is the first here. */
static const struct vc_app_def *const mynumber_apps[] = { &vc_tab_issuer,
	&vc_tab_jpki, &vc_tab_text, &vc_tab_face, &vc_tab_juki, &vc_tab_common,
	&vc_tab_licence };
/* What else than the JPKI application it had is not public. */
static const struct vc_app_def *const juki_apps[] = { &vc_tab_issuer,
	&vc_tab_jpki_juki, &vc_tab_juki };
static const struct vc_app_def *const android_apps[] = { &vc_tab_issuer,
	&vc_tab_jpki_android };

/* A draft of the next card. */
static const struct vc_app_def *const next_apps[] = { &vc_tab_issuer,
	&vc_tab_jpki_next, &vc_tab_text_next };
static const char *const next_params[] = { "atr=3B8580018073C601C0F0",
	"label=JPKIAPICCTOKEN3", "sign-modes=0", NULL };

static const struct vc_data_def mynumber_data[] = {
	{ 0x0042, VC_DATA_IMAGE, "issuer id" },
	{ 0x0045, VC_DATA_CARD, "card id" },
	{ 0x0066, VC_DATA_IMAGE, "card recognition data" },
	{ 0x00f0, VC_DATA_IMAGE, "municipality" },
	{ 0x00f2, VC_DATA_IMAGE, "expiry" },
	{ 0x00f7, VC_DATA_IMAGE, "key id" },
	{ 0x00f8, VC_DATA_IMAGE, "certificate of the municipality" },
	{ 0x7f21, VC_DATA_IMAGE, "certificate of the card" },
	{ 0x5f51, VC_DATA_ATR, "contact ATR" },
};
/* Cards of which it is not known. */
static const struct vc_data_def other_data[] = {
	{ 0x0045, VC_DATA_CARD, "card id" },
	{ 0x5f51, VC_DATA_ATR, "contact ATR" },
};

static const char *const no_params[] = { NULL };
static const char *const child_params[] = { "sign-pair=absent", NULL };
static const char *const nopin_params[] = { "holder-pins=blocked", NULL };
static const char *const juki_params[] = { "label=JPKIAPICCTOKEN",
	"auth-pair=absent", NULL };
static const char *const android_params[] = { "label=JPKIAPGPSETOKEN",
	"atr=3B80800101", "get-data-atr=off", NULL };

/* No resident's card: another person's, for a counter's terminal. */
static const struct vc_app_def *const operator_apps[] = { &vc_tab_issuer,
	&vc_tab_operator };
static const char *const operator_params[] = { "label=OPERATOR",
	"auth-pair=absent", "sign-pair=absent", NULL };
static const struct vc_data_def operator_data[] = {
	{ 0x0045, VC_DATA_CARD, "card id" },
};

static const struct vc_profile profiles[] = {
	{ "mynumber-2016", mynumber_apps, NELEM(mynumber_apps), no_params,
	    mynumber_data, NELEM(mynumber_data), VC_RSA_2048 },
	{ "mynumber-next", next_apps, NELEM(next_apps), next_params, other_data,
	    NELEM(other_data), VC_EC_P384 },
	{ "mynumber-child", mynumber_apps, NELEM(mynumber_apps), child_params,
	    mynumber_data, NELEM(mynumber_data), VC_RSA_2048 },
	{ "mynumber-nopin", mynumber_apps, NELEM(mynumber_apps), nopin_params,
	    mynumber_data, NELEM(mynumber_data), VC_RSA_2048 },
	{ "juki", juki_apps, NELEM(juki_apps), juki_params, other_data,
	    NELEM(other_data), VC_RSA_2048 },
	{ "android", android_apps, NELEM(android_apps), android_params,
	    other_data, NELEM(other_data), VC_RSA_2048 },
	{ "operator", operator_apps, NELEM(operator_apps), operator_params,
	    operator_data, NELEM(operator_data), VC_RSA_2048 },
};

const struct vc_profile *
vc_profile_at(size_t i)
{
	return i < NELEM(profiles) ? &profiles[i] : NULL;
}

const struct vc_profile *
vc_profile_find(const char *name)
{
	for (size_t i = 0; i < NELEM(profiles); i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}

int
vc_in_image(const struct vc_file_def *f)
{
	switch (f->kind) {
	case VC_EF:
	case VC_RECORDS:
		return f->source == VC_SRC_CERT || f->source == VC_SRC_IMAGE;
	case VC_KEY:
	case VC_PIN: return 1;
	}
	return 0;
}
