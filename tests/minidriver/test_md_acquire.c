/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CardAcquireContext and the end of what it made. */
#include <string.h>

#include "tests/minidriver/md_host.h"
#include "tests/support/fault.h"
#include "tests/support/script.h"
#include "tests/support/test.h"

#define OURS   offsetof(CARD_DATA, pfnCardDeleteContext)
#define BEYOND 0xee /* what lies behind the host's version */

/* Where a version's part of CARD_DATA ends. */
static size_t
end_of(DWORD version)
{
	switch (version) {
	case 4: return offsetof(CARD_DATA, pfnCardDeriveKey);
	case 5: return offsetof(CARD_DATA, pfnCardGetChallengeEx);
	case 6: return offsetof(CARD_DATA, pfnCspUnpadData);
	default: return sizeof(CARD_DATA);
	}
}

static int
is_null(const CARD_DATA *c, size_t at)
{
	void *p;

	memcpy(&p, (const uint8_t *)c + at, sizeof p);
	return p == NULL;
}

/* Every entry of the version's but two that have no function. */
static void
check_table(const CARD_DATA *c, DWORD version)
{
	for (size_t at = OURS; at < end_of(version); at += sizeof(void *))
		assert_int_equal(
		    is_null(c, at), at == offsetof(CARD_DATA, pvUnused3) ||
					at == offsetof(CARD_DATA, pvUnused4));
}

static void
a_version_is_filled_and_nothing_behind_it(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	(void)state;

	for (DWORD asked = 4; asked <= 9; asked++) {
		const DWORD want = asked < 7 ? asked : 7;
		const size_t end = end_of(want);
		struct md_host h;

		md_host_start(&h, slot, asked);
		memset((uint8_t *)&h.card + end, BEYOND, sizeof h.card - end);
		assert_int_equal(md_host_acquire(&h), ERROR_SUCCESS);
		assert_int_equal(h.card.dwVersion, want);
		check_table(&h.card, want);
		for (size_t i = end; i < sizeof h.card; i++)
			assert_int_equal(((uint8_t *)&h.card)[i], BEYOND);
		if (end < sizeof h.card)
			h.card.pfnCspUnpadData = h.filled.pfnCspUnpadData;
		if (want < 5)
			h.card.pfnCspGetDHAgreement =
			    h.filled.pfnCspGetDHAgreement;
		md_host_stop(&h);
	}
	vslot_close(&slot);
}

static void
older_versions_are_refused(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	(void)state;

	for (DWORD asked = 0; asked < 4; asked++) {
		struct md_host h;

		md_host_start(&h, slot, asked);
		assert_int_equal(md_host_acquire(&h), ERROR_REVISION_MISMATCH);
		assert_int_equal(h.card.dwVersion, asked);
		md_host_stop(&h);
	}
	assert_int_equal(vslot_counted(slot).apdus, 0);
	vslot_close(&slot);
}

enum spoiled {
	ATR_NULL,
	ATR_EMPTY,
	ATR_LONG,
	ATR_HUGE,
	NAME,
	ALLOC,
	REALLOC,
	FREE,
	HANDLE_NULL
};

static void
spoil(CARD_DATA *c, enum spoiled what)
{
	switch (what) {
	case ATR_NULL: c->pbAtr = NULL; break;
	case ATR_EMPTY: c->cbAtr = 0; break;
	case ATR_LONG: c->cbAtr = 34; break;
	case ATR_HUGE: c->cbAtr = 0xffffffff; break;
	case NAME: c->pwszCardName = NULL; break;
	case ALLOC: c->pfnCspAlloc = NULL; break;
	case REALLOC: c->pfnCspReAlloc = NULL; break;
	case FREE: c->pfnCspFree = NULL; break;
	case HANDLE_NULL: c->hScard = 0; break;
	}
}

static void
what_the_host_left_out_is_told(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	(void)state;

	for (int what = ATR_NULL; what <= HANDLE_NULL; what++) {
		struct md_host h;
		CARD_DATA was;

		md_host_start(&h, slot, 7);
		was = h.card;
		spoil(&h.card, (enum spoiled)what);
		assert_int_equal(md_host_acquire(&h),
		    (DWORD)(what == HANDLE_NULL ? SCARD_E_INVALID_HANDLE
						: SCARD_E_INVALID_PARAMETER));
		h.card = was;
		md_host_stop(&h);
	}
	assert_int_equal(
	    CardAcquireContext(NULL, 0), (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(vslot_counted(slot).apdus, 0);
	vslot_close(&slot);
}

static void
flags_are_refused(void **state)
{
	static const struct {
		DWORD flags;
		LONG want;
	} row[] = {
		{ 1, SCARD_E_UNSUPPORTED_FEATURE },
		{ 2, SCARD_E_INVALID_PARAMETER },
		{ 3, SCARD_E_INVALID_PARAMETER },
		{ 0x80000000, SCARD_E_INVALID_PARAMETER },
	};
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	(void)state;

	md_host_start(&h, slot, 7);
	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(CardAcquireContext(&h.card, row[i].flags),
		    (DWORD)row[i].want);
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
a_card_with_nothing_to_tell_it_by_is_unknown(void **state)
{
	static const char *const labels[] = { "label=JPKIAPGPSETOKEN",
		"label=JPKIAPICCTOKEN" }; /* phone, Juki card */
	(void)state;

	for (size_t i = 0; i < NELEM(labels); i++) {
		struct vslot *slot =
		    fixture_slot(labels[i], "serial=0000000000000001", NULL);
		struct md_host h;

		md_group_conf("cache = off\n");
		md_host_start(&h, slot, 7);
		assert_int_equal(
		    md_host_acquire(&h), (DWORD)SCARD_E_UNKNOWN_CARD);
		assert_int_equal(vslot_counted(slot).verifies, 0);
		md_host_stop(&h);
		md_group_conf(NULL);
		vslot_close(&slot);
	}
}

static void
another_kind_of_card_is_unknown(void **state)
{
	static const struct step s[] = { { "00a4040c 0a d392f000260100000001",
					     "6a82" },
		{ "00a4040c 06 f04a4d4e5801", "6a82" } };
	struct jm_link link;
	struct md_host h;
	(void)state;

	script_start(&link, s, NELEM(s));
	script_atr(ATR_PLAIN);
	md_host_start_link(&h, &link, 7);
	assert_int_equal(md_host_acquire(&h), (DWORD)SCARD_E_UNKNOWN_CARD);
	assert_null(h.card.pvVendorSpecific);
	md_host_stop(&h);
	jm_link_close(&link);
	script_end();
}

static void
what_the_reader_says_is_handed_on(void **state)
{
	static const struct {
		LONG says, want;
	} row[] = {
		{ SCARD_W_REMOVED_CARD, SCARD_W_REMOVED_CARD },
		{ SCARD_W_RESET_CARD, SCARD_W_RESET_CARD },
		{ SCARD_E_NO_SMARTCARD, SCARD_E_NO_SMARTCARD },
		{ SCARD_E_INVALID_HANDLE, SCARD_E_INVALID_HANDLE },
		{ SCARD_E_NO_SERVICE, SCARD_E_NO_SERVICE },
		/* what could be taken for an answer of ours is not */
		{ SCARD_E_INSUFFICIENT_BUFFER, SCARD_E_UNEXPECTED },
		{ SCARD_E_INVALID_PARAMETER, SCARD_E_COMM_DATA_LOST },
		{ 31, SCARD_E_COMM_DATA_LOST },
	};
	struct vslot *slot = fixture_slot(NULL);
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct md_host h;

		md_host_start(&h, slot, 7);
		shim_scard_fails(row[i].says);
		assert_int_equal(md_host_acquire(&h), (DWORD)row[i].want);
		shim_scard_fails(0);
		assert_null(h.card.pvVendorSpecific);
		md_host_stop(&h);
	}
	vslot_close(&slot);
}

static void
a_context_ends_once_also_without_a_card(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	(void)state;

	assert_int_equal(
	    md_delete_context(NULL), (DWORD)SCARD_E_INVALID_PARAMETER);
	md_host_ready(&h, slot);
	vslot_remove(slot);
	shim_drop(h.card.hScard);
	assert_int_equal(md_host_delete(&h), ERROR_SUCCESS);
	assert_null(h.card.pvVendorSpecific);
	assert_int_equal(md_host_delete(&h), (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(vslot_counted(slot).apdus, 0);
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
each_allocation_that_fails_is_no_memory(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	unsigned n = 0, failed = 0;
	int fired = 1;
	(void)state;

	for (; fired && n < 1000; n++) {
		struct md_host h;
		DWORD rc;

		md_host_start(&h, slot, 7);
		(void)md_host_before(&h);
		fault_arm(n);
		rc = CardAcquireContext(&h.card, 0);
		fired = fault_fired();
		md_host_after(&h, rc);
		if (rc != ERROR_SUCCESS) {
			assert_true(rc == (DWORD)SCARD_E_NO_MEMORY ||
				    rc == (DWORD)SCARD_E_UNEXPECTED);
			failed++;
		}
		if (!fired)
			assert_int_equal(rc, ERROR_SUCCESS);
		md_host_stop(&h);
	}
	assert_false(fired);
	assert_true(failed >= 3);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_version_is_filled_and_nothing_behind_it),
		cmocka_unit_test(older_versions_are_refused),
		cmocka_unit_test(what_the_host_left_out_is_told),
		cmocka_unit_test(flags_are_refused),
		cmocka_unit_test(a_card_with_nothing_to_tell_it_by_is_unknown),
		cmocka_unit_test(another_kind_of_card_is_unknown),
		cmocka_unit_test(what_the_reader_says_is_handed_on),
		cmocka_unit_test(a_context_ends_once_also_without_a_card),
		cmocka_unit_test(each_allocation_that_fails_is_no_memory),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
