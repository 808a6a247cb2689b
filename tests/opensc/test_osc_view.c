/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PKCS#15 view: which objects a card has in the host, and what is told of
 * them. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "tests/opensc/osc_try.h"
#include "tests/opensc/view_labels.h"
#include "tests/support/fixture.h"

static sc_pkcs15_object_t *
object(const struct osc_host *h, const char *label)
{
	for (sc_pkcs15_object_t *o = h->p15->obj_list; o != NULL; o = o->next)
		if (strcmp(o->label, label) == 0)
			return o;
	fail_msg("no object \"%s\"", label);
	return NULL;
}

static const struct {
	const char *param; /* of the card */
	struct osc_how how;
	const char *pins, *certs, *datas;
} shown[] = {
	{ NULL, { .jumin = NO_CACHE }, PAIR_PINS "|" OTHER_PINS, ALL_CERTS,
	    CLOSED },
	{ NULL, { .driver = "data_objects = no;" }, PAIR_PINS, ALL_CERTS, "" },
	{ NULL, { .driver = "data_objects = no; ca_certificates = no;" },
	    PAIR_PINS, AUTH_CERT "|" SIGN_CERT, "" },
	{ NULL,
	    { .driver = "data_objects = no;",
		.jumin = "ca-certificates = off\n" },
	    PAIR_PINS, AUTH_CERT "|" SIGN_CERT, "" },
	{ NULL,
	    { .driver = "data_objects = no; ca_certificates = yes;",
		.jumin = "ca-certificates = off\n" },
	    PAIR_PINS, ALL_CERTS, "" },
	/* The program's own block wins, where it says something. */
	{ NULL,
	    { .driver = "data_objects = yes; ca_certificates = no;",
		.program = "data_objects = no;" },
	    PAIR_PINS, AUTH_CERT "|" SIGN_CERT, "" },
	{ NULL, { .driver = "data_objects = no;", .jumin = "slots = auth\n" },
	    "User Authentication PIN", AUTH_PAIR_CERTS, "" },
	{ NULL, { .driver = "data_objects = no;", .jumin = "slots = sign\n" },
	    "Digital Signature PIN", SIGN_PAIR_CERTS, "" },
	{ "sign-pair=absent", { .driver = "data_objects = no;" },
	    "User Authentication PIN", AUTH_PAIR_CERTS, "" },
	{ "auth-pair=absent", { .driver = "data_objects = no;" },
	    "Digital Signature PIN", SIGN_PAIR_CERTS, "" },
	{ NULL,
	    { .driver = "data_objects = no;",
		.pkcs15 = "private_certificate = ignore;" },
	    PAIR_PINS, AUTH_CERT " CA|" SIGN_CERT " CA|" AUTH_CERT, "" },
	{ NULL, { .driver = "data_objects = no; free_data_objects = yes;" },
	    PAIR_PINS, ALL_CERTS, "" },
};

static void
what_the_card_and_its_owner_want_is_shown(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(shown); i++) {
		struct vslot *slot = fixture_slot(shown[i].param, NULL);
		struct osc_host h;

		osc_host_start(&h, slot, &shown[i].how);
		osc_host_ready(&h);
		/* A listing costs what identification does. */
		assert_int_equal(h.verifies, 0);
		assert_true(h.apdus <= IDENTIFY);
		assert_string_equal(labels(&h, PINS), shown[i].pins);
		assert_string_equal(labels(&h, CERTS), shown[i].certs);
		assert_string_equal(labels(&h, DATAS), shown[i].datas);
		osc_host_stop(&h);
		vslot_close(&slot);
	}
}

static void
free_files_are_shown_where_they_are_wanted(void **state)
{
	const struct osc_how how = { .driver = "free_data_objects = yes;" };
	struct vslot *slot = fixture_slot(NULL);
	struct osc_host h;
	const sc_pkcs15_object_t *o;

	(void)state;
	osc_host_start(&h, slot, &how);
	osc_host_ready(&h);
	o = object(&h, "Common: serial, municipality, expiry");
	assert_int_equal(o->auth_id.len, 0);
	assert_int_equal(o->flags & SC_PKCS15_CO_FLAG_PRIVATE, 0);
	o = object(&h, "Text: signature");
	assert_int_equal(o->auth_id.value[0], 3);
	assert_true(o->flags & SC_PKCS15_CO_FLAG_PRIVATE);
	osc_host_stop(&h);
	vslot_close(&slot);
}

static void
pins_have_their_limits_and_flags(void **state)
{
	static const unsigned local = SC_PKCS15_PIN_FLAG_LOCAL |
				      SC_PKCS15_PIN_FLAG_INITIALIZED |
				      SC_PKCS15_PIN_FLAG_UNBLOCK_DISABLED;
	static const struct {
		const char *label;
		unsigned id, reference, min, max, flags, type;
		int tries, limit;
	} wants[] = {
		{ "User Authentication PIN", 1, 0x18, 4, 4, 0,
		    SC_PKCS15_PIN_TYPE_ASCII_NUMERIC, 3, 3 },
		{ "Digital Signature PIN", 2, 0x1b, 6, 16, 0,
		    SC_PKCS15_PIN_TYPE_UTF8, 5, 5 },
		{ "Text Entry PIN", 3, 0x111, 4, 4, 0,
		    SC_PKCS15_PIN_TYPE_ASCII_NUMERIC, -1, 3 },
		{ "Face Number B", 4, 0x212, 14, 14,
		    SC_PKCS15_PIN_FLAG_CHANGE_DISABLED,
		    SC_PKCS15_PIN_TYPE_ASCII_NUMERIC, -1, 0 },
		{ "Face Birth Date", 5, 0x211, 6, 6,
		    SC_PKCS15_PIN_FLAG_CHANGE_DISABLED,
		    SC_PKCS15_PIN_TYPE_ASCII_NUMERIC, -1, 0 },
	};
	struct vslot *slot = fixture_slot(NULL);
	struct osc_host h;

	(void)state;
	osc_host_start(&h, slot, NULL);
	osc_host_ready(&h);
	for (size_t i = 0; i < NELEM(wants); i++) {
		const sc_pkcs15_auth_info_t *p =
		    object(&h, wants[i].label)->data;

		assert_int_equal(p->auth_id.len, 1);
		assert_int_equal(p->auth_id.value[0], wants[i].id);
		assert_int_equal(p->attrs.pin.reference, wants[i].reference);
		assert_int_equal(p->attrs.pin.min_length, wants[i].min);
		assert_int_equal(p->attrs.pin.max_length, wants[i].max);
		assert_int_equal(p->attrs.pin.stored_length, wants[i].max);
		assert_int_equal(p->attrs.pin.flags, local | wants[i].flags);
		assert_int_equal(p->attrs.pin.type, wants[i].type);
		assert_int_equal(p->tries_left, wants[i].tries);
		assert_int_equal(p->max_tries, wants[i].limit);
	}
	osc_host_stop(&h);
	vslot_close(&slot);
}

static void
keys_have_their_use_and_their_pin(void **state)
{
	static const struct {
		const char *jumin;
		int consent;
	} wants[] = { { "", 1 }, { "consent = each\n", 1 },
		{ "consent = context\n", 1 }, { "consent = session\n", 0 } };
	struct osc_host h;

	(void)state;
	for (size_t i = 0; i < NELEM(wants); i++) {
		const struct osc_how how = { .jumin = wants[i].jumin };
		struct vslot *slot = fixture_slot(NULL);
		const sc_pkcs15_prkey_info_t *k;
		const sc_pkcs15_object_t *o;

		osc_host_start(&h, slot, &how);
		osc_host_ready(&h);
		o = object(&h, "User Authentication Key");
		k = o->data;
		assert_int_equal(o->type, SC_PKCS15_TYPE_PRKEY_RSA);
		assert_int_equal(o->user_consent, 0);
		assert_int_equal(o->auth_id.value[0], 1);
		assert_int_equal(k->usage, SC_PKCS15_PRKEY_USAGE_SIGN);
		assert_int_equal(k->modulus_length, 2048);
		/* A path: the host does not sign a second time. */
		assert_int_equal(k->path.aid.len, 10);
		o = object(&h, "Digital Signature Key");
		k = o->data;
		assert_int_equal(o->user_consent, wants[i].consent);
		assert_int_equal(o->auth_id.value[0], 2);
		assert_int_equal(
		    k->usage, SC_PKCS15_PRKEY_USAGE_SIGN |
				  SC_PKCS15_PRKEY_USAGE_NONREPUDIATION);
		osc_host_stop(&h);
		vslot_close(&slot);
	}
}

static void
the_signature_pair_is_private_behind_its_pin(void **state)
{
	static const char *const private[] = { SIGN_CERT,
		"Digital Signature Public Key", "Digital Signature Key" };
	struct vslot *slot = fixture_slot(NULL);
	struct osc_host h;

	(void)state;
	osc_host_start(&h, slot, NULL);
	osc_host_ready(&h);
	for (size_t i = 0; i < NELEM(private); i++) {
		const sc_pkcs15_object_t *o = object(&h, private[i]);

		assert_true(o->flags & SC_PKCS15_CO_FLAG_PRIVATE);
		assert_int_equal(o->auth_id.value[0], 2);
	}
	assert_int_equal(object(&h, AUTH_CERT)->flags, 0);
	assert_int_equal(object(&h, AUTH_CERT)->auth_id.len, 0);
	osc_host_stop(&h);
	vslot_close(&slot);
}

static void
the_card_is_named_by_what_it_says(void **state)
{
	static const struct osc_how module = { .app = "opensc-pkcs11" };
	struct vslot *slot = fixture_slot("serial=0000123456789012", NULL);
	struct osc_host h;

	(void)state;
	osc_host_start(&h, slot, NULL);
	osc_host_ready(&h);
	assert_string_equal(h.p15->tokeninfo->label, "JPKIAPICCTOKEN2");
	assert_string_equal(
	    h.p15->tokeninfo->serial_number, "0000123456789012");
	assert_string_equal(h.p15->tokeninfo->manufacturer_id, "JPKI");
	assert_string_equal(
	    h.card->name, "Japanese resident card (JPKI), mynumber-2016");
	/* The driver's alone. */
	assert_int_equal(h.p15->opts.use_pin_cache, 0);
	assert_int_equal(h.p15->opts.use_file_cache, 0);
	osc_host_stop(&h);
	/* The host has four characters for it before a PIN's name. */
	osc_host_start(&h, slot, &module);
	osc_host_ready(&h);
	assert_string_equal(h.p15->tokeninfo->label, "JPKI");
	osc_host_stop(&h);
	vslot_close(&slot);
}

static void
a_blocked_pin_leaves_its_objects(void **state)
{
	static const char *const wrong[] = { "0001", "0002", "0003" };
	struct vslot *slot = fixture_slot(NULL);
	struct osc_host h;
	const sc_pkcs15_auth_info_t *p;

	(void)state;
	osc_host_start(&h, slot, NULL);
	osc_host_ready(&h);
	for (size_t i = 0; i < NELEM(wrong); i++)
		assert_true(sc_pkcs15_verify_pin(h.p15,
				object(&h, "User Authentication PIN"),
				(const u8 *)wrong[i], 4) < 0);
	osc_host_disconnect(&h);
	osc_host_ready(&h);
	assert_string_equal(labels(&h, PINS), PAIR_PINS "|" OTHER_PINS);
	assert_string_equal(labels(&h, CERTS), ALL_CERTS);
	p = object(&h, "User Authentication PIN")->data;
	assert_int_equal(p->tries_left, 0);
	osc_host_stop(&h);
	vslot_close(&slot);
}

static void
a_pin_that_another_program_left_verified_changes_nothing(void **state)
{
	static const char *const leave[] = { "00A4040C0AD392F000260100000001",
		"00A4020C020018", "002000800431323334" };
	struct vslot *slot = fixture_slot("retry-verified=9000", NULL);
	struct osc_host h;

	(void)state;
	assert_int_equal(fixture_sw(slot, leave, NELEM(leave)), 0x9000);
	osc_host_start(&h, slot, NULL);
	osc_host_ready(&h);
	assert_string_equal(labels(&h, CERTS), ALL_CERTS);
	osc_host_stop(&h);
	vslot_close(&slot);
}

/* The host asks each emulation about each card. */
static void
another_drivers_card_is_left_alone(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct osc_host h;
	sc_pkcs15_card_t *p15;
	unsigned sent;
	int type;

	(void)state;
	osc_host_start(&h, slot, NULL);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	sent = h.apdus;
	type = h.card->type;
	assert_non_null(p15 = sc_pkcs15_card_new());
	p15->card = h.card;
	h.card->type = 1;
	assert_int_equal(osc_emulate(p15), SC_ERROR_WRONG_CARD);
	h.card->type = type;
	/* Another copy of this driver made it. */
	h.card->ops->select_file = NULL;
	assert_int_equal(osc_emulate(p15), SC_ERROR_WRONG_CARD);
	h.card->ops->select_file = osc_select_file;
	assert_int_equal(h.apdus, sent);
	sc_pkcs15_card_free(p15);
	osc_host_stop(&h);
	vslot_close(&slot);
}

/* As if the profile had said another length than the certificate does. */
static void
a_keys_true_length_is_told_after_login(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	sc_pkcs15_prkey_info_t *k;
	sc_pkcs15_pubkey_info_t *pub;
	struct osc_host h;

	(void)state;
	osc_host_start(&h, slot, NULL);
	osc_host_ready(&h);
	k = object(&h, "Digital Signature Key")->data;
	pub = object(&h, "Digital Signature Public Key")->data;
	k->modulus_length = pub->modulus_length = 1024;
	for (int i = 0; i < h.card->algorithm_count; i++)
		h.card->algorithms[i].key_length = 1024;
	assert_int_equal(
	    sc_pkcs15_verify_pin(h.p15, object(&h, "Digital Signature PIN"),
		(const u8 *)"ABC123", 6),
	    SC_SUCCESS);
	assert_int_equal(k->modulus_length, 2048);
	assert_int_equal(pub->modulus_length, 2048);
	assert_non_null(sc_card_find_rsa_alg(h.card, 2048));
	osc_host_stop(&h);
	vslot_close(&slot);
}

static void
an_ignored_reader_is_not_looked_at(void **state)
{
	static const struct osc_how how = { .jumin = "ignore-reader = *\n" };
	struct vslot *slot = fixture_slot(NULL);
	struct osc_host h;

	(void)state;
	osc_host_start(&h, slot, &how);
	assert_int_equal(osc_host_connect(&h), SC_ERROR_INVALID_CARD);
	assert_int_equal(h.apdus, 0);
	osc_host_stop(&h);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_card_and_its_owner_want_is_shown),
		cmocka_unit_test(free_files_are_shown_where_they_are_wanted),
		cmocka_unit_test(pins_have_their_limits_and_flags),
		cmocka_unit_test(keys_have_their_use_and_their_pin),
		cmocka_unit_test(the_signature_pair_is_private_behind_its_pin),
		cmocka_unit_test(the_card_is_named_by_what_it_says),
		cmocka_unit_test(a_blocked_pin_leaves_its_objects),
		cmocka_unit_test(
		    a_pin_that_another_program_left_verified_changes_nothing),
		cmocka_unit_test(another_drivers_card_is_left_alone),
		cmocka_unit_test(a_keys_true_length_is_told_after_login),
		cmocka_unit_test(an_ignored_reader_is_not_looked_at),
	};

	return cmocka_run_group_tests(tests, osc_cards_open_all, osc_cards_close);
}
