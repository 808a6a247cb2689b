/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an answer to reset declares (ISO/IEC 7816-3 section 8, 7816-4 section
 * 12.1.1): the card capabilities in its historical bytes.
 *
 * Strict: bytes missing or left over, a wrong check byte, or COMPACT-TLV that
 * does not end where the historical bytes end declare nothing at all.
 * Contactless readers put bytes of the card's ATQB there, which only look like
 * COMPACT-TLV.
 */
#ifndef JM_CARD_ATR_H
#define JM_CARD_ATR_H

#include <stddef.h>
#include <stdint.h>

struct jm_atr_caps {
	int sfi;      /* short EF ids (first capability byte, bit 0x04) */
	int extended; /* extended Lc and Le (third byte, bit 0x40) */
};

/* len may be anything; all zero when nothing is declared. */
void jm_atr_caps(const uint8_t *atr, size_t len, struct jm_atr_caps *out);

/* Does atr equal pattern ("3B 88 .. 01", blanks between bytes, ".." is any
 * byte) in every byte and in length? */
int jm_atr_matches(const uint8_t *atr, size_t len, const char *pattern);

#endif
