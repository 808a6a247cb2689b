/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A host that keeps the status, with a fault at each command of each job: what
 * stays verified on the card, memory calls a login or stale; and no job sends a
 * PIN twice.
 */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/host_try.h"

static struct jm_cert *cert;

struct job {
	const char *name;
	unsigned before; /* logins, bit 1 << pair each */
	jm_err (*run)(struct jm_token *t);
	unsigned ends;     /* logins that do not outlive a failure */
	unsigned verifies; /* at most */
};

static jm_err
log_auth_in(struct jm_token *t)
{
	return host_login(t, JM_PAIR_AUTH);
}

static jm_err
log_sign_in(struct jm_token *t)
{
	return host_login(t, JM_PAIR_SIGN);
}

static jm_err
log_in_wrong(struct jm_token *t)
{
	return host_login_as(t, JM_PAIR_SIGN, "WRONG1");
}

static jm_err
sign_auth(struct jm_token *t)
{
	return host_sign(t, JM_PAIR_AUTH);
}

static jm_err
sign_sign(struct jm_token *t)
{
	return host_sign(t, JM_PAIR_SIGN);
}

static jm_err
sign_registered(struct jm_token *t)
{
	assert_int_equal(jm_token_register_cert(t, JM_CERT_SIGN, cert), JM_OK);
	return host_sign(t, JM_PAIR_SIGN);
}

static jm_err
change(struct jm_token *t)
{
	int tries, fresh_bad;

	return jm_token_change_pin(
	    t, JM_PIN_AUTH, "1234", 4, "9876", 4, &fresh_bad, &tries);
}

static jm_err
check(struct jm_token *t)
{
	int tries;

	return jm_token_check_pin(t, JM_PIN_SIGN, "ABC123", 6, &tries);
}

static jm_err
log_out(struct jm_token *t)
{
	jm_token_logout(t, JM_PAIR_AUTH);
	jm_token_settle(t);
	return JM_OK;
}

#define AUTH (1u << JM_PAIR_AUTH)
#define SIGN (1u << JM_PAIR_SIGN)

static const struct job jobs[] = {
	{ "login", 0, log_auth_in, AUTH, 1 },
	{ "login of the other", AUTH, log_sign_in, SIGN, 1 },
	{ "login again", AUTH | SIGN, log_auth_in, AUTH, 1 },
	{ "wrong PIN", AUTH, log_in_wrong, SIGN, 1 },
	{ "wrong PIN again", AUTH | SIGN, log_in_wrong, SIGN, 1 },
	{ "signature", AUTH | SIGN, sign_auth, AUTH, 0 },
	{ "last signature", AUTH | SIGN, sign_sign, SIGN, 0 },
	{ "compared", AUTH | SIGN, sign_registered, SIGN, 0 },
	{ "change", AUTH | SIGN, change, 0, 1 },
	{ "change without", SIGN, change, 0, 1 },
	{ "check", AUTH, check, 0, 1 },
	{ "drop", AUTH | SIGN, jm_token_drop_status, AUTH, 0 },
	{ "log-out", AUTH | SIGN, log_out, AUTH, 0 },
};

#define BAD(...)                                                               \
	do {                                                                   \
		fprintf(stderr, "%s, command %u, fault %d: ", j->name, nth,    \
		    (int)fault);                                               \
		fail_msg(__VA_ARGS__);                                         \
	} while (0)

/* Whatever the card is verified for has to be known, and to end. */
static void
judge(const struct job *j, unsigned nth, enum host_fault fault,
    struct vslot *slot, struct jm_token *t, jm_err e)
{
	unsigned verifies, logins = host_logins(t), status = host_status(slot);

	host_cost(slot, &verifies);
	if (verifies > j->verifies)
		BAD("%u VERIFY", verifies);
	if (e != JM_OK && (logins & j->ends) != 0)
		BAD("a login outlived %s", jm_errname(e));
	if ((logins & ~status) != 0)
		BAD("memory has %u, the card %u", logins, status);
	if (fault == HOST_GONE) {
		if (e == JM_GONE && (logins != 0 || jm_token_stale(t)))
			BAD("a login outlived the card");
		return; /* what another token finds is another's to end */
	}
	if ((status & ~logins) != 0 && !jm_token_stale(t))
		BAD("memory has %u, the card %u", logins, status);
	jm_token_settle(t);
	logins = host_logins(t);
	if (host_status(slot) != logins || jm_token_stale(t))
		BAD("not settled");
	host_cost(slot, &verifies);
	if (verifies != 0)
		BAD("a VERIFY to settle");
}

/* 1: the fault came to pass. */
static int
try(const struct job *j, unsigned nth, enum host_fault fault)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = host_token(slot, JM_CONSENT_EACH);
	int fired;
	jm_err e;

	for (int p = 0; p < JM_PAIRS; p++)
		if ((j->before & 1u << p) != 0)
			assert_int_equal(host_login(t, (enum jm_pair)p), JM_OK);
	assert_int_equal(host_status(slot), j->before);
	host_cost(slot, NULL);
	host_fault_at(nth, fault);
	e = j->run(t);
	fired = host_fault_fired();
	judge(j, nth, fault, slot, t, e);
	jm_token_free(&t);
	vslot_close(&slot);
	return fired;
}

static void
what_stays_verified_is_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(jobs); i++)
		for (int f = 0; f < HOST_FAULTS; f++) {
			unsigned nth = 0;

			while (try(&jobs[i], nth, (enum host_fault)f))
				nth++;
			assert_true(nth >= 1);
		}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stays_verified_is_known),
	};
	int failed;

	if (fixture_group_setup(NULL) != 0)
		return 1;
	cert = host_sign_cert();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(cert);
	return fixture_group_teardown(NULL) != 0 || failed;
}
