/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * By what Windows tells cards apart (file cardid, property "Card Identifier")
 * and containers of the same card: hash values of certificates, so that no two
 * cards are ever one, and that none needs a PIN.  They tell nothing that the
 * certificate, which any program reads without a PIN, does not tell.
 */
#ifndef JM_DRIVERS_MINIDRIVER_CARDID_H
#define JM_DRIVERS_MINIDRIVER_CARDID_H

#include "drivers/minidriver/md_interface.h"
#include "objects/token.h"

/*
 * [card, once an insertion] First 16 bytes of SHA-256 of "jumin cardid", one
 * byte 00 and the SHA-256 of the certificate that identifies the card: that of
 * the authentication pair, or of the signature pair where there is no other and
 * it needs no PIN.
 *   JM_NO_CARD  no certificate is to be had without a PIN
 *   others as jm_token_cert
 */
jm_err md_card_id(struct jm_token *t, uint8_t out[MD_CARD_ID_LEN]) JM_MUST_USE;

/* "jumin-a-" or "jumin-s-" (the pair) and 24 lower-case hex digits of SHA-256
 * of the certificate; with its NUL.  JM_CRYPTO. */
#define MD_CONTAINER_NAME 33
jm_err md_container_name(enum jm_pair pair, const struct jm_cert *cert,
    WCHAR out[MD_CONTAINER_NAME]) JM_MUST_USE;

#endif
