/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/hex.h"
#include "crypto/x509.h"
#include "tests/support/nym_pem.h"
#include "tests/support/test.h"
#include "tests/support/vc_try.h"
#include "vcard/vc_issue_key.h"
#include "vcard/vc_person.h"

static time_t
utc(const char *text)
{
	struct tm tm = { 0 };

	assert_non_null(strptime(text, "%Y-%m-%dT%H:%M:%S", &tm));
	return timegm(&tm);
}

static struct jm_cert *
cert(struct vc_try *t, unsigned id)
{
	const struct vc_file *f = vc_jpki_file(t, id);
	struct jm_cert *c = malloc(sizeof *c);

	assert_non_null(c);
	assert_int_equal(jm_cert_parse(f->data, f->len, c), JM_OK);
	return c;
}

static int
contains(const struct jm_cert *c, const char *text)
{
	return memmem(c->der, c->der_len, text, strlen(text)) != NULL;
}

static void
a_certificate_ends_with_the_fifth_birthday(void **state)
{
	/* clang-format off */
	static const struct { const char *birth, *issued, *end; } row[] = {
		{ "19820914", "2026-01-15T03:00:00", "2030-09-14T14:59:59" },
		{ "19820914", "2026-11-15T03:00:00", "2031-09-14T14:59:59" },
		/* On the birthday itself the next one is the first. */
		{ "19820914", "2026-09-14T03:00:00", "2031-09-14T14:59:59" },
		{ "19820914", "2026-09-13T03:00:00", "2030-09-14T14:59:59" },
		/* The day is that of Japan: this is the 14th there. */
		{ "19820914", "2026-09-13T15:00:00", "2031-09-14T14:59:59" },
		{ "19820914", "2026-09-13T14:59:59", "2030-09-14T14:59:59" },
		{ "20000101", "2025-12-31T14:59:59", "2030-01-01T14:59:59" },
		{ "20000101", "2025-12-31T15:00:00", "2031-01-01T14:59:59" },
		{ "20040229", "2026-01-15T03:00:00", "2030-02-28T14:59:59" },
		{ "20040229", "2027-06-15T03:00:00", "2032-02-29T14:59:59" },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(
		    vc_birthday_end(row[i].birth, utc(row[i].issued), 5),
		    utc(row[i].end));
}

static void
a_holder_has_a_name_a_date_and_a_place(void **state)
{
	/* clang-format off */
	static const struct vc_holder bad[] = {
		{ .name = "" }, { .name = "a\nb" }, { .name = "\xff" },
		{ .name = "\xe3\x81" }, { .name = "\xed\xa0\x80" },
		{ .name = "\xc0\xaf" }, { .name = "\xf4\x90\x80\x80" },
		{ .address = "" }, { .address = "\x7f" },
		{ .birth = "" }, { .birth = "1982091" }, { .birth = "19820931" },
		{ .birth = "19820229" }, { .birth = "19820900" },
		{ .birth = "19821301" }, { .birth = "18000101" },
		{ .birth = "1982091x" }, { .birth = "198209140" },
		{ .sex = "" }, { .sex = "4" }, { .sex = "12" }, { .sex = "m" },
		{ .municipality = "" }, { .municipality = "清瀬市" },
	};
	/* clang-format on */
	static const struct vc_holder good[] = { { .name = NULL },
		{ .birth = "20000229", .sex = "3" }, { .name = "A" } };
	char long_text[3 * 201 + 1];
	struct vc_holder h = { .name = long_text }, out;
	(void)state;

	for (size_t i = 0; i < NELEM(bad); i++)
		if (vc_holder_check(&bad[i], &out) != JM_ARG)
			fail_msg("row %zu was taken", i);
	for (size_t i = 0; i < NELEM(good); i++)
		assert_int_equal(vc_holder_check(&good[i], &out), JM_OK);
	for (size_t i = 0; i < 201; i++)
		memcpy(long_text + 3 * i, "あ", 4);
	assert_int_equal(vc_holder_check(&h, &out), JM_ARG);
	long_text[600] = '\0'; /* 200 characters */
	assert_int_equal(vc_holder_check(&h, &out), JM_OK);
}

static void
certificates_are_of_their_ca_and_their_key(void **state)
{
	static const struct {
		unsigned leaf, ca, key;
	} row[] = { { 0x0a, 0x0b, 0x17 }, { 0x01, 0x02, 0x1a } };
	struct vc_try *t = *state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct jm_cert *leaf = cert(t, row[i].leaf);
		struct jm_cert *ca = cert(t, row[i].ca);
		struct jm_cert *other = cert(t, row[1 - i].ca);
		struct jm_rsa_pub pub;

		assert_int_equal(jm_cert_signed_by(leaf, ca), JM_OK);
		assert_int_equal(jm_cert_signed_by(ca, ca), JM_OK);
		assert_int_equal(jm_cert_signed_by(leaf, other), JM_BAD_SIG);
		assert_int_equal(
		    jm_soft_key_pub(vc_jpki_file(t, row[i].key)->key, &pub),
		    JM_OK);
		assert_int_equal(leaf->rsa.bits, 2048);
		assert_memory_equal(leaf->rsa.n, pub.n, pub.n_len);
		assert_true(ca->is_ca);
		assert_false(leaf->is_ca);
		assert_int_equal(
		    ca->key_usage, JM_KU_KEY_CERT_SIGN | JM_KU_CRL_SIGN);
		assert_in_range(leaf->der_len, 1300, 2200);
		assert_true(ca->not_before < leaf->not_before);
		assert_true(ca->not_after > leaf->not_after);
		free(leaf);
		free(ca);
		free(other);
	}
}

static void
names_are_those_of_the_profile(void **state)
{
	struct vc_try *t = *state;
	struct jm_cert *auth = cert(t, 0x0a), *sign = cert(t, 0x01);
	char text[256];

	jm_cert_issuer_text(auth, text, sizeof text);
	assert_string_equal(text,
	    "OU=Japan Agency for Local Authority Information Systems,"
	    "OU=JPKI for user authentication,O=JPKI-TEST,C=JP");
	jm_cert_issuer_text(sign, text, sizeof text);
	assert_string_equal(text,
	    "OU=Japan Agency for Local Authority Information Systems,"
	    "OU=JPKI for digital signature,O=JPKI-TEST,C=JP");
	jm_cert_subject_text(auth, text, sizeof text);
	assert_int_equal(strlen(text), strlen("CN=,C=JP") + 23);
	assert_memory_equal(text + 3 + 14, "13999", 5);
	jm_cert_subject_text(sign, text, sizeof text);
	assert_non_null(strstr(text, ",L=Shiken-shi,C=JP"));
	assert_int_equal(auth->key_usage, JM_KU_DIGITAL_SIGNATURE);
	assert_int_equal(
	    sign->key_usage, JM_KU_DIGITAL_SIGNATURE | JM_KU_NON_REPUDIATION);
	free(auth);
	free(sign);
}

static void
the_holder_is_in_the_signature_certificate_alone(void **state)
{
	static const char *const personal[] = { "見本　花子", "319820914",
		"東京都試験市見本町一丁目２番３号", "00000", "0000000000000000",
		"\x2a\x83\x08\x8c\x9b\x55\x08\x05\x05\x01" };
	struct vc_try *t = *state;
	struct jm_cert *auth = cert(t, 0x0a), *sign = cert(t, 0x01);

	for (size_t i = 0; i < 5; i++) {
		if (!contains(sign, personal[i]))
			fail_msg("%s is missing", personal[i]);
		if (i < 3)
			assert_false(contains(auth, personal[i]));
	}
	assert_true(contains(auth, "http://www.jpki.go.jp/cps.html"));
	assert_true(contains(auth, "公的個人認証サービス"));
	free(auth);
	free(sign);
}

static void
what_is_asked_for_is_issued(void **state)
{
	static const char *const params[] = { "serial=TEST",
		"atr=3BC5FF8131FB458073C6010000", NULL };
	struct vc_try *t = *state;
	const struct vc_issue how = { .holder = { .name = "試験　太郎",
					  .address = "どこか",
					  .birth = "20190501",
					  .sex = "1",
					  .municipality = "Elsewhere" },
		.auth_pin = "9876",
		.sign_pin = "ZZZZZZ9999999999",
		.issued = utc("2026-04-01T00:00:00"),
		.params = params,
		.overwrite = 1,
		.size_hint = 4000,
		.ca_dir = t->dir };
	struct jm_cert *sign;
	struct stat st;
	char path[96];

	vc_close(&t->card);
	assert_int_equal(vc_create(t->image, &how), JM_OK);
	vc_try_again(t);
	sign = cert(t, 0x01);
	assert_true(contains(sign, "試験　太郎"));
	assert_true(contains(sign, "520190501")); /* first day of Reiwa */
	assert_true(contains(sign, "Elsewhere"));
	assert_true(sign->der_len >= 4000);
	assert_int_equal(sign->not_before, how.issued);
	assert_int_equal(sign->not_after, utc("2030-05-01T14:59:59"));
	free(sign);
	assert_int_equal(t->card->par.atr.len, 13);
	vc_say(t, SELECT_JPKI);
	vc_say(t, "00B0865000");
	assert_memory_equal(t->rsp, "TEST            ", 16);
	assert_int_equal(vc_say(t, "002000980439383736"), 0x9000);
	assert_int_equal(
	    vc_say(t, "0020009B105A5A5A5A5A5A39393939393939393939"), 0x9000);
	for (int i = 0; i < 5; i++) {
		static const char *const name[] = { "auth-ca.pem",
			"sign-ca.pem", "upper-ca.pem", "auth-ca-key.pem",
			"sign-ca-key.pem" };

		snprintf(path, sizeof path, "%s/%s", t->dir, name[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0077, i < 3 ? 0044 : 0);
		unlink(path);
	}
}

/* SHA-256 of the modulus. */
static void
assert_modulus(const struct jm_soft_key *key, const char *hex)
{
	uint8_t hash[JM_DIGEST_MAX], want[32];
	struct jm_rsa_pub pub;
	size_t len;

	assert_int_equal(jm_soft_key_pub(key, &pub), JM_OK);
	assert_int_equal(jm_hash(JM_SHA256, pub.n, pub.n_len, hash), JM_OK);
	assert_int_equal(jm_hex_decode(hex, want, sizeof want, &len), JM_OK);
	assert_memory_equal(hash, want, sizeof want);
}

/* Moduli of nym1.md, section 13. */
static void
a_card_has_the_keys_that_it_is_given(void **state)
{
	static const char *const params[] = { "digestinfo=strict", NULL };
	struct vc_try *t = *state;
	char auth[96], text[96];
	const struct vc_issue how = { .auth_key = auth,
		.text_key = text,
		.params = params,
		.overwrite = 1 };
	static uint8_t der[JM_SOFT_KEY_DER_MAX];
	struct jm_soft_key *key;
	struct jm_rsa_pub pub;
	struct jm_cert *c;
	size_t len;

	snprintf(auth, sizeof auth, "%s/auth.pem", t->dir);
	snprintf(text, sizeof text, "%s/text.pem", t->dir);
	nym_pem(NYM_PEM_CARD1, auth);
	nym_pem(NYM_PEM_TEXT1, text);
	/* The other form of such a file: PKCS#8. */
	assert_int_equal(vc_issue_key(text, &key), JM_OK);
	assert_int_equal(jm_soft_key_save(key, der, &len), JM_OK);
	jm_soft_key_free(&key);
	assert_int_equal(
	    vc_pem_write(t->dir, "text.pem", "PRIVATE KEY", der, len, 1, 1),
	    JM_OK);

	vc_close(&t->card);
	assert_int_equal(vc_create(t->image, &how), JM_OK);
	vc_try_again(t);
	assert_modulus(vc_jpki_file(t, 0x17)->key,
	    "b9028d1584de0dc4b13ce32a8f460c3123c63158f57d7c7638ac359d242a8ba1");
	for (size_t i = 0; i < t->card->app_count; i++) {
		const struct vc_app *a = &t->card->app[i];

		for (size_t k = 0; strcmp(a->def->name, "text") == 0 &&
				   k < a->def->file_count;
		     k++)
			if (a->def->files[k].id == 0x0013)
				assert_modulus(a->file[k].key,
				    "c17128b3f4384b94a760b7226e1c07ae"
				    "af87045ccf0a9bb9f436df029e1e8c50");
	}
	c = cert(t, 0x0a);
	assert_int_equal(c->rsa.bits, 2048);
	assert_int_equal(
	    jm_soft_key_pub(vc_jpki_file(t, 0x17)->key, &pub), JM_OK);
	assert_memory_equal(c->rsa.n, pub.n, 256);
	free(c);
	unlink(auth);
	unlink(text);
}

static void
a_key_that_is_none_is_not_given_to_a_card(void **state)
{
	static const char *const no_text[] = { "apps=jpki", NULL };
	struct vc_try *t = *state;
	static char good[96], ec[96], path[96];
	static const struct {
		struct vc_issue how;
		jm_err want;
	} row[] = {
		{ { .auth_key = "/nonexistent" }, JM_IO },
		{ { .auth_key = "/dev/null" }, JM_ARG },
		{ { .text_key = "/dev/zero" }, JM_ARG },
		{ { .auth_key = ec }, JM_ARG },
		{ { .text_key = ec }, JM_ARG },
		{ { .profile = "mynumber-next", .auth_key = good }, JM_ARG },
		{ { .text_key = good, .params = no_text }, JM_ARG },
	};
	static uint8_t der[JM_SOFT_KEY_DER_MAX];
	struct jm_soft_key *key;
	size_t len;

	snprintf(good, sizeof good, "%s/good.pem", t->dir);
	snprintf(ec, sizeof ec, "%s/ec.pem", t->dir);
	snprintf(path, sizeof path, "%s/fresh", t->dir);
	nym_pem(NYM_PEM_CARD1, good);
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &key), JM_OK);
	assert_int_equal(jm_soft_key_save(key, der, &len), JM_OK);
	jm_soft_key_free(&key);
	assert_int_equal(
	    vc_pem_write(t->dir, "ec.pem", "PRIVATE KEY", der, len, 1, 1),
	    JM_OK);
	for (size_t i = 0; i < NELEM(row); i++) {
		if (vc_create(path, &row[i].how) != row[i].want)
			fail_msg("row %zu", i);
		assert_int_not_equal(access(path, F_OK), 0);
	}
	unlink(good);
	unlink(ec);
}

static void
a_refused_order_leaves_nothing(void **state)
{
	static const char *const no_param[] = { "colour=red", NULL };
	static const char *const no_value[] = { "sfi", NULL };
	/* clang-format off */
	static const struct vc_issue bad[] = {
		{ .profile = "passport" },
		{ .auth_pin = "123" }, { .auth_pin = "12345" },
		{ .auth_pin = "123a" }, { .sign_pin = "abc123" },
		{ .sign_pin = "ABCDEF" }, { .sign_pin = "123456" },
		{ .sign_pin = "ABC12" }, { .sign_pin = "ABCDEF12345678901" },
		{ .holder = { .sex = "x" } }, { .params = no_param },
		{ .params = no_value },
	};
	/* clang-format on */
	struct vc_try *t = *state;
	char path[96], none[96];
	const struct vc_issue no_dir = { .ca_dir = "/nonexistent/folder" };

	snprintf(path, sizeof path, "%s/fresh", t->dir);
	for (size_t i = 0; i < NELEM(bad); i++) {
		if (vc_create(path, &bad[i]) != JM_ARG)
			fail_msg("row %zu was taken", i);
		assert_int_not_equal(access(path, F_OK), 0);
	}
	assert_int_equal(vc_create(path, &no_dir), JM_IO);
	assert_int_not_equal(access(path, F_OK), 0);
	snprintf(none, sizeof none, "%s/none/fresh", t->dir);
	assert_int_equal(
	    vc_create(none, &(struct vc_issue){ .profile = NULL }), JM_IO);
}

/* One of the files is somebody's: it stays, and no other is left behind. */
static void
an_existing_file_of_a_ca_is_not_lost(void **state)
{
	static const char *const name[] = { "auth-ca.pem", "auth-ca-key.pem",
		"sign-ca.pem", "sign-ca-key.pem", "upper-ca.pem",
		"licence-ca.pem" };
	static const char *const params[] = { "licence=on", NULL };
	static const size_t taken[] = { 3, 4, 5 };
	struct vc_try *t = *state;
	const struct vc_issue how = { .ca_dir = t->dir, .params = params };
	char path[96], image[96];
	FILE *f;

	snprintf(image, sizeof image, "%s/fresh", t->dir);
	for (size_t k = 0; k < NELEM(taken); k++) {
		snprintf(path, sizeof path, "%s/%s", t->dir, name[taken[k]]);
		assert_non_null(f = fopen(path, "w"));
		fputs("mine", f);
		fclose(f);
		assert_int_equal(vc_create(image, &how), JM_IO);
		assert_int_not_equal(access(image, F_OK), 0);
		for (size_t i = 0; i < NELEM(name); i++) {
			snprintf(path, sizeof path, "%s/%s", t->dir, name[i]);
			assert_int_equal(
			    access(path, F_OK) == 0, i == taken[k]);
			unlink(path);
		}
	}
}

static void
an_existing_card_is_not_lost(void **state)
{
	struct vc_try *t = *state;
	const struct vc_issue plain = { .overwrite = 0 };
	const struct vc_issue over = { .overwrite = 1 };

	assert_int_equal(vc_create(t->image, &plain), JM_IO);
	assert_int_equal(vc_create(t->image, &over), JM_BUSY); /* in use */
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x9000);
	vc_try_again(t);
}

static void
info_tells_no_secret_and_nothing_of_the_holder(void **state)
{
	struct vc_try *t = *state;
	struct vc_info *info = malloc(sizeof *info);

	assert_non_null(info);
	assert_int_equal(vc_info(t->card, info), JM_OK);
	assert_string_equal(info->profile, "mynumber-2016");
	assert_string_equal(info->label, "JPKIAPICCTOKEN2");
	assert_int_equal(info->pin_count, 2);
	assert_int_equal(info->pin[0].ref, 0x18);
	assert_int_equal(info->pin[0].tries, 3);
	assert_int_equal(info->pin[1].tries_max, 5);
	assert_int_equal(info->cert_count, 4);
	assert_int_equal(info->cert[0].ref, 1);
	assert_int_equal(strlen(info->cert[0].subject), 3 + 23);
	assert_null(memmem(info, sizeof *info, "ABC123", 6));
	assert_null(memmem(info, sizeof *info, "Shiken", 6));
	free(info);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_ends_with_the_fifth_birthday),
		cmocka_unit_test(a_holder_has_a_name_a_date_and_a_place),
		TEST(certificates_are_of_their_ca_and_their_key),
		TEST(names_are_those_of_the_profile),
		TEST(the_holder_is_in_the_signature_certificate_alone),
		TEST(what_is_asked_for_is_issued),
		TEST(a_card_has_the_keys_that_it_is_given),
		TEST(a_key_that_is_none_is_not_given_to_a_card),
		TEST(a_refused_order_leaves_nothing),
		TEST(an_existing_file_of_a_ca_is_not_lost),
		TEST(an_existing_card_is_not_lost),
		TEST(info_tells_no_secret_and_nothing_of_the_holder),
	};

	return cmocka_run_group_tests(tests, vc_try_start, vc_try_stop);
}
