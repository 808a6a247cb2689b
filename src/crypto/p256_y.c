/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Numbers modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1 as four words, the least
 * first, in Montgomery's form: a * 2^256 mod p stands for a.  They are below
 * 2^256 and not always below p.
 */
#include "crypto/p256_y.h"

#ifdef JM_P256_Y
#include <string.h>

#define ALWAYS static inline __attribute__((always_inline))

typedef uint64_t num[4];
__extension__ typedef unsigned __int128 wide;

static const num p = { 0xffffffffffffffff, 0x00000000ffffffff, 0,
	0xffffffff00000001 };
/* 2^512 mod p, which brings a number into the form; and the form of b */
static const num r2 = { 0x0000000000000003, 0xfffffffbffffffff,
	0xfffffffffffffffe, 0x00000004fffffffd };
static const num b = { 0xd89cdf6229c4bddf, 0xacf005cd78843090,
	0xe5a220abf7212ed6, 0xdc30061d04874834 };
static const num one = { 1, 0, 0, 0 };

/* out = a - m, and 1 if that is below zero. */
ALWAYS uint64_t
minus(num out, const num a, const num m)
{
	unsigned long long borrow, word;
	uint64_t from = 0;

	for (int i = 0; i < 4; i++) {
		borrow = __builtin_usubll_overflow(a[i], m[i], &word);
		borrow |= __builtin_usubll_overflow(word, from, &word);
		out[i] = word;
		from = borrow;
	}
	return from;
}

/* out = a and the word above it, without p if that word is 1; what is above
 * then. */
ALWAYS uint64_t
reduce(num out, const num a, uint64_t above)
{
	const uint64_t mask = 0 - above;
	const num some = { mask & p[0], mask & p[1], 0, mask & p[3] };

	return above - minus(out, a, some);
}

/* The low word of c; c goes on with the rest. */
ALWAYS uint64_t
low(wide *c)
{
	const uint64_t word = (uint64_t)*c;

	*c >>= 64;
	return word;
}

/*
 * t plus a * m, plus as many p as make the least word 0, which is dropped: q of
 * them, q that word, for -1/p modulo 2^64 is 1.  The least two words of q * p
 * and the word itself add up to q * 2^96.
 */
ALWAYS void
mul_word(uint64_t t[5], const num a, uint64_t m)
{
	wide c = (wide)a[0] * m + t[0];
	const uint64_t q = low(&c);

	t[1] = (c += (wide)a[1] * m + t[1], low(&c));
	t[2] = (c += (wide)a[2] * m + t[2], low(&c));
	t[3] = (c += (wide)a[3] * m + t[3], low(&c));
	t[4] = (c += t[4], low(&c));
	const uint64_t above = (uint64_t)c;

	c = ((wide)q << 32) + t[1];
	t[0] = low(&c);
	t[1] = (c += t[2], low(&c));
	t[2] = (c += (wide)q * p[3] + t[3], low(&c));
	t[3] = (c += t[4], low(&c));
	t[4] = above + (uint64_t)c;
}

/* The same for a of 0: four words, and none above them. */
ALWAYS void
drop_word(uint64_t t[4])
{
	const uint64_t q = t[0];
	wide c = ((wide)q << 32) + t[1];

	t[0] = low(&c);
	t[1] = (c += t[2], low(&c));
	t[2] = (c += (wide)q * p[3] + t[3], low(&c));
	t[3] = (uint64_t)c;
}

/* a * m / 2^256 */
static void
mul(num out, const num a, const num m)
{
	uint64_t t[5] = { 0 };

	mul_word(t, a, m[0]);
	mul_word(t, a, m[1]);
	mul_word(t, a, m[2]);
	mul_word(t, a, m[3]);
	(void)reduce(out, t, t[4]); /* below 2^256 + p before: once will do */
}

static void
plus(num out, const num a, const num m)
{
	uint64_t above;
	wide c = 0;
	num sum;

	for (int i = 0; i < 4; i++)
		sum[i] = (c += (wide)a[i] + m[i], low(&c));
	above = reduce(sum, sum, (uint64_t)c);
	(void)reduce(out, sum, above);
}

/* a * a / 2^256: of the sixteen products ten, six of them twice. */
static void
sqr(num out, const num a)
{
	uint64_t t[8], r[4];
	wide c = (wide)a[0] * a[1];

	t[1] = low(&c);
	t[2] = (c += (wide)a[0] * a[2], low(&c));
	t[3] = (c += (wide)a[0] * a[3], low(&c));
	t[4] = (uint64_t)c;
	c = (wide)a[1] * a[2] + t[3];
	t[3] = low(&c);
	t[4] = (c += (wide)a[1] * a[3] + t[4], low(&c));
	c += (wide)a[2] * a[3];
	t[5] = low(&c);
	t[6] = (uint64_t)c;
	t[7] = t[6] >> 63;
	t[6] = t[6] << 1 | t[5] >> 63;
	t[5] = t[5] << 1 | t[4] >> 63;
	t[4] = t[4] << 1 | t[3] >> 63;
	t[3] = t[3] << 1 | t[2] >> 63;
	t[2] = t[2] << 1 | t[1] >> 63;
	t[1] = t[1] << 1;
	c = (wide)a[0] * a[0];
	t[0] = low(&c);
	t[1] = (c += t[1], low(&c));
	t[2] = (c += (wide)a[1] * a[1] + t[2], low(&c));
	t[3] = (c += t[3], low(&c));
	t[4] = (c += (wide)a[2] * a[2] + t[4], low(&c));
	t[5] = (c += t[5], low(&c));
	t[6] = (c += (wide)a[3] * a[3] + t[6], low(&c));
	t[7] += (uint64_t)c;
	/* the lower half in the way of mul_word, with nothing to multiply */
	memcpy(r, t, sizeof r);
	drop_word(r);
	drop_word(r);
	drop_word(r);
	drop_word(r);
	c = (wide)r[0] + t[4];
	r[0] = low(&c);
	r[1] = (c += (wide)r[1] + t[5], low(&c));
	r[2] = (c += (wide)r[2] + t[6], low(&c));
	r[3] = (c += (wide)r[3] + t[7], low(&c));
	(void)reduce(out, r, (uint64_t)c);
}

/* n times its square, times m. */
static void
squares(num out, const num a, int n, const num m)
{
	num s;

	memcpy(s, a, sizeof s);
	while (n-- > 0)
		sqr(s, s);
	mul(out, s, m);
}

/* a to the (p + 1) / 4 = 2^222 (2^32 - 1) + 2^190 + 2^94, which is a root of a
 * if there is one: p is 3 modulo 4. */
static void
root(num out, const num a)
{
	num t;

	squares(t, a, 1, a); /* 2^2 - 1 */
	squares(t, t, 2, t);
	squares(t, t, 4, t);
	squares(t, t, 8, t);
	squares(t, t, 16, t); /* 2^32 - 1 */
	squares(t, t, 32, a);
	squares(t, t, 96, a);
	for (int i = 0; i < 94; i++)
		sqr(t, t);
	memcpy(out, t, sizeof t);
}

int
jm_p256_y(const uint8_t in[JM_P256_COMPRESSED], uint8_t point[JM_P256_POINT])
{
	num x = { 0 }, y, t, less;

	memset(point, 0, JM_P256_POINT);
	if (in[0] != 0x02 && in[0] != 0x03)
		return 0;
	for (size_t i = 0; i < 32; i++)
		x[3 - i / 8] = x[3 - i / 8] << 8 | in[1 + i];
	if (minus(less, p, x) != 0 ||
	    (less[0] | less[1] | less[2] | less[3]) == 0)
		return 0;
	mul(less, less, r2); /* -x */
	mul(x, x, r2);
	sqr(t, x);
	mul(t, t, x);
	plus(t, t, less);
	plus(t, t, less);
	plus(t, t, less);
	plus(t, t, b); /* x^3 - 3x + b */
	root(t, t);
	mul(y, t, one); /* out of the form, and not above p */
	if ((y[0] & 1) != (in[0] & 1))
		(void)minus(y, p, y);
	point[0] = 0x04;
	memcpy(point + 1, in + 1, 32);
	for (size_t i = 0; i < 32; i++)
		point[33 + i] = (uint8_t)(y[3 - i / 8] >> (56 - i % 8 * 8));
	return 1;
}
#else
typedef int jm_p256_y_is_not_here;
#endif
