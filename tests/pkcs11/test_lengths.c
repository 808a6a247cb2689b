/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lengths that programs give wrong.  Every buffer here has exactly the room
 * that may be written, or the bytes that may be read, so that a sanitized build
 * sees one byte too many.
 */
#include "tests/pkcs11/p11t_sign.h"

#include <stdlib.h>

/* --- where the module writes ---------------------------------------------- */

struct out {
	CK_SESSION_HANDLE s;
	CK_SLOT_ID slot;
	CK_OBJECT_HANDLE key, cert;
};

typedef CK_RV (*out_call)(const struct out *o, void *buf, CK_ULONG *len);

static CK_RV
slots(const struct out *o, void *buf, CK_ULONG *len)
{
	(void)o;
	return p11->C_GetSlotList(CK_TRUE, buf, len);
}

static CK_RV
mechanisms(const struct out *o, void *buf, CK_ULONG *len)
{
	return p11->C_GetMechanismList(o->slot, buf, len);
}

static CK_RV
interfaces(const struct out *o, void *buf, CK_ULONG *len)
{
	(void)o;
	return C_GetInterfaceList(buf, len);
}

/* An operation may be under way from the call before: lengths keep it. */
static CK_RV
again(CK_RV rv)
{
	return rv == CKR_OPERATION_ACTIVE ? CKR_OK : rv;
}

static CK_RV
sign(const struct out *o, void *buf, CK_ULONG *len)
{
	CK_BYTE data[] = "data";
	CK_RV rv = again(p11t_sign_init(o->s, o->key));

	return rv != CKR_OK ? rv
			    : p11->C_Sign(o->s, data, sizeof data, buf, len);
}

static CK_RV
sign_final(const struct out *o, void *buf, CK_ULONG *len)
{
	CK_RV rv = again(p11t_sign_init(o->s, o->key));

	return rv != CKR_OK ? rv : p11->C_SignFinal(o->s, buf, len);
}

static CK_RV
digest(const struct out *o, void *buf, CK_ULONG *len)
{
	CK_MECHANISM m = { CKM_SHA512, NULL, 0 };
	CK_BYTE data[] = "data";
	CK_RV rv = again(p11->C_DigestInit(o->s, &m));

	return rv != CKR_OK ? rv
			    : p11->C_Digest(o->s, data, sizeof data, buf, len);
}

static CK_RV
digest_final(const struct out *o, void *buf, CK_ULONG *len)
{
	CK_MECHANISM m = { CKM_SHA_1, NULL, 0 };
	CK_RV rv = again(p11->C_DigestInit(o->s, &m));

	return rv != CKR_OK ? rv : p11->C_DigestFinal(o->s, buf, len);
}

static CK_RV
attribute(const struct out *o, void *buf, CK_ULONG *len)
{
	CK_ATTRIBUTE a = { CKA_VALUE, buf, *len };
	CK_RV rv = p11->C_GetAttributeValue(o->s, o->cert, &a, 1);

	/* Too small a buffer is told by length -1 here: no other tells more. */
	if (rv != CKR_BUFFER_TOO_SMALL)
		*len = a.ulValueLen;
	else
		assert_true(a.ulValueLen == CK_UNAVAILABLE_INFORMATION);
	return rv;
}

static const struct {
	const char *what;
	out_call call;
	size_t unit;
	int tells; /* CKR_BUFFER_TOO_SMALL comes with the length */
} outs[] = {
	{ "slots", slots, sizeof(CK_SLOT_ID), 1 },
	{ "mechanisms", mechanisms, sizeof(CK_MECHANISM_TYPE), 1 },
	{ "interfaces", interfaces, sizeof(CK_INTERFACE), 1 },
	{ "sign", sign, 1, 1 },
	{ "sign in parts", sign_final, 1, 1 },
	{ "digest", digest, 1, 1 },
	{ "digest in parts", digest_final, 1, 1 },
	{ "attribute", attribute, 1, 0 },
};

static void
one_length(const struct out *o, size_t i, CK_ULONG need, CK_ULONG given)
{
	const CK_ULONG room = given < need ? given : need;
	CK_ULONG len = given;
	void *buf = malloc(room > 0 ? room * outs[i].unit : 1);
	CK_RV rv;

	print_message("%s: %lu of %lu\n", outs[i].what, given, need);
	assert_non_null(buf);
	rv = outs[i].call(o, buf, &len);
	free(buf);
	assert_int_equal(rv, given < need ? CKR_BUFFER_TOO_SMALL : CKR_OK);
	if (rv == CKR_OK || outs[i].tells)
		assert_int_equal(len, need);
}

static void
no_more_is_written_than_there_is_room_for(void **state)
{
	struct out o = { .s = p11t_user(AUTH), .slot = p11t_slot(AUTH) };

	(void)state;
	o.key = p11t_key(o.s, AUTH);
	o.cert = p11t_object(o.s, CKO_CERTIFICATE, 1);
	for (size_t i = 0; i < NELEM(outs); i++) {
		CK_ULONG need = 0x5a5a5a5aUL; /* not to be believed */

		assert_int_equal(outs[i].call(&o, NULL, &need), CKR_OK);
		assert_in_range(need, 2, 4096);
		one_length(&o, i, need, 0);
		one_length(&o, i, need, 1);
		one_length(&o, i, need, need - 1);
		one_length(&o, i, need, need);
		one_length(&o, i, need, need + 1);
		one_length(&o, i, need, ~0UL);
	}
}

static void
a_search_hands_out_no_more_than_there_is_room_for(void **state)
{
	static const CK_ULONG given[] = { 0, 1, ~0UL };
	CK_SESSION_HANDLE s = p11t_user(AUTH);
	CK_OBJECT_HANDLE all[16], *some;
	CK_ULONG found, n;

	(void)state;
	found = (CK_ULONG)p11t_find(s, NULL, 0, all, NELEM(all));
	assert_in_range(found, 3, NELEM(all));
	for (size_t i = 0; i < NELEM(given); i++) {
		const CK_ULONG room = given[i] < found ? given[i] : found;

		some = malloc(room > 0 ? room * sizeof *some : 1);
		assert_non_null(some);
		assert_int_equal(p11->C_FindObjectsInit(s, NULL, 0), CKR_OK);
		assert_int_equal(
		    p11->C_FindObjects(s, some, given[i], &n), CKR_OK);
		assert_int_equal(n, room);
		assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
		free(some);
	}
}

/* --- where it reads ----------------------------------------------------------
 */

/* One byte to read; each length says that there are more, or none. */
static void
what_cannot_be_right_is_not_read(void **state)
{
	static const CK_ULONG wild[] = { 0, 17, 4096, 0x7fffffffUL, ~0UL };
	CK_SESSION_HANDLE s = p11t_open_rw(AUTH);
	CK_BYTE *one = malloc(1);
	CK_MECHANISM m = { CKM_RSA_PKCS_PSS, one, 0 };
	CK_OBJECT_HANDLE key;
	CK_RV rv;

	(void)state;
	assert_non_null(one);
	*one = '1';
	(void)p11t_apdus();
	for (size_t i = 0; i < NELEM(wild); i++) {
		const CK_ULONG n = wild[i];

		rv = p11->C_Login(s, CKU_USER, one, n);
		assert_int_equal(rv, CKR_PIN_LEN_RANGE);
		rv = p11->C_SetPIN(s, one, n, one, 1);
		assert_int_equal(rv, CKR_PIN_LEN_RANGE);
		rv = p11->C_SetPIN(s, one, 1, one, n);
		assert_int_equal(rv, CKR_PIN_LEN_RANGE);
	}
	p11t_assert_apdus(0, "PINs of any length");

	p11t_login(s, AUTH);
	key = p11t_key(s, AUTH);
	for (size_t i = 0; i < NELEM(wild); i++) {
		m.ulParameterLen = wild[i];
		rv = p11->C_SignInit(s, &m, key);
		assert_int_equal(rv, CKR_MECHANISM_PARAM_INVALID);
	}
	/* A DigestInfo cannot be that long, so nobody looks at it. */
	m = (CK_MECHANISM){ CKM_RSA_PKCS, NULL, 0 };
	for (size_t i = 2; i < NELEM(wild); i++) {
		CK_BYTE sig[512];
		CK_ULONG len = sizeof sig;

		assert_int_equal(p11->C_SignInit(s, &m, key), CKR_OK);
		rv = p11->C_Sign(s, one, wild[i], sig, &len);
		assert_int_equal(rv, CKR_DATA_LEN_RANGE);
	}
	key = p11t_object(s, CKO_PUBLIC_KEY, 1);
	for (size_t i = 0; i < NELEM(wild); i++) {
		assert_int_equal(p11->C_VerifyInit(s, &m, key), CKR_OK);
		rv = p11->C_Verify(s, one, 1, one, wild[i]);
		assert_int_equal(rv, CKR_SIGNATURE_LEN_RANGE);
	}
	free(one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, p11t_setup, p11t_teardown)
		T(no_more_is_written_than_there_is_room_for),
		T(a_search_hands_out_no_more_than_there_is_room_for),
		T(what_cannot_be_right_is_not_read),
	};

	return cmocka_run_group_tests(
	    tests, p11t_group_setup, p11t_group_teardown);
}
