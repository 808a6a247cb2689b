/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/tear.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/x509.h"
#include "tests/support/test.h"

#define MOMENTS 64
#define WRITES  8

struct bytes {
	uint8_t *p; /* NULL: no such file */
	size_t len;
};

struct moment {
	char step[16];
	unsigned write; /* 1 for the first */
	struct bytes image, beside;
};

static struct {
	struct vc_card *card;
	char path[128];
	struct bytes state[WRITES + 1]; /* [0]: before the first */
	struct moment moment[MOMENTS];
	unsigned writes, moments, unwatched;
} tear;

static const char *what; /* the command that is judged */

/* --- files ---------------------------------------------------------------- */

static struct bytes
read_file(const char *path)
{
	struct bytes b = { NULL, 0 };
	struct stat st;
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		return b;
	assert_int_equal(fstat(fileno(f), &st), 0);
	b.len = (size_t)st.st_size;
	assert_non_null(b.p = malloc(b.len + 1));
	assert_int_equal(fread(b.p, 1, b.len, f), b.len);
	b.p[b.len] = '\0';
	fclose(f);
	return b;
}

static void
write_file(const char *path, const uint8_t *p, size_t len)
{
	FILE *f;

	assert_non_null(f = fopen(path, "wb"));
	assert_int_equal(fwrite(p, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

static int
same(const struct bytes *a, const struct bytes *b)
{
	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

/* --- watching ------------------------------------------------------------- */

static void
look(const char *step)
{
	struct moment *m = &tear.moment[tear.moments];
	char beside[160];

	assert_true(tear.moments < MOMENTS);
	assert_true(strlen(step) < sizeof m->step);
	if (strcmp(step, "before") == 0)
		tear.writes++;
	assert_in_range(tear.writes, 1, WRITES);
	snprintf(beside, sizeof beside, "%s.new", tear.path);
	snprintf(m->step, sizeof m->step, "%s", step);
	m->write = tear.writes;
	m->image = read_file(tear.path);
	m->beside = read_file(beside);
	tear.moments++;
	if (strcmp(step, "done") == 0)
		tear.state[tear.writes] = read_file(tear.path);
}

void __real_vc_moment(
    struct vc_card *card, const char *phase, const char *step);
void __wrap_vc_moment(
    struct vc_card *card, const char *phase, const char *step);

void
__wrap_vc_moment(struct vc_card *card, const char *phase, const char *step)
{
	if (step != NULL && card == tear.card)
		look(step);
	else if (step != NULL)
		tear.unwatched++;
	__real_vc_moment(card, phase, step);
}

void
tear_watch(struct vc_card *card)
{
	tear.card = card;
	if (card == NULL)
		return;
	for (unsigned i = 0; i < tear.moments; i++) {
		free(tear.moment[i].image.p);
		free(tear.moment[i].beside.p);
	}
	for (unsigned i = 0; i <= WRITES; i++) {
		free(tear.state[i].p);
		tear.state[i] = (struct bytes){ NULL, 0 };
	}
	tear.writes = tear.moments = 0;
	snprintf(tear.path, sizeof tear.path, "%s", card->image.path);
	tear.state[0] = read_file(tear.path);
}

unsigned
tear_writes(void)
{
	return tear.writes;
}

unsigned
tear_unwatched(void)
{
	return tear.unwatched;
}

/* --- judging -------------------------------------------------------------- */

/* Tries that a line tells of: "pin 0018 tries 3 ...", -1: none. */
static int
tries_of(const char *line, size_t len)
{
	const char *at = memmem(line, len, " tries ", 7);

	return at == NULL ? -1 : atoi(at + 7);
}

static size_t
line_len(const char *s)
{
	return strcspn(s, "\n");
}

/* b is a with one try of one reference less. */
static int
one_try_paid(const struct bytes *a, const struct bytes *b)
{
	const char *x = (const char *)a->p, *y = (const char *)b->p;
	int paid = 0;

	while (*x != '\0' && *y != '\0') {
		const size_t m = line_len(x), n = line_len(y);

		if (m != n || memcmp(x, y, m) != 0) {
			if (tries_of(x, m) < 0 ||
			    tries_of(y, n) != tries_of(x, m) - 1)
				return 0;
			paid++;
		}
		x += m + (x[m] == '\n');
		y += n + (y[n] == '\n');
	}
	return *x == *y && paid == 1;
}

/* The tries of each line that tells some, in order. */
static size_t
all_tries(const struct bytes *b, int out[64])
{
	size_t n = 0;

	for (const char *s = (const char *)b->p; *s != '\0';) {
		const size_t len = line_len(s);
		const int tries = tries_of(s, len);

		if (tries >= 0) {
			assert_true(n < 64);
			out[n++] = tries;
		}
		s += len + (s[len] == '\n');
	}
	return n;
}

static int
has_more_tries(const struct bytes *a, const struct bytes *b)
{
	int x[64], y[64];
	const size_t n = all_tries(a, x);

	if (all_tries(b, y) != n)
		return 0; /* references came or went */
	for (size_t i = 0; i < n; i++)
		if (y[i] > x[i])
			return 1;
	return 0;
}

/* The order of states, as the finished writes left them. */
static void
judge_states(int gains)
{
	const unsigned last = tear.writes;

	for (unsigned k = 1; k < last; k++)
		if (!one_try_paid(&tear.state[0], &tear.state[k]))
			fail_msg("%s: a state between the old and the new, "
				 "after write %u of %u",
			    what, k, last);
	if (last > 0 && !gains &&
	    has_more_tries(&tear.state[0], &tear.state[last]))
		fail_msg("%s: more tries than before", what);
}

/* A key is its certificate's. */
static void
judge_pair(const struct vc_app *app, enum vc_pair pair)
{
	const struct vc_file *key = NULL, *cert = NULL;
	struct jm_rsa_pub pub;
	struct jm_cert *c;

	for (size_t i = 0; i < app->def->file_count; i++) {
		const struct vc_file_def *d = &app->def->files[i];

		if (d->pair == pair && d->part == VC_PART_KEY)
			key = &app->file[i];
		if (d->pair == pair && d->part == VC_PART_CERT)
			cert = &app->file[i];
	}
	if (key == NULL || cert == NULL || cert->len == 0)
		return;
	if (key->key == NULL)
		fail_msg("%s: a key is lost", what);
	assert_non_null(c = malloc(sizeof *c));
	assert_int_equal(jm_cert_parse(cert->data, cert->len, c), JM_OK);
	assert_int_equal(jm_soft_key_pub(key->key, &pub), JM_OK);
	if (pub.n_len != c->rsa.n_len ||
	    memcmp(pub.n, c->rsa.n, pub.n_len) != 0)
		fail_msg("%s: a key without its certificate", what);
	free(c);
}

static void
judge_card(const struct vc_card *card)
{
	for (size_t i = 0; i < card->app_count; i++) {
		judge_pair(&card->app[i], VC_PAIR_AUTH);
		judge_pair(&card->app[i], VC_PAIR_SIGN);
	}
}

/* The folder as it was at the moment. */
static void
judge_folder(const char *dir, const struct moment *m, const uint8_t *beside,
    size_t beside_len)
{
	char path[128], new[160];
	struct vc_card *card;
	jm_err e;

	snprintf(path, sizeof path, "%s/torn", dir);
	snprintf(new, sizeof new, "%s.new", path);
	write_file(path, m->image.p, m->image.len);
	(void)unlink(new);
	if (beside != NULL)
		write_file(new, beside, beside_len);
	if ((e = vc_open(path, &card)) != JM_OK)
		fail_msg("%s, killed at %s of write %u: %s", what, m->step,
		    m->write, jm_strerror(e));
	judge_card(card);
	/* What is left beside it stops nobody, and goes. */
	if ((e = vc_image_save(card, "change")) != JM_OK)
		fail_msg("%s, killed at %s of write %u: no write any more: %s",
		    what, m->step, m->write, jm_strerror(e));
	assert_int_not_equal(access(new, F_OK), 0);
	vc_close(&card);
	assert_int_equal(vc_open(path, &card), JM_OK);
	vc_close(&card);
	(void)unlink(path);
}

/* Not synced: the file may be there in part, or hold anything. */
static void
judge_unsynced(const char *dir, const struct moment *m)
{
	uint8_t *noise;

	assert_non_null(noise = malloc(m->beside.len));
	memset(noise, 0xa5, m->beside.len);
	judge_folder(dir, m, m->beside.p, 0);
	judge_folder(dir, m, m->beside.p, m->beside.len / 2);
	judge_folder(dir, m, noise, m->beside.len);
	free(noise);
}

static void
judge_moment(const char *dir, const struct moment *m)
{
	const int renamed =
	    strcmp(m->step, "renamed") == 0 || strcmp(m->step, "done") == 0;
	const struct bytes *want = &tear.state[m->write - !renamed];

	assert_non_null(want->p);
	if (!same(&m->image, want))
		fail_msg("%s: neither old nor new at %s of write %u", what,
		    m->step, m->write);
	judge_folder(dir, m, m->beside.p, m->beside.len);
	if (strcmp(m->step, "written") == 0)
		judge_unsynced(dir, m);
}

void
tear_judge(const char *dir, const char *name, int gains)
{
	what = name;
	assert_int_equal(tear.moments, tear.writes * 5);
	judge_states(gains);
	for (unsigned i = 0; i < tear.moments; i++)
		judge_moment(dir, &tear.moment[i]);
}
