/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/vc_ref.h"

#include <string.h>

#include "base/err.h"

/* --- what there is -------------------------------------------------------- */

/* clang-format off */
#define EF(id, size)             { (id), REF_EF, REF_FREE, { 0 }, (size), REF_FIXED, 0, 0, 0 }
#define SHUT(id)                 { (id), REF_EF, REF_NEVER, { 0 }, 0, REF_FIXED, 0, 0, 0 }
#define EF_AFTER(id, size, ...)  { (id), REF_EF, REF_AFTER, { __VA_ARGS__ }, (size), REF_FIXED, 0, 0, 0 }
#define REC(id)                  { (id), REF_RECORD, REF_FREE, { 0 }, 0, REF_FIXED, 0, 0, 0 }
#define REC_AFTER(id, pin)       { (id), REF_RECORD, REF_AFTER, { (pin) }, 0, REF_FIXED, 0, 0, 0 }
#define KEY_AFTER(id, pin)       { (id), REF_KEY, REF_AFTER, { (pin) }, 0, REF_FIXED, 0, 0, 0 }
#define KEY(id)                  { (id), REF_KEY, REF_FREE, { 0 }, 0, REF_FIXED, 0, 0, 0 }
#define DEVICE(id)               { (id), REF_DEVICE, REF_FREE, { 0 }, 0, REF_FIXED, 0, 0, 0 }
#define PIN(id, form, min, max, tries) \
	{ (id), REF_PIN, REF_NEVER, { 0 }, 0, (form), (min), (max), (tries) }

const struct ref_app ref_known[] = {
	{ "issuer", { 0xa0, 0, 0, 1, 0x51, 0, 0 }, 7, 0, 0x24, { { 0 } } },
	{ "jpki", { 0xd3, 0x92, 0xf0, 0, 0x26, 1, 0, 0, 0, 1 }, 10, 0, 0x24, {
		EF_AFTER(0x01, 2560, 0x1b), EF(0x02, 2560), SHUT(0x05), EF(0x06, 160),
		EF(0x08, 3), SHUT(0x09), EF(0x0a, 2560), EF(0x0b, 2560),
		PIN(0x10, REF_FIXED, 1, 16, 3), SHUT(0x16), KEY_AFTER(0x17, 0x18),
		PIN(0x18, REF_DIGITS, 4, 4, 3), SHUT(0x19), KEY_AFTER(0x1a, 0x1b),
		PIN(0x1b, REF_ALNUM, 6, 16, 5), SHUT(0x1c), SHUT(0x1e) } },
	{ "text", { 0xd3, 0x92, 0x10, 0, 0x31, 0, 1, 1, 4, 8 }, 10, 0x13, 0x24, {
		EF_AFTER(0x01, 17, 0x11, 0x14), EF_AFTER(0x02, 0, 0x11, 0x15),
		EF_AFTER(0x03, 0, 0x11, 0x14, 0x15), EF(0x04, 0), EF(0x05, 0),
		EF_AFTER(0x06, 0, 0x11, 0x14, 0x15),
		EF_AFTER(0x07, 0, 0x11, 0x14, 0x15),
		EF_AFTER(0x08, 16, 0x11, 0x14, 0x15), SHUT(0x10),
		PIN(0x11, REF_DIGITS, 4, 4, 3), PIN(0x12, REF_FIXED, 1, 16, 0),
		KEY(0x13), PIN(0x14, REF_FIXED, 12, 12, 10),
		PIN(0x15, REF_FIXED, 14, 14, 10), SHUT(0x1c), SHUT(0x1e) } },
	{ "face", { 0xd3, 0x92, 0x10, 0, 0x31, 0, 1, 1, 4, 2 }, 10, 0x14, 0x24, {
		EF_AFTER(0x01, 0, 0x11), EF_AFTER(0x02, 0, 0x12, 0x13), EF(0x03, 0),
		EF(0x04, 0), EF_AFTER(0x05, 0, 0x13),
		EF_AFTER(0x06, 16, 0x12, 0x13), PIN(0x11, REF_FIXED, 6, 6, 10),
		PIN(0x12, REF_FIXED, 14, 14, 10), PIN(0x13, REF_FIXED, 12, 12, 10),
		KEY(0x14) } },
	{ "juki", { 0xd3, 0x92, 0x10, 0, 0x31, 0, 1, 1, 4, 1 }, 10, 0, 0x32, {
		SHUT(0x01), REC(0x02), PIN(0x1c, REF_DIGITS, 4, 4, 3) } },
	{ "common", { 0xd3, 0x92, 0x10, 0, 0x31, 0, 1, 1, 1, 0 }, 10, 0x19, 0x32, {
		REC(0x01), REC(0x02), REC_AFTER(0x03, 0x1c), DEVICE(0x19),
		PIN(0x1c, REF_DIGITS, 4, 4, 3) } },
	{ "licence", { 0xa0, 0, 0, 2, 0x31, 6 }, 16, 0, 0x24, {
		PIN(0x06, REF_DIGITS, 4, 4, 10), EF(0x1a, 0), EF_AFTER(0x1b, 0, 0x06),
		EF_AFTER(0x1c, 0, 0x06) } },
};

const size_t ref_known_len = NELEM(ref_known);

/* Instructions in their classes. */
static const uint8_t ins_00[] = { 0x20, 0x24, 0x2c, 0x47, 0x82, 0x84, 0x86, 0x88,
	0xa4, 0xb0, 0xb2, 0xca, 0xd6, 0xdc };
static const uint8_t ins_80[] = { 0x2a, 0x32, 0x90, 0x92, 0x94, 0x96, 0xa2, 0xae,
	0xe2, 0xe4, 0xe6, 0xea, 0xf0, 0xf2, 0xfc };
/* clang-format on */

/* --- a command's parts ---------------------------------------------------- */

struct command {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data;
	size_t nc, ne;
};

static struct ref_want
answer(unsigned sw)
{
	return (struct ref_want){ REF_SW, sw, 0, 0 };
}

static struct ref_want
refused(void)
{
	return (struct ref_want){ REF_REFUSED, 0, 0, 0 };
}

static struct ref_want
reply(size_t len)
{
	return (struct ref_want){ REF_SW, 0x9000, 1, len };
}

static int
listed(const uint8_t *list, size_t n, uint8_t ins)
{
	return memchr(list, ins, n) != NULL;
}

/* ISO/IEC 7816-4, 5.1, short lengths alone: this card has no others. */
static int
take_apart(const uint8_t *cmd, size_t len, struct command *c)
{
	*c = (struct command){ cmd[0], cmd[1], cmd[2], cmd[3], NULL, 0, 0 };
	if (len == 4)
		return 1;
	if (len == 5) {
		c->ne = cmd[4] != 0 ? cmd[4] : 256;
		return 1;
	}
	c->nc = cmd[4];
	c->data = cmd + 5;
	if (c->nc == 0)
		return 0; /* an extended length */
	if (len == 5 + c->nc)
		return 1;
	if (len != 6 + c->nc)
		return 0;
	c->ne = cmd[len - 1] != 0 ? cmd[len - 1] : 256;
	return 1;
}

/* --- objects -------------------------------------------------------------- */

static const struct ref_row *
row_of(const struct ref *r, int i)
{
	return &r->app[r->cur]->row[i];
}

static int
find(const struct ref *r, unsigned id)
{
	for (int i = 0; i < REF_ROWS; i++) {
		if (row_of(r, i)->kind == REF_END)
			break;
		if (row_of(r, i)->id == id)
			return i;
	}
	return -1;
}

/* Is one of these PINs verified, or none needed? */
static int
opened(const struct ref *r, int i)
{
	const struct ref_row *o = row_of(r, i);

	if (o->open != REF_AFTER)
		return o->open == REF_FREE;
	for (size_t k = 0; k < NELEM(o->by); k++) {
		const int p = o->by[k] != 0 ? find(r, o->by[k]) : -1;

		if (p >= 0 && r->pin[r->cur][p].verified)
			return 1;
	}
	return 0;
}

/* What P2 refers to: 80 the current EF, 80+n a short id.  9000 with *i. */
static unsigned
refer(const struct ref *r, unsigned p2, int *i)
{
	*i = -1;
	if ((p2 & 0xe0) != 0x80 || p2 == 0x9f)
		return 0x6a86;
	*i = p2 == 0x80 ? r->ef : find(r, p2 & 0x1f);
	if (*i >= 0)
		return 0x9000;
	return p2 == 0x80 ? 0x6986 : 0x6a82;
}

static unsigned
refer_to(const struct ref *r, unsigned p2, enum ref_kind kind, int *i)
{
	const unsigned sw = refer(r, p2, i);

	return sw == 0x9000 && row_of(r, *i)->kind != kind ? 0x6981 : sw;
}

static void
forget(struct ref *r, size_t app)
{
	for (size_t i = 0; i < REF_ROWS; i++)
		r->pin[app][i].verified = 0;
}

/* --- commands ------------------------------------------------------------- */

static struct ref_want
select_application(struct ref *r, const struct command *c)
{
	size_t i = (c->p2 & 2) != 0 ? r->cur + 1 : 0;

	if (c->p2 != 0x00 && c->p2 != 0x02 && c->p2 != 0x0c && c->p2 != 0x0e)
		return answer(0x6a86);
	if (c->nc == 0 || c->nc > 16)
		return answer(0x6700);
	for (; i < r->apps; i++)
		if (c->nc <= r->app[i]->aid_len &&
		    memcmp(r->app[i]->aid, c->data, c->nc) == 0)
			break;
	if (i == r->apps)
		return answer(0x6a82);
	if (i != 0 && (r->life == VC_SUSPENDED || r->life == VC_RETURNED))
		return answer(0x6985);
	if (i != 0 && r->life == VC_MANUFACTURED)
		return answer(0x6a82);
	if (i != r->cur)
		forget(r, r->cur);
	r->cur = i;
	r->ef = -1;
	return c->ne != 0 && c->p2 < 0x0c ? reply(0) : answer(0x9000);
}

static struct ref_want
select_file(struct ref *r, const struct command *c)
{
	int i;

	if (c->p2 != 0x00 && c->p2 != 0x0c)
		return answer(0x6a86);
	if (c->nc != 2)
		return answer(0x6700);
	if ((i = find(r, (unsigned)c->data[0] << 8 | c->data[1])) < 0)
		return answer(0x6a82);
	r->ef = i;
	return c->ne != 0 && c->p2 == 0 ? reply(0) : answer(0x9000);
}

static struct ref_want
select_any(struct ref *r, const struct command *c)
{
	if (c->p1 == 4)
		return select_application(r, c);
	if (c->p1 == 2)
		return select_file(r, c);
	if (c->p1 != 0)
		return answer(0x6a86);
	if (c->nc != 0)
		return answer(0x6a82);
	return answer(r->cur == 0 ? 0x6a86 : 0x9000);
}

static struct ref_want
verify(struct ref *r, const struct command *c)
{
	struct ref_pin *p;
	unsigned sw;
	int i;

	if (c->p1 != 0)
		return answer(0x6a86);
	if ((sw = refer_to(r, c->p2, REF_PIN, &i)) != 0x9000)
		return answer(sw);
	p = &r->pin[r->cur][i];
	if (c->ne != 0 || c->nc > REF_PIN_MAX)
		return p->tries == 0 ? refused() : answer(0x6700);
	if (row_of(r, i)->tries == 0)
		return answer(c->nc == 0 ? 0x63c0 : 0x6984);
	if (p->tries == 0)
		return answer(0x6984);
	if (c->nc == 0)
		return answer(0x63c0 | p->tries);
	if (c->nc == p->len && memcmp(c->data, p->value, p->len) == 0) {
		p->verified = 1;
		p->tries = row_of(r, i)->tries;
		return answer(0x9000);
	}
	p->verified = 0;
	p->tries--;
	return answer(0x63c0 | p->tries);
}

int
ref_form_fits(enum ref_form form, const uint8_t *p, size_t n)
{
	size_t digits = 0, letters = 0;

	for (size_t i = 0; i < n; i++) {
		digits += p[i] >= '0' && p[i] <= '9';
		letters += p[i] >= 'A' && p[i] <= 'Z';
	}
	if (form == REF_DIGITS)
		return digits == n;
	return digits + letters == n && digits > 0 && letters > 0;
}

/* By its holder, who was verified; the new value alone. */
static struct ref_want
change(struct ref *r, const struct command *c)
{
	const struct ref_row *o;
	struct ref_pin *p;
	int i;

	if (c->p1 != (c->ins == 0x24) || c->ins != r->app[r->cur]->change_ins ||
	    refer_to(r, c->p2, REF_PIN, &i) != 0x9000)
		return refused();
	o = row_of(r, i);
	p = &r->pin[r->cur][i];
	if (!p->verified || o->form == REF_FIXED)
		return refused();
	if (c->ne != 0 || c->nc < o->min || c->nc > o->max)
		return answer(0x6700);
	if (!ref_form_fits(o->form, c->data, c->nc))
		return answer(0x6a80);
	memcpy(p->value, c->data, c->nc);
	p->len = c->nc;
	return answer(0x9000);
}

static struct ref_want
sign(struct ref *r, const struct command *c)
{
	const unsigned own = r->app[r->cur]->own_key;
	const unsigned p2 = c->p2 == 0 && own != 0 ? 0x80 | own : c->p2;
	unsigned sw;
	int i;

	if (c->p1 > 5)
		return answer(0x6a86);
	sw = refer(r, p2, &i);
	if (sw == 0x9000 && row_of(r, i)->kind == REF_DEVICE)
		return refused();
	if ((sw = refer_to(r, p2, REF_KEY, &i)) != 0x9000)
		return answer(sw);
	if (!opened(r, i))
		return answer(0x6982);
	if (c->nc == 0 || (c->p1 == 0 && c->nc > 245) ||
	    ((c->p1 == 2 || c->p1 == 4) && c->nc != 32))
		return answer(0x6985);
	return c->ne == 256 ? reply(256) : answer(0x6700);
}

static struct ref_want
read_binary(struct ref *r, const struct command *c)
{
	size_t off = (size_t)c->p1 << 8 | c->p2, size;
	int i = r->ef;

	if (c->nc != 0 || c->ne == 0)
		return answer(0x6700);
	if ((c->p1 & 0x80) != 0) {
		off = c->p2;
		if (c->p1 == 0x80 || c->p1 >= 0x9f)
			return answer(0x6a86);
		if ((i = find(r, c->p1 & 0x1f)) < 0)
			return answer(0x6a82);
	}
	if (i < 0)
		return answer(0x6986);
	if (row_of(r, i)->kind != REF_EF)
		return answer(0x6981);
	r->ef = i;
	if (!opened(r, i))
		return answer(0x6982);
	size = row_of(r, i)->size;
	if (size == 0) /* what it is told apart by is not its size */
		return off > 3 ? (struct ref_want){ REF_ANY, 0, 0, 0 }
			       : reply(0);
	if (off >= size)
		return answer(0x6b00);
	return reply(c->ne < size - off ? c->ne : size - off);
}

static struct ref_want
read_record(struct ref *r, const struct command *c)
{
	unsigned sw;
	int i;

	if (c->nc != 0 || c->ne == 0)
		return answer(0x6700);
	if ((c->p2 & 7) == 5)
		return answer(0x6a81);
	if ((c->p2 & 7) != 4)
		return answer(0x6a86);
	if ((sw = refer_to(r, 0x80 | c->p2 >> 3, REF_RECORD, &i)) != 0x9000)
		return answer(sw);
	r->ef = i;
	if (!opened(r, i))
		return answer(0x6982);
	/* Which records there are is no matter of status. */
	return (struct ref_want){ REF_ANY, 0, 0, 0 };
}

static struct ref_want
get_challenge(const struct command *c)
{
	if (c->p1 != 0 || c->p2 != 0)
		return answer(0x6a86);
	if (c->nc != 0 || c->ne == 0)
		return answer(0x6700);
	return reply(c->ne);
}

/* What the state alone forbids: what is its holder's to do. */
static int
life_forbids(const struct ref *r, const struct command *c)
{
	if (r->life == VC_PERSONALISED)
		return (c->ins == 0x20 && c->nc != 0) || c->ins == 0x24 ||
		       c->ins == 0x32 || c->ins == 0x2a || c->ins == 0x88;
	return 0;
}

struct ref_want
ref_command(struct ref *r, const uint8_t *cmd, size_t len)
{
	struct command c;

	if (len < 4)
		return answer(0x6700);
	if (r->life == VC_TERMINATED)
		return answer(0x6985);
	if ((cmd[0] & 0x0c) != 0 && (cmd[0] & 0x60) == 0)
		return (cmd[0] & 3) != 0 ? refused() : answer(0x6882);
	if ((cmd[0] & 0x63) != 0 || (cmd[0] & 0x10) != 0)
		return refused();
	if (cmd[1] == 0xc0) /* GET RESPONSE: this card never has a rest */
		return refused();
	if (!listed(ins_00, sizeof ins_00, cmd[1]) &&
	    !listed(ins_80, sizeof ins_80, cmd[1]))
		return answer(0x6d00);
	if (!(cmd[0] == 0 ? listed(ins_00, sizeof ins_00, cmd[1])
			  : listed(ins_80, sizeof ins_80, cmd[1])))
		return answer(0x6e00);
	if (!take_apart(cmd, len, &c))
		return answer(0x6700);
	if (life_forbids(r, &c))
		return answer(0x6985);
	switch (c.ins) {
	case 0x20: return verify(r, &c);
	case 0x24:
	case 0x32: return change(r, &c);
	case 0x2a: return sign(r, &c);
	case 0x84: return get_challenge(&c);
	case 0xa4: return select_any(r, &c);
	case 0xb0: return read_binary(r, &c);
	case 0xb2: return read_record(r, &c);
	case 0x88:
	case 0xca: return (struct ref_want){ REF_ANY, 0, 0, 0 };
	default: return refused(); /* a counter's, in the channel alone */
	}
}

void
ref_power_off(struct ref *r)
{
	for (size_t i = 0; i < r->apps; i++)
		forget(r, i);
	r->cur = 0;
	r->ef = -1;
}
