/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands from a card's insertion to its first signature, each one counted;
 * and what consent of the signature key means to a host. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/minidriver/md_try.h"
#include "tests/support/cached.h"

#define ACQUIRE 5 /* SELECT, EF 0008, the first block of EF 000A */
#define LOGIN   4 /* SELECT, SELECT EF, query, VERIFY */
#define AGAIN   3 /* the same while the counter was full when last seen */
#define SIGN    3 /* SELECT, SELECT EF, sign */
#define BLOCK   2 /* SELECT EF, READ BINARY: what was registered still holds */
#define LOG_OUT 1

static struct vslot *slot;
static struct md_host h;

static void
configure(const char *text)
{
	const char *dir = getenv("XDG_CONFIG_HOME");
	char path[128];
	FILE *f;

	assert_non_null(dir);
	snprintf(path, sizeof path, "%s/jumin", dir);
	(void)mkdir(path, 0700); /* the cache is in it, too */
	snprintf(path, sizeof path, "%s/jumin/jumin.conf", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
start(const char *conf)
{
	configure(conf);
	md_try_register(slot, NULL);
	cached_warm_up(slot);
	vslot_restart_count(slot);
	md_host_start(&h, slot, CARD_DATA_VERSION_MAX);
	assert_int_equal(md_host_acquire(&h), ERROR_SUCCESS);
}

static int
begin_test(void **state)
{
	(void)state;
	slot = fixture_slot("atr=" ATR_PLAIN, NULL);
	return 0;
}

static int
end_test(void **state)
{
	(void)state;
	md_host_stop(&h);
	vslot_close(&slot);
	md_try_forget();
	configure("");
	return 0;
}

static void
the_first_signature_takes_at_most_sixteen_commands(void **state)
{
	(void)state;
	start("");
	md_try_cost(slot, ACQUIRE, 0);
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	md_try_cost(slot, LOGIN, 1);
	assert_int_equal(md_try_sign_any(&h, 0), 0);
	md_try_cost(slot, SIGN, 0);
	assert_int_equal(ACQUIRE + LOGIN + SIGN, 12);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(md_try_sign_any(&h, 0), 0);
		md_try_cost(slot, SIGN, 0);
	}
}

static void
what_is_registered_is_compared_before_each_signature(void **state)
{
	(void)state;
	start("consent = session\n");
	md_try_cost(slot, ACQUIRE, 0);
	assert_int_equal(md_try_login(&h, MD_PIN_3, MD_TRY_SIGN, NULL), 0);
	md_try_cost(slot, LOGIN, 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(md_try_sign_any(&h, 1), 0);
		md_try_cost(slot, SIGN + BLOCK, 0);
	}
	assert_int_equal(ACQUIRE + LOGIN + SIGN + BLOCK, 14);
}

/* Each and context are one thing here: the host shows one dialog for both. */
static void
one_consent_is_one_signature_and_then_the_card_is_shut(void **state)
{
	static const char *const conf[] = { "", "consent = each\n",
		"consent = context\n" };

	(void)state;
	/* The dearest one. */
	assert_true(ACQUIRE + LOGIN + SIGN + BLOCK + LOG_OUT <= 16);
	for (size_t i = 0; i < NELEM(conf); i++) {
		if (i > 0)
			md_host_stop(&h);
		start(conf[i]);
		vslot_restart_count(slot);
		for (int n = 0; n < 2; n++) {
			assert_int_equal(
			    md_try_login(&h, MD_PIN_3, MD_TRY_SIGN, NULL), 0);
			md_try_cost(slot, n == 0 ? LOGIN : AGAIN, 1);
			assert_int_equal(md_try_sign_any(&h, 1), 0);
			md_try_cost(slot, SIGN + BLOCK + LOG_OUT, 0);
			assert_false(md_try_verified(slot, JM_PAIR_SIGN));
			assert_int_equal(md_try_sign_any(&h, 1),
			    (DWORD)SCARD_W_SECURITY_VIOLATION);
			md_try_cost(slot, 0, 0);
		}
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin_test, end_test)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_first_signature_takes_at_most_sixteen_commands),
		CASE(what_is_registered_is_compared_before_each_signature),
		CASE(one_consent_is_one_signature_and_then_the_card_is_shut),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
