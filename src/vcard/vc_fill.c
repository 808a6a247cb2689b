/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/wipe.h"
#include "crypto/digest.h"
#include "crypto/rsa_pad.h"
#include "vcard/vc_person.h"

#define KEY_BITS    2048
#define MODULUS_LEN 256
#define JST         (9 * 3600)
#define ADULT       18 /* years: their cards last ten years, others' five */

/* Particulars ---------------------------------------------------------------*/

static jm_err
random_digits(char *out, size_t n)
{
	uint8_t r[VC_MYNUMBER_LEN + 4];
	jm_err e;

	if ((e = jm_random(r, sizeof r)) != JM_OK)
		return e;
	for (size_t i = 0; i < n; i++)
		out[i] = (char)('0' + r[i] % 10);
	out[n] = '\0';
	jm_wipe(r, sizeof r);
	return JM_OK;
}

static jm_err
refuse(const char *what)
{
	jm_log(JM_LOG_ERROR, "the %s is not acceptable", what);
	return JM_ARG;
}

/* Given, or by chance with its check digit. */
static jm_err
take_numbers(struct vc_fill *f)
{
	const struct vc_issue *how = f->how;
	jm_err e;

	if ((e = random_digits(f->number, VC_MYNUMBER_LEN)) != JM_OK ||
	    (e = random_digits(f->code, VC_CODE_LEN)) != JM_OK ||
	    (e = random_digits(f->security, 4)) != JM_OK ||
	    (e = random_digits(f->serial, 15)) != JM_OK)
		return e;
	f->number[VC_MYNUMBER_LEN - 1] =
	    vc_mynumber_digit((const uint8_t *)f->number);
	f->code[VC_CODE_LEN - 1] = vc_code_digit((const uint8_t *)f->code);
	if (how->number != NULL) {
		if (!vc_mynumber_ok(
			(const uint8_t *)how->number, strlen(how->number)))
			return refuse("individual number");
		snprintf(f->number, sizeof f->number, "%s", how->number);
	}
	if (how->record_code != NULL) {
		if (!vc_code_ok((const uint8_t *)how->record_code,
			strlen(how->record_code)))
			return refuse("resident record code");
		snprintf(f->code, sizeof f->code, "%s", how->record_code);
	}
	if (how->security_code != NULL) {
		if (strlen(how->security_code) != 4 ||
		    strspn(how->security_code, "0123456789") != 4)
			return refuse("security code");
		snprintf(
		    f->security, sizeof f->security, "%s", how->security_code);
	}
	return JM_OK;
}

/* The tenth birthday from now; the fifth for who is not of age today. */
static jm_err
take_expiry(struct vc_fill *f, time_t issued)
{
	const char *birth = f->holder->birth;
	char born[9];
	time_t end, of_age;
	struct tm tm;
	unsigned year;

	snprintf(born, sizeof born, "%.8s", birth);
	year =
	    (unsigned)(born[0] - '0') * 1000 + (unsigned)(born[1] - '0') * 100 +
	    (unsigned)(born[2] - '0') * 10 + (unsigned)(born[3] - '0') + ADULT;
	tm = (struct tm){ .tm_year = (int)year - 1900,
		.tm_mon = (born[4] - '0') * 10 + (born[5] - '0') - 1,
		.tm_mday = (born[6] - '0') * 10 + (born[7] - '0') };
	of_age = timegm(&tm) - JST;
	end = vc_birthday_end(birth, issued, issued < of_age ? 5 : 10) + JST;
	if (gmtime_r(&end, &tm) == NULL ||
	    strftime(f->expiry, sizeof f->expiry, "%Y%m%d", &tm) != 8)
		return refuse("date of birth");
	return JM_OK;
}

jm_err
vc_fill_start(struct vc_fill *f, const struct vc_holder *holder,
    const struct vc_issue *how, time_t issued)
{
	jm_err e;

	*f = (struct vc_fill){ .holder = holder, .how = how };
	if ((e = take_numbers(f)) != JM_OK ||
	    (e = take_expiry(f, issued)) != JM_OK)
		return e;
	vc_era_yymmdd(holder->birth, f->birth6);
	snprintf(f->number_b, sizeof f->number_b, "%s%.4s%s", f->birth6,
	    f->expiry, f->security);
	return JM_OK;
}

void
vc_fill_clear(struct vc_fill *f)
{
	jm_soft_key_free(&f->upper);
	jm_soft_key_free(&f->city);
	jm_soft_key_free(&f->police);
	jm_wipe(f, sizeof *f);
}

static const struct {
	const char *app;
	vc_filler *fill;
	int city, police; /* needs their keys */
} fillers[] = {
	{ "text", vc_fill_text, 1, 0 },
	{ "face", vc_fill_face, 1, 0 },
	{ "juki", vc_fill_juki, 0, 0 },
	{ "common", vc_fill_common, 1, 0 },
	{ "licence", vc_fill_licence, 0, 1 },
};

static jm_err
need(struct jm_soft_key **key)
{
	return *key != NULL ? JM_OK : jm_soft_key_new(KEY_BITS, key);
}

static jm_err
fill_app(struct vc_fill *f, struct vc_app *app)
{
	jm_err e = JM_OK;

	for (size_t i = 0; i < NELEM(fillers); i++) {
		if (strcmp(fillers[i].app, app->def->name) != 0)
			continue;
		if (fillers[i].city && ((e = need(&f->upper)) != JM_OK ||
					   (e = need(&f->city)) != JM_OK))
			return e;
		if (fillers[i].police && (e = need(&f->police)) != JM_OK)
			return e;
		return fillers[i].fill(f, app);
	}
	return JM_OK;
}

jm_err
vc_fill_card(struct vc_fill *f, struct vc_card *card)
{
	jm_err e;

	for (size_t i = 0; i < card->app_count; i++)
		if (vc_app_there(&card->app[i]) &&
		    (e = fill_app(f, &card->app[i])) != JM_OK)
			return e;
	return vc_fill_data(f, card);
}

/* Into an application -------------------------------------------------------*/

struct vc_file *
vc_fill_find(struct vc_app *app, unsigned id)
{
	for (size_t i = 0; i < app->def->file_count; i++)
		if (app->def->files[i].id == id)
			return &app->file[i];
	return NULL;
}

jm_err
vc_fill_bytes(struct vc_app *app, unsigned id, const void *data, size_t len)
{
	struct vc_file *f = vc_fill_find(app, id);

	if (f == NULL)
		return JM_OK;
	if ((f->data = malloc(len)) == NULL)
		return JM_NOMEM;
	memcpy(f->data, data, len);
	f->len = len;
	return f->def->kind == VC_KEY ? vc_file_load_key(f) : JM_OK;
}

jm_err
vc_fill_wbuf(struct vc_app *app, unsigned id, const struct jm_wbuf *w)
{
	size_t len;
	jm_err e = jm_wbuf_done(w, &len);

	return e != JM_OK ? e : vc_fill_bytes(app, id, w->mem, len);
}

jm_err
vc_fill_key(struct vc_app *app, unsigned id, const struct jm_soft_key *key)
{
	uint8_t *der;
	size_t len;
	jm_err e;

	if ((der = malloc(JM_SOFT_KEY_DER_MAX)) == NULL)
		return JM_NOMEM;
	if ((e = jm_soft_key_save(key, der, &len)) == JM_OK)
		e = vc_fill_bytes(app, id, der, len);
	jm_free_secret(der, JM_SOFT_KEY_DER_MAX);
	return e;
}

jm_err
vc_fill_new_key(struct vc_app *app, unsigned id)
{
	struct jm_soft_key *key = NULL;
	jm_err e;

	if ((e = jm_soft_key_new(KEY_BITS, &key)) == JM_OK)
		e = vc_fill_key(app, id, key);
	jm_soft_key_free(&key);
	return e;
}

jm_err
vc_fill_pin(struct vc_app *app, unsigned id, const void *value, size_t len)
{
	struct vc_file *f = vc_fill_find(app, id);

	if (f == NULL)
		return JM_OK;
	if (!vc_pin_form_ok(f->def, value, len, VC_CHANGE_FORM)) {
		jm_log(
		    JM_LOG_ERROR, "the %s cannot have this form", f->def->name);
		return JM_ARG;
	}
	memcpy(f->pin, value, len);
	f->pin_len = len;
	f->tries = vc_pin_full(app, f->def);
	return JM_OK;
}

jm_err
vc_fill_unknown(struct vc_file *pin)
{
	jm_err e = jm_random(pin->pin, sizeof pin->pin);

	pin->pin_len = sizeof pin->pin;
	return e;
}

jm_err
vc_fill_random_pin(struct vc_app *app, unsigned id)
{
	struct vc_file *f = vc_fill_find(app, id);

	if (f == NULL)
		return JM_OK;
	f->tries = vc_pin_full(app, f->def);
	return vc_fill_unknown(f);
}

/* Keys and signatures -------------------------------------------------------*/

jm_err
vc_put_rsa(struct jm_wbuf *w, const struct jm_soft_key *key)
{
	struct jm_rsa_pub pub;
	jm_err e;

	if ((e = jm_soft_key_pub(key, &pub)) != JM_OK)
		return e;
	jm_put_tlv(w, 0x90, pub.e, pub.e_len);
	jm_put_tlv(w, 0x91, pub.n, pub.n_len);
	return JM_OK;
}

jm_err
vc_put_signature(struct jm_wbuf *w, unsigned tag, const struct jm_soft_key *key,
    const void *data, size_t len)
{
	uint8_t hash[JM_DIGEST_MAX], info[JM_DIGESTINFO_MAX];
	uint8_t sig[JM_RSA_BYTES_MAX];
	size_t info_len, sig_len;
	jm_err e;

	if ((e = jm_hash(JM_SHA256, data, len, hash)) != JM_OK)
		return e;
	jm_digestinfo(JM_SHA256, hash, info, &info_len);
	e = jm_soft_key_sign_raw(key, info, info_len, sig, &sig_len);
	if (e == JM_OK)
		jm_put_tlv(w, tag, sig, sig_len);
	return e;
}

void
vc_put_key_id(struct jm_wbuf *w, const char *number)
{
	jm_put(w, number, 7);
	jm_put_be16(w, 0x0805);
	jm_put(w, "001", 3);
	jm_put_fill(w, 0, 4);
}

jm_err
vc_put_cvc(struct jm_wbuf *w, const char *issuer_number,
    const struct jm_soft_key *issuer, const char *number,
    const struct jm_soft_key *key)
{
	uint8_t mem[2 * VC_KEY_ID + 9 + MODULUS_LEN];
	struct jm_wbuf body;
	size_t start = w->len, len;
	jm_err e;

	jm_wbuf_init(&body, mem, sizeof mem);
	vc_put_key_id(&body, issuer_number);
	vc_put_key_id(&body, number);
	if ((e = vc_put_rsa(&body, key)) != JM_OK ||
	    (e = jm_wbuf_done(&body, &len)) != JM_OK)
		return e;
	jm_put_tlv(w, 0x5f4e, mem, len);
	if ((e = vc_put_signature(w, 0x5f37, issuer, mem, len)) != JM_OK)
		return e;
	jm_tlv_wrap(w, start, 0x7f21);
	return JM_OK;
}
