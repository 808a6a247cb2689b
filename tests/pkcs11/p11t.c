/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/pkcs11/p11t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/link_vcard.h"
#include "tests/support/vscard.h"
#include "vcard/vc_issue.h"

/* The certificates of architecture's budgets: 1.5 kB. */
#define LEAF_BYTES 1500

CK_FUNCTION_LIST *p11;

/* In memory where that can be: the card writes through to its file for every
 * VERIFY, and these tests end no card in mid-write. */
static char in_memory[] = "/dev/shm/p11t.XXXXXX",
	    on_disk[] = "/tmp/p11t.XXXXXX";
static char *dir;
static char master[64], image[64];
static struct vc_card *card;
static unsigned reader;

static int
group_setup(const char *profile)
{
	const struct vc_issue how = { .profile = profile,
		.overwrite = 1,
		.size_hint = LEAF_BYTES };

	dir = mkdtemp(in_memory);
	if (dir == NULL && (dir = mkdtemp(on_disk)) == NULL)
		return 1;
	snprintf(master, sizeof master, "%s/master", dir);
	snprintf(image, sizeof image, "%s/card", dir);
	return vc_create(master, &how) == JM_OK &&
		       C_GetFunctionList(&p11) == CKR_OK
		   ? 0
		   : 1;
}

int
p11t_group_setup(void **state)
{
	(void)state;
	return group_setup(NULL);
}

int
p11t_group_setup_next(void **state)
{
	(void)state;
	return group_setup("mynumber-next");
}

int
p11t_group_teardown(void **state)
{
	char lock[80];

	(void)state;
	snprintf(lock, sizeof lock, "%s.lock", image);
	(void)unlink(lock);
	(void)unlink(image);
	(void)unlink(master);
	return rmdir(dir);
}

/* --- the card ---------------------------------------------------------------
 */

static void
new_card(void)
{
	assert_int_equal(vslot_copy(master, image), JM_OK);
	assert_int_equal(vc_open(image, &card), JM_OK);
}

static void
start(void)
{
	vs_insert(reader, vs_vcard(card));
	assert_int_equal(p11->C_Initialize(NULL), CKR_OK);
	vs_restart_count(reader);
}

static void
stop(void)
{
	(void)p11->C_Finalize(NULL);
	vs_remove(reader);
	vc_close(&card);
}

int
p11t_setup(void **state)
{
	(void)state;
	vs_clear();
	reader = vs_plug("Reader of the tests 00 00");
	new_card();
	start();
	return 0;
}

int
p11t_teardown(void **state)
{
	const unsigned outside = vs_counted(reader).outside;

	(void)state;
	stop();
	return outside == 0 ? 0 : 1; /* commands outside of a transaction */
}

void
p11t_restart(const char *param, ...)
{
	va_list ap;

	stop();
	new_card();
	va_start(ap, param);
	for (; param != NULL; param = va_arg(ap, const char *))
		assert_int_equal(vc_set_param(card, param), JM_OK);
	va_end(ap);
	start();
}

void
p11t_swap(void)
{
	CK_ULONG n;

	vs_remove(reader);
	assert_int_equal(p11->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
	vs_insert(reader, vs_vcard(card));
	assert_int_equal(p11->C_GetSlotList(CK_FALSE, NULL, &n), CKR_OK);
}

struct vc_card *
p11t_card(void)
{
	return card;
}

unsigned
p11t_reader(void)
{
	return reader;
}

/* --- sessions ---------------------------------------------------------------
 */

CK_SLOT_ID
p11t_slot(enum jm_pair pair)
{
	CK_SLOT_ID id[8];
	CK_ULONG n = NELEM(id);

	assert_int_equal(p11->C_GetSlotList(CK_FALSE, id, &n), CKR_OK);
	assert_int_equal(n, JM_PAIRS);
	return id[pair];
}

static CK_SESSION_HANDLE
open_session(enum jm_pair pair, CK_FLAGS flags)
{
	CK_SESSION_HANDLE s;

	assert_int_equal(
	    p11->C_OpenSession(p11t_slot(pair), flags, NULL, NULL, &s), CKR_OK);
	return s;
}

CK_SESSION_HANDLE
p11t_open(enum jm_pair pair)
{
	return open_session(pair, CKF_SERIAL_SESSION);
}

CK_SESSION_HANDLE
p11t_open_rw(enum jm_pair pair)
{
	return open_session(pair, CKF_SERIAL_SESSION | CKF_RW_SESSION);
}

CK_RV
p11t_try_login(CK_SESSION_HANDLE s, const char *pin)
{
	CK_BYTE copy[32];

	memcpy(copy, pin, strlen(pin));
	return p11->C_Login(s, CKU_USER, copy, strlen(pin));
}

void
p11t_login(CK_SESSION_HANDLE s, enum jm_pair pair)
{
	assert_int_equal(
	    p11t_try_login(s, pair == AUTH ? "1234" : "ABC123"), CKR_OK);
}

CK_SESSION_HANDLE
p11t_user(enum jm_pair pair)
{
	const CK_SESSION_HANDLE s = p11t_open(pair);

	p11t_login(s, pair);
	return s;
}

/* --- objects ----------------------------------------------------------------
 */

size_t
p11t_find(CK_SESSION_HANDLE s, CK_ATTRIBUTE *tmpl, CK_ULONG n,
    CK_OBJECT_HANDLE *hit, size_t room)
{
	CK_ULONG got = 0;

	assert_int_equal(p11->C_FindObjectsInit(s, tmpl, n), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, hit, room, &got), CKR_OK);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	return got;
}

CK_OBJECT_HANDLE
p11t_object(CK_SESSION_HANDLE s, CK_OBJECT_CLASS class, CK_BYTE id)
{
	CK_ATTRIBUTE t[] = { { CKA_CLASS, &class, sizeof class },
		{ CKA_ID, &id, 1 } };
	CK_OBJECT_HANDLE hit[4];

	assert_int_equal(p11t_find(s, t, id == 0 ? 1 : 2, hit, NELEM(hit)), 1);
	return hit[0];
}

size_t
p11t_value(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_TYPE type,
    void *out, size_t room)
{
	CK_ATTRIBUTE a = { type, out, room };

	assert_int_equal(p11->C_GetAttributeValue(s, o, &a, 1), CKR_OK);
	return a.ulValueLen;
}

CK_ULONG
p11t_number(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_TYPE type)
{
	CK_ULONG v = 0;

	assert_int_equal(p11t_value(s, o, type, &v, sizeof v), sizeof v);
	return v;
}

/* --- counts -----------------------------------------------------------------
 */

unsigned
p11t_apdus(void)
{
	const unsigned n = vs_counted(reader).apdus;

	assert_int_equal(vs_counted(reader).outside, 0);
	vs_restart_count(reader);
	return n;
}

void
p11t_assert_apdus(unsigned want, const char *what)
{
	const unsigned got = vs_counted(reader).apdus;

	if (got != want) {
		vs_print(reader);
		fail_msg("%s: %u APDUs instead of %u", what, got, want);
	}
	(void)p11t_apdus();
}

unsigned
p11t_read_cost(size_t len, int short_ids)
{
	return (unsigned)((len + 255) / 256) + (short_ids ? 0 : 1);
}
