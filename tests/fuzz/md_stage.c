/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/md_stage.h"

#include <string.h>

#include "base/conf.h"
#include "drivers/minidriver/ctx.h"
#include "drivers/minidriver/sigcache.h"
#include "tests/fuzz/clock.h"
#include "tests/minidriver/md_codes.h"
#include "tests/minidriver/shim.h"
#include "vcard/vc_card.h"

/* --- no files: configuration and what is registered are the input's ------- */

static struct jm_conf conf;
static struct jm_cert registered; /* the card's own, as issued */
static int is_registered;

void __wrap_jm_conf_load(struct jm_conf *out, struct jm_conf_fault *fault);
void
__wrap_jm_conf_load(struct jm_conf *out, struct jm_conf_fault *fault)
{
	*out = conf;
	if (fault != NULL)
		memset(fault, 0, sizeof *fault);
}

jm_err __wrap_md_sigcache_load(
    const uint8_t id[MD_CARD_ID_LEN], struct jm_token *t, struct jm_cert *out);
jm_err
__wrap_md_sigcache_load(
    const uint8_t id[MD_CARD_ID_LEN], struct jm_token *t, struct jm_cert *out)
{
	(void)id, (void)t;
	if (!is_registered)
		return JM_NOT_FOUND;
	*out = registered;
	return JM_OK;
}

jm_err __wrap_md_sigcache_forget(const uint8_t id[MD_CARD_ID_LEN]);
jm_err
__wrap_md_sigcache_forget(const uint8_t id[MD_CARD_ID_LEN])
{
	(void)id;
	is_registered = 0;
	return JM_OK;
}

static void
choose_conf(struct md_stage *s)
{
	const unsigned how = feed_u8(&s->f);

	conf = jm_conf_default;
	conf.log = JM_LOG_NONE;
	conf.cache = 0;
	if ((how & 3) == 1)
		conf.consent = JM_CONSENT_SESSION;
	if ((how & 3) == 2)
		conf.consent = JM_CONSENT_CONTEXT;
	conf.sha1 = (how & 4) == 0;
	conf.raw = (how & 8) != 0;
	if ((how & 16) != 0)
		conf.idle_s = 0;
	if ((how & 96) == 96)
		conf.slots = (how & 128) != 0 ? JM_SLOT_SIGN : JM_SLOT_AUTH;
	is_registered = (how & 128) == 0;
}

/* --- the host's memory ---------------------------------------------------- */

static unsigned live, alloc_in; /* alloc_in: fails, if not 0 and it was one */

static LPVOID WINAPI
csp_alloc(SIZE_T size)
{
	void *p;

	if (alloc_in > 0 && --alloc_in == 0)
		return NULL;
	MUST((p = malloc(size)) != NULL);
	memset(p, 0xa5, size);
	live++;
	return p;
}

static LPVOID WINAPI
csp_realloc(LPVOID mem, SIZE_T size)
{
	(void)mem, (void)size;
	return NULL; /* nobody needs it */
}

static void WINAPI
csp_free(LPVOID mem)
{
	live -= mem != NULL;
	free(mem);
}

void
md_stage_given(DWORD code, void *mem, DWORD len)
{
	volatile uint8_t sum = 0;

	MUST((code == ERROR_SUCCESS) == (mem != NULL));
	MUST(mem != NULL || len == 0);
	for (DWORD i = 0; i < len; i++)
		sum = (uint8_t)(sum ^ ((const uint8_t *)mem)[i]);
	csp_free(mem);
}

/* --- PC/SC ---------------------------------------------------------------- */

static jm_err
way_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	static const jm_err error[] = { [FATE_ANSWERED] = JM_OK,
		[FATE_GONE] = JM_GONE,
		[FATE_RESET] = JM_RESET,
		[FATE_LOST] = JM_LINK };
	static uint8_t reply[VC_REPLY_MAX];
	struct md_way *w = self;
	const size_t room = *rsp_len;
	size_t n = sizeof reply;
	jm_err e;

	*rsp_len = 0;
	if (w->stuck != JM_OK)
		return w->stuck;
	e = error[hostile_send(&w->s->h, cmd, cmd_len, reply, &n)];
	if (e == JM_GONE || e == JM_RESET)
		w->stuck = e;
	if (e == JM_OK && n > room)
		e = JM_SPACE;
	if (e != JM_OK)
		return e;
	memcpy(rsp, reply, n);
	*rsp_len = n;
	return JM_OK;
}

static size_t
way_atr(void *self, uint8_t out[JM_ATR_MAX])
{
	struct md_way *w = self;

	return hostile_link(&w->s->h).ops->atr(&w->s->h, out);
}

static const struct jm_link_ops way_ops = { .transmit = way_transmit,
	.atr = way_atr };

static void
give_handle(struct md_stage *s, unsigned who)
{
	const struct jm_link link = { &way_ops, &s->way[who] };

	s->way[who].s = s;
	shim_drop(s->way[who].handle);
	s->card[who]->hScard = s->way[who].handle = shim_handle(&link);
	MUST(s->card[who]->hScard != 0);
}

/* --- life ----------------------------------------------------------------- */

static const size_t sizes[] = { [4] = offsetof(CARD_DATA, pfnCardDeriveKey),
	[5] = offsetof(CARD_DATA, pfnCardGetChallengeEx),
	[6] = offsetof(CARD_DATA, pfnCspUnpadData),
	[7] = sizeof(CARD_DATA) };

/* Mostly what a host of today asks for. */
static CARD_DATA *
new_card(struct md_stage *s, BYTE *atr, DWORD *version)
{
	static WCHAR name[] = L"Jumin";
	const unsigned how = feed_u8(&s->f);
	CARD_DATA *c;

	*version = how < 128 ? 7 : how & 15;
	MUST((c = calloc(1, sizes[*version < 4   ? 4
				  : *version > 7 ? 7
						 : *version])) != NULL);
	c->dwVersion = *version;
	c->pbAtr = atr;
	c->cbAtr = JM_ATR_MAX;
	c->pwszCardName = name;
	c->pfnCspAlloc = csp_alloc;
	c->pfnCspReAlloc = csp_realloc;
	c->pfnCspFree = csp_free;
	if (how == 0xf0)
		c->pfnCspAlloc = NULL;
	if (how == 0xf1)
		c->cbAtr = 0xffffffff;
	if (how == 0xf2)
		c->pbAtr = NULL;
	return c;
}

void
md_stage_acquire(struct md_stage *s)
{
	static BYTE atr[JM_ATR_MAX];
	CARD_DATA *c;
	DWORD version, code;

	md_stage_delete(s);
	c = s->card[s->who] = new_card(s, atr, &version);
	give_handle(s, s->who);
	if (feed_u8(&s->f) == 0xff)
		c->hScard = 0;
	md_stage_before(s);
	code =
	    CardAcquireContext(c, feed_u8(&s->f) < 250 ? 0 : md_stage_flags(s));
	(void)md_stage_after(s, NO_PIN, code);
	MUST((code == ERROR_SUCCESS) == (c->pvVendorSpecific != NULL));
	MUST(code != ERROR_SUCCESS || version >= 4);
	MUST(code == ERROR_SUCCESS || c->dwVersion == version);
	MUST(version >= 4 || code == ERROR_REVISION_MISMATCH ||
	     code == (DWORD)SCARD_E_INVALID_PARAMETER ||
	     code == (DWORD)SCARD_E_UNSUPPORTED_FEATURE);
}

void
md_stage_delete(struct md_stage *s)
{
	CARD_DATA *c = s->card[s->who];

	if (c == NULL)
		return;
	if (c->pvVendorSpecific != NULL)
		MUST(DONE(s, NO_PIN, md_delete_context(c)) == ERROR_SUCCESS);
	MUST(md_delete_context(c) == (DWORD)SCARD_E_INVALID_PARAMETER);
	shim_drop(s->way[s->who].handle);
	free(c);
	s->card[s->who] = NULL;
}

static void
find_registered(struct hostile *h)
{
	const struct vc_file *file = &h->card->app[1].file[0];

	if (registered.der_len == 0)
		MUST(
		    jm_cert_parse(file->data, file->len, &registered) == JM_OK);
}

void
md_stage_begin(struct md_stage *s, const uint8_t *data, size_t size)
{
	memset(s, 0, sizeof *s);
	s->f = (struct feed){ data, size };
	clock_ahead = 0;
	alloc_in = 0;
	shim_scard_fails(0);
	choose_conf(s);
	hostile_open(&s->h, &s->f);
	find_registered(&s->h);
	for (s->who = 0; s->who < MD_STAGE_HOSTS; s->who++)
		md_stage_acquire(s);
	s->who = 0;
}

void
md_stage_end(struct md_stage *s)
{
	shim_scard_fails(0);
	for (s->who = 0; s->who < MD_STAGE_HOSTS; s->who++)
		md_stage_delete(s);
	MUST(live == 0 && shim_local_live() == 0);
	hostile_close(&s->h);
}

void
md_stage_before(struct md_stage *s)
{
	struct md_way *w = &s->way[s->who];

	/* A host that begins its transaction connects again after a reset. */
	w->stuck = s->h.gone ? JM_GONE : JM_OK;
	s->verifies = s->h.verifies;
	s->changes = s->h.changes;
}

DWORD
md_stage_after(struct md_stage *s, enum md_pins_sent pins, DWORD code)
{
	MUST(md_is_documented(code));
	MUST(s->h.verifies - s->verifies <= (pins != NO_PIN));
	MUST(s->h.changes - s->changes <= (pins == ONE_CHANGE));
	return code;
}

/* --- surprises ------------------------------------------------------------ */

/* Another program with a handle of its own. */
static void
intrude(struct md_stage *s)
{
	static const struct {
		uint8_t len, b[20];
	} commands[] = {
		{ 15, { 0, 0xa4, 4, 0xc, 10, 0xd3, 0x92, 0xf0, 0, 0x26, 1, 0, 0,
			  0, 1 } },
		{ 15, { 0, 0xa4, 4, 0xc, 10, 0xd3, 0x92, 0x10, 0, 0x31, 0, 1, 1,
			  4, 8 } },
		{ 7, { 0, 0xa4, 2, 0xc, 2, 0, 0x18 } },
		{ 7, { 0, 0xa4, 2, 0xc, 2, 0, 0x1b } },
		{ 9, { 0, 0x20, 0, 0x80, 4, '1', '2', '3', '4' } },
		{ 9, { 0, 0x20, 0, 0x80, 4, '9', '9', '9', '9' } },
		{ 11, { 0, 0x20, 0, 0x80, 6, 'A', 'B', 'C', '1', '2', '3' } },
		{ 9, { 0, 0x24, 1, 0x80, 4, '4', '3', '2', '1' } },
	};
	const unsigned i = feed_below(&s->f, NELEM(commands));
	uint8_t reply[512];
	size_t n = sizeof reply;

	if (!s->h.gone)
		(void)!vc_transmit(
		    s->h.card, commands[i].b, commands[i].len, reply, &n);
}

static void
put_card(struct md_stage *s, int in)
{
	vc_power(s->h.card, in);
	s->h.gone = !in;
	s->h.resets++;
}

static void
reader_says(struct md_stage *s)
{
	static const LONG codes[] = { 0, SCARD_W_RESET_CARD,
		SCARD_W_REMOVED_CARD, SCARD_E_INVALID_HANDLE,
		SCARD_F_COMM_ERROR, SCARD_E_NO_SERVICE, SCARD_E_NO_SMARTCARD,
		SCARD_W_UNPOWERED_CARD, SCARD_E_SHARING_VIOLATION,
		SCARD_E_NOT_TRANSACTED, SCARD_E_INSUFFICIENT_BUFFER,
		SCARD_E_NO_MEMORY, (LONG)0x12345678, -1, 6 };

	shim_scard_fails(codes[feed_below(&s->f, NELEM(codes))]);
}

void
md_stage_surprise(struct md_stage *s)
{
	switch (feed_below(&s->f, 12)) {
	case 0: hostile_arm(&s->h, &s->f); break;
	case 1: hostile_file(&s->h, &s->f); break;
	case 2: hostile_atr(&s->h, &s->f); break;
	case 3:
		if (!s->h.gone)
			hostile_reset(&s->h);
		break;
	case 4: put_card(s, 0); break;
	case 5: put_card(s, 1); break;
	case 6: intrude(s); break;
	case 7: give_handle(s, s->who); break;
	case 8: shim_drop(s->way[s->who].handle); break;
	case 9: reader_says(s); break;
	case 10: alloc_in = feed_below(&s->f, 8); break;
	default: clock_ahead += feed_u16(&s->f) * 1000u; break;
	}
}
