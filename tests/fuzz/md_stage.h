/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What fuzz_minidriver.c makes its calls with and around: two contexts of a
 * host that has handles to one card. */
#ifndef JM_TESTS_FUZZ_MD_STAGE_H
#define JM_TESTS_FUZZ_MD_STAGE_H

#include <stdlib.h>

#include "drivers/minidriver/entry.h"
#include "tests/fuzz/hostile.h"

#define MD_STAGE_HOSTS 2
#define MD_STAGE_NAME  24 /* WCHARs of a made-up name, with its NUL */

struct md_stage;

/* A handle's way to the card: what PC/SC would keep of it. */
struct md_way {
	struct md_stage *s;
	SCARDHANDLE handle;
	jm_err stuck; /* what every command of this transaction is told */
};

struct md_stage {
	struct feed f;
	struct hostile h;
	CARD_DATA *card[MD_STAGE_HOSTS]; /* as long as its version is */
	struct md_way way[MD_STAGE_HOSTS];
	int to_list; /* a signature certificate was registered */
	unsigned verifies, changes;
	unsigned who; /* whose turn it is */
};

void md_stage_begin(struct md_stage *s, const uint8_t *data, size_t size);
void md_stage_end(struct md_stage *s);

/* Acquires anew for the host whose turn it is. */
void md_stage_acquire(struct md_stage *s);
void md_stage_delete(struct md_stage *s);

/* Around every call: its answer is checked, and that it sent no more than this
 * many VERIFYs and, with two, changes.  card is chosen before other arguments:
 * NULL and what is none of ours are among them. */
enum md_pins_sent { NO_PIN, ONE_VERIFY, ONE_CHANGE };
#define DONE(s, pins, call) (md_stage_before(s), md_stage_after(s, pins, call))
void md_stage_before(struct md_stage *s);
DWORD md_stage_after(struct md_stage *s, enum md_pins_sent pins, DWORD code);

/* Arguments; mostly such that make sense.  Memory that is returned is the
 * caller's to free, and not a byte longer than it is said to be. */
CARD_DATA *md_stage_card(struct md_stage *s);
DWORD md_stage_flags(struct md_stage *s);
BYTE md_stage_index(struct md_stage *s);
PIN_ID md_stage_pin_id(struct md_stage *s);
PBYTE md_stage_pin(struct md_stage *s, DWORD *len); /* may be NULL */
PBYTE md_stage_bytes(struct md_stage *s, DWORD *len);
LPWSTR md_stage_name(struct md_stage *s); /* of a property, a user, a hash */
LPSTR md_stage_file(struct md_stage *s);  /* of a file or folder */

/* What the driver handed out: defined, alive, freed here. */
void md_stage_given(DWORD code, void *mem, DWORD len);

/* The card, the reader, other programs, memory and time. */
void md_stage_surprise(struct md_stage *s);

#endif
