/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "objects/policy.h"

#include <limits.h>
#include <string.h>

#include "tests/support/test.h"

static struct jm_conf conf;
static struct jm_policy policy;

static int
begin(void **state)
{
	(void)state;
	conf = jm_conf_default;
	memset(&policy, 0x55, sizeof policy);
	return 0;
}

static void
without_a_file_it_is_the_default_but_for_the_cache(void **state)
{
	struct jm_policy want = jm_policy_default;
	(void)state;

	want.cache = 1;
	jm_policy_from_conf(&conf, &policy);
	assert_memory_equal(&policy, &want, sizeof policy);
}

static void
consent_is_the_signature_keys(void **state)
{
	(void)state;

	for (int c = JM_CONSENT_EACH; c <= JM_CONSENT_CONTEXT; c++) {
		conf.consent = (enum jm_consent)c;
		jm_policy_from_conf(&conf, &policy);
		assert_int_equal(policy.consent[JM_PAIR_SIGN], c);
		assert_int_equal(
		    policy.consent[JM_PAIR_AUTH], JM_CONSENT_SESSION);
	}
}

static void
each_switch_is_its_own(void **state)
{
	(void)state;

	conf.raw = 1;
	conf.sha1 = conf.cache = conf.pss = 0;
	conf.login = JM_LOGIN_HOLD;
	conf.log = JM_LOG_DEBUG;
	jm_policy_from_conf(&conf, &policy);
	assert_int_equal(policy.guard.allow_raw, 1);
	assert_int_equal(policy.guard.allow_sha1, 0);
	assert_int_equal(policy.cache, 0);
	assert_int_equal(policy.pss, 0);
	assert_int_equal(policy.login, JM_LOGIN_HOLD);
	assert_int_equal(policy.trace, 1);
	conf.log = JM_LOG_WARNING;
	jm_policy_from_conf(&conf, &policy);
	assert_int_equal(policy.trace, 0);
}

static void
idle_time_never_turns_into_another(void **state)
{
	/* clang-format off */
	static const struct { unsigned s, ms; } row[] = {
		{ 0,                   0                            },
		{ 1,                   1000                         },
		{ 86400,               86400000                     },
		{ UINT_MAX / 1000,     UINT_MAX / 1000 * 1000       },
		{ UINT_MAX / 1000 + 1, UINT_MAX                     },
		{ UINT_MAX,            UINT_MAX                     },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		conf.idle_s = row[i].s;
		jm_policy_from_conf(&conf, &policy);
		assert_int_equal(policy.idle_ms, row[i].ms);
	}
}

#define T(f) cmocka_unit_test_setup(f, begin)
int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(without_a_file_it_is_the_default_but_for_the_cache),
		T(consent_is_the_signature_keys),
		T(each_switch_is_its_own),
		T(idle_time_never_turns_into_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
