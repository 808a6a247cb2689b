/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The view of a card with keys on a curve. */
#include "tests/support/test.h"

#include <string.h>

#include "crypto/x509.h"
#include "tests/opensc/osc_try.h"
#include "tests/support/fixture.h"

#define POINT_LEN (1 + 2 * 48) /* P-384, uncompressed */

static sc_pkcs15_object_t *
first(const struct osc_host *h, unsigned type)
{
	sc_pkcs15_object_t *o[4];

	assert_int_equal(sc_pkcs15_get_objects(h->p15, type, o, NELEM(o)), 2);
	return o[0];
}

static void
its_keys_are_of_the_curve(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	const sc_pkcs15_prkey_info_t *prkey;
	const sc_pkcs15_pubkey_info_t *pubkey;
	struct osc_host h;

	(void)state;
	osc_host_start(&h, slot, NULL);
	osc_host_ready(&h);
	prkey = first(&h, SC_PKCS15_TYPE_PRKEY_EC)->data;
	assert_int_equal(prkey->field_length, 384);
	assert_int_equal(prkey->modulus_length, 0);
	pubkey = first(&h, SC_PKCS15_TYPE_PUBKEY_EC)->data;
	assert_int_equal(pubkey->field_length, 384);
	assert_non_null(sc_card_find_ec_alg(h.card, 384, NULL));
	assert_null(sc_card_find_rsa_alg(h.card, 2048));
	osc_host_stop(&h);
	vslot_close(&slot);
}

/* With its curve, which a point alone does not have. */
static void
a_public_key_has_its_curve(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	const sc_pkcs15_pubkey_info_t *info;
	struct jm_rsa_pub rsa;
	struct jm_ec_pub ec;
	struct osc_host h;
	u8 *spki;
	size_t len;

	(void)state;
	osc_host_start(&h, slot, NULL);
	osc_host_ready(&h);
	info = first(&h, SC_PKCS15_TYPE_PUBKEY_EC)->data;
	assert_int_equal(
	    sc_pkcs15_read_file(h.p15, &info->path, &spki, &len, 0),
	    SC_SUCCESS);
	assert_int_equal(jm_spki_parse(spki, len, &rsa, &ec), JM_OK);
	assert_int_equal(rsa.n_len, 0);
	assert_int_equal(ec.curve, JM_P384);
	assert_int_equal(ec.point_len, POINT_LEN);
	free(spki);
	osc_host_stop(&h);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_keys_are_of_the_curve),
		cmocka_unit_test(a_public_key_has_its_curve),
	};

	return cmocka_run_group_tests(tests, osc_cards_open_next, osc_cards_close);
}
