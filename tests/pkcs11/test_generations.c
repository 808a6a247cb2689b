/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every generation of the card, with every answer to reset that was seen, and
 * the module through its function list: slots, tokens, objects, PINs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/pkcs11/stage.h"
#include "vcard/vc_issue.h"

#define PARAMS 4

struct generation {
	const char *name, *profile;
	const char *param[PARAMS]; /* of this run */
	int pair[JM_PAIRS];        /* is it there? */
	int hidden;                /* the authentication certificate */
	int blocked;               /* no PIN was ever set */
	int pss;
	CK_ULONG min, max; /* signature PIN */
};

/* clang-format off */
static const struct generation generations[] = {
	{ "My Number card", "mynumber-2016", { NULL },
	  { 1, 1 }, 0, 0, 1, 6, 16 },
	{ "card of a child", "mynumber-child", { NULL },
	  { 1, 0 }, 0, 0, 1, 0, 0 },
	{ "card of a child, its PIN blocked", "mynumber-child",
	  { "absent-pin=blocked", "absent-ef=6982" },
	  { 1, 0 }, 0, 0, 1, 0, 0 },
	{ "card without PINs", "mynumber-nopin", { NULL },
	  { 1, 1 }, 0, 1, 1, 6, 16 },
	{ "card without PINs, its counters 0", "mynumber-nopin",
	  { "retry-blocked=63C0" },
	  { 1, 1 }, 0, 1, 1, 6, 16 },
	{ "Juki card", "juki", { NULL },
	  { 0, 1 }, 0, 0, 0, 4, 16 },
	{ "Juki card without its CA", "juki", { "absent-ca=absent" },
	  { 0, 1 }, 0, 0, 0, 4, 16 },
	{ "Android phone", "android", { NULL },
	  { 1, 1 }, 1, 0, 1, 6, 16 },
	{ "iPhone", "mynumber-2016", { "label=JPKIAPIOSTOKEN" },
	  { 1, 1 }, 0, 0, 1, 6, 16 },
	{ "label of none", "mynumber-2016", { "label=STRANGER" },
	  { 1, 1 }, 0, 0, 1, 6, 16 },
};

/* card-facts 1.1, 1.2 */
static const char *const atrs[] = {
	"atr=3BE000FF8131FE4514",
	"atr=3BDA13FF8131FB468012392F31C173C601C03B",
	"atr=3BC5FF8131FB458073C6010000",
	"atr=3BF59100FF918171FE400042000100D1D6",
	"atr=3BF59100FF918171FE4000420001B3A115",
	"atr=3B888001000005E0B381A1007F",
	"atr=3B888001000041E0B381A1003B",
	"atr=3B888001004B51FF0081D100BC",
	"atr=3B888001004B51FFB381D1000F",
	"atr=3B888001000014E0B38191005E",
	"atr=3B88800112345678B381A10092", /* the card's passing number in it */
};
/* clang-format on */

static const char *const pins[JM_PAIRS] = { AUTH_PIN, SIGN_PIN };

/* --- what is seen --------------------------------------------------------- */

static size_t
find(CK_SESSION_HANDLE s, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *first)
{
	CK_ATTRIBUTE want = { CKA_CLASS, &class, sizeof class };
	CK_OBJECT_HANDLE hit[8];
	CK_ULONG n = 0;

	assert_int_equal(p11->C_FindObjectsInit(s, &want, 1), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, hit, NELEM(hit), &n), CKR_OK);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	if (first != NULL)
		*first = n > 0 ? hit[0] : CK_INVALID_HANDLE;
	return n;
}

static CK_ULONG
number(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_TYPE type)
{
	CK_ULONG v = 0;
	CK_ATTRIBUTE a = { type, &v, sizeof v };

	assert_int_equal(p11->C_GetAttributeValue(s, o, &a, 1), CKR_OK);
	return v;
}

static int
hides(const struct generation *g, enum jm_pair pair)
{
	return pair == SIGN || g->hidden;
}

static void
look(const struct generation *g, CK_SESSION_HANDLE s, enum jm_pair pair, int in)
{
	const size_t certs = in || !hides(g, pair);

	/* NSS does not log in to look for certificates where it is. */
	assert_int_equal(find(s, CKO_PROFILE, NULL), !g->hidden);
	assert_int_equal(find(s, CKO_PRIVATE_KEY, NULL), in);
	assert_int_equal(find(s, CKO_PUBLIC_KEY, NULL), certs);
	/* Its CA's is there in any case. */
	assert_int_equal(find(s, CKO_CERTIFICATE, NULL), 1 + certs);
}

/* A signature, verified by the public key that the token shows. */
static void
sign_and_verify(CK_SESSION_HANDLE s, const struct generation *g)
{
	CK_RSA_PKCS_PSS_PARAMS pss = { CKM_SHA256, CKG_MGF1_SHA256, 32 };
	CK_MECHANISM m[] = { { CKM_SHA256_RSA_PKCS, NULL, 0 },
		{ CKM_SHA256_RSA_PKCS_PSS, &pss, sizeof pss } };
	CK_OBJECT_HANDLE key, pub;
	CK_BYTE text[] = "a letter", sig[512];
	CK_ULONG n = sizeof sig;

	assert_int_equal(find(s, CKO_PRIVATE_KEY, &key), 1);
	assert_int_equal(find(s, CKO_PUBLIC_KEY, &pub), 1);
	assert_int_equal(number(s, key, CKA_MODULUS_BITS), 2048);
	assert_int_equal(p11->C_SignInit(s, &m[1], key),
	    g->pss ? CKR_OK : CKR_MECHANISM_INVALID);
	if (g->pss)
		assert_int_equal(p11_3->C_SessionCancel(s, CKF_SIGN), CKR_OK);
	assert_int_equal(p11->C_SignInit(s, &m[0], key), CKR_OK);
	assert_int_equal(p11->C_Sign(s, text, sizeof text, sig, &n), CKR_OK);
	assert_int_equal(n, 256);
	assert_int_equal(p11->C_VerifyInit(s, &m[0], pub), CKR_OK);
	assert_int_equal(p11->C_Verify(s, text, sizeof text, sig, n), CKR_OK);
	text[0] = 'b';
	assert_int_equal(p11->C_VerifyInit(s, &m[0], pub), CKR_OK);
	assert_int_equal(
	    p11->C_Verify(s, text, sizeof text, sig, n), CKR_SIGNATURE_INVALID);
}

/* --- PINs ----------------------------------------------------------------- */

/* What cannot be the PIN is not sent; a wrong one is, once. */
static void
wrong_pins(const struct generation *g, unsigned r, CK_SESSION_HANDLE s,
    enum jm_pair pair)
{
	static const char long_one[] = "ABCDEFGHIJKLMNOP1";
	const CK_ULONG min = pair == AUTH ? 4 : g->min;
	const CK_ULONG max = pair == AUTH ? 4 : g->max;
	CK_TOKEN_INFO info;
	char text[32];

	assert_int_equal(
	    p11->C_GetTokenInfo(stage_slot(r, pair), &info), CKR_OK);
	assert_int_equal(info.ulMinPinLen, min);
	assert_int_equal(info.ulMaxPinLen, max);
	assert_int_equal(stage_counter(r, pair), 0);
	vs_restart_count(r);
	for (CK_ULONG n = 0; n <= 17; n++) {
		if (n >= min && n <= max)
			continue;
		snprintf(text, sizeof text, "%.*s", (int)n, long_one);
		assert_int_equal(stage_login(s, text), CKR_PIN_LEN_RANGE);
	}
	snprintf(text, sizeof text, "%.*s", (int)min, "-9-9-9-9-9");
	assert_int_equal(stage_login(s, text), CKR_PIN_INCORRECT);
	assert_int_equal(vs_counted(r).verifies, 0);
	snprintf(text, sizeof text, "%.*s", (int)min, "9999999999");
	assert_int_equal(stage_login(s, text), CKR_PIN_INCORRECT);
	assert_int_equal(vs_counted(r).verifies, 1);
	assert_int_equal(stage_login(s, text), CKR_PIN_INCORRECT);
	assert_int_equal(vs_counted(r).verifies, 1);
	assert_int_equal(stage_counter(r, pair), CKF_USER_PIN_COUNT_LOW);
}

/* Nobody ever set one: each call says that it is blocked, and sends none. */
static void
no_pins(unsigned r, CK_SESSION_HANDLE s, enum jm_pair pair)
{
	CK_BYTE pin[16];
	const CK_ULONG n = strlen(pins[pair]);

	memcpy(pin, pins[pair], n);
	vs_restart_count(r);
	assert_int_equal(stage_counter(r, pair),
	    CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_LOCKED);
	for (int i = 0; i < 3; i++)
		assert_int_equal(stage_login(s, pins[pair]), CKR_PIN_LOCKED);
	assert_int_equal(stage_state(s), CKS_RW_PUBLIC_SESSION);
	assert_int_equal(p11->C_SetPIN(s, pin, n, pin, n), CKR_PIN_LOCKED);
	assert_int_equal(p11->C_InitPIN(s, pin, n), CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(vs_counted(r).verifies, 0);
	assert_int_equal(vs_counted(r).changes, 0);
	assert_in_range(vs_counted(r).apdus, 1, 40);
}

/* --- the whole ------------------------------------------------------------ */

static void
one_pair(const struct generation *g, unsigned r, enum jm_pair pair)
{
	const CK_SESSION_HANDLE s = stage_rw(r, pair);
	CK_TOKEN_INFO info;

	assert_int_equal(
	    p11->C_GetTokenInfo(stage_slot(r, pair), &info), CKR_OK);
	assert_memory_equal(info.label,
	    pair == AUTH ? "JPKI Authentication " : "JPKI Signature ", 15);
	look(g, s, pair, 0);
	if (g->blocked) {
		no_pins(r, s, pair);
		look(g, s, pair, 0);
		return;
	}
	wrong_pins(g, r, s, pair);
	assert_int_equal(stage_login(s, pins[pair]), CKR_OK);
	assert_int_equal(vs_counted(r).verifies, 2);
	assert_int_equal(stage_counter(r, pair), 0);
	look(g, s, pair, 1);
	sign_and_verify(s, g);
	/* One PIN, one signature; what was shown stays. */
	assert_int_equal(stage_state(s),
	    pair == AUTH ? CKS_RW_USER_FUNCTIONS : CKS_RW_PUBLIC_SESSION);
	assert_int_equal(find(s, CKO_CERTIFICATE, NULL), 2);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_int_equal(find(s, CKO_CERTIFICATE, NULL), 2);
	assert_int_equal(find(s, CKO_PRIVATE_KEY, NULL), 0);
}

/* Nothing is left on the card for another program. */
static void
assert_shut(const struct generation *g, unsigned r)
{
	static const char *const sign[] = {
		"802A009713301130090605290000000005000404000000"
		"0000",
		"802A009A13301130090605290000000005000404000000"
		"0000"
	};

	assert_int_equal(
	    vs_other_send(r, "00A4040C0AD392F000260100000001"), 0x9000);
	if (g->pair[SIGN])
		assert_int_equal(vs_other_send(r, "00B0810010"), 0x6982);
	for (size_t i = 0; i < NELEM(sign); i++)
		assert_int_not_equal(vs_other_send(r, sign[i]), 0x9000);
}

static char dir[] = "/tmp/generations.XXXXXX";

static void
one_card(const struct generation *g, const char *atr)
{
	const size_t tokens = (size_t)(g->pair[AUTH] + g->pair[SIGN]);
	char image[64];
	CK_SLOT_ID list[4];
	CK_TOKEN_INFO info;
	unsigned r;

	snprintf(image, sizeof image, "%s/%s", dir, g->profile);
	stage_copy_of(image);
	r = stage_reader(
	    atr, g->param[0], g->param[1], g->param[2], g->param[3], NULL);
	stage_init();
	assert_int_equal(stage_slots(0, list, 4), 2);
	assert_int_equal(stage_slots(1, list, 4), tokens);
	for (int p = 0; p < JM_PAIRS; p++) {
		const enum jm_pair pair = (enum jm_pair)p;

		if (g->pair[p])
			one_pair(g, r, pair);
		else
			assert_int_equal(
			    p11->C_GetTokenInfo(stage_slot(r, pair), &info),
			    CKR_TOKEN_NOT_PRESENT);
	}
	assert_shut(g, r);
}

static void
each_generation_works_with_each_answer_to_reset(void **state)
{
	for (size_t i = 0; i < NELEM(generations); i++)
		for (size_t k = 0; k < NELEM(atrs); k++) {
			print_message("%s, %s\n", generations[i].name, atrs[k]);
			one_card(&generations[i], atrs[k]);
			assert_int_equal(stage_end(state), 0);
			assert_int_equal(stage_begin(state), 0);
		}
}

/* --- cards that are none -------------------------------------------------- */

static int
no_application(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	(void)self;
	(void)cmd;
	(void)cmd_len;
	rsp[0] = 0x6a;
	rsp[1] = 0x82;
	*rsp_len = 2;
	return 0;
}

/* A driving licence's. */
static size_t
licence_atr(void *self, uint8_t out[33])
{
	static const uint8_t atr[] = { 0x3b, 0x88, 0x80, 0x01, 0x00, 0x00, 0x00,
		0x00, 0x91, 0x81, 0xc1, 0x00, 0xd8 };

	(void)self;
	memcpy(out, atr, sizeof atr);
	return sizeof atr;
}

/* The ATR that My Number and Juki cards share. */
static size_t
shared_atr(void *self, uint8_t out[33])
{
	static const uint8_t atr[] = { 0x3b, 0xe0, 0x00, 0xff, 0x81, 0x31, 0xfe,
		0x45, 0x14 };

	(void)self;
	memcpy(out, atr, sizeof atr);
	return sizeof atr;
}

static void
a_card_without_the_application_is_none_whatever_its_answer(void **state)
{
	const struct vs_card card[] = {
		{ NULL, no_application, NULL, NULL, licence_atr },
		{ NULL, no_application, NULL, NULL, shared_atr },
	};
	CK_SLOT_ID list[4];
	CK_TOKEN_INFO info;
	unsigned r, asked;

	for (size_t i = 0; i < NELEM(card); i++) {
		r = stage_empty("Reader of the tests 00 00");
		vs_insert(r, card[i]);
		stage_init();
		assert_int_equal(stage_slots(1, list, 4), 0);
		asked = vs_counted(r).apdus;
		assert_in_range(asked, 1, 4);
		assert_int_equal(
		    p11->C_GetTokenInfo(stage_slot(r, AUTH), &info),
		    CKR_TOKEN_NOT_PRESENT);
		assert_int_equal(vs_counted(r).apdus, asked);
		assert_int_equal(vs_counted(r).verifies, 0);
		vs_remove(r);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

/* --- set-up --------------------------------------------------------------- */

static const char *
image_of(const char *profile, char path[64])
{
	snprintf(path, 64, "%s/%s", dir, profile);
	return path;
}

static int
open_all(void **state)
{
	struct vc_issue how = { .overwrite = 1, .size_hint = 1200 };
	char path[64];

	if (stage_open(state) != 0 || mkdtemp(dir) == NULL)
		return 1;
	for (size_t i = 0; i < NELEM(generations); i++) {
		how.profile = generations[i].profile;
		if (access(image_of(how.profile, path), F_OK) != 0 &&
		    vc_create(path, &how) != JM_OK)
			return 1;
	}
	return 0;
}

static int
close_all(void **state)
{
	char path[80];

	for (size_t i = 0; i < NELEM(generations); i++) {
		(void)unlink(image_of(generations[i].profile, path));
		strcat(path, ".lock");
		(void)unlink(path);
	}
	stage_copy_of(NULL);
	return rmdir(dir) | stage_close(state);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(each_generation_works_with_each_answer_to_reset),
		T(a_card_without_the_application_is_none_whatever_its_answer),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
