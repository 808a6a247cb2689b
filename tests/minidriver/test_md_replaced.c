/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A registered certificate that is not the card's any more: no signature. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/minidriver/md_try.h"

static struct vslot *slot;
static struct md_host h;
static struct jm_cert *foreign; /* of a card issued apart, as by a renewal */
static char second[128];

static int
set_up(void **state)
{
	static const char *const params[] = { "apps=jpki", NULL };
	struct vslot *other;

	if (md_group_setup(state) != 0)
		return -1;
	snprintf(second, sizeof second, "%s/second", fixture_dir());
	assert_int_equal(vslot_issue(second, params), JM_OK);
	assert_int_equal(vslot_open(second, &other), JM_OK);
	foreign = md_try_cert(other, JM_PAIR_SIGN);
	vslot_close(&other);
	return 0;
}

static int
tear_down(void **state)
{
	free(foreign);
	return (unlink(second) != 0) | md_group_teardown(state);
}

static int
begin_test(void **state)
{
	(void)state;
	slot = fixture_slot(NULL);
	return 0;
}

static int
end_test(void **state)
{
	(void)state;
	md_host_stop(&h);
	vslot_close(&slot);
	md_try_forget();
	return 0;
}

/* Container 1 is shown with cert, and signs no more than once it is asked. */
static void
expect_gone(const struct jm_cert *cert, unsigned signs)
{
	struct jm_cert *c = malloc(sizeof *c);
	struct jm_token *t = fixture_token(slot);
	uint8_t id[MD_CARD_ID_LEN];

	assert_non_null(c);
	md_try_register(slot, cert);
	md_host_ready(&h, slot);
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	assert_int_equal(md_try_login(&h, MD_PIN_3, MD_TRY_SIGN, NULL), 0);
	assert_int_equal(
	    md_try_sign_any(&h, 1), (DWORD)SCARD_E_CERTIFICATE_UNAVAILABLE);
	assert_int_equal(vslot_counted(slot).signs, signs);
	/* The entry and the container went with it, the other key did not. */
	assert_int_equal(md_card_id(t, id), JM_OK);
	assert_int_equal(md_sigcache_load(id, t, c), JM_NOT_FOUND);
	jm_token_free(&t);
	free(c);
	vslot_restart_count(slot);
	assert_false(md_try_verified(slot, JM_PAIR_SIGN));
	assert_int_equal(
	    md_try_sign_any(&h, 1), (DWORD)SCARD_E_NO_KEY_CONTAINER);
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	assert_int_equal(md_try_sign_any(&h, 0), 0);
}

static void
a_certificate_that_was_replaced_signs_nothing(void **state)
{
	(void)state;
	expect_gone(foreign, 0);
}

/* Another key behind the same first block: made up, for no renewal does it. */
static void
a_signature_of_another_key_is_not_handed_out(void **state)
{
	struct jm_cert *own = md_try_cert(slot, JM_PAIR_SIGN);
	struct jm_cert *odd = malloc(sizeof *odd);
	static uint8_t der[JM_CERT_MAX];
	const size_t len = own->der_len;
	const uint8_t *n;

	(void)state;
	assert_non_null(odd);
	memcpy(der, own->der, len);
	n = memmem(der, len, own->rsa.n, own->rsa.n_len);
	assert_non_null(n);
	assert_true(n + 100 > der + 256);
	der[(size_t)(n - der) + 100] ^= 1;
	assert_int_equal(jm_cert_parse(der, len, odd), JM_OK);
	expect_gone(odd, 1);
	free(odd);
	free(own);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin_test, end_test)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_certificate_that_was_replaced_signs_nothing),
		CASE(a_signature_of_another_key_is_not_handed_out),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
