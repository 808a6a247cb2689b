/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the host may ask of the card as a whole, in one table.  Nothing of it
 * needs the card: it is what the token knows.
 */
#include <string.h>

#include "base/wbuf.h"
#include "drivers/minidriver/containers.h"
#include "drivers/minidriver/entry.h"
#include "drivers/minidriver/md_err.h"
#include "drivers/minidriver/names.h"

#define VALUE_MAX 64 /* bytes of any value */

/* --- values --------------------------------------------------------------- */

/* flags are the host's: 0, or what the property says. */

static DWORD
get_free_space(struct md_ctx *c, DWORD flags, struct jm_wbuf *w)
{
	(void)c, (void)flags;
	jm_put_le32(w, CARD_FREE_SPACE_INFO_VERSION);
	jm_put_le32(w, 0); /* bytes */
	jm_put_le32(w, 0); /* containers */
	jm_put_le32(w, MD_CONTAINERS);
	return ERROR_SUCCESS;
}

static DWORD
get_capabilities(struct md_ctx *c, DWORD flags, struct jm_wbuf *w)
{
	(void)c, (void)flags;
	jm_put_le32(w, CARD_CAPABILITIES_VERSION);
	jm_put_le32(w, TRUE);  /* certificates are as they are (files.c) */
	jm_put_le32(w, FALSE); /* no keys are made */
	return ERROR_SUCCESS;
}

/* Is it the spec of such a key?  Both of RSA's are: what a container has is a
 * matter of its purpose. */
static int
fits_spec(const struct jm_token *t, enum jm_pair pair, DWORD spec)
{
	if (!jm_token_has(t, pair))
		return 0;
	if (jm_token_key_alg(t, pair) == JM_KEY_RSA)
		return spec == MD_AT_KEYEXCHANGE || spec == MD_AT_SIGNATURE;
	return (spec == MD_AT_ECDSA_P256 &&
		   jm_token_key_bits(t, pair) == 256) ||
	       (spec == MD_AT_ECDSA_P384 && jm_token_key_bits(t, pair) == 384);
}

static DWORD
get_key_sizes(struct md_ctx *c, DWORD spec, struct jm_wbuf *w)
{
	/* Of two keys the one that has the spec: containers.c. */
	enum jm_pair pair =
	    spec == MD_AT_SIGNATURE ? JM_PAIR_SIGN : JM_PAIR_AUTH;
	unsigned bits;

	if (!fits_spec(c->token, pair, spec))
		pair = pair == JM_PAIR_AUTH ? JM_PAIR_SIGN : JM_PAIR_AUTH;
	if (!fits_spec(c->token, pair, spec))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	bits = jm_token_key_bits(c->token, pair);
	jm_put_le32(w, CARD_KEY_SIZES_VERSION);
	jm_put_le32(w, bits); /* least */
	jm_put_le32(w, bits); /* usual */
	jm_put_le32(w, bits); /* most */
	jm_put_le32(w, 0);    /* step */
	return ERROR_SUCCESS;
}

static DWORD
get_true(struct md_ctx *c, DWORD flags, struct jm_wbuf *w)
{
	(void)c, (void)flags;
	jm_put_le32(w, TRUE);
	return ERROR_SUCCESS;
}

static DWORD
get_zero(struct md_ctx *c, DWORD flags, struct jm_wbuf *w)
{
	(void)c, (void)flags;
	jm_put_le32(w, 0);
	return ERROR_SUCCESS;
}

/* None: the signature container comes and goes with its registration. */
static DWORD
get_cache_mode(struct md_ctx *c, DWORD flags, struct jm_wbuf *w)
{
	(void)c, (void)flags;
	jm_put_le32(w, MD_CACHE_NONE);
	return ERROR_SUCCESS;
}

static DWORD
get_card_id(struct md_ctx *c, DWORD flags, struct jm_wbuf *w)
{
	(void)flags;
	jm_put(w, c->id, sizeof c->id);
	return ERROR_SUCCESS;
}

static DWORD
get_pin_list(struct md_ctx *c, DWORD flags, struct jm_wbuf *w)
{
	(void)flags;
	jm_put_le32(w, md_pins(c));
	return ERROR_SUCCESS;
}

static DWORD
get_authenticated(struct md_ctx *c, DWORD flags, struct jm_wbuf *w)
{
	(void)flags;
	jm_put_le32(w, md_pins_verified(c));
	return ERROR_SUCCESS;
}

/*
 * How long the host may keep a PIN and send it again.  The authentication PIN:
 * as long as the process lives.  The signature PIN: not at all where each
 * signature needs its holder's consent, else as long as a held PIN lives by
 * jumin.conf.
 */
static void
put_cache_policy(const struct md_ctx *c, enum jm_pin_id pin, struct jm_wbuf *w)
{
	enum md_pin_cache type = MD_PIN_CACHE_NORMAL;
	unsigned seconds = 0;

	if (pin == JM_PIN_SIGN && c->conf.consent != JM_CONSENT_SESSION) {
		type = MD_PIN_CACHE_ALWAYS_PROMPT;
	} else if (pin == JM_PIN_SIGN && c->conf.idle_s > 0) {
		type = MD_PIN_CACHE_TIMED;
		seconds = c->conf.idle_s;
	}
	jm_put_le32(w, PIN_CACHE_POLICY_VERSION);
	jm_put_le32(w, type);
	jm_put_le32(w, seconds);
}

static DWORD
get_pin_info(struct md_ctx *c, DWORD id, struct jm_wbuf *w)
{
	enum jm_pin_id pin;

	if (!md_pin_of(c, id, &pin))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	jm_put_le32(w, PIN_INFO_VERSION);
	jm_put_le32(w, MD_SECRET_ALPHANUMERIC);
	jm_put_le32(w, pin == JM_PIN_SIGN ? MD_PURPOSE_DIGITAL_SIGNATURE
					  : MD_PURPOSE_AUTHENTICATION);
	jm_put_le32(w, 1u << id); /* who changes it: who knows it */
	jm_put_le32(w, 0);        /* who unblocks it: the counter alone */
	put_cache_policy(c, pin, w);
	jm_put_le32(w, 0); /* flags */
	return ERROR_SUCCESS;
}

static DWORD
get_pin_strength(struct md_ctx *c, DWORD id, struct jm_wbuf *w)
{
	enum jm_pin_id pin;

	if (!md_pin_of(c, id, &pin))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	jm_put_le32(w, CARD_PIN_STRENGTH_PLAINTEXT);
	return ERROR_SUCCESS;
}

static DWORD
set_window(const BYTE *data, DWORD len)
{
	ULONG_PTR window;

	if (len != sizeof window)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	memcpy(&window, data, sizeof window);
	/* Not kept: this driver shows nothing. */
	return window == 0 || IsWindow((HWND)window)
		   ? ERROR_SUCCESS
		   : (DWORD)SCARD_E_INVALID_PARAMETER;
}

static DWORD
set_nothing(const BYTE *data, DWORD len)
{
	(void)data, (void)len; /* a text for a dialog of which there is none */
	return ERROR_SUCCESS;
}

/* --- the table ------------------------------------------------------------ */

enum takes { NO_FLAGS, A_NUMBER }; /* what dwFlags are for */

static const struct property {
	const char *name;
	DWORD size;
	enum takes takes;
	DWORD (*get)(struct md_ctx *c, DWORD flags, struct jm_wbuf *w);
	DWORD (*set)(const BYTE *data, DWORD len);
	int may_be_null; /* what is set */
} properties[] = {
	{ "Free Space", sizeof(CARD_FREE_SPACE_INFO), NO_FLAGS, get_free_space,
	    NULL, 0 },
	{ "Capabilities", sizeof(CARD_CAPABILITIES), NO_FLAGS, get_capabilities,
	    NULL, 0 },
	{ "Key Sizes", sizeof(CARD_KEY_SIZES), A_NUMBER, get_key_sizes, NULL,
	    0 },
	{ "Read Only Mode", sizeof(BOOL), NO_FLAGS, get_true, NULL, 0 },
	{ "Cache Mode", sizeof(DWORD), NO_FLAGS, get_cache_mode, NULL, 0 },
	{ "Supports Windows x.509 Enrollment", sizeof(BOOL), NO_FLAGS, get_zero,
	    NULL, 0 },
	{ "Card Identifier", MD_CARD_ID_LEN, NO_FLAGS, get_card_id, NULL, 0 },
	{ "PIN Information", sizeof(PIN_INFO), A_NUMBER, get_pin_info, NULL,
	    0 },
	{ "PIN List", sizeof(PIN_SET), NO_FLAGS, get_pin_list, NULL, 0 },
	{ "Authenticated State", sizeof(PIN_SET), NO_FLAGS, get_authenticated,
	    NULL, 0 },
	{ "PIN Strength Verify", sizeof(DWORD), A_NUMBER, get_pin_strength,
	    NULL, 0 },
	{ "PIN Strength Change", sizeof(DWORD), A_NUMBER, get_pin_strength,
	    NULL, 0 },
	{ "PIN Strength Unblock", sizeof(DWORD), A_NUMBER, get_pin_strength,
	    NULL, 0 },
	{ "Key Import Support", sizeof(DWORD), NO_FLAGS, get_zero, NULL, 0 },
	/* Whether the number in EF 0006 is another one on each card is not
	 * publicly known; the identifier above is. */
	{ "Card Serial Number", 0, NO_FLAGS, NULL, NULL, 0 },
	/* Of keys that travel to the card: none do. */
	{ "Algorithms", 0, NO_FLAGS, NULL, NULL, 0 },
	{ "Padding Schemes", 0, NO_FLAGS, NULL, NULL, 0 },
	{ "Chaining Modes", 0, NO_FLAGS, NULL, NULL, 0 },
	{ "Parent Window", 0, NO_FLAGS, NULL, set_window, 0 },
	{ "PIN Context String", 0, NO_FLAGS, NULL, set_nothing, 1 },
};

static const struct property *
find(LPCWSTR name)
{
	for (size_t i = 0; i < NELEM(properties); i++)
		if (md_is_name(name, properties[i].name))
			return &properties[i];
	return NULL;
}

/* The one structure of which the host says beforehand what it takes. */
static DWORD
check_pin_info(const BYTE *data)
{
	DWORD version;

	memcpy(&version, data, sizeof version);
	return version == PIN_INFO_VERSION ? ERROR_SUCCESS
					   : ERROR_REVISION_MISMATCH;
}

static DWORD
get(struct md_ctx *c, const struct property *p, PBYTE data, DWORD size,
    PDWORD len, DWORD flags)
{
	uint8_t mem[VALUE_MAX];
	struct jm_wbuf w;
	size_t n;
	DWORD rc;

	jm_wbuf_init(&w, mem, sizeof mem);
	if ((rc = p->get(c, flags, &w)) != ERROR_SUCCESS)
		return rc;
	if (jm_wbuf_done(&w, &n) != JM_OK || n != p->size)
		return (DWORD)SCARD_E_UNEXPECTED;
	*len = p->size;
	if (size < p->size)
		return ERROR_INSUFFICIENT_BUFFER;
	if (p->get == get_pin_info &&
	    (rc = check_pin_info(data)) != ERROR_SUCCESS)
		return rc;
	memcpy(data, mem, n);
	return ERROR_SUCCESS;
}

DWORD WINAPI
md_get_property(CARD_DATA *card, LPCWSTR name, PBYTE data, DWORD size,
    PDWORD len, DWORD flags)
{
	const struct property *p;
	struct md_ctx *c;
	DWORD rc;

	if (len != NULL)
		*len = 0;
	if (len == NULL || name == NULL || (data == NULL && size != 0) ||
	    !md_is_ours(card) || (p = find(name)) == NULL ||
	    (p->takes == NO_FLAGS && flags != 0))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if (p->get == NULL)
		return (DWORD)SCARD_E_UNSUPPORTED_FEATURE;
	if ((rc = md_enter(card, MD_MEMORY, &c)) != ERROR_SUCCESS)
		return rc;
	return md_leave_code(c, get(c, p, data, size, len, flags));
}

DWORD WINAPI
md_set_property(
    CARD_DATA *card, LPCWSTR name, PBYTE data, DWORD len, DWORD flags)
{
	const struct property *p;

	if (name == NULL || flags != 0 || !md_is_ours(card) ||
	    (p = find(name)) == NULL)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if (p->set == NULL)
		return (DWORD)SCARD_E_UNSUPPORTED_FEATURE;
	if (data == NULL && !p->may_be_null)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	return p->set(data, len);
}

/* --- the same by functions of their own ----------------------------------- */

/* out: size bytes, of which the first four are a version that is ours to set.
 */
static DWORD
query(CARD_DATA *card, LPCWSTR name, DWORD flags, void *out, DWORD size)
{
	DWORD len;

	if (out == NULL)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	memset(out, 0, size);
	return md_get_property(card, name, out, size, &len, flags);
}

DWORD WINAPI
md_query_capabilities(CARD_DATA *card, CARD_CAPABILITIES *out)
{
	return query(card, L"Capabilities", 0, out, sizeof *out);
}

DWORD WINAPI
md_query_free_space(CARD_DATA *card, DWORD flags, CARD_FREE_SPACE_INFO *out)
{
	return query(card, L"Free Space", flags, out, sizeof *out);
}

DWORD WINAPI
md_query_key_sizes(
    CARD_DATA *card, DWORD key_spec, DWORD flags, CARD_KEY_SIZES *out)
{
	if (flags != 0) {
		if (out != NULL)
			memset(out, 0, sizeof *out);
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	}
	return query(card, L"Key Sizes", key_spec, out, sizeof *out);
}
