/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An authority, a resident's card and an operator's card in process, and a
 * terminal that speaks to both: the fixture of everything that is done at a
 * counter.  The terminal is this file's own, on the middleware's end of the
 * channel; nothing of tools/vcard is used.
 */
#ifndef JM_TESTS_SUPPORT_VC_WORLD_H
#define JM_TESTS_SUPPORT_VC_WORLD_H

#include "apdu/sm_open.h"
#include "vcard/vc_authority.h"
#include "vcard/vc_operator.h"
#include "vcard/vc_statement.h"

/* A card in the terminal. */
struct vc_end {
	struct vc_card *card;
	char master[96], image[96]; /* as made; the copy that is open */
	struct jm_link link;
	struct jm_sm *sm;
	struct jm_cvc who;            /* who the card said it was */
	const struct vc_app_def *app; /* selected last */
	uint8_t rsp[JM_SM_NE_MAX];
	size_t rsp_len;
};

struct vc_world {
	char dir[64];
	struct vc_pki *pki;
	struct jm_sm_ident counter, issuer; /* who the terminal is */
	struct vc_end card, op;
	struct jm_xbuf x;
};

/* Of a group: makes all three, once.  *state is a struct vc_world. */
int vc_world_start(void **state);
int vc_world_stop(void **state);

/* The same with a resident's card as its maker ships it. */
int vc_world_start_manufactured(void **state);

/* Of a test: fresh copies of both cards, powered. */
int vc_world_fresh(void **state);

/* Closes a card and opens its image again, powered. */
void world_again(struct vc_world *w, struct vc_end *end);

/* Off and on. */
void world_power(struct vc_world *w, struct vc_end *end);

/* The application of this name. */
struct vc_app *world_app(struct vc_end *end, const char *name);
struct vc_file *world_file(struct vc_app *app, unsigned id);

/* A command in plain, as hexadecimal; in the channel, likewise (without length
 * fields: header, data, and ne).  The status word. */
unsigned world_plain(struct vc_end *end, const char *hex);
unsigned world_send(struct vc_end *end, const char *header, const void *data,
    size_t len, size_t ne);
unsigned world_hex(
    struct vc_end *end, const char *header, const char *data, size_t ne);
/* The same where the card gives no reply at all. */
jm_err world_send_err(struct vc_end *end, const char *header, const void *data,
    size_t len, size_t ne);

unsigned world_select(struct vc_end *end, const char *name);

/* Selects and opens a channel as this terminal; wants success. */
void world_open(struct vc_world *w, struct vc_end *end, const char *name,
    const struct jm_sm_ident *me);

/* A terminal of another id or role: key and certificate, freed by the caller.
 */
struct world_terminal {
	struct jm_soft_key *key;
	uint8_t cvc[JM_CVC_MAX];
	struct jm_sm_ident me;
};
void world_terminal(struct vc_world *w, struct world_terminal *t,
    enum jm_cvc_role role, const char *holder, const char *last_day);
void world_terminal_free(struct world_terminal *t);

/* Opens the operator's card and gives its PIN; wants success. */
void world_operator(struct vc_world *w);

/* Of the application that card's channel leads to: a challenge (wants
 * success), and a statement that is right in all. */
struct vc_statement world_statement(
    struct vc_world *w, unsigned op, const void *target, size_t target_len);
/* Signed by the operator's card (wants success); len with the signature. */
#define WORLD_SIGNED_MAX (VC_STATEMENT_MAX + 64)
size_t world_sign(struct vc_world *w, const struct vc_statement *s,
    uint8_t out[WORLD_SIGNED_MAX]);
/* Shows both; the status word of the second, or of the first if it failed. */
unsigned world_show(struct vc_world *w, const uint8_t *text, size_t len);
/* All of it: 9000. */
void world_authorise(
    struct vc_world *w, unsigned op, const void *target, size_t target_len);

/* The certificate in the operator's card. */
const struct vc_file *world_operator_cvc(struct vc_world *w);

/* Puts a package of len bytes in blocks of piece bytes; the last status word.
 */
unsigned world_load(
    struct vc_world *w, const uint8_t *p, size_t len, size_t piece);

#define WORLD_WHEN "20261122143000"

#endif
