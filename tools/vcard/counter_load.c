/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Municipal applications, by the common application. */
#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "base/utf8.h"
#include "base/wipe.h"
#include "crypto/digest.h"
#include "tools/vcard/counter.h"

#define CLA_OWN    0x80
#define INS_DELETE 0xe4
#define INS_LOAD   0xe6
#define INS_EXPORT 0xea
#define INS_LIST   0xf2
#define MORE       0x00
#define LAST       0x80
#define COMMON_PIN 0x001c
#define NO_MORE    0x6a88 /* LIST past the last one */
#define LIST_MAX   200    /* bytes of one application's row */
#define PIECE      200    /* of a package that EXPORT gives at once */

#define TAG_ROW    0x61
#define TAG_AID    0x4f
#define TAG_NAME   0x80
#define TAG_LABEL  0x50

jm_err
counter_consent(struct counter *c, struct counter_card *k)
{
	jm_err e;

	if ((e = counter_channel(c, k, &counter_common, &c->counter)) != JM_OK)
		return e;
	return counter_verify(c, k, COMMON_PIN, COUNTER_PIN_HOLDER);
}

jm_err
counter_blocks(struct counter *c, struct counter_card *k,
    enum counter_step step, uint8_t ins, const uint8_t *data, size_t len)
{
	struct jm_capdu cmd = { .cla = CLA_OWN, .ins = ins };
	size_t got;
	jm_err e = JM_OK;

	for (size_t off = 0; off < len && e == JM_OK; off += cmd.nc) {
		cmd.data = data + off;
		cmd.nc = len - off < JM_SM_SHORT ? len - off : JM_SM_SHORT;
		cmd.p1 = off + cmd.nc == len ? LAST : MORE;
		e = counter_send(c, k, step, &cmd, &got);
		cmd.p2++;
	}
	return e;
}

static jm_err
load(struct counter *c, struct counter_card *k, enum counter_op op,
    const uint8_t *package, size_t len)
{
	uint8_t hash[32];
	jm_err e;

	if ((e = jm_hash(JM_SHA256, package, len, hash)) != JM_OK)
		return counter_blame(c, NULL, COUNTER_AT_LOAD, e, 0);
	e = counter_authorise(c, k, op, hash, sizeof hash);
	if (e != JM_OK)
		return e;
	return counter_blocks(c, k, COUNTER_AT_LOAD, INS_LOAD, package, len);
}

jm_err
counter_load(struct counter *c, struct counter_card *k, enum counter_op op,
    const uint8_t *package, size_t len)
{
	uint8_t *fitted = NULL;
	size_t fitted_len;
	jm_err e;

	if ((e = counter_channel(c, k, &counter_common, &c->counter)) != JM_OK)
		return e;
	if (c->fit == NULL)
		return load(c, k, op, package, len);
	e = c->fit(c->fit_arg, &k->who, package, len, &fitted, &fitted_len);
	if (e != JM_OK)
		return counter_blame(c, NULL, COUNTER_AT_LOAD, e, 0);
	e = load(c, k, op, fitted, fitted_len);
	jm_free_secret(fitted, COUNTER_PACKAGE_MAX);
	return e;
}

jm_err
counter_delete(struct counter *c, struct counter_card *k, const uint8_t *aid,
    size_t aid_len)
{
	const struct jm_capdu cmd = {
		.cla = CLA_OWN, .ins = INS_DELETE, .data = aid, .nc = aid_len
	};
	size_t len;
	jm_err e;

	if ((e = counter_channel(c, k, &counter_common, &c->counter)) !=
		JM_OK ||
	    (e = counter_authorise(c, k, COUNTER_DELETE_APP, aid, aid_len)) !=
		JM_OK)
		return e;
	return counter_send(c, k, COUNTER_AT_DELETE, &cmd, &len);
}

/* 61 { 4F AID, 80 name, 50 label } */
static jm_err
take_row(struct jm_rbuf data, struct counter_loaded *out)
{
	static const unsigned aid[] = { TAG_ROW, TAG_AID };
	static const unsigned label[] = { TAG_ROW, TAG_LABEL };
	struct jm_rbuf v;
	uint32_t c;
	size_t n;

	memset(out, 0, sizeof *out);
	if (jm_tlv_find(data, aid, NELEM(aid), &v) != JM_OK || v.left == 0 ||
	    v.left > sizeof out->aid)
		return JM_FORMAT;
	memcpy(out->aid, v.p, out->aid_len = v.left);
	if (jm_tlv_find(data, label, NELEM(label), &v) != JM_OK ||
	    v.left >= sizeof out->label)
		return JM_FORMAT;
	memcpy(out->label, v.p, v.left);
	/* A terminal may show it. */
	for (size_t at = 0; at < v.left; at += n)
		if ((n = jm_utf8_next(v.p + at, v.left - at, &c)) == 0 ||
		    jm_utf8_is_control(c))
			return JM_FORMAT;
	return JM_OK;
}

jm_err
counter_list(struct counter *c, struct counter_card *k,
    struct counter_loaded list[COUNTER_LOADED_MAX], size_t *n)
{
	struct jm_capdu cmd = {
		.cla = CLA_OWN, .ins = INS_LIST, .ne = LIST_MAX
	};
	size_t len;
	jm_err e;

	*n = 0;
	if ((e = counter_channel(c, k, &counter_common, &c->counter)) != JM_OK)
		return e;
	while (*n < COUNTER_LOADED_MAX) {
		cmd.p2 = (uint8_t)*n;
		e = counter_send(c, k, COUNTER_AT_LIST, &cmd, &len);
		if (e != JM_OK && c->fault.sw == NO_MORE) {
			c->fault = (struct counter_fault){ .card = NULL };
			return JM_OK;
		}
		if (e == JM_OK && take_row((struct jm_rbuf){ k->reply, len },
				      &list[*n]) != JM_OK)
			e = counter_blame(c, k, COUNTER_AT_LIST, JM_FORMAT, 0);
		if (e != JM_OK)
			return e;
		(*n)++;
	}
	return JM_OK;
}

/* Its own header says how long it is. */
jm_err
counter_export_pieces(struct counter *c, struct counter_card *k,
    const uint8_t *aid, size_t aid_len, uint8_t *mem, size_t *n)
{
	struct jm_capdu cmd = { .cla = CLA_OWN,
		.ins = INS_EXPORT,
		.data = aid,
		.nc = aid_len,
		.ne = PIECE };
	size_t total = 0, got;
	jm_err e;

	*n = 0;
	do {
		e = counter_send(c, k, COUNTER_AT_EXPORT, &cmd, &got);
		if (e != JM_OK)
			return e;
		if (got == 0 || got > PIECE || got > COUNTER_PACKAGE_MAX - *n)
			break;
		memcpy(mem + *n, k->reply, got);
		*n += got;
		if (total == 0 &&
		    (*n < 4 || jm_tlv_total(mem, *n, &total) != JM_OK))
			break;
		cmd.p2++;
		cmd.data = NULL;
		cmd.nc = 0;
	} while (*n < total && got == PIECE);
	return total != 0 && *n == total
		   ? JM_OK
		   : counter_blame(c, k, COUNTER_AT_EXPORT, JM_FORMAT, 0);
}

jm_err
counter_export(struct counter *c, struct counter_card *k, const uint8_t *aid,
    size_t aid_len, uint8_t **out, size_t *len)
{
	uint8_t *mem;
	jm_err e;

	*out = NULL;
	*len = 0;
	if ((e = counter_channel(c, k, &counter_common, &c->counter)) !=
		JM_OK ||
	    (e = counter_authorise(c, k, COUNTER_MOVE_OUT, aid, aid_len)) !=
		JM_OK)
		return e;
	if ((mem = malloc(COUNTER_PACKAGE_MAX)) == NULL)
		return counter_blame(c, NULL, COUNTER_AT_EXPORT, JM_NOMEM, 0);
	if ((e = counter_export_pieces(c, k, aid, aid_len, mem, len)) ==
	    JM_OK) {
		*out = mem;
		return JM_OK;
	}
	*len = 0;
	jm_free_secret(mem, COUNTER_PACKAGE_MAX);
	return e;
}
