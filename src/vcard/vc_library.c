/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_library.h"

#include <stdlib.h>
#include <string.h>

#include "vcard/vc_tab.h"
#include "vcard/vc_text.h"

#define DIGITS 10 /* of a member number */

/* clang-format off */
static const struct vc_file_def rows[] = {
	DATA(VC_LIBRARY_MEMBER, FREE, NEVER, 0, "member number"),
	DATA(VC_LIBRARY_LOANS, FREE, BY(VC_R_SERVICE), 0, "loans"),
	DATA(VC_LIBRARY_EXPIRY, FREE, BY(VC_R_SERVICE), 0, "expiry"),
	{ VC_LIBRARY_PIN, VC_PIN, VC_SRC_NONE, VC_PAIR_NONE, VC_PART_NONE,
	    AFTER(VC_LIBRARY_PIN), VC_FORM_DIGITS, 4, 4, 3, "library PIN",
	    BY(VC_RESET_PIN), 0 },
};
static const struct vc_cond after_pin =
	{ VC_ANY_OF, { VC_LIBRARY_PIN }, VC_R_SERVICE };
static const uint8_t aid[] = { 0xf0, 0x4a, 0x4d, 0x4c, 0x49, 0x42, 0x01 };
/* clang-format on */

static jm_err
random_digits(char out[DIGITS + 1])
{
	uint8_t r[DIGITS];
	jm_err e;

	if ((e = jm_random(r, sizeof r)) != JM_OK)
		return e;
	for (size_t i = 0; i < DIGITS; i++)
		out[i] = (char)('0' + r[i] % 10);
	out[DIGITS] = '\0';
	return JM_OK;
}

static void
describe(const struct vc_library *how, struct vc_package *p)
{
	p->def.file_count = how->pin != NULL ? NELEM(rows) : NELEM(rows) - 1;
	memcpy(p->def.aid, aid, sizeof aid);
	p->def.aid_len = sizeof aid;
	p->def.traits = VC_T_SERVICE;
	memcpy(p->name, "library", sizeof "library");
	memcpy(p->label, "Library card", sizeof "Library card");
	for (size_t i = 0; i < p->def.file_count; i++) {
		p->file[i] = rows[i];
		memcpy(p->file_name[i], rows[i].name, strlen(rows[i].name) + 1);
		if (how->pin != NULL && rows[i].kind == VC_EF)
			p->file[i].cond = after_pin;
	}
	if (how->root != NULL)
		p->root = *how->root;
}

jm_err
vc_library_make(
    const struct vc_library *how, uint8_t *out, size_t cap, size_t *len)
{
	static const uint8_t no_loans[2] = { 0, 0 };
	char member[DIGITS + 1];
	const char *number = how->member;
	struct vc_package *p;
	jm_err e = JM_OK;

	*len = 0;
	if (number == NULL) {
		if ((e = random_digits(member)) != JM_OK)
			return e;
		number = member;
	}
	if (strlen(number) != DIGITS ||
	    strspn(number, "0123456789") != DIGITS ||
	    !vc_day_ok((const uint8_t *)how->last_day, strlen(how->last_day)))
		return JM_ARG;
	if ((p = calloc(1, sizeof *p)) == NULL)
		return JM_NOMEM;
	describe(how, p);
	p->init[0] = (struct vc_bytes){ (const uint8_t *)number, DIGITS };
	p->init[1] = (struct vc_bytes){ no_loans, sizeof no_loans };
	p->init[2] = (struct vc_bytes){ (const uint8_t *)how->last_day, 8 };
	if (how->pin != NULL)
		p->init[3] = (struct vc_bytes){ (const uint8_t *)how->pin,
			strlen(how->pin) };
	e = vc_package_make(p, out, cap, len);
	free(p);
	return e;
}
