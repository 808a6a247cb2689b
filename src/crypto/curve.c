/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of the curves without a library. */
#include "crypto/ec.h"

/* RFC 5480, section 2.1.1.1 */
static const struct curve {
	size_t len; /* of a coordinate */
	uint8_t oid[10];
	size_t oid_len;
} curves[] = {
	/* clang-format off */
	[JM_P256] = { 32, { 0x06, 0x08, 0x2a, 0x86, 0x48,
		0xce, 0x3d, 0x03, 0x01, 0x07 }, 10 },
	[JM_P384] = { 48, { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00,
		0x22 }, 7 },
	/* clang-format on */
};

size_t
jm_curve_len(enum jm_curve c)
{
	return curves[c].len;
}

unsigned
jm_curve_bits(enum jm_curve c)
{
	return (unsigned)curves[c].len * 8;
}

const uint8_t *
jm_curve_oid(enum jm_curve c, size_t *len)
{
	*len = curves[c].oid_len;
	return curves[c].oid;
}
