/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Threads of a host: contexts of their own on one card, and one context from
 * two threads in one transaction.  make check-threads runs it under the thread
 * sanitizer.
 */
#include "tests/support/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "tests/minidriver/md_peek.h"
#include "tests/minidriver/md_try.h"

#define ROUNDS 60

static struct vslot *slot;
static struct md_host hosts[2];
static atomic_uint odd; /* what a thread found; cmocka is the main one's */

static uint8_t pin[] = { '1', '2', '3', '4' };
static char mscp[] = "mscp", cmapfile[] = "cmapfile";

static DWORD
login(CARD_DATA *c)
{
	return c->pfnCardAuthenticateEx(
	    c, ROLE_USER, 0, pin, sizeof pin, NULL, NULL, NULL);
}

static DWORD
sign(CARD_DATA *c)
{
	static const uint8_t value[32] = { 0xa1 };
	uint8_t data[sizeof value];
	CARD_SIGNING_INFO info = { .dwVersion = 1,
		.dwKeySpec = MD_AT_KEYEXCHANGE,
		.aiHashAlg = MD_CALG_SHA_256,
		.pbData = data,
		.cbData = sizeof data };
	DWORD code;

	memcpy(data, value, sizeof data);
	code = c->pfnCardSignData(c, &info);
	odd += (code == ERROR_SUCCESS) != (info.pbSignedData != NULL);
	md_host_free(info.pbSignedData);
	return code;
}

static DWORD
read_file(CARD_DATA *c)
{
	PBYTE data;
	DWORD len;
	const DWORD code =
	    c->pfnCardReadFile(c, mscp, cmapfile, 0, &data, &len);

	odd += (code == ERROR_SUCCESS) != (data != NULL);
	md_host_free(data);
	return code;
}

/* --- two contexts --------------------------------------------------------- */

/* All in one transaction, as the host has it: nobody comes between. */
static void *
own_context(void *arg)
{
	struct md_host *h = arg;

	for (unsigned i = 0; i < ROUNDS; i++) {
		CARD_DATA *c = md_host_before(h);

		odd += login(c) != ERROR_SUCCESS;
		odd += sign(c) != ERROR_SUCCESS;
		odd += read_file(c) != ERROR_SUCCESS;
		odd += c->pfnCardDeauthenticateEx(c, 1u << ROLE_USER, 0) !=
		       ERROR_SUCCESS;
		odd += sign(c) != (DWORD)SCARD_W_SECURITY_VIOLATION;
		(void)md_host_after(h, ERROR_SUCCESS);
	}
	return NULL;
}

static void
two_contexts_in_two_threads_do_not_meet(void **state)
{
	pthread_t thread[2];
	(void)state;

	slot = fixture_slot(NULL);
	for (unsigned i = 0; i < 2; i++)
		md_host_ready(&hosts[i], slot);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, own_context, &hosts[i]),
		    0);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	assert_int_equal(odd, 0);
	assert_int_equal(vslot_counted(slot).verifies, 2 * ROUNDS);
	assert_int_equal(md_peek_tries(slot, ROLE_USER), 3);
	assert_false(md_peek_any_open(slot));
	for (unsigned i = 0; i < 2; i++)
		md_host_stop(&hosts[i]);
	vslot_close(&slot);
}

/* --- one context ---------------------------------------------------------- */

static void *
shared_context(void *arg)
{
	CARD_DATA *c = arg;
	DWORD set, len, code;

	for (unsigned i = 0; i < ROUNDS; i++) {
		odd += login(c) != ERROR_SUCCESS;
		code = sign(c); /* the other thread may have logged out */
		odd += code != ERROR_SUCCESS &&
		       code != (DWORD)SCARD_W_SECURITY_VIOLATION;
		odd += c->pfnCardGetProperty(c, L"Authenticated State",
			   (PBYTE)&set, sizeof set, &len, 0) != ERROR_SUCCESS;
		odd += (set & ~MD_PEEK_SETS) != 0;
		odd += read_file(c) != ERROR_SUCCESS;
		if (i % 4 == 0)
			odd += c->pfnCardDeauthenticateEx(
				   c, 1u << ROLE_USER, 0) != ERROR_SUCCESS;
	}
	return NULL;
}

static void
one_context_serves_two_threads(void **state)
{
	pthread_t thread[2];
	CARD_DATA *c;
	(void)state;

	slot = fixture_slot(NULL);
	md_host_ready(&hosts[0], slot);
	c = md_host_before(&hosts[0]);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, shared_context, c), 0);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	(void)md_host_after(&hosts[0], ERROR_SUCCESS);
	assert_int_equal(odd, 0);
	assert_int_equal(vslot_counted(slot).verifies, 2 * ROUNDS);
	assert_int_equal(md_peek_tries(slot, ROLE_USER), 3);
	md_host_stop(&hosts[0]);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_contexts_in_two_threads_do_not_meet),
		cmocka_unit_test(one_context_serves_two_threads),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
