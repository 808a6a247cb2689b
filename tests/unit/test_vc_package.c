/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_package.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/ctx.h"
#include "tests/support/test.h"
#include "vcard/vc_library.h"
#include "vcard/vc_package_rule.h"

#define DAY "20310331"

static uint8_t mem[VC_PACKAGE_MAX];

static int
stop(void **state)
{
	(void)state;
	jm_crypto_done();
	return 0;
}

static size_t
library(const char *pin, const struct jm_ec_pub *root)
{
	const struct vc_library how = {
		.root = root, .last_day = DAY, .pin = pin
	};
	size_t len;

	assert_int_equal(vc_library_make(&how, mem, sizeof mem, &len), JM_OK);
	return len;
}

static struct vc_package *
parsed(size_t len)
{
	struct vc_package *p;

	assert_int_equal(vc_package_parse(mem, len, &p), JM_OK);
	return p;
}

static void
the_library_card_is_what_the_page_says(void **state)
{
	static const uint8_t aid[] = { 0xf0, 0x4a, 0x4d, 0x4c, 0x49, 0x42, 1 };
	struct vc_package *p;

	(void)state;
	p = parsed(library(NULL, NULL));
	assert_int_equal(p->def.aid_len, sizeof aid);
	assert_memory_equal(p->def.aid, aid, sizeof aid);
	assert_string_equal(p->name, "library");
	assert_string_equal(p->label, "Library card");
	assert_int_equal(p->def.file_count, 3);
	assert_int_equal(p->init[0].len, 10);
	assert_int_equal(p->init[1].len, 2);
	assert_memory_equal(p->init[2].p, DAY, 8);
	assert_int_equal(p->file[0].cond.access, VC_ALWAYS);
	assert_int_equal(p->file[0].update.access, VC_NEVER);
	assert_int_equal(p->file[1].update.rights, VC_R_SERVICE);
	assert_int_equal(p->root.point_len, 0);
	vc_package_free(&p);

	p = parsed(library("4711", NULL));
	assert_int_equal(p->def.file_count, 4);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(p->file[i].cond.access, VC_ANY_OF);
		assert_int_equal(p->file[i].cond.pin[0], 0x0011);
		assert_int_equal(p->file[i].cond.rights, VC_R_SERVICE);
	}
	assert_memory_equal(p->init[3].p, "4711", 4);
	vc_package_free(&p);
}

static void
two_library_cards_have_nothing_in_common(void **state)
{
	uint8_t first[10];
	struct vc_package *p;

	(void)state;
	p = parsed(library(NULL, NULL));
	memcpy(first, p->init[0].p, 10);
	vc_package_free(&p);
	p = parsed(library(NULL, NULL));
	assert_memory_not_equal(first, p->init[0].p, 10);
	vc_package_free(&p);
}

static void
a_library_card_of_bad_words_is_refused(void **state)
{
	/* clang-format off */
	static const struct vc_library bad[] = {
		{ .last_day = "20260230" },
		{ .last_day = "2026" },
		{ .last_day = DAY, .member = "123456789" },
		{ .last_day = DAY, .member = "12345678901" },
		{ .last_day = DAY, .member = "123456789x" },
		{ .last_day = DAY, .pin = "123" },
		{ .last_day = DAY, .pin = "12345" },
		{ .last_day = DAY, .pin = "12a4" },
	};
	/* clang-format on */
	size_t len;

	(void)state;
	for (size_t i = 0; i < NELEM(bad); i++)
		assert_int_equal(
		    vc_library_make(&bad[i], mem, sizeof mem, &len), JM_ARG);
	assert_int_equal(
	    vc_library_make(
		&(struct vc_library){ .last_day = DAY }, mem, 40, &len),
	    JM_SPACE);
}

/* With everything in it that a package can have. */
static struct vc_package *
everything(void)
{
	static const uint8_t records[] = { 0, 2, 'a', 'b', 0, 1, 'c' };
	struct jm_soft_key *key;
	struct jm_ec_pub root;
	struct vc_package *p;
	static uint8_t cvc[60] = { 0x7f, 0x21, 57 };
	size_t len;

	assert_int_equal(jm_soft_key_new_ec(JM_P256, &key), JM_OK);
	assert_int_equal(jm_soft_key_ec_pub(key, &root), JM_OK);
	jm_soft_key_free(&key);
	p = parsed(library("4711", &root));
	p->key = (struct vc_bytes){ records, 3 };
	p->cvc = (struct vc_bytes){ cvc, sizeof cvc };
	p->file[4] = p->file[1];
	p->file[4].id = 0x1e;
	p->file[4].kind = VC_RECORDS;
	p->file[4].cond.rights = VC_R_COUNTER;
	strcpy(p->file_name[4], "history");
	p->init[4] = (struct vc_bytes){ records, sizeof records };
	p->def.file_count = 5;
	assert_int_equal(vc_package_make(p, mem, sizeof mem, &len), JM_OK);
	vc_package_free(&p);
	return parsed(len);
}

static void
what_is_written_is_read(void **state)
{
	struct vc_package *p = everything(), *q;
	uint8_t *out = malloc(p->len);
	size_t len;

	(void)state;
	assert_non_null(out);
	assert_int_equal(vc_package_make(p, out, p->len, &len), JM_OK);
	assert_int_equal(len, p->len);
	assert_memory_equal(out, p->bytes, len);
	assert_int_equal(vc_package_parse(out, len, &q), JM_OK);
	assert_int_equal(q->def.file_count, 5);
	assert_int_equal(q->file[4].kind, VC_RECORDS);
	assert_int_equal(q->key.len, 3);
	assert_int_equal(q->cvc.len, 60);
	assert_int_equal(q->root.point_len, 65);
	assert_string_equal(q->def.files[4].name, "history");
	vc_package_free(&q);
	vc_package_free(&p);
	free(out);
}

/* Each breaks one rule of a package that is otherwise right. */
static void
change(struct vc_package *p, unsigned which)
{
	static const uint8_t cut[] = { 0, 2, 'a' }, empty[] = { 0, 0 };

	switch (which) {
	case 0: p->def.aid[0] = 0xd0; break;
	case 1: p->def.aid_len = 4; break;
	case 2: strcpy(p->name, "Library"); break;
	case 3: strcpy(p->name, "1ibrary"); break;
	case 4: strcpy(p->label, "a\x01"); break;
	case 5: p->label[0] = '\0'; break;
	case 6: p->def.traits = VC_T_OPERATOR; break;
	case 7: p->def.traits = VC_T_CHANGE_KEY; break;
	case 8: p->def.file_count = 0; break;
	case 9: p->file[1].id = p->file[0].id; break;
	case 10: p->file[1].id = 0; break;
	case 11: p->file[1].id = 0x1f; break;
	case 12: p->file[1].id = 0x0101; break;
	case 13: p->file[0].kind = VC_KEY; break;
	case 14: p->file[0].cond.pin[0] = 0x0012; break; /* no such */
	case 15: p->file[0].cond.pin[0] = 0x0001; break; /* no PIN */
	case 16:
		p->file[0].update = (struct vc_cond){ VC_ANY_OF, { 0 }, 0 };
		break;
	case 17:
		p->file[0].update =
		    (struct vc_cond){ VC_ANY_OF, { 0 }, VC_LOAD_APP };
		break;
	case 18: p->file[0].cond.rights = VC_R_ISSUER; break;
	case 19: p->file[3].update.access = VC_ALWAYS; break;
	case 20: p->file[3].cond.access = VC_ALWAYS; break;
	case 21: p->file[3].pin_min = 0; break;
	case 22: p->file[3].pin_min = 5; break;
	case 23: p->file[3].pin_max = 17; break;
	case 24: p->file[3].tries = 0; break;
	case 25: p->file[3].tries = 16; break;
	case 26: p->init[3].len = 3; break;
	case 27: p->file[0].size = 9; break; /* shorter than its contents */
	case 28: p->file[0].size = VC_OBJECT_MAX + 1; break;
	case 29: p->init[4] = (struct vc_bytes){ cut, sizeof cut }; break;
	case 30: p->init[4] = (struct vc_bytes){ empty, sizeof empty }; break;
	case 31: p->file[4].size = 1; break;
	case 32: p->file_name[2][0] = '\0'; break;
	case 33: p->init[0].len = 0; break;
	case 34: p->root.point[1] ^= 1; break;
	case 35: p->cvc.len--; break;
	case 36: p->file[3].form = (enum vc_form)3; break;
	case 37: p->file[0].cond.access = (enum vc_access)3; break;
	case 38: p->file[3].cond.rights = VC_R_SERVICE; break;
	case 39: /* one PIN that another one's holder changes */
		p->file[2] = p->file[3];
		p->file[2].id = 0x0012;
		p->init[2] = p->init[3];
		break;
	case 40: p->file[3].cond.pin[1] = 0x0011; break;
	default: fail();
	}
}

static void
each_rule_is_kept(void **state)
{
	struct vc_package *p, *q;
	size_t len;

	(void)state;
	for (unsigned i = 0; i < 41; i++) {
		p = everything();
		change(p, i);
		if (vc_package_make(p, mem, sizeof mem, &len) != JM_ARG)
			fail_msg("change %u was written", i);
		assert_int_equal(len, 0);
		/* and as bytes from elsewhere */
		assert_int_equal(
		    vc_package_write(p, mem, sizeof mem, &len), JM_OK);
		if (vc_package_parse(mem, len, &q) != JM_FORMAT)
			fail_msg("change %u was read", i);
		assert_null(q);
		vc_package_free(&p);
	}
}

static void
no_length_is_written_in_two_ways(void **state)
{
	struct vc_package *p = parsed(library(NULL, NULL)), *q;
	static uint8_t longer[VC_PACKAGE_MAX];
	size_t len = p->len;

	(void)state;
	/* E0 81 n ... as E0 82 00 n ... */
	assert_int_equal(mem[1], 0x81);
	longer[0] = 0xe0;
	longer[1] = 0x82;
	longer[2] = 0;
	memcpy(longer + 3, mem + 2, len - 2);
	assert_int_equal(vc_package_parse(longer, len + 1, &q), JM_FORMAT);
	memcpy(longer, mem, len);
	longer[len] = 0;
	assert_int_equal(vc_package_parse(longer, len + 1, &q), JM_FORMAT);
	vc_package_free(&p);
}

/* Whatever it is, it is taken whole, with sense, or not at all. */
static unsigned
try_bytes(const uint8_t *p, size_t len)
{
	struct vc_package *q;
	uint8_t *copy = malloc(len > 0 ? len : 1);
	jm_err e;

	assert_non_null(copy);
	memcpy(copy, p, len);
	e = vc_package_parse(copy, len, &q);
	free(copy);
	if (e != JM_OK) {
		assert_int_equal(e, JM_FORMAT);
		assert_null(q);
		return 0;
	}
	assert_int_equal(q->def.aid[0] & 0xf0, 0xf0);
	assert_in_range(q->def.file_count, 1, 30);
	vc_package_free(&q);
	return 1;
}

static void
every_truncation_and_bit_flip_is_survived(void **state)
{
	struct vc_package *p = everything();
	uint8_t *bytes = malloc(p->len);
	unsigned taken = 0;

	(void)state;
	assert_non_null(bytes);
	memcpy(bytes, p->bytes, p->len);
	for (size_t n = 0; n < p->len; n++)
		assert_int_equal(try_bytes(bytes, n), 0);
	for (size_t i = 0; i < 8 * p->len; i++) {
		bytes[i / 8] ^= (uint8_t)(1 << i % 8);
		taken += try_bytes(bytes, p->len);
		bytes[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	/* texts and contents can be others */
	assert_in_range(taken, 100, 8 * p->len / 2);
	free(bytes);
	vc_package_free(&p);
}

static void
too_long_is_refused(void **state)
{
	struct vc_package *q;
	uint8_t *big = calloc(1, VC_PACKAGE_MAX + 1);

	(void)state;
	assert_non_null(big);
	big[0] = 0xe0;
	big[1] = 0x82;
	big[2] = (VC_PACKAGE_MAX - 3) >> 8;
	big[3] = (VC_PACKAGE_MAX - 3) & 0xff;
	assert_int_equal(
	    vc_package_parse(big, VC_PACKAGE_MAX + 1, &q), JM_FORMAT);
	assert_int_equal(vc_package_parse(big, 0, &q), JM_FORMAT);
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_library_card_is_what_the_page_says),
		cmocka_unit_test(two_library_cards_have_nothing_in_common),
		cmocka_unit_test(a_library_card_of_bad_words_is_refused),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(each_rule_is_kept),
		cmocka_unit_test(no_length_is_written_in_two_ways),
		cmocka_unit_test(every_truncation_and_bit_flip_is_survived),
		cmocka_unit_test(too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, stop);
}
