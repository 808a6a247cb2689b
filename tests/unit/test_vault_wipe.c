/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is secret in a vault is in secret memory alone, and gone with it: this
 * process's memory is searched for it.  The needles are kept masked.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/wipe.h"
#include "holder/consent.h"
#include "holder/vault_impl.h"
#include "tests/support/test.h"
#include "tests/unit/vault_try.h"

#define MASK   0x5c
#define NEEDLE 16 /* bytes are enough */

enum what { L, DEK, PRK, CODE, K_CODE, SCOPE, KINDS };
static const char *const name[] = { "L", "DEK", "PRK", "code", "K_code",
	"scope" };
static uint8_t masked[KINDS][NEEDLE];

static void
keep(enum what k, const void *p)
{
	for (size_t i = 0; i < NEEDLE; i++)
		masked[k][i] = ((const uint8_t *)p)[i] ^ MASK;
}

static int
is_needle(const uint8_t *p, const uint8_t *m)
{
	for (size_t i = 0; i < NEEDLE; i++)
		if ((p[i] ^ MASK) != m[i])
			return 0;
	return 1;
}

/* secret.c's memory: the linker sends its calls here. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_mmap(void *at, size_t n, int prot, int flags, int fd, off_t off);
int __real_munmap(void *p, size_t n);
void *__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t off);
int __wrap_munmap(void *p, size_t n);
/* NOLINTEND(bugprone-reserved-identifier) */

static struct {
	const uint8_t *p;
	size_t n;
} area[64];

void *
__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t off)
{
	void *p = __real_mmap(at, n, prot, flags, fd, off);
	size_t i = 0;

	while (i < NELEM(area) - 1 && area[i].p != NULL)
		i++;
	area[i].p = p;
	area[i].n = n;
	return p;
}

int
__wrap_munmap(void *p, size_t n)
{
	for (size_t i = 0; i < NELEM(area); i++)
		if (area[i].p == p)
			area[i].p = NULL;
	return __real_munmap(p, n);
}

static int
is_secret(const uint8_t *p)
{
	for (size_t i = 0; i < NELEM(area); i++)
		if (area[i].p != NULL && p >= area[i].p &&
		    p < area[i].p + area[i].n)
			return 1;
	return 0;
}

#define CHUNK 65536

/* found[0]: outside of secret memory, found[1]: inside.  at: where p was. */
static void
in_range(
    const uint8_t *p, size_t n, const uint8_t *at, unsigned found[2][KINDS])
{
	for (size_t i = 0; i + NEEDLE <= n; i++)
		for (int k = 0; k < KINDS; k++)
			if ((p[i] ^ MASK) == masked[k][0] &&
			    is_needle(p + i, masked[k]))
				found[is_secret(at + i)][k]++;
}

/* Everything that this process can write to, but a sanitizer's shadow and the
 * buffer itself; read by the kernel, for which nothing is poisoned. */
static void
search(unsigned found[2][KINDS])
{
	static uint8_t buf[CHUNK + NEEDLE - 1];
	FILE *f = fopen("/proc/self/maps", "r");
	const int mem = open("/proc/self/mem", O_RDONLY);
	unsigned long from, to;
	char line[512], mode[8];

	assert_non_null(f);
	assert_true(mem >= 0);
	memset(found, 0, 2 * sizeof *found);
	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) != 3 ||
		    mode[0] != 'r' || mode[1] != 'w' ||
		    to - from > (256UL << 20))
			continue;
		for (unsigned long at = from; at < to; at += CHUNK) {
			const ssize_t n = pread(mem, buf,
			    to - at < sizeof buf ? to - at : sizeof buf,
			    (off_t)at);
			const unsigned long own = (unsigned long)buf;

			if (n <= 0 || (at < own + sizeof buf &&
					  at + (unsigned long)n > own))
				continue;
			in_range(buf, (size_t)n, (const uint8_t *)at, found);
		}
	}
	memset(buf, 0, sizeof buf);
	fclose(f);
	close(mem);
}

static void
none_outside(const char *when)
{
	unsigned found[2][KINDS];

	search(found);
	for (int k = 0; k < KINDS; k++)
		if (found[0][k] != 0)
			fail_msg("%s: %s in ordinary memory, %u times", when,
			    name[k], found[0][k]);
}

static void
each_inside(int from, int to)
{
	unsigned found[2][KINDS];

	search(found);
	for (int k = from; k <= to; k++)
		if (found[1][k] == 0) /* else the search proves nothing */
			fail_msg("%s was not found", name[k]);
}

static void
none_inside(void)
{
	unsigned found[2][KINDS];

	search(found);
	for (int k = 0; k < KINDS; k++)
		assert_int_equal(found[1][k], 0);
}

/* Runs deeper than what it follows, so that nothing is left on the stack by
 * the test itself. */
static __attribute__((noinline)) void
fill(const struct vault_try *t, struct nym_vault **out)
{
	static const char scope[] = "web:needle-in-a-haystack.example.jp";
	struct nym_vault *v = vault_try_new(t, 3);
	struct nym_entry e = vault_try_entry(scope);
	uint8_t prk[NYM_PRK_LEN];

	for (size_t i = 0; i < sizeof prk; i++)
		prk[i] = (uint8_t)(i * 37 + 11);
	assert_int_equal(nym_vault_put(v, &e), JM_OK);
	assert_int_equal(nym_vault_carry(v, e.sh, prk), JM_OK);
	keep(L, v->ls.mem);
	keep(DEK, v->dek);
	keep(PRK, prk);
	keep(CODE, v->code);
	keep(K_CODE, v->k_code);
	keep(SCOPE, e.sh);
	jm_wipe(prk, sizeof prk);
	jm_wipe(&e, sizeof e);
	*out = v;
}

static void
nothing_is_left_of_a_vault(void **state)
{
	const struct vault_try *t = *state;
	uint8_t code[NYM_CODE_LEN];
	unsigned found[2][KINDS];
	struct nym_vault *v, *w;
	unsigned older;

	fill(t, &v);
	each_inside(L, SCOPE);
	assert_int_equal(nym_vault_save(v), JM_OK);
	none_outside("after a save");
	assert_int_equal(nym_vault_code(v, code), JM_OK);
	jm_wipe(code, sizeof code);
	search(found);
	assert_int_equal(found[1][CODE], 0); /* given away once */
	nym_vault_free(&v);
	none_inside();
	none_outside("after it was freed");

	v = vault_try_open(t);
	each_inside(L, PRK);
	none_outside("after it was opened");
	for (unsigned n = 10; n < 40; n++) /* the memory grows */
		vault_try_add(v, n);
	none_outside("after it grew");
	assert_int_equal(
	    nym_vault_new(v, NYM_PROFILE_X, t->cert, sizeof t->cert, &w),
	    JM_OK);
	assert_int_equal(nym_vault_wrap(w, t->prk), JM_OK);
	assert_int_equal(nym_vault_merge(w, v, &older), JM_OK);
	assert_int_equal(nym_vault_save(w), JM_OK);
	none_outside("after a wrap and a merge");
	nym_vault_free(&v);
	nym_vault_free(&w);
	none_inside();
	none_outside("at the end");
}

static void
what_is_dropped_or_forgotten_is_gone_at_once(void **state)
{
	const struct vault_try *t = *state;
	unsigned found[2][KINDS];
	struct nym_vault *v;
	struct nym_entry e;

	for (int forget = 0; forget < 2; forget++) {
		fill(t, &v);
		each_inside(PRK, PRK);
		nym_vault_at(v, 3, &e);
		if (forget) {
			e.state = NYM_FORGOTTEN;
			assert_int_equal(nym_vault_put(v, &e), JM_OK);
		} else {
			assert_int_equal(nym_vault_carry(v, e.sh, NULL), JM_OK);
		}
		search(found);
		assert_int_equal(found[0][PRK] + found[1][PRK], 0);
		nym_vault_free(&v);
	}
}

/* A file that does not open leaves nothing, either. */
static void
nothing_is_left_of_a_failure(void **state)
{
	const struct vault_try *t = *state;
	struct nym_vault *v;

	fill(t, &v);
	assert_int_equal(nym_vault_save(v), JM_OK);
	nym_vault_free(&v);
	assert_int_equal(
	    vault_try_sh(t, "for f in *.vault *.bak; do printf X | dd of=$f "
			    "bs=1 seek=170 conv=notrunc 2>/dev/null; done"),
	    0);
	assert_int_equal(vault_try_find(t, &v), JM_DAMAGED);
	none_inside();
	none_outside("after a failure");
}

/* Nothing of it stands in the files in the clear. */
static void
the_file_tells_nothing(void **state)
{
	const struct vault_try *t = *state;
	unsigned found[2][KINDS] = { { 0 } };
	struct nym_vault *v;
	uint8_t *p;
	size_t len;

	fill(t, &v);
	assert_int_equal(nym_vault_save(v), JM_OK);
	p = vault_try_read(nym_vault_ref_of(v)->path, &len);
	in_range(p, len, p, found);
	for (int k = 0; k < KINDS; k++)
		assert_int_equal(found[0][k], 0);
	assert_null(memmem(p, len, "web:", 4));
	assert_null(memmem(p, len, t->cert, 16)); /* of the card but a hint */
	nym_vault_free(&v);
	free(p);
}

int
main(void)
{
#define F(f) cmocka_unit_test_setup_teardown(f, vault_try_begin, vault_try_end)
	const struct CMUnitTest tests[] = {
		F(nothing_is_left_of_a_vault),
		F(what_is_dropped_or_forgotten_is_gone_at_once),
		F(nothing_is_left_of_a_failure),
		F(the_file_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
