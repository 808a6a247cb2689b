/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pictures of one bit a point as PNG files (ISO/IEC 15948), the points stored
 * and not compressed.  Set points are black.  The drawing is our own: what a
 * card's pictures look like is the maker's business, that they open is ours.
 */
#include <string.h>

#include "vcard/vc_fill.h"

#define DIGIT_WIDTH  6 /* a card's pictures of digits are n times 6 by 12 */
#define DIGIT_HEIGHT 12
#define BOX          16 /* points, each way */
#define LINE_BOXES   16
#define LINES_MAX    3
#define ROW_MAX      (LINE_BOXES * BOX / 8)
#define HEIGHT_MAX   (LINES_MAX * BOX)

struct picture {
	unsigned width, height; /* points */
	size_t row;             /* bytes of one row */
	uint8_t bits[HEIGHT_MAX * ROW_MAX];
};

/* Hexadecimal digits, three by five points: a row is three bits, the first row
 * the highest. */
static const uint16_t font[16] = { 075557, 026227, 071747, 071717, 055711,
	074717, 074757, 071244, 075757, 075717, 025755, 065656, 034443, 065556,
	074647, 074644 };

static void
start(struct picture *p, unsigned width, unsigned height)
{
	memset(p, 0, sizeof *p);
	p->width = width;
	p->height = height;
	p->row = (width + 7) / 8;
}

static void
dot(struct picture *p, unsigned x, unsigned y)
{
	p->bits[y * p->row + x / 8] |= (uint8_t)(0x80 >> x % 8);
}

/* tall: each row of the font twice. */
static void
draw_digit(
    struct picture *p, unsigned x, unsigned y, unsigned digit, unsigned tall)
{
	for (unsigned i = 0; i < 15; i++)
		for (unsigned k = 0; k <= tall; k++)
			if ((font[digit] >> (14 - i) & 1) != 0)
				dot(p, x + i % 3, y + i / 3 * (tall + 1) + k);
}

/* A frame with the character's code in two rows of hexadecimal digits. */
static void
draw_box(struct picture *p, unsigned x, unsigned y, uint32_t code)
{
	const unsigned digits = code > 0xffff ? 6 : 4;

	for (unsigned i = 0; i < BOX - 1; i++) {
		dot(p, x + i, y);
		dot(p, x + i, y + BOX - 2);
		dot(p, x, y + i);
		dot(p, x + BOX - 2, y + i);
	}
	for (unsigned i = 0; i < digits; i++)
		draw_digit(p, x + 2 + i % (digits / 2) * 4,
		    y + 2 + i / (digits / 2) * 6,
		    code >> 4 * (digits - 1 - i) & 15, 0);
}

/* The file
 * --------------------------------------------------------------------*/

static uint32_t
crc32(const uint8_t *p, size_t n)
{
	uint32_t crc = 0xffffffff;

	while (n-- > 0) {
		crc ^= *p++;
		for (unsigned i = 0; i < 8; i++)
			crc = crc >> 1 ^ (0xedb88320 & (0 - (crc & 1)));
	}
	return crc ^ 0xffffffff;
}

static uint32_t
adler32(uint32_t sum, const uint8_t *p, size_t n)
{
	uint32_t a = sum & 0xffff, b = sum >> 16;

	while (n-- > 0) {
		a = (a + *p++) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

/* Ends the chunk whose name was written at start; its length is before it. */
static void
end_chunk(struct jm_wbuf *w, size_t name_at)
{
	const size_t len = w->len - name_at - 4;

	if (w->full)
		return;
	for (unsigned i = 0; i < 4; i++)
		w->mem[name_at - 4 + i] = (uint8_t)(len >> 8 * (3 - i));
	jm_put_be32(w, crc32(w->mem + name_at, len + 4));
}

static size_t
start_chunk(struct jm_wbuf *w, const char *name)
{
	jm_put_be32(w, 0);
	jm_put(w, name, 4);
	return w->len - 4;
}

/* A zlib stream (RFC 1950) of one stored block: rows, each behind the number of
 * its filter, none.  Black is 0 in the file. */
static void
put_rows(struct jm_wbuf *w, const struct picture *p)
{
	const unsigned len = (unsigned)(p->height * (p->row + 1));
	uint32_t sum = 1;

	jm_put_be16(w, 0x7801);
	jm_put_u8(w, 0x01);
	jm_put_be16(w, (len & 0xff) << 8 | len >> 8);
	jm_put_be16(w, (~len & 0xff) << 8 | (~len >> 8 & 0xff));
	for (unsigned y = 0; y < p->height; y++) {
		uint8_t row[1 + ROW_MAX] = { 0 };

		for (size_t i = 0; i < p->row; i++)
			row[1 + i] = (uint8_t)~p->bits[y * p->row + i];
		jm_put(w, row, 1 + p->row);
		sum = adler32(sum, row, 1 + p->row);
	}
	jm_put_be32(w, sum);
}

static void
put_png(struct jm_wbuf *w, const struct picture *p)
{
	size_t at;

	jm_put(w, "\x89PNG\r\n\x1a\n", 8);
	at = start_chunk(w, "IHDR");
	jm_put_be32(w, p->width);
	jm_put_be32(w, p->height);
	jm_put(w, "\1\0\0\0\0", 5); /* one bit, grey, nothing interlaced */
	end_chunk(w, at);
	at = start_chunk(w, "IDAT");
	put_rows(w, p);
	end_chunk(w, at);
	at = start_chunk(w, "IEND");
	end_chunk(w, at);
}

void
vc_put_png_digits(struct jm_wbuf *w, const char *digits)
{
	struct picture p;
	unsigned n = (unsigned)strlen(digits);

	start(&p, n * DIGIT_WIDTH, DIGIT_HEIGHT);
	for (unsigned i = 0; i < n; i++)
		draw_digit(
		    &p, i * DIGIT_WIDTH + 1, 1, (unsigned)(digits[i] - '0'), 1);
	put_png(w, &p);
}

/* The next character of a text whose UTF-8 has been checked. */
static uint32_t
next_code(const uint8_t **s)
{
	const uint8_t *p = *s;
	const unsigned more = *p < 0x80 ? 0 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;
	uint32_t code = more == 0 ? *p : *p & (0x3fu >> more);

	for (unsigned i = 1; i <= more; i++)
		code = code << 6 | (p[i] & 0x3fu);
	*s = p + 1 + more;
	return code;
}

void
vc_put_png_text(struct jm_wbuf *w, const char *text, unsigned lines)
{
	const uint8_t *s = (const uint8_t *)text;
	struct picture p;
	unsigned n = 0;

	for (; *s != '\0' && n < lines * LINE_BOXES; n++)
		next_code(&s);
	start(&p, (n < LINE_BOXES ? n : LINE_BOXES) * BOX,
	    (n + LINE_BOXES - 1) / LINE_BOXES * BOX);
	s = (const uint8_t *)text;
	for (unsigned i = 0; i < n; i++)
		draw_box(&p, i % LINE_BOXES * BOX, i / LINE_BOXES * BOX,
		    next_code(&s));
	put_png(w, &p);
}
