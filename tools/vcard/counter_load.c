/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Municipal applications, by the common application. */
#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "base/wipe.h"
#include "crypto/digest.h"
#include "tools/vcard/counter.h"

#define CLA_OWN    0x80
#define INS_DELETE 0xe4
#define INS_LOAD   0xe6
#define MORE       0x00
#define LAST       0x80
#define COMMON_PIN 0x001c

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

jm_err
counter_load(struct counter *c, struct counter_card *k, enum counter_op op,
    const uint8_t *package, size_t len)
{
	uint8_t hash[32];
	jm_err e;

	if ((e = jm_hash(JM_SHA256, package, len, hash)) != JM_OK)
		return counter_blame(c, NULL, COUNTER_AT_LOAD, e, 0);
	if ((e = counter_channel(c, k, &counter_common, &c->counter)) !=
		JM_OK ||
	    (e = counter_authorise(c, k, op, hash, sizeof hash)) != JM_OK)
		return e;
	return counter_blocks(c, k, COUNTER_AT_LOAD, INS_LOAD, package, len);
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
