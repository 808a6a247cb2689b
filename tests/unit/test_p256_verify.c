/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/p256_verify.h"

#include <string.h>

#include "crypto/ctx.h"
#include "crypto/soft_key.h"
#include "tests/support/test.h"

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
		cmocka_unit_test(it_says_what_the_slow_way_says),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
