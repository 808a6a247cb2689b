/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nymlist [N]: how long a program takes from C_Initialize until it has label
 * and id of N (10000) service identities' public keys, and then to search and
 * read them once more.  The card is in this process, its certificate cached;
 * the index is a file.  Microseconds, a line a repetition, after "identities"
 * and N.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/folder.h"
#include "holder/index_impl.h"
#include "tests/pkcs11/nym_index_try.h"
#include "tests/pkcs11/nymc.h"

#define REPS 7

static unsigned
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned)t.tv_sec * 1000000u + (unsigned)(t.tv_nsec / 1000);
}

/* The index of the one scope that is registered becomes one of n. */
static jm_err
grow(int folder, const char *name, void *arg)
{
	const unsigned n = *(unsigned *)arg;
	struct nym_index_entry *entry;
	struct index_head h;
	uint8_t *mem, *out = NULL;
	size_t len, out_len = 0;

	if (!index_is_name(name))
		return JM_OK;
	assert_int_equal(index_read(folder, name, 0, &mem, &len), JM_OK);
	assert_int_equal(index_head_take(mem, len, &h), JM_OK);
	free(mem);
	assert_non_null(entry = calloc(n, sizeof *entry));
	for (unsigned i = 0; i < n; i++) {
		char scope[40];

		snprintf(scope, sizeof scope, "ssh:host%05u.example.jp", i);
		try_entry(&entry[i], scope, 0);
	}
	h.entries = n;
	h.tags = 0;
	assert_int_equal(index_build(&h, NULL, entry, &out, &out_len), JM_OK);
	assert_int_equal(
	    jm_folder_write(folder, name, NULL, out, out_len), JM_OK);
	free(out);
	free(entry);
	return JM_EXISTS;
}

static void
read_all(CK_SESSION_HANDLE s, unsigned n)
{
	static CK_OBJECT_HANDLE hit[NYM_VAULT_ENTRIES_MAX];
	CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	CK_ATTRIBUTE tmpl = { CKA_CLASS, &class, sizeof class };

	assert_int_equal(nymt_find(s, &tmpl, 1, hit, NELEM(hit)), n);
	for (unsigned i = 0; i < n; i++) {
		CK_BYTE label[256], id[32];
		CK_ATTRIBUTE a[] = { { CKA_LABEL, label, sizeof label },
			{ CKA_ID, id, sizeof id } };

		assert_int_equal(
		    p11->C_GetAttributeValue(s, hit[i], a, 2), CKR_OK);
	}
}

static void
once(unsigned n, int print)
{
	CK_SESSION_HANDLE s;
	unsigned at[3];
	CK_SLOT_ID list[3];

	at[0] = now_us();
	stage_init();
	assert_int_equal(stage_slots(1, list, 3), 3);
	assert_int_equal(
	    p11->C_OpenSession(list[2], CKF_SERIAL_SESSION, NULL, NULL, &s),
	    CKR_OK);
	read_all(s, n);
	at[1] = now_us();
	read_all(s, n);
	at[2] = now_us();
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	if (print)
		printf("identities\t%u\t%u\t%u\n", n, at[1] - at[0],
		    at[2] - at[1]);
}

int
main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : 10000, reader;
	int folder;

	if (n < 1 || n > NYM_VAULT_ENTRIES_MAX)
		return 2;
	assert_int_equal(nymc_open(NULL), 0);
	assert_int_equal(nymc_begin(NULL), 0);
	reader = stage_reader(PLAIN, NULL);
	nymc_register(reader, "ssh:host00000.example.jp");
	assert_int_equal(jm_folder_open(JM_FOLDER_NYM, 0, &folder), JM_OK);
	assert_int_equal(jm_folder_each(folder, grow, &n), JM_EXISTS);
	close(folder);
	for (int i = 0; i <= REPS; i++)
		once(n, i > 0); /* the first fills the cache */
	assert_int_equal(stage_end(NULL), 0);
	return nymc_close(NULL);
}
