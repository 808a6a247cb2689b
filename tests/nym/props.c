/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/nym/props.h"

#include <math.h>
#include <string.h>

#include "tests/support/test.h"

#define WINDOW 4   /* bytes of a common substring */
#define BLOCK  128 /* bits of a block of SP 800-22, 2.2 */
#define NEAR   100 /* a value is held against so many that follow it */

static size_t
count_of(const struct props *p)
{
	return p->cards * p->scopes;
}

/* --- equal values --------------------------------------------------------- */

static int
by_number(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t
number_of(const uint8_t *v, size_t n)
{
	uint64_t x = 0;

	for (size_t i = 0; i < n; i++)
		x = x << 8 | v[i];
	return x;
}

/* Of the first 8 bytes at most: already so many are never the same by chance
 * here, and where they are, no more is asked. */
unsigned long
props_equal(const struct props *p, size_t n)
{
	const size_t count = count_of(p);
	uint64_t *x = calloc(count, sizeof *x);
	unsigned long pairs = 0, run = 0;

	assert_non_null(x);
	for (size_t i = 0; i < count; i++)
		x[i] = number_of(p->v + i * p->len, n < 8 ? n : 8);
	qsort(x, count, sizeof *x, by_number);
	for (size_t i = 1; i < count; i++) {
		run = x[i] == x[i - 1] ? run + 1 : 0;
		pairs += run;
	}
	free(x);
	return pairs;
}

double
props_equal_expected(const struct props *p, size_t n)
{
	const double count = (double)count_of(p);

	return count * (count - 1) / 2 * pow(2, -8.0 * (double)n);
}

/* --- bits ----------------------------------------------------------------- */

/* The chance of a chi-square of k degrees past x (Wilson and Hilferty). */
static double
past(double x, double k)
{
	const double z = (cbrt(x / k) - (1 - 2 / (9 * k))) / sqrt(2 / (9 * k));

	return erfc(z / sqrt(2)) / 2;
}

static double
chi_square(const uint32_t *seen, size_t bins, double total)
{
	const double each = total / (double)bins;
	double x = 0, d;

	for (size_t i = 0; i < bins; i++) {
		d = seen[i] - each;
		x += d * d / each;
	}
	return past(x, (double)bins - 1);
}

void
props_bits(const struct props *p, struct props_p *out)
{
	static uint32_t bytes[0x100], words[0x10000];
	const size_t n = count_of(p) * p->len;
	double ones = 0, changes = 0, blocks = 0, share, bits = 8.0 * (double)n;
	unsigned in_block = 0, b, last = 0;

	memset(bytes, 0, sizeof bytes);
	memset(words, 0, sizeof words);
	for (size_t i = 0; i < n; i++) {
		b = p->v[i];
		bytes[b]++;
		if (i % 2 == 1)
			words[last << 8 | b]++;
		changes += __builtin_popcount((b ^ b >> 1) & 0x7f) +
			   (i > 0 && (last & 1) != b >> 7);
		in_block += (unsigned)__builtin_popcount(b);
		if (i % (BLOCK / 8) == BLOCK / 8 - 1) {
			share = (double)in_block / BLOCK - 0.5;
			blocks += 4 * BLOCK * share * share;
			ones += in_block;
			in_block = 0;
		}
		last = b;
	}
	share = ones / bits;
	out->monobit = erfc(fabs(2 * ones - bits) / sqrt(2 * bits));
	out->runs = erfc(fabs(changes + 1 - 2 * bits * share * (1 - share)) /
			 (2 * sqrt(2 * bits) * share * (1 - share)));
	out->blocks = past(blocks, bits / BLOCK);
	out->bytes = chi_square(bytes, 0x100, (double)n);
	out->words = chi_square(words, 0x10000, (double)n / 2);
}

/* --- distances ------------------------------------------------------------ */

static unsigned
distance(const uint8_t *a, const uint8_t *b, size_t len)
{
	unsigned d = 0;
	uint64_t x, y;

	for (size_t i = 0; i < len; i += sizeof x) {
		memcpy(&x, a + i, sizeof x);
		memcpy(&y, b + i, sizeof y);
		d += (unsigned)__builtin_popcountll(x ^ y);
	}
	return d;
}

/* Rows of values that are held against each other: value j of row i is number
 * i * step_i + j * step_j. */
static void
distances(const struct props *p, size_t rows, size_t step_i, size_t columns,
    size_t step_j, struct props_distance *out)
{
	double sum = 0, squares = 0, d;
	const uint8_t *row;

	out->pairs = 0;
	for (size_t i = 0; i < rows; i++) {
		row = p->v + i * step_i * p->len;
		for (size_t j = 0; j < columns; j++) {
			for (size_t k = j + 1; k < columns && k <= j + NEAR;
			     k++) {
				d = distance(row + j * step_j * p->len,
				    row + k * step_j * p->len, p->len);
				sum += d;
				squares += d * d;
				out->pairs++;
			}
		}
	}
	out->mean = sum / (double)out->pairs;
	out->sd = sqrt(squares / (double)out->pairs - out->mean * out->mean);
}

void
props_same_card(const struct props *p, struct props_distance *out)
{
	distances(p, p->cards, p->scopes, p->scopes, 1, out);
}

void
props_same_scope(const struct props *p, struct props_distance *out)
{
	distances(p, p->scopes, 1, p->cards, p->scopes, out);
}

/* --- substrings ----------------------------------------------------------- */

unsigned long
props_substrings(const struct props *p)
{
	const size_t places = p->len - WINDOW + 1, n = p->scopes * places;
	uint64_t *x = calloc(n, sizeof *x);
	unsigned long pairs = 0;
	const uint8_t *v;

	assert_non_null(x);
	for (size_t c = 0; c < p->cards; c++) {
		for (size_t i = 0; i < n; i++) {
			v = p->v + (c * p->scopes + i / places) * p->len;
			x[i] = number_of(v + i % places, WINDOW) << 32 |
			       i / places;
		}
		qsort(x, n, sizeof *x, by_number);
		/* neighbours of one value are no pair */
		for (size_t i = 0; i < n; i++)
			for (size_t j = i + 1;
			     j < n && x[j] >> 32 == x[i] >> 32; j++)
				pairs += x[j] != x[i];
	}
	free(x);
	return pairs;
}

double
props_substrings_expected(const struct props *p)
{
	const double places = (double)(p->len - WINDOW + 1);
	const double scopes = (double)p->scopes;

	return (double)p->cards * scopes * (scopes - 1) / 2 * places * places *
	       pow(2, -8 * WINDOW);
}
