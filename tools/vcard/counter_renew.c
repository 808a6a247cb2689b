/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* New JPKI key pairs and certificates. */
#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "base/wipe.h"
#include "crypto/x509_reissue.h"
#include "tools/vcard/counter.h"

#define INS_GENERATE   0x47
#define NEW_KEY        0x80 /* P1 */
#define CURRENT        0x80 /* P2 */
#define KEY_REPLY_MAX  600  /* comes by GET RESPONSE */
#define PAIRS_FILE     0x0008
#define PRESENT        0x8f
#define JST            (9 * 3600)
#define DAY            (24 * 3600)

#define TAG_PUBLIC_KEY 0x7f49
#define TAG_MODULUS    0x81
#define TAG_EXPONENT   0x82
#define TAG_POINT      0x86

struct pair {
	size_t byte; /* of EF 0008 that tells whether it is there */
	uint16_t key, cert;
};
static const struct pair auth_pair = { 1, 0x0017, 0x000a };
static const struct pair sign_pair = { 0, 0x001a, 0x0001 };

/* Room for one renewal. */
struct work {
	struct jm_cert old;
	struct jm_x509_key key;
	uint8_t der[JM_CERT_MAX];
};

void
counter_cas_free(struct counter_cas *cas)
{
	jm_soft_key_free(&cas->auth.key);
	jm_soft_key_free(&cas->sign.key);
	free(cas->auth.cert);
	free(cas->sign.cert);
	*cas = (struct counter_cas){ { NULL, NULL }, { NULL, NULL } };
}

/* A birthday on 29 February is on the 28th in other years, so is the end. */
time_t
counter_valid_until(time_t old_not_after, time_t now)
{
	const time_t last = old_not_after + JST, today = now + JST;
	struct tm day, at;

	if (gmtime_r(&last, &day) == NULL || gmtime_r(&today, &at) == NULL)
		return now;
	day.tm_hour = day.tm_min = day.tm_sec = 0;
	day.tm_year = at.tm_year;
	if (at.tm_mon > day.tm_mon ||
	    (at.tm_mon == day.tm_mon && at.tm_mday >= day.tm_mday))
		day.tm_year++;
	day.tm_year += 4;
	return timegm(&day) + DAY - 1 - JST;
}

/* The certificate at the beginning of its file. */
static jm_err
read_old(struct counter *c, struct counter_card *k, const struct pair *p,
    struct jm_cert *out)
{
	uint8_t *mem = NULL;
	size_t len, total = 0;
	jm_err e;

	if ((e = counter_read(c, k, p->cert, &mem, &len)) != JM_OK)
		return e;
	if (len < 4 || jm_tlv_total(mem, len, &total) != JM_OK || total > len)
		e = JM_FORMAT;
	if (e == JM_OK)
		e = jm_cert_parse(mem, total, out);
	jm_free_secret(mem, COUNTER_FILE_MAX);
	return e == JM_OK ? e : counter_blame(c, k, COUNTER_AT_READ, e, 0);
}

static jm_err
take_rsa(struct jm_rbuf n, struct jm_rbuf e, struct jm_rsa_pub *out)
{
	while (n.left > 0 && n.p[0] == 0) {
		n.p++;
		n.left--;
	}
	if (n.left < 128 || n.left > sizeof out->n || e.left == 0 ||
	    e.left > sizeof out->e)
		return JM_FORMAT;
	memcpy(out->n, n.p, out->n_len = n.left);
	memcpy(out->e, e.p, out->e_len = e.left);
	out->bits = (unsigned)out->n_len * 8;
	for (unsigned top = n.p[0]; (top & 0x80) == 0; top <<= 1)
		out->bits--;
	return JM_OK;
}

/* 7F49 { 81 modulus, 82 exponent } or { 86 point } */
static jm_err
take_key(struct jm_rbuf data, struct jm_x509_key *out)
{
	static const unsigned modulus[] = { TAG_PUBLIC_KEY, TAG_MODULUS };
	static const unsigned exponent[] = { TAG_PUBLIC_KEY, TAG_EXPONENT };
	static const unsigned point[] = { TAG_PUBLIC_KEY, TAG_POINT };
	struct jm_rbuf n, e;

	memset(out, 0, sizeof *out);
	if (jm_tlv_find(data, point, NELEM(point), &n) == JM_OK)
		return jm_ec_pub_set(
		    &out->ec, n.left == 65 ? JM_P256 : JM_P384, n.p, n.left);
	if (jm_tlv_find(data, modulus, NELEM(modulus), &n) != JM_OK ||
	    jm_tlv_find(data, exponent, NELEM(exponent), &e) != JM_OK)
		return JM_FORMAT;
	return take_rsa(n, e, &out->rsa);
}

static jm_err
generate(struct counter *c, struct counter_card *k, const struct pair *p,
    struct jm_x509_key *out)
{
	const struct jm_capdu cmd = { .ins = INS_GENERATE,
		.p1 = NEW_KEY,
		.p2 = CURRENT,
		.ne = KEY_REPLY_MAX };
	size_t len;
	jm_err e;

	if ((e = counter_select_ef(c, k, p->key)) != JM_OK ||
	    (e = counter_send(c, k, COUNTER_AT_GENERATE, &cmd, &len)) != JM_OK)
		return e;
	e = take_key((struct jm_rbuf){ k->reply, len }, out);
	if (e != JM_OK)
		counter_blame(c, k, COUNTER_AT_GENERATE, e, 0);
	return e;
}

static jm_err
certify(
    struct counter *c, const struct counter_ca *ca, struct work *w, size_t *len)
{
	struct jm_reissue how = { .old = &w->old,
		.key = &w->key,
		.ca = ca->cert,
		.ca_key = ca->key,
		.not_before = c->now() };
	uint32_t serial[2];
	jm_err e;

	if ((e = jm_random(serial, sizeof serial)) != JM_OK)
		return e;
	how.serial_hi = (serial[0] & 0x3fffffff) | 0x40000000;
	how.serial_lo = serial[1];
	how.not_after = counter_valid_until(w->old.not_after, how.not_before);
	return jm_cert_reissue(&how, w->der, len);
}

static jm_err
renew_pair(struct counter *c, struct counter_card *k, const struct pair *p,
    const struct counter_ca *ca, struct work *w)
{
	size_t len;
	jm_err e;

	if ((e = read_old(c, k, p, &w->old)) != JM_OK ||
	    (e = generate(c, k, p, &w->key)) != JM_OK)
		return e;
	if ((e = certify(c, ca, w, &len)) != JM_OK)
		return counter_blame(c, NULL, COUNTER_AT_CERTIFY, e, 0);
	return counter_update(c, k, p->cert, w->der, len);
}

/* Which pairs the card has. */
static jm_err
look(struct counter *c, struct counter_card *k, int *auth, int *sign)
{
	uint8_t *mem = NULL;
	size_t len;
	jm_err e;

	if ((e = counter_read(c, k, PAIRS_FILE, &mem, &len)) != JM_OK)
		return e;
	*auth = len > auth_pair.byte && mem[auth_pair.byte] == PRESENT;
	*sign = len > sign_pair.byte && mem[sign_pair.byte] == PRESENT;
	jm_free_secret(mem, COUNTER_FILE_MAX);
	return JM_OK;
}

jm_err
counter_renew(
    struct counter *c, struct counter_card *k, const struct counter_cas *cas)
{
	struct work *w = calloc(1, sizeof *w);
	int auth, sign;
	jm_err e;

	if (w == NULL)
		return counter_blame(c, NULL, COUNTER_AT_CERTIFY, JM_NOMEM, 0);
	if ((e = counter_channel(c, k, &counter_jpki, &c->counter)) != JM_OK ||
	    (e = look(c, k, &auth, &sign)) != JM_OK ||
	    /* No target: all that is renewed, together. */
	    (e = counter_authorise(c, k, COUNTER_RENEW, NULL, 0)) != JM_OK)
		goto out;
	if (auth)
		e = renew_pair(c, k, &auth_pair, &cas->auth, w);
	if (e == JM_OK && sign)
		e = renew_pair(c, k, &sign_pair, &cas->sign, w);
	if (e == JM_OK)
		e = counter_activate(c, k);
out:
	free(w);
	return e;
}
