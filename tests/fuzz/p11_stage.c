/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/p11_stage.h"

#include <string.h>

#include "base/conf.h"
#include "base/os.h"
#include "tests/fuzz/ckr.h"
#include "tests/fuzz/clock.h"
#include "tests/pkcs11/all_functions.h"

/* No file is read: the configuration is the input's. */
static struct jm_conf conf;

void __wrap_jm_conf_load(struct jm_conf *out, struct jm_conf_fault *fault);
void
__wrap_jm_conf_load(struct jm_conf *out, struct jm_conf_fault *fault)
{
	*out = conf;
	if (fault != NULL)
		memset(fault, 0, sizeof *fault);
}

static void
choose_conf(struct p11_stage *s)
{
	const unsigned how = feed_u8(&s->f);

	conf = jm_conf_default;
	conf.log = JM_LOG_NONE;
	conf.cache = 0;
	if ((how & 3) == 1)
		conf.consent = JM_CONSENT_SESSION;
	if ((how & 3) == 2)
		conf.consent = JM_CONSENT_CONTEXT;
	if ((how & 4) != 0)
		conf.login = JM_LOGIN_HOLD;
	conf.raw = (how & 8) != 0;
	conf.sha1 = (how & 16) == 0;
	conf.ca_certificates = (how & 32) == 0;
	conf.rng = (how & 64) != 0;
	if ((how & 128) != 0)
		conf.idle_s = 0;
	s->holds = conf.login == JM_LOGIN_HOLD;
}

/* --- the card in its reader ----------------------------------------------- */

static int
in_reader_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	static uint8_t reply[VC_REPLY_MAX];
	struct hostile *h = self;
	const size_t room = *rsp_len;
	size_t n = sizeof reply;

	/* Loss and reset are the reader's part (surprise).  A card that gives
	 * no answer here is told to be gone, so it has no power any more. */
	if (hostile_send(h, cmd, cmd_len, reply, &n) != FATE_ANSWERED) {
		vc_power(h->card, 0);
		h->gone = 1;
		return 1;
	}
	*rsp_len = n < room ? n : room;
	memcpy(rsp, reply, *rsp_len);
	return 0;
}

static void
in_reader_power(void *self, int on)
{
	struct hostile *h = self;

	vc_power(h->card, on);
	h->gone = !on;
}

static void
in_reader_reset(void *self)
{
	hostile_reset(self);
}

static size_t
in_reader_atr(void *self, uint8_t out[33])
{
	struct hostile *h = self;

	return hostile_link(h).ops->atr(h, out);
}

static void
put(struct p11_stage *s)
{
	const struct vs_card card = { &s->h, in_reader_transmit,
		in_reader_power, in_reader_reset, in_reader_atr };

	vs_insert(s->reader, card);
	s->in = 1;
}

/* --- life ----------------------------------------------------------------- */

void
p11_stage_initialize(struct p11_stage *s)
{
	static const CK_FLAGS flags[] = { CKF_OS_LOCKING_OK, 0,
		CKF_LIBRARY_CANT_CREATE_OS_THREADS };
	CK_C_INITIALIZE_ARGS args = { .flags = flags[feed_below(&s->f, 3)] };

	(void)DONE(s, 0,
	    s->p11->C_Initialize(feed_below(&s->f, 2) == 0 ? NULL : &args));
}

void
p11_stage_begin(struct p11_stage *s, const uint8_t *data, size_t size)
{
	CK_INTERFACE *i;

	memset(s, 0, sizeof *s);
	s->f = (struct feed){ data, size };
	clock_ahead = 0;
	MUST(C_GetFunctionList(&s->p11) == CKR_OK);
	MUST(C_GetInterface(NULL, NULL, &i, 0) == CKR_OK);
	s->p11_3 = i->pFunctionList;
	vs_clear();
	choose_conf(s);
	hostile_open(&s->h, &s->f);
	s->reader = vs_plug("Reader of the input 00 00");
	put(s);
	p11_stage_initialize(s);
}

void
p11_stage_end(struct p11_stage *s)
{
	CK_RV rv = DONE(s, 0, s->p11->C_Finalize(NULL));

	MUST(rv == CKR_OK || rv == CKR_CRYPTOKI_NOT_INITIALIZED);
	MUST(vs_contexts() == 0 && vs_handles() == 0);
	MUST(vs_counted(s->reader).outside == 0);
	MUST(!hostile_verified(&s->h));
	vs_remove(s->reader);
	vs_clear();
	hostile_close(&s->h);
}

void
p11_stage_before(struct p11_stage *s)
{
	s->verifies = s->h.verifies;
}

CK_RV
p11_stage_after(struct p11_stage *s, unsigned verifies, CK_RV rv)
{
	MUST(ckr_known(rv));
	MUST(s->h.verifies - s->verifies <= verifies);
	MUST(s->holds || !hostile_verified(&s->h));
	return rv;
}

/* --- arguments ------------------------------------------------------------ */

CK_SLOT_ID
p11_stage_slot(struct p11_stage *s)
{
	const unsigned n = feed_u8(&s->f);

	return n < 240 ? n & 1 : n < 250 ? n & 7 : (CK_SLOT_ID)-1;
}

CK_SESSION_HANDLE
p11_stage_session(struct p11_stage *s)
{
	const unsigned n = feed_u8(&s->f);

	if (n < 248)
		return s->session[n % P11_STAGE_SESSIONS];
	return n == 255 ? (CK_SESSION_HANDLE)-1 : n & 7;
}

CK_OBJECT_HANDLE
p11_stage_object(struct p11_stage *s)
{
	const unsigned n = feed_u8(&s->f);

	if (n < 240)
		return s->object[n % P11_STAGE_OBJECTS];
	return n == 255 ? (CK_OBJECT_HANDLE)-1 : n & 15;
}

CK_MECHANISM
p11_stage_mechanism(struct p11_stage *s)
{
	static const CK_MECHANISM_TYPE types[] = { CKM_RSA_PKCS,
		CKM_SHA256_RSA_PKCS, CKM_SHA1_RSA_PKCS, CKM_SHA384_RSA_PKCS,
		CKM_SHA512_RSA_PKCS, CKM_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS_PSS,
		CKM_SHA256, CKM_SHA_1, CKM_SHA384, CKM_SHA512, CKM_RSA_X_509 };
	static CK_RSA_PKCS_PSS_PARAMS pss;
	CK_MECHANISM m = { .mechanism =
			       types[feed_below(&s->f, NELEM(types))] };
	const unsigned how = feed_u8(&s->f);

	pss = (CK_RSA_PKCS_PSS_PARAMS){ CKM_SHA256, CKG_MGF1_SHA256, 32 };
	if ((how & 2) != 0)
		pss.hashAlg = CKM_SHA_1;
	if ((how & 4) != 0)
		pss.sLen = how;
	if (m.mechanism == CKM_RSA_PKCS_PSS ||
	    m.mechanism == CKM_SHA256_RSA_PKCS_PSS || (how & 8) != 0) {
		m.pParameter = (how & 16) != 0 ? NULL : &pss;
		m.ulParameterLen = (how & 32) != 0 ? how : sizeof pss;
	}
	return m;
}

static CK_BYTE *
copy(const uint8_t *p, size_t len)
{
	CK_BYTE *mem = malloc(len > 0 ? len : 1);

	MUST(mem != NULL);
	memcpy(mem, p, len);
	return mem;
}

CK_BYTE *
p11_stage_pin(struct p11_stage *s, size_t *len)
{
	const uint8_t *p = feed_pin(&s->f, len);

	return copy(p, *len);
}

CK_BYTE *
p11_stage_data(struct p11_stage *s, size_t *len)
{
	static const uint8_t info[51] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09,
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
		0x00, 0x04, 0x20 };
	const unsigned how = feed_below(&s->f, 4);
	const uint8_t *p = info;

	*len = how == 0 ? sizeof info : 32;
	if (how > 1)
		p = feed_string(&s->f, len);
	return copy(p, *len);
}

struct p11_room
p11_stage_room(struct p11_stage *s)
{
	static const CK_ULONG caps[] = { 256, 0, 1, 20, 32, 64, 255, 512 };
	const unsigned how = feed_u8(&s->f);
	struct p11_room room = { .cap = caps[how & 7] };

	room.len = room.cap;
	if (how < 240)
		room.mem = malloc(room.cap > 0 ? room.cap : 1);
	return room;
}

CK_ATTRIBUTE *
p11_stage_template(struct p11_stage *s, CK_ULONG *count)
{
	static const CK_ATTRIBUTE_TYPE types[] = { CKA_CLASS, CKA_ID, CKA_LABEL,
		CKA_TOKEN, CKA_PRIVATE, CKA_VALUE, CKA_SUBJECT, CKA_ISSUER,
		CKA_SERIAL_NUMBER, CKA_MODULUS, CKA_PUBLIC_EXPONENT,
		CKA_MODULUS_BITS, CKA_KEY_TYPE, CKA_SIGN, CKA_CERTIFICATE_TYPE,
		CKA_START_DATE, CKA_END_DATE, CKA_ALWAYS_AUTHENTICATE,
		CKA_ALLOWED_MECHANISMS, CKA_PRIVATE_EXPONENT, CKA_CHECK_VALUE };
	static const CK_ULONG rooms[] = { 0, 1, 4, 8, 16, 256, 3000,
		(CK_ULONG)-1 };
	CK_ATTRIBUTE *tmpl = calloc(P11_STAGE_TEMPLATE, sizeof *tmpl);

	MUST(tmpl != NULL);
	*count = feed_below(&s->f, P11_STAGE_TEMPLATE + 1);
	for (CK_ULONG i = 0; i < *count; i++) {
		const unsigned type = feed_u8(&s->f), how = feed_u8(&s->f);
		const CK_ULONG room = rooms[how & 7];
		size_t len;

		tmpl[i].type = type < 240 ? types[type % NELEM(types)] : type;
		if ((how & 8) != 0) { /* a value to look for */
			const uint8_t *p = feed_string(&s->f, &len);

			tmpl[i].pValue = copy(p, len);
			tmpl[i].ulValueLen = len;
			continue;
		}
		tmpl[i].ulValueLen = room;
		if ((how & 16) == 0 && room < 4096)
			tmpl[i].pValue = calloc(room > 0 ? room : 1, 1);
	}
	return tmpl;
}

void
p11_stage_template_free(CK_ATTRIBUTE *tmpl, CK_ULONG count)
{
	for (CK_ULONG i = 0; i < count; i++)
		free(tmpl[i].pValue);
	free(tmpl);
}

void
p11_stage_found(struct p11_stage *s, CK_OBJECT_HANDLE o)
{
	MUST(o != CK_INVALID_HANDLE);
	s->object[s->objects++ % P11_STAGE_OBJECTS] = o;
}

void
p11_stage_signed(struct p11_stage *s, CK_RV rv, const struct p11_room *room)
{
	if (rv != CKR_OK || room->mem == NULL)
		return;
	MUST(room->len <= sizeof s->last);
	memcpy(s->last, room->mem, room->len);
	s->last_len = room->len;
}

/* --- whatever ------------------------------------------------------------- */

enum needs { NOTHING, SESSION, UNSUPPORTED };

void
p11_stage_any(struct p11_stage *stage)
{
	static CK_BYTE bytes[64] = "1234";
	CK_ULONG len = 1;
	CK_MECHANISM mech = { .mechanism = CKM_RSA_PKCS };
	CK_ATTRIBUTE attr = { .type = CKA_CLASS };
	CK_OBJECT_HANDLE object;
	CK_SLOT_ID slot;
	CK_SLOT_INFO slot_info;
	CK_TOKEN_INFO token_info;
	CK_SESSION_INFO session_info;
	CK_MECHANISM_INFO mech_info;
	CK_MECHANISM_TYPE type;
	CK_INFO info;
	CK_SESSION_HANDLE opened;
	const unsigned i = feed_u8(&stage->f);
	const CK_SESSION_HANDLE s = p11_stage_session(stage);
	unsigned at = 0;

	memset(bytes, 0, sizeof bytes);
	memcpy(bytes, "1234", 4);
#define LIST_2_40(f) stage->p11->f
#define LIST_3_0(f)  stage->p11_3->f
#define X(f, needs, answer, args)                                              \
	if (i == at++)                                                         \
		(void)DONE(stage, 1, f args);
	ALL_FUNCTIONS(X, LIST_2_40, LIST_3_0)
#undef X
}

/* The reader's part of what goes wrong. */
static void
arm_reader(struct p11_stage *s)
{
	/* A card that leaves does so by itself (HARM_GONE_): its power is off
	 * then. */
	static const enum vs_fault faults[] = { VS_RESET_BEFORE, VS_LOST_BEFORE,
		VS_LOST_AFTER };
	const unsigned nth = 1 + feed_below(&s->f, 32);
	const unsigned fault = feed_below(&s->f, NELEM(faults));

	vs_fault_at(s->reader, nth, faults[fault], NULL, 0);
}

/* What pcscd does to a card when it ends, and to one it cannot talk to. */
static void
lose_power(struct p11_stage *s)
{
	if (!s->in || s->h.gone)
		return;
	vc_power(s->h.card, 0);
	vc_power(s->h.card, 1);
}

void
p11_stage_surprise(struct p11_stage *s)
{
	switch (feed_below(&s->f, 16)) {
	case 0: vs_other_reset(s->reader); break;
	case 1: hostile_file(&s->h, &s->f); break;
	case 2: clock_ahead += 1000u << feed_below(&s->f, 16); break;
	case 3:
		vs_remove(s->reader);
		s->in = 0;
		break;
	case 4:
		if (s->in)
			vs_remove(s->reader);
		put(s);
		break;
	case 5: vs_other_exclusive(s->reader, (int)feed_below(&s->f, 2)); break;
	case 6:
		vs_service(0);
		lose_power(s);
		if (feed_below(&s->f, 2) == 0)
			vs_service(1);
		break;
	case 7:
		vs_service(1);
		lose_power(s);
		break;
	case 8:
		vs_mute(s->reader, (int)feed_below(&s->f, 2));
		lose_power(s);
		break;
	case 9: (void)vs_plug("Another reader 00 00"); break;
	case 10: vs_unplug(vs_plug("Another reader 00 00")); break;
	case 11:
	case 12: arm_reader(s); break;
	case 13: hostile_atr(&s->h, &s->f); break;
	default: hostile_arm(&s->h, &s->f); break;
	}
}
