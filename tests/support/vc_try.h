/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A freshly issued card in a folder of its own, and commands as hexadecimal. */
#ifndef JM_TESTS_SUPPORT_VC_TRY_H
#define JM_TESTS_SUPPORT_VC_TRY_H

#include "vcard/vc_card.h"

struct vc_try {
	char dir[64];
	char master[80]; /* the card as it was issued */
	char image[80];  /* the copy that card has open */
	struct vc_card *card;
	uint8_t rsp[VC_REPLY_MAX]; /* reply of the last command, without SW */
	size_t rsp_len;
};

/* Group set-up and tear-down of cmocka: *state is a struct vc_try.  start: a
 * card of the issuer domain and the JPKI application alone, which takes four
 * RSA keys; start_full: with all its applications, nine. */
int vc_try_start(void **state);
int vc_try_start_full(void **state);
int vc_try_start_next(void **state); /* of the profile mynumber-next */
/* start: with these parameters, and what else is asked for. */
struct vc_issue;
int vc_try_start_with(void **state, const struct vc_issue *how);
int vc_try_stop(void **state);

/* Test set-up: a fresh copy of the issued card, powered. */
int vc_try_fresh(void **state);

/* Closes and opens the image again, powered. */
void vc_try_again(struct vc_try *t);

/* Sends a command and returns its status word; fails the test without one. */
unsigned vc_say(struct vc_try *t, const char *hex);

/* The same, wanting an error in place of a reply. */
jm_err vc_say_err(struct vc_try *t, const char *hex);

/* Sets a parameter or quirk of the run, wanting success. */
void vc_param(struct vc_try *t, const char *param);
void vc_quirk(struct vc_try *t, const char *quirk);

/* The file of the JPKI application with this id. */
struct vc_file *vc_jpki_file(struct vc_try *t, unsigned id);

#define SELECT_JPKI   "00A4040C0AD392F000260100000001"
#define SELECT_NEXT   "00A4040C06F04A4D4E5801"
#define SELECT_ISSUER "00A4040C07A0000001510000"
#define VERIFY_AUTH   "002000980431323334"
#define WRONG_AUTH    "002000980439393939"
#define VERIFY_SIGN   "0020009B06414243313233"
#define WRONG_SIGN    "0020009B06585858393939"
#define QUERY_AUTH    "00200098"
#define QUERY_SIGN    "0020009B"

#endif
