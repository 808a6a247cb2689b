/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whole lives of a card in a host, with each thing that can go wrong at each
 * APDU.  Whatever comes, every call answers with a documented code and defined
 * output, a call that carries a PIN is one VERIFY at most and no other call is
 * any, no try is lost that nobody wagered, nothing is verified after a log-out
 * that succeeded, all memory comes back, and the next life goes well.
 */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "tests/minidriver/md_codes.h"
#include "tests/minidriver/md_peek.h"
#include "tests/minidriver/md_try.h"

#define NEW_AUTH "4321"
#define NEW_SIGN "XYZ789"
#define LONG16   "30303030303030303030303030303030"
#define LONG64   LONG16 LONG16 LONG16 LONG16

struct fault {
	const char *reply; /* instead of the card's; NULL: code */
	LONG code;
	int unsent, lasting, reset, remove;
};

static const struct fault faults[] = {
	{ .reply = "" },
	{ .reply = "9000" },
	{ .reply = "DEADBEEF009000" },
	{ .reply = "3082FFFF9000" },
	{ .reply = "0000" },
	{ .reply = LONG64 LONG64 LONG64 LONG64 "9000" },
	{ .reply = LONG64 LONG64 LONG64 LONG64 LONG64 "9000" },
	{ .reply = "6F00" },
	{ .reply = "6A82", .unsent = 1 },
	{ .reply = "6982" },
	{ .reply = "6983" },
	{ .reply = "63C0" },
	{ .reply = "63C1" },
	{ .reply = "6C20" },
	{ .reply = "6110" },
	{ .reply = "6F00", .lasting = 1 },
	{ .reply = "9000", .lasting = 1 },
	{ .code = SCARD_F_COMM_ERROR },
	{ .code = SCARD_F_COMM_ERROR, .unsent = 1 },
	{ .code = SCARD_F_COMM_ERROR, .unsent = 1, .lasting = 1 },
	{ .code = SCARD_E_NO_MEMORY, .unsent = 1 },
	{ .code = SCARD_E_INVALID_HANDLE, .unsent = 1 },
	{ .code = SCARD_E_INVALID_HANDLE, .unsent = 1, .lasting = 1 },
	{ .code = SCARD_E_NOT_TRANSACTED, .unsent = 1 },
	{ .code = SCARD_E_NO_SERVICE, .unsent = 1, .lasting = 1 },
	{ .code = SCARD_W_UNPOWERED_CARD, .unsent = 1 },
	{ .code = SCARD_W_RESET_CARD, .reset = 1 },
	{ .code = SCARD_W_RESET_CARD, .reset = 1, .unsent = 1 },
	{ .code = SCARD_W_RESET_CARD, .reset = 1, .unsent = 1, .lasting = 1 },
	{ .code = SCARD_W_REMOVED_CARD, .remove = 1 },
	{ .code = SCARD_W_REMOVED_CARD, .remove = 1, .unsent = 1 },
	{ .code = (LONG)0x12345678, .unsent = 1 },
};

static struct vslot *slot;
static struct md_host h;
static struct jm_link inner, way;
static const struct fault *fault;
static unsigned at, apdus, verifies; /* of the life */
static unsigned wagers;              /* tries that the user risked */
static int hit, all_well, forgotten;
static char where[96]; /* for a person who looks for a failure */

#define HOLDS(claim)                                                           \
	do {                                                                   \
		if (!(claim))                                                  \
			fail_msg("%s, %s: %s", where, what, #claim);           \
	} while (0)

/* --- the reader ----------------------------------------------------------- */

static size_t
unhex(const char *hex, uint8_t *out)
{
	size_t n = 0;
	unsigned b;

	for (; sscanf(hex, "%2x", &b) == 1; hex += 2)
		out[n++] = (uint8_t)b;
	return n;
}

static jm_err
harm(uint8_t *rsp, size_t *rsp_len)
{
	uint8_t reply[512];
	size_t n;

	hit = 1;
	if (fault->reset)
		vslot_reset(slot);
	if (fault->remove)
		vslot_remove(slot);
	if (fault->reply == NULL) {
		shim_scard_says(fault->code);
		return JM_LINK;
	}
	n = unhex(fault->reply, reply);
	if (n > *rsp_len)
		return JM_SPACE;
	memcpy(rsp, reply, n);
	*rsp_len = n;
	return JM_OK;
}

static jm_err
transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	const unsigned nth = apdus++;
	const size_t room = *rsp_len;
	jm_err e = JM_OK;

	(void)self;
	verifies += cmd_len > 5 && cmd[1] == 0x20;
	if (fault == NULL || nth < at || (nth > at && !fault->lasting))
		return inner.ops->transmit(
		    inner.self, cmd, cmd_len, rsp, rsp_len);
	if (!fault->unsent)
		e = inner.ops->transmit(inner.self, cmd, cmd_len, rsp, rsp_len);
	if (e != JM_OK)
		return e;
	*rsp_len = room;
	return harm(rsp, rsp_len);
}

static jm_err
begin(void *self)
{
	(void)self;
	return inner.ops->begin(inner.self);
}

static void
end(void *self, enum jm_end how)
{
	(void)self;
	inner.ops->end(inner.self, how);
}

static size_t
atr(void *self, uint8_t out[JM_ATR_MAX])
{
	(void)self;
	return inner.ops->atr(inner.self, out);
}

static const struct jm_link_ops ops = {
	.begin = begin, .end = end, .transmit = transmit, .atr = atr
};

/* --- steps ---------------------------------------------------------------- */

static void
look(const char *what, DWORD code, unsigned max_verifies)
{
	HOLDS(md_is_documented(code));
	HOLDS(verifies <= max_verifies);
	HOLDS(md_host_live() == 0);
	HOLDS(md_peek_tries(slot, ROLE_USER) + wagers >= 3);
	HOLDS(md_peek_tries(slot, MD_PIN_3) == 5);
	HOLDS((md_peek_open(slot) & ~MD_PEEK_SETS) == 0);
	verifies = 0;
	all_well &= code == ERROR_SUCCESS;
}

static void
read_files(void)
{
	static char mscp[] = "mscp", *const dirs[] = { NULL, mscp };
	const char *what = "files";
	CARD_FILE_INFO info;
	LPSTR names;
	PBYTE data;
	DWORD len, n, rc;

	for (size_t i = 0; i < NELEM(dirs); i++) {
		rc = MD_CALL(&h, pfnCardEnumFiles, dirs[i], &names, &n, 0);
		HOLDS((rc == ERROR_SUCCESS) == (names != NULL));
		for (LPSTR p = names; rc == ERROR_SUCCESS && *p != '\0';
		     p += strlen(p) + 1) {
			rc = MD_CALL(
			    &h, pfnCardReadFile, dirs[i], p, 0, &data, &len);
			HOLDS((rc == ERROR_SUCCESS) == (data != NULL));
			md_host_free(data);
			if (rc == ERROR_SUCCESS)
				rc = MD_CALL(
				    &h, pfnCardGetFileInfo, dirs[i], p, &info);
			HOLDS(rc != ERROR_SUCCESS || info.cbFileSize == len);
		}
		md_host_free(names);
		look(what, rc, 0);
	}
}

static void
read_properties(void)
{
	static const LPCWSTR names[] = { L"Free Space", L"Capabilities",
		L"Read Only Mode", L"Cache Mode", L"Card Identifier",
		L"PIN List", L"Authenticated State" };
	const char *what = "property";
	BYTE data[64];
	DWORD len, rc;

	for (size_t i = 0; i < NELEM(names); i++) {
		rc = MD_CALL(&h, pfnCardGetProperty, names[i], data,
		    sizeof data, &len, 0);
		HOLDS((rc == ERROR_SUCCESS) == (len > 0));
		look(what, rc, 0);
	}
}

static void
read_container(BYTE index)
{
	const char *what = index == 0 ? "container 0" : "container 1";
	CONTAINER_INFO info;
	DWORD pin, len;
	DWORD rc = MD_CALL(&h, pfnCardGetContainerInfo, index, 0, &info);

	HOLDS((rc == ERROR_SUCCESS) ==
	      (info.pbKeyExPublicKey != NULL || info.pbSigPublicKey != NULL));
	md_host_free(info.pbKeyExPublicKey);
	md_host_free(info.pbSigPublicKey);
	look(what, rc, 0);
	rc = MD_CALL(&h, pfnCardGetContainerProperty, index, L"PIN Identifier",
	    (PBYTE)&pin, sizeof pin, &len, 0);
	HOLDS(rc != ERROR_SUCCESS || pin == (index == 0 ? 1 : 3));
	look(what, rc, 0);
}

static DWORD
state(void)
{
	DWORD set = 0xff, len;

	if (MD_CALL(&h, pfnCardGetProperty, L"Authenticated State", (PBYTE)&set,
		sizeof set, &len, 0) != ERROR_SUCCESS)
		return 0;
	return set;
}

/* Did the card, or what is between, call this PIN right, or say that it did
 * what it was not told? */
static int
is_lie(void)
{
	return hit && fault->reply != NULL &&
	       strstr(fault->reply, "9000") != NULL;
}

/* What a person types; one that is wrong is a wager. */
static void
enter(const char *what, PIN_ID id, const char *pin)
{
	const int right = md_peek_is_pin(slot, id, pin), well = all_well;
	DWORD tries = 77;
	DWORD rc;

	wagers += !right;
	rc = md_try_login(&h, id, pin, &tries);
	look(what, rc, 1);
	HOLDS(tries <= 15 || tries == UNKNOWN);
	HOLDS(right || rc != ERROR_SUCCESS || is_lie());
	if (!right)
		all_well = well;
	HOLDS(rc == ERROR_SUCCESS || (state() & 1u << id) == 0);
}

static void
make_signature(const char *what, BYTE index)
{
	const DWORD rc = md_try_sign_any(&h, index);

	look(what, rc, 0);
	forgotten |= rc == (DWORD)SCARD_E_CERTIFICATE_UNAVAILABLE;
}

static void
change_pin(const char *what, PIN_ID id, const char *from, const char *to)
{
	DWORD tries;

	if (!md_peek_is_pin(slot, id, from))
		return;
	look(what, md_try_change(&h, id, from, to, &tries), 1);
	HOLDS(md_peek_is_pin(slot, id, to) || md_peek_is_pin(slot, id, from));
}

static void
log_out(void)
{
	const char *what = "log-out";
	const DWORD rc = MD_CALL(&h, pfnCardDeauthenticateEx, MD_PEEK_SETS, 0);

	look(what, rc, 0);
	if (rc != ERROR_SUCCESS || is_lie())
		return;
	HOLDS(!md_peek_any_open(slot));
	HOLDS(state() == 0);
	what = "use after log-out";
	HOLDS(md_try_sign_any(&h, 0) != ERROR_SUCCESS);
	HOLDS(md_try_sign_any(&h, 1) != ERROR_SUCCESS);
	HOLDS(verifies == 0);
}

/* --- lives ---------------------------------------------------------------- */

static void
start(void)
{
	assert_int_equal(vslot_link(slot, &inner), JM_OK);
	way = (struct jm_link){ &ops, &inner };
	md_host_start_link(&h, &way, CARD_DATA_VERSION_MAX);
	apdus = verifies = wagers = 0;
	hit = 0;
	all_well = 1;
}

static void
stop(void)
{
	md_host_stop(&h);
	jm_link_close(&inner);
}

typedef void life(void);

static void
live_whole(void)
{
	read_files();
	read_properties();
	read_container(0);
	read_container(1);
	enter("login", ROLE_USER, MD_TRY_AUTH);
	make_signature("signature", 0);
	enter("second login", MD_PIN_3, MD_TRY_SIGN);
	make_signature("signature with the other", 1);
	change_pin("change", ROLE_USER, MD_TRY_AUTH, NEW_AUTH);
	log_out();
}

static void
live_mistyped(void)
{
	enter("wrong PIN", ROLE_USER, "9999");
	enter("login", ROLE_USER, MD_TRY_AUTH);
	make_signature("signature", 0);
	make_signature("second signature", 0);
	change_pin("change", MD_PIN_3, MD_TRY_SIGN, NEW_SIGN);
	log_out();
}

static void
run(life *live)
{
	DWORD rc;

	start();
	rc = md_host_acquire(&h);
	look("acquire", rc, 0);
	if (rc == ERROR_SUCCESS)
		live();
	stop();
}

/* In again as it was. */
static void
next_card(void)
{
	fault = NULL;
	vslot_remove(slot);
	md_peek_set(slot, ROLE_USER, MD_TRY_AUTH);
	md_peek_set(slot, MD_PIN_3, MD_TRY_SIGN);
	vslot_insert(slot);
	vslot_restart_count(slot);
	if (forgotten) /* the card had shown another one */
		md_try_register(slot, NULL);
	forgotten = 0;
}

/* The card goes on after what befell the life before. */
static void
live_again(void)
{
	const char *what = "the life after";
	const char *pin =
	    md_peek_is_pin(slot, ROLE_USER, NEW_AUTH) ? NEW_AUTH : MD_TRY_AUTH;

	fault = NULL;
	vslot_remove(slot);
	vslot_insert(slot);
	start();
	HOLDS(md_host_acquire(&h) == ERROR_SUCCESS);
	HOLDS(md_try_login(&h, ROLE_USER, pin, NULL) == ERROR_SUCCESS);
	HOLDS(md_try_sign_any(&h, 0) == ERROR_SUCCESS);
	stop();
}

static void
sweep(life *live, const char *conf)
{
	unsigned n;

	md_group_conf(conf);
	slot = fixture_slot(NULL);
	forgotten = 1;
	next_card();
	snprintf(where, sizeof where, "nothing wrong");
	run(live); /* and the cache knows the card */
	next_card();
	run(live);
	assert_true(all_well);
	n = apdus;
	assert_true(n >= 20);
	for (size_t i = 0; i < NELEM(faults); i++)
		for (at = 0; at < n; at++) {
			next_card();
			fault = &faults[i];
			snprintf(where, sizeof where, "APDU %u of %u: %s %x",
			    at, n, fault->reply != NULL ? fault->reply : "code",
			    (unsigned)fault->code);
			run(live);
			assert_true(hit);
			if (at % 8 == i % 8)
				live_again();
		}
	fault = NULL;
	md_try_forget();
	md_group_conf(NULL);
	vslot_close(&slot);
}

static void
a_life_survives_each_fault(void **unused)
{
	(void)unused;
	sweep(live_whole, NULL);
}

static void
a_life_with_a_mistyped_pin_survives_each_fault(void **unused)
{
	(void)unused;
	sweep(live_mistyped, NULL);
}

static void
a_life_that_reads_all_survives_each_fault(void **unused)
{
	(void)unused;
	sweep(live_mistyped, "cache = off\nconsent = session\n");
}

static void
a_life_survives_each_lack_of_memory(void **unused)
{
	int refused = 1;
	(void)unused;

	slot = fixture_slot(NULL);
	md_try_register(slot, NULL);
	for (unsigned i = 0; refused; i++) {
		next_card();
		snprintf(where, sizeof where, "allocation %u", i);
		md_host_alloc_fails(i);
		run(live_whole);
		refused = md_host_alloc_failed();
		assert_true(refused == !all_well);
		assert_true(refused || i > 10);
	}
	md_try_forget();
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_life_survives_each_fault),
		cmocka_unit_test(
		    a_life_with_a_mistyped_pin_survives_each_fault),
		cmocka_unit_test(a_life_that_reads_all_survives_each_fault),
		cmocka_unit_test(a_life_survives_each_lack_of_memory),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
