/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Forms of what people and terminals write: texts, days, moments, names. */
#ifndef JM_VCARD_VC_TEXT_H
#define JM_VCARD_VC_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* 1: UTF-8 without what a terminal would obey (base/utf8.h), NUL among it;
 * empty is fine. */
int vc_utf8_ok(const uint8_t *s, size_t len);

/* 1: eight digits YYYYMMDD, a day of the calendar of the years 1868..9999. */
int vc_day_ok(const uint8_t *s, size_t len);

/* 1: fourteen digits YYYYMMDDhhmmss, likewise. */
int vc_time_ok(const uint8_t *s, size_t len);

/* 1: 1..16 characters of ASCII 21..7E, as a certificate's holder has. */
int vc_id_ok(const uint8_t *s, size_t len);

#endif
