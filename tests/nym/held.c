/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/nym/held.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "card/key.h"

struct held_card held_card;

static char base[64], data[160];
static unsigned last_sw;
static struct jm_cert cert;

/* --- the card --------------------------------------------------------------
 */

jm_err __wrap_jm_card_sign(struct jm_card *card, enum jm_pair pair,
    enum jm_sign_mode mode, const uint8_t *in, size_t in_len, uint8_t *sig,
    size_t cap, size_t *sig_len);
jm_err __wrap_jm_card_sign_own(struct jm_card *card, enum jm_app app,
    const uint8_t *in, size_t in_len, uint8_t sig[JM_OWN_SIG]);
int __wrap_jm_card_uses_sfi(const struct jm_card *card);
unsigned __wrap_jm_card_sw(const struct jm_card *card);

static int
has_oid(const uint8_t *t, size_t len)
{
	return memmem(t, len, nym_reserved_oid, sizeof nym_reserved_oid) !=
	       NULL;
}

jm_err
__wrap_jm_card_sign(struct jm_card *card, enum jm_pair pair,
    enum jm_sign_mode mode, const uint8_t *in, size_t in_len, uint8_t *sig,
    size_t cap, size_t *sig_len)
{
	struct held_card *c = &held_card;
	const int stray = c->refuse_at != 0 && --c->refuse_at == 0;

	(void)card;
	assert_int_equal(pair, JM_PAIR_AUTH);
	assert_int_equal(mode, JM_MODE_RAW);
	assert_true(in_len <= NYM_T_MAX && cap >= NYM_S_LEN);
	memmove(c->t[1], c->t[0], sizeof c->t - sizeof c->t[0]);
	memmove(c->t_len + 1, c->t_len, sizeof c->t_len - sizeof c->t_len[0]);
	memmove(c->s[1], c->s[0], sizeof c->s - sizeof c->s[0]);
	memcpy(c->t[0], in, in_len);
	c->t_len[0] = in_len;
	c->asked++;
	*sig_len = 0;
	last_sw = 0x6a80;
	if (stray || (c->strict && has_oid(in, in_len)))
		return JM_CARD;
	foe_sign(FOE_CARD, in, in_len, sig);
	memcpy(c->s[0], sig, NYM_S_LEN);
	*sig_len = NYM_S_LEN;
	last_sw = 0x9000;
	return JM_OK;
}

jm_err
__wrap_jm_card_sign_own(struct jm_card *card, enum jm_app app,
    const uint8_t *in, size_t in_len, uint8_t sig[JM_OWN_SIG])
{
	(void)card;
	assert_int_equal(app, JM_APP_TEXT);
	foe_sign(FOE_TEXT, in, in_len, sig);
	last_sw = 0x9000;
	return JM_OK;
}

int
__wrap_jm_card_uses_sfi(const struct jm_card *card)
{
	(void)card;
	return 0;
}

unsigned
__wrap_jm_card_sw(const struct jm_card *card)
{
	(void)card;
	return last_sw;
}

const struct jm_cert *
held_cert(void)
{
	return &cert;
}

/* --- the folder ------------------------------------------------------------
 */

int
held_begin(void **state)
{
	(void)state;
	memset(&held_card, 0, sizeof held_card);
	memset(&cert, 0, sizeof cert);
	foe_public(FOE_CARD, &cert.rsa);
	cert.der_len = 700;
	memset(cert.der, 0x30, cert.der_len);
	memcpy(cert.der + 200, cert.rsa.n, NYM_S_LEN);
	snprintf(base, sizeof base, "/tmp/jumin-test-XXXXXX");
	if (mkdtemp(base) == NULL)
		return -1;
	held_other_folder("data");
	return 0;
}

int
held_end(void **state)
{
	char cmd[128];

	(void)state;
	snprintf(cmd, sizeof cmd, "rm -rf %s", base);
	return system(cmd);
}

const char *
held_folder(void)
{
	return data;
}

void
held_other_folder(const char *name)
{
	snprintf(data, sizeof data, "%s/%s", base, name);
	assert_true(mkdir(data, 0700) == 0 || access(data, W_OK) == 0);
	assert_int_equal(setenv("XDG_DATA_HOME", data, 1), 0);
}

void
held_copy(const char *from, const char *to)
{
	char cmd[256];

	snprintf(cmd, sizeof cmd, "rm -rf %s/%s && cp -a %s/%s %s/%s", base, to,
	    base, from, base, to);
	assert_int_equal(system(cmd), 0);
}

static int
no_lock(const struct dirent *d)
{
	return d->d_name[0] != '.' && strcmp(d->d_name, "lock") != 0;
}

size_t
held_all(uint8_t *out, size_t cap)
{
	char folder[192], path[512];
	struct dirent **d;
	size_t len = 0;
	int n;

	snprintf(folder, sizeof folder, "%s/jumin/nym", data);
	n = scandir(folder, &d, no_lock, alphasort);
	for (int i = 0; i < n; i++) {
		FILE *f;

		snprintf(path, sizeof path, "%s/%s", folder, d[i]->d_name);
		f = fopen(path, "rb");
		assert_non_null(f);
		len += fread(out + len, 1, cap - len, f);
		assert_true(len < cap);
		fclose(f);
		free(d[i]);
	}
	if (n >= 0)
		free(d);
	return len;
}

void
held_vault(struct nym_vault_ref *ref)
{
	int damaged;

	assert_int_equal(
	    nym_vault_find(cert.der, cert.der_len, ref, &damaged), JM_OK);
	assert_int_equal(damaged, 0);
}

/* --- uses ------------------------------------------------------------------
 */

jm_err
held_do(const struct held *h, struct nym_key *key, uint8_t prk[NYM_PRK_LEN],
    uint32_t *generation)
{
	struct nym_job j = { .work = h->work,
		.scope = h->scope,
		.mode = h->mode,
		.period = h->period,
		.time = h->time != 0 ? h->time : HELD_NOW,
		.new_secret = h->new_secret };
	struct nym_card c = { .cert = &cert };
	struct nym_lock *lock;
	jm_err e;

	if (j.work == NYM_WORK_REGISTER && j.mode == 0)
		j.mode = NYM_MODE_HOLDER;
	assert_int_equal(nym_lock_take(1000, &lock), JM_OK);
	if ((e = nym_job_before(&j, &c)) == JM_OK &&
	    (e = nym_job_run(&j, &c)) == JM_OK)
		e = nym_job_save(&j);
	if (e == JM_OK && key != NULL)
		*key = j.secret->key;
	if (e == JM_OK && prk != NULL)
		memcpy(prk, j.secret->prk, NYM_PRK_LEN);
	if (e == JM_OK && generation != NULL)
		*generation = j.which.generation;
	nym_job_end(&j);
	nym_lock_free(&lock);
	return e;
}

void
held_register(const char *scope, struct nym_key *key)
{
	const struct held h = { .work = NYM_WORK_REGISTER, .scope = scope };

	assert_int_equal(held_do(&h, key, NULL, NULL), JM_OK);
}

void
held_key(const char *scope, struct nym_key *key)
{
	const struct held h = { .work = NYM_WORK_KEY, .scope = scope };

	assert_int_equal(held_do(&h, key, NULL, NULL), JM_OK);
}

void
held_reset(const char *scope, int64_t time, int new_secret, struct nym_key *key,
    uint32_t *generation)
{
	const struct held h = { .work = NYM_WORK_RESET,
		.scope = scope,
		.time = time,
		.new_secret = new_secret };

	assert_int_equal(held_do(&h, key, NULL, generation), JM_OK);
}
