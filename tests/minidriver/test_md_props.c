/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CardGetProperty and CardSetProperty. */
#include <string.h>

#include "base/hex.h"
#include "tests/minidriver/md_host.h"
#include "tests/support/test.h"

#define ROOM 64

static const struct {
	LPCWSTR name;
	DWORD flags;
	const char *want; /* hex, as it stands in memory */
} values[] = {
	{ L"Free Space", 0, "01000000 00000000 00000000 02000000" },
	{ L"Capabilities", 0, "01000000 01000000 00000000" },
	{ L"Key Sizes", 1, "01000000 00080000 00080000 00080000 00000000" },
	{ L"Key Sizes", 2, "01000000 00080000 00080000 00080000 00000000" },
	{ L"Read Only Mode", 0, "01000000" },
	{ L"Cache Mode", 0, "03000000" },
	{ L"Supports Windows x.509 Enrollment", 0, "00000000" },
	{ L"PIN Information", 1,
	    "06000000 00000000 00000000 02000000 00000000"
	    "06000000 00000000 00000000 00000000" },
	{ L"PIN Information", 3,
	    "06000000 00000000 01000000 08000000 00000000"
	    "06000000 03000000 00000000 00000000" },
	{ L"PIN List", 0, "0a000000" },
	{ L"Authenticated State", 0, "00000000" },
	{ L"PIN Strength Verify", 1, "01000000" },
	{ L"PIN Strength Verify", 3, "01000000" },
	{ L"PIN Strength Change", 1, "01000000" },
	{ L"PIN Strength Unblock", 3, "01000000" },
	{ L"Key Import Support", 0, "00000000" },
};

/* Of size bytes: the version that PIN_INFO wants at its beginning. */
static DWORD
ask(struct md_host *h, LPCWSTR name, DWORD flags, uint8_t *mem, DWORD size,
    DWORD *len)
{
	static const uint8_t version[4] = { 6 };

	memset(mem, 0xcc, ROOM);
	memcpy(mem, version, sizeof version);
	*len = 99;
	return MD_CALL(h, pfnCardGetProperty, name, size == 0 ? NULL : mem,
	    size, len, flags);
}

static void
each_has_its_value_and_its_length(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	(void)state;

	md_host_ready(&h, slot);
	for (size_t i = 0; i < NELEM(values); i++) {
		uint8_t mem[ROOM], want[ROOM];
		size_t n;
		DWORD len;

		assert_int_equal(
		    jm_hex_decode(values[i].want, want, sizeof want, &n),
		    JM_OK);
		/* room to spare, none, one byte too few */
		assert_int_equal(
		    ask(&h, values[i].name, values[i].flags, mem, ROOM, &len),
		    ERROR_SUCCESS);
		assert_int_equal(len, n);
		assert_memory_equal(mem, want, n);
		assert_int_equal(mem[n], 0xcc);
		assert_int_equal(ask(&h, values[i].name, values[i].flags, mem,
				     (DWORD)n, &len),
		    ERROR_SUCCESS);
		assert_int_equal(
		    ask(&h, values[i].name, values[i].flags, mem, 0, &len),
		    ERROR_INSUFFICIENT_BUFFER);
		assert_int_equal(len, n);
		assert_int_equal(ask(&h, values[i].name, values[i].flags, mem,
				     (DWORD)n - 1, &len),
		    ERROR_INSUFFICIENT_BUFFER);
		assert_int_equal(len, n);
		assert_int_equal(mem[5], 0xcc); /* nothing was written */
	}
	assert_int_equal(vslot_counted(slot).apdus, 0);
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
wrong_questions_are_refused(void **state)
{
	static const struct {
		LPCWSTR name;
		DWORD flags;
		LONG want;
	} row[] = {
		{ L"Free Space", 1, SCARD_E_INVALID_PARAMETER },
		{ L"Capabilities", 1, SCARD_E_INVALID_PARAMETER },
		{ L"Read Only Mode", 2, SCARD_E_INVALID_PARAMETER },
		{ L"Cache Mode", 1, SCARD_E_INVALID_PARAMETER },
		{ L"Card Identifier", 1, SCARD_E_INVALID_PARAMETER },
		{ L"PIN List", 1, SCARD_E_INVALID_PARAMETER },
		{ L"Authenticated State", 0x80000000,
		    SCARD_E_INVALID_PARAMETER },
		{ L"Key Sizes", 0, SCARD_E_INVALID_PARAMETER },
		{ L"Key Sizes", 3, SCARD_E_INVALID_PARAMETER },
		{ L"Key Sizes", 8, SCARD_E_INVALID_PARAMETER },
		{ L"PIN Information", 0, SCARD_E_INVALID_PARAMETER },
		{ L"PIN Information", 2, SCARD_E_INVALID_PARAMETER },
		{ L"PIN Information", 4, SCARD_E_INVALID_PARAMETER },
		{ L"PIN Information", 0xffffffff, SCARD_E_INVALID_PARAMETER },
		{ L"PIN Strength Verify", 2, SCARD_E_INVALID_PARAMETER },
		{ L"Card Serial Number", 0, SCARD_E_UNSUPPORTED_FEATURE },
		{ L"Algorithms", 0, SCARD_E_UNSUPPORTED_FEATURE },
		{ L"Padding Schemes", 0, SCARD_E_UNSUPPORTED_FEATURE },
		{ L"Chaining Modes", 0, SCARD_E_UNSUPPORTED_FEATURE },
		{ L"Parent Window", 0, SCARD_E_UNSUPPORTED_FEATURE },
		{ L"", 0, SCARD_E_INVALID_PARAMETER },
		{ L"Cache", 0, SCARD_E_INVALID_PARAMETER },
		{ L"Cache Modes", 0, SCARD_E_INVALID_PARAMETER },
		{ L"cache mode", 0, SCARD_E_INVALID_PARAMETER },
	};
	struct vslot *slot = fixture_slot(NULL);
	uint8_t mem[ROOM];
	struct md_host h;
	DWORD len;
	(void)state;

	md_host_ready(&h, slot);
	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(
		    ask(&h, row[i].name, row[i].flags, mem, ROOM, &len),
		    (DWORD)row[i].want);
		assert_int_equal(len, 0);
	}
	assert_int_equal(
	    MD_CALL(&h, pfnCardGetProperty, NULL, mem, ROOM, &len, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(
	    MD_CALL(&h, pfnCardGetProperty, L"PIN List", mem, ROOM, NULL, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(
	    MD_CALL(&h, pfnCardGetProperty, L"PIN List", NULL, 4, &len, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(md_get_property(NULL, L"PIN List", mem, ROOM, &len, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
pin_information_has_one_version(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	(void)state;

	md_host_ready(&h, slot);
	for (DWORD version = 0; version < 9; version++) {
		PIN_INFO info = { .dwVersion = version, .PinType = 77 };
		DWORD len;

		assert_int_equal(
		    MD_CALL(&h, pfnCardGetProperty, L"PIN Information",
			(PBYTE)&info, sizeof info, &len, ROLE_USER),
		    version == 6 ? ERROR_SUCCESS : ERROR_REVISION_MISMATCH);
		assert_int_equal(info.PinType, version == 6 ? 0 : 77);
	}
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
the_signature_pin_is_kept_as_the_configuration_says(void **state)
{
	static const struct {
		const char *conf;
		enum md_pin_cache type;
		DWORD seconds;
	} row[] = {
		{ "consent = each\n", MD_PIN_CACHE_ALWAYS_PROMPT, 0 },
		{ "consent = context\n", MD_PIN_CACHE_ALWAYS_PROMPT, 0 },
		{ "consent = session\n", MD_PIN_CACHE_TIMED, 300 },
		{ "consent = session\nidle = 20\n", MD_PIN_CACHE_TIMED, 20 },
		{ "consent = session\nidle = 0\n", MD_PIN_CACHE_NORMAL, 0 },
	};
	struct vslot *slot = fixture_slot(NULL);
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		PIN_INFO info = { .dwVersion = 6 };
		struct md_host h;
		DWORD len;

		md_group_conf(row[i].conf);
		md_host_ready(&h, slot);
		assert_int_equal(
		    MD_CALL(&h, pfnCardGetProperty, L"PIN Information",
			(PBYTE)&info, sizeof info, &len, 3),
		    ERROR_SUCCESS);
		assert_int_equal(
		    info.PinCachePolicy.PinCachePolicyType, row[i].type);
		assert_int_equal(
		    info.PinCachePolicy.dwPinCachePolicyInfo, row[i].seconds);
		info.dwVersion = 6;
		assert_int_equal(
		    MD_CALL(&h, pfnCardGetProperty, L"PIN Information",
			(PBYTE)&info, sizeof info, &len, ROLE_USER),
		    ERROR_SUCCESS);
		assert_int_equal(info.PinCachePolicy.PinCachePolicyType,
		    MD_PIN_CACHE_NORMAL);
		md_host_stop(&h);
	}
	md_group_conf(NULL);
	vslot_close(&slot);
}

static void
two_things_may_be_set(void **state)
{
	HWND none = NULL, alive = shim_window(), dead = (HWND)(void *)&none;
	WCHAR text[] = L"Sign";
	const struct {
		LPCWSTR name;
		void *data;
		DWORD len, flags;
		LONG want;
	} row[] = {
		{ L"Parent Window", &none, sizeof none, 0, 0 },
		{ L"Parent Window", &alive, sizeof alive, 0, 0 },
		{ L"Parent Window", &dead, sizeof dead, 0,
		    SCARD_E_INVALID_PARAMETER },
		{ L"Parent Window", &alive, 1, 0, SCARD_E_INVALID_PARAMETER },
		{ L"Parent Window", NULL, sizeof alive, 0,
		    SCARD_E_INVALID_PARAMETER },
		{ L"Parent Window", &none, sizeof none, 1,
		    SCARD_E_INVALID_PARAMETER },
		{ L"PIN Context String", text, sizeof text, 0, 0 },
		{ L"PIN Context String", NULL, 0, 0, 0 },
		{ L"Read Only Mode", &none, 4, 0, SCARD_E_UNSUPPORTED_FEATURE },
		{ L"PIN Information", &none, 4, 0,
		    SCARD_E_UNSUPPORTED_FEATURE },
		{ L"Unheard Of", &none, 4, 0, SCARD_E_INVALID_PARAMETER },
		{ NULL, &none, 4, 0, SCARD_E_INVALID_PARAMETER },
	};
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	(void)state;

	md_host_ready(&h, slot);
	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(
		    MD_CALL(&h, pfnCardSetProperty, row[i].name,
			(PBYTE)row[i].data, row[i].len, row[i].flags),
		    (DWORD)row[i].want);
	assert_int_equal(
	    md_set_property(NULL, L"Parent Window", (PBYTE)&none, 8, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
functions_of_their_own_say_the_same(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	CARD_CAPABILITIES cap;
	CARD_FREE_SPACE_INFO room;
	CARD_KEY_SIZES sizes;
	struct md_host h;
	(void)state;

	md_host_ready(&h, slot);
	assert_int_equal(
	    MD_CALL(&h, pfnCardQueryCapabilities, &cap), ERROR_SUCCESS);
	assert_int_equal(cap.fCertificateCompression, TRUE);
	assert_int_equal(cap.fKeyGen, FALSE);
	assert_int_equal(
	    MD_CALL(&h, pfnCardQueryFreeSpace, 0, &room), ERROR_SUCCESS);
	assert_int_equal(room.dwMaxKeyContainers, 2);
	assert_int_equal(MD_CALL(&h, pfnCardQueryFreeSpace, 1, &room),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(
	    MD_CALL(&h, pfnCardQueryKeySizes, 1, 0, &sizes), ERROR_SUCCESS);
	assert_int_equal(sizes.dwDefaultBitlen, 2048);
	assert_int_equal(MD_CALL(&h, pfnCardQueryKeySizes, 1, 1, &sizes),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(sizes.dwDefaultBitlen, 0);
	assert_int_equal(MD_CALL(&h, pfnCardQueryKeySizes, 3, 0, &sizes),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardQueryCapabilities, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardQueryFreeSpace, 0, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardQueryKeySizes, 1, 0, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
the_state_tells_who_is_logged_in(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	BYTE pin[] = { '1', '2', '3', '4' };
	struct md_host h;
	DWORD len, set;
	(void)state;

	md_host_ready(&h, slot);
	assert_int_equal(MD_CALL(&h, pfnCardAuthenticateEx, ROLE_USER, 0, pin,
			     4, NULL, NULL, NULL),
	    ERROR_SUCCESS);
	assert_int_equal(MD_CALL(&h, pfnCardGetProperty, L"Authenticated State",
			     (PBYTE)&set, sizeof set, &len, 0),
	    ERROR_SUCCESS);
	assert_int_equal(set, 2);
	assert_int_equal(
	    MD_CALL(&h, pfnCardDeauthenticateEx, 2, 0), ERROR_SUCCESS);
	assert_int_equal(MD_CALL(&h, pfnCardGetProperty, L"Authenticated State",
			     (PBYTE)&set, sizeof set, &len, 0),
	    ERROR_SUCCESS);
	assert_int_equal(set, 0);
	md_host_stop(&h);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_its_value_and_its_length),
		cmocka_unit_test(wrong_questions_are_refused),
		cmocka_unit_test(pin_information_has_one_version),
		cmocka_unit_test(
		    the_signature_pin_is_kept_as_the_configuration_says),
		cmocka_unit_test(two_things_may_be_set),
		cmocka_unit_test(functions_of_their_own_say_the_same),
		cmocka_unit_test(the_state_tells_who_is_logged_in),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
