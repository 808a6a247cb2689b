/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From PIN to key on virtual cards: what is the same whatever lies between,
 * what a changed index brings, and what comes out anywhere else.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "tests/nym/foe.h"
#include "tests/nym/leak.h"
#include "tests/support/nym_cards.h"
#include "tests/support/nym_job.h"
#include "transport/trace.h"

#define SCOPE "web:example.jp"
#define ONE   "ssh:git-1.example.jp"
#define TWO   "ssh:git-2.example.jp"

/* What is on the disk when the power goes is other tests' matter. */
int __wrap_fsync(int fd);
int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

/* As jm_token_open_reader does it at debug level. */
static void
to_log(void *arg, const char *line)
{
	(void)arg;
	jm_log(JM_LOG_DEBUG, "%s", line);
}

static struct jm_token *
talkative(struct vslot *slot)
{
	struct jm_link plain, link;
	struct jm_token *t;

	assert_int_equal(vslot_link(slot, &plain), JM_OK);
	assert_int_equal(jm_trace_wrap(&plain, to_log, NULL, &link), JM_OK);
	assert_int_equal(jm_token_open(&link, &jm_policy_default, &t), JM_OK);
	return t;
}

static void
nid_of(struct jm_token *t, const char *scope, uint8_t nid[NYM_NID_LEN])
{
	nym_done(t, nym_key(scope), nid);
}

static void
enrol(struct jm_token *t, const char *scope, uint8_t *nid)
{
	nym_done(t, nym_register(scope, 0), nid);
}

static void
reset_later(struct jm_token *t, const char *scope, uint8_t *nid)
{
	struct nym_job *j = nym_reset(scope);

	j->time += 60;
	nym_done(t, j, nid);
}

static void
no_key(struct jm_token *t, const char *scope, jm_err want)
{
	nym_fails(t, nym_key(scope), want);
}

/* --- row 7: the same whatever lies between ---------------------------------
 */

static void
a_card_has_one_identifier_by_every_way(void **state)
{
	static const char *const atr[] = { "atr=3BE000FF8131FE4514",
		"atr=3BDA13FF8131FB468012392F31C173C601C03B",
		"atr=3BC5FF8131FB458073C6010000",
		"atr=3B888001000005E0B381A1007F" };
	struct vslot *slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	struct jm_token *t = nym_cards_token(slot);
	uint8_t nid[NYM_NID_LEN], again[NYM_NID_LEN];
	char old[128], fresh[160];

	(void)state;
	enrol(t, SCOPE, nid);
	nym_close(&t, &slot);
	/* contact, contactless, with short EF ids or without; each in another
	 * reader, and as another program */
	for (size_t i = 0; i < NELEM(atr); i++) {
		slot = nym_cards_slot(NYM_CARD_ONE, atr[i], NULL);
		t = nym_cards_token(slot);
		nid_of(t, SCOPE, again);
		assert_memory_equal(nid, again, sizeof nid);
		nym_close(&t, &slot);
	}
	/* a new installation that got the vault */
	snprintf(old, sizeof old, "%s", getenv("XDG_DATA_HOME"));
	snprintf(fresh, sizeof fresh, "%s-new", old);
	assert_int_equal(rename(old, fresh), 0);
	setenv("XDG_DATA_HOME", fresh, 1);
	slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	t = nym_cards_token(slot);
	nid_of(t, SCOPE, again);
	assert_memory_equal(nid, again, sizeof nid);
	setenv("XDG_DATA_HOME", old, 1);
	/* one that did not: another L, another identifier */
	enrol(t, SCOPE, again);
	assert_memory_not_equal(nid, again, sizeof nid);
	assert_int_equal(nym_cards_forget(NULL), 0);
	assert_int_equal(rename(fresh, old), 0);
	nym_close(&t, &slot);
	/* nor does another card open it */
	slot = nym_cards_slot(NYM_CARD_TWO, NULL);
	t = nym_cards_token(slot);
	no_key(t, SCOPE, JM_NOT_FOUND);
	nym_close(&t, &slot);
}

static void
a_card_that_gets_strict_is_an_error_and_one_that_is_stays(void **state)
{
	struct vslot *slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	struct jm_token *t = nym_cards_token(slot);
	uint8_t nid[NYM_NID_LEN], again[NYM_NID_LEN];

	(void)state;
	enrol(t, SCOPE, nid);
	assert_int_equal(
	    vc_set_param(vslot_card(slot), "digestinfo=strict"), JM_OK);
	no_key(t, SCOPE, JM_CARD);
	assert_int_equal(
	    vc_set_param(vslot_card(slot), "digestinfo=lax"), JM_OK);
	nid_of(t, SCOPE, again);
	assert_memory_equal(nid, again, sizeof nid);
	nym_close(&t, &slot);

	assert_int_equal(nym_cards_forget(NULL), 0);
	slot = nym_cards_slot(NYM_CARD_ONE, "digestinfo=strict", NULL);
	t = nym_cards_token(slot);
	enrol(t, SCOPE, nid);
	for (int strict = 0; strict < 2; strict++) {
		assert_int_equal(
		    vc_set_param(vslot_card(slot),
			strict ? "digestinfo=strict" : "digestinfo=lax"),
		    JM_OK);
		nid_of(t, SCOPE, again);
		assert_memory_equal(nid, again, sizeof nid);
	}
	nym_close(&t, &slot);
}

/* --- the index is a hint ---------------------------------------------------
 */

static void
index_path(char path[512])
{
	char folder[160];
	struct dirent *f;
	DIR *d;

	snprintf(
	    folder, sizeof folder, "%s/jumin/nym", getenv("XDG_DATA_HOME"));
	d = opendir(folder);
	assert_non_null(d);
	path[0] = 0;
	while ((f = readdir(d)) != NULL)
		if (strstr(f->d_name, ".index") != NULL)
			snprintf(path, 512, "%s/%s", folder, f->d_name);
	closedir(d);
	assert_true(path[0] != 0);
}

/* Which name goes with which key: exchanged, in the file. */
static void
swap_names(void)
{
	char path[512];
	static char text[1 << 14];
	char *one, *two;
	size_t len;
	FILE *f;

	index_path(path);
	f = fopen(path, "r+b");
	assert_non_null(f);
	len = fread(text, 1, sizeof text, f);
	one = memmem(text, len, ONE, strlen(ONE));
	two = memmem(text, len, TWO, strlen(TWO));
	assert_non_null(one);
	assert_non_null(two);
	memcpy(one, TWO, strlen(TWO));
	memcpy(two, ONE, strlen(ONE));
	/* a program of the same user knows how to write such a file */
	assert_int_equal(
	    jm_hash(JM_SHA256, text, len - 32, (uint8_t *)text + len - 32),
	    JM_OK);
	rewind(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	fclose(f);
}

static const struct nym_index_entry *
entry_of(struct jm_token *t, const char *scope)
{
	const struct nym_index *x;

	assert_int_equal(jm_token_nym_index(t, &x), JM_OK);
	assert_non_null(x);
	for (size_t i = 0; i < x->len; i++)
		if (strcmp(x->entry[i].scope, scope) == 0)
			return &x->entry[i];
	fail_msg("%s is not shown", scope);
	return NULL;
}

/* One login, one signature by what is shown for the scope. */
static jm_err
sign(struct jm_token *t, const char *scope, uint8_t pk[NYM_PK_LEN],
    uint8_t sig[JM_P256_SIG])
{
	static const uint8_t hash[32] = { 5 };
	const struct nym_index_entry *e = entry_of(t, scope);
	int tries;

	memcpy(pk, e->pk, NYM_PK_LEN);
	assert_int_equal(jm_token_nym_login(t, "1234", 4, 1, &tries), JM_OK);
	return jm_token_nym_sign(t, e, hash, sizeof hash, sig);
}

static int
verifies(const uint8_t pk[NYM_PK_LEN], const uint8_t sig[JM_P256_SIG])
{
	static const uint8_t hash[32] = { 5 };
	struct jm_ec_pub pub;

	assert_int_equal(jm_p256_expand(pk, &pub), JM_OK);
	return jm_ecdsa_verify(&pub, hash, sizeof hash, sig, JM_P256_SIG) ==
	       JM_OK;
}

static void
an_index_with_two_names_swapped_signs_nothing(void **state)
{
	struct vslot *slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	struct jm_token *t = nym_cards_token(slot);
	uint8_t one[NYM_PK_LEN], two[NYM_PK_LEN], shown[NYM_PK_LEN];
	uint8_t sig[JM_P256_SIG];
	static const uint8_t zero[JM_P256_SIG];

	(void)state;
	enrol(t, ONE, NULL);
	enrol(t, TWO, NULL);
	assert_int_equal(sign(t, ONE, one, sig), JM_OK);
	assert_true(verifies(one, sig));
	assert_int_equal(sign(t, TWO, two, sig), JM_OK);
	assert_true(verifies(two, sig));
	assert_false(verifies(one, sig));
	nym_close(&t, &slot);

	swap_names();
	slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	t = nym_cards_token(slot);
	/* it is believed as far as it is shown: a key for another name */
	assert_int_equal(sign(t, ONE, shown, sig), JM_OTHER_KEY);
	assert_memory_equal(shown, two, sizeof two);
	assert_memory_equal(sig, zero, sizeof sig);
	assert_int_equal(sign(t, TWO, shown, sig), JM_OTHER_KEY);
	assert_memory_equal(sig, zero, sizeof sig);
	nym_close(&t, &slot);
}

/* --- row 11: a reset leaves nothing of what was ----------------------------
 */

static void
after_a_reset_no_file_and_no_line_has_the_old_identifier(void **state)
{
	struct vslot *slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	struct jm_token *t;
	const char *home = getenv("XDG_DATA_HOME");
	uint8_t nid[NYM_NID_LEN], fresh[NYM_NID_LEN], pk[NYM_PK_LEN];

	(void)state;
	t = talkative(slot);
	enrol(t, ONE, nid);
	memcpy(pk, entry_of(t, ONE)->pk, sizeof pk);
	assert_true(leak_in_folder(home, nid, sizeof nid)); /* it was there */
	assert_true(leak_in_folder(home, pk + 1, sizeof pk - 1));
	leak_listen();
	reset_later(t, ONE, fresh);
	assert_memory_not_equal(nid, fresh, sizeof nid);
	nid_of(t, ONE, fresh);
	leak_deaf();
	assert_true(leak_log_len() > 0);
	assert_false(leak_logged(nid, sizeof nid));
	assert_false(leak_logged(pk + 1, sizeof pk - 1));
	assert_false(leak_in_folder(home, nid, sizeof nid));
	assert_false(leak_in_folder(home, pk + 1, sizeof pk - 1));
	assert_true(leak_in_folder(home, fresh, sizeof fresh));
	nym_close(&t, &slot);
}

/* --- row 13: what comes out anywhere else ----------------------------------
 */

struct secrets {
	uint8_t s_v[NYM_S_LEN], s[NYM_S_LEN], l[NYM_L_LEN];
	struct nym_secrets job;
	struct nym_key raw;
	uint8_t modulus[NYM_S_LEN];
	char serial[20]; /* of the token, 16 characters */
};

/* Everything that must stay inside, known from outside by the card's keys. */
static void
collect(struct jm_token *t, struct secrets *x)
{
	const struct jm_cert *cert = jm_token_cert_loaded(t, JM_CERT_AUTH);
	struct nym_job *j = nym_key(SCOPE);
	char scope[NYM_VAULT_SCOPE];

	assert_int_equal(nym_run(t, j), JM_OK);
	nym_vault_scope(nym_vault_ref_of(j->vault)->id, scope);
	foe_s(NYM_PROFILE_X, scope, x->s_v);
	foe_s(NYM_PROFILE_X, SCOPE, x->s);
	x->job = *j->secret;
	assert_int_equal(nym_vault_l(j->vault, 0, x->l), JM_OK);
	nym_job_end(j);
	j = nym_key(ONE);
	assert_int_equal(nym_run(t, j), JM_OK);
	x->raw = j->secret->key;
	nym_job_end(j);
	assert_non_null(cert);
	memcpy(x->modulus, cert->rsa.n, sizeof x->modulus);
	snprintf(x->serial, sizeof x->serial, "%s", jm_token_info(t)->serial);
	assert_string_equal(x->serial, "9471835062749381");
}

static void
is_clean(const struct secrets *x, int (*has)(const void *p, size_t len),
    const char *where)
{
	/* clang-format off */
	const struct { const char *what; const void *p; size_t len; } row[] = {
		{ "s of the vault", x->s_v, sizeof x->s_v },
		{ "s",              x->s, sizeof x->s },
		{ "L",              x->l, sizeof x->l },
		{ "PRK",            x->job.prk, sizeof x->job.prk },
		{ "d",              x->job.key.d, sizeof x->job.key.d },
		{ "d of a raw key", x->raw.d, sizeof x->raw.d },
		/* of a service that is nobody's business here */
		{ "nid",            x->job.key.nid, sizeof x->job.key.nid },
		{ "X",              x->job.key.x, sizeof x->job.key.x },
		/* of the card, the same everywhere */
		{ "its serial",     x->serial, strlen(x->serial) },
		{ "its modulus",    x->modulus, sizeof x->modulus },
	};
	/* clang-format on */

	for (size_t i = 0; i < NELEM(row); i++)
		if (has(row[i].p, row[i].len))
			fail_msg("%s has %s", where, row[i].what);
}

static int
in_home(const void *p, size_t len)
{
	return leak_in_folder(getenv("XDG_DATA_HOME"), p, len);
}

static struct vslot *traced;
static int
in_trace(const void *p, size_t len)
{
	const char *line;

	for (size_t i = 0; (line = vslot_line(traced, i)) != NULL; i++)
		if (leak_in(line, strlen(line), p, len))
			return 1;
	return 0;
}

static void
no_secret_is_in_log_trace_or_folder(void **state)
{
	static struct secrets x;
	uint8_t pk[NYM_PK_LEN], sig[JM_P256_SIG];
	struct jm_token *t;

	(void)state;
	/* one that stands in no command by chance, as zeros would */
	traced = nym_cards_slot(NYM_CARD_ONE, "serial=9471835062749381", NULL);
	leak_listen();
	vslot_restart_count(traced);
	t = talkative(traced);
	enrol(t, SCOPE, NULL);
	enrol(t, ONE, NULL);
	assert_int_equal(sign(t, ONE, pk, sig), JM_OK);
	no_key(t, "web:unknown.example.jp", JM_UNKNOWN);
	collect(t, &x);
	leak_deaf();
	assert_true(leak_log_len() > 1000); /* the APDUs are in it */
	is_clean(&x, leak_logged, "the log");
	is_clean(&x, in_trace, "the trace");
	is_clean(&x, in_home, "the folder");
	/* a reset goes the same way */
	leak_listen();
	reset_later(t, SCOPE, NULL);
	leak_deaf();
	is_clean(&x, leak_logged, "the log of a reset");
	/* the search finds what is there */
	assert_true(in_home(pk + 1, sizeof pk - 1));
	nym_close(&t, &traced);
}

/* A wrong PIN, or none: no signature, no file. */
static void
without_the_pin_nothing_is_made(void **state)
{
	struct vslot *slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	struct jm_token *t = nym_cards_token(slot);
	struct nym_job *j = nym_register(SCOPE, 0);
	const struct nym_index *x;
	uint8_t sig[JM_P256_SIG];
	struct nym_lock *lock;
	int tries;

	(void)state;
	vslot_restart_count(slot);
	assert_int_equal(nym_lock_take(0, &lock), JM_OK);
	assert_int_equal(jm_token_nym(t, j, "9999", 4, &tries), JM_PIN_WRONG);
	nym_lock_free(&lock);
	assert_int_equal(tries, 2);
	assert_null(j->vault);
	nym_job_end(j);
	assert_int_equal(vslot_counted(slot).signs, 0);
	assert_int_equal(jm_token_nym_index(t, &x), JM_OK);
	assert_null(x);
	/* listed without a PIN: the raw scope alone, and it signs nothing */
	enrol(t, ONE, NULL);
	enrol(t, SCOPE, NULL);
	assert_int_equal(jm_token_nym_index(t, &x), JM_OK);
	assert_int_equal(x->len, 1);
	vslot_restart_count(slot);
	assert_int_equal(jm_token_nym_sign(t, &x->entry[0],
			     (const uint8_t[32]){ 1 }, 32, sig),
	    JM_NEED_PIN);
	assert_int_equal(vslot_counted(slot).apdus, 0);
	nym_close(&t, &slot);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, nym_cards_forget)
	const struct CMUnitTest tests[] = {
		CASE(a_card_has_one_identifier_by_every_way),
		CASE(a_card_that_gets_strict_is_an_error_and_one_that_is_stays),
		CASE(an_index_with_two_names_swapped_signs_nothing),
		CASE(after_a_reset_no_file_and_no_line_has_the_old_identifier),
		CASE(no_secret_is_in_log_trace_or_folder),
		CASE(without_the_pin_nothing_is_made),
	};
#undef CASE

	return cmocka_run_group_tests(
	    tests, nym_cards_setup, nym_cards_teardown);
}
