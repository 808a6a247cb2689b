/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The keys of jumin.conf and what each takes. */
#include <string.h>

#include "base/conf_impl.h"

#define IDLE_MAX 86400

/* clang-format off */
const struct jm_conf jm_conf_default = {
	.login = JM_LOGIN_OPERATION,
	.consent = JM_CONSENT_EACH,
	.slots = JM_SLOT_AUTH | JM_SLOT_SIGN | JM_SLOT_NYM,
	.cache = 1,
	.ca_certificates = 1,
	.sha1 = 1,
	.pss = 1,
	.idle_s = 300,
	.log = JM_LOG_WARNING,
};

/* tight: the user's file may not go below that of the system's. */
struct word { const char *text; int value, tight; };
static const struct word logins[] = {
	{ "hold",      JM_LOGIN_HOLD,      0 },
	{ "operation", JM_LOGIN_OPERATION, 1 },
	{ NULL,        0,                  0 }
};
static const struct word consents[] = {
	{ "session", JM_CONSENT_SESSION, 0 },
	{ "context", JM_CONSENT_CONTEXT, 1 },
	{ "each",    JM_CONSENT_EACH,    1 },
	{ NULL,      0,                  0 }
};
static const struct word switches[] = {
	{ "on",  1, 0 },
	{ "off", 0, 1 },
	{ NULL,  0, 0 }
};
static const struct word levels[] = {
	{ "none",    JM_LOG_NONE,    0 },
	{ "error",   JM_LOG_ERROR,   0 },
	{ "warning", JM_LOG_WARNING, 0 },
	{ "debug",   JM_LOG_DEBUG,   0 },
	{ NULL,      0,              0 }
};

enum key {
	LOGIN, CONSENT, SLOTS, CACHE, CA, RNG, RAW, SHA1, PSS, IDLE, IGNORE,
	SCOPE, LOG, LOG_FILE
};
static const struct {
	const char *name;
	const struct word *words; /* NULL: a value of its own form */
	int tightens;             /* the user's file may only do that */
} keys[] = {
	[LOGIN]    = { "login",           logins,   1 },
	[CONSENT]  = { "consent",         consents, 1 },
	[SLOTS]    = { "slots",           NULL,     0 },
	[CACHE]    = { "cache",           switches, 1 },
	[CA]       = { "ca-certificates", switches, 0 },
	[RNG]      = { "rng",             switches, 0 },
	[RAW]      = { "raw",             switches, 1 },
	[SHA1]     = { "sha1",            switches, 0 },
	[PSS]      = { "pss",             switches, 0 },
	[IDLE]     = { "idle",            NULL,     0 },
	[IGNORE]   = { "ignore-reader",   NULL,     0 },
	[SCOPE]    = { "scope",           NULL,     0 },
	[LOG]      = { "log",             levels,   0 },
	[LOG_FILE] = { "log-file",        NULL,     0 },
};
/* clang-format on */

static const struct word *
word_of(const struct word *w, const char *text)
{
	while (w->text != NULL && strcmp(w->text, text) != 0)
		w++;
	return w->text != NULL ? w : NULL;
}

/* What a key with words has now. */
static int
current(const struct jm_conf *c, enum key k)
{
	switch (k) {
	case LOGIN: return (int)c->login;
	case CONSENT: return (int)c->consent;
	case CACHE: return c->cache;
	case CA: return c->ca_certificates;
	case RNG: return c->rng;
	case RAW: return c->raw;
	case SHA1: return c->sha1;
	case PSS: return c->pss;
	case LOG: return (int)c->log;
	case SLOTS:
	case IDLE:
	case IGNORE:
	case SCOPE:
	case LOG_FILE: break;
	}
	return -1;
}

static void
store(struct jm_conf *c, enum key k, int value)
{
	switch (k) {
	case LOGIN: c->login = (enum jm_login)value; break;
	case CONSENT: c->consent = (enum jm_consent)value; break;
	case CACHE: c->cache = value; break;
	case CA: c->ca_certificates = value; break;
	case RNG: c->rng = value; break;
	case RAW: c->raw = value; break;
	case SHA1: c->sha1 = value; break;
	case PSS: c->pss = value; break;
	case LOG: c->log = (enum jm_log_level)value; break;
	case SLOTS:
	case IDLE:
	case IGNORE:
	case SCOPE:
	case LOG_FILE: break;
	}
}

/* How tight is the value that the key has now? */
static int
tightness(const struct jm_conf *c, enum key k)
{
	for (const struct word *w = keys[k].words; w->text != NULL; w++)
		if (w->value == current(c, k))
			return w->tight;
	return 0;
}

static enum jm_conf_why
take_word(
    struct jm_conf *c, struct jm_conf_sets *sets, enum key k, const char *text)
{
	const struct word *w = word_of(keys[k].words, text);

	if (w == NULL)
		return JM_FAULT_VALUE;
	if (keys[k].tightens && !sets->system && (*sets->hard >> k & 1u) != 0 &&
	    w->tight < tightness(c, k))
		return JM_FAULT_LOOSE;
	store(c, k, w->value);
	if (sets->system && keys[k].tightens)
		*sets->hard |= 1u << k;
	return JM_FAULT_NONE;
}

/* Names with blanks or commas between them. */
static enum jm_conf_why
take_slots(struct jm_conf *c, const char *text)
{
	static const struct word names[] = { { "auth", JM_SLOT_AUTH, 0 },
		{ "sign", JM_SLOT_SIGN, 0 }, { "nym", JM_SLOT_NYM, 0 },
		{ NULL, 0, 0 } };
	static const char between[] = " \t,";
	unsigned slots = 0;
	char one[8];

	for (;;) {
		const struct word *w;
		size_t len;

		text += strspn(text, between);
		if ((len = strcspn(text, between)) == 0)
			break;
		if (len >= sizeof one)
			return JM_FAULT_VALUE;
		memcpy(one, text, len);
		one[len] = '\0';
		if ((w = word_of(names, one)) == NULL)
			return JM_FAULT_VALUE;
		slots |= (unsigned)w->value;
		text += len;
	}
	if (slots == 0)
		return JM_FAULT_VALUE;
	c->slots = slots;
	return JM_FAULT_NONE;
}

static enum jm_conf_why
take_idle(struct jm_conf *c, const char *text)
{
	unsigned s = 0;

	if (*text == '\0')
		return JM_FAULT_VALUE;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return JM_FAULT_VALUE;
		s = s * 10 + (unsigned)(*text - '0');
		if (s > IDLE_MAX)
			return JM_FAULT_VALUE;
	}
	c->idle_s = s;
	return JM_FAULT_NONE;
}

static enum jm_conf_why
take_ignore(struct jm_conf *c, const char *text)
{
	const size_t len = strlen(text);

	if (len == 0 || len >= sizeof c->ignore[0] || !conf_is_pattern(text))
		return JM_FAULT_VALUE;
	if (c->ignore_len == JM_CONF_IGNORE_MAX)
		return JM_FAULT_MANY;
	memcpy(c->ignore[c->ignore_len++], text, len + 1);
	return JM_FAULT_NONE;
}

/* Each file has a place of its own, so neither loosens the other. */
static enum jm_conf_why
take_scope(struct jm_conf *c, const struct jm_conf_sets *sets, const char *text)
{
	char *const out = c->scope[sets->system ? 0 : 1];
	const size_t len = strlen(text);

	if (len == 0 || len >= sizeof c->scope[0] || !conf_is_pattern(text))
		return JM_FAULT_VALUE;
	memcpy(out, text, len + 1);
	return JM_FAULT_NONE;
}

static enum jm_conf_why
take_path(struct jm_conf *c, const char *text)
{
	const size_t len = strlen(text);

	if (*text != '/' || text[len - 1] == '/' || len >= sizeof c->log_file)
		return JM_FAULT_VALUE;
	memcpy(c->log_file, text, len + 1);
	return JM_FAULT_NONE;
}

enum jm_conf_why
jm_conf_take(struct jm_conf *conf, struct jm_conf_sets *sets, const char *name,
    const char *value)
{
	enum jm_conf_why f = JM_FAULT_NONE;
	size_t k = 0;

	while (k < NELEM(keys) && strcmp(keys[k].name, name) != 0)
		k++;
	if (k == NELEM(keys))
		return JM_FAULT_KEY;
	if ((sets->here >> k & 1u) != 0 && k != IGNORE)
		return JM_FAULT_TWICE;
	switch ((enum key)k) {
	case SLOTS: f = take_slots(conf, value); break;
	case IDLE: f = take_idle(conf, value); break;
	case IGNORE: f = take_ignore(conf, value); break;
	case SCOPE: f = take_scope(conf, sets, value); break;
	case LOG_FILE: f = take_path(conf, value); break;
	case LOGIN:
	case CONSENT:
	case CACHE:
	case CA:
	case RNG:
	case RAW:
	case SHA1:
	case PSS:
	case LOG: f = take_word(conf, sets, (enum key)k, value); break;
	}
	if (f == JM_FAULT_NONE)
		sets->here |= 1u << k;
	return f;
}
