/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/area_try.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "crypto/digest.h"
#include "tests/support/test.h"

uint8_t pack[VC_PACKAGE_MAX];
size_t pack_len;

struct vc_pki *
area_city(void)
{
	struct vc_pki *c = calloc(1, sizeof *c);

	assert_non_null(c);
	memcpy(c->id, "CITY", 5);
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &c->root), JM_OK);
	assert_int_equal(jm_soft_key_ec_pub(c->root, &c->root_pub), JM_OK);
	return c;
}

void
area_library(const char *pin, const struct vc_pki *pki)
{
	const struct vc_library how = { .root = pki ? &pki->root_pub : NULL,
		.member = "0123456789",
		.last_day = "20310331",
		.pin = pin };
	struct vc_trust t = { .key = NULL };
	uint8_t *der = malloc(JM_SOFT_KEY_DER_MAX);
	struct vc_package *p;
	size_t der_len;

	assert_non_null(der);
	assert_int_equal(
	    vc_library_make(&how, pack, sizeof pack, &pack_len), JM_OK);
	if (pki != NULL) {
		assert_int_equal(vc_package_parse(pack, pack_len, &p), JM_OK);
		assert_int_equal(
		    vc_pki_trust(pki, "0123456789ABCDEF", "20310331", &t),
		    JM_OK);
		assert_int_equal(jm_soft_key_save(t.key, der, &der_len), JM_OK);
		p->key = (struct vc_bytes){ der, der_len };
		p->cvc = (struct vc_bytes){ t.cvc, t.cvc_len };
		assert_int_equal(
		    vc_package_make(p, pack, sizeof pack, &pack_len), JM_OK);
		vc_package_free(&p);
		vc_trust_clear(&t);
	}
	free(der);
}

void
area_hash(uint8_t out[32])
{
	assert_int_equal(jm_hash(JM_SHA256, pack, pack_len, out), JM_OK);
}

void
area_open(struct vc_world *w, int consent)
{
	world_open(w, &w->card, "common", &w->counter);
	if (consent)
		assert_int_equal(
		    world_hex(&w->card, "0020009C", CONSENT, 0), 0x9000);
}

unsigned
area_load(struct vc_world *w)
{
	uint8_t target[32];

	area_hash(target);
	area_open(w, 1);
	world_authorise(w, LOAD, target, 32);
	return world_load(w, pack, pack_len, 200);
}

unsigned
area_delete(struct vc_world *w)
{
	uint8_t aid[7];
	size_t n;

	assert_int_equal(jm_hex_decode(AID, aid, sizeof aid, &n), JM_OK);
	area_open(w, 1);
	world_authorise(w, DELETE, aid, n);
	return world_send(&w->card, "80E40000", aid, n, 0);
}

int
area_has_library(const struct vc_world *w)
{
	for (size_t i = 0; i < w->card.card->app_count; i++)
		if (strcmp(w->card.card->app[i].def->name, "library") == 0)
			return 1;
	return 0;
}
