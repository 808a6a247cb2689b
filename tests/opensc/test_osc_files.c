/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The view's files: what can be selected and read, what cannot, and that
 * nothing personal stays. */
#include "tests/support/test.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "tests/opensc/osc_try.h"
#include "tests/support/fixture.h"

#define TEXT_AID "\xd3\x92\x10\x00\x31\x00\x01\x01\x04\x08"

struct card {
	struct osc_host h;
	struct vslot *slot;
};

static void
start(struct card *c, const struct osc_how *how)
{
	c->slot = fixture_slot(NULL);
	osc_host_start(&c->h, c->slot, how);
	osc_host_ready(&c->h);
	osc_host_restart_count(&c->h);
}

static void
stop(struct card *c)
{
	osc_host_stop(&c->h);
	vslot_close(&c->slot);
}

static sc_path_t
path_of(const char *hex)
{
	sc_path_t p;

	sc_format_path(hex, &p);
	return p;
}

/* Selects it: its size, or the error. */
static int
size_of(struct card *c, const char *hex)
{
	const sc_path_t p = path_of(hex);
	sc_file_t *f = NULL;
	int r;

	if ((r = sc_select_file(c->h.card, &p, &f)) == SC_SUCCESS) {
		assert_non_null(f);
		r = (int)f->size;
	} else {
		assert_null(f);
	}
	sc_file_free(f);
	return r;
}

static void
a_file_is_read_as_it_is_asked_for(void **state)
{
	static u8 whole[4096], part[4096];
	static struct card c;
	int size, n;

	(void)state;
	start(&c, NULL);
	size = size_of(&c, "000A");
	assert_true(size > 256);
	assert_int_equal(
	    sc_read_binary(c.h.card, 0, whole, sizeof whole, 0), size);
	assert_int_equal(whole[0], 0x30);
	for (int at = 0; at < size; at += n) {
		n = sc_read_binary(c.h.card, (unsigned)at, part, 100, 0);
		assert_true(n > 0);
		assert_memory_equal(part, whole + at, (size_t)n);
	}
	assert_int_equal(
	    sc_read_binary(c.h.card, (unsigned)size, part, 1, 0), 0);
	assert_int_equal(sc_read_binary(c.h.card, 0, part, 0, 0), 0);
	assert_int_equal(
	    sc_read_binary(c.h.card, (unsigned)size + 1, part, 1, 0),
	    SC_ERROR_OFFSET_TOO_LARGE);
	assert_int_equal(sc_read_binary(c.h.card, UINT_MAX, part, 1, 0),
	    SC_ERROR_OFFSET_TOO_LARGE);
	/* Without the host's own checks before. */
	assert_int_equal(osc_read_binary(c.h.card, 0, NULL, 1, 0),
	    SC_ERROR_INVALID_ARGUMENTS);
	assert_int_equal(
	    osc_read_binary(c.h.card, (unsigned)size - 1, part, SIZE_MAX, 0),
	    1);
	stop(&c);
}

static void
nothing_is_sent_for_what_is_not_there(void **state)
{
	static const char *const paths[] = { "3F005015", "3F002F00", "3F005031",
		"2F00", "5031", "0006", "0008", "0018", "3F003F00", "FFFF",
		"3F00000A0001", "000A00" };
	static const sc_path_t empty = { .type = SC_PATH_TYPE_FILE_ID };
	sc_path_t odd = { .type = SC_PATH_TYPE_DF_NAME };
	static struct card c;

	(void)state;
	start(&c, NULL);
	for (size_t i = 0; i < NELEM(paths); i++)
		assert_true(size_of(&c, paths[i]) < 0);
	assert_int_equal(size_of(&c, "2F00"), SC_ERROR_FILE_NOT_FOUND);
	assert_int_equal(
	    osc_select_file(c.h.card, &empty, NULL), SC_ERROR_FILE_NOT_FOUND);
	assert_int_equal(
	    osc_select_file(c.h.card, &odd, NULL), SC_ERROR_FILE_NOT_FOUND);
	memset(odd.value, 0xd3, sizeof odd.value);
	odd.len = sizeof odd.value;
	assert_int_equal(
	    osc_select_file(c.h.card, &odd, NULL), SC_ERROR_FILE_NOT_FOUND);
	assert_int_equal(
	    osc_select_file(c.h.card, NULL, NULL), SC_ERROR_INVALID_ARGUMENTS);
	assert_int_equal(c.h.apdus, 0);
	stop(&c);
}

static void
a_folder_has_files_and_no_bytes(void **state)
{
	static struct card c;
	u8 list[64];

	(void)state;
	start(&c, NULL);
	/* The host makes one error of all that come from there. */
	assert_true(sc_read_binary(c.h.card, 0, list, 1, 0) < 0);
	assert_int_equal(
	    osc_read_binary(c.h.card, 0, list, 1, 0), SC_ERROR_NOT_ALLOWED);
	assert_int_equal(size_of(&c, "3F00"), 0);
	assert_int_equal(
	    osc_read_binary(c.h.card, 0, list, 1, 0), SC_ERROR_NOT_ALLOWED);
	assert_int_equal(sc_list_files(c.h.card, list, sizeof list), 12);
	assert_memory_equal(list, "\x00\x0a\x00\x01\x00\x0b\x00\x02", 8);
	/* Whole ids alone. */
	assert_int_equal(sc_list_files(c.h.card, list, 5), 4);
	assert_int_equal(sc_list_files(c.h.card, list, 1), 0);
	assert_int_equal(c.h.apdus, 0);
	stop(&c);
}

static void
a_hidden_file_says_which_pin_it_wants(void **state)
{
	static const struct osc_how how = { .debug = 1 };
	static struct card c;

	(void)state;
	start(&c, &how);
	assert_int_equal(
	    size_of(&c, "0001"), SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	assert_int_equal(
	    size_of(&c, "001A"), SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	assert_int_equal(c.h.apdus, 0);
	assert_non_null(strstr(osc_host_log(&c.h),
	    "opens after the Digital Signature PIN only (auth id 02)"));
	stop(&c);
}

static sc_pkcs15_object_t *
object(struct card *c, unsigned type, const char *label)
{
	sc_pkcs15_object_t *found[16];
	const int n = sc_pkcs15_get_objects(c->h.p15, type, found, 16);

	for (int i = 0; i < n; i++)
		if (strcmp(found[i]->label, label) == 0)
			return found[i];
	fail_msg("no object \"%s\"", label);
	return NULL;
}

static int
enter(struct card *c, const char *label, const char *pin)
{
	return sc_pkcs15_verify_pin(c->h.p15,
	    object(c, SC_PKCS15_TYPE_AUTH_PIN, label), (const u8 *)pin,
	    strlen(pin));
}

static void
the_signature_certificate_is_read_after_its_pin(void **state)
{
	sc_pkcs15_object_t *o;
	sc_pkcs15_cert_t *cert;
	static struct card c;

	(void)state;
	start(&c, NULL);
	o = object(
	    &c, SC_PKCS15_TYPE_CERT_X509, "Digital Signature Certificate");
	assert_int_equal(sc_pkcs15_read_certificate(c.h.p15, o->data, 1, &cert),
	    SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	assert_int_equal(
	    enter(&c, "Digital Signature PIN", "ABC123"), SC_SUCCESS);
	assert_int_equal(
	    sc_pkcs15_read_certificate(c.h.p15, o->data, 1, &cert), SC_SUCCESS);
	sc_pkcs15_free_certificate(cert);
	assert_int_equal(c.h.verifies, 1);
	stop(&c);
}

static void
a_public_key_is_that_of_its_certificate(void **state)
{
	sc_pkcs15_object_t *o;
	sc_pkcs15_pubkey_t *key;
	sc_pkcs15_cert_t *cert;
	static struct card c;

	(void)state;
	start(&c, NULL);
	o = object(
	    &c, SC_PKCS15_TYPE_PUBKEY_RSA, "User Authentication Public Key");
	assert_int_equal(sc_pkcs15_read_pubkey(c.h.p15, o, &key), SC_SUCCESS);
	o = object(
	    &c, SC_PKCS15_TYPE_CERT_X509, "User Authentication Certificate");
	assert_int_equal(
	    sc_pkcs15_read_certificate(c.h.p15, o->data, 0, &cert), SC_SUCCESS);
	assert_int_equal(key->u.rsa.modulus.len, cert->key->u.rsa.modulus.len);
	assert_memory_equal(key->u.rsa.modulus.data,
	    cert->key->u.rsa.modulus.data, key->u.rsa.modulus.len);
	assert_int_equal(
	    key->u.rsa.exponent.len, cert->key->u.rsa.exponent.len);
	sc_pkcs15_free_pubkey(key);
	sc_pkcs15_free_certificate(cert);
	assert_int_equal(c.h.verifies, 0);
	stop(&c);
}

static void
a_personal_file_opens_by_its_pin_until_log_out(void **state)
{
	sc_pkcs15_data_info_t *info;
	sc_pkcs15_object_t *o;
	sc_pkcs15_data_t *data;
	struct osc_card *own;
	static struct card c;

	(void)state;
	start(&c, NULL);
	own = osc_of(c.h.card);
	o = object(
	    &c, SC_PKCS15_TYPE_DATA_OBJECT, "Text: name, address, birth, sex");
	info = o->data;
	assert_int_equal(sc_pkcs15_read_data_object(c.h.p15, info, 1, &data),
	    SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	assert_int_equal(c.h.apdus, 0);
	assert_int_equal(enter(&c, "Text Entry PIN", "1234"), SC_SUCCESS);
	assert_int_equal(c.h.verifies, 1);
	osc_host_restart_count(&c.h);
	assert_int_equal(
	    sc_pkcs15_read_data_object(c.h.p15, info, 1, &data), SC_SUCCESS);
	assert_true(data->data_len > 2);
	assert_int_equal(data->data[0], 0xff);
	sc_pkcs15_free_data_object(data);
	assert_int_equal(c.h.apdus, 0); /* all came with the PIN */
	assert_int_equal(sc_logout(c.h.card), SC_SUCCESS);
	assert_null(info->data.value);
	assert_null(own->file);
	assert_null(own->data.item[JM_DATA_TEXT].p);
	assert_int_equal(sc_pkcs15_read_data_object(c.h.p15, info, 1, &data),
	    SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	stop(&c);
}

static void
a_file_goes_when_another_is_selected(void **state)
{
	struct osc_card *own;
	static struct card c;

	(void)state;
	start(&c, NULL);
	own = osc_of(c.h.card);
	assert_true(size_of(&c, "000A") > 0);
	assert_non_null(own->file);
	assert_true(size_of(&c, "0001") < 0);
	assert_null(own->file);
	assert_int_equal(own->file_len, 0);
	stop(&c);
}

static void
a_free_file_needs_no_pin(void **state)
{
	static const struct osc_how how = { .driver =
						"free_data_objects = yes;" };
	sc_pkcs15_object_t *o;
	sc_pkcs15_data_t *data;
	static struct card c;

	(void)state;
	start(&c, &how);
	o = object(&c, SC_PKCS15_TYPE_DATA_OBJECT, "Text: version and key id");
	assert_int_equal(
	    sc_pkcs15_read_data_object(c.h.p15, o->data, 0, &data), SC_SUCCESS);
	assert_int_equal(data->data[0], 0xff);
	sc_pkcs15_free_data_object(data);
	assert_int_equal(c.h.verifies, 0);
	stop(&c);
}

/* data_objects = no: their folders are not there either. */
static void
other_applications_are_not_there_where_nobody_wants_them(void **state)
{
	static const struct osc_how how = { .driver = "data_objects = no;" };
	sc_path_t p = {
		.value = { 0x00, 0x02 }, .len = 2, .type = SC_PATH_TYPE_FILE_ID
	};
	sc_path_t folder = { .len = 10, .type = SC_PATH_TYPE_DF_NAME };
	const struct osc_card *own;
	sc_path_t info;
	static struct card c;

	(void)state;
	memcpy(p.aid.value, TEXT_AID, 10);
	memcpy(folder.value, TEXT_AID, 10);
	p.aid.len = 10;
	start(&c, NULL);
	assert_int_equal(osc_select_file(c.h.card, &p, NULL),
	    SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	assert_int_equal(osc_select_file(c.h.card, &folder, NULL), SC_SUCCESS);
	/* Free files are not shown, so none can be had by its path. */
	own = osc_of(c.h.card);
	info = p;
	info.value[1] = (u8)jm_token_data_at(own->token, JM_DATA_TEXT_INFO)->ef;
	assert_int_equal(
	    osc_select_file(c.h.card, &info, NULL), SC_ERROR_FILE_NOT_FOUND);
	assert_int_equal(c.h.apdus, 0);
	stop(&c);
	start(&c, &how);
	assert_int_equal(
	    osc_select_file(c.h.card, &folder, NULL), SC_ERROR_FILE_NOT_FOUND);
	assert_int_equal(
	    osc_select_file(c.h.card, &p, NULL), SC_ERROR_FILE_NOT_FOUND);
	stop(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read_as_it_is_asked_for),
		cmocka_unit_test(nothing_is_sent_for_what_is_not_there),
		cmocka_unit_test(a_folder_has_files_and_no_bytes),
		cmocka_unit_test(a_hidden_file_says_which_pin_it_wants),
		cmocka_unit_test(
		    the_signature_certificate_is_read_after_its_pin),
		cmocka_unit_test(a_public_key_is_that_of_its_certificate),
		cmocka_unit_test(
		    a_personal_file_opens_by_its_pin_until_log_out),
		cmocka_unit_test(a_file_goes_when_another_is_selected),
		cmocka_unit_test(a_free_file_needs_no_pin),
		cmocka_unit_test(
		    other_applications_are_not_there_where_nobody_wants_them),
	};

	return cmocka_run_group_tests(
	    tests, osc_cards_open_all, osc_cards_close);
}
