/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A vault in memory: what it holds and how it is found. */
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/wipe.h"
#include "crypto/soft_key.h"
#include "holder/vault_impl.h"

#define TABLE 65536 /* places; four times the entries */
_Static_assert(NYM_VAULT_ENTRIES_MAX * 4 <= TABLE, "room to probe");
_Static_assert(NYM_VAULT_ENTRIES_MAX < UINT16_MAX, "index + 1 fits");

/* --- elements in secret memory -------------------------------------------- */

jm_err
vault_room(struct vault_vec *x, size_t n)
{
	size_t cap;
	void *mem;
	jm_err e;

	if (n > x->max - x->len)
		return JM_SPACE;
	if (x->len + n <= x->cap)
		return JM_OK;
	cap = x->cap + x->cap / 2 + 8;
	if (cap < x->len + n)
		cap = x->len + n;
	if (cap > x->max)
		cap = x->max;
	if ((e = jm_secret_new(cap * x->elem, &mem)) != JM_OK)
		return e;
	if (x->len > 0)
		memcpy(mem, x->mem, x->len * x->elem);
	jm_secret_free(&x->mem, x->cap * x->elem);
	x->mem = mem;
	x->cap = cap;
	return JM_OK;
}

void *
vault_item(const struct vault_vec *x, size_t n)
{
	return (uint8_t *)x->mem + n * x->elem;
}

void *
vault_push(struct vault_vec *x)
{
	void *at = vault_item(x, x->len++);

	memset(at, 0, x->elem);
	return at;
}

void
vault_cut(struct vault_vec *x, size_t n)
{
	uint8_t *at = vault_item(x, n);

	x->len--;
	memmove(at, at + x->elem, (x->len - n) * x->elem);
	jm_wipe(vault_item(x, x->len), x->elem);
}

jm_err
vault_alloc(struct nym_vault **out)
{
	struct nym_vault *v;
	jm_err e;

	*out = NULL;
	if ((e = jm_secret_new(sizeof *v, (void **)&v)) != JM_OK)
		return e;
	v->ls =
	    (struct vault_vec){ .elem = NYM_L_LEN, .max = NYM_VAULT_LS_MAX };
	v->slots = (struct vault_vec){ .elem = sizeof(struct vault_slot),
		.max = NYM_VAULT_ENTRIES_MAX };
	v->earlier = (struct vault_vec){ .elem = sizeof(struct vault_earlier),
		.max = NYM_VAULT_EARLIER_MAX };
	v->receipts = (struct vault_vec){ .elem = sizeof(struct nym_receipt),
		.max = NYM_RECEIPTS_MAX };
	if ((v->table = calloc(TABLE, sizeof *v->table)) == NULL) {
		nym_vault_free(&v);
		return JM_NOMEM;
	}
	*out = v;
	return JM_OK;
}

void
nym_vault_free(struct nym_vault **vault)
{
	struct nym_vault *v = *vault;

	if (v == NULL)
		return;
	jm_secret_free(&v->ls.mem, v->ls.cap * v->ls.elem);
	jm_secret_free(&v->slots.mem, v->slots.cap * v->slots.elem);
	jm_secret_free(&v->earlier.mem, v->earlier.cap * v->earlier.elem);
	jm_secret_free(&v->receipts.mem, v->receipts.cap * v->receipts.elem);
	free(v->table);
	jm_secret_free((void **)vault, sizeof *v);
}

/* --- entries -------------------------------------------------------------- */

static struct vault_slot *
slot_at(const struct nym_vault *v, size_t n)
{
	return vault_item(&v->slots, n);
}

static size_t
place_of(const uint8_t sh[NYM_SH_LEN])
{
	return (size_t)sh[0] << 8 | sh[1]; /* a hash value */
}

struct vault_slot *
vault_find_slot(const struct nym_vault *v, const uint8_t sh[NYM_SH_LEN])
{
	size_t at = place_of(sh);

	for (; v->table[at] != 0; at = (at + 1) % TABLE) {
		struct vault_slot *s = slot_at(v, v->table[at] - 1U);

		if (memcmp(s->e.sh, sh, NYM_SH_LEN) == 0)
			return s;
	}
	return NULL;
}

void
vault_enter(struct nym_vault *v, size_t n)
{
	const struct nym_entry *e = &slot_at(v, n)->e;
	size_t at = place_of(e->sh);

	if (e->state == NYM_EARLIER)
		return;
	while (v->table[at] != 0)
		at = (at + 1) % TABLE;
	v->table[at] = (uint16_t)(n + 1);
}

void
vault_index(struct nym_vault *v)
{
	memset(v->table, 0, TABLE * sizeof *v->table);
	for (size_t n = 0; n < v->slots.len; n++)
		vault_enter(v, n);
}

int
vault_entry_ok(const struct nym_vault *v, const struct nym_entry *e)
{
	struct nym_which which = { NYM_USE_ASSERT, 0, e->period, e->epoch,
		e->generation };
	enum nym_scheme scheme;
	enum nym_use use = NYM_USE_ASSERT;

	if (e->l >= v->ls.len)
		return 0;
	if (e->state == NYM_FORGOTTEN)
		return nym_which_ok(&which);
	if (e->state != NYM_REGISTERED && e->state != NYM_EARLIER)
		return 0;
	if (nym_scope_check(e->scope, strlen(e->scope), &scheme) != JM_OK)
		return 0;
	if (scheme == NYM_SSH || scheme == NYM_P11)
		use = NYM_USE_RAW;
	which.use = use;
	if (e->use != use || !nym_which_ok(&which) || e->since < 0)
		return 0;
	if (e->profile != NYM_PROFILE_X && e->profile != NYM_PROFILE_S)
		return 0;
	return e->mode == NYM_MODE_HOLDER ||
	       (e->mode == NYM_MODE_CARD2 && e->profile == NYM_PROFILE_X);
}

jm_err
vault_add(struct nym_vault *v, const struct vault_slot *slot)
{
	struct vault_slot *s;
	jm_err e;

	if (slot->e.state != NYM_EARLIER &&
	    vault_find_slot(v, slot->e.sh) != NULL)
		return JM_EXISTS;
	if ((e = vault_room(&v->slots, 1)) != JM_OK)
		return e;
	s = vault_push(&v->slots);
	*s = *slot;
	vault_enter(v, v->slots.len - 1);
	return JM_OK;
}

size_t
nym_vault_len(const struct nym_vault *v)
{
	return v->slots.len;
}

void
nym_vault_at(const struct nym_vault *v, size_t n, struct nym_entry *out)
{
	*out = slot_at(v, n)->e;
}

jm_err
nym_vault_get(
    const struct nym_vault *v, const char *scope, struct nym_entry *out)
{
	const struct vault_slot *s = NULL;
	uint8_t sh[NYM_SH_LEN];
	jm_err e;

	e = nym_scope_hash(scope, strlen(scope), sh); /* may be out's own */
	memset(out, 0, sizeof *out);
	if (e != JM_OK)
		return e;
	if ((s = vault_find_slot(v, sh)) == NULL)
		return JM_UNKNOWN;
	*out = s->e;
	return JM_OK;
}

/* What else is known of a scope goes with it. */
static void
forget_earlier(struct nym_vault *v, const uint8_t sh[NYM_SH_LEN])
{
	for (size_t n = v->earlier.len; n-- > 0;) {
		const struct vault_earlier *x = vault_item(&v->earlier, n);

		if (memcmp(x->sh, sh, NYM_SH_LEN) == 0)
			vault_cut(&v->earlier, n);
	}
	for (size_t n = v->slots.len; n-- > 0;) {
		const struct nym_entry *x = &slot_at(v, n)->e;

		if (x->state == NYM_EARLIER &&
		    memcmp(x->sh, sh, NYM_SH_LEN) == 0)
			vault_cut(&v->slots, n);
	}
	vault_index(v);
}

/* Only what keeps an identifier that was given up from coming back; the period
 * is the unit of the epoch. */
static void
forget(struct nym_entry *e)
{
	struct nym_entry left = { .state = NYM_FORGOTTEN,
		.l = e->l,
		.generation = e->generation,
		.period = e->period,
		.epoch = e->epoch };

	memcpy(left.sh, e->sh, sizeof left.sh);
	*e = left;
}

jm_err
nym_vault_put(struct nym_vault *v, const struct nym_entry *entry)
{
	struct vault_slot slot = { .e = *entry }, *s;
	uint8_t sh[NYM_SH_LEN];
	jm_err e = JM_OK;

	if (slot.e.state == NYM_FORGOTTEN) {
		forget(&slot.e);
	} else {
		e = nym_scope_hash(slot.e.scope, strlen(slot.e.scope), sh);
		if (e == JM_OK && memcmp(sh, slot.e.sh, sizeof sh) != 0)
			e = JM_ARG;
		if (!slot.e.x_known)
			memset(slot.e.x, 0, sizeof slot.e.x);
	}
	if (e == JM_OK && !vault_entry_ok(v, &slot.e))
		e = JM_ARG;
	if (e != JM_OK)
		return e;
	slot.e.carried = 0;
	s = vault_find_slot(v, slot.e.sh);
	if (slot.e.state == NYM_EARLIER || s == NULL)
		return vault_add(v, &slot);
	if (slot.e.state == NYM_FORGOTTEN) {
		jm_wipe(s, sizeof *s);
		s->e = slot.e;
		v->purge = 1;
		forget_earlier(v, slot.e.sh);
		return JM_OK;
	}
	slot.e.carried = s->e.carried; /* the key stays with its scope */
	s->e = slot.e;
	return JM_OK;
}

jm_err
nym_vault_put_earlier(struct nym_vault *v, const uint8_t sh[NYM_SH_LEN],
    uint32_t generation, const uint8_t x[NYM_X_LEN])
{
	struct vault_earlier *one;
	size_t same = 0, first = 0;
	jm_err e;

	if (vault_find_slot(v, sh) == NULL)
		return JM_UNKNOWN;
	for (size_t n = v->earlier.len; n-- > 0;) {
		one = vault_item(&v->earlier, n);
		if (memcmp(one->sh, sh, NYM_SH_LEN) != 0)
			continue;
		if (memcmp(one->x, x, NYM_X_LEN) == 0)
			return JM_OK;
		same++;
		first = n;
	}
	/* A changing identifier has a new one each week. */
	if (same >= NYM_VAULT_EARLIER_EACH)
		vault_cut(&v->earlier, first);
	if ((e = vault_room(&v->earlier, 1)) != JM_OK)
		return e;
	one = vault_push(&v->earlier);
	memcpy(one->sh, sh, NYM_SH_LEN);
	one->generation = generation;
	memcpy(one->x, x, NYM_X_LEN);
	return JM_OK;
}

jm_err
nym_vault_earlier(const struct nym_vault *v, const uint8_t sh[NYM_SH_LEN],
    size_t n, uint32_t *generation, uint8_t x[NYM_X_LEN])
{
	for (size_t i = 0; i < v->earlier.len; i++) {
		const struct vault_earlier *one = vault_item(&v->earlier, i);

		if (memcmp(one->sh, sh, NYM_SH_LEN) != 0 || n-- > 0)
			continue;
		*generation = one->generation;
		memcpy(x, one->x, NYM_X_LEN);
		return JM_OK;
	}
	*generation = 0;
	memset(x, 0, NYM_X_LEN);
	return JM_NOT_FOUND;
}

/* --- secrets -------------------------------------------------------------- */

jm_err
nym_vault_l(const struct nym_vault *v, unsigned n, uint8_t l[NYM_L_LEN])
{
	if (n >= v->ls.len) {
		memset(l, 0, NYM_L_LEN);
		return JM_NOT_FOUND;
	}
	memcpy(l, vault_item(&v->ls, n), NYM_L_LEN);
	return JM_OK;
}

jm_err
nym_vault_new_l(struct nym_vault *v, unsigned *n)
{
	jm_err e;

	*n = 0;
	if ((e = vault_room(&v->ls, 1)) != JM_OK)
		return e;
	if ((e = jm_random(vault_item(&v->ls, v->ls.len), NYM_L_LEN)) != JM_OK)
		return e;
	*n = (unsigned)v->ls.len++;
	return JM_OK;
}

jm_err
nym_vault_carry(
    struct nym_vault *v, const uint8_t sh[NYM_SH_LEN], const uint8_t *prk)
{
	struct vault_slot *s = vault_find_slot(v, sh);

	if (s == NULL || s->e.state != NYM_REGISTERED)
		return JM_UNKNOWN;
	jm_wipe(s->prk, sizeof s->prk);
	v->purge |= s->e.carried;
	s->e.carried = prk != NULL;
	if (prk != NULL)
		memcpy(s->prk, prk, sizeof s->prk);
	return JM_OK;
}

jm_err
nym_vault_carried(const struct nym_vault *v, const uint8_t sh[NYM_SH_LEN],
    uint8_t prk[NYM_PRK_LEN])
{
	const struct vault_slot *s = vault_find_slot(v, sh);

	memset(prk, 0, NYM_PRK_LEN);
	if (s == NULL || !s->e.carried)
		return JM_NOT_FOUND;
	memcpy(prk, s->prk, NYM_PRK_LEN);
	return JM_OK;
}

jm_err
nym_vault_code(struct nym_vault *v, uint8_t code[NYM_CODE_LEN])
{
	memset(code, 0, NYM_CODE_LEN);
	if (!v->has_code)
		return JM_NOT_FOUND;
	memcpy(code, v->code, NYM_CODE_LEN);
	jm_wipe(v->code, sizeof v->code);
	v->has_code = 0;
	return JM_OK;
}

const struct nym_vault_ref *
nym_vault_ref_of(const struct nym_vault *v)
{
	return &v->ref;
}

uint64_t
nym_vault_writes(const struct nym_vault *v)
{
	return v->writes;
}

int64_t
nym_vault_saved_at(const struct nym_vault *v)
{
	return v->saved_at;
}

int
nym_vault_from_backup(const struct nym_vault *v)
{
	return v->from_backup;
}
