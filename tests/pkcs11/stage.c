/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/pkcs11/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/link_vcard.h"
#include "vcard/vc_issue.h"

#define SELECT_JPKI "00A4040C0AD392F000260100000001"

CK_FUNCTION_LIST *p11;
struct p11_functions_3_0 *p11_3;

static char dir[] = "/tmp/stage.XXXXXX";
static struct {
	struct vc_card *card;
	int in; /* in its reader */
} cards[VS_READERS];
static unsigned readers;
static const char *master;

static const char *
image(unsigned reader)
{
	static char path[64];

	if (reader == VS_READERS)
		snprintf(path, sizeof path, "%s/master", dir);
	else
		snprintf(path, sizeof path, "%s/card%u", dir, reader);
	return path;
}

static void
unlink_image(unsigned reader)
{
	char lock[80];

	snprintf(lock, sizeof lock, "%s.lock", image(reader));
	(void)unlink(lock);
	(void)unlink(image(reader));
}

int
stage_open(void **state)
{
	/* The certificates of the cost table: 1.5 kB. */
	const struct vc_issue how = { .overwrite = 1, .size_hint = 1500 };
	CK_INTERFACE *i;

	(void)state;
	if (mkdtemp(dir) == NULL || vc_create(image(VS_READERS), &how) != JM_OK)
		return 1;
	if (C_GetFunctionList(&p11) != CKR_OK ||
	    C_GetInterface(NULL, NULL, &i, 0) != CKR_OK)
		return 1;
	p11_3 = i->pFunctionList;
	return 0;
}

int
stage_close(void **state)
{
	(void)state;
	unlink_image(VS_READERS);
	return rmdir(dir);
}

int
stage_begin(void **state)
{
	(void)state;
	vs_clear();
	memset(cards, 0, sizeof cards);
	readers = 0;
	return 0;
}

int
stage_end(void **state)
{
	int faults = 0;

	(void)state;
	(void)p11->C_Finalize(NULL);
	if (vs_contexts() != 0 || vs_handles() != 0) {
		fprintf(stderr, "left over: %u contexts, %u handles\n",
		    vs_contexts(), vs_handles());
		faults++;
	}
	for (unsigned i = 0; i < readers; i++) {
		if (vs_counted(i).outside != 0) {
			fprintf(stderr, "sent outside of a transaction\n");
			faults++;
		}
		if (cards[i].in)
			vs_remove(i);
		vc_close(&cards[i].card);
		unlink_image(i);
	}
	return faults == 0 ? 0 : 1;
}

void
stage_init(void)
{
	assert_int_equal(p11->C_Initialize(NULL), CKR_OK);
}

/* --- readers and cards ---------------------------------------------------- */

unsigned
stage_empty(const char *name)
{
	const unsigned reader = vs_plug(name);

	if (reader >= readers)
		readers = reader + 1;
	return reader;
}

static void
issue(unsigned reader)
{
	char from[64];

	snprintf(from, sizeof from, "%s", image(VS_READERS));
	assert_int_equal(
	    vslot_copy(master != NULL ? master : from, image(reader)), JM_OK);
	assert_int_equal(vc_open(image(reader), &cards[reader].card), JM_OK);
}

void
stage_copy_of(const char *path)
{
	master = path;
}

unsigned
stage_reader(const char *param, ...)
{
	unsigned reader;
	char name[40];
	va_list ap;

	snprintf(name, sizeof name, "Reader of the tests %02u 00", readers);
	reader = stage_empty(name);
	issue(reader);
	va_start(ap, param);
	for (; param != NULL; param = va_arg(ap, const char *))
		assert_int_equal(
		    vc_set_param(cards[reader].card, param), JM_OK);
	va_end(ap);
	stage_put(reader);
	return reader;
}

void
stage_fresh(unsigned reader)
{
	if (cards[reader].in)
		stage_take(reader);
	vc_close(&cards[reader].card);
	issue(reader);
	stage_put(reader);
}

void
stage_take(unsigned reader)
{
	vs_remove(reader);
	cards[reader].in = 0;
}

void
stage_put(unsigned reader)
{
	vs_insert(reader, vs_vcard(cards[reader].card));
	cards[reader].in = 1;
}

struct vc_card *
stage_card(unsigned reader)
{
	return cards[reader].card;
}

/* --- the module ----------------------------------------------------------- */

size_t
stage_slots(int with_token, CK_SLOT_ID *list, size_t room)
{
	CK_ULONG n = room;

	assert_int_equal(
	    p11->C_GetSlotList(with_token ? CK_TRUE : CK_FALSE, list, &n),
	    CKR_OK);
	return n;
}

CK_SLOT_ID
stage_slot(unsigned reader, enum jm_pair pair)
{
	static const char *const what[JM_PAIRS] = { "(Authentication)",
		"(Signature)" };
	CK_SLOT_ID list[2 * VS_READERS];
	const size_t n = stage_slots(0, list, NELEM(list));
	char start[40];

	snprintf(start, sizeof start, "Reader of the tests %02u 00", reader);
	for (size_t i = 0; i < n; i++) {
		CK_SLOT_INFO info;
		char text[sizeof info.slotDescription + 1] = { 0 };

		assert_int_equal(p11->C_GetSlotInfo(list[i], &info), CKR_OK);
		memcpy(text, info.slotDescription, sizeof text - 1);
		if (strncmp(text, start, strlen(start)) == 0 &&
		    strstr(text, what[pair]) != NULL)
			return list[i];
	}
	fail_msg("no slot for reader %u", reader);
	return 0;
}

static CK_SESSION_HANDLE
open_session(unsigned reader, enum jm_pair pair, CK_FLAGS flags)
{
	CK_SESSION_HANDLE s = CK_INVALID_HANDLE;

	assert_int_equal(
	    p11->C_OpenSession(stage_slot(reader, pair), flags, NULL, NULL, &s),
	    CKR_OK);
	assert_int_not_equal(s, CK_INVALID_HANDLE);
	return s;
}

CK_SESSION_HANDLE
stage_session(unsigned reader, enum jm_pair pair)
{
	return open_session(reader, pair, CKF_SERIAL_SESSION);
}

CK_SESSION_HANDLE
stage_rw(unsigned reader, enum jm_pair pair)
{
	return open_session(reader, pair, CKF_SERIAL_SESSION | CKF_RW_SESSION);
}

CK_RV
stage_login(CK_SESSION_HANDLE s, const char *pin)
{
	CK_BYTE copy[64];
	const size_t len = strlen(pin);

	assert_true(len < sizeof copy);
	for (size_t i = 0; i < len; i++) /* no text: no NUL */
		copy[i] = (CK_BYTE)pin[i];
	return p11->C_Login(s, CKU_USER, copy, len);
}

CK_FLAGS
stage_flags(unsigned reader, enum jm_pair pair)
{
	CK_TOKEN_INFO info;

	assert_int_equal(
	    p11->C_GetTokenInfo(stage_slot(reader, pair), &info), CKR_OK);
	return info.flags;
}

CK_FLAGS
stage_counter(unsigned reader, enum jm_pair pair)
{
	return stage_flags(reader, pair) &
	       (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY |
		   CKF_USER_PIN_LOCKED);
}

CK_STATE
stage_state(CK_SESSION_HANDLE s)
{
	CK_SESSION_INFO info;

	assert_int_equal(p11->C_GetSessionInfo(s, &info), CKR_OK);
	return info.state;
}

CK_RV
stage_sign(CK_SESSION_HANDLE s)
{
	static CK_BYTE in[51] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60,
		0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
		0x04, 0x20 };
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE tmpl = { CKA_CLASS, &class, sizeof class };
	CK_MECHANISM m = { CKM_RSA_PKCS, NULL, 0 };
	CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
	CK_ULONG n = 0, sig_len = 512;
	CK_BYTE sig[512];
	CK_RV rv;

	assert_int_equal(p11->C_FindObjectsInit(s, &tmpl, 1), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, &key, 1, &n), CKR_OK);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	if (n == 0)
		return CKR_USER_NOT_LOGGED_IN;
	if ((rv = p11->C_SignInit(s, &m, key)) != CKR_OK)
		return rv;
	return p11->C_Sign(s, in, sizeof in, sig, &sig_len);
}

/* --- another program ------------------------------------------------------ */

static unsigned
send_pin(unsigned reader, const char *head, const char *pin)
{
	char hex[80];
	size_t at;

	at = (size_t)snprintf(hex, sizeof hex, "%s%02zX", head, strlen(pin));
	for (size_t i = 0; pin[i] != '\0'; i++)
		at += (size_t)snprintf(
		    hex + at, sizeof hex - at, "%02X", (unsigned)pin[i]);
	return vs_other_send(reader, hex);
}

unsigned
stage_other_try(unsigned reader, enum jm_pair pair, const char *pin)
{
	static const char *const select_pin[JM_PAIRS] = { "00A4020C020018",
		"00A4020C02001B" };
	unsigned sw;

	assert_int_equal(vs_other_send(reader, SELECT_JPKI), 0x9000);
	assert_int_equal(vs_other_send(reader, select_pin[pair]), 0x9000);
	sw = send_pin(reader, "00200080", pin);
	/* It logs out, as a decent program does. */
	if (sw != 0x9000)
		(void)vs_other_send(reader, "00A4040C07A0000001510000");
	return sw;
}

void
stage_other_change(
    unsigned reader, enum jm_pair pair, const char *from, const char *to)
{
	assert_int_equal(stage_other_try(reader, pair, from), 0x9000);
	assert_int_equal(send_pin(reader, "00240180", to), 0x9000);
	assert_int_equal(
	    vs_other_send(reader, "00A4040C07A0000001510000"), 0x9000);
}

void
stage_assert_logged_out(unsigned reader)
{
	static const char *const sign[] = { "00A4020C020017",
		"00A4020C02001A" };

	assert_int_equal(vs_other_send(reader, SELECT_JPKI), 0x9000);
	assert_int_equal(vs_other_send(reader, "00A4020C020001"), 0x9000);
	assert_int_equal(vs_other_send(reader, "00B0000004"), 0x6982);
	for (size_t i = 0; i < NELEM(sign); i++) {
		assert_int_equal(vs_other_send(reader, sign[i]), 0x9000);
		assert_int_equal(vs_other_send(reader,
				     "802A008013"
				     "30113009060529000000000500040400000000"
				     "00"),
		    0x6982);
	}
}
