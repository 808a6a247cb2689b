/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program of OpenSC's kind in process: the distribution's libopensc with the
 * driver linked in (so that sanitizers see it), and a reader of this file's own
 * with a virtual card in it.  libopensc finds both by its configuration, which
 * lies in a folder of this test alone, as does jumin.conf; no service is asked.
 *
 * The reader can be told to fail (struct osc_fault), and it watches: APDUs
 * outside of a transaction, locks that do not pair, VERIFYs.  osc_host_stop
 * fails the test for a fault of that kind.
 */
#ifndef JM_TESTS_OPENSC_OSC_HOST_H
#define JM_TESTS_OPENSC_OSC_HOST_H

#include "drivers/opensc/osc.h"
#include "tests/support/link_vcard.h"

#include <libopensc/pkcs15.h>

/* What happens to one APDU, or lock, of the reader. */
struct osc_fault {
	const char *name;
	const char *reply; /* hex, comes in place of the card's; NULL: none */
	int error;         /* else: SC_ERROR_... of the reader */
	int unsent;        /* 1: the card never gets the command */
	int lasting;       /* 1: so do all that follow */
	int remove, reset; /* the card leaves, or is reset by another program */
};

struct osc_host {
	sc_context_t *ctx;
	sc_card_t *card;       /* NULL: not connected */
	sc_pkcs15_card_t *p15; /* NULL: not bound */
	struct vslot *slot;    /* borrowed */

	/* the reader's */
	sc_reader_t reader;
	struct jm_link way;
	int connected, locked;
	const struct osc_fault *fault;
	unsigned fault_at; /* the APDU that it hits, from 0 */
	int fault_hit;
	int lock_error; /* the lock number lock_at, from 0, fails so */
	unsigned lock_at;
	unsigned lock_resets; /* so many next locks tell of a reset */
	unsigned reset_fails; /* so many next resets do not work */
	/* called before each lock, as another program that was faster */
	void (*between)(struct osc_host *h);
	/* perform_verify; reader.capabilities says whether there is one */
	int (*pinpad)(struct osc_host *h, struct sc_pin_cmd_data *data);

	/* what it saw */
	unsigned apdus, verifies, changes, locks, unlocks, resets, pads;
	unsigned bad_verifies; /* those with a PIN that had no 9000 */
	unsigned lock_calls;
	unsigned verify_at; /* the APDU of the last VERIFY with a PIN, from 0 */
	unsigned misuse; /* APDUs outside of a lock, locks that do not pair */
};

struct osc_how {
	const char *app;     /* NULL: opensc-tool */
	const char *driver;  /* lines of the block card_driver jumin; NULL */
	const char *program; /* the same in the block of app alone; NULL */
	const char *pkcs15;  /* lines of framework pkcs15; NULL */
	const char *jumin;   /* jumin.conf; NULL: an empty one */
	int debug;           /* of the host's log; osc_host_log */
};

/* cmocka group set-up and tear-down: the folder, and what finds it. */
int osc_group_open(void **state);
int osc_group_close(void **state);
const char *osc_group_path(const char *name);

/* A program starts; how may be NULL.  *h need not be initialised. */
void osc_host_start(
    struct osc_host *h, struct vslot *slot, const struct osc_how *how);
/* Ends it: unbinds, disconnects, and fails the test for what was misused. */
void osc_host_stop(struct osc_host *h);

/* Return what libopensc does. */
int osc_host_connect(struct osc_host *h);
int osc_host_bind(struct osc_host *h);
void osc_host_unbind(struct osc_host *h);
void osc_host_disconnect(struct osc_host *h);
/* Both, wanting success. */
void osc_host_ready(struct osc_host *h);

/* APDU number nth from now, from 0, meets this. */
void osc_host_fault(
    struct osc_host *h, unsigned nth, const struct osc_fault *fault);
void osc_host_restart_count(struct osc_host *h);

/* The host's log so far; valid until the next call.  With debug alone. */
const char *osc_host_log(struct osc_host *h);

/* osc_reader.c */
void osc_reader_make(struct osc_host *h);

#endif
