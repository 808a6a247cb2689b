/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/tear_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "crypto/x509_make.h"
#include "tests/support/hierarchy.h"
#include "tests/support/test.h"
#include "vcard/vc_issuer.h"

#define SIGN_PIN 0x1b

/* --- JPKI, through the channel -------------------------------------------- */

void
tear_block_sign(struct vc_world *w)
{
	assert_int_equal(world_plain(&w->card, TEAR_JPKI), 0x9000);
	for (int i = 0; i < 5; i++)
		(void)world_plain(&w->card, TEAR_WRONG_SIGN);
}

void
tear_open_jpki(struct vc_world *w)
{
	world_open(w, &w->card, "jpki", &w->counter);
}

void
tear_may_reset(struct vc_world *w)
{
	static const uint8_t target[2] = { 0, SIGN_PIN };

	tear_block_sign(w);
	tear_open_jpki(w);
	world_authorise(w, 0, target, sizeof target);
}

unsigned
tear_reset_pin(struct vc_world *w)
{
	return world_hex(&w->card, "002C029B", "4E455731", 0) == 0x6700
		   ? world_hex(&w->card, "002C029B", "4E4557313233", 0)
		   : 0;
}

void
tear_may_renew(struct vc_world *w)
{
	tear_open_jpki(w);
	world_authorise(w, 4, NULL, 0);
}

unsigned
tear_generate(struct vc_world *w)
{
	return world_hex(&w->card, "00478097", NULL, 600);
}

/* A certificate of the staged key, signed by itself. */
unsigned
tear_put_certificate(struct vc_world *w)
{
	static uint8_t der[JM_CERT_MAX];
	const struct jm_cert_spec *spec = &hierarchy_auth_ca;
	struct vc_app *app = world_app(&w->card, "jpki");
	const struct jm_soft_key *key =
	    app->staged[world_file(app, 0x17) - app->file].key;
	unsigned sw = 0x9000;
	char header[16];
	size_t len;

	assert_non_null(key);
	assert_int_equal(jm_cert_make(spec, key, key, NULL, der, &len), JM_OK);
	assert_int_equal(world_hex(&w->card, "00A4020C", "000A", 0), 0x9000);
	for (size_t off = 0; off < len && sw == 0x9000; off += 200) {
		const size_t n = len - off < 200 ? len - off : 200;

		snprintf(header, sizeof header, "00D6%04X", (unsigned)off);
		sw = world_send(&w->card, header, der + off, n, 0);
	}
	return sw;
}

void
tear_generated(struct vc_world *w)
{
	tear_may_renew(w);
	assert_int_equal(tear_generate(w), 0x9000);
}

void
tear_renewed(struct vc_world *w)
{
	tear_generated(w);
	assert_int_equal(tear_put_certificate(w), 0x9000);
}

unsigned
tear_activate(struct vc_world *w)
{
	return world_hex(&w->card, "80960000", NULL, 0);
}

/* --- authorisation -------------------------------------------------------- */

unsigned
tear_ask_challenge(struct vc_world *w)
{
	return world_hex(&w->card, "80900000", NULL, 16);
}

unsigned
tear_show_authorisation(struct vc_world *w)
{
	world_authorise(w, 0, "\0\x18", 2);
	return 0x9000;
}

void
tear_operator_ready(struct vc_world *w)
{
	tear_open_jpki(w);
	world_operator(w);
}

unsigned
tear_operator_signs(struct vc_world *w)
{
	uint8_t text[WORLD_SIGNED_MAX];
	const struct vc_statement s = world_statement(w, 0, "\0\x18", 2);

	return world_sign(w, &s, text) > 0 ? 0x9000 : 0;
}

void
tear_operator_open(struct vc_world *w)
{
	world_open(w, &w->op, "operator", &w->counter);
}

unsigned
tear_operator_right(struct vc_world *w)
{
	return world_hex(&w->op, "00200091", "31323334", 0);
}

unsigned
tear_operator_wrong(struct vc_world *w)
{
	return world_hex(&w->op, "00200091", "39393939", 0);
}

unsigned
tear_open_channel(struct vc_world *w)
{
	tear_open_jpki(w);
	return 0x9000;
}

/* --- the code, and municipal applications --------------------------------- */

void
tear_may_change_code(struct vc_world *w)
{
	world_open(w, &w->card, "juki", &w->counter);
	world_authorise(w, 1, "\0\x01", 2);
}

unsigned
tear_stage_code(struct vc_world *w)
{
	return world_hex(&w->card, "00D68100", "3132333435363738393031", 0);
}

/* Any code with its check digit: the card says which. */
void
tear_code_staged(struct vc_world *w)
{
	char hex[32] = "3132333435363738393030";

	for (int i = 0; i < 10; i++) {
		tear_may_change_code(w);
		hex[21] = (char)('0' + i);
		assert_int_equal(
		    world_hex(&w->card, "00D68100", hex, 0), 0x9000);
		if (tear_activate(w) == 0x9000)
			break;
	}
	/* It changes back to what it was: another one than now. */
	tear_may_change_code(w);
	assert_int_equal(world_hex(&w->card, "00D68100", hex, 0), 0x9000);
}

static uint8_t package[VC_PACKAGE_MAX];
static size_t package_len;

/* A city's application: an EF and records that its own terminals write. */
static void
make_package(struct vc_world *w)
{
	static const struct vc_cond by_service = { VC_ANY_OF, { 0 },
		VC_R_SERVICE };
	static const uint8_t contents[8] = { 0 };
	static const uint8_t records[6] = { 0, 4, 1, 2, 3, 4 };
	static uint8_t pkcs8[JM_SOFT_KEY_DER_MAX];
	struct vc_package *p;
	struct vc_trust trust = { .key = NULL };
	size_t len;

	assert_non_null(p = calloc(1, sizeof *p));
	memcpy(p->name, "city", 5);
	memcpy(p->label, "City", 5);
	memcpy(p->def.aid, "\xf0\x4a\x4d\x43\x49\x54\x01", 7);
	p->def.aid_len = 7;
	p->def.file_count = 2;
	p->def.traits = VC_T_SERVICE;
	for (size_t i = 0; i < 2; i++) {
		p->file[i] = (struct vc_file_def){ .id = (uint16_t)(i + 1),
			.kind = i == 0 ? VC_EF : VC_RECORDS,
			.source = VC_SRC_IMAGE,
			.cond = { VC_ALWAYS, { 0 }, 0 },
			.update = by_service };
		memcpy(p->file_name[i], "some", 5);
	}
	p->init[0] = (struct vc_bytes){ contents, sizeof contents };
	p->init[1] = (struct vc_bytes){ records, sizeof records };
	assert_int_equal(
	    vc_pki_trust(w->pki, "CITY-1", "20361231", &trust), JM_OK);
	assert_int_equal(jm_soft_key_save(trust.key, pkcs8, &len), JM_OK);
	p->root = w->pki->root_pub;
	p->key = (struct vc_bytes){ pkcs8, len };
	p->cvc = (struct vc_bytes){ trust.cvc, trust.cvc_len };
	assert_int_equal(
	    vc_package_make(p, package, sizeof package, &package_len), JM_OK);
	vc_trust_clear(&trust);
	free(p);
}

static void
consent(struct vc_world *w)
{
	world_open(w, &w->card, "common", &w->counter);
	assert_int_equal(
	    world_hex(&w->card, "0020009C", "31323334", 0), 0x9000);
}

void
tear_may_load(struct vc_world *w)
{
	uint8_t hash[JM_DIGEST_MAX];

	make_package(w);
	consent(w);
	assert_int_equal(jm_hash(JM_SHA256, package, package_len, hash), JM_OK);
	world_authorise(w, 2, hash, 32);
}

unsigned
tear_load(struct vc_world *w)
{
	return world_load(w, package, package_len, 200);
}

void
tear_loaded(struct vc_world *w)
{
	tear_may_load(w);
	assert_int_equal(tear_load(w), 0x9000);
}

void
tear_may_delete(struct vc_world *w)
{
	tear_loaded(w);
	world_authorise(w, 3, "\xf0\x4a\x4d\x43\x49\x54\x01", 7);
}

unsigned
tear_delete_app(struct vc_world *w)
{
	return world_hex(&w->card, "80E40000", "F04A4D43495401", 0);
}

void
tear_may_move(struct vc_world *w)
{
	tear_loaded(w);
	world_authorise(w, 5, "\xf0\x4a\x4d\x43\x49\x54\x01", 7);
}

unsigned
tear_move_out(struct vc_world *w)
{
	return world_hex(&w->card, "80EA0000", "F04A4D43495401", 256);
}

unsigned
tear_list(struct vc_world *w)
{
	return world_hex(&w->card, "80F20000", NULL, 256);
}

/* The city's own terminal. */
void
tear_in_the_city(struct vc_world *w)
{
	struct world_terminal t;

	tear_loaded(w);
	world_terminal(w, &t, JM_CVC_SERVICE, "CITY-T", "20361231");
	world_open(w, &w->card, "city", &t.me);
	world_terminal_free(&t);
}

unsigned
tear_update(struct vc_world *w)
{
	return world_hex(&w->card, "00D68100", "11223344", 0);
}

unsigned
tear_update_record(struct vc_world *w)
{
	return world_hex(&w->card, "00DC0114", "AABBCCDD", 0);
}

/* --- the issuer ----------------------------------------------------------- */

void
tear_may_suspend(struct vc_world *w)
{
	world_open(w, &w->card, "issuer", &w->counter);
	world_authorise(w, 8, "\x03", 1);
}

unsigned
tear_suspend(struct vc_world *w)
{
	return world_hex(&w->card, "80F00300", NULL, 0);
}

void
tear_may_terminate(struct vc_world *w)
{
	world_open(w, &w->card, "issuer", &w->counter);
	world_authorise(w, 11, "\x05", 1);
}

unsigned
tear_terminate(struct vc_world *w)
{
	return world_hex(&w->card, "80F00500", NULL, 0);
}

void
tear_challenged(struct vc_world *w)
{
	world_open(w, &w->card, "issuer", &w->issuer);
	assert_int_equal(world_hex(&w->card, "00840000", NULL, 16), 0x9000);
}

unsigned
tear_show_transport(struct vc_world *w)
{
	const struct vc_card *card = w->card.card;
	uint8_t key[VC_TRANSPORT_LEN], answer[16];

	assert_int_equal(
	    vc_pki_transport(w->pki, card->id, card->id_len, key), JM_OK);
	assert_int_equal(vc_transport_answer(
			     key, w->card.rsp, card->id, card->id_len, answer),
	    JM_OK);
	return world_send(&w->card, "00820000", answer, sizeof answer, 0);
}

unsigned
tear_wrong_transport(struct vc_world *w)
{
	return world_hex(
	    &w->card, "00820000", "00112233445566778899AABBCCDDEEFF", 0);
}

void
tear_one_try_left(struct vc_world *w)
{
	for (int i = 0; i < 2; i++) {
		tear_challenged(w);
		assert_int_equal(
		    tear_wrong_transport(w), 0x63c2u - (unsigned)i);
	}
	tear_challenged(w);
}

void
tear_shown(struct vc_world *w)
{
	tear_challenged(w);
	assert_int_equal(tear_show_transport(w), 0x9000);
}

/* 70 { 4F AID, 80 id, 81 contents }: the authentication PIN */
unsigned
tear_store_pin(struct vc_world *w)
{
	return world_hex(&w->card, "80E28000",
	    "7016"
	    "4F0AD392F000260100000001"
	    "80020018"
	    "810431323334",
	    0);
}

unsigned
tear_issuer_terminates(struct vc_world *w)
{
	return world_hex(&w->card, "80F00500", NULL, 0);
}
