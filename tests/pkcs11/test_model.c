/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The try-counter proof (model.h).  JM_MODEL_CALLS calls for each policy, in
 * episodes that begin anew; JM_MODEL_SEED is that of the first.  What a failure
 * prints repeats its episode.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "crypto/soft_key.h"
#include "tests/pkcs11/model.h"

#define EPISODE 600 /* steps */
/* A million where the plain gcc build runs it; with sanitizers it is slow. */
#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
#define CALLS 100000
#else
#define CALLS 1000000
#endif

/* --- signatures are slow and always the same ------------------------------ */

#define CACHED 64

static struct {
	const void *key;
	int kind;
	size_t in_len, sig_len;
	uint8_t in[64], sig[JM_RSA_BYTES_MAX];
} cache[CACHED];
static size_t cached;

static int
known(int kind, const struct jm_soft_key *k, const uint8_t *in, size_t in_len,
    uint8_t *sig, size_t *sig_len)
{
	for (size_t i = 0; i < cached; i++) {
		if (cache[i].key != k || cache[i].kind != kind ||
		    cache[i].in_len != in_len ||
		    memcmp(cache[i].in, in, in_len) != 0)
			continue;
		memcpy(sig, cache[i].sig, cache[i].sig_len);
		*sig_len = cache[i].sig_len;
		return 1;
	}
	return 0;
}

static jm_err
keep(jm_err e, int kind, const struct jm_soft_key *k, const uint8_t *in,
    size_t in_len, const uint8_t *sig, size_t sig_len)
{
	if (e != JM_OK || cached == CACHED || in_len > sizeof cache[0].in)
		return e;
	cache[cached].key = k;
	cache[cached].kind = kind;
	cache[cached].in_len = in_len;
	cache[cached].sig_len = sig_len;
	memcpy(cache[cached].in, in, in_len);
	memcpy(cache[cached++].sig, sig, sig_len);
	return e;
}

jm_err __real_jm_soft_key_sign_raw(const struct jm_soft_key *k,
    const uint8_t *t, size_t t_len, uint8_t sig[JM_RSA_BYTES_MAX],
    size_t *sig_len);
jm_err __wrap_jm_soft_key_sign_raw(const struct jm_soft_key *k,
    const uint8_t *t, size_t t_len, uint8_t sig[JM_RSA_BYTES_MAX],
    size_t *sig_len);

jm_err
__wrap_jm_soft_key_sign_raw(const struct jm_soft_key *k, const uint8_t *t,
    size_t t_len, uint8_t sig[JM_RSA_BYTES_MAX], size_t *sig_len)
{
	jm_err e;

	if (known(0, k, t, t_len, sig, sig_len))
		return JM_OK;
	e = __real_jm_soft_key_sign_raw(k, t, t_len, sig, sig_len);
	return keep(e, 0, k, t, t_len, sig, *sig_len);
}

jm_err __real_jm_soft_key_sign_pss(const struct jm_soft_key *k,
    const uint8_t *hash, int salt, uint8_t *sig, size_t *sig_len);
jm_err __wrap_jm_soft_key_sign_pss(const struct jm_soft_key *k,
    const uint8_t *hash, int salt, uint8_t *sig, size_t *sig_len);

jm_err
__wrap_jm_soft_key_sign_pss(const struct jm_soft_key *k, const uint8_t *hash,
    int salt, uint8_t *sig, size_t *sig_len)
{
	jm_err e;

	if (known(1, k, hash, 32, sig, sig_len))
		return JM_OK;
	e = __real_jm_soft_key_sign_pss(k, hash, salt, sig, sig_len);
	return keep(e, 1, k, hash, 32, sig, *sig_len);
}

/* --- the test ------------------------------------------------------------- */

static uint64_t
number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static void
episode(uint64_t seed, const struct jm_policy *policy)
{
	m_start(seed, policy);
	for (int i = 0; i < EPISODE; i++) {
		const unsigned dice = m_random(100);

		if (dice < 18)
			m_event();
		else if (dice < 44)
			m_call_pin();
		else if (dice < 66)
			m_call_sign();
		else
			m_call_life();
		m_check_status();
	}
	m_stop();
}

static void
run(const char *name, const struct jm_policy *policy)
{
	const uint64_t calls = number("JM_MODEL_CALLS", CALLS);
	uint64_t seed = number("JM_MODEL_SEED", 1);
	const clock_t start = clock();

	memset(&m.stats, 0, sizeof m.stats);
	printf("%s: JM_MODEL_SEED=%llu\n", name, (unsigned long long)seed);
	while (m.stats.calls < calls)
		episode(seed++, policy);
	printf("%s: %lu calls, %lu VERIFY: %lu wrong, %lu again, "
	       "%lu after a change elsewhere; %lu refused unsent, "
	       "%lu signatures, %lu faults, %lu of other programs, %.1f s\n",
	    name, m.stats.calls, m.stats.verifies, m.stats.wrong, m.stats.again,
	    m.stats.exceptions, m.stats.refused, m.stats.signatures,
	    m.stats.faults, m.stats.other,
	    (double)(clock() - start) / CLOCKS_PER_SEC);
	/* It was no test where any of these did not happen. */
	if (calls > 10000) {
		assert_true(m.stats.wrong > calls / 1000);
		if (policy->login == JM_LOGIN_OPERATION) {
			assert_true(m.stats.again > calls / 1000);
			assert_true(m.stats.exceptions > calls / 10000);
		}
		assert_true(m.stats.refused > calls / 1000);
		assert_true(m.stats.faults > calls / 10000);
	}
}

static void
no_sequence_of_calls_costs_a_try_with_the_default_policy(void **state)
{
	(void)state;
	run("each", &jm_policy_default);
}

static void
nor_when_logins_last(void **state)
{
	struct jm_policy p = jm_policy_default;
	(void)state;

	p.consent[JM_PAIR_SIGN] = JM_CONSENT_SESSION;
	run("session", &p);
}

static void
nor_when_each_signature_has_a_login_of_its_own(void **state)
{
	struct jm_policy p = jm_policy_default;
	(void)state;

	p.consent[JM_PAIR_SIGN] = JM_CONSENT_CONTEXT;
	run("context", &p);
}

static void
nor_when_logins_hold_their_transaction(void **state)
{
	struct jm_policy p = jm_policy_default;
	(void)state;

	p.login = JM_LOGIN_HOLD;
	run("hold", &p);
}

static void
nor_when_they_hold_it_for_signatures_with_logins_of_their_own(void **state)
{
	struct jm_policy p = jm_policy_default;
	(void)state;

	p.login = JM_LOGIN_HOLD;
	p.consent[JM_PAIR_SIGN] = JM_CONSENT_CONTEXT;
	run("hold, context", &p);
}

int
main(void)
{
#define T(f) cmocka_unit_test(f)
	const struct CMUnitTest tests[] = {
		T(no_sequence_of_calls_costs_a_try_with_the_default_policy),
		T(nor_when_logins_last),
		T(nor_when_each_signature_has_a_login_of_its_own),
		T(nor_when_logins_hold_their_transaction),
		T(nor_when_they_hold_it_for_signatures_with_logins_of_their_own),
	};

	/* A module that crashed may hold a lock for ever, and no time passes.
	 */
	(void)alarm(600);
	return cmocka_run_group_tests(tests, m_open, m_close);
}
