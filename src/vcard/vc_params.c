/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_params.h"

#include <string.h>

#include "base/hex.h"
#include "base/rbuf.h"

enum kind {
	WORD, /* min: unused; one of words */
	NUM,  /* decimal, min..max */
	BYTE, /* one byte in hexadecimal */
	SW,   /* status word in hexadecimal, one of words */
	HEX,  /* min..max bytes, or one of words */
	TEXT, /* min..max printable ASCII characters */
	SET   /* numbers min..max: "0-5", "0,2,4" */
};

struct row {
	const char *name;
	const char *def;
	enum kind kind;
	size_t off;
	unsigned min, max;
	const char *words; /* separated by one blank */
};

#define AT(field) offsetof(struct vc_params, field)
#define ONOFF     "off on"

/* clang-format off */
static const struct row rows[] = {
	{ "atr", "3BE000FF8131FE4514", HEX, AT(atr), 2, 33, "" },
	{ "extended-length", "auto", WORD, AT(extended_length), 0, 0, "off on auto" },
	{ "chaining", "auto", WORD, AT(chaining), 0, 0, "off on auto" },
	{ "sfi", "on", WORD, AT(sfi), 0, 0, ONOFF },
	{ "fci-ap", "standard", HEX, AT(fci_ap), 1, 127, "none standard" },
	{ "fci-ef", "standard", HEX, AT(fci_ef), 1, 127, "none standard" },
	{ "select-p1-00", "6a82", WORD, AT(select_p1_00), 0, 0, "6a82 found" },
	{ "cert-ef-size", "2560", NUM, AT(cert_ef_size), 0, 32767, "" },
	{ "cert-filler", "FF", BYTE, AT(cert_filler), 0, 255, "" },
	{ "ef0006", "auto", HEX, AT(ef0006), 1, 160, "auto" },
	{ "ef0008", "auto", HEX, AT(ef0008), 1, 160, "auto" },
	{ "label", "JPKIAPICCTOKEN2", TEXT, AT(label), 0, 32, "" },
	{ "manufacturer", "00000000000000000000000000000001", TEXT, AT(manufacturer), 0, 32, "" },
	{ "model", "E16R01NJ", TEXT, AT(model), 0, 16, "" },
	{ "serial", "0000000000000000", TEXT, AT(serial), 0, 16, "" },
	{ "auth-pair", "present", WORD, AT(auth_pair), 0, 0, "absent present" },
	{ "sign-pair", "present", WORD, AT(sign_pair), 0, 0, "absent present" },
	{ "absent-ef", "filler", WORD, AT(absent_ef), 0, 0, "6a82 empty filler 6982" },
	{ "absent-ca", "present", WORD, AT(absent_ca), 0, 0, "present absent" },
	{ "absent-pin", "6a82", WORD, AT(absent_pin), 0, 0, "6a82 blocked" },
	{ "sign-modes", "0-5", SET, AT(sign_modes), 0, 5, "" },
	{ "pss-salt", "32", NUM, AT(pss_salt), 0, 222, "" },
	{ "sign-length-sw", "6985", SW, AT(sign_length_sw), 0, 0, "6985 6700" },
	{ "digestinfo", "lax", WORD, AT(digestinfo), 0, 0, "lax strict" },
	{ "ec-sig-form", "raw", WORD, AT(ec_sig_form), 0, 0, "raw der" },
	{ "ec-hash", "any", WORD, AT(ec_hash), 0, 0, "any field" },
	{ "retry-verified", "counter", WORD, AT(retry_verified), 0, 0, "counter 9000" },
	{ "retry-blocked", "6984", SW, AT(retry_blocked_sw), 0, 0, "6984 6983 63C0" },
	{ "verify-blocked", "6984", SW, AT(verify_blocked_sw), 0, 0, "6984 6983" },
	{ "pin-length", "counts", WORD, AT(pin_length), 0, 0, "counts 6700" },
	{ "change-check", "form", WORD, AT(change_check), 0, 0, "any length form" },
	{ "wrong-verify-drops", "on", WORD, AT(wrong_verify_drops), 0, 0, ONOFF },
	{ "reset-keeps-status", "on", WORD, AT(reset_keeps_status), 0, 0, ONOFF },
	{ "first-6f00", "off", WORD, AT(first_6f00), 0, 0, ONOFF },
	{ "reply-61", "off", WORD, AT(reply_61), 0, 0, "off split always" },
	{ "reply-61-max", "256", NUM, AT(reply_61_max), 1, 256, "" },
	{ "wrong-le-6c", "off", WORD, AT(wrong_le_6c), 0, 0, ONOFF },
	{ "sm-sw", "6882", SW, AT(sm_sw), 0, 0, "6882 69FC" },
	{ "get-data-atr", "any", WORD, AT(get_data), 0, 0, "any in-ap off" },
	{ "contact-atr", "atr", HEX, AT(contact_atr), 2, 33, "atr" },
	{ "apps", "all", WORD, AT(apps), 0, 0, "all jpki" },
	{ "licence", "off", WORD, AT(licence), 0, 0, ONOFF },
	{ "face-type", "full", WORD, AT(face_type), 0, 0, "full plain" },
	{ "holder-pins", "usable", WORD, AT(holder_pins), 0, 0, "usable blocked unknown" },
	{ "number-tries", "10", NUM, AT(number_tries), 0, 15, "" },
};
/* clang-format on */

size_t
vc_param_count(void)
{
	return NELEM(rows);
}

const char *
vc_param_name(size_t i)
{
	return i < NELEM(rows) ? rows[i].name : NULL;
}

const char *
vc_param_default(size_t i)
{
	return i < NELEM(rows) ? rows[i].def : NULL;
}

const char *
vc_param_values(size_t i)
{
	if (i >= NELEM(rows))
		return NULL;
	if (rows[i].off == AT(atr))
		return "hexadecimal, or a name: contact-1..3, "
		       "contactless-1..4, juki-contactless";
	switch (rows[i].kind) {
	case WORD:
	case SW: return rows[i].words;
	case NUM: return "number";
	case BYTE: return "byte in hexadecimal";
	case HEX: return "hexadecimal";
	case TEXT: return "text";
	case SET: return "numbers: 0-5 or 0,2,4";
	}
	return "";
}

jm_err
vc_param_find(const char *name, size_t name_len, size_t *i)
{
	*i = 0;
	for (size_t k = 0; k < NELEM(rows); k++) {
		if (strlen(rows[k].name) != name_len ||
		    memcmp(rows[k].name, name, name_len) != 0)
			continue;
		*i = k;
		return JM_OK;
	}
	return JM_NOT_FOUND;
}

/* Index of text in words, and the word itself as hexadecimal if it is one. */
static jm_err
word_index(const char *words, const char *text, unsigned *index)
{
	size_t n = strlen(text);

	*index = 0;
	while (n > 0 && *words != '\0') {
		size_t w = strcspn(words, " ");

		if (w == n && memcmp(words, text, n) == 0)
			return JM_OK;
		words += w;
		words += *words == ' ';
		(*index)++;
	}
	return JM_ARG;
}

static jm_err
number(const char **text, unsigned min, unsigned max, unsigned *out)
{
	const char *s = *text;
	unsigned v = 0;

	*out = 0;
	if (*s < '0' || *s > '9')
		return JM_ARG;
	for (; *s >= '0' && *s <= '9'; s++) {
		v = v * 10 + (unsigned)(*s - '0');
		if (v > 65535)
			return JM_ARG;
	}
	if (v < min || v > max)
		return JM_ARG;
	*out = v;
	*text = s;
	return JM_OK;
}

/* Answers to reset that were measured (doc/vcard.md, "Generations"). */
static const struct {
	const char *name, *hex;
} atrs[] = {
	{ "contact-1", "3BE000FF8131FE4514" },
	{ "contact-2", "3BDA13FF8131FB468012392F31C173C601C03B" },
	{ "contact-3", "3BC5FF8131FB458073C6010000" },
	{ "contactless-1", "3B888001000005E0B381A1007F" },
	{ "contactless-2", "3B888001000041E0B381A1003B" },
	{ "contactless-3", "3B888001004B51FF0081D100BC" },
	{ "contactless-4", "3B888001004B51FFB381D1000F" },
	{ "juki-contactless", "3B888001000014E0B38191005E" },
};

static const char *
named_atr(const char *text)
{
	for (size_t i = 0; i < NELEM(atrs); i++)
		if (strcmp(atrs[i].name, text) == 0)
			return atrs[i].hex;
	return text;
}

static jm_err
set_hex(struct vc_hex *field, const struct row *row, const char *text)
{
	struct vc_hex v = { 0 };
	unsigned word;
	jm_err e;

	if (row->off == AT(atr))
		text = named_atr(text);
	if (word_index(row->words, text, &word) == JM_OK) {
		v.word = word + 1;
	} else if ((e = jm_hex_decode(text, v.b, row->max, &v.len)) != JM_OK) {
		return JM_ARG;
	} else if (v.len < row->min) {
		return JM_ARG;
	}
	*field = v;
	return JM_OK;
}

static jm_err
set_text(struct vc_text *field, const struct row *row, const char *text)
{
	struct vc_text v = { 0 };

	v.len = strlen(text);
	if (v.len < row->min || v.len > row->max)
		return JM_ARG;
	for (size_t i = 0; i < v.len; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return JM_ARG;
	memcpy(v.s, text, v.len);
	*field = v;
	return JM_OK;
}

static jm_err
set_set(unsigned *field, const struct row *row, const char *text)
{
	unsigned bits = 0, a, b;

	for (;; text++) {
		if (number(&text, row->min, row->max, &a) != JM_OK)
			return JM_ARG;
		b = a;
		if (*text == '-') {
			text++;
			if (number(&text, a, row->max, &b) != JM_OK)
				return JM_ARG;
		}
		for (; a <= b; a++)
			bits |= 1u << a;
		if (*text == '\0')
			break;
		if (*text != ',')
			return JM_ARG;
	}
	*field = bits;
	return JM_OK;
}

static jm_err
set_unsigned(unsigned *field, const struct row *row, const char *text)
{
	uint8_t b[2];
	size_t n = 0;
	unsigned v = 0;

	switch (row->kind) {
	case WORD:
		if (word_index(row->words, text, &v) != JM_OK)
			return JM_ARG;
		break;
	case SW:
		if (word_index(row->words, text, &v) != JM_OK ||
		    jm_hex_decode(text, b, 2, &n) != JM_OK || n != 2)
			return JM_ARG;
		v = (unsigned)b[0] << 8 | b[1];
		break;
	case BYTE:
		if (jm_hex_decode(text, b, 1, &n) != JM_OK || n != 1)
			return JM_ARG;
		v = b[0];
		break;
	case NUM:
		if (number(&text, row->min, row->max, &v) != JM_OK ||
		    *text != '\0')
			return JM_ARG;
		break;
	case SET: return set_set(field, row, text);
	case HEX:
	case TEXT: return JM_ARG; /* have functions of their own */
	}
	*field = v;
	return JM_OK;
}

jm_err
vc_param_set(struct vc_params *p, size_t i, const char *text)
{
	const struct row *row;
	struct vc_params tmp = *p;
	unsigned cap3;
	uint8_t *field;
	jm_err e;

	if (i >= NELEM(rows) || strlen(text) >= VC_PARAM_TEXT_MAX)
		return JM_ARG;
	row = &rows[i];
	field = (uint8_t *)&tmp + row->off;
	if (row->kind == HEX)
		e = set_hex((struct vc_hex *)(void *)field, row, text);
	else if (row->kind == TEXT)
		e = set_text((struct vc_text *)(void *)field, row, text);
	else
		e = set_unsigned((unsigned *)(void *)field, row, text);
	if (e != JM_OK)
		return e;
	if (vc_atr_check(tmp.atr.b, tmp.atr.len, &cap3) != JM_OK)
		return JM_ARG;
	*p = tmp;
	vc_params_derive(p);
	return JM_OK;
}

void
vc_params_init(struct vc_params *p)
{
	memset(p, 0, sizeof *p);
	/* The ATR comes first: every other row is checked with it in place.
	 * A default that its own row refuses is caught by a test. */
	for (size_t i = 0; i < NELEM(rows); i++)
		if (vc_param_set(p, i, rows[i].def) != JM_OK)
			return;
}

void
vc_params_derive(struct vc_params *p)
{
	unsigned cap3 = 0;

	if (vc_atr_check(p->atr.b, p->atr.len, &cap3) != JM_OK)
		cap3 = 0;
	p->ext_on = p->extended_length == VC_ON ||
		    (p->extended_length == VC_AUTO && (cap3 & 0x40) != 0);
	p->chain_on = p->chaining == VC_ON ||
		      (p->chaining == VC_AUTO && (cap3 & 0x80) != 0);
}

/* Historical bytes with category 80: COMPACT-TLV objects, tag 7 is wanted. */
static unsigned
capabilities(struct jm_rbuf hist)
{
	const uint8_t *val;
	unsigned head;

	if (jm_take_u8(&hist, &head) != JM_OK || head != 0x80)
		return 0;
	while (jm_take_u8(&hist, &head) == JM_OK) {
		if (jm_take(&hist, head & 0xf, &val) != JM_OK)
			return 0;
		if (head == 0x73)
			return val[2];
	}
	return 0;
}

jm_err
vc_atr_check(const uint8_t *atr, size_t len, unsigned *cap3)
{
	struct jm_rbuf r = { atr, len };
	unsigned ts, y, hist_len, v, tck = 0, need_tck = 0;
	const uint8_t *hist;

	*cap3 = 0;
	if (len > 33 || jm_take_u8(&r, &ts) != JM_OK ||
	    (ts != 0x3b && ts != 0x3f) || jm_take_u8(&r, &y) != JM_OK)
		return JM_ARG;
	hist_len = y & 0xf;
	for (unsigned td = 1; td != 0;) {
		td = 0;
		for (unsigned bit = 0x10; bit <= 0x40; bit <<= 1)
			if ((y & bit) != 0 && jm_take_u8(&r, &v) != JM_OK)
				return JM_ARG;
		if ((y & 0x80) != 0) {
			if (jm_take_u8(&r, &y) != JM_OK)
				return JM_ARG;
			need_tck |= (y & 0xf) != 0;
			td = 1;
		}
	}
	if (jm_take(&r, hist_len, &hist) != JM_OK || r.left != need_tck)
		return JM_ARG;
	if (need_tck)
		for (size_t i = 1; i < len; i++)
			tck ^= atr[i];
	if (tck != 0)
		return JM_ARG;
	*cap3 = capabilities((struct jm_rbuf){ hist, hist_len });
	return JM_OK;
}
