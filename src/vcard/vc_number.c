/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_number.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

/* Modulo 11; the digits from the last one on weigh 2, 3, ... 7, 2, 3, ... */
static char
check_digit(const uint8_t *digits, size_t n)
{
	unsigned sum = 0, rest;

	for (size_t i = 0; i < n; i++)
		sum +=
		    (unsigned)(digits[n - 1 - i] - '0') * (unsigned)(i % 6 + 2);
	rest = sum % 11;
	return rest <= 1 ? '0' : (char)('0' + (11 - rest));
}

static int
number_ok(const uint8_t *digits, size_t len, size_t want)
{
	if (len != want)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (digits[i] < '0' || digits[i] > '9')
			return 0;
	return digits[len - 1] == (uint8_t)check_digit(digits, len - 1);
}

char
vc_mynumber_digit(const uint8_t *digits)
{
	return check_digit(digits, VC_MYNUMBER_LEN - 1);
}

int
vc_mynumber_ok(const uint8_t *digits, size_t len)
{
	return number_ok(digits, len, VC_MYNUMBER_LEN);
}

char
vc_code_digit(const uint8_t *digits)
{
	return check_digit(digits, VC_CODE_LEN - 1);
}

int
vc_code_ok(const uint8_t *digits, size_t len)
{
	return number_ok(digits, len, VC_CODE_LEN);
}

unsigned
vc_era(const char *day, unsigned *year)
{
	static const char *const from[] = { "18681023", "19120730", "19261225",
		"19890108", "20190501" };
	unsigned era = 0, first = 0;

	while (era < NELEM(from) && strcmp(day, from[era]) >= 0)
		era++;
	*year = 0;
	for (size_t i = 0; i < 4; i++) {
		*year = *year * 10 + (unsigned)(day[i] - '0');
		if (era > 0)
			first = first * 10 + (unsigned)(from[era - 1][i] - '0');
	}
	if (era > 0)
		*year = *year - first + 1;
	return era;
}

void
vc_era_yymmdd(const char *day, char out[7])
{
	unsigned year;

	vc_era(day, &year);
	snprintf(out, 7, "%02u%.4s", year % 100, day + 4);
}
