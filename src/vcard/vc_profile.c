/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_profile.h"

#include <string.h>

/* clang-format off */
#define FREE     { VC_ALWAYS, { 0 }, 0 }
#define NEVER    { VC_NEVER, { 0 }, 0 }
#define AFTER(x) { VC_ANY_OF, { (x) }, 0 }
#define BY(bits) { VC_ANY_OF, { 0 }, (bits) }

#define CERT(id, pair, part, cond, name) \
	{ (id), VC_EF, VC_SRC_CERT, (pair), (part), cond, VC_FORM_BYTES, 0, 0, 0, (name), BY(VC_RENEW), 0 }
#define INFO(id, src, name) \
	{ (id), VC_EF, (src), VC_PAIR_NONE, VC_PART_NONE, FREE, VC_FORM_BYTES, 0, 0, 0, (name), NEVER, 0 }
#define SHUT(id, name) /* exists, contents unknown, opened by nothing known */ \
	{ (id), VC_EF, VC_SRC_NONE, VC_PAIR_NONE, VC_PART_NONE, NEVER, VC_FORM_BYTES, 0, 0, 0, (name), NEVER, 0 }
#define KEY(id, pair, cond, name) \
	{ (id), VC_KEY, VC_SRC_NONE, (pair), VC_PART_KEY, cond, VC_FORM_BYTES, 0, 0, 0, (name), BY(VC_RENEW), 0 }
#define PIN(id, pair, form, min, max, tries, name) \
	{ (id), VC_PIN, VC_SRC_NONE, (pair), VC_PART_PIN, NEVER, (form), (min), (max), (tries), (name), BY(VC_RESET_PIN), 0 }

/* JPKI application: doc/vcard.md, "Files". */
static const struct vc_file_def jpki_files[] = {
	CERT(0x0001, VC_PAIR_SIGN, VC_PART_CERT, AFTER(0x001b), "signature certificate"),
	CERT(0x0002, VC_PAIR_SIGN, VC_PART_CA, FREE, "CA certificate for signature"),
	SHUT(0x0005, "unknown"),
	INFO(0x0006, VC_SRC_TOKEN_INFO, "token information"),
	INFO(0x0008, VC_SRC_PAIRS, "key pairs present"),
	SHUT(0x0009, "unknown, protected"),
	CERT(0x000a, VC_PAIR_AUTH, VC_PART_CERT, FREE, "authentication certificate"),
	CERT(0x000b, VC_PAIR_AUTH, VC_PART_CA, FREE, "CA certificate for authentication"),
	PIN(0x0010, VC_PAIR_NONE, VC_FORM_BYTES, 1, 16, 3, "unknown reference"),
	SHUT(0x0016, "terminal CA key reference"),
	KEY(0x0017, VC_PAIR_AUTH, AFTER(0x0018), "authentication key"),
	PIN(0x0018, VC_PAIR_AUTH, VC_FORM_DIGITS, 4, 4, 3, "authentication PIN"),
	SHUT(0x0019, "unknown"),
	KEY(0x001a, VC_PAIR_SIGN, AFTER(0x001b), "signature key"),
	PIN(0x001b, VC_PAIR_SIGN, VC_FORM_ALNUM, 6, 16, 5, "signature PIN"),
	SHUT(0x001c, "unknown"),
	SHUT(0x001e, "unknown"),
};

static const struct vc_app_def issuer = {
	"issuer", { 0xa0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00 }, 7, NULL, 0, 0, 0
};
static const struct vc_app_def jpki = {
	"jpki", { 0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 }, 10,
	jpki_files, NELEM(jpki_files), 0, 0
};
/* clang-format on */

static const struct vc_app_def *const mynumber_apps[] = { &issuer, &jpki };
static const char *const no_params[] = { NULL };

static const struct vc_data_def mynumber_data[] = {
	{ 0x5f51, VC_DATA_ATR, "contact ATR" },
};

static const struct vc_profile profiles[] = {
	{ "mynumber-2016", mynumber_apps, NELEM(mynumber_apps), no_params,
	    mynumber_data, NELEM(mynumber_data) },
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
