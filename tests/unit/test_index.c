/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known without a PIN: the raw keys, and what must not be signed. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "holder/index_impl.h"
#include "tests/support/test.h"
#include "tests/unit/vault_try.h"

#define MANY 10000

static char path[300];

/* An entry that is one in form: the key is none of the curve's. */
__attribute__((noinline)) static struct nym_index_entry
entry(const char *scope, uint8_t number)
{
	struct nym_index_entry e = { .cert_len = 400 };

	snprintf(e.scope, sizeof e.scope, "%s", scope);
	memset(e.nid, number, sizeof e.nid);
	memset(e.point, number, sizeof e.point);
	e.point[0] = 0x04;
	memcpy(e.pk + 1, e.point + 1, 32);
	e.pk[0] = (uint8_t)(0x02 | (e.point[64] & 1));
	memset(e.cert, number, e.cert_len);
	return e;
}

__attribute__((noinline)) static void
put(const struct nym_vault *v, const char *scope, uint8_t number)
{
	static struct nym_index_entry e; /* large */

	e = entry(scope, number);
	assert_int_equal(nym_index_put(v, &e), JM_OK);
}

__attribute__((noinline)) static void
add(struct nym_vault *v, const char *scope, enum nym_profile profile)
{
	struct nym_entry e = vault_try_entry(scope);

	e.profile = profile;
	assert_int_equal(nym_vault_put(v, &e), JM_OK);
}

/* A saved vault of this profile; path is its index's. */
static struct nym_vault *
vault(const struct vault_try *t, enum nym_profile profile)
{
	struct nym_vault *v;
	const uint8_t *h;

	assert_int_equal(
	    nym_vault_new(NULL, profile, t->cert, sizeof t->cert, &v), JM_OK);
	assert_int_equal(nym_vault_wrap(v, t->prk), JM_OK);
	assert_int_equal(nym_vault_save(v), JM_OK);
	h = nym_vault_ref_of(v)->hint;
	snprintf(path, sizeof path, "%s/%02x%02x%02x%02x%02x%02x%02x%02x.index",
	    t->folder, h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]);
	return v;
}

static jm_err
load(const struct nym_vault *v, struct nym_index **x)
{
	return nym_index_load(nym_vault_ref_of(v)->hint, x);
}

static size_t
loaded(const struct nym_vault *v)
{
	struct nym_index *x;
	size_t n;

	assert_int_equal(load(v, &x), JM_OK);
	n = x->len;
	nym_index_free(&x);
	assert_null(x);
	return n;
}

static int
there(const char *what)
{
	struct stat st;

	return lstat(what, &st) == 0;
}

/* Are these bytes in the file? */
static int
holds(const char *file, const void *what, size_t n)
{
	size_t len;
	uint8_t *p = vault_try_read(file, &len);
	const int found = memmem(p, len, what, n) != NULL;

	free(p);
	return found;
}

static void
it_has_the_raw_keys_as_they_were_put(void **state)
{
	struct nym_vault *v = vault(*state, NYM_PROFILE_X);
	const struct nym_index_entry want = entry("ssh:git.example.jp", 7);
	struct nym_index *x;
	struct stat st;

	assert_false(nym_index_any());
	assert_int_equal(load(v, &x), JM_NOT_FOUND);
	assert_null(x);
	assert_int_equal(nym_index_stamp(nym_vault_ref_of(v)->hint), 0);
	put(v, "ssh:other.example.jp", 5);
	put(v, "ssh:git.example.jp", 6);
	put(v, "p11:home", 8);
	put(v, "ssh:git.example.jp", 7); /* anew */
	assert_true(nym_index_any());
	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(load(v, &x), JM_OK);
	assert_int_equal(x->len, 3);
	assert_memory_equal(&x->entry[1], &want, sizeof want);
	assert_string_equal(x->entry[2].scope, "p11:home");
	nym_index_free(&x);
	assert_int_equal(nym_index_remove(v, "ssh:git.example.jp"), JM_OK);
	assert_int_equal(nym_index_remove(v, "ssh:none.example.jp"), JM_OK);
	assert_int_equal(loaded(v), 2);
	assert_int_equal(nym_index_remove(v, "p11:home"), JM_OK);
	assert_int_equal(nym_index_remove(v, "ssh:other.example.jp"), JM_OK);
	assert_false(there(path)); /* nothing to say */
	assert_false(nym_index_any());
	nym_vault_free(&v);
}

static void
other_scopes_are_never_in_it(void **state)
{
	static const char *const scopes[] = { "web:example.jp",
		"app:jp.example.app", "kiosk:jp.example.city/x", "test:x",
		"self:vault/aaaqeayeaudaocajbifqydiob4", "", "ssh:Host" };
	struct nym_vault *v = vault(*state, NYM_PROFILE_X);
	struct nym_index_entry e;

	for (size_t i = 0; i < NELEM(scopes); i++) {
		e = entry(scopes[i], 1);
		assert_int_equal(nym_index_put(v, &e), JM_ARG);
	}
	e = entry("ssh:git.example.jp", 1);
	e.pk[0] ^= 1; /* another key's */
	assert_int_equal(nym_index_put(v, &e), JM_ARG);
	assert_false(there(path));
	/* nor a trace of them, on a card that signs T_X */
	add(v, "web:example.jp", NYM_PROFILE_X);
	assert_int_equal(nym_index_sync(v, NULL), JM_OK);
	assert_false(there(path));
	add(v, "p11:home", NYM_PROFILE_X);
	put(v, "p11:home", 1);
	assert_int_equal(nym_index_sync(v, NULL), JM_OK);
	assert_false(holds(path, "web:", 4));
	e = entry("p11:home", 1);
	{
		size_t len, fixed = 38 + 32 + 1 + 8 + 32 + 64 + 2 + 400;

		free(vault_try_read(path, &len));
		assert_int_equal(len, fixed); /* no room for a tag */
	}
	nym_vault_free(&v);
}

static void
the_vault_is_the_truth(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = vault(t, NYM_PROFILE_X), *w;
	struct nym_entry e;
	char old[300];

	add(v, "ssh:a.example.jp", NYM_PROFILE_X);
	add(v, "ssh:b.example.jp", NYM_PROFILE_X);
	put(v, "ssh:a.example.jp", 1);
	put(v, "ssh:b.example.jp", 2);
	put(v, "ssh:c.example.jp", 3); /* of a save that failed */
	assert_int_equal(nym_index_sync(v, NULL), JM_OK);
	assert_int_equal(loaded(v), 2);
	e = vault_try_entry("ssh:a.example.jp");
	e.state = NYM_FORGOTTEN;
	assert_int_equal(nym_vault_put(v, &e), JM_OK);
	assert_int_equal(nym_index_sync(v, NULL), JM_OK);
	assert_int_equal(loaded(v), 1);
	/* a wrap has another hint, and the file goes with it */
	snprintf(old, sizeof old, "%s", path);
	assert_int_equal(
	    nym_vault_new(v, NYM_PROFILE_X, t->cert, sizeof t->cert, &w),
	    JM_OK);
	assert_int_equal(nym_index_sync(w, nym_vault_ref_of(v)->hint), JM_OK);
	assert_true(there(old)); /* as long as the new one is not saved */
	assert_int_equal(loaded(w), 1);
	nym_index_end(w, nym_vault_ref_of(v));
	assert_true(there(old)); /* and its vault is of use */
	assert_int_equal(unlink(nym_vault_ref_of(v)->path), 0);
	nym_index_end(w, nym_vault_ref_of(v));
	assert_false(there(old));
	assert_int_equal(nym_index_sync(w, nym_vault_ref_of(w)->hint), JM_OK);
	nym_index_end(w, nym_vault_ref_of(w));
	assert_int_equal(loaded(w), 1);
	nym_vault_free(&v);
	nym_vault_free(&w);
}

static void
a_change_shows_in_the_stamp(void **state)
{
	struct nym_vault *v = vault(*state, NYM_PROFILE_X);
	const uint8_t *hint = nym_vault_ref_of(v)->hint;
	uint64_t was = 0;

	for (uint8_t i = 1; i < 20; i++) {
		put(v, "p11:home", i);
		assert_int_not_equal(nym_index_stamp(hint), was);
		was = nym_index_stamp(hint);
		assert_int_equal(nym_index_stamp(hint), was);
	}
	nym_vault_free(&v);
}

/* --- damage --------------------------------------------------------------- */

static unsigned warnings;

static void
count(enum jm_log_level level, const char *line)
{
	warnings += level == JM_LOG_WARNING;
	assert_null(strstr(line, "p11:"));
}

static void
damage_anywhere_makes_it_none_and_that_is_logged(void **state)
{
	struct nym_vault *v = vault(*state, NYM_PROFILE_X);
	struct nym_index *x;
	uint8_t *p;
	size_t len;

	put(v, "p11:home", 1);
	p = vault_try_read(path, &len);
	jm_log_set(count, JM_LOG_DEBUG);
	for (size_t bit = 0; bit < len * 8; bit++) {
		p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		vault_try_write(path, p, len);
		warnings = 0;
		assert_int_equal(load(v, &x), JM_NOT_FOUND);
		assert_null(x);
		assert_int_equal(warnings, 1);
		p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < len; n++) {
		vault_try_write(path, p, n);
		assert_int_equal(load(v, &x), JM_NOT_FOUND);
	}
	jm_log_set(NULL, JM_LOG_NONE);
	put(v, "p11:home", 2); /* and starts anew */
	assert_int_equal(loaded(v), 1);
	nym_vault_free(&v);
	free(p);
}

static void
a_file_that_is_not_this_users_alone_is_none(void **state)
{
	static const char *const spoil[] = { "chmod 644 *.index",
		"ln *.index x", "mv *.index x; ln -s x $(cat name)",
		"rm *.index; mkfifo -m 600 $(cat name)", "chown 1 *.index" };
	struct vault_try *t = *state;
	struct nym_vault *v = vault(t, NYM_PROFILE_X);
	struct nym_index *x;

	put(v, "p11:home", 1);
	assert_int_equal(vault_try_sh(t, "ls | grep index >name"), 0);
	for (size_t i = 0; i < NELEM(spoil) - (geteuid() != 0); i++) {
		put(v, "p11:home", 1);
		assert_int_equal(loaded(v), 1);
		assert_int_equal(vault_try_sh(t, spoil[i]), 0);
		assert_int_equal(load(v, &x), JM_NOT_FOUND);
		assert_false(nym_index_any());
		assert_int_equal(vault_try_sh(t, "rm -f x *.index"), 0);
	}
	nym_vault_free(&v);
}

/* --- the guard ------------------------------------------------------------ */

static size_t
t_of(enum nym_profile profile, const char *scope, uint8_t t[NYM_T_MAX])
{
	uint8_t sh[NYM_SH_LEN];
	size_t len;

	assert_int_equal(nym_scope_hash(scope, strlen(scope), sh), JM_OK);
	assert_int_equal(nym_t(profile, sh, t, &len), JM_OK);
	return len;
}

static int
refuses(const char *scope)
{
	uint8_t t[NYM_T_MAX];
	const size_t len = t_of(NYM_PROFILE_S, scope, t);

	return nym_index_refuses(t, len);
}

static void
no_t_of_a_fallback_vault_is_signed(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = vault(t, NYM_PROFILE_S);
	char own[NYM_VAULT_SCOPE];
	uint8_t bytes[NYM_T_MAX];
	size_t len;

	nym_vault_scope(nym_vault_ref_of(v)->id, own);
	assert_true(refuses(own)); /* before there is an index */
	add(v, "web:example.jp", NYM_PROFILE_S);
	add(v, "p11:home", NYM_PROFILE_S);
	assert_int_equal(nym_index_sync(v, NULL), JM_OK);
	assert_true(there(path));
	assert_false(nym_index_any()); /* it shows no key */
	assert_true(refuses(own));
	assert_true(refuses("web:example.jp"));
	assert_true(refuses("p11:home"));
	assert_false(refuses("web:example.com"));
	assert_false(holds(path, "web:", 4));
	len = t_of(NYM_PROFILE_S, "web:example.jp", bytes);
	assert_false(holds(path, bytes + len - 64, 64));
	assert_false(nym_index_refuses(bytes, len - 1));
	len = t_of(NYM_PROFILE_X, "web:example.jp", bytes);
	assert_false(nym_index_refuses(bytes, len)); /* the guard's itself */
	put(v, "p11:home", 1);                       /* keeps the list */
	assert_true(refuses("web:example.jp"));
	assert_true(nym_index_any());
	nym_vault_free(&v);
}

static void
a_scope_of_the_fallback_profile_counts_in_any_vault(void **state)
{
	struct nym_vault *v = vault(*state, NYM_PROFILE_X);
	char own[NYM_VAULT_SCOPE];

	nym_vault_scope(nym_vault_ref_of(v)->id, own);
	add(v, "web:a.example.jp", NYM_PROFILE_S); /* of an earlier card */
	add(v, "web:b.example.jp", NYM_PROFILE_X);
	assert_int_equal(nym_index_sync(v, NULL), JM_OK);
	assert_true(refuses("web:a.example.jp"));
	assert_false(refuses("web:b.example.jp"));
	assert_false(refuses(own));
	nym_vault_free(&v);
}

static void
where_it_cannot_be_known_all_are_refused(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = vault(t, NYM_PROFILE_S);
	uint8_t *p;
	size_t len;

	add(v, "web:example.jp", NYM_PROFILE_S);
	assert_int_equal(nym_index_sync(v, NULL), JM_OK);
	p = vault_try_read(path, &len);
	p[50] ^= 1;
	vault_try_write(path, p, len);
	assert_true(refuses("web:example.jp"));
	assert_true(refuses("web:example.com"));
	free(p);
	assert_int_equal(nym_index_sync(v, NULL), JM_OK); /* mends it */
	assert_true(refuses("web:example.jp"));
	assert_false(refuses("web:example.com"));
	assert_int_equal(chmod(path, 0644), 0);
	assert_true(refuses("web:example.com"));
	assert_int_equal(unlink(path), 0); /* a vault that came without it */
	assert_true(refuses("web:example.jp"));
	assert_true(refuses("web:example.com"));
	assert_int_equal(nym_index_sync(v, NULL), JM_OK);
	assert_false(refuses("web:example.com"));
	nym_vault_free(&v);
	/* a damaged one of other cards alone stops nobody */
	assert_int_equal(vault_try_sh(t, "rm *"), 0);
	v = vault(t, NYM_PROFILE_X);
	put(v, "p11:home", 1);
	assert_int_equal(vault_try_sh(t, "printf X >$(ls *.index)"), 0);
	assert_false(refuses("web:example.com"));
	nym_vault_free(&v);
}

/* --- size ----------------------------------------------------------------- */

/* The file with so many entries, made at once. */
static void
index_fill(const struct nym_vault *v, unsigned many)
{
	const struct nym_vault_ref *ref = nym_vault_ref_of(v);
	struct index_head h = { .profile = ref->profile, .entries = many };
	struct nym_index_entry *e = calloc(many, sizeof *e);
	uint8_t *mem;
	size_t len;

	assert_non_null(e);
	memcpy(h.id, ref->id, sizeof h.id);
	memcpy(h.hint, ref->hint, sizeof h.hint);
	for (unsigned n = 0; n < many; n++) {
		char scope[64];

		snprintf(scope, sizeof scope, "ssh:host%u.example.jp", n);
		e[n] = entry(scope, (uint8_t)(n & 0xff));
	}
	assert_int_equal(index_build(&h, NULL, e, &mem, &len), JM_OK);
	vault_try_write(path, mem, len);
	free(mem);
	free(e);
}

static void
many_load_at_once(void **state)
{
	struct nym_vault *v = vault(*state, NYM_PROFILE_X);
	struct timespec a, b;
	struct nym_index *x;
	char scope[64];

	for (unsigned n = 0; n < MANY; n++) {
		snprintf(scope, sizeof scope, "ssh:host%u.example.jp", n);
		add(v, scope, NYM_PROFILE_X);
	}
	index_fill(v, MANY);
	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_int_equal(load(v, &x), JM_OK);
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_int_equal(x->len, MANY);
	print_message("%d entries loaded in %ld us\n", MANY,
	    (b.tv_sec - a.tv_sec) * 1000000 + (b.tv_nsec - a.tv_nsec) / 1000);
	assert_string_equal(
	    x->entry[MANY - 1].scope, "ssh:host9999.example.jp");
	nym_index_free(&x);
	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_int_equal(nym_index_sync(v, NULL), JM_OK);
	clock_gettime(CLOCK_MONOTONIC, &b);
	print_message("brought in line in %ld us\n",
	    (b.tv_sec - a.tv_sec) * 1000000 + (b.tv_nsec - a.tv_nsec) / 1000);
	assert_int_equal(loaded(v), MANY);
	nym_vault_free(&v);
}

int
main(void)
{
#define F(f) cmocka_unit_test_setup_teardown(f, vault_try_begin, vault_try_end)
	const struct CMUnitTest tests[] = {
		F(it_has_the_raw_keys_as_they_were_put),
		F(other_scopes_are_never_in_it),
		F(the_vault_is_the_truth),
		F(a_change_shows_in_the_stamp),
		F(damage_anywhere_makes_it_none_and_that_is_logged),
		F(a_file_that_is_not_this_users_alone_is_none),
		F(no_t_of_a_fallback_vault_is_signed),
		F(a_scope_of_the_fallback_profile_counts_in_any_vault),
		F(where_it_cannot_be_known_all_are_refused),
		F(many_load_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
