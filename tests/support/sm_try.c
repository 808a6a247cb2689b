/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/sm_try.h"

#include <string.h>

#include "apdu/sm_impl.h"
#include "crypto/ctx.h"
#include "tests/support/test.h"

int
sm_try_start(void **state)
{
	struct sm_pair *p;

	if (sm_pair_new(&p) != JM_OK)
		return -1;
	*state = p;
	return 0;
}

int
sm_try_stop(void **state)
{
	struct sm_pair *p = *state;

	sm_pair_free(&p);
	jm_crypto_done();
	return 0;
}

int
sm_try_fresh(void **state)
{
	sm_pair_reset(*state);
	return 0;
}

struct jm_sm_keys
sm_try_keys(unsigned counted)
{
	struct jm_sm_keys k;

	memset(k.enc, 0x11, sizeof k.enc);
	memset(k.mac, 0x22, sizeof k.mac);
	memset(k.ssc, 0, sizeof k.ssc);
	for (unsigned i = 0; i < counted; i++)
		jm_sm_count(&k);
	return k;
}

void
sm_try_known(struct sm_pair *p)
{
	const struct jm_sm_keys k = sm_try_keys(0);

	assert_int_equal(sm_pair_known(p, &k), JM_OK);
}

jm_err
sm_try_send(struct sm_pair *p, size_t nc, size_t ne, struct jm_wbuf *got)
{
	static uint8_t data[JM_SM_NC_MAX + 1], mem[JM_SM_NE_MAX];
	const struct jm_capdu c = { .cla = 0x80,
		.ins = 0xd6,
		.p1 = 1,
		.p2 = 2,
		.data = data,
		.nc = nc,
		.ne = ne };

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * 3);
	memcpy(data, SM_TRY_MARK, sizeof SM_TRY_MARK);
	jm_wbuf_init(got, mem, sizeof mem);
	return jm_sm_send(p->sm, &c, got, &p->sw);
}

void
sm_try_dead(struct sm_pair *p, jm_err want)
{
	static const struct jm_sm_keys zero;
	const unsigned sent = p->sent;
	struct jm_wbuf got;

	assert_int_equal(jm_sm_state(p->sm), want);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(sm_try_send(p, 0, 0, &got), want);
		assert_int_equal(got.len, 0);
		assert_int_equal(p->sw, 0);
	}
	assert_int_equal(p->sent, sent);
	assert_memory_equal(&p->sm->keys, &zero, sizeof zero);
}
