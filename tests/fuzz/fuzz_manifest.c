/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The input is a manifest.  What parses is written again to the same bytes, and
 * its texts may be shown. */
#include "nym/manifest.h"

#include <string.h>

#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"

const char fuzz_name[] = "manifest";

static void
check_text(const struct nym_field *f)
{
	const uint8_t *p = f->p;
	size_t left = f->len, n;
	uint32_t c;

	MUST(left <= NYM_TEXT_MAX);
	for (; left > 0; p += n, left -= n) {
		n = jm_utf8_next(p, left, &c);
		MUST(n != 0 && !jm_utf8_is_control(c));
	}
}

static void
check_again(const struct nym_manifest *m)
{
	static uint8_t again[NYM_MANIFEST_MAX];
	static struct nym_field origin[255];
	size_t len;
	jm_err e;

	for (size_t i = 0; i < m->n_origins; i++)
		origin[i] = nym_manifest_origin(m, i);
	e = nym_manifest_build(
	    m, origin, m->n_origins, NULL, again, sizeof again, &len);
	/* of level 2 alone, or with more origins than are ever written */
	if (e != JM_OK && m->sig == NULL)
		MUST(e == JM_SPACE);
	if (e == JM_OK)
		MUST(len == m->body.len && memcmp(again, m->body.p, len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct nym_manifest nothing;
	/* x of the base point: a key that nobody signed with */
	static const uint8_t pk[JM_P256_COMPRESSED] = { 0x03, 0x6b, 0x17, 0xd1,
		0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63,
		0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33,
		0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96 };
	struct nym_manifest m;

	memset(&m, 0xa5, sizeof m);
	if (nym_manifest_parse(data, size, &m) != JM_OK) {
		MUST(memcmp(&m, &nothing, sizeof m) == 0);
		return 0;
	}
	MUST(m.body.len + (m.sig != NULL ? JM_P256_SIG : 0) == size);
	MUST(m.name.len != 0);
	check_text(&m.name);
	check_text(&m.purpose);
	check_again(&m);
	MUST(nym_manifest_signed_by(&m, pk) == JM_BAD_SIG);
	return 0;
}
