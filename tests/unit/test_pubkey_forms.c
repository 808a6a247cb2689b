/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keys and signatures that are malformed, told apart in the same way by every
 * library that stands behind pubkey.h.  With a key and signatures that OpenSSL
 * made once, over 32 bytes of 42.
 */
#include "crypto/pubkey.h"

#include <string.h>

#include "base/hex.h"
#include "crypto/ctx.h"
#include "crypto/rsa_pad.h"
#include "tests/support/test.h"

/* clang-format off */
static const char modulus[] =
    "AA49BE20D724F386E9C119A5359ECE72570B46DBF12F5C3D8163F7F62920D492"
    "E6DE8EEE7CE267068E78BC06264BC00B9384AB33212A7D2962504436AD375A4A"
    "FE5B8AAC1EB4161307F29D800B358229B64271F179804792FF137C0A94D21009"
    "49FC9BE2EBE56F75F8E903E2DE535688F8B73C5EFE963705E604C578BC01461D"
    "E1BBD7389001BB004F85BD2FAE0B4653A6655E8738D2097247D034D77496ED5B"
    "119DFE524DEB660856AA1DF01C45A08DC26401429387925A31FD79EE06B4C215"
    "014F5970942F751A73038685A5CFC84CA134457976350F7BB101EA636584522D"
    "EE9C89FEF1BE12B5877E3FEA76719794925B214A722557C11A75A901B4319AAD";
static const char sig_pkcs1[] =
    "7F7B57E73029F15B5F3E8513014D41994333D2CDAAF094F731D5E28A25E6B252"
    "ED7C3F15DDC84FFA075B4E415405F327D8F627883EDA42805BC092CBF752A2C6"
    "DFFF68D02D632D381F851B29A0554A8F83DF8BF5CD50867571918D155AB6EF02"
    "AD6BFCC2B390E5DC83BF83F36F8E009B52E1ABAFBDF9E93C1204C7E405D968F0"
    "257389BC8408FBB794F6E7017C867EA766FF9D32FA578BBDAB744E865E45A3AB"
    "8D4F8C094A4FC7088EEDB3252961E5A1B81DFD40BD0A1B113DFD4231B6FDDEB7"
    "74631202C58C82F33C811B49E6C81E1A50B48E5D2E35FEE32AD0BE72F68A6ED5"
    "9F7CA5D90F3A47E98EE8ABD4576ADB1FB36BC6FE37A9FB30166A9037E1DC7024";
static const char sig_pss[] =
    "59EB67916B388FC4BD6A31984F71EB2059E062A2C2811DA31072AE0615D49568"
    "CF08E9B1AB16F85E0542745E56DDB06A23F4CB9A68A6D62B3FA65D0B655AC4EB"
    "E5BD5E1A4A6CD9C40B46FA20DB2B3361BA47E9F8E2E8D8110257F489685C6B38"
    "47C37AB1DDFFC47F42BABAEAA3D181CB71C7CD9EAA2E62965088A5DC31CC864A"
    "416D4DCA8C2B63311F209D1BE2E80D6337F473897F388AC4FD6FB8466D6B4467"
    "73FC7E7A2AD2B1CAE4BAE4107779DDCAFD7677FC5F75A3BC29BA9D44F8DA5C94"
    "6FBD814B7F37B00CD4194124EF6E7095B502F864E7FB93FBD2EDDA8E84AD2DE0"
    "2A175BD0B9269BE94E2CF04393BF5BE4FB6003FC83DF93783C934A2468A5EB5F";
/* clang-format on */

struct one {
	struct jm_rsa_pub key;
	uint8_t digest[JM_DIGEST_MAX], sig[JM_RSA_BYTES_MAX];
	enum jm_hash h;
	size_t sig_len;
};

static void
as_it_is(struct one *o)
{
	(void)o;
}

/* --- no keys -------------------------------------------------------------- */

static void
no_modulus(struct one *o)
{
	o->key.n_len = 0;
	o->sig_len = 0;
}

static void
modulus_past_its_room(struct one *o)
{
	o->key.n_len = o->sig_len = sizeof o->key.n + 1;
}

static void
no_exponent(struct one *o)
{
	o->key.e_len = 0;
}

static void
exponent_past_its_room(struct one *o)
{
	o->key.e_len = sizeof o->key.e + 1;
}

/* --- keys that nothing is signed with ------------------------------------- */

static void
modulus_of_zeros(struct one *o)
{
	memset(o->key.n, 0, o->key.n_len);
}

static void
modulus_even(struct one *o)
{
	o->key.n[o->key.n_len - 1] ^= 1;
}

static void
modulus_of_one_byte(struct one *o)
{
	o->key.n_len = o->sig_len = 1;
}

static void
modulus_of_another(struct one *o)
{
	o->key.n[77] ^= 2;
}

static void
exponent_zero(struct one *o)
{
	memset(o->key.e, 0, sizeof o->key.e);
	o->key.e_len = 1;
}

static void
exponent_one(struct one *o)
{
	o->key.e[0] = 1;
	o->key.e_len = 1;
}

static void
exponent_even(struct one *o)
{
	o->key.e[2] = 0;
}

static void
exponent_of_another(struct one *o)
{
	o->key.e[0] = 3;
	o->key.e_len = 1;
}

static void
exponent_huge(struct one *o)
{
	memset(o->key.e, 0xff, sizeof o->key.e);
	o->key.e_len = sizeof o->key.e;
}

/* --- signatures ----------------------------------------------------------- */

static void
signature_empty(struct one *o)
{
	o->sig_len = 0;
}

static void
signature_short(struct one *o)
{
	o->sig_len--;
}

static void
signature_long(struct one *o)
{
	o->sig_len++;
}

static void
signature_of_zeros(struct one *o)
{
	memset(o->sig, 0, sizeof o->sig);
}

static void
signature_one(struct one *o)
{
	memset(o->sig, 0, sizeof o->sig);
	o->sig[o->sig_len - 1] = 1;
}

static void
signature_past_the_modulus(struct one *o)
{
	memset(o->sig, 0xff, sizeof o->sig);
}

static void
signature_the_modulus(struct one *o)
{
	memcpy(o->sig, o->key.n, o->sig_len);
}

static void
signature_changed(struct one *o)
{
	o->sig[200] ^= 4;
}

static void
digest_changed(struct one *o)
{
	o->digest[31] ^= 1;
}

static void
hash_of_another_length(struct one *o)
{
	o->h = JM_SHA512;
}

static const struct row {
	void (*spoil)(struct one *o);
	jm_err want;
} rows[] = {
	{ as_it_is, JM_OK },
	{ no_modulus, JM_ARG },
	{ modulus_past_its_room, JM_ARG },
	{ no_exponent, JM_ARG },
	{ exponent_past_its_room, JM_ARG },
	{ modulus_of_zeros, JM_BAD_SIG },
	{ modulus_even, JM_BAD_SIG },
	{ modulus_of_one_byte, JM_BAD_SIG },
	{ modulus_of_another, JM_BAD_SIG },
	{ exponent_zero, JM_BAD_SIG },
	{ exponent_one, JM_BAD_SIG },
	{ exponent_even, JM_BAD_SIG },
	{ exponent_of_another, JM_BAD_SIG },
	{ exponent_huge, JM_BAD_SIG },
	{ signature_empty, JM_BAD_SIG },
	{ signature_short, JM_BAD_SIG },
	{ signature_long, JM_BAD_SIG },
	{ signature_of_zeros, JM_BAD_SIG },
	{ signature_one, JM_BAD_SIG },
	{ signature_past_the_modulus, JM_BAD_SIG },
	{ signature_the_modulus, JM_BAD_SIG },
	{ signature_changed, JM_BAD_SIG },
	{ digest_changed, JM_BAD_SIG },
	{ hash_of_another_length, JM_BAD_SIG },
};

static void
make(struct one *o, const struct row *row, const char *sig)
{
	memset(o, 0, sizeof *o);
	assert_int_equal(
	    jm_hex_decode(modulus, o->key.n, sizeof o->key.n, &o->key.n_len),
	    JM_OK);
	memcpy(o->key.e, "\1\0\1", 3);
	o->key.e_len = 3;
	o->key.bits = 2048;
	assert_int_equal(
	    jm_hex_decode(sig, o->sig, sizeof o->sig, &o->sig_len), JM_OK);
	o->h = JM_SHA256;
	memset(o->digest, 0x42, sizeof o->digest);
	row->spoil(o);
}

static void
malformed_keys_and_pkcs1_signatures_have_their_codes(void **state)
{
	uint8_t t[JM_DIGESTINFO_MAX];
	static struct one o;
	size_t len;
	(void)state;

	for (size_t i = 0; i < NELEM(rows); i++) {
		jm_err e;

		make(&o, &rows[i], sig_pkcs1);
		jm_digestinfo(o.h, o.digest, t, &len);
		e = jm_rsa_verify_raw(&o.key, t, len, o.sig, o.sig_len);
		if (e != rows[i].want)
			fail_msg("row %d: %d", (int)i, (int)e);
	}
}

static void
malformed_keys_and_pss_signatures_have_their_codes(void **state)
{
	static struct one o;
	(void)state;

	for (size_t i = 0; i < NELEM(rows); i++) {
		jm_err e;

		make(&o, &rows[i], sig_pss);
		e = jm_rsa_verify_pss(&o.key, o.h, o.digest, o.sig, o.sig_len);
		if (e != rows[i].want)
			fail_msg("row %d: %d", (int)i, (int)e);
	}
}

static void
a_hash_that_there_is_none_of_is_refused(void **state)
{
	static struct one o;
	(void)state;

	make(&o, &rows[0], sig_pss);
	assert_int_equal(jm_rsa_verify_pss(&o.key, (enum jm_hash)77, o.digest,
			     o.sig, o.sig_len),
	    JM_CRYPTO);
}

static int
teardown(void **state)
{
	(void)state;

	jm_crypto_done();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    malformed_keys_and_pkcs1_signatures_have_their_codes),
		cmocka_unit_test(
		    malformed_keys_and_pss_signatures_have_their_codes),
		cmocka_unit_test(a_hash_that_there_is_none_of_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
