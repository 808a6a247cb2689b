/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/vc_apps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "crypto/rsa_pad.h"
#include "tests/support/test.h"
#include "vcard/vc_issue.h"

#define ISSUED      1774969200 /* 2026-03-31T15:00:00Z, the day after in Japan */
#define MODULUS_LEN 256
#define SPKI_LEN    294 /* of RSA-2048 with e = 65537 */
#define SPKI_AT     33  /* where its modulus begins */

static const char *const files[] = { "auth-ca.pem", "auth-ca-key.pem",
	"sign-ca.pem", "sign-ca-key.pem", "upper-ca.pem", "licence-ca.pem" };

int
vc_apps_start(void **state)
{
	static const char *const params[] = { "licence=on", NULL };
	struct vc_try *t = calloc(1, sizeof *t);

	if (t == NULL)
		return -1;
	snprintf(t->dir, sizeof t->dir, "/tmp/jumin-test-XXXXXX");
	if (mkdtemp(t->dir) == NULL)
		return -1;
	snprintf(t->master, sizeof t->master, "%s/master", t->dir);
	snprintf(t->image, sizeof t->image, "%s/card", t->dir);
	*state = t;
	return vc_create(t->master, &(struct vc_issue){ .number = KNOWN_NUMBER,
					.security_code = KNOWN_SECURITY,
					.record_code = KNOWN_CODE,
					.text_pin = KNOWN_TEXT_PIN,
					.juki_pin = KNOWN_JUKI_PIN,
					.issued = ISSUED,
					.params = params,
					.ca_dir = t->dir }) == JM_OK
		   ? 0
		   : -1;
}

int
vc_apps_stop(void **state)
{
	struct vc_try *t = *state;
	char path[120];

	for (size_t i = 0; i < NELEM(files); i++) {
		snprintf(path, sizeof path, "%s/%s", t->dir, files[i]);
		unlink(path);
	}
	return vc_try_stop(state);
}

unsigned
vc_verify_text(struct vc_try *t, unsigned id, const char *value)
{
	char hex[64];
	int n = snprintf(
	    hex, sizeof hex, "002000%02X%02zX", 0x80 + id, strlen(value));

	for (; *value != '\0'; value++)
		n += snprintf(
		    hex + n, sizeof hex - (size_t)n, "%02X", (unsigned)*value);
	return vc_say(t, hex);
}

static unsigned
read_part(struct vc_try *t, size_t off, unsigned le)
{
	char hex[16];

	snprintf(hex, sizeof hex, "00B0%04zX%02X", off, le);
	return vc_say(t, hex);
}

static unsigned
select_ef(struct vc_try *t, unsigned id)
{
	char hex[16];

	snprintf(hex, sizeof hex, "00A4020C02%04X", id);
	return vc_say(t, hex);
}

size_t
vc_read_ef(struct vc_try *t, unsigned id, uint8_t *out, size_t cap)
{
	size_t len = 0;

	assert_int_equal(select_ef(t, id), 0x9000);
	for (;;) {
		unsigned sw = read_part(t, len, 100);

		if (sw == 0x6b00 && len > 0)
			return len;
		assert_int_equal(sw, 0x9000);
		assert_true(t->rsp_len <= cap - len);
		memcpy(out + len, t->rsp, t->rsp_len);
		len += t->rsp_len;
	}
}

unsigned
vc_read_sw(struct vc_try *t, unsigned id)
{
	unsigned sw = select_ef(t, id);

	if (sw != 0x9000)
		return sw;
	sw = read_part(t, 0, 1);
	assert_int_equal(t->rsp_len, sw == 0x9000);
	return sw;
}

/* Contents ------------------------------------------------------------------*/

const uint8_t *
vc_take(const uint8_t **p, size_t *left, unsigned tag, size_t *val_len,
    const uint8_t **whole)
{
	const uint8_t *s = *p;
	size_t head = tag > 0xff ? 2 : 1, n, more;

	if (whole != NULL)
		*whole = s;
	assert_true(*left >= head + 1);
	assert_int_equal(head == 2 ? (unsigned)s[0] << 8 | s[1] : s[0], tag);
	n = s[head++];
	if (n >= 0x80) {
		more = n & 0x7f;
		assert_in_range(more, 1, 2);
		assert_true(*left >= head + more);
		for (n = 0; more > 0; more--)
			n = n << 8 | s[head++];
		assert_true(n >= 0x80); /* no longer than needed */
	}
	assert_true(*left >= head + n);
	*p = s + head + n;
	*left -= head + n;
	*val_len = n;
	return s + head;
}

void
vc_take_key(const uint8_t *p, size_t len, struct jm_rsa_pub *out)
{
	assert_int_equal(len, 5 + 4 + MODULUS_LEN);
	assert_memory_equal(p, "\x90\x03\x01\x00\x01\x91\x82\x01\x00", 9);
	memset(out, 0, sizeof *out);
	memcpy(out->e, p + 2, 3);
	out->e_len = 3;
	memcpy(out->n, p + 9, MODULUS_LEN);
	out->n_len = MODULUS_LEN;
	out->bits = 8 * MODULUS_LEN;
	assert_true((out->n[0] & 0x80) != 0);
}

void
vc_must_verify(const struct jm_rsa_pub *key, const void *data, size_t len,
    const uint8_t *sig, size_t sig_len)
{
	uint8_t hash[JM_DIGEST_MAX], info[JM_DIGESTINFO_MAX];
	size_t n;

	assert_int_equal(jm_hash(JM_SHA256, data, len, hash), JM_OK);
	jm_digestinfo(JM_SHA256, hash, info, &n);
	assert_int_equal(jm_rsa_verify_raw(key, info, n, sig, sig_len), JM_OK);
	info[n - 1] ^= 1; /* and of nothing else */
	assert_int_equal(
	    jm_rsa_verify_raw(key, info, n, sig, sig_len), JM_BAD_SIG);
}

static int
base64(int c)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c > 0 ? strchr(set, c) : NULL;

	return at == NULL ? -1 : (int)(at - set);
}

void
vc_public_file(const struct vc_try *t, const char *name, struct jm_rsa_pub *out)
{
	uint8_t der[SPKI_LEN + 8];
	char path[120], line[100];
	size_t n = 0;
	uint32_t bits = 0;
	unsigned have = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", t->dir, name);
	assert_non_null(f = fopen(path, "r"));
	assert_non_null(fgets(line, sizeof line, f));
	assert_string_equal(line, "-----BEGIN PUBLIC KEY-----\n");
	while (fgets(line, sizeof line, f) != NULL && line[0] != '-')
		for (const char *s = line; base64(*s) >= 0; s++) {
			bits = bits << 6 | (uint32_t)base64(*s);
			if ((have += 6) < 8)
				continue;
			assert_true(n < sizeof der);
			der[n++] = (uint8_t)(bits >> (have -= 8));
		}
	fclose(f);
	assert_string_equal(line, "-----END PUBLIC KEY-----\n");
	assert_int_equal(n, SPKI_LEN);
	memset(out, 0, sizeof *out);
	memcpy(out->n, der + SPKI_AT, MODULUS_LEN);
	out->n_len = MODULUS_LEN;
	out->bits = 8 * MODULUS_LEN;
	memcpy(out->e, "\x01\x00\x01", 3);
	out->e_len = 3;
}

static void
is_key_id(const uint8_t *p, const char *number)
{
	assert_memory_equal(p, number, 7);
	assert_memory_equal(p + 7, "\x08\x05", 2);
	for (int i = 9; i < 12; i++)
		assert_in_range(p[i], '0', '9');
	assert_memory_equal(p + 12, "\0\0\0\0", 4);
}

void
vc_open_cvc(const uint8_t *p, size_t len, const char *issuer_number,
    const char *number, const struct jm_rsa_pub *issuer, struct jm_rsa_pub *out)
{
	const uint8_t *body, *sig;
	size_t body_len, sig_len;

	body = vc_take(&p, &len, 0x5f4e, &body_len, NULL);
	sig = vc_take(&p, &len, 0x5f37, &sig_len, NULL);
	assert_int_equal(len, 0);
	assert_int_equal(body_len, 297);
	assert_int_equal(sig_len, MODULUS_LEN);
	is_key_id(body, issuer_number);
	is_key_id(body + 16, number);
	vc_take_key(body + 32, body_len - 32, out);
	vc_must_verify(issuer, body, body_len, sig, sig_len);
}

/* Reach ---------------------------------------------------------------------*/

static unsigned
answer(char c)
{
	switch (c) {
	case '+': return 0x9000;
	case '-': return 0x6982;
	case 'k': return 0x6981;
	case 'n': return 0x6a82;
	}
	fail_msg("%c: no answer", c);
	return 0;
}

void
vc_check_reach(struct vc_try *t, const char *select, const struct vc_ref *refs,
    size_t n_refs, const struct vc_reach *rows, size_t n_rows)
{
	for (unsigned set = 0; set < 1u << n_refs; set++) {
		vc_power(t->card, 0);
		vc_power(t->card, 1);
		assert_int_equal(vc_say(t, select), 0x9000);
		for (size_t i = 0; i < n_refs; i++)
			if ((set >> i & 1) != 0)
				assert_int_equal(vc_verify_text(t, refs[i].id,
						     refs[i].value),
				    0x9000);
		for (size_t i = 0; i < n_rows; i++) {
			unsigned want, got = vc_read_sw(t, rows[i].id);

			assert_int_equal(strlen(rows[i].answers), 1u << n_refs);
			want = answer(rows[i].answers[set]);
			if (got != want)
				fail_msg("%04X with set %u: %04X, not %04X",
				    rows[i].id, set, got, want);
		}
	}
}
