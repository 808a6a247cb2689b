/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/asn1_time.h"

#include "crypto/asn1_tag.h"

#define DAY 86400

/* Days from 1970-01-01; the year begins in March, so that its odd day is last.
 */
static int64_t
days_from_date(int64_t y, int m, int d)
{
	const int64_t yy = m <= 2 ? y - 1 : y;
	const int64_t era = (yy >= 0 ? yy : yy - 399) / 400;
	const int64_t yoe = yy - era * 400;
	const int64_t doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int
days_in_month(int y, int m)
{
	static const int len[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	const int leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return len[m - 1] + (m == 2 && leap);
}

/* Two digits, or -1. */
static int
two(const uint8_t *p)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return -1;
	return 10 * (p[0] - '0') + (p[1] - '0');
}

static time_t
clamp(int64_t t)
{
	const time_t v = (time_t)t;

	if (v == t)
		return v;
	return (time_t)(t > 0 ? INT32_MAX : INT32_MIN); /* 32-bit time_t */
}

jm_err
jm_asn1_time_parse(unsigned tag, struct jm_rbuf val, time_t *out)
{
	int f[5], year, century; /* month, day, hour, minute, second */
	const uint8_t *p;
	jm_err e;

	*out = 0;
	if (tag != TAG_UTC_TIME && tag != TAG_GENERALIZED_TIME)
		return JM_FORMAT;
	if (val.left != (tag == TAG_UTC_TIME ? 13 : 15) ||
	    (e = jm_take(&val, val.left, &p)) != JM_OK)
		return JM_FORMAT;
	century = 0;
	if (tag == TAG_GENERALIZED_TIME) {
		century = two(p);
		p += 2;
	}
	if ((year = two(p)) < 0 || century < 0)
		return JM_FORMAT;
	if (tag == TAG_UTC_TIME)
		century = year < 50 ? 20 : 19;
	year += 100 * century;
	for (size_t i = 0; i < NELEM(f); i++)
		if ((f[i] = two(p + 2 + 2 * i)) < 0)
			return JM_FORMAT;
	if (p[12] != 'Z' || f[0] < 1 || f[0] > 12 || f[1] < 1 ||
	    f[1] > days_in_month(year, f[0]) || f[2] > 23 || f[3] > 59 ||
	    f[4] > 59)
		return JM_FORMAT;
	*out = clamp(days_from_date(year, f[0], f[1]) * DAY + f[2] * 3600 +
		     f[3] * 60 + f[4]);
	return JM_OK;
}

static void
put_two(uint8_t *p, int64_t v)
{
	p[0] = (uint8_t)('0' + v / 10);
	p[1] = (uint8_t)('0' + v % 10);
}

void
jm_put_asn1_time(struct jm_wbuf *w, time_t t)
{
	int64_t days = (int64_t)t / DAY, sec = (int64_t)t % DAY;
	uint8_t text[15];
	int y, m = 1;

	if (sec < 0) {
		sec += DAY;
		days--;
	}
	if (days < days_from_date(0, 1, 1) ||
	    days > days_from_date(9999, 12, 31)) {
		w->full = 1;
		return;
	}
	y = (int)(1970 + days / 366); /* an estimate, put right below */
	while (days >= days_from_date(y + 1, 1, 1))
		y++;
	while (days < days_from_date(y, 1, 1))
		y--;
	while (m < 12 && days >= days_from_date(y, m + 1, 1))
		m++;
	put_two(text, y / 100);
	put_two(text + 2, y % 100);
	put_two(text + 4, m);
	put_two(text + 6, days - days_from_date(y, m, 1) + 1);
	put_two(text + 8, sec / 3600);
	put_two(text + 10, sec / 60 % 60);
	put_two(text + 12, sec % 60);
	text[14] = 'Z';
	if (y >= 1950 && y < 2050)
		jm_put_tlv(w, TAG_UTC_TIME, text + 2, 13);
	else
		jm_put_tlv(w, TAG_GENERALIZED_TIME, text, 15);
}
