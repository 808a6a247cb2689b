/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The input is what a vault holds, as it is after its key was right, the head
 * of one, or an index: the first byte tells which.  What is taken makes the
 * same bytes again and merges with another; what is not leaves nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "holder/index_impl.h"
#include "holder/vault_impl.h"
#include "tests/fuzz/fuzz.h"

const char fuzz_name[] = "nym_vault";

static struct nym_vault *
empty(void)
{
	struct nym_vault *v;

	MUST(vault_alloc(&v) == JM_OK);
	return v;
}

/* All of v as it would be saved. */
static uint8_t *
built(const struct nym_vault *v, size_t *len)
{
	const size_t cap = vault_content_bound(v);
	uint8_t *p = malloc(cap);
	struct jm_wbuf w;

	MUST(p != NULL);
	jm_wbuf_init(&w, p, cap);
	vault_build(v, &w);
	MUST(jm_wbuf_done(&w, len) == JM_OK);
	return p;
}

static void
is_sound(const struct nym_vault *v)
{
	struct nym_entry e, again;
	struct nym_receipt r;
	uint8_t prk[NYM_PRK_LEN];
	size_t bad;

	MUST(v->ls.len > 0 && nym_vault_len(v) <= NYM_VAULT_ENTRIES_MAX);
	for (size_t n = 0; n < nym_vault_len(v); n++) {
		nym_vault_at(v, n, &e);
		MUST(e.l < v->ls.len);
		MUST(strlen(e.scope) <= NYM_SCOPE_MAX);
		MUST((e.state == NYM_FORGOTTEN) == (e.scope[0] == '\0'));
		MUST(strncmp(e.scope, "self:", 5) != 0);
		if (e.state == NYM_EARLIER)
			continue;
		MUST(vault_find_slot(v, e.sh) == vault_item(&v->slots, n));
		MUST((nym_vault_carried(v, e.sh, prk) == JM_OK) == e.carried);
	}
	if (nym_vault_get(v, "web:example.jp", &again) == JM_OK)
		MUST(again.state != NYM_EARLIER);
	for (size_t n = 0; n < nym_receipts_len(v); n++) {
		nym_receipt_at(v, n, &r);
		MUST(strlen(r.scope) <= NYM_SCOPE_MAX && r.time >= 0);
	}
	if (nym_receipts_check(v, &bad) != JM_OK)
		MUST(bad < nym_receipts_len(v));
}

static void
try_content(const uint8_t *p, size_t len)
{
	struct nym_vault *v = empty(), *w = empty();
	struct nym_receipt r = { .act = NYM_ACT_RESET };
	uint8_t *again;
	unsigned older;
	size_t n;
	jm_err e;

	e = vault_parse(v, p, len);
	MUST(e == JM_OK || e == JM_DAMAGED);
	if (e == JM_OK) {
		is_sound(v);
		again = built(v, &n);
		MUST(n == len && memcmp(again, p, n) == 0);
		free(again);
		e = nym_vault_merge(w, v, &older);
		MUST(e == JM_OK && older == 0);
		MUST(nym_receipt_add(w, &r) == JM_OK);
		is_sound(w);
		e = nym_vault_merge(v, w, &older);
		MUST(e == JM_OK);
		is_sound(v);
		again = built(v, &n);
		nym_vault_free(&w);
		w = empty();
		MUST(vault_parse(w, again, n) == JM_OK);
		free(again);
	}
	nym_vault_free(&v);
	nym_vault_free(&w);
}

static void
try_head(const uint8_t *p, size_t len)
{
	struct nym_vault_ref ref;
	uint8_t head[VAULT_HEAD];
	char name[VAULT_NAME];

	if (len < VAULT_HEAD || vault_head_take(p, &ref) != JM_OK)
		return;
	vault_head_put(head, &ref);
	MUST(memcmp(head, p, sizeof head) == 0);
	vault_name(ref.id, VAULT_TAIL, name);
	MUST(vault_is_name(name, VAULT_TAIL));
	vault_name(ref.id, VAULT_TAIL VAULT_BAK, name);
	MUST(vault_is_name(name, VAULT_TAIL VAULT_BAK));
	MUST(!vault_is_name(name, VAULT_TAIL));
}

static void
try_index(const uint8_t *p, size_t len)
{
	struct nym_index *x;
	struct index_head h;
	const uint8_t *tags;
	uint8_t *again;
	size_t n;
	jm_err e;

	e = index_parse(p, len, &h, &tags, &x);
	MUST(e == JM_OK || e == JM_DAMAGED);
	MUST((x != NULL) == (e == JM_OK));
	if (e != JM_OK)
		return;
	MUST(x->len == h.entries);
	for (size_t i = 0; i < x->len; i++) {
		MUST(index_entry_ok(&x->entry[i]));
		MUST(strncmp(x->entry[i].scope, "ssh:", 4) == 0 ||
		     strncmp(x->entry[i].scope, "p11:", 4) == 0);
	}
	MUST(index_build(&h, tags, x->entry, &again, &n) == JM_OK);
	MUST(n == len && memcmp(again, p, n) == 0);
	free(again);
	nym_index_free(&x);
	MUST(x == NULL);
}

/* The same with a checksum that fits. */
static void
try_summed(const uint8_t *p, size_t len)
{
	uint8_t *whole = malloc(len + JM_DIGEST_MAX);

	MUST(whole != NULL);
	if (len > 0)
		memcpy(whole, p, len);
	MUST(jm_hash(JM_SHA256, p, len, whole + len) == JM_OK);
	try_index(whole, len + INDEX_SUM);
	free(whole);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	switch (data[0] % 4) {
	case 0: try_content(data + 1, size - 1); break;
	case 1: try_head(data + 1, size - 1); break;
	case 2: try_index(data + 1, size - 1); break;
	default: try_summed(data + 1, size - 1); break;
	}
	return 0;
}
