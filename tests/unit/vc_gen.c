/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/vc_gen.h"

#include <string.h>

/* splitmix64 */
static uint64_t
random64(struct gen *g)
{
	uint64_t z = g->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static unsigned
below(struct gen *g, unsigned n)
{
	return (unsigned)(random64(g) % n);
}

static int
percent(struct gen *g, unsigned p)
{
	return below(g, 100) < p;
}

struct gen
gen_new(unsigned long long seed)
{
	return (struct gen){ seed * 0x2545f4914f6cdd1du };
}

/* --- parts of a command --------------------------------------------------- */

static void
head(struct gen_step *s, unsigned cla, unsigned ins, unsigned p1, unsigned p2)
{
	const uint8_t h[4] = { (uint8_t)cla, (uint8_t)ins, (uint8_t)p1,
		(uint8_t)p2 };

	memcpy(s->cmd, h, sizeof h);
	s->len = 4;
}

static void
data(struct gen_step *s, const void *p, size_t n)
{
	s->cmd[s->len++] = (uint8_t)n;
	memcpy(s->cmd + s->len, p, n);
	s->len = (uint8_t)(s->len + n);
}

static void
le(struct gen_step *s, unsigned n)
{
	s->cmd[s->len++] = (uint8_t)n;
}

/* --- what is there -------------------------------------------------------- */

static size_t
rows(const struct ref *r, size_t app)
{
	size_t n = 0;

	while (n < REF_ROWS && r->app[app]->row[n].kind != REF_END)
		n++;
	return n;
}

/* A row of the current application of this kind, or any; -1: none. */
static int
some_row(struct gen *g, const struct ref *r, int kind)
{
	const size_t n = rows(r, r->cur);
	int list[REF_ROWS], k = 0;

	for (size_t i = 0; i < n; i++)
		if (kind < 0 || (int)r->app[r->cur]->row[i].kind == kind)
			list[k++] = (int)i;
	return k == 0 ? -1 : list[below(g, (unsigned)k)];
}

/* P2 for a row: its short id, or the current EF; now and then nonsense. */
static unsigned
refer(struct gen *g, const struct ref *r, int row)
{
	if (row < 0 || percent(g, 4))
		return below(g, 256);
	if (percent(g, 20))
		return 0x80;
	return 0x80 | (r->app[r->cur]->row[row].id & 0x1f);
}

/* --- commands ------------------------------------------------------------- */

static void
select_app(struct gen *g, const struct ref *r, struct gen_step *s)
{
	static const unsigned p2[] = { 0x00, 0x02, 0x0c, 0x0e };
	/* The issuer domain has nothing to lose. */
	const size_t i = below(g, (unsigned)r->apps);
	const struct ref_app *a =
	    r->app[i == 0 && percent(g, 70) ? r->apps - 1 : i];
	uint8_t aid[20];
	size_t n = a->aid_len;

	memcpy(aid, a->aid, sizeof a->aid);
	memset(aid + 16, 0, sizeof aid - 16);
	head(s, 0, 0xa4, 4, percent(g, 70) ? 0x0c : p2[below(g, 4)]);
	if (percent(g, 10))
		n = 1 + below(g, 17);
	else if (percent(g, 5))
		aid[below(g, (unsigned)n)] ^= 0x40;
	if (percent(g, 2))
		s->cmd[3] = (uint8_t)below(g, 256);
	data(s, aid, n);
	if (percent(g, 15))
		le(s, 0);
}

static void
select_ef(struct gen *g, const struct ref *r, struct gen_step *s)
{
	const int row = some_row(g, r, -1);
	const unsigned id = row < 0 || percent(g, 10)
				? below(g, 0x40)
				: r->app[r->cur]->row[row].id;
	const uint8_t file[2] = { (uint8_t)(id >> 8), (uint8_t)id };

	head(s, 0, 0xa4, percent(g, 97) ? 2 : below(g, 6),
	    percent(g, 90) ? 0x0c : 0);
	data(s, file, percent(g, 98) ? 2 : 1);
}

static void
query(struct gen *g, const struct ref *r, struct gen_step *s)
{
	head(s, 0, 0x20, percent(g, 98) ? 0 : below(g, 256),
	    refer(g, r, some_row(g, r, percent(g, 95) ? REF_PIN : -1)));
	if (percent(g, 5))
		le(s, below(g, 256));
}

/* A value of some PIN's form, right or not. */
static size_t
some_pin(struct gen *g, const struct ref_row *o, uint8_t out[20])
{
	static const char alnum[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char odd[] = "09AZaz -";
	size_t n = o->min + below(g, (unsigned)(o->max - o->min) + 1);

	if (percent(g, 8))
		n = 1 + below(g, 20);
	for (size_t i = 0; i < n; i++)
		out[i] =
		    (uint8_t)(percent(g, 1)           ? odd[below(g, 8)]
			      : o->form == REF_DIGITS ? alnum[below(g, 3)]
						      : alnum[below(g, 36)]);
	return n;
}

static void
verify(struct gen *g, const struct ref *r, struct gen_step *s)
{
	int row = some_row(g, r, REF_PIN);
	const struct ref_pin *p;
	uint8_t value[20];
	size_t n;

	if (row < 0) {
		head(s, 0, 0x20, 0, refer(g, r, row));
		data(s, "1234", 4);
		return;
	}
	/* The current EF, where it is a PIN: so it is used, too. */
	if (r->ef >= 0 && r->app[r->cur]->row[r->ef].kind == REF_PIN &&
	    percent(g, 30)) {
		row = r->ef;
		head(s, 0, 0x20, 0, 0x80);
	} else {
		head(s, 0, 0x20, percent(g, 99) ? 0 : below(g, 256),
		    refer(g, r, row));
	}
	p = &r->pin[r->cur][row];
	if (p->len > 0 && percent(g, p->tries <= 1 ? 93 : 62)) {
		n = p->len;
		memcpy(value, p->value, n);
		if (percent(g, 3)) /* near to it */
			value[below(g, (unsigned)n)] ^= 1;
		else if (percent(g, 3) && n > 1)
			n--;
	} else {
		n = some_pin(g, &r->app[r->cur]->row[row], value);
	}
	data(s, value, n);
	if (percent(g, 1))
		le(s, 0);
}

static void
change(struct gen *g, const struct ref *r, struct gen_step *s)
{
	const int row = some_row(g, r, REF_PIN);
	const int own = r->app[r->cur]->change_ins == 0x32;
	const int use = percent(g, 97) ? own : !own;
	uint8_t value[20] = "1234";
	size_t n = 4;

	head(s, use ? 0x80 : 0, use ? 0x32 : 0x24,
	    percent(g, 97) ? !use : below(g, 256), refer(g, r, row));
	if (row >= 0)
		n = some_pin(g, &r->app[r->cur]->row[row], value);
	if (percent(g, 98))
		data(s, value, n);
}

static void
sign(struct gen *g, const struct ref *r, struct gen_step *s)
{
	const int row = some_row(g, r, percent(g, 95) ? REF_KEY : -1);
	const unsigned p1 = percent(g, 95) ? below(g, 6) : below(g, 256);
	uint8_t in[40] = { 0 };

	head(s, 0x80, 0x2a, p1, percent(g, 10) ? 0 : refer(g, r, row));
	if (percent(g, 98))
		data(s, in, percent(g, 80) ? 32 : 1 + below(g, 40));
	if (percent(g, 98))
		le(s, 0);
}

static void
read_ef(struct gen *g, const struct ref *r, struct gen_step *s)
{
	static const unsigned offsets[] = { 0, 1, 2, 0xff };
	const int row = some_row(g, r, percent(g, 92) ? REF_EF : -1);
	unsigned p1 = 0x80 | below(g, 32);

	if (row >= 0 && percent(g, 92))
		p1 = 0x80 | (r->app[r->cur]->row[row].id & 0x1f);
	if (percent(g, 15))
		p1 = percent(g, 80) ? 0 : below(g, 256);
	head(s, 0, 0xb0, p1, percent(g, 75) ? 0 : offsets[below(g, 4)]);
	if (percent(g, 98))
		le(s, percent(g, 60) ? 0 : 1 + below(g, 255));
}

static void
read_rec(struct gen *g, const struct ref *r, struct gen_step *s)
{
	const int row = some_row(g, r, percent(g, 80) ? REF_RECORD : -1);
	unsigned p2 = below(g, 256);

	if (row >= 0 && percent(g, 90))
		p2 = (unsigned)r->app[r->cur]->row[row].id << 3 | 4;
	head(s, 0, 0xb2, below(g, 4), p2 & 0xff);
	le(s, 0);
}

/* Whatever there is, and what is not. */
static void
other(struct gen *g, struct gen_step *s)
{
	static const uint8_t ins[] = { 0x20, 0x24, 0x2a, 0x2c, 0x32, 0x47, 0x82,
		0x84, 0x86, 0x88, 0x90, 0x92, 0x94, 0x96, 0xa2, 0xa4, 0xae,
		0xb0, 0xb2, 0xca, 0xd6, 0xdc, 0xe2, 0xf0, 0xfc };
	uint8_t bytes[20];
	size_t n;

	for (n = 0; n < sizeof bytes; n++)
		bytes[n] = (uint8_t)below(g, 256);
	head(s, percent(g, 50) ? 0 : 0x80,
	    percent(g, 85) ? ins[below(g, sizeof ins)] : below(g, 256),
	    percent(g, 60) ? below(g, 4) : below(g, 256),
	    percent(g, 60) ? 0x80 | below(g, 32) : below(g, 256));
	if (percent(g, 5))
		s->cmd[0] = (uint8_t)(1u << below(g, 8));
	if (percent(g, 60))
		data(s, bytes, 1 + below(g, 19));
	if (percent(g, 40))
		le(s, below(g, 256));
	if (percent(g, 3)) /* cut */
		s->len = (uint8_t)below(g, s->len + 1u);
	if (s->len == 0)
		s->len = 1;
}

/* What people go to a counter for; it takes its time, so it is rare. */
static void
counter(struct gen *g, const struct ref *r, struct gen_step *s)
{
	const unsigned n = below(g, 100);
	const size_t app = below(g, (unsigned)r->apps);
	int row = -1;

	s->what = GEN_COUNTER;
	s->job.app = (uint8_t)app;
	s->job.authorised = (uint8_t)percent(g, 90);
	for (size_t i = 0; i < rows(r, app); i++)
		if (r->app[app]->row[i].form != REF_FIXED)
			row = (int)i;
	if (row >= 0 && n < 80) {
		s->job.what = REF_RESET_PIN;
		s->job.row = (uint8_t)row;
		do
			s->len = (uint8_t)some_pin(
			    g, &r->app[app]->row[row], s->cmd);
		while (s->len > REF_PIN_MAX);
		return;
	}
	if (r->life == VC_PERSONALISED && percent(g, 80)) {
		s->job.what = REF_ISSUE;
		return;
	}
	s->job.what = n < 45   ? REF_SUSPEND
		      : n < 90 ? REF_RESUME
		      : n < 96 ? REF_RETURN
			       : REF_END_LIFE;
}

void
gen_next(struct gen *g, const struct ref *r, struct gen_step *s)
{
	const unsigned n = below(g, r->cur == 0 && percent(g, 60) ? 120 : 1000);

	*s = (struct gen_step){ .what = GEN_COMMAND };
	if (n < 120)
		select_app(g, r, s);
	else if (n < 200)
		select_ef(g, r, s);
	else if (n < 300)
		query(g, r, s);
	else if (n < 520)
		verify(g, r, s);
	else if (n < 590)
		change(g, r, s);
	else if (n < 660)
		sign(g, r, s);
	else if (n < 830)
		read_ef(g, r, s);
	else if (n < 870)
		read_rec(g, r, s);
	else if (n < 970)
		other(g, s);
	else if (n < 985)
		s->what = GEN_POWER;
	else if (n < 997)
		s->what = GEN_RESET;
	else if (n < 999 || percent(g, 50))
		s->what = GEN_LOSS;
	else
		counter(g, r, s);
}
