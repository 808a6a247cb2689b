/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A full card (vc_full.h) in one application, and what it would write. */
#ifndef JM_TESTS_SUPPORT_VC_WRITE_H
#define JM_TESTS_SUPPORT_VC_WRITE_H

#include "tests/support/vc_full.h"

struct vc_write {
	struct vc_card *card;
	struct vc_app *app; /* the current one */
	unsigned commits;
	unsigned events;
	struct vc_event event; /* the last */
	unsigned fail_at;      /* the nth commit fails; 0: none */
	const uint8_t *rsp;    /* of the last command */
	size_t len;
};

/* The application of this name is selected. */
void vc_write_open(struct vc_write *w, const char *app);
void vc_write_close(struct vc_write *w);

/* A command in hexadecimal; its status word, or 0 for no reply. */
unsigned vc_write_say(struct vc_write *w, const char *hex);

/* The same with data behind a header of four bytes and, if le, Le 00. */
unsigned vc_write_send(struct vc_write *w, const char *head,
    const uint8_t *data, size_t len, int le);

/* An operator has authorised this operation on the object with this id (0: an
 * empty target), as an authorisation in a channel would have it. */
void vc_write_grant(struct vc_write *w, uint32_t right, unsigned id);

struct vc_file *vc_write_file(struct vc_write *w, unsigned id);
struct vc_staged *vc_write_staged(struct vc_write *w, unsigned id);

#endif
