/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/p256_verify.h"

#include <string.h>

#include "crypto/ctx.h"
#include "crypto/p256_y.h"
#include "crypto/soft_key.h"
#include "tests/support/test.h"

#ifdef JM_P256_Y
/* The quick way and OpenSSL's own give one answer for every 33 bytes: points,
 * the half of all x that has none, and the ends of the field. */
static void
try_one(const uint8_t in[33], unsigned *points)
{
	uint8_t point[JM_P256_POINT];
	struct jm_ec_pub want, got;
	int ok = jm_p256_y(in, point) &&
		 jm_ec_pub_set(&got, JM_P256, point, sizeof point) == JM_OK;

	assert_int_equal(ok, jm_p256_expand(in, &want) == JM_OK);
	if (!ok)
		return;
	assert_memory_equal(point, want.point, sizeof point);
	++*points;
}

static void
every_point_is_found_and_no_other(void **state)
{
	static const uint8_t edge[] = { 0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff };
	static const uint8_t p[32] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	unsigned points = 0, tries = 0;
	uint8_t in[33];
	(void)state;

	for (unsigned i = 0; i < 4000; i++, tries++) {
		assert_int_equal(jm_random(in + 1, 32), JM_OK);
		in[0] = (uint8_t)(2 + i % 2);
		if (i % 4 == 3) /* words of one kind: carries */
			for (size_t k = 1; k < 33; k += 8)
				memset(in + k, edge[in[k] % sizeof edge], 8);
		try_one(in, &points);
	}
	assert_true(points > tries / 4 && points < tries * 3 / 4);
	for (int d = -300; d <= 300; d++) { /* around p, and around 0 */
		for (int zero = 0; zero < 2; zero++) {
			int c = d;

			memcpy(in + 1, p, 32);
			if (zero)
				memset(in + 1, 0, 32);
			for (size_t k = 32; k > 0; k--) {
				c += in[k];
				in[k] = (uint8_t)c;
				c = c < 0 ? (c - 255) / 256 : c / 256;
			}
			in[0] = (uint8_t)(2 + (d & 1));
			try_one(in, &points);
		}
	}
	for (unsigned head = 0; head < 256; head++) {
		memset(in, 0, sizeof in);
		in[0] = (uint8_t)head;
		in[32] = 5;
		if (head != 2 && head != 3)
			assert_int_equal(
			    jm_p256_y(in, (uint8_t[JM_P256_POINT]){ 0 }), 0);
	}
}

#endif

static void
it_says_what_the_slow_way_says(void **state)
{
	uint8_t d[32], hash[32], sig[64], pk[33];
	struct jm_ec_pub pub;
	(void)state;

	for (unsigned i = 0; i < 200; i++) {
		assert_int_equal(jm_random(d, sizeof d), JM_OK);
		d[0] = 0;
		assert_int_equal(jm_random(hash, sizeof hash), JM_OK);
		assert_int_equal(jm_p256_public(d, &pub), JM_OK);
		jm_p256_compress(&pub, pk);
		assert_int_equal(jm_p256_sign(d, hash, 32, sig), JM_OK);
		if (i % 4 == 1)
			sig[i % 64] ^= 4;
		if (i % 4 == 2)
			hash[i % 32] ^= 4;
		assert_int_equal(jm_p256_verify(pk, hash, sig),
		    jm_ecdsa_verify(&pub, hash, 32, sig, 64));
		assert_int_equal(jm_p256_verify(pk, hash, sig),
		    i % 4 == 1 || i % 4 == 2 ? JM_BAD_SIG : JM_OK);
		pk[0] ^= 1;
		assert_int_equal(jm_p256_verify(pk, hash, sig), JM_BAD_SIG);
		pk[0] = 4;
		assert_int_equal(jm_p256_verify(pk, hash, sig), JM_FORMAT);
	}
	jm_crypto_done(); /* the curve goes with the context, and comes again */
	pk[0] = 2;
	assert_int_equal(jm_p256_verify(pk, hash, sig) == JM_FORMAT, 0);
}

static int
done(void **state)
{
	(void)state;
	jm_crypto_done();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef JM_P256_Y
		cmocka_unit_test(every_point_is_found_and_no_other),
#endif
		cmocka_unit_test(it_says_what_the_slow_way_says),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
