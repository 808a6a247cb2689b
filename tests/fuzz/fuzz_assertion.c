/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The input is what a service is sent.  What parses is written again to the
 * same bytes; accepted is nothing but what this target's key signed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/wbuf.h"
#include "nym/assertion.h"
#include "nym/att.h"
#include "nym/nym.h"
#include "tests/fuzz/fuzz.h"

const char fuzz_name[] = "assertion";

#define SCOPE "web:example.jp"
#define NOW   1767225600u

static const uint8_t challenge[32] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
	31 };
/* That of the corpus' messages (tests/vectors, A1). */
static const uint8_t known_x[32] = { 0xb5, 0xb5, 0x59, 0xd7, 0xf0, 0x36, 0x42,
	0x57, 0x8f, 0x23, 0x35, 0xbe, 0x89, 0xeb, 0x9e, 0xb0, 0x59, 0x6f, 0x75,
	0x0e, 0xb0, 0x64, 0xc6, 0x93, 0xe0, 0xdf, 0x63, 0x0a, 0x38, 0x50, 0xb8,
	0xa4 };

static void
put_number(struct jm_wbuf *w, uint32_t v, unsigned bytes)
{
	jm_put_be16(w, bytes);
	while (bytes-- > 0)
		jm_put_u8(w, v >> (8 * bytes) & 0xff);
}

/* The body from its fields, and the front of the wire. */
static void
write_front(struct jm_wbuf *w, const struct nym_assertion *a)
{
	uint8_t mem[1024];
	struct jm_wbuf b;
	size_t len;

	jm_wbuf_init(&b, mem, sizeof mem);
	nym_put_lp(&b, "NYM1/assert", 11);
	jm_put_u8(&b, 8);
	nym_put_lp(&b, a->scope.p, a->scope.len);
	nym_put_lp(&b, a->challenge.p, a->challenge.len);
	put_number(&b, NYM_USE_ASSERT, 1);
	put_number(&b, a->period, 2);
	put_number(&b, a->epoch, 4);
	nym_put_lp(&b, a->pk, NYM_PK_LEN);
	put_number(&b, a->time, 4);
	nym_put_lp(&b, a->ctx.p, a->ctx.len);
	MUST(jm_wbuf_done(&b, &len) == JM_OK);
	jm_put(w, "NYM1", 4);
	nym_put_lp(w, mem, len);
	nym_put_lp(w, a->sig.p, a->sig.len);
}

static void
check_parsed(const uint8_t *data, size_t size, const struct nym_assertion *a)
{
	static uint8_t again[2048];
	struct nym_stmt s;
	struct jm_wbuf w;
	size_t len;

	jm_wbuf_init(&w, again, sizeof again);
	write_front(&w, a);
	MUST(jm_wbuf_done(&w, &len) == JM_OK);
	MUST(len < size && memcmp(again, data, len) == 0);
	if (a->att_stmt.p != NULL)
		MUST(nym_stmt_parse(a->att_stmt.p, a->att_stmt.len, &s) ==
		     JM_OK);
	if (a->att_stmt.p != NULL &&
	    nym_stmt_build(&s, again, sizeof again, &len) == JM_OK)
		MUST(len == a->att_stmt.len &&
		     memcmp(again, a->att_stmt.p, len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct nym_assertion nothing;
	static const nym_result none;
	const nym_policy p = { .scope = SCOPE, .now = NOW };
	struct nym_assertion a;
	nym_result r;
	int why;

	memset(&a, 0xa5, sizeof a);
	if (nym_wire_parse(data, size, &a) == JM_OK)
		check_parsed(data, size, &a);
	else
		MUST(memcmp(&a, &nothing, sizeof a) == 0);
	why = nym_verify(&p, challenge, sizeof challenge, data, size, &r);
	MUST((why == NYM_MALFORMED) == (a.body.p == NULL));
	if (why != NYM_OK)
		MUST(memcmp(&r, &none, sizeof r) == 0);
	else
		MUST(memcmp(r.x, known_x, sizeof r.x) == 0);
	return 0;
}
