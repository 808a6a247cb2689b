/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/x509.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/tlv.h"
#include "tests/support/test.h"

static struct jm_cert parsed; /* too large for a frame */

/* In storage of exactly their size, for ASan to watch. */
static jm_err
parse_exact(const uint8_t *der, size_t n)
{
	uint8_t *mem = malloc(n > 0 ? n : 1);
	jm_err e;

	assert_non_null(mem);
	memcpy(mem, der, n);
	e = jm_cert_parse(mem, n, &parsed);
	free(mem);
	if (e != JM_OK) {
		assert_int_equal(parsed.der_len, 0);
		assert_int_equal(parsed.rsa.n_len, 0);
		assert_int_equal(parsed.subject.len, 0);
	}
	return e;
}

/*
 * Certificates put together of parts, to vary one at a time.  The signature is
 * never looked at by the parser.
 */
struct parts {
	const char *version, *serial, *alg, *name, *validity, *spki, *tail,
	    *outer_alg, *sig;
};

#define NAME "3010 310e 300c 0603550403 0c05 68656c6c6f"
#define DATES                                                                  \
	"301e 170d 3233303130313030303030305a 170d 3238303130313030303030305a"
#define EC_KEY     "3018 3013 06072a8648ce3d0201 06082a8648ce3d030107 0301 00"
#define SHA256_RSA "300d 06092a864886f70d01010b 0500"
#define PART_MAX   700 /* bytes of the longest part */

static const struct parts plain = { "a003020102", "020101", SHA256_RSA, NAME,
	DATES, EC_KEY, "", SHA256_RSA, "0302 00aa" };

static void
put_hex(struct jm_wbuf *w, const char *text)
{
	static uint8_t b[PART_MAX];
	size_t n;

	assert_int_equal(jm_hex_decode(text, b, sizeof b, &n), JM_OK);
	jm_put(w, b, n);
}

static size_t
build(const struct parts *p, uint8_t *out, size_t cap)
{
	struct jm_wbuf w;
	size_t n;

	jm_wbuf_init(&w, out, cap);
	put_hex(&w, p->version);
	put_hex(&w, p->serial);
	put_hex(&w, p->alg);
	put_hex(&w, p->name);
	put_hex(&w, p->validity);
	put_hex(&w, p->name);
	put_hex(&w, p->spki);
	put_hex(&w, p->tail);
	jm_tlv_wrap(&w, 0, 0x30);
	put_hex(&w, p->outer_alg);
	put_hex(&w, p->sig);
	jm_tlv_wrap(&w, 0, 0x30);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
	return n;
}

static jm_err
parse_parts(const struct parts *p)
{
	static uint8_t der[2 * PART_MAX];
	const size_t n = build(p, der, sizeof der);

	return parse_exact(der, n);
}

static void
each_part_is_checked(void **state)
{
	/* clang-format off */
	static const struct { size_t part; const char *hex; jm_err want; } row[] = {
		{ offsetof(struct parts, version), "a003020102", JM_OK },
		{ offsetof(struct parts, version), "", JM_OK }, /* version 1 */
		{ offsetof(struct parts, version), "a103020102", JM_FORMAT },
		/* OpenSSL cannot read these, so no program could use them */
		{ offsetof(struct parts, version), "a003040102", JM_FORMAT },
		{ offsetof(struct parts, version), "a0020200", JM_FORMAT },
		{ offsetof(struct parts, version), "a00402020002", JM_FORMAT },
		{ offsetof(struct parts, version), "a0050201020500", JM_FORMAT },
		{ offsetof(struct parts, serial), "0202 0001", JM_FORMAT },
		{ offsetof(struct parts, serial), "0202 0080", JM_OK },
		{ offsetof(struct parts, serial), "0202 ff80", JM_FORMAT },
		{ offsetof(struct parts, serial), "0202 ff7f", JM_OK },
		{ offsetof(struct parts, serial), "0201 ff", JM_OK },
		{ offsetof(struct parts, name), "300b 3109 3007 0603550483 0c00", JM_FORMAT },
		{ offsetof(struct parts, name), "300b 3109 3007 0603558003 0c00", JM_FORMAT },
		{ offsetof(struct parts, name), "300b 3109 3007 0603558103 0c00", JM_OK },
		{ offsetof(struct parts, name), "3008 3106 3004 0600 0c00", JM_FORMAT },
		{ offsetof(struct parts, spki), "300b 3006 06022a03 0000 0301 00", JM_FORMAT },
		{ offsetof(struct parts, spki), "300d 3008 06022a03 0500 0500 0301 00", JM_FORMAT },
		{ offsetof(struct parts, spki), "300a 3005 06022a03 05 0301 00", JM_FORMAT },
		{ offsetof(struct parts, spki), "3009 3004 06022a83 0301 00", JM_FORMAT },
		{ offsetof(struct parts, spki), "300a 3004 06022a03 0302 0780", JM_OK },
		{ offsetof(struct parts, spki), "300a 3004 06022a03 0302 0800", JM_FORMAT },
		{ offsetof(struct parts, spki), "3008 3004 06022a03 0300", JM_FORMAT },
		{ offsetof(struct parts, tail), "8100", JM_FORMAT },
		{ offsetof(struct parts, tail), "8102 0800", JM_FORMAT },
		{ offsetof(struct parts, tail), "8200", JM_FORMAT },
		{ offsetof(struct parts, serial), "0209 00ffffffffffffffff", JM_OK },
		{ offsetof(struct parts, serial), "0200", JM_FORMAT },
		{ offsetof(struct parts, serial), "040101", JM_FORMAT },
		{ offsetof(struct parts, serial), "", JM_FORMAT },
		{ offsetof(struct parts, alg),
		    "300d 06092a864886f70d01010c 0500", JM_FORMAT },
		{ offsetof(struct parts, alg), "300b 06092a864886f70d01010b", JM_FORMAT },
		{ offsetof(struct parts, alg), "0500", JM_FORMAT },
		{ offsetof(struct parts, outer_alg),
		    "300d 06092a864886f70d01010c 0500", JM_FORMAT },
		{ offsetof(struct parts, outer_alg), "0500", JM_FORMAT },
		{ offsetof(struct parts, sig), "0301 00", JM_OK },
		{ offsetof(struct parts, sig), "0300", JM_FORMAT },
		{ offsetof(struct parts, sig), "0302 01aa", JM_FORMAT },
		{ offsetof(struct parts, sig), "0402 00aa", JM_FORMAT },
		{ offsetof(struct parts, sig), "0302 00aa 0500", JM_FORMAT },
		{ offsetof(struct parts, name), "3000", JM_OK },
		{ offsetof(struct parts, name), "3002 3100", JM_FORMAT },
		{ offsetof(struct parts, name), "3004 3102 3000", JM_FORMAT },
		{ offsetof(struct parts, name), "3009 3107 3005 0603550403", JM_FORMAT },
		{ offsetof(struct parts, name),
		    "300d 310b 3009 0603550403 0c00 0c00", JM_FORMAT },
		{ offsetof(struct parts, name), "300b 3109 3007 0403550403 0c00", JM_FORMAT },
		{ offsetof(struct parts, name), "300b 3009 3007 0603550403 0c00", JM_FORMAT },
		{ offsetof(struct parts, name), "3100", JM_FORMAT },
		{ offsetof(struct parts, validity),
		    "301e 170d 3233303130313030303030305a"
		    " 170d 3238303133323030303030305a", JM_FORMAT },
		{ offsetof(struct parts, validity),
		    "300f 170d 3233303130313030303030305a", JM_FORMAT },
		{ offsetof(struct parts, validity),
		    "3020 170d 3233303130313030303030305a"
		    " 170d 3238303130313030303030305a 0500", JM_FORMAT },
		{ offsetof(struct parts, validity), "3000", JM_FORMAT },
		{ offsetof(struct parts, spki), EC_KEY, JM_OK },
		{ offsetof(struct parts, spki), "3000", JM_FORMAT },
		{ offsetof(struct parts, spki), "3005 3000 0301 00", JM_FORMAT },
		{ offsetof(struct parts, spki), "3009 3004 06022a03 0301 00", JM_OK },
		{ offsetof(struct parts, spki), "3008 3004 06022a03 0500", JM_FORMAT },
		{ offsetof(struct parts, spki),
		    "300b 3004 06022a03 0301 00 0500", JM_FORMAT },
		{ offsetof(struct parts, tail), "8102 0055", JM_OK },
		{ offsetof(struct parts, tail), "8102 0055 8202 0055", JM_OK },
		{ offsetof(struct parts, tail), "8202 0055 8102 0055", JM_FORMAT },
		{ offsetof(struct parts, tail), "0500", JM_FORMAT },
		{ offsetof(struct parts, tail), "a302 3000", JM_OK },
		{ offsetof(struct parts, tail), "a300", JM_FORMAT },
		{ offsetof(struct parts, tail), "a304 3000 3000", JM_FORMAT },
		{ offsetof(struct parts, tail), "a302 3000 0500", JM_FORMAT },
		{ offsetof(struct parts, tail), "a304 3002 3000", JM_FORMAT },
		{ offsetof(struct parts, tail), "a30a 3008 3006 06022a03 0400", JM_OK },
		{ offsetof(struct parts, tail),
		    "a30c 300a 3008 06022a03 0400 0500", JM_FORMAT },
		{ offsetof(struct parts, tail), "a308 3006 3004 06022a03", JM_FORMAT },
		{ offsetof(struct parts, tail),
		    "a30e 300c 300a 06022a03 01020000 0400", JM_FORMAT },
		{ offsetof(struct parts, tail), "a30a 3008 3006 06022a83 0400", JM_FORMAT },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct parts p = plain;

		memcpy(
		    (char *)&p + row[i].part, &row[i].hex, sizeof row[i].hex);
		if (parse_parts(&p) != row[i].want)
			fail_msg("row %zu: %s", i, row[i].hex);
	}
}

static void
extensions_are_read_or_refused(void **state)
{
	/* clang-format off */
	static const struct {
		const char *ext; jm_err want; int ku, ca;
	} row[] = {
		{ "", JM_OK, -1, 0 },
		{ "300b 0603551d0f 0404 03020780", JM_OK,
		    JM_KU_DIGITAL_SIGNATURE, 0 },
		{ "300e 0603551d0f 0101ff 0404 030206c0", JM_OK,
		    JM_KU_DIGITAL_SIGNATURE | JM_KU_NON_REPUDIATION, 0 },
		{ "300b 0603551d0f 0404 03020106", JM_OK,
		    JM_KU_KEY_CERT_SIGN | JM_KU_CRL_SIGN, 0 },
		{ "300b 0603551d0f 0404 03020520", JM_OK, JM_KU_OTHER, 0 },
		{ "300c 0603551d0f 0405 0303070080", JM_OK, JM_KU_OTHER, 0 },
		{ "300a 0603551d0f 0403 030100", JM_OK, 0, 0 },
		{ "300a 0603551d0f 0403 030107", JM_FORMAT, 0, 0 },
		{ "300b 0603551d0f 0404 03020880", JM_FORMAT, 0, 0 },
		{ "3009 0603551d0f 0402 0300", JM_FORMAT, 0, 0 },
		{ "300d 0603551d0f 0406 030207800500", JM_FORMAT, 0, 0 },
		{ "300b 0603551d0f 0404 04020780", JM_FORMAT, 0, 0 },
		{ "3007 0603551d0f 0400", JM_FORMAT, 0, 0 },
		{ "300b 0603551d0f 0404 03020780"
		  " 300b 0603551d0f 0404 03020780", JM_FORMAT, 0, 0 },
		{ "3009 0603551d13 0402 3000", JM_OK, -1, 0 },
		{ "300c 0603551d13 0405 30030101ff", JM_OK, -1, 1 },
		{ "300f 0603551d13 0101ff 0405 30030101ff", JM_OK, -1, 1 },
		{ "300f 0603551d13 0408 30060101ff020100", JM_OK, -1, 1 },
		{ "300c 0603551d13 0405 3003010100", JM_OK, -1, 0 },
		{ "300c 0603551d13 0405 3003020100", JM_OK, -1, 0 },
		{ "300d 0603551d13 0406 30040102ffff", JM_FORMAT, 0, 0 },
		{ "300b 0603551d13 0404 30020100", JM_FORMAT, 0, 0 },
		{ "300b 0603551d13 0404 30000500", JM_FORMAT, 0, 0 },
		{ "3007 0603551d13 0400", JM_FORMAT, 0, 0 },
		{ "300c 0603551d13 0405 30030101ff"
		  " 3009 0603551d13 0402 3000", JM_FORMAT, 0, 0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct parts p = plain;
		uint8_t mem[128];
		char tail[300];
		struct jm_wbuf w;
		size_t n;

		jm_wbuf_init(&w, mem, sizeof mem);
		put_hex(&w, row[i].ext);
		jm_tlv_wrap(&w, 0, 0x30);
		jm_tlv_wrap(&w, 0, 0xa3);
		assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
		assert_int_equal(
		    jm_hex_encode(mem, n, tail, sizeof tail), JM_OK);
		p.tail = tail;
		if (parse_parts(&p) != row[i].want)
			fail_msg("row %zu: %s", i, row[i].ext);
		if (row[i].want != JM_OK)
			continue;
		assert_int_equal(parsed.key_usage, row[i].ku);
		assert_int_equal(parsed.is_ca, row[i].ca);
	}
}

/* Both places of the signature's algorithm say the same. */
static void
the_algorithm_is_well_formed(void **state)
{
	/* clang-format off */
	static const struct { const char *alg; jm_err want; } row[] = {
		{ "300d 06092a864886f70d01010b 0500", JM_OK },
		{ "300b 06092a864886f70d01010b", JM_OK },
		{ "300f 06092a864886f70d01010b 3002 0500", JM_OK },
		{ "300f 06092a864886f70d01010b 0500 0500", JM_FORMAT },
		{ "300d 06092a864886f70d01010b 0000", JM_FORMAT },
		{ "300d 06092a864886f70d01018b 0500", JM_FORMAT },
		{ "300d 06092a864880f70d01010b 0500", JM_FORMAT },
		{ "3000", JM_FORMAT },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct parts p = plain;

		p.alg = p.outer_alg = row[i].alg;
		if (parse_parts(&p) != row[i].want)
			fail_msg("row %zu: %s", i, row[i].alg);
	}
}

/* SubjectPublicKeyInfo of RSA with numbers of the given sizes. */
static jm_err
parse_rsa(size_t n_len, uint8_t n_first, size_t e_len, uint8_t e_first)
{
	static uint8_t mem[PART_MAX];
	static char spki[2 * PART_MAX + 1];
	struct parts p = plain;
	size_t bits, key, e, len;
	struct jm_wbuf w;

	jm_wbuf_init(&w, mem, sizeof mem);
	put_hex(&w, "300d 06092a864886f70d010101 0500");
	bits = w.len;
	jm_put_u8(&w, 0);
	key = w.len;
	jm_put_u8(&w, n_first);
	jm_put_fill(&w, 0x81, n_len - 1);
	jm_tlv_wrap(&w, key, 0x02);
	e = w.len;
	jm_put_u8(&w, e_first);
	jm_put_fill(&w, 0x01, e_len - 1);
	jm_tlv_wrap(&w, e, 0x02);
	jm_tlv_wrap(&w, key, 0x30);
	jm_tlv_wrap(&w, bits, 0x03);
	jm_tlv_wrap(&w, 0, 0x30);
	assert_int_equal(jm_wbuf_done(&w, &len), JM_OK);
	assert_int_equal(jm_hex_encode(mem, len, spki, sizeof spki), JM_OK);
	p.spki = spki;
	return parse_parts(&p);
}

static void
rsa_keys_have_bounds(void **state)
{
	/* clang-format off */
	static const struct {
		size_t n; uint8_t n0; size_t e; uint8_t e0;
		jm_err want; size_t n_len; unsigned bits;
	} row[] = {
		{ 257, 0x00, 3, 0x01, JM_OK, 256, 2048 },
		{ 256, 0x7f, 3, 0x01, JM_OK, 256, 2047 },
		{ 256, 0x01, 3, 0x01, JM_OK, 256, 2041 },
		{ 513, 0x00, 3, 0x01, JM_OK, 512, 4096 },
		{ 514, 0x01, 3, 0x01, JM_OK, 0, 0 },
		{ 129, 0x00, 1, 0x03, JM_OK, 128, 1024 },
		{ 127, 0x01, 3, 0x01, JM_OK, 0, 0 },
		{ 257, 0x00, 8, 0x01, JM_OK, 256, 2048 },
		{ 257, 0x00, 9, 0x00, JM_OK, 256, 2048 },
		{ 257, 0x00, 9, 0x01, JM_OK, 0, 0 },
		{ 256, 0x80, 3, 0x01, JM_FORMAT, 0, 0 },
		{ 257, 0x00, 3, 0x80, JM_FORMAT, 0, 0 },
		{ 257, 0x00, 1, 0x00, JM_FORMAT, 0, 0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		if (parse_rsa(row[i].n, row[i].n0, row[i].e, row[i].e0) !=
		    row[i].want)
			fail_msg("row %zu", i);
		assert_int_equal(parsed.rsa.n_len, row[i].n_len);
		assert_int_equal(parsed.rsa.bits, row[i].bits);
		if (row[i].n_len > 0)
			assert_int_not_equal(parsed.rsa.n[0], 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_part_is_checked),
		cmocka_unit_test(the_algorithm_is_well_formed),
		cmocka_unit_test(extensions_are_read_or_refused),
		cmocka_unit_test(rsa_keys_have_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
