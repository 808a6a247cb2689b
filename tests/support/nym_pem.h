/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The RSA keys that the vectors of the identifier scheme were made with
 * (nym1.md, section 13).  Each from its recipe: prime = v + offset, where v is
 * SHA-256(label || 0 .. 3) one after the other, with the top two bits and the
 * lowest one set.
 */
#ifndef JM_TESTS_SUPPORT_NYM_PEM_H
#define JM_TESTS_SUPPORT_NYM_PEM_H

enum nym_pem_key {
	NYM_PEM_CARD1, /* of the card: A1 to A4 */
	NYM_PEM_TEXT1, /* of its text application: A5 */
	NYM_PEM_CARD2  /* of another card */
};

/* Writes it as PEM; the file is replaced. */
void nym_pem(enum nym_pem_key which, const char *path);

#endif
