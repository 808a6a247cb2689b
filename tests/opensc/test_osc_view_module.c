/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The view in the host's PKCS#11 modules, which read ahead. */
#include "tests/support/test.h"

#include "drivers/opensc/osc_err.h"
#include "tests/opensc/osc_try.h"
#include "tests/opensc/view_labels.h"
#include "tests/support/fixture.h"

static void
a_module_reads_what_is_public_in_one_go(void **state)
{
	static const struct osc_how how = { .app = "onepin-opensc-pkcs11",
		.jumin = NO_CACHE };
	struct vslot *slot = fixture_slot(NULL);
	struct osc_host h;
	unsigned read;

	(void)state;
	osc_host_start(&h, slot, &how);
	osc_host_ready(&h);
	read = h.apdus;
	assert_true(read > IDENTIFY);
	for (int i = 1; i <= 4; i++) {
		const sc_pkcs15_id_t id = { .value = { (u8)i }, .len = 1 };
		sc_pkcs15_object_t *o;
		sc_pkcs15_cert_t *c;

		assert_int_equal(
		    sc_pkcs15_find_cert_by_id(h.p15, &id, &o), SC_SUCCESS);
		if (o->flags & SC_PKCS15_CO_FLAG_PRIVATE)
			continue;
		assert_int_equal(
		    sc_pkcs15_read_certificate(h.p15, o->data, 0, &c),
		    SC_SUCCESS);
		sc_pkcs15_free_certificate(c);
	}
	assert_int_equal(h.apdus, read);
	osc_host_stop(&h);
	vslot_close(&slot);
}

/* Where it wants a fifth for the card, it shows nothing public. */
static void
a_module_has_no_more_tokens_than_the_host_makes(void **state)
{
	static const struct osc_how how = { .app = "opensc-pkcs11" };
	struct vslot *slot = fixture_slot(NULL);
	struct osc_host h;

	(void)state;
	osc_host_start(&h, slot, &how);
	osc_host_ready(&h);
	assert_string_equal(
	    labels(&h, PINS), PAIR_PINS "|Text Entry PIN|Face Number B");
	assert_string_equal(labels(&h, DATAS),
	    "Text: name, address, birth, sex|Text: signature|"
	    "Face: what is printed");
	osc_host_stop(&h);
	vslot_close(&slot);
}

static void
one_bad_answer_costs_a_module_no_certificate(void **state)
{
	static const struct osc_how how = { .app = "opensc-pkcs11",
		.driver = "data_objects = no;",
		.jumin = NO_CACHE };
	static const struct osc_fault refused = { .reply = "6f00" };
	struct osc_host h;

	(void)state;
	/* Selection of the application, of the file, first block, second. */
	for (unsigned nth = 1; nth < 4; nth++) {
		struct vslot *slot = fixture_slot(NULL);

		osc_host_start(&h, slot, &how);
		assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
		osc_host_fault(&h, nth, &refused);
		assert_int_equal(osc_host_bind(&h), SC_SUCCESS);
		assert_true(h.fault_hit);
		assert_string_equal(labels(&h, CERTS), MODULE_CERTS);
		osc_host_stop(&h);
		vslot_close(&slot);
	}
}

/* As tokens of phones do; the profile of this card does not say so. */
static void
a_certificate_that_the_card_hides_is_private(void **state)
{
	static const struct osc_how how = { .app = "opensc-pkcs11",
		.jumin = NO_CACHE };
	static const struct osc_fault hidden = {
		.reply = "6982", .unsent = 1, .lasting = 1
	};
	static const sc_pkcs15_id_t id = { .value = { 1 }, .len = 1 };
	struct vslot *slot = fixture_slot(NULL);
	sc_pkcs15_object_t *o;
	struct osc_host h;

	(void)state;
	osc_host_start(&h, slot, &how);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	osc_host_fault(&h, 2, &hidden); /* the first block */
	assert_int_equal(osc_host_bind(&h), SC_SUCCESS);
	assert_true(h.fault_hit);
	assert_int_equal(sc_pkcs15_find_cert_by_id(h.p15, &id, &o), SC_SUCCESS);
	assert_true(o->flags & SC_PKCS15_CO_FLAG_PRIVATE);
	assert_true(sc_pkcs15_compare_id(&o->auth_id, &id));
	assert_int_equal(
	    sc_pkcs15_find_pubkey_by_id(h.p15, &id, &o), SC_SUCCESS);
	assert_true(o->flags & SC_PKCS15_CO_FLAG_PRIVATE);
	osc_host_stop(&h);
	vslot_close(&slot);
}

static void
a_link_that_fails_fails_the_view(void **state)
{
	static const struct osc_how how = { .app = "opensc-pkcs11",
		.jumin = NO_CACHE };
	static const struct osc_fault broken = { .error =
						     SC_ERROR_TRANSMIT_FAILED };
	struct vslot *slot = fixture_slot(NULL);
	struct osc_host h;

	(void)state;
	osc_host_start(&h, slot, &how);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	osc_host_fault(&h, 2, &broken);
	assert_int_equal(osc_host_bind(&h), osc_err(JM_LINK));
	assert_true(h.fault_hit);
	h.p15 = NULL;
	assert_int_equal(osc_host_bind(&h), SC_SUCCESS);
	osc_host_stop(&h);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_module_reads_what_is_public_in_one_go),
		cmocka_unit_test(
		    a_module_has_no_more_tokens_than_the_host_makes),
		cmocka_unit_test(one_bad_answer_costs_a_module_no_certificate),
		cmocka_unit_test(a_certificate_that_the_card_hides_is_private),
		cmocka_unit_test(a_link_that_fails_fails_the_view),
	};

	return cmocka_run_group_tests(tests, osc_cards_open_all, osc_cards_close);
}
