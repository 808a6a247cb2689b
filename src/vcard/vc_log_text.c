/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An entry as one line of the image, for people as well:
 *
 *	SEQUENCE WHEN OPERATOR TERMINAL OPERATION APPLICATION TARGET HASH REASON
 *
 * with a "-" for what there is none of, target and hash in hexadecimal, and the
 * reason as it was given up to the end of the line.  A log whose oldest entries
 * are gone begins with the line "base SEQUENCE HASH" of the last of them.
 */
#include "vcard/vc_log_text.h"

#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "vcard/vc_profile.h"
#include "vcard/vc_statement.h"
#include "vcard/vc_text.h"

#define NONE "-"
#define BASE "base"

const char *
vc_log_operation(unsigned op)
{
	return op == VC_OP_PERSONALISE ? "personalise" : vc_op_name(op);
}

static int
find_operation(const char *name, unsigned *op)
{
	for (*op = 0; *op <= VC_OP_PERSONALISE; ++*op) {
		const char *known = vc_log_operation(*op);

		if (known != NULL && strcmp(known, name) == 0)
			return 1;
	}
	return 0;
}

/* No name at all, or one that no "-" in a line could be mistaken for. */
static int
who_ok(const char *s)
{
	return *s == '\0' || (strcmp(s, NONE) != 0 &&
				 vc_id_ok((const uint8_t *)s, strlen(s)));
}

int
vc_word_ok(const char *s)
{
	size_t n = strlen(s);

	return n >= 1 && n <= VC_APP_NAME_MAX && s[0] >= 'a' && s[0] <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

/* 1: a text of at most max bytes ends within its array. */
static int
ends(const char *s, size_t max)
{
	return memchr(s, '\0', max + 1) != NULL;
}

int
vc_event_ok(const struct vc_event *v)
{
	if (!ends(v->when, VC_TIME_LEN) || !ends(v->operator_id, VC_ID_MAX) ||
	    !ends(v->terminal, VC_ID_MAX) || !ends(v->app, VC_APP_NAME_MAX) ||
	    !ends(v->reason, VC_REASON_MAX))
		return 0;
	return vc_log_operation(v->op) != NULL &&
	       (v->when[0] == '\0' ||
		   vc_time_ok((const uint8_t *)v->when, strlen(v->when))) &&
	       who_ok(v->operator_id) && who_ok(v->terminal) &&
	       vc_word_ok(v->app) && v->target_len <= VC_TARGET_MAX &&
	       vc_utf8_ok((const uint8_t *)v->reason, strlen(v->reason));
}

static const char *
or_none(const char *s)
{
	return *s != '\0' ? s : NONE;
}

jm_err
vc_log_format(const struct vc_entry *e, char *out, size_t cap)
{
	char target[2 * VC_TARGET_MAX + 1], hash[2 * VC_LOG_HASH_LEN + 1];
	const struct vc_event *v = &e->what;
	const char *operation = vc_log_operation(v->op);
	jm_err err;
	int n;

	if (cap > 0)
		out[0] = '\0';
	if (operation == NULL)
		return JM_ARG;
	err = jm_hex_encode(v->target, v->target_len, target, sizeof target);
	if (err == JM_OK)
		err = jm_hex_encode(e->hash, sizeof e->hash, hash, sizeof hash);
	if (err != JM_OK)
		return err;
	n = snprintf(out, cap, "%lu %s %s %s %s %s %s %s%s%s",
	    (unsigned long)e->sequence, or_none(v->when),
	    or_none(v->operator_id), or_none(v->terminal), operation, v->app,
	    or_none(target), hash, *v->reason != '\0' ? " " : "", v->reason);
	return n >= 0 && (size_t)n < cap ? JM_OK : JM_SPACE;
}

jm_err
vc_log_format_base(const struct vc_log *log, char *out, size_t cap)
{
	char hash[2 * VC_LOG_HASH_LEN + 1];
	jm_err err;
	int n;

	if (cap > 0)
		out[0] = '\0';
	if (log->base == 0)
		return JM_NOT_FOUND;
	err = jm_hex_encode(
	    log->base_hash, sizeof log->base_hash, hash, sizeof hash);
	if (err != JM_OK)
		return err;
	n = snprintf(out, cap, BASE " %lu %s", (unsigned long)log->base, hash);
	return n >= 0 && (size_t)n < cap ? JM_OK : JM_SPACE;
}

/* Reading -------------------------------------------------------------------*/

/* The next word of *s and what is behind its blank; JM_FORMAT when it is empty
 * or too long. */
static jm_err
word(const char **s, char *out, size_t cap)
{
	size_t n = strcspn(*s, " ");

	if (n == 0 || n >= cap)
		return JM_FORMAT;
	memcpy(out, *s, n);
	out[n] = '\0';
	*s += n;
	if (**s == ' ')
		++*s;
	return JM_OK;
}

/* The same where "-" means that there is none. */
static jm_err
optional(const char **s, char *out, size_t cap)
{
	jm_err e = word(s, out, cap);

	if (e == JM_OK && strcmp(out, NONE) == 0)
		out[0] = '\0';
	return e;
}

static jm_err
number(const char **s, uint32_t *out)
{
	char digits[10 + 1];
	uint64_t v = 0;
	jm_err e;

	if ((e = word(s, digits, sizeof digits)) != JM_OK)
		return e;
	if (digits[0] == '0' || strspn(digits, "0123456789") != strlen(digits))
		return JM_FORMAT;
	for (const char *d = digits; *d != '\0'; d++)
		v = v * 10 + (uint64_t)(*d - '0');
	if (v > UINT32_MAX)
		return JM_FORMAT;
	*out = (uint32_t)v;
	return JM_OK;
}

static jm_err
hash_word(const char **s, uint8_t out[VC_LOG_HASH_LEN])
{
	char hex[2 * VC_LOG_HASH_LEN + 1];
	size_t n = 0;
	jm_err e;

	if ((e = word(s, hex, sizeof hex)) != JM_OK)
		return e;
	if (jm_hex_decode(hex, out, VC_LOG_HASH_LEN, &n) != JM_OK ||
	    n != VC_LOG_HASH_LEN)
		return JM_FORMAT;
	return JM_OK;
}

static jm_err
read_event(const char **s, struct vc_event *v)
{
	char operation[VC_APP_NAME_MAX + 1], target[2 * VC_TARGET_MAX + 1];
	jm_err e;

	if ((e = optional(s, v->when, sizeof v->when)) != JM_OK ||
	    (e = optional(s, v->operator_id, sizeof v->operator_id)) != JM_OK ||
	    (e = optional(s, v->terminal, sizeof v->terminal)) != JM_OK ||
	    (e = word(s, operation, sizeof operation)) != JM_OK ||
	    (e = word(s, v->app, sizeof v->app)) != JM_OK ||
	    (e = optional(s, target, sizeof target)) != JM_OK)
		return e;
	if (!find_operation(operation, &v->op) ||
	    jm_hex_decode(
		target, v->target, sizeof v->target, &v->target_len) != JM_OK)
		return JM_FORMAT;
	return JM_OK;
}

static jm_err
read_base(struct vc_log *log, const char *s)
{
	struct vc_log base = { .entry = NULL };
	jm_err e;

	if (log->count > 0 || log->base > 0)
		return JM_FORMAT;
	if ((e = number(&s, &base.base)) != JM_OK ||
	    (e = hash_word(&s, base.base_hash)) != JM_OK)
		return e;
	if (*s != '\0')
		return JM_FORMAT;
	log->base = base.base;
	memcpy(log->base_hash, base.base_hash, sizeof log->base_hash);
	return JM_OK;
}

jm_err
vc_log_parse(struct vc_log *log, const char *text)
{
	char again[VC_LOG_LINE_MAX];
	struct vc_entry entry = { .sequence = 0 };
	const char *s = text;
	jm_err e;

	if (strncmp(text, BASE " ", sizeof BASE) == 0)
		return read_base(log, text + sizeof BASE);
	if ((e = number(&s, &entry.sequence)) != JM_OK ||
	    (e = read_event(&s, &entry.what)) != JM_OK ||
	    (e = hash_word(&s, entry.hash)) != JM_OK)
		return e;
	if (strlen(s) > VC_REASON_MAX)
		return JM_FORMAT;
	memcpy(entry.what.reason, s, strlen(s));
	/* One way to write it: no blank too many, no small hexadecimal. */
	if (vc_log_format(&entry, again, sizeof again) != JM_OK ||
	    strcmp(again, text) != 0)
		return JM_FORMAT;
	return vc_log_take(log, &entry);
}
