/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records of the text-entry application: taken apart, proved, refused. */
#include "objects/attr.h"

#include <stdio.h>
#include <string.h>

#include "base/tlv.h"
#include "tests/support/attr_records.h"
#include "tests/support/test.h"

static struct attr_keys keys;
static struct attr_record rec[3]; /* EF 0002, 0003, 0004 */
static struct jm_attr a;          /* of the last check */

static int
make(void **state)
{
	(void)state;
	attr_keys_make(&keys);
	attr_make_all(&keys, rec);
	return 0;
}

static int
drop(void **state)
{
	(void)state;
	attr_keys_free(&keys);
	return 0;
}

static struct jm_attr_records
all(void)
{
	return (struct jm_attr_records){ attr_rbuf(&rec[0]), attr_rbuf(&rec[1]),
		attr_rbuf(&rec[2]) };
}

static void
the_holder_is_who_the_record_says(void **state)
{
	const struct jm_attr_records r = all();
	(void)state;

	assert_int_equal(jm_attr_check(&r, &keys.ca_pub, &a), JM_OK);
	assert_string_equal(a.name, ATTR_NAME);
	assert_string_equal(a.address, ATTR_ADDRESS);
	assert_string_equal(a.birth, ATTR_BIRTH);
	assert_int_equal(a.sex, '2');
	assert_int_equal(a.offsets_fit, 1);
	assert_int_equal(a.proof, JM_ATTR_CERTIFIED);
	assert_memory_equal(a.ca_key_id,
	    "6000033\x08\x05"
	    "001\0\0\0\0",
	    16);

	/* The sizes that were measured. */
	assert_int_equal(rec[1].len, 336);
	assert_int_equal(rec[2].len, 568);
}

static void
what_was_proved_is_told_apart(void **state)
{
	static struct attr_record other, sig, fields;
	struct jm_attr_records r;
	struct jm_rsa_pub pub;
	(void)state;

	assert_int_equal(jm_soft_key_pub(keys.issuer, &pub), JM_OK);
	attr_make_fields(&fields, ATTR_NAME, ATTR_ADDRESS, ATTR_BIRTH, "1");
	attr_make_attributes(&other, &fields);

	r = all(); /* nobody vouches for the issuer */
	assert_int_equal(jm_attr_check(&r, NULL, &a), JM_OK);
	assert_int_equal(a.proof, JM_ATTR_SIGNED);
	/* ... and this one does not */
	assert_int_equal(jm_attr_check(&r, &pub, &a), JM_OK);
	assert_int_equal(a.proof, JM_ATTR_OTHER_CA);

	r.attributes = attr_rbuf(&other); /* another holder */
	assert_int_equal(jm_attr_check(&r, &keys.ca_pub, &a), JM_OK);
	assert_int_equal(a.proof, JM_ATTR_ALTERED);
	assert_int_equal(a.sex, '1');
	/* ... with a hash value to match, and nobody's signature */
	attr_make_signature(&sig, &fields, keys.ca);
	r.signature = attr_rbuf(&sig);
	assert_int_equal(jm_attr_check(&r, &keys.ca_pub, &a), JM_OK);
	assert_int_equal(a.proof, JM_ATTR_BAD_SIGNATURE);

	for (int lost = 0; lost < 2; lost++) {
		r = all();
		*(lost ? &r.certificate : &r.signature) =
		    (struct jm_rbuf){ NULL, 0 };
		assert_int_equal(jm_attr_check(&r, &keys.ca_pub, &a), JM_OK);
		assert_int_equal(a.proof,
		    lost ? JM_ATTR_NO_CERTIFICATE : JM_ATTR_NO_SIGNATURE);
		assert_string_equal(a.name, ATTR_NAME);

		r = all(); /* there, and nothing in it */
		(lost ? &r.certificate : &r.signature)->left = 0;
		assert_int_equal(jm_attr_check(&r, &keys.ca_pub, &a), JM_OK);
		assert_int_equal(a.proof, JM_ATTR_MALFORMED);
	}
}

/* Does a certificate made with a key of its own prove anything?  Only without a
 * CA that could deny it. */
static void
a_forged_card_is_found_out_by_the_ca(void **state)
{
	static struct attr_record cert, fields, sig, attrs;
	struct jm_attr_records r;
	struct attr_keys own;
	(void)state;

	attr_keys_make(&own);
	attr_make_fields(&fields, "A", "B", "20000101", "1");
	attr_make_attributes(&attrs, &fields);
	attr_make_signature(&sig, &fields, own.issuer);
	attr_make_certificate(&cert, own.issuer, own.ca);
	r = (struct jm_attr_records){ attr_rbuf(&attrs), attr_rbuf(&sig),
		attr_rbuf(&cert) };
	assert_int_equal(jm_attr_check(&r, NULL, &a), JM_OK);
	assert_int_equal(a.proof, JM_ATTR_SIGNED);
	assert_int_equal(jm_attr_check(&r, &keys.ca_pub, &a), JM_OK);
	assert_int_equal(a.proof, JM_ATTR_OTHER_CA);
	attr_keys_free(&own);
}

/* Any bit of any record: the data are the same, or they are not proved. */
static void
no_bit_can_be_changed_unnoticed(void **state)
{
	static struct attr_record was;
	const struct jm_attr_records r = all();
	static struct jm_attr good;
	unsigned table_bits = 0;
	(void)state;

	assert_int_equal(jm_attr_check(&r, &keys.ca_pub, &good), JM_OK);
	for (size_t which = 0; which < 3; which++) {
		was = rec[which];
		for (size_t bit = 0; bit < 8 * was.len; bit++) {
			jm_err e;

			rec[which].mem[bit / 8] ^= (uint8_t)(1u << bit % 8);
			e = jm_attr_check(&r, &keys.ca_pub, &a);
			rec[which] = was;
			if (e != JM_OK) {
				assert_int_equal(e, JM_FORMAT);
				assert_int_equal(which, 0);
				continue;
			}
			if (a.proof != JM_ATTR_CERTIFIED)
				continue;
			/* The table of offsets, which nobody signs. */
			assert_int_equal(which, 0);
			assert_int_equal(a.offsets_fit, 0);
			a.offsets_fit = 1;
			assert_memory_equal(&a, &good, sizeof a);
			table_bits++;
		}
	}
	assert_int_equal(table_bits, 8 * 8);
}

static void
no_record_may_be_shorter_or_longer(void **state)
{
	static const struct jm_attr none;
	(void)state;

	for (size_t which = 0; which < 3; which++)
		for (size_t n = 0; n <= rec[which].len + 1; n++) {
			struct jm_attr_records r = all();
			struct jm_rbuf *one = which == 0   ? &r.attributes
					      : which == 1 ? &r.signature
							   : &r.certificate;
			uint8_t *exact = malloc(n + 1);
			jm_err e;

			memcpy(exact, rec[which].mem, n);
			*one = (struct jm_rbuf){ exact, n };
			e = jm_attr_check(&r, &keys.ca_pub, &a);
			if (n == rec[which].len)
				assert_int_equal(a.proof, JM_ATTR_CERTIFIED);
			else if (which == 0)
				assert_int_equal(e, JM_FORMAT);
			else
				assert_int_equal(a.proof, JM_ATTR_MALFORMED);
			if (e != JM_OK)
				assert_memory_equal(&a, &none, sizeof a);
			free(exact);
		}
}

/* --- what a field may be -------------------------------------------------- */

static jm_err
with_fields(
    const char *name, const char *address, const char *birth, const char *sex)
{
	struct jm_attr_records r = { .signature = { NULL, 0 } };
	static struct attr_record fields, attrs;

	attr_make_fields(&fields, name, address, birth, sex);
	attr_make_attributes(&attrs, &fields);
	r.attributes = attr_rbuf(&attrs);
	return jm_attr_check(&r, NULL, &a);
}

static void
each_field_has_its_form(void **state)
{
	/* clang-format off */
	static const struct { const char *v[4]; jm_err want; } row[] = {
		{ { "A", "B", "19900102", "1" },         JM_OK },
		{ { "", "", "00000000", "0" },           JM_OK },
		{ { "A", "B", "19900000", "9" },         JM_OK },
		{ { "A", "B", "19901231", "7" },         JM_OK },
		{ { "\x1b[31m", "\n", "19901231", "2" }, JM_OK }, /* see the tool */
		{ { "\xe5\xb1", "B", "19900102", "1" },  JM_FORMAT },
		{ { "A", "\xff", "19900102", "1" },      JM_FORMAT },
		{ { "A", "\xc0\x80", "19900102", "1" },  JM_FORMAT },
		{ { "A", "B", "1990010", "1" },          JM_FORMAT },
		{ { "A", "B", "199001021", "1" },        JM_FORMAT },
		{ { "A", "B", "1990-1-2", "1" },         JM_FORMAT },
		{ { "A", "B", "19901302", "1" },         JM_FORMAT },
		{ { "A", "B", "19900132", "1" },         JM_FORMAT },
		{ { "A", "B", "1990010/", "1" },         JM_FORMAT },
		{ { "A", "B", "1990010:", "1" },         JM_FORMAT },
		{ { "A", "B", "19900102", "" },          JM_FORMAT },
		{ { "A", "B", "19900102", "12" },        JM_FORMAT },
		{ { "A", "B", "19900102", "M" },         JM_FORMAT },
		{ { "A", "B", "19900102", "/" },         JM_FORMAT },
		{ { "A", "B", "19900102", ":" },         JM_FORMAT },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(with_fields(row[i].v[0], row[i].v[1],
				     row[i].v[2], row[i].v[3]),
		    row[i].want);
		if (row[i].want == JM_OK)
			assert_string_equal(a.birth, row[i].v[2]);
	}
}

static void
a_field_as_long_as_its_room_is_too_long(void **state)
{
	static char text[JM_ATTR_ADDRESS_MAX + 1];
	(void)state;

	for (size_t n = JM_ATTR_NAME_MAX - 1; n <= JM_ATTR_NAME_MAX; n++) {
		memset(text, 'n', n);
		text[n] = '\0';
		assert_int_equal(with_fields(text, "B", "19900102", "1"),
		    n < JM_ATTR_NAME_MAX ? JM_OK : JM_FORMAT);
	}
	for (size_t n = JM_ATTR_ADDRESS_MAX - 1; n <= JM_ATTR_ADDRESS_MAX;
	     n++) {
		memset(text, 'a', n);
		text[n] = '\0';
		assert_int_equal(with_fields("A", text, "19900102", "1"),
		    n < JM_ATTR_ADDRESS_MAX ? JM_OK : JM_FORMAT);
	}
}

/* Objects missing, twice, in another order, beside them, or with a NUL. */
static void
the_record_has_its_objects_and_no_others(void **state)
{
	/* clang-format off */
	static const struct { const char *p; size_t len; jm_err want; } row[] = {
#define FIELDS(s) s, sizeof s - 1
		{ FIELDS("\xdf\x22\1A\xdf\x23\1B\xdf\x24\10" "19900102\xdf\x25\1" "1"), JM_OK },
		{ FIELDS("\xdf\x22\x81\1A\xdf\x23\1B\xdf\x24\10" "19900102\xdf\x25\1" "1"), JM_OK },
		{ FIELDS("\xdf\x22\1\0\xdf\x23\1B\xdf\x24\10" "19900102\xdf\x25\1" "1"), JM_FORMAT },
		{ FIELDS("\xdf\x23\1B\xdf\x22\1A\xdf\x24\10" "19900102\xdf\x25\1" "1"), JM_FORMAT },
		{ FIELDS("\xdf\x22\1A\xdf\x22\1A\xdf\x23\1B\xdf\x24\10" "19900102\xdf\x25\1" "1"), JM_FORMAT },
		{ FIELDS("\xdf\x22\1A\xdf\x23\1B\xdf\x24\10" "19900102"), JM_FORMAT },
		{ FIELDS("\xdf\x22\1A\xdf\x23\1B\xdf\x24\10" "19900102\xdf\x25\1" "1\xdf\x26\0"), JM_FORMAT },
		{ FIELDS("\xdf\x22\1A\xdf\x23\x80" "B\0\0\xdf\x24\10" "19900102\xdf\x25\1" "1"), JM_FORMAT },
		{ FIELDS("\xdf\x22\1A\xdf\x23\x7f" "B\xdf\x24\10" "19900102\xdf\x25\1" "1"), JM_FORMAT },
		{ FIELDS(""), JM_FORMAT },
	};
	/* clang-format on */
	static struct attr_record fields, attrs;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct jm_attr_records r = { .signature = { NULL, 0 } };
		struct jm_wbuf w;

		memcpy(fields.mem, row[i].p, row[i].len);
		fields.len = row[i].len;
		jm_wbuf_init(&w, attrs.mem, sizeof attrs.mem);
		jm_put_tlv(&w, 0xdf21, "\0\0\0\0\0\0\0\0", 8);
		jm_put(&w, fields.mem, fields.len);
		jm_tlv_wrap(&w, 0, 0xff20);
		assert_int_equal(jm_wbuf_done(&w, &attrs.len), JM_OK);
		r.attributes = attr_rbuf(&attrs);
		assert_int_equal(jm_attr_check(&r, NULL, &a), row[i].want);
		assert_int_equal(a.offsets_fit, 0);
	}
}

/* --- keys that prove nothing ---------------------------------------------- */

/* With the exponent 1 a signature is what it signs, and anybody can make it. */
static void
a_key_that_everybody_can_sign_for_is_none(void **state)
{
	static const struct {
		const char *e;
		size_t e_len, n_len;
		int even;
	} row[] = { { "\1", 1, 256, 0 }, { "\0\1", 2, 256, 0 },
		{ "\0", 1, 256, 0 }, { "", 0, 256, 0 }, { "\2", 1, 256, 0 },
		{ "\1\0\1", 3, 255, 0 }, { "\1\0\1", 3, 128, 0 },
		{ "\1\0\1", 3, 0, 0 }, { "\1\0\1", 3, 513, 0 },
		{ "\1\0\1", 3, 256, 1 },
		{ "\1\2\3\4\5\6\7\10\11", 9, 256, 0 } };
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct jm_attr_records r = all();
		static struct attr_record cert;
		uint8_t n[513];
		struct jm_wbuf w;

		memset(n, 0xab, sizeof n);
		if (row[i].n_len > 0 && row[i].even)
			n[row[i].n_len - 1] = 0xaa;
		jm_wbuf_init(&w, cert.mem, sizeof cert.mem);
		jm_put_fill(&w, '0', 2 * JM_ATTR_KEY_ID);
		jm_put_tlv(&w, 0x90, row[i].e, row[i].e_len);
		jm_put_tlv(&w, 0x91, n, row[i].n_len);
		jm_tlv_wrap(&w, 0, 0x5f4e);
		jm_put_tlv(&w, 0x5f37, n, 256);
		jm_tlv_wrap(&w, 0, 0x7f21);
		assert_int_equal(jm_wbuf_done(&w, &cert.len), JM_OK);
		r.certificate = attr_rbuf(&cert);
		assert_int_equal(jm_attr_check(&r, NULL, &a), JM_OK);
		assert_int_equal(a.proof, JM_ATTR_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_holder_is_who_the_record_says),
		cmocka_unit_test(what_was_proved_is_told_apart),
		cmocka_unit_test(a_forged_card_is_found_out_by_the_ca),
		cmocka_unit_test(no_bit_can_be_changed_unnoticed),
		cmocka_unit_test(no_record_may_be_shorter_or_longer),
		cmocka_unit_test(each_field_has_its_form),
		cmocka_unit_test(a_field_as_long_as_its_room_is_too_long),
		cmocka_unit_test(the_record_has_its_objects_and_no_others),
		cmocka_unit_test(a_key_that_everybody_can_sign_for_is_none),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
