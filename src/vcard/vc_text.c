/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_text.h"

#define ID_MAX 16

/* Bytes of the character at s, 0 when it is none or a control character. */
static size_t
character(const uint8_t *s, size_t left)
{
	size_t n = s[0] < 0x80                   ? 1
		   : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
		   : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
		   : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
						 : 0;

	if (n == 0 || n > left || s[0] < 0x20 || s[0] == 0x7f)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xc2 && s[1] < 0xa0) || (s[0] == 0xe0 && s[1] < 0xa0) ||
	    (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
	    (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

int
vc_utf8_ok(const uint8_t *s, size_t len)
{
	size_t n;

	for (size_t i = 0; i < len; i += n)
		if ((n = character(s + i, len - i)) == 0)
			return 0;
	return 1;
}

/* The number that n digits make; -1 when one is none. */
static int
number(const uint8_t *s, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

int
vc_day_ok(const uint8_t *s, size_t len)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int year, month, day, leap;

	if (len != 8 || number(s, 8) < 0)
		return 0;
	year = number(s, 4);
	month = number(s + 4, 2);
	day = number(s + 6, 2);
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return year >= 1868 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= days[month - 1] + (month == 2 && leap);
}

int
vc_time_ok(const uint8_t *s, size_t len)
{
	int hour, minute, second;

	if (len != 14 || !vc_day_ok(s, 8))
		return 0;
	hour = number(s + 8, 2);
	minute = number(s + 10, 2);
	second = number(s + 12, 2);
	return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 &&
	       second >= 0 && second < 60;
}

int
vc_id_ok(const uint8_t *s, size_t len)
{
	if (len == 0 || len > ID_MAX)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (s[i] < 0x21 || s[i] > 0x7e)
			return 0;
	return 1;
}
