/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The known answers of the identifier scheme as a program sees them: a card
 * with the key of nym1-card1.pem, a vault with L of a record, and each raw
 * scope of nym1.txt that has that L (class A, use 2, generation 0).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "crypto/soft_key.h"
#include "tests/pkcs11/nymc.h"

#define RECORDS_MAX 64

struct record {
	char scope[NYM_SCOPE_MAX + 1];
	int profile, use, generation, class_a, slot, period;
	uint8_t l[32], pk[33], nid[32];
	int done;
};

static struct record records[RECORDS_MAX];
static size_t len;

static const uint8_t *next_l; /* what L is drawn as; NULL: random */

jm_err __real_jm_random(void *out, size_t n);
jm_err __wrap_jm_random(void *out, size_t n);

jm_err
__wrap_jm_random(void *out, size_t n)
{
	if (next_l == NULL || n != 32)
		return __real_jm_random(out, n);
	memcpy(out, next_l, n);
	return JM_OK;
}

/* --- the file ------------------------------------------------------------- */

static void
hex(const char *text, uint8_t *out, size_t n)
{
	size_t got = 0;

	assert_int_equal(jm_hex_decode(text, out, n, &got), JM_OK);
	assert_int_equal(got, n);
}

static void
take(struct record *r, const char *key, const char *value)
{
	if (strcmp(key, "class") == 0)
		r->class_a = strcmp(value, "A") == 0;
	else if (strcmp(key, "scope") == 0)
		snprintf(r->scope, sizeof r->scope, "%s", value);
	else if (strcmp(key, "profile") == 0)
		r->profile = atoi(value);
	else if (strcmp(key, "use") == 0)
		r->use = atoi(value);
	else if (strcmp(key, "generation") == 0)
		r->generation = atoi(value);
	else if (strcmp(key, "L") == 0 && strlen(value) == 64)
		hex(value, r->l, 32);
	else if (strcmp(key, "pk") == 0)
		hex(value, r->pk, 33);
	else if (strcmp(key, "nid") == 0)
		hex(value, r->nid, 32);
}

static void
keep(struct record *r)
{
	const int raw = strncmp(r->scope, "ssh:", 4) == 0 ||
			strncmp(r->scope, "p11:", 4) == 0;

	if (r->class_a && r->use == 2 && r->generation == 0 && raw) {
		assert_true(len < RECORDS_MAX);
		records[len++] = *r;
	}
	memset(r, 0, sizeof *r);
}

static void
read_vectors(void)
{
	static struct record r;
	const char *src = getenv("top_srcdir");
	char path[512], line[1024];
	FILE *f;

	snprintf(path, sizeof path, "%s/tests/vectors/nym1.txt",
	    src != NULL ? src : ".");
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL) {
		char *value = strstr(line, " = ");

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '\0') {
			keep(&r);
		} else if (value != NULL && line[0] != '#') {
			*value = '\0';
			take(&r, line, value + 3);
		}
	}
	keep(&r);
	assert_int_equal(fclose(f), 0);
}

/* --- one vault ------------------------------------------------------------ */

static void
check(CK_SESSION_HANDLE s, const struct record *r)
{
	const CK_OBJECT_HANDLE pub = nymt_object(s, CKO_PUBLIC_KEY, r->scope),
			       key = nymt_object(s, CKO_PRIVATE_KEY, r->scope);
	CK_BYTE point[67], id[40], sig[64];

	assert_int_not_equal(pub, CK_INVALID_HANDLE);
	assert_int_equal(
	    nymt_value(s, pub, CKA_EC_POINT, point, sizeof point), 67);
	assert_memory_equal(point + 3, r->pk + 1, 32);
	assert_int_equal(2 + (point[66] & 1), r->pk[0]);
	assert_int_equal(nymt_value(s, key, CKA_ID, id, sizeof id), 20);
	assert_memory_equal(id, r->nid, 20);
	assert_int_equal(nymt_sign(s, key, sig), CKR_OK);
	assert_int_equal(nymt_accepts(s, r->scope, sig), 1);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
}

static size_t
one_vault(void **state, const struct record *first)
{
	CK_SESSION_HANDLE s;
	size_t n = 0;
	unsigned reader;

	reader = first->profile == 2
		     ? stage_reader(PLAIN, "digestinfo=strict", NULL)
		     : stage_reader(PLAIN, NULL);
	next_l = first->l;
	for (size_t i = 0; i < len; i++)
		if (records[i].profile == first->profile &&
		    memcmp(records[i].l, first->l, 32) == 0 && !records[i].done)
			nymc_register(reader, records[i].scope);
	next_l = NULL;
	stage_init();
	assert_int_equal(nymt_token(reader), 1);
	s = nymt_user(reader);
	for (size_t i = 0; i < len; i++) {
		struct record *r = &records[i];

		if (r->done || r->profile != first->profile ||
		    memcmp(r->l, first->l, 32) != 0)
			continue;
		check(s, r);
		r->done = 1;
		n++;
	}
	assert_int_equal(stage_end(state), 0);
	assert_int_equal(nymc_begin(state), 0);
	return n;
}

static void
the_known_answers_are_what_a_program_sees(void **state)
{
	size_t n = 0;

	read_vectors();
	for (size_t i = 0; i < len; i++)
		if (!records[i].done)
			n += one_vault(state, &records[i]);
	assert_int_equal(n, len);
	assert_true(n >= 3); /* the file has some */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_known_answers_are_what_a_program_sees, nymc_begin,
		    stage_end),
	};

	return cmocka_run_group_tests(tests, nymc_open, nymc_close);
}
