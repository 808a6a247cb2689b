/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_authority.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/ctx.h"
#include "tests/support/test.h"
#include "vcard/vc_authority_file.h"

static const char *const files[] = { VC_PKI_ROOT, VC_PKI_ISSUER,
	VC_PKI_ISSUER_CVC, VC_PKI_COUNTER, VC_PKI_COUNTER_CVC,
	VC_PKI_TRANSPORT };

static char top[64], dir[80];

static char *
path(const char *name)
{
	static char p[160];

	snprintf(p, sizeof p, "%s/%s", dir, name);
	return p;
}

static void
empty(void)
{
	for (size_t i = 0; i < NELEM(files); i++)
		unlink(path(files[i]));
	unlink(path("else"));
	rmdir(dir);
}

static int
start(void **state)
{
	(void)state;
	snprintf(top, sizeof top, "/tmp/jumin-test-XXXXXX");
	if (mkdtemp(top) == NULL)
		return -1;
	snprintf(dir, sizeof dir, "%s/authority", top);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	empty();
	rmdir(top);
	jm_crypto_done();
	return 0;
}

static int
fresh(void **state)
{
	const struct vc_pki_names names = { .id = NULL };

	(void)state;
	empty();
	return vc_pki_make(dir, &names) == JM_OK ? 0 : -1;
}

static jm_err
load(void)
{
	struct vc_pki *pki;
	jm_err e = vc_pki_load(dir, &pki);

	assert_int_equal(e == JM_OK, pki != NULL);
	vc_pki_free(&pki);
	return e;
}

static void
what_was_made_is_loaded(void **state)
{
	struct vc_pki *pki;
	struct jm_cvc cvc;
	struct stat st;

	(void)state;
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	for (size_t i = 0; i < NELEM(files); i++) {
		assert_int_equal(stat(path(files[i]), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	assert_int_equal(vc_pki_load(dir, &pki), JM_OK);
	assert_string_equal(pki->id, "JUMIN-TEST");
	assert_string_equal(pki->counter.id, "COUNTER-1");
	assert_string_equal(pki->issuer.id, "ISSUER-1");
	assert_int_equal(jm_cvc_accept(pki->counter.cvc, pki->counter.cvc_len,
			     &pki->root_pub, &cvc),
	    JM_OK);
	assert_int_equal(cvc.role, JM_CVC_COUNTER);
	assert_int_equal(jm_cvc_accept(pki->issuer.cvc, pki->issuer.cvc_len,
			     &pki->root_pub, &cvc),
	    JM_OK);
	assert_int_equal(cvc.role, JM_CVC_ISSUER);
	vc_pki_free(&pki);
}

static void
names_and_days_are_as_given(void **state)
{
	const struct vc_pki_names names = { .id = "CITY",
		.issuer = "I",
		.counter = "1234567890123456",
		.now = 951782400 /* 2000-02-29 */ };
	static const struct vc_pki_names bad[] = {
		{ .id = "" },
		{ .issuer = "A B" },
		{ .counter = "-" },
		{ .counter = "12345678901234567" },
	};
	struct vc_pki *pki;
	struct jm_cvc cvc;

	(void)state;
	empty();
	assert_int_equal(vc_pki_make(dir, &names), JM_OK);
	assert_int_equal(vc_pki_load(dir, &pki), JM_OK);
	assert_string_equal(pki->id, "CITY");
	assert_string_equal(pki->counter.id, "1234567890123456");
	assert_int_equal(
	    jm_cvc_parse(pki->counter.cvc, pki->counter.cvc_len, &cvc), JM_OK);
	assert_string_equal(cvc.last_day, "20100228");
	vc_pki_free(&pki);
	empty();
	for (size_t i = 0; i < NELEM(bad); i++) {
		assert_int_equal(vc_pki_make(dir, &bad[i]), JM_ARG);
		assert_int_not_equal(access(dir, F_OK), 0);
	}
}

static void
only_an_empty_folder_is_filled(void **state)
{
	const struct vc_pki_names names = { .id = NULL };
	FILE *f;

	(void)state;
	assert_int_equal(vc_pki_make(dir, &names), JM_IO); /* one is there */
	assert_int_equal(load(), JM_OK);
	empty();
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(vc_pki_make(dir, &names), JM_OK);
	empty();
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_non_null(f = fopen(path("else"), "w"));
	fclose(f);
	assert_int_equal(vc_pki_make(dir, &names), JM_IO);
	for (size_t i = 0; i < NELEM(files); i++)
		assert_int_not_equal(access(path(files[i]), F_OK), 0);
}

static void
a_file_that_others_could_have_seen_is_not_used(void **state)
{
	char other[200];

	for (size_t i = 0; i < NELEM(files); i++) {
		assert_int_equal(fresh(state), 0);
		assert_int_equal(chmod(path(files[i]), 0640), 0);
		assert_int_equal(load(), JM_IO);
		assert_int_equal(chmod(path(files[i]), 0604), 0);
		assert_int_equal(load(), JM_IO);
		assert_int_equal(chmod(path(files[i]), 0600), 0);
		assert_int_equal(load(), JM_OK);
		/* a link to it */
		snprintf(other, sizeof other, "%s/else", dir);
		assert_int_equal(rename(path(files[i]), other), 0);
		assert_int_equal(load(), JM_IO);
		assert_int_equal(symlink("else", path(files[i])), 0);
		assert_int_equal(load(), JM_IO);
		assert_int_equal(unlink(path(files[i])), 0);
		assert_int_equal(mkfifo(path(files[i]), 0600), 0);
		assert_int_equal(load(), JM_IO); /* and does not wait */
	}
}

static size_t
read_all(const char *name, char *out, size_t cap)
{
	FILE *f = fopen(path(name), "r");
	size_t n;

	assert_non_null(f);
	n = fread(out, 1, cap, f);
	fclose(f);
	return n;
}

static void
write_all(const char *name, const char *text, size_t n)
{
	FILE *f = fopen(path(name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void
what_was_cut_or_filled_up_is_refused(void **state)
{
	static char text[2048];

	(void)state;
	for (size_t i = 0; i < NELEM(files); i++) {
		const size_t n = read_all(files[i], text, sizeof text);

		for (size_t cut = 0; cut + 1 < n; cut += 7) {
			write_all(files[i], text, cut);
			assert_int_not_equal(load(), JM_OK);
		}
		text[n] = 'x';
		write_all(files[i], text, n + 1);
		assert_int_equal(load(), JM_FORMAT);
		text[n] = '\0';
		write_all(files[i], text, n + 1);
		assert_int_equal(load(), JM_FORMAT);
		memset(text + n, '\n', 1500);
		write_all(files[i], text, n + 1500 < 2048 ? n + 1500 : 2048);
		assert_int_equal(load(), JM_IO);
		write_all(files[i], text, n);
		assert_int_equal(load(), JM_OK);
	}
}

static void
keys_and_certificates_belong_together(void **state)
{
	/* each pair is of the same form and of another owner */
	static const char *const pair[][2] = {
		{ VC_PKI_ROOT, VC_PKI_ISSUER },
		{ VC_PKI_ISSUER, VC_PKI_COUNTER },
		{ VC_PKI_ISSUER_CVC, VC_PKI_COUNTER_CVC },
		{ VC_PKI_TRANSPORT, VC_PKI_COUNTER_CVC },
	};
	static char a[2048], b[2048];

	(void)state;
	for (size_t i = 0; i < NELEM(pair); i++) {
		const size_t n = read_all(pair[i][0], a, sizeof a);
		const size_t m = read_all(pair[i][1], b, sizeof b);

		write_all(pair[i][0], b, m);
		assert_int_equal(load(), JM_FORMAT);
		write_all(pair[i][0], a, n);
		write_all(pair[i][1], a, n);
		assert_int_equal(load(), JM_FORMAT);
		write_all(pair[i][1], b, m);
		assert_int_equal(load(), JM_OK);
	}
}

static void
each_card_has_a_transport_key_of_its_own(void **state)
{
	uint8_t a[VC_TRANSPORT_LEN], b[VC_TRANSPORT_LEN];
	const uint8_t id[17] = { 1, 2 };
	struct vc_pki *pki;

	(void)state;
	assert_int_equal(vc_pki_load(dir, &pki), JM_OK);
	assert_int_equal(vc_pki_transport(pki, id, 8, a), JM_OK);
	assert_int_equal(vc_pki_transport(pki, id, 8, b), JM_OK);
	assert_memory_equal(a, b, sizeof a);
	assert_int_equal(vc_pki_transport(pki, id, 9, b), JM_OK);
	assert_memory_not_equal(a, b, sizeof a);
	pki->master[0] ^= 1;
	assert_int_equal(vc_pki_transport(pki, id, 8, b), JM_OK);
	assert_memory_not_equal(a, b, sizeof a);
	assert_int_equal(vc_pki_transport(pki, id, 0, b), JM_ARG);
	assert_int_equal(vc_pki_transport(pki, id, 17, b), JM_ARG);
	vc_pki_free(&pki);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, fresh)
	const struct CMUnitTest tests[] = {
		TEST(what_was_made_is_loaded),
		TEST(names_and_days_are_as_given),
		TEST(only_an_empty_folder_is_filled),
		TEST(a_file_that_others_could_have_seen_is_not_used),
		TEST(what_was_cut_or_filled_up_is_refused),
		TEST(keys_and_certificates_belong_together),
		TEST(each_card_has_a_transport_key_of_its_own),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
