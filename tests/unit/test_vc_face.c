/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The face application: what its files hold and who gets it. */
#include <string.h>

#include "crypto/digest.h"
#include "tests/support/test.h"
#include "tests/support/vc_apps.h"
#include "vcard/vc_issue.h"

#define EF_MAX 8192

static uint8_t ef[EF_MAX];

static const struct vc_ref refs[] = {
	{ 0x0011, KNOWN_BIRTH6 },
	{ 0x0012, KNOWN_B },
	{ 0x0013, KNOWN_NUMBER },
};

static void
enter(struct vc_try *t)
{
	assert_int_equal(vc_say(t, SELECT_FACE), 0x9000);
	for (size_t i = 0; i < NELEM(refs); i++)
		assert_int_equal(
		    vc_verify_text(t, refs[i].id, refs[i].value), 0x9000);
}

static void
city_key(struct vc_try *t, struct jm_rsa_pub *out)
{
	static uint8_t cert[600];
	const uint8_t *p = cert, *val;
	static struct jm_rsa_pub upper;
	size_t left = vc_read_ef(t, 0x0004, cert, sizeof cert), n;

	assert_int_equal(left, 568);
	val = vc_take(&p, &left, 0x7f21, &n, NULL);
	vc_public_file(t, "upper-ca.pem", &upper);
	vc_open_cvc(val, n, "6000023", "6000024", &upper, out);
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

/* The polynomial of ISO/IEC 15948, annex D, bit by bit. */
static uint32_t
crc(const uint8_t *p, size_t n)
{
	uint32_t c = ~(uint32_t)0;

	for (size_t i = 0; i < n; i++)
		for (int b = 0; b < 8; b++) {
			uint32_t bit = (c ^ (uint32_t)(p[i] >> b)) & 1;

			c = c >> 1 ^ (bit != 0 ? 0xedb88320u : 0);
		}
	return ~c;
}

/*
 * A PNG of one bit a point and this size, all chunks in order with good sums,
 * its rows stored: returns how many of its points are black.
 */
static unsigned
check_png(const uint8_t *p, size_t n, unsigned width, unsigned height)
{
	const size_t row = 1 + (width + 7) / 8, rows = row * height;
	const uint8_t *idat = p + 8 + 25;
	unsigned black = 0, a = 1, b = 0;

	assert_int_equal(n, 8 + 25 + 12 + 2 + 5 + rows + 4 + 12);
	assert_memory_equal(p, "\x89PNG\r\n\x1a\n", 8);
	assert_memory_equal(p + 8, "\0\0\0\x0dIHDR", 8);
	assert_int_equal(be32(p + 16), width);
	assert_int_equal(be32(p + 20), height);
	assert_memory_equal(p + 24, "\1\0\0\0\0", 5);
	assert_int_equal(be32(p + 29), crc(p + 12, 17));
	assert_int_equal(be32(idat), 2 + 5 + rows + 4);
	assert_memory_equal(idat + 4, "IDAT\x78\x01\x01", 7);
	assert_int_equal(idat[11] | idat[12] << 8, rows);
	assert_int_equal((idat[13] | idat[14] << 8) ^ 0xffff, rows);
	for (size_t i = 0; i < rows; i++) {
		a = (a + idat[15 + i]) % 65521;
		b = (b + a) % 65521;
		if (i % row == 0)
			assert_int_equal(idat[15 + i], 0); /* no filter */
		else
			for (unsigned k = 0; k < 8; k++)
				black += (idat[15 + i] >> k & 1) == 0;
	}
	assert_int_equal(be32(idat + 15 + rows), b << 16 | a);
	assert_int_equal(
	    be32(idat + 19 + rows), crc(idat + 4, 4 + 2 + 5 + rows + 4));
	assert_memory_equal(p + n - 12, "\0\0\0\0IEND\xae\x42\x60\x82", 12);
	return black;
}

static void
each_set_of_references_opens_its_files(void **state)
{
	/* sets: none, birth, B, birth B, A, birth A, B A, all */
	static const struct vc_reach rows[] = {
		{ 0x0001, "-+-+-+-+" },
		{ 0x0002, "--++++++" },
		{ 0x0003, "++++++++" },
		{ 0x0004, "++++++++" },
		{ 0x0005, "----++++" },
		{ 0x0006, "--++++++" },
		{ 0x0007, "nnnnnnnn" },
		{ 0x0011, "kkkkkkkk" },
		{ 0x0012, "kkkkkkkk" },
		{ 0x0013, "kkkkkkkk" },
		{ 0x0014, "kkkkkkkk" },
	};

	vc_check_reach(
	    *state, SELECT_FACE, refs, NELEM(refs), rows, NELEM(rows));
}

/* The object outer { first, public key, signature of both }. */
static const uint8_t *
check_signed(struct vc_try *t, unsigned id, unsigned outer, unsigned first,
    size_t *first_len, struct jm_rsa_pub *card)
{
	const uint8_t *p = ef, *val, *object, *key, *sig, *end;
	struct jm_rsa_pub city;
	size_t left, n, key_len;

	city_key(t, &city);
	left = vc_read_ef(t, id, ef, sizeof ef);
	val = vc_take(&p, &left, outer, &n, NULL);
	assert_int_equal(left, 0);
	p = val;
	left = n;
	object = vc_take(&p, &left, first, first_len, NULL);
	key = vc_take(&p, &left, first + 1, &key_len, NULL);
	end = p;
	sig = vc_take(&p, &left, first + 2, &n, NULL);
	assert_int_equal(left, 0);
	vc_take_key(key, key_len, card);
	vc_must_verify(&city, val, (size_t)(end - val), sig, n);
	return object;
}

static void
birth_date_and_number_are_signed_for_themselves(void **state)
{
	struct vc_try *t = *state;
	struct jm_rsa_pub one, other;
	const uint8_t *object;
	size_t n;

	enter(t);
	object = check_signed(t, 0x0001, 0xff10, 0xdf11, &n, &one);
	assert_int_equal(n, 8);
	assert_memory_equal(object, "19820914", 8);
	object = check_signed(t, 0x0005, 0xff40, 0xdf41, &n, &other);
	assert_true(check_png(object, n, 72, 12) > 100);
	assert_memory_equal(one.n, other.n, one.n_len);
	/* It is the key of 80 2A. */
	assert_int_equal(vc_say(t, "802A030003414243 00"), 0x9000);
	vc_must_verify(&one, "ABC", 3, t->rsp, t->rsp_len);
	assert_int_equal(vc_say(t, "0088000003414243 00"), 0x6985);
}

/* EF 0002: the objects that are there, by the table of their places. */
struct face {
	const uint8_t *val[9], *whole[9], *end[9];
	size_t len[9];
};

static void
read_face(struct vc_try *t, const char *there, struct face *f)
{
	const uint8_t *p = ef, *val, *table;
	size_t left, n;

	left = vc_read_ef(t, 0x0002, ef, sizeof ef);
	val = vc_take(&p, &left, 0xff20, &n, NULL);
	assert_int_equal(left, 0);
	p = val;
	left = n;
	table = vc_take(&p, &left, 0xdf21, &n, NULL);
	assert_int_equal(n, 18);
	for (unsigned i = 0; i < 9; i++) {
		size_t at = (size_t)table[2 * i] << 8 | table[2 * i + 1];

		f->whole[i] = f->end[i] = p;
		f->val[i] = NULL;
		f->len[i] = 0;
		if (there[i] == '-') {
			assert_int_equal(at, 0);
			continue;
		}
		f->val[i] =
		    vc_take(&p, &left, 0xdf22 + i, &f->len[i], &f->whole[i]);
		f->end[i] = p;
		assert_int_equal(at, (size_t)(f->whole[i] - ef));
	}
	assert_int_equal(left, 0);
}

/* The guess: hash values of birth to key, of the pictures, of the photo. */
static void
check_face_signature(struct vc_try *t, const struct face *f)
{
	static const int first[] = { 0, 3, 5 }, last[] = { 2, 4, 5 };
	uint8_t hashes[96], hash[64];
	struct jm_rsa_pub city;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(
		    jm_hash(JM_SHA256, f->whole[first[i]],
			(size_t)(f->end[last[i]] - f->whole[first[i]]), hash),
		    JM_OK);
		memcpy(hashes + 32 * (size_t)i, hash, 32);
	}
	city_key(t, &city);
	vc_must_verify(&city, hashes, sizeof hashes, f->val[6], f->len[6]);
}

static void
the_face_holds_what_it_shows(void **state)
{
	struct vc_try *t = *state;
	struct jm_rsa_pub card;
	struct face f;

	enter(t);
	read_face(t, "+++++++++", &f);
	assert_int_equal(f.len[0], 8);
	assert_memory_equal(f.val[0], "19820914", 8);
	assert_int_equal(f.len[1], 1);
	assert_int_equal(f.val[1][0], '2');
	vc_take_key(f.val[2], f.len[2], &card);
	/* five characters in boxes of 16 by 16, sixteen on a line */
	assert_true(check_png(f.val[3], f.len[3], 5 * 16, 16) > 5 * 50);
	assert_true(check_png(f.val[4], f.len[4], 16 * 16, 16) > 16 * 50);
	assert_memory_equal(f.val[5], "\0\0\0\x0cjP  \r\n\x87\n", 12);
	assert_memory_equal(f.val[5] + 16, "ftypjp2 ", 8);
	assert_memory_equal(f.val[5] + f.len[5] - 2, "\xff\xd9", 2);
	check_face_signature(t, &f);
	assert_int_equal(f.len[7], 8);
	assert_memory_equal(f.val[7], KNOWN_EXPIRY, 8);
	assert_true(check_png(f.val[8], f.len[8], 24, 12) > 30);
}

static void
version_and_key_id_look_as_measured(void **state)
{
	static const struct {
		unsigned tag;
		size_t len;
		const char *begin;
		size_t n;
	} row[] = {
		{ 0xdf31, 4, "\x06\x03\x0e\x01", 4 },
		{ 0xdf32, 16, "6000024\x08\x05", 9 },
		{ 0xdf33, 1, "", 0 },
		{ 0xdf34, 5, "13999", 5 },
		{ 0xdf35, 0x110, "6000024\x08\x05", 9 },
	};
	struct vc_try *t = *state;
	const uint8_t *p = ef, *val;
	size_t left, n;

	enter(t);
	left = vc_read_ef(t, 0x0003, ef, sizeof ef);
	val = vc_take(&p, &left, 0xff30, &n, NULL);
	assert_int_equal(left, 0);
	p = val;
	left = n;
	for (size_t i = 0; i < NELEM(row); i++) {
		val = vc_take(&p, &left, row[i].tag, &n, NULL);
		assert_int_equal(n, row[i].len);
		assert_memory_equal(val, row[i].begin, row[i].n);
	}
	assert_int_equal(left, 0);
	assert_int_equal(vc_read_ef(t, 0x0006, ef, sizeof ef), 16);
	for (size_t i = 0; i < 16; i++)
		assert_int_equal(ef[i], 0xff);
}

static void
a_plain_card_lacks_photo_and_particulars(void **state)
{
	static const char *const params[] = { "face-type=plain", NULL };
	struct vc_try *t = *state;
	const struct vc_issue how = { .holder = { .name = "あいうえおかきく"
							  "けこさしすせそた"
							  "ちつてと" },
		.number = KNOWN_NUMBER,
		.security_code = KNOWN_SECURITY,
		.params = params,
		.ca_dir = t->dir,
		.overwrite = 1 };
	struct face f;

	vc_close(&t->card);
	assert_int_equal(vc_create(t->image, &how), JM_OK);
	vc_try_again(t);
	assert_int_equal(vc_say(t, SELECT_FACE), 0x9000);
	assert_int_equal(vc_verify_text(t, 0x0013, KNOWN_NUMBER), 0x9000);
	read_face(t, "--++--+++", &f);
	/* twenty characters: two lines, the first full */
	assert_true(check_png(f.val[3], f.len[3], 16 * 16, 32) > 20 * 50);
	check_face_signature(t, &f);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_set_of_references_opens_its_files),
		TEST(birth_date_and_number_are_signed_for_themselves),
		TEST(the_face_holds_what_it_shows),
		TEST(version_and_key_id_look_as_measured),
		/* the last: its files replace those of the authority */
		TEST(a_plain_card_lacks_photo_and_particulars),
	};

	return cmocka_run_group_tests(tests, vc_apps_start, vc_apps_stop);
}
