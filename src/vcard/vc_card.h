/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The card as its own files see it: applications, image, transient state. */
#ifndef JM_VCARD_VC_CARD_H
#define JM_VCARD_VC_CARD_H

#include "vcard/vc_app.h"
#include "vcard/vc_quirk.h"
#include "vcard/vcard.h"

#define VC_CHAIN_MAX 65535 /* bytes collected by command chaining */

struct vc_image {
	char *path;   /* absolute, links followed; NULL: not on disk yet */
	int fd;       /* holds the lock; -1 */
	char **param; /* text of each parameter, by index; NULL: default */
};

/* Data that come or go in blocks (vc_transfer.c). */
struct vc_transfer {
	uint8_t *mem; /* NULL: none */
	size_t len, cap;
	unsigned next; /* number of the next block */
	uint8_t ins;
};

/* What power-off and reset take away. */
struct vc_volatile {
	int power;
	int first;      /* no command since power-up yet */
	size_t current; /* index of the current application */
	int chain_open;
	uint8_t *chain; /* VC_CHAIN_MAX bytes */
	size_t chain_len;
	uint8_t chain_head[4]; /* CLA without the chaining bit, INS, P1, P2 */
	uint8_t *rest;         /* VC_REPLY_MAX bytes, for GET RESPONSE */
	size_t rest_off, rest_len;
	unsigned rest_sw; /* behind the last piece */
	uint8_t *sm;      /* VC_REPLY_MAX bytes: what secure messaging hides */
	int protected;    /* the present command came that way */
	uint8_t challenge[16]; /* of GET CHALLENGE, for the transport key */
	int challenged;        /* it was given and not yet used */
	int transport_shown;   /* the other side knows the transport key */
	struct vc_transfer transfer;
};

#define VC_TRANSPORT_LEN   32 /* bytes of the key; AES-256 */
#define VC_TRANSPORT_TRIES 3
#define VC_CARD_ID_MAX     16

/* What the maker and the issuer share; len 0: the card knows no such key. */
struct vc_transport {
	uint8_t key[VC_TRANSPORT_LEN];
	size_t len;
	unsigned tries; /* left */
};

/* Contents of a data object; NULL: empty. */
struct vc_data {
	uint8_t *data;
	size_t len;
};

struct vc_card {
	const struct vc_profile *profile;
	struct vc_params par;
	struct vc_image image;
	struct vc_store store;
	enum vc_life life;
	struct vc_transport transport;
	uint8_t id[VC_CARD_ID_MAX]; /* tells one card from another */
	size_t id_len;
	struct vc_data data[VC_DATA_MAX]; /* beside profile->data */
	struct vc_log log;
	struct vc_app app[VC_APPS_MAX]; /* app_count of them: the profile's,
					   then those that were loaded */
	size_t app_count;
	struct vc_volatile v;
	struct vc_quirks quirk;
	int dead;       /* gone for good */
	uint8_t *reply; /* VC_REPLY_MAX bytes */
	vc_observer observer;
	void *observer_arg;
	vc_killer killer;
	void *killer_arg;
};

/* vcard.c: an empty card of this profile, all defaults, no power. */
jm_err vc_card_new(
    const struct vc_profile *profile, struct vc_card **out) JM_MUST_USE;

/*
 * vc_card.c: adds a loaded application without contents behind the others and
 * takes over the package, or takes the last one away again.  JM_SPACE: the card
 * is full; JM_ARG: its name or AID is taken, or an AID begins with the other's.
 */
jm_err vc_card_add_app(
    struct vc_card *card, struct vc_package **own) JM_MUST_USE;

/*
 * Takes a loaded application out of its place; it goes to *out and stays whole,
 * so that vc_card_put_app can put it back.  The current application stays
 * current.  JM_ARG: one of the profile's.
 */
jm_err vc_card_take_app(
    struct vc_card *card, size_t i, struct vc_app *out) JM_MUST_USE;
void vc_card_put_app(struct vc_card *card, size_t i, struct vc_app *app);

/* vcard.c: everything that power-off takes away. */
void vc_forget(struct vc_card *card);

/* A command of the card itself, not of an application; as vc_app_command. */
typedef jm_err vc_card_command(struct vc_card *card, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw);

vc_card_command vc_get_data; /* 00 CA, vc_get_data.c */

/* vc_dispatch.c: one command; out takes its data, *sw its status word. */
jm_err vc_carry_out(struct vc_card *card, const uint8_t *cmd, size_t cmd_len,
    struct jm_wbuf *out, unsigned *sw) JM_MUST_USE;

/* Instruction i of the card, for tests that have to know all; 0: no more. */
int vc_ins_row(size_t i, uint8_t *cla, uint8_t *ins);

/* vc_quirk.c.  A moment that kill-at can name, "pay-written", has come. */
void vc_moment(struct vc_card *card, const char *phase, const char *step);

/* Before a command is carried out: JM_GONE when it is not to be. */
jm_err vc_quirk_before(struct vc_card *card) JM_MUST_USE;
/* After it: changes the reply of *len bytes in card->reply.  JM_GONE, JM_LINK:
 * there is none. */
jm_err vc_quirk_after(
    struct vc_card *card, uint8_t ins, size_t *len) JM_MUST_USE;

/*
 * vc_image_load.c: parses text (with a NUL at text[len]) as the image called
 * name.  JM_FORMAT (the line is told through jm_log), JM_NOMEM.
 */
jm_err vc_image_parse(const char *name, const char *text, size_t len,
    struct vc_card **out) JM_MUST_USE;

/* vc_image.c: opens and reads; lock: keeps it locked.  JM_IO, JM_BUSY and
 * those of vc_image_parse. */
jm_err vc_image_open(
    const char *path, int lock, struct vc_card **out) JM_MUST_USE;
void vc_image_close(struct vc_card *card);

/*
 * Writes the card beside its image, syncs, renames it into place and syncs the
 * folder; the lock goes over to the new file.  phase names the moments.
 */
jm_err vc_image_save(struct vc_card *card, const char *phase) JM_MUST_USE;

/* The same for a file that must not exist yet, unless overwrite is 1. */
jm_err vc_image_create(
    struct vc_card *card, const char *path, int overwrite) JM_MUST_USE;

/* Loads the key of a file from its data.  JM_FORMAT. */
jm_err vc_file_load_key(struct vc_file *f) JM_MUST_USE;

/* Remembers a parameter's text for the image and sets it.  JM_ARG, JM_NOMEM. */
jm_err vc_image_param(
    struct vc_card *card, size_t i, const char *text) JM_MUST_USE;

#endif
