/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_profile.h"

#include <string.h>

#include "vcard/vc_operator.h"
#include "vcard/vc_tab.h"

static const struct vc_app_def *const mynumber_apps[] = { &vc_tab_issuer,
	&vc_tab_jpki };
static const char *const no_params[] = { NULL };

/* A draft of the next card. */
static const struct vc_app_def *const next_apps[] = { &vc_tab_issuer,
	&vc_tab_jpki_next };
static const char *const next_params[] = { "atr=3B8580018073C601C0F0",
	"label=JPKIAPICCTOKEN3", "sign-modes=0", NULL };

static const struct vc_data_def mynumber_data[] = {
	{ 0x5f51, VC_DATA_ATR, "contact ATR" },
};

/* No resident's card: another person's, for a counter's terminal. */
static const struct vc_app_def *const operator_apps[] = { &vc_tab_issuer,
	&vc_tab_operator };
static const struct vc_data_def operator_data[] = {
	{ 0x0045, VC_DATA_CARD, "card id" },
};

static const struct vc_profile profiles[] = {
	{ "mynumber-2016", mynumber_apps, NELEM(mynumber_apps), no_params,
	    mynumber_data, NELEM(mynumber_data), VC_RSA_2048 },
	{ "mynumber-next", next_apps, NELEM(next_apps), next_params,
	    mynumber_data, NELEM(mynumber_data), VC_EC_P384 },
	{ "operator", operator_apps, NELEM(operator_apps), no_params,
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
