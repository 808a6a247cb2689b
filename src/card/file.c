/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card/file.h"

#include "apdu/sw.h"
#include "base/tlv.h"
#include "card/card_impl.h"

#define OFFSET_MAX       0x7fffu /* P1-P2 have 15 bits for it */
#define SW_PAST          0x6b00  /* the offset is behind the end of the file */
#define SW_LENGTH        0x6700
#define RECORD_BY_NUMBER 0x04    /* of P2: P1 is the record's number */
#define DER_LONG         0x3082u /* SEQUENCE of 256 bytes or more */

struct file {
	enum jm_app app;
	uint16_t ef;
};

static size_t
lesser(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* READ BINARY of the current EF, or by p1 of another one. */
static jm_err
read_command(struct jm_card *card, unsigned p1, unsigned p2, size_t ne,
    uint8_t *out, size_t *n, unsigned *sw)
{
	const struct jm_capdu c = { .ins = JM_INS_READ,
		.p1 = (uint8_t)p1,
		.p2 = (uint8_t)p2,
		.ne = ne };
	struct jm_wbuf data;
	jm_err e;

	*n = 0;
	jm_wbuf_init(&data, out, ne);
	if ((e = jm_card_send(card, &c, &data, sw)) != JM_OK)
		return e;
	if (*sw == SW_PAST)
		return JM_OK;
	if ((e = jm_sw_err(*sw)) != JM_OK)
		return e;
	*n = data.len;
	return JM_OK;
}

/*
 * Up to ne bytes of the EF from offset at; *n is 0 at its end.  Selects what is
 * not current, the EF by its short id where that saves a command.
 */
static jm_err
read_block(struct jm_card *card, struct file f, size_t at, size_t ne,
    uint8_t *out, size_t *n, unsigned *sw)
{
	const uint16_t ef = f.ef;
	jm_err e;

	*n = 0;
	*sw = 0;
	if (at > OFFSET_MAX)
		return JM_FORMAT;
	if ((e = jm_card_select_app(card, f.app)) != JM_OK)
		return e;
	if (card->sfi && card->ef != ef && at == 0) {
		card->ef = 0;
		e = read_command(card, 0x80u | jm_sfi(ef), 0, ne, out, n, sw);
		if (e == JM_OK && *sw != SW_PAST) /* whose end that was? */
			card->ef = ef;
		if (e != JM_UNSUPPORTED)
			return e;
		card->sfi = 0; /* it declared what it cannot do */
	}
	if ((e = jm_card_select_ef(card, ef)) != JM_OK)
		return e;
	return read_command(
	    card, (unsigned)(at >> 8), (unsigned)(at & 0xff), ne, out, n, sw);
}

jm_err
jm_card_read(struct jm_card *card, uint16_t ef, uint8_t *out, size_t cap,
    size_t want, size_t *len)
{
	const struct file f = { JM_APP_JPKI, ef };
	size_t ne, n;
	unsigned sw;
	jm_err e;

	*len = 0;
	if (want > cap)
		return JM_SPACE;
	while (*len < want) {
		ne = lesser(want - *len, JM_READ_BLOCK);
		e = read_block(card, f, *len, ne, out + *len, &n, &sw);
		if (e != JM_OK) {
			*len = 0;
			return e;
		}
		*len += n;
		if (n < ne)
			break;
	}
	return JM_OK;
}

/* What the first block says of the whole object. */
static jm_err
object_size(
    const uint8_t *head, size_t n, unsigned first, size_t cap, size_t *total)
{
	jm_err e;

	*total = 0;
	if (n == 0 || head[0] != first >> 8 ||
	    (n > 1 && head[1] != (first & 0xff)))
		return JM_NOT_FOUND; /* blank or filler */
	if (n < 4 || (e = jm_tlv_total(head, n, total)) != JM_OK)
		return JM_FORMAT;
	return *total > cap ? JM_SPACE : JM_OK;
}

/* Is this how a card or a reader without extended length answers? */
static int
extended_refused(jm_err e, size_t ne, unsigned sw)
{
	if (ne <= JM_READ_BLOCK)
		return 0;
	return sw == SW_LENGTH || e == JM_LINK || e == JM_FORMAT;
}

static jm_err
read_object(struct jm_card *card, struct file f, unsigned first, uint8_t *out,
    size_t cap, size_t *len)
{
	size_t at = 0, total = cap, block, n;
	unsigned sw;
	jm_err e;

	for (unsigned round = 0; round < JM_READ_ROUNDS; round++) {
		block = card->extended ? JM_READ_EXTENDED : JM_READ_BLOCK;
		block = lesser(total - at, block);
		e = read_block(card, f, at, block, out + at, &n, &sw);
		if (e != JM_OK && extended_refused(e, block, sw)) {
			card->extended = 0;
			continue;
		}
		if (e != JM_OK)
			return e;
		if (at == 0 &&
		    (e = object_size(out, n, first, cap, &total)) != JM_OK)
			return e;
		if (n == 0)
			return JM_FORMAT; /* it ends before it should */
		at += n;
		if (at >= total) {
			*len = total;
			return JM_OK;
		}
	}
	return JM_FORMAT; /* crumbs */
}

jm_err
jm_card_read_object(struct jm_card *card, enum jm_app app, uint16_t ef,
    unsigned first, uint8_t *out, size_t cap, size_t *len)
{
	*len = 0;
	if (cap < 4) /* no room for the header alone */
		return JM_SPACE;
	return read_object(
	    card, (struct file){ app, ef }, first, out, cap, len);
}

jm_err
jm_card_read_der(
    struct jm_card *card, uint16_t ef, uint8_t *out, size_t cap, size_t *len)
{
	return jm_card_read_object(
	    card, JM_APP_JPKI, ef, DER_LONG, out, cap, len);
}

/* The first record of the current EF, or by its short id of another one. */
static jm_err
record_command(
    struct jm_card *card, uint8_t sfi, uint8_t *out, size_t *n, unsigned *sw)
{
	const struct jm_capdu c = { .ins = JM_INS_RECORD,
		.p1 = 1,
		.p2 = (uint8_t)(sfi << 3 | RECORD_BY_NUMBER),
		.ne = JM_READ_BLOCK };
	struct jm_wbuf data;
	jm_err e;

	*n = 0;
	jm_wbuf_init(&data, out, JM_READ_BLOCK);
	if ((e = jm_card_send(card, &c, &data, sw)) != JM_OK ||
	    (e = jm_sw_err(*sw)) != JM_OK)
		return e;
	*n = data.len;
	return JM_OK;
}

static int
is_filler(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != p[0])
			return 0;
	return n == 0 || p[0] == 0x00 || p[0] == 0xff;
}

jm_err
jm_card_read_record(struct jm_card *card, enum jm_app app, uint16_t ef,
    uint8_t *out, size_t cap, size_t *len)
{
	unsigned sw;
	size_t n;
	jm_err e;

	*len = 0;
	if (cap < JM_READ_BLOCK)
		return JM_SPACE;
	if ((e = jm_card_select_app(card, app)) != JM_OK)
		return e;
	e = JM_UNSUPPORTED;
	if (card->sfi && card->ef != ef) {
		card->ef = 0; /* whether it becomes current is not known */
		e = record_command(card, jm_sfi(ef), out, &n, &sw);
	}
	if (e == JM_UNSUPPORTED && (e = jm_card_select_ef(card, ef)) == JM_OK)
		e = record_command(card, 0, out, &n, &sw);
	if (e != JM_OK)
		return e;
	if (is_filler(out, n))
		return JM_NOT_FOUND;
	*len = n;
	return JM_OK;
}
