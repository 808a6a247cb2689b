/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names as RFC 4514 writes them: last RDN first, "," between RDNs and "+"
 * inside one.  What could confuse a terminal or a reader of the line (control
 * characters, direction marks, bytes that are no text) is escaped as \XX, byte
 * by byte; that, too, is a form of RFC 4514.
 */
#include <stdio.h>
#include <string.h>

#include "base/tlv.h"
#include "base/utf8.h"
#include "crypto/asn1_tag.h"
#include "crypto/x509.h"

/* Takes whole units (a character, an escape) or nothing from then on. */
struct text {
	char *out;
	size_t cap; /* without the final NUL */
	size_t len;
	int full;
};

static void
unit(struct text *t, const char *s, size_t n)
{
	if (t->full || n > t->cap - t->len) {
		t->full = 1;
		return;
	}
	memcpy(t->out + t->len, s, n);
	t->len += n;
	t->out[t->len] = '\0';
}

static int
text_init(struct text *t, char *out, size_t cap)
{
	if (cap == 0)
		return 0;
	out[0] = '\0';
	*t = (struct text){ .out = out, .cap = cap - 1 };
	return 1;
}

/* Each byte as "\XX", or as plain digits with bare set. */
static void
hex(struct text *t, const uint8_t *p, size_t n, int bare)
{
	static const char digit[] = "0123456789ABCDEF";

	for (size_t i = 0; i < n && !t->full; i++) {
		const char s[3] = { '\\', digit[p[i] >> 4], digit[p[i] & 0xf] };

		unit(t, bare ? s + 1 : s, bare ? 2 : 3);
	}
}

static size_t
utf8_encode(uint32_t c, uint8_t out[4])
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

static int
is_scalar(uint32_t c)
{
	return c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

static void
put_char(struct text *t, uint32_t c, int first, int last)
{
	uint8_t u[4];
	char s[5] = "\\";
	const size_t n = utf8_encode(c, u);

	if (jm_utf8_is_control(c)) {
		hex(t, u, n, 0);
		return;
	}
	memcpy(s + 1, u, n);
	if ((c < 0x80 && c != 0 && strchr(",+\"\\<>;", (int)c) != NULL) ||
	    (c == '#' && first) || (c == ' ' && (first || last)))
		unit(t, s, 1 + n);
	else
		unit(t, s + 1, n);
}

/* Bytes of the character at p in a string of type tag, 0 if there is none. */
static size_t
decode(unsigned tag, const uint8_t *p, size_t left, uint32_t *c)
{
	size_t width = 1;

	if (tag == TAG_T61) { /* as everybody: Latin-1 */
		*c = p[0];
		return 1;
	}
	if (tag != TAG_BMP && tag != TAG_UNIVERSAL)
		return jm_utf8_next(p, left, c);
	width = tag == TAG_BMP ? 2 : 4;
	if (left < width)
		return 0;
	*c = 0;
	for (size_t i = 0; i < width; i++)
		*c = *c << 8 | p[i];
	return is_scalar(*c) ? width : 0;
}

static int
is_string(unsigned tag)
{
	return tag == TAG_UTF8 || tag == TAG_PRINTABLE || tag == TAG_IA5 ||
	       tag == TAG_T61 || tag == TAG_BMP || tag == TAG_NUMERIC ||
	       tag == TAG_VISIBLE || tag == TAG_UNIVERSAL;
}

static void
put_value(struct text *t, unsigned tag, struct jm_rbuf v)
{
	const uint8_t *p = v.p;

	for (size_t left = v.left; left > 0 && !t->full;) {
		uint32_t c = 0;
		size_t n = decode(tag, p, left, &c);

		if (n > 0) {
			put_char(t, c, left == v.left, n == left);
		} else {
			hex(t, p, 1, 0);
			n = 1;
		}
		p += n;
		left -= n;
	}
}

/* Dotted; an arc of more than 64 bits ends it with "?". */
static void
put_oid(struct text *t, struct jm_rbuf oid)
{
	uint64_t arc = 0;
	char s[24];
	int first = 1;

	for (size_t i = 0; i < oid.left; i++) {
		if (arc > UINT64_MAX >> 7) {
			unit(t, "?", 1);
			return;
		}
		arc = arc << 7 | (oid.p[i] & 0x7f);
		if ((oid.p[i] & 0x80) != 0)
			continue;
		if (first) {
			const unsigned root = arc < 40 ? 0 : arc < 80 ? 1 : 2;

			(void)snprintf(s, sizeof s, "%u", root);
			unit(t, s, strlen(s));
			arc -= 40 * root;
			first = 0;
		}
		(void)snprintf(s, sizeof s, ".%llu", (unsigned long long)arc);
		unit(t, s, strlen(s));
		arc = 0;
	}
}

static void
put_type(struct text *t, struct jm_rbuf oid)
{
	/* clang-format off */
	static const struct { const char *name, *oid; size_t len; } table[] = {
		{ "CN",           "\x55\x04\x03", 3 },
		{ "SN",           "\x55\x04\x04", 3 },
		{ "serialNumber", "\x55\x04\x05", 3 },
		{ "C",            "\x55\x04\x06", 3 },
		{ "L",            "\x55\x04\x07", 3 },
		{ "ST",           "\x55\x04\x08", 3 },
		{ "STREET",       "\x55\x04\x09", 3 },
		{ "O",            "\x55\x04\x0a", 3 },
		{ "OU",           "\x55\x04\x0b", 3 },
		{ "title",        "\x55\x04\x0c", 3 },
		{ "GN",           "\x55\x04\x2a", 3 },
		{ "UID", "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", 10 },
		{ "DC",  "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", 10 },
		{ "emailAddress", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", 9 },
	};
	/* clang-format on */
	for (size_t i = 0; i < NELEM(table); i++) {
		if (oid.left == table[i].len &&
		    memcmp(oid.p, table[i].oid, oid.left) == 0) {
			unit(t, table[i].name, strlen(table[i].name));
			return;
		}
	}
	put_oid(t, oid);
}

/* One RDN, a SET of type and value. */
static jm_err
put_rdn(struct text *t, struct jm_rbuf rdn)
{
	struct jm_rbuf attr, oid, v;
	unsigned tag;
	jm_err e;

	for (int more = 0; rdn.left > 0 && !t->full; more = 1) {
		const uint8_t *whole;

		if (more)
			unit(t, "+", 1);
		if ((e = jm_tlv_next(&rdn, &tag, &attr)) != JM_OK ||
		    (e = jm_tlv_next(&attr, &tag, &oid)) != JM_OK)
			return e;
		put_type(t, oid);
		unit(t, "=", 1);
		whole = attr.p;
		if ((e = jm_tlv_next(&attr, &tag, &v)) != JM_OK)
			return e;
		if (is_string(tag)) {
			put_value(t, tag, v);
		} else {
			unit(t, "#", 1);
			hex(t, whole, (size_t)(attr.p - whole), 1);
		}
	}
	return JM_OK;
}

/*
 * From the last RDN to the first, each found by walking from the start: each
 * writes a byte at least, so that the room in out bounds the work.
 */
static void
put_name(const struct jm_cert *c, struct jm_span name, char *out, size_t cap)
{
	struct jm_rbuf whole = { c->der + name.off, name.len }, list, at, rdn;
	struct text t;
	size_t n = 0;
	unsigned tag;

	if (!text_init(&t, out, cap) ||
	    jm_tlv_next(&whole, &tag, &list) != JM_OK)
		return;
	for (at = list; jm_tlv_next(&at, &tag, &rdn) == JM_OK;)
		n++;
	for (size_t left = n; left-- > 0 && !t.full;) {
		at = list;
		for (size_t i = 0; i <= left; i++)
			if (jm_tlv_next(&at, &tag, &rdn) != JM_OK)
				return;
		if (left + 1 < n)
			unit(&t, ",", 1);
		if (put_rdn(&t, rdn) != JM_OK)
			return;
	}
}

void
jm_cert_subject_text(const struct jm_cert *c, char *out, size_t cap)
{
	put_name(c, c->subject, out, cap);
}

void
jm_cert_issuer_text(const struct jm_cert *c, char *out, size_t cap)
{
	put_name(c, c->issuer, out, cap);
}

/* Upper-case digits of the number's bytes, without the one for its sign. */
void
jm_cert_serial_text(const struct jm_cert *c, char *out, size_t cap)
{
	struct jm_rbuf r = { c->der + c->serial.off, c->serial.len }, v;
	struct text t;
	unsigned tag;

	if (!text_init(&t, out, cap) || jm_tlv_next(&r, &tag, &v) != JM_OK)
		return;
	if (v.left > 1 && v.p[0] == 0) {
		v.p++;
		v.left--;
	}
	hex(&t, v.p, v.left, 1);
}
