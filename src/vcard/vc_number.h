/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The numbers of a resident, their check digits, and dates in Japanese eras. */
#ifndef JM_VCARD_VC_NUMBER_H
#define JM_VCARD_VC_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#define VC_MYNUMBER_LEN 12 /* digits of an individual number */
#define VC_CODE_LEN     11 /* digits of a resident record code */

/*
 * The check digit of the 11 digits before it (order of the Ministry of Internal
 * Affairs and Communications no. 85 of 2014, article 5), as a character.
 */
char vc_mynumber_digit(const uint8_t *digits);
/* 1 when these are 12 digits and the last one fits. */
int vc_mynumber_ok(const uint8_t *digits, size_t len);

/*
 * The same for the 10 digits of a resident record code.  That it has a check
 * digit is known, its rule is not public: this is the rule above (a guess).
 */
char vc_code_digit(const uint8_t *digits);
int vc_code_ok(const uint8_t *digits, size_t len);

/* Which era (1 Meiji ... 5 Reiwa; 0: before them) the day YYYYMMDD belongs to,
 * and the year in it, from 1. */
unsigned vc_era(const char *day, unsigned *year);

/* YYMMDD with the year of the era: "19820914" is "570914". */
void vc_era_yymmdd(const char *day, char out[7]);

#endif
