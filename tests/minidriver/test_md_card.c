/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A context and its card: handles, resets, removals, other cards, what the card
 * is asked and what it is not. */
#include <pthread.h>
#include <string.h>

#include "tests/minidriver/md_host.h"
#include "tests/support/test.h"

static BYTE pin_1234[] = { '1', '2', '3', '4' };

static DWORD
login(struct md_host *h)
{
	return MD_CALL(h, pfnCardAuthenticateEx, ROLE_USER, 0, pin_1234,
	    sizeof pin_1234, NULL, NULL, NULL);
}

static DWORD
sign(struct md_host *h)
{
	static uint8_t hash[32] = { 7 };
	CARD_SIGNING_INFO info = { .dwVersion = 1,
		.dwKeySpec = MD_AT_KEYEXCHANGE,
		.aiHashAlg = MD_CALG_SHA_256,
		.pbData = hash,
		.cbData = sizeof hash };
	const DWORD rc = MD_CALL(h, pfnCardSignData, &info);

	assert_int_equal(info.pbSignedData != NULL, rc == ERROR_SUCCESS);
	md_host_free(info.pbSignedData);
	return rc;
}

static DWORD
card_id(struct md_host *h, uint8_t out[16])
{
	DWORD len;

	return MD_CALL(
	    h, pfnCardGetProperty, L"Card Identifier", out, 16, &len, 0);
}

/* --- what it costs -------------------------------------------------------- */

static void
look_at_everything(struct md_host *h)
{
	static char mscp[] = "mscp", names[][9] = { "cardid", "cardcf",
		"cardapps", "cmapfile", "kxc00" };
	CONTAINER_INFO info;
	uint8_t id[16];
	LPSTR list;
	PBYTE data;
	DWORD len;

	assert_int_equal(card_id(h, id), ERROR_SUCCESS);
	for (size_t i = 0; i < NELEM(names); i++) {
		assert_int_equal(
		    MD_CALL(h, pfnCardReadFile, i < 3 ? NULL : mscp, names[i],
			0, &data, &len),
		    ERROR_SUCCESS);
		md_host_free(data);
	}
	assert_int_equal(
	    MD_CALL(h, pfnCardEnumFiles, mscp, &list, &len, 0), ERROR_SUCCESS);
	md_host_free(list);
	assert_int_equal(
	    MD_CALL(h, pfnCardGetContainerInfo, 0, 0, &info), ERROR_SUCCESS);
	md_host_free(info.pbKeyExPublicKey);
}

static void
a_known_card_costs_what_was_promised(void **state)
{
	static const struct {
		const char *atr;
		unsigned acquire, login, sign;
	} row[] = {
		{ "atr=" ATR_PLAIN, 5, 4, 3 },
		{ "atr=" ATR_SFI, 3, 3, 2 },
	};
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct vslot *slot = fixture_slot(row[i].atr, NULL);
		struct md_host h;

		md_host_ready(&h, slot); /* fills the cache */
		md_host_stop(&h);
		md_host_start(&h, slot, 7);
		vslot_restart_count(slot);
		assert_int_equal(md_host_acquire(&h), ERROR_SUCCESS);
		assert_int_equal(vslot_counted(slot).apdus, row[i].acquire);
		look_at_everything(&h);
		assert_int_equal(vslot_counted(slot).apdus, row[i].acquire);
		vslot_restart_count(slot);
		assert_int_equal(login(&h), ERROR_SUCCESS);
		assert_int_equal(vslot_counted(slot).apdus, row[i].login);
		assert_int_equal(sign(&h), ERROR_SUCCESS);
		assert_int_equal(
		    vslot_counted(slot).apdus, row[i].login + row[i].sign);
		assert_int_equal(vslot_counted(slot).verifies, 1);
		md_host_stop(&h);
		vslot_close(&slot);
	}
}

/* --- cards ---------------------------------------------------------------- */

static void
two_cards_are_two_and_one_is_one(void **state)
{
	struct vslot *one = fixture_slot(NULL), *two = md_group_other();
	uint8_t id[3][16];
	struct md_host h;
	(void)state;

	md_host_ready(&h, one);
	assert_int_equal(card_id(&h, id[0]), ERROR_SUCCESS);
	md_host_stop(&h);
	md_host_ready(&h, two);
	assert_int_equal(card_id(&h, id[1]), ERROR_SUCCESS);
	md_host_stop(&h);
	md_host_ready(&h, one);
	assert_int_equal(card_id(&h, id[2]), ERROR_SUCCESS);
	md_host_stop(&h);
	assert_memory_equal(id[0], id[2], 16);
	assert_memory_not_equal(id[0], id[1], 16);
	vslot_close(&one);
	vslot_close(&two);
}

static void
another_handle_to_the_same_card_goes_on(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	uint8_t before[16], after[16];
	struct md_host h;
	(void)state;

	md_host_ready(&h, slot);
	assert_int_equal(card_id(&h, before), ERROR_SUCCESS);
	assert_int_equal(login(&h), ERROR_SUCCESS);
	md_host_move(&h, slot);
	/* Nobody knows who is verified behind another handle. */
	vslot_restart_count(slot);
	assert_int_equal(sign(&h), (DWORD)SCARD_W_SECURITY_VIOLATION);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	assert_int_equal(card_id(&h, after), ERROR_SUCCESS);
	assert_memory_equal(before, after, 16);
	assert_int_equal(login(&h), ERROR_SUCCESS);
	assert_int_equal(sign(&h), ERROR_SUCCESS);
	assert_int_equal(vslot_counted(slot).verifies, 1);
	md_host_stop(&h);
	vslot_close(&slot);
}

/* Every function, since a host may ask any first. */
static void
check_dead(struct md_host *h)
{
	static char cardid[] = "cardid";
	CONTAINER_INFO info;
	uint8_t id[16];
	PBYTE data;
	DWORD len;

	assert_int_equal(card_id(h, id), (DWORD)SCARD_W_REMOVED_CARD);
	assert_int_equal(
	    MD_CALL(h, pfnCardReadFile, NULL, cardid, 0, &data, &len),
	    (DWORD)SCARD_W_REMOVED_CARD);
	assert_int_equal(MD_CALL(h, pfnCardGetContainerInfo, 0, 0, &info),
	    (DWORD)SCARD_W_REMOVED_CARD);
	assert_int_equal(login(h), (DWORD)SCARD_W_REMOVED_CARD);
	assert_int_equal(sign(h), (DWORD)SCARD_W_REMOVED_CARD);
}

static void
another_card_ends_the_context_for_good(void **state)
{
	struct vslot *one = fixture_slot(NULL), *two = md_group_other();
	struct md_host h;
	(void)state;

	md_host_ready(&h, one);
	assert_int_equal(login(&h), ERROR_SUCCESS);
	vslot_restart_count(two);
	md_host_move(&h, two);
	check_dead(&h);
	assert_int_equal(vslot_counted(two).verifies, 0);
	assert_int_equal(md_host_tries(two, "auth"), 3);
	md_host_move(&h, one); /* not even for its own card */
	vslot_restart_count(one);
	check_dead(&h);
	assert_int_equal(vslot_counted(one).apdus, 0);
	md_host_stop(&h);
	vslot_close(&one);
	vslot_close(&two);
}

/* No command fails where the host alone was told: it must be noticed all the
 * same, before another person's card gets the PIN. */
static void
another_card_behind_the_same_handle_is_noticed(void **state)
{
	struct vslot *one = fixture_slot(NULL), *two = md_group_other();
	struct md_host h;
	(void)state;

	md_host_ready(&h, one);
	assert_int_equal(login(&h), ERROR_SUCCESS);
	md_host_exchange(&h, one); /* out and in again */
	assert_int_equal(sign(&h), (DWORD)SCARD_W_SECURITY_VIOLATION);
	assert_int_equal(login(&h), ERROR_SUCCESS);
	assert_int_equal(sign(&h), ERROR_SUCCESS);
	vslot_restart_count(two);
	md_host_exchange(&h, two);
	assert_int_equal(login(&h), (DWORD)SCARD_W_REMOVED_CARD);
	check_dead(&h);
	assert_int_equal(vslot_counted(two).verifies, 0);
	md_host_stop(&h);
	vslot_close(&one);
	vslot_close(&two);
}

static void
a_card_that_left_and_came_back_goes_on(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	(void)state;

	md_host_ready(&h, slot);
	assert_int_equal(login(&h), ERROR_SUCCESS);
	vslot_remove(slot);
	assert_int_equal(sign(&h), (DWORD)SCARD_W_REMOVED_CARD);
	assert_int_equal(sign(&h), (DWORD)SCARD_W_REMOVED_CARD);
	vslot_insert(slot);
	md_host_move(&h, slot);
	vslot_restart_count(slot);
	assert_int_equal(sign(&h), (DWORD)SCARD_W_SECURITY_VIOLATION);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	assert_int_equal(login(&h), ERROR_SUCCESS);
	assert_int_equal(sign(&h), ERROR_SUCCESS);
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
a_reset_in_the_middle_is_the_hosts_to_mend(void **state)
{
	struct vslot *slot = fixture_slot("reset-keeps-status=off", NULL);
	struct md_host h;
	uint8_t id[16];
	DWORD rc;
	(void)state;

	md_host_ready(&h, slot);
	(void)md_host_before(&h);
	vslot_reset(slot);
	rc = h.card.pfnCardAuthenticateEx(
	    &h.card, ROLE_USER, 0, pin_1234, sizeof pin_1234, NULL, NULL, NULL);
	md_host_after(&h, rc);
	assert_int_equal(rc, (DWORD)SCARD_W_RESET_CARD);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	/* Whoever asks next, asks the card, which is told to log out, too. */
	vslot_restart_count(slot);
	assert_int_equal(card_id(&h, id), ERROR_SUCCESS);
	assert_int_equal(vslot_counted(slot).apdus, 6);
	assert_int_equal(card_id(&h, id), ERROR_SUCCESS);
	assert_int_equal(vslot_counted(slot).apdus, 6);
	assert_int_equal(login(&h), ERROR_SUCCESS);
	assert_int_equal(h.resets, 1);
	/* Between two calls it is the card that says so. */
	vslot_reset(slot);
	assert_int_equal(sign(&h), (DWORD)SCARD_W_SECURITY_VIOLATION);
	assert_int_equal(login(&h), ERROR_SUCCESS);
	assert_int_equal(sign(&h), ERROR_SUCCESS);
	assert_int_equal(vslot_counted(slot).verifies, 2);
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
a_card_needs_a_handle_and_memory_does_not(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	SCARDHANDLE handle;
	struct md_host h;
	uint8_t id[16];
	(void)state;

	md_host_ready(&h, slot);
	handle = h.card.hScard;
	h.card.hScard = 0;
	assert_int_equal(login(&h), (DWORD)SCARD_E_INVALID_HANDLE);
	assert_int_equal(sign(&h), (DWORD)SCARD_E_INVALID_HANDLE);
	assert_int_equal(card_id(&h, id), ERROR_SUCCESS);
	h.card.hScard = handle;
	assert_int_equal(login(&h), ERROR_SUCCESS);
	md_host_stop(&h);
	vslot_close(&slot);
}

/* Memory answers without a handle, and claims nobody's PIN behind another one,
 * although the card could not be asked there. */
static void
nobody_is_verified_behind_another_handle(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	DWORD pins = 99, len;
	SCARDHANDLE handle;
	struct md_host h;
	(void)state;

	md_host_ready(&h, slot);
	assert_int_equal(login(&h), ERROR_SUCCESS);
	md_host_move(&h, slot);
	shim_scard_fails(SCARD_F_COMM_ERROR);
	assert_int_equal(sign(&h), (DWORD)SCARD_F_COMM_ERROR);
	shim_scard_fails(SCARD_S_SUCCESS);
	handle = h.card.hScard;
	h.card.hScard = 0;
	assert_int_equal(MD_CALL(&h, pfnCardGetProperty, L"Authenticated State",
			     (PBYTE)&pins, sizeof pins, &len, 0),
	    ERROR_SUCCESS);
	assert_int_equal(pins, 0);
	h.card.hScard = handle;
	assert_int_equal(login(&h), ERROR_SUCCESS);
	md_host_stop(&h);
	vslot_close(&slot);
}

/* --- what the reader says ------------------------------------------------- */

static void
what_the_reader_says_is_handed_on_and_remembered(void **state)
{
	static const struct {
		LONG code, want;
		int anew; /* the card is identified by the next call */
	} row[] = {
		/* clang-format off */
		{ SCARD_W_RESET_CARD, SCARD_W_RESET_CARD, 1 },
		{ SCARD_W_REMOVED_CARD, SCARD_W_REMOVED_CARD, 1 },
		{ SCARD_W_UNPOWERED_CARD, SCARD_W_UNPOWERED_CARD, 1 },
		{ SCARD_W_UNRESPONSIVE_CARD, SCARD_W_UNRESPONSIVE_CARD, 1 },
		{ SCARD_E_INVALID_HANDLE, SCARD_E_INVALID_HANDLE, 1 },
		{ SCARD_E_NO_SMARTCARD, SCARD_E_NO_SMARTCARD, 1 },
		{ SCARD_E_READER_UNAVAILABLE, SCARD_E_READER_UNAVAILABLE, 1 },
		{ SCARD_E_NO_SERVICE, SCARD_E_NO_SERVICE, 1 },
		{ SCARD_E_SERVICE_STOPPED, SCARD_E_SERVICE_STOPPED, 1 },
		{ SCARD_E_NOT_TRANSACTED, SCARD_E_NOT_TRANSACTED, 0 },
		{ SCARD_E_SHARING_VIOLATION, SCARD_E_SHARING_VIOLATION, 0 },
		{ SCARD_F_COMM_ERROR, SCARD_F_COMM_ERROR, 0 },
		/* what could be taken for an answer to the call */
		{ SCARD_E_NO_MEMORY, SCARD_E_NO_MEMORY, 0 },
		{ SCARD_E_INVALID_PARAMETER, SCARD_E_COMM_DATA_LOST, 0 },
		{ (LONG)0x12345678, SCARD_E_COMM_DATA_LOST, 0 },
		/* clang-format on */
	};
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	uint8_t id[16];
	(void)state;

	md_host_ready(&h, slot);
	for (size_t i = 0; i < NELEM(row); i++) {
		shim_scard_fails(row[i].code);
		assert_int_equal(login(&h), (DWORD)row[i].want);
		shim_scard_fails(SCARD_S_SUCCESS);
		vslot_restart_count(slot);
		assert_int_equal(card_id(&h, id), ERROR_SUCCESS);
		if ((vslot_counted(slot).apdus > 0) != row[i].anew)
			fail_msg("after %08x", (unsigned)row[i].code);
		assert_int_equal(login(&h), ERROR_SUCCESS);
	}
	md_host_stop(&h);
	vslot_close(&slot);
}

/* --- several -------------------------------------------------------------- */

static void
two_contexts_of_one_card_do_not_mix(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	static struct md_host a, b;
	(void)state;

	md_host_ready(&a, slot);
	md_host_ready(&b, slot);
	assert_ptr_not_equal(a.card.pvVendorSpecific, b.card.pvVendorSpecific);
	assert_int_equal(login(&a), ERROR_SUCCESS);
	assert_int_equal(sign(&b), (DWORD)SCARD_W_SECURITY_VIOLATION);
	assert_int_equal(sign(&a), ERROR_SUCCESS);
	assert_int_equal(login(&b), ERROR_SUCCESS);
	assert_int_equal(
	    MD_CALL(&b, pfnCardDeauthenticateEx, 2, 0), ERROR_SUCCESS);
	/* The card has one status for all. */
	assert_int_equal(sign(&a), (DWORD)SCARD_W_SECURITY_VIOLATION);
	assert_int_equal(md_host_delete(&b), ERROR_SUCCESS);
	assert_int_equal(login(&a), ERROR_SUCCESS);
	md_host_stop(&b);
	md_host_stop(&a);
	vslot_close(&slot);
}

#define ROUNDS 50

/* Any thread of the host's, which serialises what needs the card. */
static void *
read_often(void *arg)
{
	static char mscp[] = "mscp", kxc[] = "kxc00";
	CARD_DATA *card = arg;
	uintptr_t bad = 0;

	for (int i = 0; i < ROUNDS; i++) {
		CONTAINER_INFO info;
		uint8_t id[16];
		PBYTE data;
		DWORD len;

		bad += md_read_file(card, mscp, kxc, 0, &data, &len) !=
		       ERROR_SUCCESS;
		md_host_free(data);
		bad += md_get_property(card, L"Card Identifier", id, sizeof id,
			   &len, 0) != ERROR_SUCCESS;
		bad +=
		    md_get_container_info(card, 0, 0, &info) != ERROR_SUCCESS;
		md_host_free(info.pbKeyExPublicKey);
	}
	return (void *)bad;
}

static void
threads_share_a_context(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	pthread_t thread[4];
	struct md_host h;
	void *bad;
	(void)state;

	md_host_ready(&h, slot);
	for (size_t i = 0; i < NELEM(thread); i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, read_often, &h.card), 0);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(login(&h), ERROR_SUCCESS);
		assert_int_equal(sign(&h), ERROR_SUCCESS);
	}
	for (size_t i = 0; i < NELEM(thread); i++) {
		assert_int_equal(pthread_join(thread[i], &bad), 0);
		assert_null(bad);
	}
	md_host_stop(&h);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_card_costs_what_was_promised),
		cmocka_unit_test(two_cards_are_two_and_one_is_one),
		cmocka_unit_test(another_handle_to_the_same_card_goes_on),
		cmocka_unit_test(another_card_ends_the_context_for_good),
		cmocka_unit_test(
		    another_card_behind_the_same_handle_is_noticed),
		cmocka_unit_test(a_card_that_left_and_came_back_goes_on),
		cmocka_unit_test(a_reset_in_the_middle_is_the_hosts_to_mend),
		cmocka_unit_test(a_card_needs_a_handle_and_memory_does_not),
		cmocka_unit_test(nobody_is_verified_behind_another_handle),
		cmocka_unit_test(
		    what_the_reader_says_is_handed_on_and_remembered),
		cmocka_unit_test(two_contexts_of_one_card_do_not_mix),
		cmocka_unit_test(threads_share_a_context),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
