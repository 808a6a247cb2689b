/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/wipe.h"
#include "vcard/vc_number.h"

#define KEY_BITS     2048
#define LEAF_BYTES   1500 /* what real certificates are planned to be */
#define LEAF_MAX     4096
#define TEXT_MAX     200 /* characters of name and address */
#define JST          (9 * 3600)
#define DAY          (24 * 3600)
#define MUNICIPALITY "13999" /* a code that no municipality has */

#define NAME_OID(n)  "1.2.392.200149.8.5.5." #n

/* Characters of a UTF-8 text, 0 when it is none or has control characters. */
static size_t
characters(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = 0;

	for (; *p != '\0'; n++) {
		unsigned more = *p < 0x80                 ? 0
				: *p >= 0xc2 && *p < 0xe0 ? 1
				: *p >= 0xe0 && *p < 0xf0 ? 2
				: *p >= 0xf0 && *p < 0xf5 ? 3
							  : 4;

		if (more == 4 || *p < 0x20 || *p == 0x7f ||
		    (p[0] == 0xe0 && p[1] < 0xa0) ||
		    (p[0] == 0xed && p[1] > 0x9f) ||
		    (p[0] == 0xf0 && p[1] < 0x90) ||
		    (p[0] == 0xf4 && p[1] > 0x8f))
			return 0;
		for (p++; more > 0; more--, p++)
			if ((*p & 0xc0) != 0x80)
				return 0;
	}
	return n;
}

/* Days of a month; 0 for no month. */
static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month < 1 || month > 12)
		return 0;
	return days[month - 1] + (month == 2 && leap);
}

static int
digits(const char *s, size_t from, size_t n)
{
	int v = 0;

	for (size_t i = from; i < from + n; i++)
		v = v * 10 + (s[i] - '0');
	return v;
}

static int
date_ok(const char *s)
{
	if (strlen(s) != 8 || strspn(s, "0123456789") != 8)
		return 0;
	return digits(s, 0, 4) >= 1868 && digits(s, 6, 2) >= 1 &&
	       digits(s, 6, 2) <= month_days(digits(s, 0, 4), digits(s, 4, 2));
}

static jm_err
refuse(const char *what)
{
	jm_log(JM_LOG_ERROR, "the holder's %s is not acceptable", what);
	return JM_ARG;
}

jm_err
vc_holder_check(const struct vc_holder *in, struct vc_holder *out)
{
	size_t n;

	*out = *in;
	if (out->name == NULL)
		out->name = "見本　花子";
	if (out->address == NULL)
		out->address = "東京都試験市見本町一丁目２番３号";
	if (out->birth == NULL)
		out->birth = "19820914";
	if (out->sex == NULL)
		out->sex = "2";
	if (out->municipality == NULL)
		out->municipality = "Shiken-shi";
	n = characters(out->name);
	if (n == 0 || n > TEXT_MAX)
		return refuse("name");
	n = characters(out->address);
	if (n == 0 || n > TEXT_MAX)
		return refuse("address");
	if (!date_ok(out->birth))
		return refuse("date of birth");
	if (strlen(out->sex) != 1 || strchr("123", out->sex[0]) == NULL)
		return refuse("sex");
	n = strlen(out->municipality);
	if (n == 0 || n > 64 || characters(out->municipality) != n)
		return refuse("municipality");
	return JM_OK;
}

time_t
vc_birthday_end(const char *birth, time_t issued, unsigned nth)
{
	time_t local = issued + JST;
	struct tm now, day = { 0 };
	int month = digits(birth, 4, 2), mday = digits(birth, 6, 2), year;

	if (gmtime_r(&local, &now) == NULL)
		return issued;
	year = now.tm_year + 1900;
	if (now.tm_mon + 1 > month ||
	    (now.tm_mon + 1 == month && now.tm_mday >= mday))
		year++;
	year += (int)nth - 1;
	if (mday > month_days(year, month))
		mday = month_days(year, month);
	day.tm_year = year - 1900;
	day.tm_mon = month - 1;
	day.tm_mday = mday;
	return timegm(&day) + DAY - 1 - JST;
}

/* Era and western date: "319820914" is a day of the Showa era. */
static void
era_date(const char *birth, char out[10])
{
	unsigned year, era = vc_era(birth, &year);

	snprintf(out, 10, "%u%.8s", era % 10, birth);
}

/* One flag for each character: none is a substitute. */
static void
flags(const char *text, char out[TEXT_MAX + 1])
{
	size_t n = characters(text);

	memset(out, '0', n);
	out[n] = '\0';
}

/* 14 characters, the municipality's code, 3 digits and a letter. */
static jm_err
subject_id(char out[24])
{
	static const char set[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
	uint8_t r[18];
	jm_err e;

	if ((e = jm_random(r, sizeof r)) != JM_OK)
		return e;
	for (size_t i = 0; i < 14; i++)
		out[i] = set[r[i] % 32];
	memcpy(out + 14, MUNICIPALITY, 5);
	for (size_t i = 0; i < 3; i++)
		out[19 + i] = set[r[14 + i] % 10];
	out[22] = 'A';
	out[23] = '\0';
	return JM_OK;
}

static jm_err
random_serial(uint32_t *out)
{
	jm_err e = jm_random(out, sizeof *out);

	*out = (*out & 0x7fffffff) | 0x10000000; /* four bytes, positive */
	return e;
}

#define USE_AUTH "JPKI for user authentication"
#define USE_SIGN "JPKI for digital signature"
#define AGENCY   "Japan Agency for Local Authority Information Systems"

static const struct jm_rdn ca_name[2][4] = {
	{ { "C", "JP" }, { "O", "JPKI-TEST" }, { "OU", USE_AUTH },
	    { "OU", AGENCY } },
	{ { "C", "JP" }, { "O", "JPKI-TEST" }, { "OU", USE_SIGN },
	    { "OU", AGENCY } },
};
static const struct jm_rdn crl_name[2][5] = {
	{ { "C", "JP" }, { "O", "JPKI-TEST" }, { "OU", USE_AUTH },
	    { "OU", "CRL Distribution Points" }, { "CN", "Shiken CRLDP" } },
	{ { "C", "JP" }, { "O", "JPKI-TEST" }, { "OU", USE_SIGN },
	    { "OU", "CRL Distribution Points" }, { "CN", "Shiken CRLDP" } },
};
static const struct jm_rdn service_name[] = { { "C", "JP" },
	{ "O", "公的個人認証サービス" } };

static jm_err
make_ca(struct vc_hierarchy *h, int sign, time_t issued)
{
	struct jm_cert_spec spec = {
		.subject = ca_name[sign],
		.subject_len = NELEM(ca_name[sign]),
		.issuer = ca_name[sign],
		.issuer_len = NELEM(ca_name[sign]),
		.not_before = issued - (time_t)365 * DAY,
		.is_ca = 1,
		.crl_dp = crl_name[sign],
		.crl_dp_len = NELEM(crl_name[sign]),
	};
	jm_err e;

	spec.not_after = spec.not_before + (time_t)3652 * DAY - 1;
	if ((e = random_serial(&spec.serial_lo)) != JM_OK)
		return e;
	return jm_cert_make(
	    &spec, h->ca_key, h->ca_key, NULL, h->ca.der, &h->ca.len);
}

/* The parts of a leaf that both uses have. */
static void
leaf_spec(struct jm_cert_spec *spec, int sign, time_t issued,
    const struct vc_holder *holder, unsigned size_hint)
{
	*spec = (struct jm_cert_spec){
		.issuer = ca_name[sign],
		.issuer_len = NELEM(ca_name[sign]),
		.not_before = issued,
		.not_after = vc_birthday_end(holder->birth, issued, 5),
		.non_repudiation = sign,
		.policy_oid = sign ? "1.2.392.200149.8.5.1.1.20"
				   : "1.2.392.200149.8.5.1.3.30",
		.cps_uri = "http://www.jpki.go.jp/cps.html",
		.issuer_alt = service_name,
		.issuer_alt_len = NELEM(service_name),
		.crl_dp = crl_name[sign],
		.crl_dp_len = NELEM(crl_name[sign]),
		.ocsp_uri = sign ? "http://ocsp-sign.jpki-test.invalid"
				 : "http://ocsp-auth.jpki-test.invalid",
		.pad_to = size_hint != 0 ? size_hint : LEAF_BYTES,
	};
}

static jm_err
make_leaf(struct vc_hierarchy *h, int sign, const struct vc_holder *holder,
    time_t issued, unsigned size_hint)
{
	char id[24], birth[10], name_flags[TEXT_MAX + 1];
	char address_flags[TEXT_MAX + 1];
	/* The order seen on a card. */
	const struct jm_other_name other[] = {
		{ NAME_OID(1), holder->name },
		{ NAME_OID(4), birth },
		{ NAME_OID(3), holder->sex },
		{ NAME_OID(5), holder->address },
		{ NAME_OID(2), name_flags },
		{ NAME_OID(6), address_flags },
	};
	const struct jm_rdn auth[] = { { "C", "JP" }, { "CN", id } };
	const struct jm_rdn full[] = { { "C", "JP" },
		{ "L", holder->municipality }, { "CN", id } };
	struct jm_cert_spec spec;
	struct jm_cert *ca;
	jm_err e;

	leaf_spec(&spec, sign, issued, holder, size_hint);
	spec.subject = sign ? full : auth;
	spec.subject_len = sign ? NELEM(full) : NELEM(auth);
	if (sign) {
		era_date(holder->birth, birth);
		flags(holder->name, name_flags);
		flags(holder->address, address_flags);
		spec.other = other;
		spec.other_len = NELEM(other);
	}
	if ((ca = malloc(sizeof *ca)) == NULL)
		return JM_NOMEM;
	if ((e = jm_cert_parse(h->ca.der, h->ca.len, ca)) == JM_OK &&
	    (e = random_serial(&spec.serial_lo)) == JM_OK &&
	    (e = subject_id(id)) == JM_OK)
		e = jm_cert_make(
		    &spec, h->key, h->ca_key, ca, h->leaf.der, &h->leaf.len);
	free(ca);
	return e;
}

static jm_err
new_key(enum vc_keys keys, struct jm_soft_key **out)
{
	switch (keys) {
	case VC_RSA_2048: return jm_soft_key_new(KEY_BITS, out);
	case VC_EC_P384: return jm_soft_key_new_ec(JM_P384, out);
	}
	return JM_ARG;
}

jm_err
vc_hierarchy_make(struct vc_hierarchy *h, int sign,
    const struct vc_holder *holder, time_t issued, unsigned size_hint)
{
	jm_err e;

	sign = sign != 0;
	if (size_hint > LEAF_MAX)
		return JM_ARG;
	if ((e = new_key(h->keys, &h->ca_key)) != JM_OK ||
	    (h->key == NULL && (e = new_key(h->keys, &h->key)) != JM_OK) ||
	    (e = make_ca(h, sign, issued)) != JM_OK)
		return e;
	return make_leaf(h, sign, holder, issued, size_hint);
}

void
vc_hierarchy_free(struct vc_hierarchy **h)
{
	if (*h == NULL)
		return;
	jm_soft_key_free(&(*h)->ca_key);
	jm_soft_key_free(&(*h)->key);
	jm_free_secret(*h, sizeof **h);
	*h = NULL;
}
