/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The blank-padded texts and the versions of PKCS#11's information structures.
 */
#ifndef P11_TEXT_H
#define P11_TEXT_H

#include <stddef.h>

#include "pkcs11/p11.h"

/* What we call ourselves wherever a manufacturer is asked for. */
#define P11_MANUFACTURER "Jumin"

/* Writes n bytes: text, cut before the first character that does not fit whole
 * (UTF-8), and blanks. */
void p11_pad(CK_UTF8CHAR *out, size_t n, const char *text);

/*
 * A slot's description: the reader's name and, so that the slots of one reader
 * differ, what for.  A name that is too long loses its middle, since PC/SC
 * tells two readers of one kind apart by the last bytes.
 */
void p11_slot_text(
    CK_UTF8CHAR *out, size_t n, const char *reader, const char *what_for);

/* "2" and "17" or "2.17.1" to { 2, 17 }; what is no number is 0. */
CK_VERSION p11_version(const char *text);

#endif
