/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_text.h"

#include "base/utf8.h"

#define ID_MAX 16

int
vc_utf8_ok(const uint8_t *s, size_t len)
{
	uint32_t c;
	size_t n;

	for (size_t i = 0; i < len; i += n)
		if ((n = jm_utf8_next(s + i, len - i, &c)) == 0 ||
		    jm_utf8_is_control(c))
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
