/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The driver's own state of one card, which hangs on the host's sc_card_t, and
 * what its files share.  Everything the card does is done by a token
 * (objects/token.h); this folder only translates.  A call of the host is
 * serialised by it, so nothing here locks.
 */
#ifndef OSC_OSC_H
#define OSC_OSC_H

/* As the distribution's library is built: a part of sc_card_t hangs on it. */
#ifndef ENABLE_SM
#define ENABLE_SM 1
#endif
#include <stddef.h>
#include <sys/types.h>

#include <libopensc/opensc.h>

#include "base/conf.h"
#include "crypto/digest.h"
#include "objects/data.h"
#include "objects/token.h"

/* Ours among the card types: no emulation of the host's own looks at it. */
#define OSC_CARD_TYPE 0x4a4d00

/* From the blocks "card_driver jumin" of opensc.conf, the program's own first
 * (opensc-jumin.5).  What jumin.conf says holds here as in every front end. */
struct osc_options {
	int data_objects;      /* files of the other applications are shown */
	int free_data_objects; /* ... those too that need no PIN */
	int ca_certificates;   /* jumin.conf's, unless said otherwise here */
	int pss;               /* jumin.conf's, unless said otherwise here */
};

/* set_security_env to compute_signature */
struct osc_signing {
	int set;
	enum jm_pair pair;
	enum jm_sign_mech mech;
	int bare; /* a hash value: its function's name is to be put before */
	enum jm_hash hash;
};

/* One operation at a time, so far as the host tells: to consent to. */
#define OSC_OPERATION 1UL

struct osc_card {
	sc_card_t *card;        /* the host's, which outlives this */
	struct jm_token *token; /* of the card that the host connected */
	char name[64];          /* of the card's generation, for people */
	struct jm_link link;    /* the token's: for osc_link_obtained alone */
	struct jm_conf conf;
	struct osc_options opt;
	struct osc_signing signing;
	/* select_file to read_binary: a copy of the bytes, wiped when another
	 * file is selected; NULL: none */
	uint8_t *file;
	size_t file_len;
	/* What a PIN of another application opened, until log-out; and what was
	 * read of those without one. */
	struct jm_data_set data;
	struct sc_pkcs15_card *view; /* osc_emulate's, NULL: none any more */
};

static inline struct osc_card *
osc_of(const sc_card_t *card)
{
	return card->drv_data;
}

/* What of its parts this card shows: the configuration's slots, and the card's
 * own. */
int osc_shows(const struct osc_card *o, enum jm_pair pair);

/* The operations' table of this driver, made once from the host's ISO one. */
struct sc_card_driver *osc_driver(void);

struct sc_pkcs15_card;

/* The PKCS#15 view: fills an empty p15card, whose card may be any driver's.
 *   SC_ERROR_WRONG_CARD  not this one's; all else as osc_err */
int osc_emulate(struct sc_pkcs15_card *p15card);

/* After a log-in: what the certificate that it opened says of its key. */
void osc_view_refresh(struct osc_card *o);

/* Was this PIN of another application given?  It opens all of its files, so one
 * of them that is there says so. */
int osc_pin_opened(const struct osc_card *o, enum jm_pin_id id);

/* Wipes the file of select_file. */
void osc_file_drop(struct osc_card *o);

/* card-jumin's operations that have a file of their own; contracts are those of
 * sc_card_operations in libopensc/opensc.h. */
int osc_select_file(
    sc_card_t *card, const sc_path_t *path, sc_file_t **file_out);
int osc_read_binary(sc_card_t *card, unsigned int idx, u8 *buf, size_t count,
    unsigned long flags);
int osc_list_files(sc_card_t *card, u8 *buf, size_t len);
int osc_pin_cmd(sc_card_t *card, struct sc_pin_cmd_data *data, int *tries_left);
int osc_set_security_env(
    sc_card_t *card, const struct sc_security_env *env, int se_num);
int osc_compute_signature(
    sc_card_t *card, const u8 *data, size_t data_len, u8 *out, size_t out_len);

/* References under which the PKCS#15 view names keys and PINs: the application
 * in the second byte, the low byte of the EF in the first. */
int osc_pin_reference(const struct osc_card *o, enum jm_pin_id id);
/* -1: none of ours */
int osc_pin_of_reference(const struct osc_card *o, int reference);
int osc_key_reference(const struct osc_card *o, enum jm_pair pair);
int osc_pair_of_reference(const struct osc_card *o, int reference);

#endif
