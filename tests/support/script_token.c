/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/script_token.h"

#include "tests/support/test.h"

struct jm_token *
script_token(
    const struct step *s, size_t n, const char *atr, enum jm_login login)
{
	struct jm_policy policy = jm_policy_default;
	struct jm_token *t;
	struct jm_link link;

	policy.login = login;
	script_start(&link, s, n);
	script_atr(atr);
	assert_int_equal(jm_token_open(&link, &policy, &t), JM_OK);
	return t;
}
