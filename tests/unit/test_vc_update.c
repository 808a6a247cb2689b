/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing: by whom, at once or with ACTIVATE, all of it or nothing. */
#include <stdio.h>
#include <string.h>

#include "crypto/ctx.h"
#include "tests/support/hierarchy.h"
#include "tests/support/test.h"
#include "tests/support/vc_write.h"
#include "vcard/vc_number.h"

#define ACTIVATE    "80960000"
#define AUTH_KEY    0x0017
#define AUTH_CERT   0x000a
#define SIGN_CERT   0x0001
#define NEW_KEY     "0047809700"
#define SELECT_CERT "00A4020C02000A"

static struct vc_write w; /* large */

static void
what_is_written(unsigned id, const uint8_t *p, size_t len)
{
	const struct vc_file *f = vc_write_file(&w, id);

	assert_int_equal(f->len, len);
	assert_memory_equal(f->data, p, len);
}

/* Binary files --------------------------------------------------------------*/

static void
nobody_writes_without_a_right(void **state)
{
	unsigned commits;

	(void)state;
	vc_write_open(&w, "jpki");
	(void)vc_full_verify(w.card);
	commits = w.commits;
	assert_int_equal(vc_write_say(&w, "00D600000130"), 0x6986);
	assert_int_equal(vc_write_say(&w, "00D68A000130"), 0x6982);
	vc_write_grant(&w, VC_RESET_PIN, 0x0018);
	assert_int_equal(vc_write_say(&w, "00D68A000130"), 0x6982);
	vc_write_grant(&w, VC_RENEW, 0);
	assert_int_equal(vc_write_say(&w, "00D686000130"), 0x6982);
	assert_int_equal(vc_write_say(&w, "00D697000130"), 0x6981); /* a key */
	assert_int_equal(vc_write_say(&w, "00D68A0000"), 0x6700);
	assert_int_equal(vc_write_say(&w, "00D68A00013000"), 0x6700);
	assert_int_equal(vc_write_say(&w, "00D68A000130"), 0x9000);
	assert_int_equal(w.commits, commits); /* it waits */
	vc_write_close(&w);
}

static void
a_card_without_authority_knows_no_writing(void **state)
{
	static const char *const cmd[] = { "00D68A000130", "00DC010C0130",
		ACTIVATE, NEW_KEY, "002C02980431323334" };

	(void)state;
	vc_write_open(&w, "jpki");
	w.app->rights = ~(uint32_t)0;
	w.app->trust.cvc_len = 0;
	for (size_t i = 0; i < NELEM(cmd); i++)
		assert_int_equal(vc_write_say(&w, cmd[i]), 0x6d00);
	assert_int_equal(vc_write_say(&w, "0086000100"), 0x6a88);
	vc_write_close(&w);
}

static void
an_authorisation_is_for_its_pair(void **state)
{
	static const struct {
		unsigned target;
		const char *cmd;
		unsigned sw;
	} row[] = {
		{ AUTH_KEY, "00D68A000130", 0x9000 },
		{ AUTH_CERT, "00D68A000130", 0x9000 },
		{ AUTH_KEY, "00D68B000130", 0x9000 }, /* its CA */
		{ AUTH_KEY, "00D681000130", 0x6982 },
		{ AUTH_KEY, "00B0810004", 0x6982 }, /* nor read it */
		{ 0x001a, "00B0810004", 0x9000 },
		{ 0x001a, "00D68A000130", 0x6982 },
		{ 0x0099, "00D68A000130", 0x6982 },
		{ 0, "00D68A000130", 0x9000 },
		{ 0, "00D681000130", 0x9000 },
	};

	(void)state;
	vc_write_open(&w, "jpki");
	for (size_t i = 0; i < NELEM(row); i++) {
		vc_write_grant(&w, VC_RENEW, row[i].target);
		assert_int_equal(vc_write_say(&w, row[i].cmd), row[i].sw);
	}
	assert_int_equal(w.commits, 0);
	vc_write_close(&w);
}

static void
the_pin_of_an_application_writes_at_once(void **state)
{
	(void)state;
	vc_write_open(&w, VC_FULL_CITY);
	assert_int_equal(vc_write_say(&w, "00D68100023031"), 0x6982);
	(void)vc_full_verify(w.card);
	w.commits = 0;
	assert_int_equal(vc_write_say(&w, "00D68101023031"), 0x9000);
	assert_int_equal(w.commits, 1);
	assert_int_equal(w.events, 0);
	assert_int_equal(vc_write_say(&w, "00B0810003"), 0x9000);
	assert_memory_equal(w.rsp + 1, "01", 2);
	/* A role does, too, without a PIN. */
	vc_full_select(w.card, 0);
	vc_full_select(w.card, (size_t)(w.app - w.card->app));
	w.app->rights = VC_R_SERVICE;
	assert_int_equal(vc_write_say(&w, "00D68101023233"), 0x9000);
	vc_write_close(&w);
}

static void
a_failed_write_changes_nothing(void **state)
{
	(void)state;
	vc_write_open(&w, VC_FULL_CITY);
	w.app->rights = VC_R_SERVICE;
	assert_int_equal(vc_write_say(&w, "00D681000141"), 0x9000);
	w.fail_at = 2;
	assert_int_equal(vc_write_say(&w, "00D681000142"), 0);
	assert_int_equal(vc_write_say(&w, "00B0810001"), 0x9000);
	assert_int_equal(w.rsp[0], 'A');
	vc_write_close(&w);
}

static void
a_file_keeps_its_size(void **state)
{
	const struct vc_file *f;

	(void)state;
	vc_write_open(&w, VC_FULL_CITY);
	w.app->rights = VC_R_SERVICE;
	f = vc_write_file(&w, 0x0001); /* has 200 bytes, and 64 in its table */
	vc_write_file(&w, 0x0001)->len = 10;
	assert_int_equal(vc_write_say(&w, "00D6814000"), 0x6700);
	assert_int_equal(vc_write_say(&w, "00D681410141"), 0x6b00);
	assert_int_equal(vc_write_say(&w, "00D681400141"), 0x6a84);
	assert_int_equal(vc_write_say(&w, "00D6813F024142"), 0x6a84);
	assert_int_equal(vc_write_say(&w, "00D6813F0141"), 0x9000);
	assert_int_equal(f->len, 64);
	assert_int_equal(f->data[9] != 0xff, 1);
	for (size_t i = 10; i < 63; i++)
		assert_int_equal(f->data[i], 0xff);
	assert_int_equal(f->data[63], 'A');
	vc_write_close(&w);
}

/* Staged writes -------------------------------------------------------------*/

/* A certificate of this key. */
static size_t
certify(void **state, const struct jm_soft_key *key, uint8_t out[JM_CERT_MAX])
{
	const struct hierarchy *h = *state;
	size_t len;

	assert_int_equal(jm_cert_make(&hierarchy_auth, key, h->ca_key,
			     h->auth_ca, out, &len),
	    JM_OK);
	return len;
}

/* Into the current file, in blocks. */
static void
write_all(const uint8_t *p, size_t len)
{
	char head[24];

	for (size_t off = 0; off < len; off += 200) {
		size_t n = len - off < 200 ? len - off : 200;

		snprintf(head, sizeof head, "00D6%04X", (unsigned)off);
		assert_int_equal(
		    vc_write_send(&w, head, p + off, n, 0), 0x9000);
	}
}

static uint8_t cert[JM_CERT_MAX];

static void
a_new_key_and_its_certificate_take_effect_together(void **state)
{
	const struct vc_file *key, *file;
	struct jm_rsa_pub pub;
	size_t len, old_len;

	vc_write_open(&w, "jpki");
	key = vc_write_file(&w, AUTH_KEY);
	file = vc_write_file(&w, AUTH_CERT);
	vc_write_grant(&w, VC_RENEW, AUTH_KEY);
	assert_int_equal(vc_set_param(w.card, "extended-length=on"), JM_OK);
	assert_int_equal(vc_write_say(&w, "0047809700000000"), 0x6700);
	assert_int_equal(vc_write_say(&w, "00478097000000"), 0x9000);
	assert_int_equal(w.len, 5 + 4 + 256 + 2 + 3);
	assert_memory_equal(w.rsp, "\x7f\x49\x82\x01\x09\x81\x82\x01", 8);
	assert_int_equal(
	    jm_soft_key_pub(vc_write_staged(&w, AUTH_KEY)->key, &pub), JM_OK);
	assert_memory_equal(w.rsp + 9, pub.n, 256);
	len = certify(state, vc_write_staged(&w, AUTH_KEY)->key, cert);
	assert_int_equal(vc_write_say(&w, SELECT_CERT), 0x9000);
	write_all(cert, len);

	/* Not yet: neither on disk nor to be read. */
	assert_int_equal(w.commits, 0);
	old_len = file->len;
	assert_int_equal(vc_write_say(&w, "00B0000004"), 0x9000);
	assert_memory_equal(w.rsp, file->data, 4);
	assert_memory_not_equal(w.rsp, cert, 4);
	assert_int_equal(file->len, old_len);

	assert_int_equal(vc_write_say(&w, ACTIVATE), 0x9000);
	assert_int_equal(w.commits, 1);
	assert_int_equal(w.events, 1);
	assert_string_equal(w.event.operator_id, "OP-1");
	assert_int_equal(w.event.target_len, 2);
	what_is_written(AUTH_CERT, cert, len);
	assert_int_equal(jm_soft_key_pub(key->key, &pub), JM_OK);
	assert_int_equal(w.app->rights & VC_OPERATIONS, 0);
	assert_int_equal(vc_write_say(&w, ACTIVATE), 0x6985);
	vc_write_close(&w);
}

static void
what_does_not_fit_together_is_thrown_away(void **state)
{
	const struct hierarchy *h = *state;
	static struct vc_full_state before, after;
	const size_t at = 1;
	size_t len = 0;

	vc_write_open(&w, "jpki");
	vc_full_state(w.card, at, &before);
	for (unsigned how = 0; how < 5; how++) {
		vc_write_grant(&w, VC_RENEW, AUTH_KEY);
		assert_int_equal(vc_write_say(&w, SELECT_CERT), 0x9000);
		if (how != 1 && how != 4)
			(void)vc_write_say(&w, NEW_KEY); /* 6700: no room */
		if (how != 1 && how != 4) {
			assert_non_null(vc_write_staged(&w, AUTH_KEY)->data);
			len = certify(
			    state, vc_write_staged(&w, AUTH_KEY)->key, cert);
		}
		switch (how) {
		case 0: break; /* a key without its certificate */
		case 1:        /* a certificate of another key */
			write_all(cert, certify(state, h->key, cert));
			break;
		case 2: write_all(cert, len - 1); break; /* cut off */
		case 3:                                  /* a broken one */
			cert[5] ^= 0x40;
			write_all(cert, len);
			break;
		case 4: write_all((const uint8_t *)"0", 1); break;
		}
		assert_int_equal(vc_write_say(&w, ACTIVATE), 0x6a80);
		assert_false(vc_staged_any(w.app));
		assert_int_equal(w.app->rights & VC_OPERATIONS, 0);
		assert_int_equal(w.commits, 0);
		w.app->cur = -1;
		vc_full_state(w.card, at, &after);
		assert_memory_equal(before.hash, after.hash, 32);
	}
	vc_write_close(&w);
}

static void
a_certificate_may_be_followed_by_filler(void **state)
{
	size_t len;

	vc_write_open(&w, "jpki");
	vc_write_grant(&w, VC_RENEW, 0);
	assert_int_equal(vc_write_say(&w, SELECT_CERT), 0x9000);
	len = certify(state, vc_write_file(&w, AUTH_KEY)->key, cert);
	memset(cert + len, 0xff, 30);
	write_all(cert, len + 30);
	assert_int_equal(vc_write_say(&w, ACTIVATE), 0x9000);
	what_is_written(AUTH_CERT, cert, len);
	vc_write_close(&w);
}

static void
a_failed_activation_changes_nothing(void **state)
{
	static struct vc_full_state before, after;
	size_t len;

	vc_write_open(&w, "jpki");
	vc_full_state(w.card, 1, &before);
	vc_write_grant(&w, VC_RENEW, AUTH_KEY);
	assert_int_equal(vc_write_say(&w, SELECT_CERT), 0x9000);
	len = certify(state, vc_write_file(&w, AUTH_KEY)->key, cert);
	write_all(cert, len);
	w.fail_at = 1;
	assert_int_equal(vc_write_say(&w, ACTIVATE), 0);
	assert_false(vc_staged_any(w.app));
	vc_full_state(w.card, 1, &after);
	assert_memory_equal(before.hash, after.hash, 32);
	assert_int_equal(w.events, 0);
	vc_write_close(&w);
}

static void
staged_writes_end_with_what_allowed_them(void **state)
{
	(void)state;
	for (int how = 0; how < 4; how++) {
		vc_write_open(&w, "jpki");
		vc_write_grant(&w, VC_RENEW, AUTH_KEY);
		assert_int_equal(vc_write_say(&w, "00D68A000130"), 0x9000);
		assert_true(vc_staged_any(w.app));
		switch (how) {
		case 0: vc_full_select(w.card, 0); break;
		case 1: vc_power(w.card, 0); break;
		case 2: vc_write_grant(&w, VC_RENEW, AUTH_KEY); break;
		case 3: vc_app_end_channel(w.app); break;
		}
		assert_false(vc_staged_any(w.app));
		assert_int_equal(w.commits, 0);
		vc_write_close(&w);
	}
}

static void
a_resident_record_code_needs_its_check_digit(void **state)
{
	static const struct {
		const char *code;
		unsigned sw;
	} row[] = {
		{ "12345678903", 0 }, /* filled in below */
		{ "12345678900", 0x6a80 },
		{ "1234567890A", 0x6a80 },
	};
	struct vc_file *f;

	(void)state;
	vc_write_open(&w, "juki");
	f = vc_write_file(&w, 0x0001);
	f->len = 11;
	memcpy(f->data, "98765432100", 11);
	for (size_t i = 0; i < NELEM(row); i++) {
		char code[12];
		unsigned sw = row[i].sw;

		strcpy(code, row[i].code);
		if (sw == 0) {
			code[10] = vc_code_digit((const uint8_t *)code);
			sw = 0x9000;
		} else if (code[10] == vc_code_digit((const uint8_t *)code)) {
			code[10] ^= 1;
		}
		vc_write_grant(&w, VC_CHANGE_CODE, 0x0001);
		assert_int_equal(
		    vc_write_send(&w, "00D68100", (const uint8_t *)code, 11, 0),
		    0x9000);
		assert_int_equal(vc_write_say(&w, ACTIVATE), sw);
		assert_int_equal(memcmp(f->data, code, 11) == 0, sw == 0x9000);
	}
	vc_write_grant(&w, VC_CHANGE_CODE, 0x0001);
	assert_int_equal(vc_write_say(&w, "00D6810B0130"), 0x6a84);
	vc_write_close(&w);
}

static int
group_setup(void **state)
{
	return hierarchy_setup(state);
}

static int
group_teardown(void **state)
{
	int bad = hierarchy_teardown(state);

	jm_crypto_done();
	return bad;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_writes_without_a_right),
		cmocka_unit_test(a_card_without_authority_knows_no_writing),
		cmocka_unit_test(an_authorisation_is_for_its_pair),
		cmocka_unit_test(the_pin_of_an_application_writes_at_once),
		cmocka_unit_test(a_failed_write_changes_nothing),
		cmocka_unit_test(a_file_keeps_its_size),
		cmocka_unit_test(
		    a_new_key_and_its_certificate_take_effect_together),
		cmocka_unit_test(what_does_not_fit_together_is_thrown_away),
		cmocka_unit_test(a_certificate_may_be_followed_by_filler),
		cmocka_unit_test(a_failed_activation_changes_nothing),
		cmocka_unit_test(staged_writes_end_with_what_allowed_them),
		cmocka_unit_test(a_resident_record_code_needs_its_check_digit),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
