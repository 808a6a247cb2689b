/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Parts of the PKCS#15 view that osc_emulate puts together.  Ids, labels and
 * paths are those of OpenSC's own driver for these cards, so that what was
 * scripted against it goes on.  Files have paths of two bytes, their EF's id;
 * those of the applications beside the JPKI one with its AID before them.
 * SC_SUCCESS or an SC_ERROR.
 */
#ifndef OSC_VIEW_H
#define OSC_VIEW_H

#include "drivers/opensc/osc.h"

#include <libopensc/pkcs15.h>

/* One object in the making, which the host copies; too large for the stack. */
struct osc_entry {
	sc_pkcs15_object_t obj;
	union {
		sc_pkcs15_auth_info_t pin;
		sc_pkcs15_prkey_info_t prkey;
		sc_pkcs15_pubkey_info_t pubkey;
		sc_pkcs15_cert_info_t cert;
		sc_pkcs15_data_info_t data;
	} of;
};

/* Each adds its objects to p15; e is room to build them in. */
int osc_view_pins(
    struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e);
int osc_view_prkeys(
    struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e);
int osc_view_pubkeys(
    struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e);
int osc_view_certs(
    struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e);

int osc_view_data(
    struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e);

/* What the host keeps in its data objects once they were read, and shows from
 * then on without asking. */
void osc_view_wipe(sc_pkcs15_card_t *p15);

/* Is the PIN one of the view's?  Is the file?  By the generation, not by the
 * card. */
int osc_view_has_pin(const struct osc_card *o, enum jm_pin_id id);
int osc_view_has_data(const struct osc_card *o, enum jm_data_id id);

/* Is the certificate one of the view's: of a pair that is shown, and wanted? */
int osc_view_has_cert(const struct osc_card *o, enum jm_cert_id id);

/* Does the program read all public certificates at its start? */
int osc_reads_ahead(const struct osc_card *o);

/* [card] All of them in one transaction, so that the application is selected
 * once.  What the card does not give is left out. */
int osc_read_public_certs(struct osc_card *o);

/* Is it an authority's, not the holder's? */
int osc_cert_is_authority(enum jm_cert_id id);

/* Is it readable only after its pair's PIN, as far as is known? */
int osc_cert_needs_pin(const struct osc_card *o, enum jm_cert_id id);

/* The key's length and its algorithm among the host's, when it is known better
 * than at the start (osc.h: osc_view_refresh). */
int osc_add_algorithms(const struct osc_card *o, enum jm_pair pair);

void osc_set_id(sc_pkcs15_id_t *id, unsigned char value);
void osc_set_auth_id(sc_pkcs15_object_t *obj, enum jm_pin_id pin);
void osc_set_text(char *out, size_t cap, const char *text); /* cut to cap */
void osc_set_label(sc_pkcs15_object_t *obj, const char *label);

/* A file of an application; ef 0: the application itself. */
void osc_set_path(
    const struct osc_card *o, enum jm_app app, uint16_t ef, sc_path_t *path);

/* "Digital Signature PIN" */
const char *osc_pin_label(enum jm_pin_id id);

#endif
