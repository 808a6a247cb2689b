/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attributes of keys on elliptic curves. */
#include "tests/support/test.h"

#include <string.h>

#include "pkcs11/attr.h"

static struct jm_cert cert;

/* In place of object.c. */
CK_RV
p11_object_read(struct p11_session *s, unsigned certs)
{
	(void)s;
	(void)certs;
	return CKR_OK;
}

int
p11_object_view(const struct p11_session *s, const struct p11_card *card,
    enum p11_kind kind, struct p11_object *o)
{
	(void)s;
	(void)card;
	(void)kind;
	o->cert = &cert;
	o->settled = 1;
	return 1;
}

static struct p11_object
object(enum p11_kind kind, enum jm_curve curve)
{
	memset(&cert, 0, sizeof cert);
	cert.ec.curve = curve;
	cert.ec.point_len = 1 + 2 * jm_curve_len(curve);
	memset(cert.ec.point, 0x5c, cert.ec.point_len);
	cert.ec.point[0] = 0x04;
	return (struct p11_object){ .kind = kind,
		.cert_id = JM_CERT_AUTH,
		.alg = JM_KEY_EC,
		.bits = jm_curve_bits(curve),
		.cert = &cert,
		.settled = 1,
		.caps = P11_CAP_EC | P11_CAP_SHA1 };
}

static CK_RV
answer(struct p11_object *o, CK_ATTRIBUTE_TYPE type, void *buf, CK_ULONG *len)
{
	CK_ATTRIBUTE a = { type, buf, *len };
	const CK_RV rv = p11_attr_answer(NULL, NULL, o, &a, 1);

	*len = a.ulValueLen;
	return rv;
}

static const enum p11_kind kinds[] = { P11_PUBKEY, P11_PRIVKEY };

static void
a_key_tells_its_curve_and_its_point(void **state)
{
	uint8_t buf[128];
	(void)state;

	for (size_t i = 0; i < 2 * NELEM(kinds); i++) {
		const int p384 = i % 2 == 1;
		struct p11_object o =
		    object(kinds[i / 2], p384 ? JM_P384 : JM_P256);
		CK_ULONG len = sizeof buf, type;

		assert_int_equal(answer(&o, CKA_EC_PARAMS, buf, &len), CKR_OK);
		if (p384) {
			assert_int_equal(len, 7);
			assert_memory_equal(
			    buf, "\x06\x05\x2b\x81\x04\x00\x22", 7);
		} else {
			assert_int_equal(len, 10);
			assert_memory_equal(buf,
			    "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 10);
		}
		len = sizeof buf;
		assert_int_equal(answer(&o, CKA_EC_POINT, buf, &len), CKR_OK);
		assert_int_equal(len, p384 ? 99 : 67);
		assert_int_equal(buf[0], 0x04);
		assert_int_equal(buf[1], p384 ? 97 : 65);
		assert_memory_equal(buf + 2, cert.ec.point, buf[1]);
		len = sizeof type;
		assert_int_equal(answer(&o, CKA_KEY_TYPE, &type, &len), CKR_OK);
		assert_int_equal(type, CKK_EC);
	}
}

static void
it_has_no_numbers_of_rsa(void **state)
{
	static const CK_ATTRIBUTE_TYPE none[] = { CKA_MODULUS, CKA_MODULUS_BITS,
		CKA_PUBLIC_EXPONENT, CKA_PRIVATE_EXPONENT, CKA_PRIME_1,
		CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT };
	uint8_t buf[600];
	(void)state;

	for (size_t k = 0; k < NELEM(kinds); k++) {
		struct p11_object o = object(kinds[k], JM_P384);

		for (size_t i = 0; i < NELEM(none); i++) {
			CK_ULONG len = sizeof buf;

			assert_int_equal(answer(&o, none[i], buf, &len),
			    CKR_ATTRIBUTE_TYPE_INVALID);
		}
	}
}

static void
its_secret_never_leaves(void **state)
{
	struct p11_object priv = object(P11_PRIVKEY, JM_P384);
	struct p11_object pub = object(P11_PUBKEY, JM_P384);
	uint8_t buf[100];
	CK_ULONG len = sizeof buf;
	(void)state;

	assert_int_equal(
	    answer(&priv, CKA_VALUE, buf, &len), CKR_ATTRIBUTE_SENSITIVE);
	assert_int_equal(len, CK_UNAVAILABLE_INFORMATION);
	len = sizeof buf;
	assert_int_equal(
	    answer(&pub, CKA_VALUE, buf, &len), CKR_ATTRIBUTE_TYPE_INVALID);
}

/* A certificate whose key is of another kind than the card's. */
static void
a_key_of_another_kind_is_not_shown(void **state)
{
	struct p11_object o = object(P11_PRIVKEY, JM_P384);
	uint8_t buf[600];
	CK_ULONG len = sizeof buf;
	(void)state;

	cert.ec.point_len = 0;
	cert.rsa.n_len = 256;
	assert_int_equal(
	    answer(&o, CKA_EC_POINT, buf, &len), CKR_ATTRIBUTE_TYPE_INVALID);
	len = sizeof buf;
	assert_int_equal(
	    answer(&o, CKA_MODULUS, buf, &len), CKR_ATTRIBUTE_TYPE_INVALID);
}

static void
it_names_the_mechanisms_of_curves_alone(void **state)
{
	CK_MECHANISM_TYPE list[P11_ATTR_MECHS_MAX];
	(void)state;

	for (size_t k = 0; k < NELEM(kinds); k++) {
		struct p11_object o = object(kinds[k], JM_P384);
		CK_ULONG len = sizeof list;

		assert_int_equal(
		    answer(&o, CKA_ALLOWED_MECHANISMS, list, &len), CKR_OK);
		assert_int_equal(len, 5 * sizeof list[0]);
		for (size_t i = 0; i < 5; i++)
			assert_true(list[i] == CKM_ECDSA ||
				    (list[i] >= CKM_ECDSA_SHA1 &&
					list[i] <= CKM_ECDSA_SHA512));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_tells_its_curve_and_its_point),
		cmocka_unit_test(it_has_no_numbers_of_rsa),
		cmocka_unit_test(its_secret_never_leaves),
		cmocka_unit_test(a_key_of_another_kind_is_not_shown),
		cmocka_unit_test(it_names_the_mechanisms_of_curves_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
