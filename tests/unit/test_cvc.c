/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/cvc.h"

#include <string.h>

#include "base/tlv.h"
#include "crypto/ctx.h"
#include "crypto/digest.h"
#include "tests/support/test.h"

static struct {
	struct jm_soft_key *root, *other;
	struct jm_ec_pub root_pub, other_pub;
	struct jm_cvc spec;
	uint8_t cvc[JM_CVC_MAX];
	size_t len;
} fix;

static int
setup(void **state)
{
	(void)state;

	if (jm_soft_key_new_ec(JM_P256, &fix.root) != JM_OK ||
	    jm_soft_key_new_ec(JM_P256, &fix.other) != JM_OK ||
	    jm_soft_key_ec_pub(fix.root, &fix.root_pub) != JM_OK ||
	    jm_soft_key_ec_pub(fix.other, &fix.other_pub) != JM_OK)
		return -1;
	strcpy(fix.spec.issuer, "TESTROOT00000001");
	strcpy(fix.spec.holder, "COUNTER-1");
	strcpy(fix.spec.last_day, "20361231");
	fix.spec.role = JM_CVC_COUNTER;
	fix.spec.rights = 0x80000102;
	fix.spec.pub = fix.other_pub;
	return jm_cvc_make(&fix.spec, fix.root, fix.cvc, &fix.len) != JM_OK;
}

static int
teardown(void **state)
{
	(void)state;

	jm_soft_key_free(&fix.root);
	jm_soft_key_free(&fix.other);
	jm_crypto_done();
	return 0;
}

static int
is_zero(const struct jm_cvc *c)
{
	static const struct jm_cvc zero;

	return memcmp(c, &zero, sizeof zero) == 0;
}

static void
what_is_made_can_be_read_and_verified(void **state)
{
	static const enum jm_cvc_role roles[] = { JM_CVC_CARD, JM_CVC_COUNTER,
		JM_CVC_ISSUER, JM_CVC_OPERATOR, JM_CVC_SERVICE };
	uint8_t mem[JM_CVC_MAX];
	struct jm_cvc c;
	size_t len;
	(void)state;

	for (size_t i = 0; i < NELEM(roles); i++) {
		struct jm_cvc spec = fix.spec;

		spec.role = roles[i];
		assert_int_equal(
		    jm_cvc_make(&spec, fix.root, mem, &len), JM_OK);
		assert_int_equal(
		    jm_cvc_accept(mem, len, &fix.root_pub, &c), JM_OK);
		assert_string_equal(c.issuer, "TESTROOT00000001");
		assert_string_equal(c.holder, "COUNTER-1");
		assert_string_equal(c.last_day, "20361231");
		assert_int_equal(c.role, roles[i]);
		assert_int_equal(c.rights, 0x80000102);
		assert_memory_equal(c.pub.point, fix.other_pub.point, 65);
		assert_int_equal(c.raw_len, len);
		assert_memory_equal(c.raw, mem, len);
	}
}

static void
only_its_signer_s_key_verifies_it(void **state)
{
	struct jm_ec_pub none = { .curve = JM_P256 };
	struct jm_cvc c;
	(void)state;

	assert_int_equal(
	    jm_cvc_accept(fix.cvc, fix.len, &fix.other_pub, &c), JM_BAD_SIG);
	assert_true(is_zero(&c));
	assert_int_not_equal(jm_cvc_accept(fix.cvc, fix.len, &none, &c), JM_OK);
	assert_int_equal(jm_cvc_verify(&c, &fix.root_pub), JM_BAD_SIG);
}

static void
each_truncation_is_refused(void **state)
{
	struct jm_cvc c;
	(void)state;

	for (size_t n = 0; n < fix.len; n++) {
		/* memory of exactly that size: a read past it is seen */
		uint8_t *part = malloc(n + 1);

		assert_non_null(part);
		memcpy(part + 1, fix.cvc, n);
		assert_int_equal(jm_cvc_parse(part + 1, n, &c), JM_FORMAT);
		assert_true(is_zero(&c));
		free(part);
	}
}

static void
each_changed_bit_is_refused(void **state)
{
	uint8_t mem[JM_CVC_MAX];
	struct jm_cvc c;
	(void)state;

	memcpy(mem, fix.cvc, fix.len);
	for (size_t bit = 0; bit < 8 * fix.len; bit++) {
		jm_err e;

		mem[bit / 8] ^= (uint8_t)(1 << bit % 8);
		e = jm_cvc_accept(mem, fix.len, &fix.root_pub, &c);
		assert_true(e == JM_FORMAT || e == JM_BAD_SIG);
		assert_true(is_zero(&c));
		mem[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_int_equal(jm_cvc_accept(mem, fix.len, &fix.root_pub, &c), JM_OK);
}

/* One certificate, told object by object. */
struct objects {
	uint8_t profile;
	size_t profile_len;
	const char *issuer, *holder, *role, *day;
	size_t role_len, sig_len;
	const struct jm_ec_pub *pub;
	unsigned tag[6];     /* of the body, in this order; 0: left out */
	const char *behind;  /* bytes behind the body's objects */
	const char *outside; /* behind the signature */
};

static const struct objects good = {
	.profile = 1,
	.profile_len = 1,
	.issuer = "I",
	.holder = "H",
	.role = "\x02\0\0\0\x01",
	.day = "20300228",
	.role_len = 5,
	.sig_len = 64,
	.pub = &fix.other_pub,
	.tag = { 0x5f29, 0x42, 0x5f20, 0x4c, 0x5f24, 0x86 },
	.behind = "",
	.outside = "",
};

/* Signed by the root whatever it is: what refuses it is the parser alone. */
static jm_err
parse_objects(const struct objects *o)
{
	uint8_t mem[400], hash[32], sig[JM_EC_SIG_MAX];
	struct jm_wbuf w;
	struct jm_cvc c;
	size_t n;
	jm_err e;

	jm_wbuf_init(&w, mem, sizeof mem);
	for (size_t i = 0; i < NELEM(o->tag); i++) {
		switch (o->tag[i]) {
		case 0: break;
		case 0x5f29:
			jm_put_tlv_head(&w, 0x5f29, o->profile_len);
			jm_put_fill(&w, o->profile, o->profile_len);
			break;
		case 0x42:
			jm_put_tlv(&w, 0x42, o->issuer, strlen(o->issuer));
			break;
		case 0x5f20:
			jm_put_tlv(&w, 0x5f20, o->holder, strlen(o->holder));
			break;
		case 0x4c: jm_put_tlv(&w, 0x4c, o->role, o->role_len); break;
		case 0x5f24:
			jm_put_tlv(&w, 0x5f24, o->day, strlen(o->day));
			break;
		case 0x86:
			jm_put_tlv(&w, 0x86, o->pub->point, o->pub->point_len);
			break;
		default: jm_put_tlv(&w, o->tag[i], "", 0);
		}
	}
	jm_put(&w, o->behind, strlen(o->behind));
	jm_tlv_wrap(&w, 0, 0x7f4e);
	assert_int_equal(jm_hash(JM_SHA256, w.mem, w.len, hash), JM_OK);
	assert_int_equal(
	    jm_soft_key_sign_ecdsa(fix.root, hash, 32, sig, &n), JM_OK);
	jm_put_tlv(&w, 0x5f37, sig, o->sig_len);
	jm_put(&w, o->outside, strlen(o->outside));
	jm_tlv_wrap(&w, 0, 0x7f21);
	assert_false(w.full);
	e = jm_cvc_accept(w.mem, w.len, &fix.root_pub, &c);
	assert_int_equal(is_zero(&c), e != JM_OK);
	return e;
}

#define ID_16 "0123456789ABCDEF"

static void
each_object_has_one_form(void **state)
{
	struct objects o = good;
	struct jm_ec_pub off = fix.other_pub, p384 = fix.other_pub;
	(void)state;

	off.point[64] ^= 1;
	p384.point_len = 97;
	assert_int_equal(parse_objects(&o), JM_OK);
#define IS(want, field, value)                                                 \
	do {                                                                   \
		o = good;                                                      \
		o.field = (value);                                             \
		assert_int_equal(parse_objects(&o), want);                     \
	} while (0)
	IS(JM_OK, issuer, ID_16);
	IS(JM_OK, holder, ID_16);
	IS(JM_OK, day, "20280229");
	IS(JM_OK, day, "20000229");
	IS(JM_FORMAT, issuer, "");
	IS(JM_FORMAT, issuer, ID_16 "0");
	IS(JM_FORMAT, issuer, "a b");
	IS(JM_FORMAT, holder, "");
	IS(JM_FORMAT, holder, ID_16 "0");
	IS(JM_FORMAT, holder, "a\x7f");
	IS(JM_FORMAT, holder, "\xe5\xb8\x82");
	IS(JM_FORMAT, profile, 0);
	IS(JM_FORMAT, profile, 2);
	IS(JM_FORMAT, profile_len, 0);
	IS(JM_FORMAT, profile_len, 2);
	IS(JM_FORMAT, role, "\0\0\0\0\x01");
	IS(JM_FORMAT, role, "\x06\0\0\0\x01");
	IS(JM_FORMAT, role, "\xff\0\0\0\x01");
	IS(JM_FORMAT, role_len, 4);
	IS(JM_FORMAT, role_len, 0);
	IS(JM_FORMAT, day, "20290229");
	IS(JM_FORMAT, day, "21000229");
	IS(JM_FORMAT, day, "20301301");
	IS(JM_FORMAT, day, "20300001");
	IS(JM_FORMAT, day, "20300100");
	IS(JM_FORMAT, day, "20300431");
	IS(JM_FORMAT, day, "2030010");
	IS(JM_FORMAT, day, "203001011");
	IS(JM_FORMAT, day, "2030010a");
	IS(JM_FORMAT, pub, &off);
	IS(JM_FORMAT, pub, &p384);
	IS(JM_FORMAT, sig_len, 63);
	IS(JM_FORMAT, sig_len, 65);
	IS(JM_FORMAT, behind, "\x42\x01x");
	IS(JM_FORMAT, outside, "\x42\x01x");
	IS(JM_FORMAT, outside, "\x42");
#undef IS
}

static void
objects_come_once_and_in_order(void **state)
{
	struct objects o;
	(void)state;

	for (size_t i = 0; i < NELEM(o.tag); i++) {
		o = good;
		o.tag[i] = 0;
		assert_int_equal(parse_objects(&o), JM_FORMAT);
		o = good;
		o.tag[i] = 0x53; /* unknown */
		assert_int_equal(parse_objects(&o), JM_FORMAT);
		o = good;
		o.tag[i] = good.tag[(i + 1) % NELEM(o.tag)]; /* twice */
		assert_int_equal(parse_objects(&o), JM_FORMAT);
		if (i == 0)
			continue;
		o = good;
		o.tag[i] = good.tag[i - 1];
		o.tag[i - 1] = good.tag[i];
		assert_int_equal(parse_objects(&o), JM_FORMAT);
	}
}

static void
only_the_shortest_lengths_are_taken(void **state)
{
	uint8_t mem[JM_CVC_MAX + 8];
	struct jm_cvc c;
	(void)state;

	/* 7F21 81 n -> 7F21 82 00 n */
	assert_int_equal(fix.cvc[2], 0x81);
	memcpy(mem, fix.cvc, 2);
	memcpy(mem + 2, "\x82\0", 2);
	memcpy(mem + 4, fix.cvc + 3, fix.len - 3);
	assert_int_equal(jm_cvc_parse(mem, fix.len + 1, &c), JM_FORMAT);
	/* bytes behind the whole */
	memcpy(mem, fix.cvc, fix.len);
	mem[fix.len] = 0;
	assert_int_equal(jm_cvc_parse(mem, fix.len + 1, &c), JM_FORMAT);
	assert_int_equal(jm_cvc_parse(mem, JM_CVC_MAX + 1, &c), JM_FORMAT);
}

static void
what_could_not_be_read_is_not_made(void **state)
{
	struct jm_soft_key *p384;
	uint8_t mem[JM_CVC_MAX];
	struct jm_cvc s;
	size_t len = 9;
	(void)state;

#define REFUSED(change)                                                        \
	do {                                                                   \
		s = fix.spec;                                                  \
		change;                                                        \
		assert_int_equal(                                              \
		    jm_cvc_make(&s, fix.root, mem, &len), JM_ARG);             \
		assert_int_equal(len, 0);                                      \
	} while (0)
	REFUSED(s.issuer[0] = 0);
	REFUSED(memset(s.issuer, 'A', sizeof s.issuer));
	REFUSED(memset(s.holder, 'A', sizeof s.holder));
	REFUSED(memset(s.last_day, '1', sizeof s.last_day));
	REFUSED(s.holder[0] = ' ');
	REFUSED(s.last_day[7] = '9');
	REFUSED(s.role = (enum jm_cvc_role)0);
	REFUSED(s.role = (enum jm_cvc_role)6);
	REFUSED(s.pub.point_len = 0);
	REFUSED(s.pub.curve = JM_P384);
	REFUSED(s.pub.point[1] ^= 1);
#undef REFUSED
	assert_int_equal(jm_soft_key_new_ec(JM_P384, &p384), JM_OK);
	assert_int_equal(
	    jm_cvc_make(&fix.spec, p384, mem, &len), JM_UNSUPPORTED);
	assert_int_equal(len, 0);
	jm_soft_key_free(&p384);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_made_can_be_read_and_verified),
		cmocka_unit_test(only_its_signer_s_key_verifies_it),
		cmocka_unit_test(each_truncation_is_refused),
		cmocka_unit_test(each_changed_bit_is_refused),
		cmocka_unit_test(each_object_has_one_form),
		cmocka_unit_test(objects_come_once_and_in_order),
		cmocka_unit_test(only_the_shortest_lengths_are_taken),
		cmocka_unit_test(what_could_not_be_read_is_not_made),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
