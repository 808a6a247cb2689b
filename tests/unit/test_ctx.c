/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/ctx.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/cms.h"
#include "crypto/rsa_pad.h"
#include "tests/support/hierarchy.h"
#include "tests/support/test.h"

/* A call of every kind; the number of the first one that failed, or 0. */
static int
use_everything(const struct hierarchy *h)
{
	uint8_t d[JM_DIGEST_MAX], t[JM_DIGESTINFO_MAX], sig[JM_RSA_BYTES_MAX];
	static uint8_t der[JM_CERT_MAX], p8[JM_SOFT_KEY_DER_MAX];
	struct jm_soft_key *key = NULL;
	struct jm_cms *cms = NULL;
	size_t n, t_len;
	uint8_t *out;
	int step = 1;

	if (jm_hash(JM_SHA256, "abc", 3, d) != JM_OK || ++step == 0 ||
	    jm_random(d, 32) != JM_OK || ++step == 0 ||
	    jm_soft_key_save(h->key, p8, &n) != JM_OK || ++step == 0 ||
	    jm_soft_key_load(p8, n, &key) != JM_OK || ++step == 0)
		goto out;
	jm_digestinfo(JM_SHA256, d, t, &t_len);
	if (jm_soft_key_sign_raw(key, t, t_len, sig, &n) != JM_OK ||
	    ++step == 0 ||
	    jm_rsa_verify_raw(&h->sign->rsa, t, t_len, sig, n) != JM_OK ||
	    ++step == 0 || jm_soft_key_sign_pss(key, d, 32, sig, &n) != JM_OK ||
	    ++step == 0 ||
	    jm_rsa_verify_pss(&h->sign->rsa, JM_SHA256, d, sig, n) != JM_OK ||
	    ++step == 0 ||
	    jm_cert_make(&hierarchy_sign, key, h->ca_key, h->sign_ca, der,
		&n) != JM_OK ||
	    ++step == 0 || jm_cert_signed_by(h->sign, h->sign_ca) != JM_OK ||
	    ++step == 0 ||
	    jm_cms_begin(d, 32, 1, h->sign, NULL, 0, &cms) != JM_OK ||
	    ++step == 0 || jm_cms_digest(cms, d) != JM_OK || ++step == 0 ||
	    jm_cms_finish(cms, sig, 256, &out, &n) != JM_OK)
		goto out;
	free(out);
	step = 0;
out:
	jm_cms_free(&cms);
	jm_soft_key_free(&key);
	return step;
}

/* In a child; its exit status. */
static int
in_child(int (*f)(const struct hierarchy *), const struct hierarchy *h)
{
	int status;
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		(void)alarm(120);
		_exit(f(h));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
everything_works_here_and_in_a_child(void **state)
{
	assert_int_equal(use_everything(*state), 0);
	assert_int_equal(in_child(use_everything, *state), 0);
	assert_int_equal(use_everything(*state), 0);
}

static void
the_host_s_errors_stay_and_ours_go(void **state)
{
	const struct hierarchy *h = *state;
	struct jm_soft_key *key;
	uint8_t sig[JM_RSA_BYTES_MAX] = { 1 };
	size_t n;

	for (int host = 0; host < 2; host++) {
		ERR_clear_error();
		if (host)
			ERR_raise(ERR_LIB_USER, 77);
		assert_int_equal(use_everything(h), 0);
		assert_int_equal(jm_rsa_verify_raw(&h->sign->rsa, sig, 20, sig,
				     h->sign->rsa.n_len),
		    JM_BAD_SIG);
		assert_int_equal(jm_rsa_verify_pss(&h->sign->rsa, JM_SHA256,
				     sig, sig, h->sign->rsa.n_len),
		    JM_BAD_SIG);
		assert_int_equal(
		    jm_soft_key_load(sig, sizeof sig, &key), JM_FORMAT);
		assert_int_equal(
		    jm_soft_key_sign_pss(h->key, sig, 223, sig, &n), JM_CRYPTO);
		assert_int_equal(
		    jm_cert_signed_by(h->sign, h->auth_ca), JM_BAD_SIG);
		if (host)
			assert_int_equal(ERR_GET_REASON(ERR_get_error()), 77);
		assert_int_equal(ERR_peek_error(), 0);
	}
}

/* This program anew, in a process where OpenSSL has read nothing yet. */
static int
rerun(const char *conf)
{
	int status;
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		if (setenv("OPENSSL_CONF", conf, 1) == 0)
			(void)execl("/proc/self/exe", "test_ctx", "rerun",
			    (char *)NULL);
		_exit(100);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 101;
}

static int
rerun_main(void)
{
	EVP_MD *md = EVP_MD_fetch(NULL, "SHA256", NULL); /* as a host does */
	void *h = NULL;
	int step;

	EVP_MD_free(md);
	if (md != NULL)
		return 102; /* the file had no effect */
	(void)hierarchy_setup(&h);
	step = use_everything(h);
	(void)hierarchy_teardown(&h);
	return step;
}

static void
a_host_s_default_properties_are_not_ours(void **state)
{
	char conf[] = "/tmp/jm-test-XXXXXX";
	int fd = mkstemp(conf);
	FILE *f;
	(void)state;

	assert_int_not_equal(fd, -1);
	f = fdopen(fd, "w");
	assert_non_null(f);
	(void)fputs("openssl_conf = init\n[init]\nalg_section = evp\n"
		    "[evp]\ndefault_properties = fips=yes\n",
	    f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(rerun(conf), 0);
	assert_int_equal(unlink(conf), 0);
}

static int
after_shutdown(const struct hierarchy *h)
{
	uint8_t d[32], sig[JM_RSA_BYTES_MAX] = { 0 };
	struct jm_hasher *a, *b;
	struct jm_soft_key *key = h->key, *k;
	struct jm_cms *cms;
	size_t n;

	if (jm_hasher_new(JM_SHA256, &a) != JM_OK)
		return 1;
	OPENSSL_cleanup();
	if (jm_hash(JM_SHA256, "abc", 3, d) != JM_CRYPTO)
		return 2;
	if (jm_hasher_update(a, "abc", 3) != JM_CRYPTO ||
	    jm_hasher_final(a, d) != JM_CRYPTO ||
	    jm_hasher_clone(a, &b) != JM_CRYPTO || b != NULL)
		return 3;
	if (jm_random(d, sizeof d) != JM_CRYPTO)
		return 4;
	if (jm_soft_key_new(2048, &k) != JM_CRYPTO || k != NULL ||
	    jm_soft_key_load(d, sizeof d, &k) != JM_CRYPTO)
		return 5;
	if (jm_soft_key_sign_raw(key, d, 32, sig, &n) != JM_CRYPTO ||
	    jm_soft_key_sign_pss(key, d, 32, sig, &n) != JM_CRYPTO)
		return 6;
	if (jm_rsa_verify_raw(&h->sign->rsa, d, 32, sig, 256) != JM_CRYPTO ||
	    jm_rsa_verify_pss(&h->sign->rsa, JM_SHA256, d, sig, 256) !=
		JM_CRYPTO)
		return 7;
	if (jm_cert_signed_by(h->sign, h->sign_ca) != JM_CRYPTO)
		return 8;
	if (jm_cms_begin(d, 32, 1, h->sign, NULL, 0, &cms) != JM_CRYPTO)
		return 9;
	jm_hasher_free(&a);
	jm_soft_key_free(&key);
	jm_crypto_done();
	return a == NULL && key == NULL ? 0 : 10;
}

static void
after_openssl_has_shut_down_calls_fail(void **state)
{
	assert_int_equal(in_child(after_shutdown, *state), 0);
}

static void
the_context_may_end_between_two_uses(void **state)
{
	(void)state;

	for (int i = 0; i < 3; i++) {
		void *h;

		assert_int_equal(hierarchy_setup(&h), 0);
		assert_int_equal(use_everything(h), 0);
		assert_int_equal(hierarchy_teardown(&h), 0);
	}
}

static void
what_was_made_of_the_context_outlives_its_end(void **state)
{
	uint8_t d[32] = { 0 }, sig[JM_RSA_BYTES_MAX];
	struct jm_hasher *h, *copy;
	struct jm_soft_key *k;
	size_t n;
	(void)state;

	assert_int_equal(jm_soft_key_new(2048, &k), JM_OK);
	assert_int_equal(jm_hasher_new(JM_SHA256, &h), JM_OK);
	assert_int_equal(jm_hasher_clone(h, &copy), JM_OK);
	for (int i = 0; i < 2; i++) {
		jm_crypto_done();
		assert_int_equal(jm_hasher_update(h, "abc", 3), JM_OK);
		assert_int_equal(
		    jm_soft_key_sign_raw(k, d, 32, sig, &n), JM_OK);
		assert_int_equal(
		    jm_soft_key_sign_pss(k, d, 32, sig, &n), JM_OK);
	}
	assert_int_equal(jm_hasher_final(h, d), JM_OK);
	jm_hasher_free(&h);
	jm_hasher_free(&copy);
	jm_soft_key_free(&k);
}

/* The copy outlives what it was copied from, and a context came between. */
static void
a_copy_keeps_the_context_of_its_original(void **state)
{
	struct jm_hasher *h, *copy;
	uint8_t d[32], want[32];
	(void)state;

	assert_int_equal(jm_hasher_new(JM_SHA256, &h), JM_OK);
	jm_crypto_done();
	assert_int_equal(jm_hash(JM_SHA256, "abc", 3, want), JM_OK);
	assert_int_equal(jm_hasher_clone(h, &copy), JM_OK);
	jm_crypto_done();
	jm_hasher_free(&h);
	assert_int_equal(jm_hasher_update(copy, "abc", 3), JM_OK);
	assert_int_equal(jm_hasher_final(copy, d), JM_OK);
	assert_memory_equal(d, want, sizeof d);
	jm_hasher_free(&copy);
	jm_crypto_done();
}

static void *
hash_often(void *arg)
{
	uint8_t d[32];

	for (int i = 0; i < 200; i++)
		if (jm_hash(JM_SHA256, "abc", 3, d) != JM_OK)
			*(int *)arg = 1;
	return NULL;
}

static void
threads_may_make_the_context_at_once(void **state)
{
	pthread_t t[8];
	int failed[8] = { 0 };
	(void)state;

	for (int round = 0; round < 20; round++) {
		jm_crypto_done();
		for (size_t i = 0; i < NELEM(t); i++)
			assert_int_equal(
			    pthread_create(&t[i], NULL, hash_often, &failed[i]),
			    0);
		for (size_t i = 0; i < NELEM(t); i++) {
			assert_int_equal(pthread_join(t[i], NULL), 0);
			assert_int_equal(failed[i], 0);
		}
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_works_here_and_in_a_child),
		cmocka_unit_test(the_host_s_errors_stay_and_ours_go),
		cmocka_unit_test(a_host_s_default_properties_are_not_ours),
		cmocka_unit_test(after_openssl_has_shut_down_calls_fail),
	};
	/* These end the context themselves. */
	const struct CMUnitTest alone[] = {
		cmocka_unit_test(the_context_may_end_between_two_uses),
		cmocka_unit_test(what_was_made_of_the_context_outlives_its_end),
		cmocka_unit_test(a_copy_keeps_the_context_of_its_original),
		cmocka_unit_test(threads_may_make_the_context_at_once),
	};
	int failed;

	(void)argv;
	if (argc > 1)
		return rerun_main();
	failed =
	    cmocka_run_group_tests(tests, hierarchy_setup, hierarchy_teardown);
	return failed + cmocka_run_group_tests(alone, NULL, NULL);
}
