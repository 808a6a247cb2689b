/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What programs do through libopensc, each in one call that returns what
 * libopensc does; objects by their PKCS#15 ids.  And a look into the card. */
#ifndef JM_TESTS_OPENSC_OSC_TRY_H
#define JM_TESTS_OPENSC_OSC_TRY_H

#include "tests/opensc/osc_host.h"

enum { OSC_AUTH = 1, OSC_SIGN, OSC_AUTH_CA, OSC_SIGN_CA };
enum { OSC_TEXT = 3, OSC_FACE, OSC_BIRTH }; /* further PINs */

/* For cmocka's groups: OpenSC's folder, and the cards of fixture.h. */
int osc_cards_open(void **state);
int osc_cards_open_all(void **state);
int osc_cards_open_next(void **state);
int osc_cards_close(void **state);

sc_pkcs15_object_t *osc_try_pin_object(struct osc_host *h, unsigned id);
/* SC_ERROR_OBJECT_NOT_FOUND without such an object; pin NULL: at the reader. */
int osc_try_verify(struct osc_host *h, unsigned id, const char *pin);
int osc_try_change(
    struct osc_host *h, unsigned id, const char *pin, const char *fresh);
int osc_try_pin_info(struct osc_host *h, unsigned id);
int osc_try_cert(struct osc_host *h, unsigned id);
int osc_try_pubkey(struct osc_host *h, unsigned id);
/* Number of bytes of the nth data object, or an error. */
int osc_try_data(struct osc_host *h, unsigned nth);

/* SHA-256 of "jumin", by PKCS #1 or ECDSA. */
int osc_try_sign(struct osc_host *h, unsigned id, uint8_t *sig, size_t cap);
/* The same, checked by the certificate with this id, which may be read. */
int osc_try_sign_checked(struct osc_host *h, unsigned id);
/* Does the signature fit the certificate? */
int osc_try_is_good(
    struct osc_host *h, unsigned id, const uint8_t *sig, size_t len);

/* From within: tries left of OSC_AUTH, OSC_SIGN or OSC_TEXT. */
unsigned osc_card_tries(struct vslot *slot, unsigned id);
/* Is this the PIN? */
int osc_card_has_pin(struct vslot *slot, unsigned id, const char *pin);
/* As it was issued: without the file, which the next change writes. */
void osc_card_restore(
    struct vslot *slot, unsigned id, const char *pin, unsigned tries);
/* Is any PIN of any application verified? */
int osc_card_is_open(struct vslot *slot);

#define OSC_PIN_AUTH "1234"
#define OSC_PIN_SIGN "ABC123"

#endif
