/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program of PKCS#11 calls and the card, the reader and the clock around it,
 * all of the input's choice.  Every answer is one of the standard's; output
 * stays within the room that was given (it is allocated to the byte); a call
 * sends one VERIFY at most, and only where a PIN was given or is held; nobody
 * stays verified on the card but in a login that holds the transaction.
 */
#include "tests/fuzz/p11_stage.h"

const char fuzz_name[] = "p11";

/* --- calls that other calls build on -------------------------------------- */

static void
call_slots(struct p11_stage *s)
{
	CK_SLOT_ID list[VS_READERS * 4];
	CK_ULONG n = feed_below(&s->f, NELEM(list) + 1);
	const CK_ULONG room = n;
	const int ask = feed_below(&s->f, 4) == 0;
	CK_RV rv = DONE(s, 0,
	    s->p11->C_GetSlotList(
		feed_below(&s->f, 2) == 0 ? CK_FALSE : CK_TRUE,
		ask ? NULL : list, &n));

	MUST(rv != CKR_OK || ask || n <= room);
	MUST(rv != CKR_BUFFER_TOO_SMALL || n > room);
}

static void
call_info(struct p11_stage *s)
{
	const CK_SLOT_ID id = p11_stage_slot(s);
	CK_MECHANISM_TYPE list[32];
	CK_MECHANISM_INFO mech;
	CK_ULONG n = feed_below(&s->f, NELEM(list) + 1);
	const CK_ULONG room = n;
	CK_SESSION_INFO session;
	CK_SLOT_INFO slot;
	CK_TOKEN_INFO token;
	CK_RV rv;

	switch (feed_below(&s->f, 5)) {
	case 0: (void)DONE(s, 0, s->p11->C_GetSlotInfo(id, &slot)); break;
	case 1: (void)DONE(s, 0, s->p11->C_GetTokenInfo(id, &token)); break;
	case 2:
		rv = DONE(s, 0, s->p11->C_GetMechanismList(id, list, &n));
		MUST(rv != CKR_OK || n <= room);
		break;
	case 3:
		(void)DONE(s, 0,
		    s->p11->C_GetMechanismInfo(
			id, p11_stage_mechanism(s).mechanism, &mech));
		break;
	default:
		(void)DONE(s, 0,
		    s->p11->C_GetSessionInfo(p11_stage_session(s), &session));
		break;
	}
}

static void
call_open(struct p11_stage *s)
{
	static const CK_FLAGS flags[] = { CKF_SERIAL_SESSION,
		CKF_SERIAL_SESSION | CKF_RW_SESSION, 0, CKF_RW_SESSION };
	CK_SESSION_HANDLE h = CK_INVALID_HANDLE;
	const unsigned how = feed_u8(&s->f);
	CK_RV rv = DONE(s, 0,
	    s->p11->C_OpenSession(p11_stage_slot(s),
		flags[how < 200 ? how & 1 : how & 3], NULL, NULL, &h));

	if (rv == CKR_OK) {
		MUST(h != CK_INVALID_HANDLE);
		s->session[s->sessions++ % P11_STAGE_SESSIONS] = h;
	}
}

static void
call_close(struct p11_stage *s)
{
	switch (feed_below(&s->f, 6)) {
	case 0:
		(void)DONE(s, 0, s->p11->C_CloseAllSessions(p11_stage_slot(s)));
		break;
	case 1:
		(void)DONE(s, 0, s->p11->C_Finalize(NULL));
		p11_stage_initialize(s);
		break;
	case 2:
		(void)DONE(s, 0,
		    s->p11_3->C_SessionCancel(
			p11_stage_session(s), feed_u16(&s->f)));
		break;
	default:
		(void)DONE(s, 0, s->p11->C_CloseSession(p11_stage_session(s)));
		break;
	}
}

static void
call_login(struct p11_stage *s)
{
	static const CK_USER_TYPE types[] = { CKU_USER, CKU_CONTEXT_SPECIFIC,
		CKU_SO, 77 };
	const CK_SESSION_HANDLE h = p11_stage_session(s);
	const unsigned how = feed_u8(&s->f);
	const CK_USER_TYPE type = types[how < 192 ? how >> 7 : how & 3];
	size_t len;
	CK_BYTE *pin = p11_stage_pin(s, &len);

	if ((how & 4) == 0)
		(void)DONE(s, 1,
		    s->p11->C_Login(
			h, type, (how & 24) == 24 ? NULL : pin, len));
	else
		(void)DONE(
		    s, 1, s->p11_3->C_LoginUser(h, type, pin, len, NULL, 0));
	free(pin);
}

static void
call_set_pin(struct p11_stage *s)
{
	const CK_SESSION_HANDLE h = p11_stage_session(s);
	size_t old_len, new_len;
	CK_BYTE *old_pin = p11_stage_pin(s, &old_len);
	CK_BYTE *new_pin = p11_stage_pin(s, &new_len);

	(void)DONE(
	    s, 1, s->p11->C_SetPIN(h, old_pin, old_len, new_pin, new_len));
	free(old_pin);
	free(new_pin);
}

/* --- objects -------------------------------------------------------------- */

static void
call_find(struct p11_stage *s)
{
	const CK_SESSION_HANDLE h = p11_stage_session(s);
	CK_OBJECT_HANDLE found[8];
	CK_ULONG n = 0, room, count;
	CK_ATTRIBUTE *tmpl;
	CK_RV rv;

	switch (feed_below(&s->f, 4)) {
	case 0:
		tmpl = p11_stage_template(s, &count);
		(void)DONE(s, 0, s->p11->C_FindObjectsInit(h, tmpl, count));
		p11_stage_template_free(tmpl, count);
		break;
	case 1: (void)DONE(s, 0, s->p11->C_FindObjectsFinal(h)); break;
	case 2:
		room = feed_below(&s->f, NELEM(found) + 1);
		rv = DONE(s, 0, s->p11->C_FindObjects(h, found, room, &n));
		if (rv != CKR_OK)
			break;
		MUST(n <= room);
		for (CK_ULONG i = 0; i < n; i++)
			p11_stage_found(s, found[i]);
		break;
	default: /* all there is */
		(void)DONE(s, 0, s->p11->C_FindObjectsInit(h, NULL, 0));
		rv = DONE(
		    s, 0, s->p11->C_FindObjects(h, found, NELEM(found), &n));
		for (CK_ULONG i = 0; rv == CKR_OK && i < n; i++)
			p11_stage_found(s, found[i]);
		(void)DONE(s, 0, s->p11->C_FindObjectsFinal(h));
		break;
	}
}

static void
call_attributes(struct p11_stage *s)
{
	const CK_SESSION_HANDLE h = p11_stage_session(s);
	const CK_OBJECT_HANDLE o = p11_stage_object(s);
	CK_ULONG count, room[P11_STAGE_TEMPLATE];
	CK_ATTRIBUTE *tmpl = p11_stage_template(s, &count);
	CK_RV rv;

	for (CK_ULONG i = 0; i < count; i++)
		room[i] = tmpl[i].pValue == NULL ? 0 : tmpl[i].ulValueLen;
	rv = DONE(s, 0, s->p11->C_GetAttributeValue(h, o, tmpl, count));
	for (CK_ULONG i = 0; rv == CKR_OK && i < count; i++)
		MUST(tmpl[i].pValue == NULL ? tmpl[i].ulValueLen <= 65536
					    : tmpl[i].ulValueLen <= room[i]);
	/* the lengths are the module's now, the memory is ours */
	p11_stage_template_free(tmpl, count);
}

/* --- operations ----------------------------------------------------------- */

static void
call_init(struct p11_stage *s)
{
	const CK_SESSION_HANDLE h = p11_stage_session(s);
	CK_MECHANISM m = p11_stage_mechanism(s);
	const CK_OBJECT_HANDLE o = p11_stage_object(s);

	switch (feed_below(&s->f, 5)) {
	case 0: (void)DONE(s, 0, s->p11->C_VerifyInit(h, &m, o)); break;
	case 1: (void)DONE(s, 0, s->p11->C_DigestInit(h, &m)); break;
	case 2: (void)DONE(s, 0, s->p11->C_SignInit(h, NULL, o)); break;
	default: (void)DONE(s, 0, s->p11->C_SignInit(h, &m, o)); break;
	}
}

/* The room for output and what became of it. */
static void
check_output(CK_RV rv, const struct p11_room *room)
{
	MUST(rv != CKR_OK || room->len <= 65536);
	MUST(rv != CKR_OK || room->mem == NULL || room->len <= room->cap);
	MUST(rv != CKR_BUFFER_TOO_SMALL || room->len > room->cap);
}

static void
call_whole(struct p11_stage *s)
{
	const CK_SESSION_HANDLE h = p11_stage_session(s);
	struct p11_room room = p11_stage_room(s);
	size_t len;
	CK_BYTE *data = p11_stage_data(s, &len);
	CK_RV rv;

	switch (feed_below(&s->f, 4)) {
	case 0:
		rv = DONE(
		    s, 0, s->p11->C_Digest(h, data, len, room.mem, &room.len));
		check_output(rv, &room);
		break;
	case 1:
		(void)DONE(
		    s, 0, s->p11->C_Verify(h, data, len, s->last, s->last_len));
		break;
	default:
		rv = DONE(
		    s, 1, s->p11->C_Sign(h, data, len, room.mem, &room.len));
		check_output(rv, &room);
		p11_stage_signed(s, rv, &room);
		break;
	}
	free(data);
	free(room.mem);
}

static void
call_parts(struct p11_stage *s)
{
	const CK_SESSION_HANDLE h = p11_stage_session(s);
	struct p11_room room = p11_stage_room(s);
	size_t len;
	CK_BYTE *data = p11_stage_data(s, &len);
	CK_RV rv;

	switch (feed_below(&s->f, 6)) {
	case 0: (void)DONE(s, 0, s->p11->C_SignUpdate(h, data, len)); break;
	case 1: (void)DONE(s, 0, s->p11->C_VerifyUpdate(h, data, len)); break;
	case 2: (void)DONE(s, 0, s->p11->C_DigestUpdate(h, data, len)); break;
	case 3:
		(void)DONE(
		    s, 0, s->p11->C_VerifyFinal(h, s->last, s->last_len));
		break;
	case 4:
		rv = DONE(s, 0, s->p11->C_DigestFinal(h, room.mem, &room.len));
		check_output(rv, &room);
		break;
	default:
		rv = DONE(s, 1, s->p11->C_SignFinal(h, room.mem, &room.len));
		check_output(rv, &room);
		p11_stage_signed(s, rv, &room);
		break;
	}
	free(data);
	free(room.mem);
}

/* The usual way to a signature in one step, so that inputs get there. */
static void
call_sign_simply(struct p11_stage *s)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE tmpl = { CKA_CLASS, &class, sizeof class };
	const CK_SESSION_HANDLE h = p11_stage_session(s);
	CK_MECHANISM m = { .mechanism = CKM_SHA256_RSA_PKCS };
	CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
	CK_BYTE sig[256];
	CK_ULONG n = 0, len = sizeof sig;
	CK_RV rv;

	(void)DONE(s, 0, s->p11->C_FindObjectsInit(h, &tmpl, 1));
	(void)DONE(s, 0, s->p11->C_FindObjects(h, &key, 1, &n));
	(void)DONE(s, 0, s->p11->C_FindObjectsFinal(h));
	(void)DONE(s, 0, s->p11->C_SignInit(h, &m, key));
	rv = DONE(s, 1, s->p11->C_Sign(h, sig, 10, sig, &len));
	MUST(rv != CKR_OK || len == sizeof sig);
	MUST(rv != CKR_OK || n == 1);
}

/* --- the program ---------------------------------------------------------- */

static void
step(struct p11_stage *s)
{
	switch (feed_below(&s->f, 20)) {
	case 0: call_slots(s); break;
	case 1: call_info(s); break;
	case 2:
	case 3: call_open(s); break;
	case 4: call_close(s); break;
	case 5:
	case 6: call_login(s); break;
	case 7: (void)DONE(s, 0, s->p11->C_Logout(p11_stage_session(s))); break;
	case 8: call_set_pin(s); break;
	case 9:
	case 10: call_find(s); break;
	case 11: call_attributes(s); break;
	case 12:
	case 13: call_init(s); break;
	case 14: call_whole(s); break;
	case 15: call_parts(s); break;
	case 16: call_sign_simply(s); break;
	case 17: p11_stage_any(s); break;
	default: p11_stage_surprise(s); break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct p11_stage s;

	p11_stage_begin(&s, data, size);
	for (unsigned steps = 0; s.f.left > 0 && steps < 200; steps++)
		step(&s);
	p11_stage_end(&s);
	return 0;
}
