/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a vault holds, and the bytes of its file. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "crypto/aead.h"
#include "crypto/soft_key.h"
#include "holder/consent.h"
#include "tests/support/test.h"
#include "tests/unit/vault_try.h"

#define MANY 10000

/* Random numbers that are known: the vault's id, DEK and code of the vectors
 * come first.  The names are the linker's. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
jm_err __real_jm_random(void *out, size_t n);
jm_err __wrap_jm_random(void *out, size_t n);
/* NOLINTEND(bugprone-reserved-identifier) */

static unsigned known; /* calls that get known numbers; counts down */

jm_err
__wrap_jm_random(void *out, size_t n)
{
	static const uint8_t first[] = { 0xc0, 0x40, 0x00 };

	if (known == 0)
		return __real_jm_random(out, n);
	known--;
	for (size_t i = 0; i < n; i++)
		((uint8_t *)out)[i] = (uint8_t)(first[known % 3] + i);
	return JM_OK;
}

static struct nym_vault *
again(const struct vault_try *t, struct nym_vault **v)
{
	assert_int_equal(nym_vault_save(*v), JM_OK);
	nym_vault_free(v);
	assert_null(*v);
	return vault_try_open(t);
}

/* nym1.md, 4.3, put together here once more. */
static void
the_file_has_the_bytes_of_the_scheme(void **state)
{
	/* clang-format off */
	static const uint8_t k_code[] = { 0x46, 0xd8, 0x45, 0x3d, 0x3b, 0x74,
		0xc5, 0x75, 0x52, 0x87, 0xc4, 0xa9, 0x2d, 0xc0, 0x36, 0x9a,
		0x05, 0x62, 0xd0, 0x12, 0x97, 0x9b, 0x34, 0x91, 0x14, 0x6b,
		0xb2, 0x74, 0x56, 0xfb, 0xa6, 0x86 };
	static const uint8_t prk_v[] = { 0x08, 0xd3, 0x56, 0x69, 0xd4, 0x85,
		0x97, 0x94, 0xb6, 0x0a, 0x06, 0x0c, 0x4b, 0x36, 0xd6, 0x84,
		0x08, 0x32, 0x87, 0xb5, 0x97, 0xee, 0x40, 0x01, 0xd9, 0x89,
		0xd6, 0x8f, 0x43, 0x79, 0xd0, 0x5d };
	static const uint8_t k_card[] = { 0x94, 0x20, 0xbc, 0x59, 0x1a, 0xdd,
		0x3f, 0x15, 0xc7, 0x77, 0x00, 0x90, 0x19, 0xb1, 0x0a, 0x9c,
		0x68, 0xf0, 0xd1, 0x7b, 0x73, 0xd6, 0xc2, 0x6e, 0xf9, 0x58,
		0xa2, 0x47, 0xc8, 0xee, 0x07, 0x0a };
	static const uint8_t head[] = { 'N', 'Y', 'M', 'V', 1, 1, 0, 1, 2, 3,
		4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	/* clang-format on */
	struct vault_try *t = *state;
	uint8_t hint[NYM_HINT_LEN], aad[31], dek[32], again_dek[32], *file;
	uint8_t plain[1000], code[NYM_CODE_LEN];
	struct nym_vault *v;
	char path[NYM_VAULT_PATH_MAX];
	size_t len;

	memcpy(t->prk, prk_v, sizeof prk_v);
	known = 3;
	v = vault_try_new(t, 0);
	assert_string_equal(nym_vault_ref_of(v)->path + strlen(t->folder) + 1,
	    "aaaqeayeaudaocajbifqydiob4.vault");
	snprintf(path, sizeof path, "%s", nym_vault_ref_of(v)->path);
	file = vault_try_read(path, &len);
	assert_memory_equal(file, head, sizeof head);
	assert_int_equal(
	    nym_vault_hint(head + 6, t->cert, sizeof t->cert, hint), JM_OK);
	assert_memory_equal(file + 22, hint, sizeof hint);
	memcpy(aad, file, 30);
	aad[30] = 1;
	assert_int_equal(jm_gcm_open(k_card, file + 30, aad, sizeof aad,
			     file + 30 + 12, 48, dek),
	    JM_OK);
	aad[30] = 2;
	assert_int_equal(jm_gcm_open(k_code, file + 90, aad, sizeof aad,
			     file + 90 + 12, 48, again_dek),
	    JM_OK);
	assert_memory_equal(dek, again_dek, sizeof dek);
	for (unsigned i = 0; i < sizeof dek; i++)
		assert_int_equal(dek[i], 0x40 + i);
	assert_int_equal(jm_gcm_open(dek, file + 150, file, 150, file + 162,
			     len - 162, plain),
	    JM_OK);
	/* one write; no old vault, one L, no entries and so on */
	assert_memory_equal(plain, "\0\0\0\0\0\0\0\1", 8);
	assert_memory_equal(plain + 32, "\0\1", 2);
	assert_int_equal(nym_vault_l(v, 0, dek), JM_OK);
	assert_memory_equal(plain + 34, dek, sizeof dek);
	assert_int_equal(
	    len - 162 - 16, 8 + 8 + 16 + 2 + 32 + 4 + 4 + 8 + 32 + 4);
	assert_int_equal(nym_vault_code(v, code), JM_OK);
	for (unsigned i = 0; i < sizeof code; i++)
		assert_int_equal(code[i], 0xc0 + i);
	free(file);
	nym_vault_free(&v);
}

static void
it_opens_with_card_or_code_and_nothing_else(void **state)
{
	struct vault_try *t = *state;
	uint8_t code[NYM_CODE_LEN], wrong[NYM_PRK_LEN], zero[NYM_CODE_LEN];
	struct nym_vault *v = vault_try_new(t, 3), *w;
	struct nym_vault_ref ref;
	int damaged = 1;

	assert_int_equal(nym_vault_code(v, code), JM_OK);
	memset(zero, 0, sizeof zero);
	assert_memory_not_equal(code, zero, sizeof code);
	assert_int_equal(nym_vault_code(v, zero), JM_NOT_FOUND);
	nym_vault_free(&v);
	assert_int_equal(
	    nym_vault_find(t->cert, sizeof t->cert, &ref, &damaged), JM_OK);
	assert_int_equal(damaged, 0);
	assert_int_equal(nym_vault_open(&ref, t->prk, &v), JM_OK);
	assert_int_equal(nym_vault_from_backup(v), 0);
	assert_int_equal(nym_vault_len(v), 3);
	assert_int_equal(nym_vault_code(v, zero), JM_NOT_FOUND);
	nym_vault_free(&v);
	assert_int_equal(nym_vault_open_code(&ref, code, &v), JM_OK);
	assert_int_equal(nym_vault_len(v), 3);
	/* daily use needs no code */
	assert_int_equal(nym_vault_save(v), JM_OK);
	nym_vault_free(&v);
	for (unsigned bit = 0; bit < 256; bit++) {
		memcpy(wrong, t->prk, sizeof wrong);
		wrong[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(nym_vault_open(&ref, wrong, &w), JM_DAMAGED);
		assert_null(w);
	}
	for (unsigned bit = 0; bit < 160; bit++) {
		code[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(nym_vault_open_code(&ref, code, &w), JM_CODE);
		assert_null(w);
		code[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_int_equal(nym_vault_open_code(&ref, code, &v), JM_OK);
	nym_vault_free(&v);
}

static void
what_is_put_in_is_there_afterwards(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = vault_try_new(t, 0);
	static struct nym_entry in[4], out;
	uint8_t prk[NYM_PRK_LEN], got[NYM_PRK_LEN], l[2][NYM_L_LEN];
	uint8_t x[NYM_X_LEN];
	uint32_t g;
	unsigned number;

	in[0] = vault_try_number(7);
	in[1] = vault_try_entry("ssh:git.example.jp");
	in[2] = vault_try_entry("kiosk:jp.example.city/library");
	in[2].period = 28;
	in[2].epoch = 735;
	in[2].generation = 28333333;
	in[2].profile = NYM_PROFILE_S;
	in[3] = vault_try_entry("web:example.jp");
	in[3].mode = NYM_MODE_CARD2;
	assert_int_equal(nym_vault_new_l(v, &number), JM_OK);
	assert_int_equal(number, 1);
	assert_int_equal(nym_vault_l(v, 0, l[0]), JM_OK);
	assert_int_equal(nym_vault_l(v, 1, l[1]), JM_OK);
	assert_memory_not_equal(l[0], l[1], NYM_L_LEN);
	in[2].l = 1;
	for (size_t i = 0; i < NELEM(in); i++)
		assert_int_equal(nym_vault_put(v, &in[i]), JM_OK);
	memset(prk, 0x77, sizeof prk);
	assert_int_equal(nym_vault_carry(v, in[1].sh, prk), JM_OK);
	memset(x, 0x66, sizeof x);
	assert_int_equal(nym_vault_put_earlier(v, in[0].sh, 5, x), JM_OK);
	v = again(t, &v);
	assert_int_equal(nym_vault_len(v), 4);
	assert_int_equal(nym_vault_writes(v), 2);
	assert_in_range(nym_vault_saved_at(v), time(NULL) - 60, time(NULL));
	in[1].carried = 1;
	for (size_t i = 0; i < NELEM(in); i++) {
		nym_vault_at(v, i, &out);
		assert_memory_equal(&out, &in[i], sizeof out);
		assert_int_equal(nym_vault_get(v, in[i].scope, &out), JM_OK);
		assert_memory_equal(&out, &in[i], sizeof out);
	}
	assert_int_equal(nym_vault_l(v, 0, got), JM_OK);
	assert_memory_equal(got, l[0], NYM_L_LEN);
	assert_int_equal(nym_vault_l(v, 1, got), JM_OK);
	assert_memory_equal(got, l[1], NYM_L_LEN);
	assert_int_equal(nym_vault_l(v, 2, got), JM_NOT_FOUND);
	assert_int_equal(nym_vault_carried(v, in[0].sh, got), JM_NOT_FOUND);
	assert_int_equal(nym_vault_carried(v, in[1].sh, got), JM_OK);
	assert_memory_equal(got, prk, sizeof prk);
	assert_int_equal(nym_vault_earlier(v, in[0].sh, 0, &g, got), JM_OK);
	assert_memory_equal(got, x, sizeof x);
	assert_int_equal(g, 5);
	assert_int_equal(
	    nym_vault_earlier(v, in[0].sh, 1, &g, got), JM_NOT_FOUND);
	/* a new generation keeps the carried key until it is dropped */
	in[1].generation = 1;
	assert_int_equal(nym_vault_put(v, &in[1]), JM_OK);
	assert_int_equal(nym_vault_len(v), 4);
	assert_int_equal(nym_vault_carried(v, in[1].sh, got), JM_OK);
	assert_int_equal(nym_vault_carry(v, in[1].sh, NULL), JM_OK);
	v = again(t, &v);
	assert_int_equal(nym_vault_carried(v, in[1].sh, got), JM_NOT_FOUND);
	assert_int_equal(nym_vault_get(v, "web:other.jp", &out), JM_UNKNOWN);
	nym_vault_free(&v);
}

static void
an_entry_that_cannot_be_is_refused(void **state)
{
	static const char *const scopes[] = { "", "web:Example.jp",
		"self:vault/aaaqeayeaudaocajbifqydiob4", "web:example.jp." };
	struct vault_try *t = *state;
	struct nym_vault *v = vault_try_new(t, 0);
	struct nym_entry good = vault_try_number(1), e;

	for (size_t i = 0; i < NELEM(scopes); i++) {
		e = vault_try_entry(scopes[i]);
		assert_int_equal(nym_vault_put(v, &e), JM_ARG);
	}
#define BAD(change)                                                            \
	do {                                                                   \
		e = good;                                                      \
		change;                                                        \
		assert_int_equal(nym_vault_put(v, &e), JM_ARG);                \
	} while (0)
	BAD(e.sh[0] ^= 1);
	BAD(e.l = 1);
	BAD(e.use = NYM_USE_RAW);
	BAD(e.mode = NYM_MODE_SITE);
	BAD(e.mode = NYM_MODE_NONE);
	BAD(e.mode = NYM_MODE_CARD2; e.profile = NYM_PROFILE_S);
	BAD(e.profile = (enum nym_profile)3);
	BAD(e.period = 8);
	BAD(e.epoch = 1);
	BAD(e.since = -1);
	BAD(e.state = (enum nym_entry_state)4);
	assert_int_equal(nym_vault_len(v), 0);
	assert_int_equal(nym_vault_carry(v, good.sh, good.x), JM_UNKNOWN);
	assert_int_equal(
	    nym_vault_put_earlier(v, good.sh, 1, good.x), JM_UNKNOWN);
	nym_vault_free(&v);
}

static void
what_is_forgotten_leaves_little(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = vault_try_new(t, 3);
	struct nym_entry e = vault_try_number(1), out, want;
	uint8_t prk[NYM_PRK_LEN];
	uint32_t g;

	e.generation = 9;
	e.period = 7;
	e.epoch = 2900;
	assert_int_equal(nym_vault_put(v, &e), JM_OK);
	memset(prk, 1, sizeof prk);
	assert_int_equal(nym_vault_carry(v, e.sh, prk), JM_OK);
	assert_int_equal(nym_vault_put_earlier(v, e.sh, 1, prk), JM_OK);
	want = e;
	want.state = NYM_EARLIER;
	assert_int_equal(nym_vault_put(v, &want), JM_OK);
	assert_int_equal(nym_vault_len(v), 4);
	e.state = NYM_FORGOTTEN;
	assert_int_equal(nym_vault_put(v, &e), JM_OK);
	v = again(t, &v);
	memset(&want, 0, sizeof want);
	want.state = NYM_FORGOTTEN;
	memcpy(want.sh, e.sh, sizeof want.sh);
	want.generation = 9;
	want.epoch = 2900;
	want.period = 7;
	assert_int_equal(nym_vault_len(v), 3);
	assert_int_equal(nym_vault_get(v, e.scope, &out), JM_OK);
	assert_memory_equal(&out, &want, sizeof out);
	assert_int_equal(nym_vault_carried(v, e.sh, prk), JM_NOT_FOUND);
	assert_int_equal(nym_vault_earlier(v, e.sh, 0, &g, prk), JM_NOT_FOUND);
	e.state = NYM_REGISTERED; /* and goes on from there */
	assert_int_equal(nym_vault_put(v, &e), JM_OK);
	assert_int_equal(nym_vault_len(v), 3);
	assert_int_equal(nym_vault_get(v, e.scope, &out), JM_OK);
	assert_int_equal(out.state, NYM_REGISTERED);
	nym_vault_free(&v);
}

static void
earlier_ones_of_a_scope_are_bounded(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = vault_try_new(t, 2);
	const struct nym_entry a = vault_try_number(0), b = vault_try_number(1);
	uint8_t x[NYM_X_LEN] = { 0 };
	uint32_t g;

	assert_int_equal(nym_vault_put_earlier(v, b.sh, 1, x), JM_OK);
	for (uint32_t i = 0; i < NYM_VAULT_EARLIER_EACH + 3; i++) {
		memcpy(x, &i, sizeof i);
		assert_int_equal(nym_vault_put_earlier(v, a.sh, i, x), JM_OK);
		assert_int_equal(nym_vault_put_earlier(v, a.sh, i, x), JM_OK);
	}
	assert_int_equal(nym_vault_earlier(v, a.sh, 0, &g, x), JM_OK);
	assert_int_equal(g, 3); /* the oldest made room */
	assert_int_equal(
	    nym_vault_earlier(v, a.sh, NYM_VAULT_EARLIER_EACH - 1, &g, x),
	    JM_OK);
	assert_int_equal(
	    nym_vault_earlier(v, a.sh, NYM_VAULT_EARLIER_EACH, &g, x),
	    JM_NOT_FOUND);
	assert_int_equal(nym_vault_earlier(v, b.sh, 0, &g, x), JM_OK);
	nym_vault_free(&v);
}

static void
a_wrap_has_all_of_the_old_one_and_another_key(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = vault_try_new(t, 5), *w;
	struct vault_try other = *t;
	uint8_t a[NYM_CODE_LEN], b[NYM_CODE_LEN], prk[NYM_PRK_LEN];
	struct nym_vault_ref was = *nym_vault_ref_of(v);
	struct nym_entry e = vault_try_number(3);

	memset(prk, 5, sizeof prk);
	assert_int_equal(nym_vault_carry(v, e.sh, prk), JM_OK);
	assert_int_equal(nym_vault_code(v, a), JM_OK);
	vault_try_card(&other, 2);
	assert_int_equal(
	    nym_vault_new(v, NYM_PROFILE_X, other.cert, sizeof other.cert, &w),
	    JM_OK);
	assert_int_equal(nym_vault_save(w), JM_ARG); /* nothing opens it */
	assert_int_equal(nym_vault_export(w, "/nonexistent/x"), JM_ARG);
	/* a card that refuses T_X */
	nym_vault_set_profile(w, NYM_PROFILE_S);
	assert_int_equal(nym_vault_wrap(w, other.prk), JM_OK);
	assert_int_equal(nym_vault_wrap(v, other.prk), JM_ARG);
	assert_int_equal(nym_vault_save(w), JM_OK);
	assert_int_equal(nym_vault_code(w, b), JM_OK);
	assert_memory_not_equal(a, b, sizeof a);
	assert_memory_not_equal(nym_vault_ref_of(w)->id, was.id, sizeof was.id);
	nym_vault_free(&v);
	nym_vault_free(&w);
	assert_int_equal(vault_try_find(t, &v), JM_NOT_FOUND);
	v = vault_try_open(&other);
	assert_int_equal(nym_vault_ref_of(v)->profile, NYM_PROFILE_S);
	nym_vault_set_profile(v, NYM_PROFILE_X); /* never changes again */
	assert_int_equal(nym_vault_ref_of(v)->profile, NYM_PROFILE_S);
	assert_int_equal(nym_vault_wrap(v, t->prk), JM_ARG);
	assert_int_equal(nym_vault_len(v), 5);
	assert_int_equal(nym_vault_carried(v, e.sh, prk), JM_OK);
	assert_int_equal(nym_vault_get(v, e.scope, &e), JM_OK);
	nym_vault_free(&v);
}

static long
ms_since(const struct timespec *a)
{
	struct timespec b;

	clock_gettime(CLOCK_MONOTONIC, &b);
	return (b.tv_sec - a->tv_sec) * 1000 +
	       (b.tv_nsec - a->tv_nsec) / 1000000;
}

static void
there_is_room_for_many(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = vault_try_new(t, MANY);
	struct nym_receipt r = { .act = NYM_ACT_ASSERT };
	struct timespec a;
	struct nym_entry e;
	long took[3];

	snprintf(r.scope, sizeof r.scope, "web:example.jp");
	for (int i = 0; i < 1000; i++)
		assert_int_equal(nym_receipt_add(v, &r), JM_OK);
	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_int_equal(nym_vault_save(v), JM_OK);
	took[0] = ms_since(&a);
	nym_vault_free(&v);
	clock_gettime(CLOCK_MONOTONIC, &a);
	v = vault_try_open(t);
	took[1] = ms_since(&a);
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (unsigned n = 0; n < MANY; n++) {
		const struct nym_entry want = vault_try_number(n);

		assert_int_equal(nym_vault_get(v, want.scope, &e), JM_OK);
		assert_memory_equal(&e, &want, sizeof e);
	}
	took[2] = ms_since(&a);
	print_message("%u scopes, 1000 receipts: saved in %ld ms, opened in "
		      "%ld ms, each made and looked up in %ld ms\n",
	    MANY, took[0], took[1], took[2]);
	for (unsigned n = MANY; n < NYM_VAULT_ENTRIES_MAX; n++)
		vault_try_add(v, n);
	e = vault_try_number(NYM_VAULT_ENTRIES_MAX);
	assert_int_equal(nym_vault_put(v, &e), JM_SPACE);
	v = again(t, &v);
	assert_int_equal(nym_vault_len(v), NYM_VAULT_ENTRIES_MAX);
	nym_vault_free(&v);
}

int
main(void)
{
#define F(f) cmocka_unit_test_setup_teardown(f, vault_try_begin, vault_try_end)
	const struct CMUnitTest tests[] = {
		F(the_file_has_the_bytes_of_the_scheme),
		F(it_opens_with_card_or_code_and_nothing_else),
		F(what_is_put_in_is_there_afterwards),
		F(an_entry_that_cannot_be_is_refused),
		F(what_is_forgotten_leaves_little),
		F(earlier_ones_of_a_scope_are_bounded),
		F(a_wrap_has_all_of_the_old_one_and_another_key),
		F(there_is_room_for_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
