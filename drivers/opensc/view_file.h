/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The view's files: what a path names, and its bytes.  No path but those of
 * the view's objects and their folders is known, so that a program's search
 * for files that these cards lack costs nothing.
 */
#ifndef OSC_VIEW_FILE_H
#define OSC_VIEW_FILE_H

#include "drivers/opensc/osc.h"

enum osc_file_kind {
	OSC_FILE_FOLDER, /* 3F00, or an application's name */
	OSC_FILE_CERT,
	OSC_FILE_PUBKEY, /* RSAPublicKey; on curves SubjectPublicKeyInfo */
	OSC_FILE_DATA
};

struct osc_file {
	enum osc_file_kind kind;
	uint16_t ef;
	enum jm_app app;
	enum jm_cert_id cert; /* of CERT and PUBKEY: whose key it is */
	enum jm_data_id data;
};

/* SC_ERROR_FILE_NOT_FOUND.  From memory. */
int osc_file_find(
    const struct osc_card *o, const sc_path_t *path, struct osc_file *out);

/*
 * [card, unless it was read already] Its bytes, a copy that the caller wipes
 * and frees.  SC_ERROR_SECURITY_STATUS_NOT_SATISFIED before the PIN that opens
 * it, which the host's log names.
 */
int osc_file_load(
    struct osc_card *o, const struct osc_file *f, uint8_t **out, size_t *len);

/* Which PIN opens it; -1: none, it is free */
int osc_file_pin(const struct osc_card *o, const struct osc_file *f);

/* EF ids of the JPKI application's files, two bytes each; returns how many
 * bytes, no more than cap. */
size_t osc_file_list(const struct osc_card *o, uint8_t *out, size_t cap);

#endif
