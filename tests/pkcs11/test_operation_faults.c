/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Searches and signatures when memory runs out, and when each reply of the card
 * is replaced by what no card should say: a defined value, no second VERIFY,
 * and the next call works.
 */
#include "tests/pkcs11/p11t_sign.h"

#include <string.h>

#include "tests/support/fault.h"
#include "tests/support/vscard.h"

/* The link waits for pcscd to notice a removal: here that takes no time. */
static uint64_t slept_ms;
uint64_t __real_jm_now_ms(void);
uint64_t __wrap_jm_now_ms(void);
void __wrap_jm_sleep_ms(unsigned ms);

uint64_t
__wrap_jm_now_ms(void)
{
	return __real_jm_now_ms() + slept_ms;
}

void
__wrap_jm_sleep_ms(unsigned ms)
{
	slept_ms += ms;
}

static CK_BYTE msg[] = "message";
static CK_SESSION_HANDLE s;
static CK_OBJECT_HANDLE key;

/* --- jobs: session s of the authentication slot, logged in -----------------
 */

static CK_RV
search(void)
{
	CK_OBJECT_HANDLE hit[16];
	CK_ULONG n = 0;
	CK_RV rv;

	if ((rv = p11->C_FindObjectsInit(s, NULL, 0)) != CKR_OK)
		return rv;
	assert_int_equal(p11->C_FindObjects(s, hit, 16, &n), CKR_OK);
	assert_true(n >= 2 && n <= 5);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	return CKR_OK;
}

static CK_RV
attributes(void)
{
	CK_ATTRIBUTE a[] = { { CKA_ID, NULL, 0 }, { CKA_MODULUS, NULL, 0 } };

	return p11->C_GetAttributeValue(s, key, a, NELEM(a));
}

static CK_RV
sign_with(CK_MECHANISM *m, CK_BYTE *in, CK_ULONG in_len)
{
	CK_BYTE sig[256];
	CK_ULONG len = sizeof sig;
	CK_RV rv;

	if ((rv = p11->C_SignInit(s, m, key)) != CKR_OK)
		return rv;
	return p11->C_Sign(s, in, in_len, sig, &len);
}

static CK_RV
sign(void)
{
	return sign_with(&p11t_ways[5].m, msg, sizeof msg);
}

static CK_RV
sign_digestinfo(void)
{
	CK_BYTE in[512];
	const size_t n = p11t_input(&p11t_ways[1], msg, sizeof msg, in);

	return sign_with(&p11t_ways[1].m, in, n);
}

static CK_RV
verify(void)
{
	CK_ATTRIBUTE a = { CKA_CLASS, &(CK_OBJECT_CLASS){ CKO_PUBLIC_KEY },
		sizeof(CK_OBJECT_CLASS) };
	CK_OBJECT_HANDLE pub;
	CK_BYTE sig[256] = { 0 };
	CK_ULONG n = 0;
	CK_RV rv;

	if ((rv = p11->C_FindObjectsInit(s, &a, 1)) != CKR_OK)
		return rv;
	assert_int_equal(p11->C_FindObjects(s, &pub, 1, &n), CKR_OK);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	if (n == 0)
		return CKR_KEY_HANDLE_INVALID; /* no certificate any more */
	rv = p11->C_VerifyInit(s, &p11t_ways[5].m, pub);
	if (rv == CKR_OK)
		rv = p11->C_Verify(s, msg, sizeof msg, sig, sizeof sig);
	return rv == CKR_SIGNATURE_INVALID ? CKR_OK : rv;
}

static CK_RV
digest(void)
{
	CK_MECHANISM m = { CKM_SHA256, NULL, 0 };
	CK_BYTE out[32];
	CK_ULONG len = sizeof out;
	CK_RV rv;

	if ((rv = p11->C_DigestInit(s, &m)) != CKR_OK)
		return rv;
	return p11->C_Digest(s, msg, sizeof msg, out, &len);
}

static const struct {
	const char *what;
	CK_RV (*run)(void);
} jobs[] = {
	{ "search", search },
	{ "attributes", attributes },
	{ "sign", sign },
	{ "sign a DigestInfo", sign_digestinfo },
	{ "verify", verify },
	{ "digest", digest },
};

static void
fresh(void)
{
	p11t_restart(PLAIN, NULL);
	s = p11t_user(AUTH);
	key = p11t_key(s, AUTH);
	vs_restart_count(p11t_reader());
}

/* A session and a login, whatever became of the old ones: all jobs work. */
static void
assert_all_is_well(const char *what)
{
	CK_SESSION_INFO info;

	(void)p11->C_CloseAllSessions(p11t_slot(AUTH));
	assert_int_equal(
	    p11->C_GetSessionInfo(s, &info), CKR_SESSION_HANDLE_INVALID);
	s = p11t_user(AUTH);
	key = p11t_key(s, AUTH);
	for (size_t i = 0; i < NELEM(jobs); i++) {
		const CK_RV rv = jobs[i].run();

		if (rv != CKR_OK)
			fail_msg("after %s: %s: %lx", what, jobs[i].what, rv);
	}
}

/* --- memory -----------------------------------------------------------------
 */

static void
each_allocation_may_fail(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(jobs); i++)
		for (unsigned nth = 0;; nth++) {
			int fired;
			CK_RV rv;

			fresh();
			fault_arm(nth);
			rv = jobs[i].run();
			fired = fault_fired();
			/* The virtual card's own memory: no answer.  That of
			 * PC/SC at the log-out: the signature is good. */
			if (fired && rv == CKR_DEVICE_REMOVED)
				p11t_swap();
			else if (rv != CKR_OK &&
				 (!fired || rv != CKR_HOST_MEMORY))
				fail_msg(
				    "%s, call %u: %lx", jobs[i].what, nth, rv);
			assert_all_is_well(jobs[i].what);
			if (!fired)
				break;
		}
}

/* --- replies ----------------------------------------------------------------
 */

#define B(text) text, sizeof text - 1

static char long_reply[258], long_refusal[258];

/* clang-format off */
static const struct { const char *p; size_t len; } replies[] = {
	{ B("") }, { B("\x90") }, { B("\x90\x00") }, { B("\x00\x90\x00") },
	{ B("\x30\x82\x90\x00") }, { B("\x30\x82\x05\xdc\x90\x00") },
	{ B("\x30\x82\xff\xff\x90\x00") }, { B("\x30\x80\x00\x00\x90\x00") },
	{ B("\x61\x00") }, { B("\x61\x10") }, { B("\x6c\x00") }, { B("\x6c\x05") },
	{ B("\x62\x83") }, { B("\x63\x00") }, { B("\x63\xc0") }, { B("\x63\xc1") },
	{ B("\x63\xc2") }, { B("\x63\xc3") }, { B("\x67\x00") }, { B("\x68\x82") },
	{ B("\x69\x82") }, { B("\x69\x83") }, { B("\x69\x84") }, { B("\x69\x85") },
	{ B("\x69\x86") }, { B("\x6a\x80") }, { B("\x6a\x81") }, { B("\x6a\x82") },
	{ B("\x6a\x86") }, { B("\x6b\x00") }, { B("\x6d\x00") }, { B("\x6e\x00") },
	{ B("\x6f\x00") }, { long_reply, 258 }, { long_refusal, 258 },
};
/* clang-format on */

/* What a job may say of a card that answers nonsense, or that is gone. */
static int
is_defined(CK_RV rv)
{
	static const CK_RV allowed[] = { CKR_OK, CKR_DEVICE_ERROR,
		CKR_DEVICE_REMOVED, CKR_USER_NOT_LOGGED_IN, CKR_FUNCTION_FAILED,
		CKR_ATTRIBUTE_TYPE_INVALID, CKR_KEY_HANDLE_INVALID };

	for (size_t i = 0; i < NELEM(allowed); i++)
		if (rv == allowed[i])
			return 1;
	return 0;
}

/* Whatever a certificate was taken for, stays until the card leaves. */
static void
look_anew(void)
{
	p11t_swap();
	s = p11t_user(AUTH);
	key = p11t_key(s, AUTH);
	vs_restart_count(p11t_reader());
}

static void
sweep(size_t job)
{
	unsigned total;

	fresh();
	assert_int_equal(jobs[job].run(), CKR_OK);
	total = vs_counted(p11t_reader()).apdus;
	for (unsigned at = 1; at <= total; at++) {
		for (size_t i = 0; i < NELEM(replies); i++) {
			CK_RV rv;

			look_anew();
			vs_fault_at(p11t_reader(), at, VS_REPLACE, replies[i].p,
			    replies[i].len);
			rv = jobs[job].run();
			vs_fault_at(p11t_reader(), 0, VS_NO_FAULT, NULL, 0);
			assert_true(vs_counted(p11t_reader()).verifies <= 1);
			if (!is_defined(rv))
				fail_msg("%s, command %u, reply %zu: %lx",
				    jobs[job].what, at, i, rv);
		}
		p11t_swap();
		assert_all_is_well(jobs[job].what);
	}
}

static void
each_reply_of_a_search_may_be_nonsense(void **state)
{
	(void)state;
	memset(long_refusal, 0x30, sizeof long_refusal);
	long_reply[256] = '\x90';
	sweep(0);
}

static void
each_reply_of_a_modulus_may_be_nonsense(void **state)
{
	(void)state;
	sweep(1);
}

static void
each_reply_of_a_signature_may_be_nonsense(void **state)
{
	(void)state;
	sweep(2);
}

/* --- the link
 * ----------------------------------------------------------------- */

static void
each_command_may_be_lost_or_the_last(void **state)
{
	static const enum vs_fault how[] = { VS_REMOVE_BEFORE, VS_REMOVE_AFTER,
		VS_RESET_BEFORE, VS_LOST_BEFORE, VS_LOST_AFTER };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < NELEM(how); k++) {
			unsigned total;

			fresh();
			assert_int_equal(jobs[i].run(), CKR_OK);
			total = vs_counted(p11t_reader()).apdus;
			for (unsigned at = 1; at <= total; at++) {
				CK_RV rv;

				fresh();
				vs_fault_at(p11t_reader(), at, how[k], NULL, 0);
				rv = jobs[i].run();
				assert_true(
				    vs_counted(p11t_reader()).verifies <= 1);
				if (!is_defined(rv))
					fail_msg("%s, command %u: %lx",
					    jobs[i].what, at, rv);
				p11t_swap();
				assert_all_is_well(jobs[i].what);
			}
		}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, p11t_setup, p11t_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_allocation_may_fail),
		TEST(each_reply_of_a_search_may_be_nonsense),
		TEST(each_reply_of_a_modulus_may_be_nonsense),
		TEST(each_reply_of_a_signature_may_be_nonsense),
		TEST(each_command_may_be_lost_or_the_last),
	};

	return cmocka_run_group_tests(
	    tests, p11t_group_setup, p11t_group_teardown);
}
