/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_life.h"

#include <string.h>

#include "vcard/vc_profile.h"

static const char *const names[] = {
	[VC_MANUFACTURED] = "manufactured",
	[VC_PERSONALISED] = "personalised",
	[VC_ISSUED] = "issued",
	[VC_SUSPENDED] = "suspended",
	[VC_RETURNED] = "returned",
	[VC_TERMINATED] = "terminated",
};

const char *
vc_life_name(enum vc_life life)
{
	return (size_t)life < NELEM(names) ? names[life] : "unknown";
}

jm_err
vc_life_find(const char *name, enum vc_life *out)
{
	*out = VC_ISSUED;
	for (size_t i = 0; i < NELEM(names); i++)
		if (strcmp(names[i], name) == 0) {
			*out = (enum vc_life)i;
			return JM_OK;
		}
	return JM_NOT_FOUND;
}

/* What is its holder's to do, and nobody's before there is one. */
static int
of_holder(const struct vc_cmd *c)
{
	static const struct {
		uint8_t cla, ins;
	} tab[] = {
		{ 0x00, 0x20 }, /* VERIFY; a query of the counter is free */
		{ 0x00, 0x24 }, /* CHANGE REFERENCE DATA */
		{ 0x00, 0x88 }, /* INTERNAL AUTHENTICATE */
		{ 0x80, 0x2a }, /* signature */
		{ 0x80, 0x32 }, /* CHANGE KEY */
	};

	for (size_t i = 0; i < NELEM(tab); i++)
		if (tab[i].cla == c->cla && tab[i].ins == c->ins)
			return c->ins != 0x20 || c->nc > 0;
	return 0;
}

unsigned
vc_life_sw(enum vc_life life, const struct vc_cmd *c, int issuer)
{
	switch (life) {
	case VC_ISSUED: return 0x9000;
	case VC_PERSONALISED: return of_holder(c) ? 0x6985 : 0x9000;
	case VC_MANUFACTURED:
	case VC_SUSPENDED:
	case VC_RETURNED:
		/* SELECT of an application is judged by what it selects. */
		return issuer || (c->ins == 0xa4 && c->p1 == 0x04) ? 0x9000
								   : 0x6985;
	case VC_TERMINATED: return 0x6985;
	}
	return 0x6985;
}

unsigned
vc_life_select_sw(enum vc_life life, int issuer)
{
	switch (life) {
	case VC_ISSUED:
	case VC_PERSONALISED: return 0x9000;
	case VC_MANUFACTURED: return issuer ? 0x9000 : 0x6a82;
	case VC_SUSPENDED:
	case VC_RETURNED: return issuer ? 0x9000 : 0x6985;
	case VC_TERMINATED: return 0x6985;
	}
	return 0x6985;
}

uint32_t
vc_life_right(enum vc_life from, enum vc_life to)
{
	/* clang-format off */
	static const struct {
		enum vc_life from, to;
		uint32_t right;
	} steps[] = {
		{ VC_MANUFACTURED, VC_PERSONALISED, VC_R_ISSUER },
		{ VC_MANUFACTURED, VC_TERMINATED,   VC_R_ISSUER },
		{ VC_PERSONALISED, VC_ISSUED,       VC_ISSUE },
		{ VC_PERSONALISED, VC_TERMINATED,   VC_TERMINATE },
		{ VC_ISSUED,       VC_SUSPENDED,    VC_SUSPEND },
		{ VC_ISSUED,       VC_RETURNED,     VC_RETURN },
		{ VC_ISSUED,       VC_TERMINATED,   VC_TERMINATE },
		{ VC_SUSPENDED,    VC_ISSUED,       VC_RESUME },
		{ VC_SUSPENDED,    VC_RETURNED,     VC_RETURN },
		{ VC_SUSPENDED,    VC_TERMINATED,   VC_TERMINATE },
		{ VC_RETURNED,     VC_TERMINATED,   VC_TERMINATE },
	};
	/* clang-format on */

	for (size_t i = 0; i < NELEM(steps); i++)
		if (steps[i].from == from && steps[i].to == to)
			return steps[i].right;
	return 0;
}
