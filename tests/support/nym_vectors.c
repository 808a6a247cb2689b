/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/nym_vectors.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/hex.h"
#include "tests/support/test.h"

#define VALUE_MAX 1024 /* bytes of one value */

static FILE *
open_vectors(const char *file)
{
	const char *top = getenv("top_srcdir");
	char path[1024];
	FILE *in;

	snprintf(path, sizeof path, "%s/tests/vectors/%s",
	    top != NULL ? top : "..", file);
	if ((in = fopen(path, "r")) == NULL)
		fail_msg("cannot open %s", path);
	return in;
}

static void
add_line(struct nym_record *r, size_t at, size_t len)
{
	char *line = r->text + at, *eq = strstr(line, " = ");

	if (eq == NULL || r->n == NELEM(r->name))
		fail_msg("record at line %u: %s", r->line, line);
	*eq = '\0';
	line[len] = '\0';
	r->name[r->n] = line;
	r->value[r->n++] = eq + 3;
}

/* 0 at the end of the file */
static int
next_record(FILE *in, unsigned *line, struct nym_record *r)
{
	size_t at = 0, len;
	char *p;

	memset(r, 0, sizeof *r);
	for (;;) {
		p = r->text + at;
		if (fgets(p, (int)(sizeof r->text - at), in) == NULL)
			return r->n > 0;
		(*line)++;
		len = strcspn(p, "\n");
		assert_int_equal(p[len], '\n');
		if (p[0] == '#')
			continue;
		if (len == 0 && r->n > 0)
			return 1;
		if (len == 0)
			continue;
		if (r->n == 0)
			r->line = *line;
		add_line(r, at, len);
		at += len + 1;
	}
}

unsigned
nym_each_record(
    const char *file, const char *kind, void (*f)(const struct nym_record *r))
{
	FILE *in = open_vectors(file);
	unsigned calls = 0, line = 0;
	static struct nym_record r; /* large for a stack */
	const char *its;

	while (next_record(in, &line, &r)) {
		its = nym_try_value(&r, "kind");
		if (kind != NULL && (its == NULL || strcmp(its, kind) != 0))
			continue;
		f(&r);
		calls++;
	}
	fclose(in);
	assert_true(calls > 0);
	return calls;
}

const char *
nym_try_value(const struct nym_record *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->name[i], name) == 0)
			return r->value[i];
	return NULL;
}

const char *
nym_value(const struct nym_record *r, const char *name)
{
	const char *v = nym_try_value(r, name);

	if (v == NULL)
		fail_msg("record at line %u has no %s", r->line, name);
	return v;
}

unsigned long
nym_number(const struct nym_record *r, const char *name)
{
	const char *v = nym_value(r, name);
	char *end;
	unsigned long n = strtoul(v, &end, 10);

	assert_true(end != v && *end == '\0');
	return n;
}

size_t
nym_bytes(
    const struct nym_record *r, const char *name, uint8_t *out, size_t cap)
{
	size_t n;

	if (jm_hex_decode(nym_value(r, name), out, cap, &n) != JM_OK)
		fail_msg("record at line %u: %s", r->line, name);
	return n;
}

void
nym_exact(const struct nym_record *r, const char *name, uint8_t *out, size_t n)
{
	assert_int_equal(nym_bytes(r, name, out, n), n);
}

void
nym_same(
    const struct nym_record *r, const char *name, const void *got, size_t n)
{
	uint8_t want[VALUE_MAX];

	if (nym_bytes(r, name, want, sizeof want) != n ||
	    memcmp(want, got, n) != 0)
		fail_msg("record at line %u: another %s", r->line, name);
}
