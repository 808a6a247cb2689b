/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What fuzz_p11.c makes its calls with and around. */
#ifndef JM_TESTS_FUZZ_P11_STAGE_H
#define JM_TESTS_FUZZ_P11_STAGE_H

#include <stdlib.h>

#include "pkcs11/p11.h"
#include "tests/fuzz/hostile.h"
#include "tests/support/vscard.h"

#define P11_STAGE_SESSIONS 4
#define P11_STAGE_OBJECTS  16
#define P11_STAGE_TEMPLATE 4

struct p11_stage {
	struct feed f;
	struct hostile h;
	CK_FUNCTION_LIST *p11;
	struct p11_functions_3_0 *p11_3;
	unsigned reader; /* the one with the card */
	int in;          /* it is in */
	int holds;       /* a login may hold the transaction */
	CK_SESSION_HANDLE session[P11_STAGE_SESSIONS];
	CK_OBJECT_HANDLE object[P11_STAGE_OBJECTS];
	unsigned sessions, objects, verifies;
	CK_BYTE last[256]; /* signature */
	CK_ULONG last_len;
};

struct p11_room {
	CK_BYTE *mem; /* cap bytes of its own, or NULL: how long is it? */
	CK_ULONG cap, len;
};

void p11_stage_begin(struct p11_stage *s, const uint8_t *data, size_t size);
void p11_stage_end(struct p11_stage *s);
void p11_stage_initialize(struct p11_stage *s);

/* Around every call: its answer is checked, and that it sent no more than this
 * many VERIFYs. */
#define DONE(s, verifies, call)                                                \
	(p11_stage_before(s), p11_stage_after(s, verifies, call))
void p11_stage_before(struct p11_stage *s);
CK_RV p11_stage_after(struct p11_stage *s, unsigned verifies, CK_RV rv);

/* Arguments; mostly such that make sense.  Memory is the caller's to free. */
CK_SLOT_ID p11_stage_slot(struct p11_stage *s);
CK_SESSION_HANDLE p11_stage_session(struct p11_stage *s);
CK_OBJECT_HANDLE p11_stage_object(struct p11_stage *s);
CK_MECHANISM p11_stage_mechanism(struct p11_stage *s);
CK_BYTE *p11_stage_pin(struct p11_stage *s, size_t *len);
CK_BYTE *p11_stage_data(struct p11_stage *s, size_t *len);
struct p11_room p11_stage_room(struct p11_stage *s);
CK_ATTRIBUTE *p11_stage_template(struct p11_stage *s, CK_ULONG *count);
void p11_stage_template_free(CK_ATTRIBUTE *tmpl, CK_ULONG count);

void p11_stage_found(struct p11_stage *s, CK_OBJECT_HANDLE o);
void p11_stage_signed(
    struct p11_stage *s, CK_RV rv, const struct p11_room *room);

/* One call of all_functions.h, whichever. */
void p11_stage_any(struct p11_stage *s);

/* The card, the reader, other programs and time. */
void p11_stage_surprise(struct p11_stage *s);

#endif
