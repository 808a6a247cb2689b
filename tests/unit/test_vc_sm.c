/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The card's secure messaging, by commands that deviate. */
#include <string.h>

#include "base/hex.h"
#include "tests/support/sm_try.h"
#include "tests/support/test.h"
#include "vcard/vc_channel_impl.h"

/* Sends objects with their MAC (2: none) and what is behind it under cla; the
 * status word. */
static unsigned
command_is(struct sm_pair *p, uint8_t cla, const char *objects, int mac,
    const char *behind)
{
	static uint8_t cmd[JM_XCMD_MAX], rsp[SM_PAIR_RSP];
	const uint8_t head[4] = { cla, 0xd6, 0, 0 };
	const struct jm_sm_keys k = sm_try_keys(1);
	size_t len, n;

	sm_try_known(p);
	memcpy(cmd, head, 4);
	assert_int_equal(
	    jm_hex_decode(objects, cmd + 5, sizeof cmd - 5, &len), JM_OK);
	/* blocks of AA stand for a text, encrypted here */
	for (size_t i = 0; i + 16 <= len; i++) {
		uint8_t *b = cmd + 5 + i;

		if (b[0] == 0xaa && b[1] == 0xaa) {
			assert_int_equal(
			    jm_sm_encrypt(&k, b, (len - i) & ~(size_t)15, b),
			    JM_OK);
			break;
		}
	}
	if (mac) {
		sm_pair_seal(&k, head, cmd + 5, len, cmd + 5 + len);
		len += SM_MAC_OBJECT;
	}
	assert_int_equal(jm_hex_decode(behind, cmd + 5 + len, 64, &n), JM_OK);
	len += n;
	cmd[4] = (uint8_t)len;
	cmd[5 + len] = 0;
	sm_pair_card(p, cmd, len == 0 ? 5 : 6 + len, rsp, &n);
	return (unsigned)rsp[n - 2] << 8 | rsp[n - 1];
}

#define A15   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ZEROS "00000000000000000000000000000000"

static void
each_command_has_one_form(void **state)
{
	/* clang-format off */
	static const struct {
		uint8_t cla; const char *objects; int mac; const char *behind;
		unsigned sw; size_t nc, ne;
	} row[] = {
		{ 0x0c, "",       1, "", 0x9000, 0, 0 },
		{ 0x8c, "",       1, "", 0x9000, 0, 0 },
		{ 0x0c, "970110", 1, "", 0x9000, 0, 16 },
		{ 0x0c, "970100", 1, "", 0x9000, 0, 256 },
		{ 0x0c, "97020000", 1, "", 0x9000, 0, 65536 },
		{ 0x0c, "97020123", 1, "", 0x9000, 0, 0x123 },
		{ 0x0c, "871101" A15 "80", 1, "", 0x9000, 15, 0 },
		{ 0x0c, "871101" "aaaa800000000000000000000000" "0000",
		                  1, "", 0x9000, 2, 0 },

		/* objects missing: 6987 */
		{ 0x0c, "",       0, "", 0x6987, 0, 0 },
		{ 0x0c, "970110", 0, "", 0x6987, 0, 0 },
		{ 0x0c, "871101" A15 "80", 0, "", 0x6987, 0, 0 },

		/* wrong ones: 6988 */
		{ 0x0c, "970110" "871101" A15 "80", 1, "", 0x6988, 0, 0 },
		{ 0x0c, "970110" "970110", 1, "", 0x6988, 0, 0 },
		{ 0x0c, "8101aa", 1, "", 0x6988, 0, 0 },
		{ 0x0c, "970110" "8101aa", 1, "", 0x6988, 0, 0 },
		{ 0x0c, "99029000", 1, "", 0x6988, 0, 0 },
		{ 0x0c, "",       1, "970110", 0x6988, 0, 0 },
		{ 0x0c, "",       1, "8e080011223344556677", 0x6988, 0, 0 },
		{ 0x0c, "",       1, "00", 0x6988, 0, 0 },
		{ 0x0c, "9700",   1, "", 0x6988, 0, 0 },
		{ 0x0c, "9703000000", 1, "", 0x6988, 0, 0 },
		{ 0x0c, "8700",   1, "", 0x6988, 0, 0 },
		{ 0x0c, "870101", 1, "", 0x6988, 0, 0 },
		{ 0x0c, "871001" A15, 1, "", 0x6988, 0, 0 },
		{ 0x0c, "871102" A15 "80", 1, "", 0x6988, 0, 0 },
		{ 0x0c, "871100" A15 "80", 1, "", 0x6988, 0, 0 },
		{ 0x0c, "871101" A15 "aa", 1, "", 0x6988, 0, 0 },
		{ 0x0c, "871101" A15 "00", 1, "", 0x6988, 0, 0 },
		{ 0x0c, "872101" A15 "80" ZEROS, 1, "", 0x6988, 0, 0 },
		{ 0x0c, "970110" "8e080011223344556677", 0, "",
		                  0x6988, 0, 0 },
		{ 0x0c, "8e0400112233", 0, "", 0x6988, 0, 0 },
		{ 0x0c, "8e00",   0, "", 0x6988, 0, 0 },
		{ 0x0c, "8e0800112233445566", 0, "", 0x6988, 0, 0 },
		{ 0x0c, "9701",   0, "", 0x6988, 0, 0 },
		{ 0x0c, "97",     0, "", 0x6988, 0, 0 },
		{ 0x0c, "1f",     0, "", 0x6988, 0, 0 },
		{ 0x0c, "8780",   0, "", 0x6988, 0, 0 },
		{ 0x0c, "8785ffffffffff", 0, "", 0x6988, 0, 0 },
	};
	/* clang-format on */
	struct sm_pair *p = *state;

	for (size_t i = 0; i < NELEM(row); i++) {
		unsigned sw = command_is(
		    p, row[i].cla, row[i].objects, row[i].mac, row[i].behind);

		if (sw != row[i].sw)
			print_error("row %zu\n", i);
		assert_int_equal(sw, row[i].sw);
		assert_int_equal(p->ch != NULL, sw == 0x9000);
		assert_int_equal(p->carried_out, sw == 0x9000);
		if (sw != 0x9000)
			continue;
		assert_int_equal(p->seen.cla, row[i].cla & 0xf3);
		assert_int_equal(p->seen.nc, row[i].nc);
		assert_int_equal(p->seen.ne, row[i].ne);
		assert_int_equal(p->seen.extended, row[i].ne > 256);
		for (size_t k = 0; k < row[i].nc; k++)
			assert_int_equal(p->seen_data[k], 0xaa);
	}
}

/* Padding without anything in front of it is not data. */
static void
empty_data_are_refused(void **state)
{
	struct sm_pair *p = *state;
	static uint8_t rsp[SM_PAIR_RSP];
	uint8_t cmd[64] = { 0x0c, 0xd6, 0, 0, 19 + 10, 0x87, 0x11, 0x01, 0x80 };
	struct jm_sm_keys k;
	size_t n;

	memset(&k, 7, sizeof k);
	assert_int_equal(sm_pair_known(p, &k), JM_OK);
	jm_sm_count(&k);
	assert_int_equal(jm_sm_encrypt(&k, cmd + 8, 16, cmd + 8), JM_OK);
	sm_pair_seal(&k, cmd, cmd + 5, 19, cmd + 24);
	sm_pair_card(p, cmd, 35, rsp, &n);
	assert_int_equal(rsp[0] << 8 | rsp[1], 0x6988);
	assert_null(p->ch);
}

/* Straight to the function, without the lengths a command can have. */
static unsigned
unwrap(struct sm_pair *p, const struct vc_cmd *c, size_t cap, jm_err *e)
{
	static uint8_t mem[70000];
	struct vc_cmd plain;
	unsigned sw = 1;

	memset(mem, 0xee, sizeof mem);
	*e = vc_channel_unwrap(p->ch, c, mem, cap, &plain, &sw);
	for (size_t i = cap; i < sizeof mem; i++)
		assert_int_equal(mem[i], 0xee);
	if (*e == JM_OK && sw == 0x9000)
		return sw;
	assert_false(vc_channel_alive(p->ch));
	assert_int_equal(plain.nc, 0);
	for (size_t i = 0; i < cap; i++)
		assert_int_equal(mem[i], 0);
	return sw;
}

static void
odd_classes_and_sizes_end_the_channel(void **state)
{
	struct sm_pair *p = *state;
	static uint8_t data[65535];
	struct jm_sm_keys k, next;
	struct vc_cmd c;
	jm_err e;

	memset(&k, 7, sizeof k);
	for (unsigned cla = 0; cla < 256; cla++) {
		assert_int_equal(sm_pair_known(p, &k), JM_OK);
		next = k;
		jm_sm_count(&next);
		c = (struct vc_cmd){ .cla = (uint8_t)cla,
			.ins = 0xb0,
			.data = data,
			.nc = SM_MAC_OBJECT,
			.ne = 256 };
		sm_pair_seal(
		    &next, (uint8_t[4]){ c.cla, c.ins }, data, 0, data);
		assert_int_equal(unwrap(p, &c, 200, &e),
		    cla == 0x0c || cla == 0x8c ? 0x9000 : 0x6988);
	}
	/* another Le than the greatest */
	sm_pair_seal(&next, (uint8_t[4]){ 0x0c, 0xb0 }, data, 0, data);
	c.cla = 0x0c;
	for (size_t ne = 0; ne <= 256; ne++) {
		assert_int_equal(sm_pair_known(p, &k), JM_OK);
		c.ne = ne;
		assert_int_equal(
		    unwrap(p, &c, 200, &e), ne == 256 ? 0x9000 : 0x6700);
		assert_int_equal(sm_pair_known(p, &k), JM_OK);
		c.extended = 1;
		assert_int_equal(unwrap(p, &c, 200, &e), 0x6700);
		c.extended = 0;
	}
	c.ne = 65536;
	c.extended = 1;
	assert_int_equal(sm_pair_known(p, &k), JM_OK);
	assert_int_equal(unwrap(p, &c, c.nc + VC_CHANNEL_ROOM, &e), 0x9000);
	for (size_t cap = 0; cap < c.nc + VC_CHANNEL_ROOM; cap++) {
		sm_try_known(p);
		assert_int_equal(unwrap(p, &c, cap, &e), 0x6700);
	}
	assert_int_equal(sm_pair_known(p, &k), JM_OK);
	memcpy(data, "\x87\x82\xff\xf1\x01", 5);
	memcpy(data + sizeof data - SM_MAC_OBJECT, "\x8e\x08", 2);
	c.nc = sizeof data;
	assert_int_equal(unwrap(p, &c, 2000, &e), 0x6700);
	assert_int_equal(sm_pair_known(p, &k), JM_OK);
	assert_int_equal(unwrap(p, &c, sizeof data + 32, &e), 0x6988);
	assert_int_equal(e, JM_OK);
}

static void
what_is_over_stays_over(void **state)
{
	static const struct vc_channel zero = { .step = STEP_OVER };
	struct sm_pair *p = *state;
	struct jm_sm_keys k;
	struct vc_cmd c = { .cla = 0x0c, .ne = 256 };
	uint8_t mem[128];
	struct jm_wbuf w;
	jm_err e;

	memset(&k, 7, sizeof k);
	assert_int_equal(sm_pair_known(p, &k), JM_OK);
	assert_int_equal(unwrap(p, &c, 100, &e), 0x6987);
	assert_memory_equal(p->ch, &zero, sizeof zero); /* keys are gone */
	assert_false(vc_channel_ready(p->ch));
	assert_null(vc_channel_peer(p->ch));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(unwrap(p, &c, 100, &e), 0x6988);
		jm_wbuf_init(&w, mem, sizeof mem);
		assert_int_equal(
		    vc_channel_wrap(p->ch, NULL, 0, 0x9000, &w), JM_ARG);
		assert_int_equal(w.len, 0);
	}
	assert_false(vc_channel_alive(NULL));
	assert_false(vc_channel_ready(NULL));
	assert_null(vc_channel_peer(NULL));
	vc_channel_free(&p->ch);
	vc_channel_free(&p->ch);
	vc_channel_free(NULL);
}

/* The answer to a step that failed is protected; nothing after it is. */
static void
a_failed_step_s_answer_is_the_last(void **state)
{
	struct sm_pair *p = *state;
	const struct vc_cmd c = { .ins = 0x86, .p2 = 4, .ne = 256 };
	uint8_t mem[100];
	struct jm_wbuf w;
	unsigned sw;

	sm_try_known(p);
	p->ch->step = STEP_KEYED;
	jm_wbuf_init(&w, mem, sizeof mem);
	assert_int_equal(
	    vc_channel_auth(&p->ch, &p->trust, p->aid, p->aid_len, &c, &w, &sw),
	    JM_OK);
	assert_int_equal(sw, 0x6985);
	assert_false(vc_channel_alive(p->ch));
	assert_int_equal(vc_channel_wrap(p->ch, NULL, 0, sw, &w), JM_OK);
	assert_int_equal(w.len, 14);
	assert_int_equal(vc_channel_wrap(p->ch, NULL, 0, sw, &w), JM_ARG);
	assert_int_equal(w.len, 14);
}

static void
a_reply_without_room_ends_the_channel(void **state)
{
	struct sm_pair *p = *state;
	struct jm_sm_keys k;
	uint8_t mem[200];
	struct jm_wbuf w;

	memset(&k, 7, sizeof k);
	for (size_t room = 0; room <= 100 + VC_CHANNEL_OVERHEAD; room++) {
		int ok;

		assert_int_equal(sm_pair_known(p, &k), JM_OK);
		jm_wbuf_init(&w, mem, room);
		ok = vc_channel_wrap(p->ch, p->cvc, 100, 0x9000, &w) == JM_OK;
		assert_int_equal(w.len, ok ? 3 + 112 + 4 + 10 : 0);
		assert_int_equal(vc_channel_alive(p->ch), ok);
		if (room == 100 + VC_CHANNEL_OVERHEAD)
			assert_true(ok);
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup(f, sm_try_fresh)
	const struct CMUnitTest tests[] = {
		T(each_command_has_one_form),
		T(empty_data_are_refused),
		T(odd_classes_and_sizes_end_the_channel),
		T(what_is_over_stays_over),
		T(a_failed_step_s_answer_is_the_last),
		T(a_reply_without_room_ends_the_channel),
	};

	return cmocka_run_group_tests(tests, sm_try_start, sm_try_stop);
}
