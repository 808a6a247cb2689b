/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the winscard.dll of the tests and pcsc-bridge say to each other over a
 * connection on the loopback address; one connection is one SCARDCONTEXT.
 *
 * Command: op (1 byte), length of the rest (4 bytes), fields.  Reply: result
 * (4 bytes, a code of Windows), length, fields; an error has no fields.
 * Numbers are 4 bytes, most significant first; a field "rest" goes on to the
 * end.  Constants are those of Windows on both sides of it.
 */
#ifndef JM_TESTS_WINE_WIRE_H
#define JM_TESTS_WINE_WIRE_H

#define WIRE_MAX    70000u /* fields of a command or a reply, bytes */
#define WIRE_STATES 16u    /* readers of one question */
#define WIRE_NAME   128u   /* bytes of a reader's name */

enum wire_op {
	/*                  command                      reply */
	WIRE_ESTABLISH,  /* - */
	WIRE_RELEASE,    /* - */
	WIRE_READERS,    /* -                            rest: names, each with
			    its NUL */
	WIRE_CONNECT,    /* share, protocols, rest: name handle, protocol */
	WIRE_RECONNECT,  /* handle, share, protocols, initialization
							 protocol */
	WIRE_DISCONNECT, /* handle, disposition */
	WIRE_STATUS,     /* handle    state, protocol, ATR length, ATR, rest:
			    name */
	WIRE_CHANGE,     /* ms, number, of each: state, name length, name
				      of each: state, ATR length, ATR */
	WIRE_BEGIN,      /* handle */
	WIRE_END,        /* handle, disposition */
	WIRE_TRANSMIT,   /* handle, protocol, room, rest: command    rest */
	WIRE_CONTROL,    /* handle, code, room, rest                 rest */
	WIRE_ATTRIB,     /* handle, id, room                         rest */

	/* For tests: of all connections together. */
	WIRE_COUNTS, /* whether to begin anew     enum wire_count values */
	WIRE_FAULT,  /* how, nth, value, rest */
	WIRE_OUTSIDE /* rest: words to --outside  exit status, rest: output */
};

enum wire_count {
	WIRE_APDUS,    /* that reached the card */
	WIRE_VERIFIES, /* of those: VERIFY with data */
	WIRE_FIRED,    /* faults that came to pass */
	WIRE_COUNT_MAX
};

/* What becomes of the nth (from 1) command to a card from here on; one at a
 * time, WIRE_NONE takes it back. */
enum wire_how {
	WIRE_NONE,
	WIRE_CODE,   /* the call fails with the value; the card heard nothing */
	WIRE_LOST,   /* likewise, but the card has carried the command out */
	WIRE_SW,     /* the card is not asked; the value is its status word */
	WIRE_SAY,    /* the card is asked; the rest replaces its reply */
	WIRE_RESET,  /* somebody resets the card instead: each handle says so
			until it is connected anew */
	WIRE_REMOVED /* the card leaves instead and is put in again at once: no
			handle of before is of any use, status is lost */
};

#endif
