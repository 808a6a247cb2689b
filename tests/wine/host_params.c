/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Parameters that are none, to every function: the documented code, nothing
 * sent to the card, nothing allocated, outputs defined.  A row is a call.
 */
#include "tests/wine/host.h"

#include <string.h>

#define INVALID         ((DWORD)SCARD_E_INVALID_PARAMETER)
#define UNSUPPORTED     ((DWORD)SCARD_E_UNSUPPORTED_FEATURE)
#define HANDLE_BAD      ((DWORD)SCARD_E_INVALID_HANDLE)
#define NO_FILE         ((DWORD)SCARD_E_FILE_NOT_FOUND)
#define NO_DIR          ((DWORD)SCARD_E_DIR_NOT_FOUND)
#define NO_CONTAINER    ((DWORD)SCARD_E_NO_KEY_CONTAINER)
#define REVISION        ((DWORD)ERROR_REVISION_MISMATCH)
#define HUGE_LEN        0xffffffffu

#define ROW(want, call) is(want, call, #call)

static BYTE pin[] = { '1', '2', '3', '4' };
static char mscp[] = "mscp", cardid[] = "cardid", empty[] = "";
static char long_name[] = "ninechars", other[] = "other";
static WCHAR user[] = L"user", admin[] = L"admin", anonymous[] = L"anonymous";

/* CardAcquireContext, with one thing wrong at a time. */
static DWORD
acquire_with(struct host *h, size_t at, const void *value, size_t len)
{
	host_data(h, 7);
	memcpy((BYTE *)&h->d + at, value, len);
	return host_load(h, 0);
}

#define WITH(h, field, value)                                                  \
	acquire_with(h, offsetof(CARD_DATA, field), &(value), sizeof(value))

static void
to_acquire(struct host *h)
{
	static const void *const none;
	static const DWORD zero, most = HUGE_LEN, no_version = 3;
	static const SCARDHANDLE no_card, bad_card = 0x77;

	host_begin(h);
	ROW(INVALID, WITH(h, pbAtr, none));
	ROW(INVALID, WITH(h, cbAtr, zero));
	ROW(INVALID, WITH(h, cbAtr, most));
	ROW(INVALID, WITH(h, pwszCardName, none));
	ROW(INVALID, WITH(h, pfnCspAlloc, none));
	ROW(INVALID, WITH(h, pfnCspReAlloc, none));
	ROW(INVALID, WITH(h, pfnCspFree, none));
	ROW(HANDLE_BAD, WITH(h, hScard, no_card));
	ROW(HANDLE_BAD, WITH(h, hScard, bad_card));
	ROW(REVISION, WITH(h, dwVersion, zero));
	ROW(REVISION, WITH(h, dwVersion, no_version));
	host_data(h, 7);
	ROW(UNSUPPORTED, host_load(h, 1));
	ROW(INVALID, host_load(h, 2));
	ROW(INVALID, host_load(h, HUGE_LEN));
	host_end(h);
}

static void
to_files(CARD_DATA *d)
{
	CARD_FILE_INFO info = { .dwVersion = 1 };
	BYTE *data;
	LPSTR names;
	DWORD len;

	ROW(INVALID, d->pfnCardReadFile(NULL, NULL, cardid, 0, &data, &len));
	ROW(INVALID, d->pfnCardReadFile(d, NULL, NULL, 0, &data, &len));
	ROW(INVALID, d->pfnCardReadFile(d, NULL, empty, 0, &data, &len));
	ROW(INVALID, d->pfnCardReadFile(d, NULL, cardid, 1, &data, &len));
	ROW(INVALID, d->pfnCardReadFile(d, NULL, cardid, 0, NULL, &len));
	ROW(INVALID, d->pfnCardReadFile(d, NULL, cardid, 0, &data, NULL));
	ROW(INVALID, d->pfnCardReadFile(d, NULL, long_name, 0, &data, &len));
	ROW(INVALID, d->pfnCardReadFile(d, long_name, cardid, 0, &data, &len));
	ROW(NO_FILE, d->pfnCardReadFile(d, NULL, other, 0, &data, &len));
	check(data == NULL && len == 0, "outputs are defined");
	ROW(NO_FILE, d->pfnCardReadFile(d, mscp, cardid, 0, &data, &len));
	ROW(NO_DIR, d->pfnCardReadFile(d, other, cardid, 0, &data, &len));
	ROW(INVALID, d->pfnCardGetFileInfo(NULL, NULL, cardid, &info));
	ROW(INVALID, d->pfnCardGetFileInfo(d, NULL, NULL, &info));
	ROW(INVALID, d->pfnCardGetFileInfo(d, NULL, cardid, NULL));
	ROW(NO_FILE, d->pfnCardGetFileInfo(d, NULL, other, &info));
	ROW(NO_DIR, d->pfnCardGetFileInfo(d, other, cardid, &info));
	ROW(INVALID, d->pfnCardEnumFiles(NULL, NULL, &names, &len, 0));
	ROW(INVALID, d->pfnCardEnumFiles(d, NULL, NULL, &len, 0));
	ROW(INVALID, d->pfnCardEnumFiles(d, NULL, &names, NULL, 0));
	ROW(INVALID, d->pfnCardEnumFiles(d, NULL, &names, &len, 1));
	ROW(NO_DIR, d->pfnCardEnumFiles(d, other, &names, &len, 0));
	check(names == NULL && len == 0, "outputs are defined");
}

static void
to_containers(CARD_DATA *d)
{
	CONTAINER_INFO info = { .dwVersion = 1 };
	BYTE out[64];
	DWORD len;

	ROW(INVALID, d->pfnCardGetContainerInfo(NULL, 0, 0, &info));
	ROW(INVALID, d->pfnCardGetContainerInfo(d, 0, 0, NULL));
	ROW(INVALID, d->pfnCardGetContainerInfo(d, 0, 1, &info));
	ROW(NO_CONTAINER, d->pfnCardGetContainerInfo(d, 2, 0, &info));
	ROW(NO_CONTAINER, d->pfnCardGetContainerInfo(d, 255, 0, &info));
	/* of a later caller: the version that both know */
	info.dwVersion = 99;
	ROW(ERROR_SUCCESS, d->pfnCardGetContainerInfo(d, 0, 0, &info));
	is(CONTAINER_INFO_VERSION, info.dwVersion, "its version");
	host_free(info.pbSigPublicKey);
	host_free(info.pbKeyExPublicKey);
	ROW(INVALID, d->pfnCardGetContainerProperty(
			 NULL, 0, L"PIN Identifier", out, sizeof out, &len, 0));
	ROW(INVALID, d->pfnCardGetContainerProperty(
			 d, 0, NULL, out, sizeof out, &len, 0));
	ROW(INVALID, d->pfnCardGetContainerProperty(
			 d, 0, L"PIN Identifier", NULL, 4, &len, 0));
	ROW(INVALID, d->pfnCardGetContainerProperty(
			 d, 0, L"PIN Identifier", out, sizeof out, NULL, 0));
	ROW(INVALID, d->pfnCardGetContainerProperty(
			 d, 0, L"PIN Identifier", out, sizeof out, &len, 1));
	ROW(INVALID, d->pfnCardGetContainerProperty(
			 d, 0, L"No Such Thing", out, sizeof out, &len, 0));
	ROW(ERROR_INSUFFICIENT_BUFFER, d->pfnCardGetContainerProperty(d, 0,
					   L"PIN Identifier", out, 3, &len, 0));
	ROW(NO_CONTAINER, d->pfnCardGetContainerProperty(d, 7,
			      L"PIN Identifier", out, sizeof out, &len, 0));
}

static void
to_properties(CARD_DATA *d)
{
	CARD_FREE_SPACE_INFO f = { .dwVersion = 1 };
	CARD_CAPABILITIES c = { .dwVersion = 1 };
	CARD_KEY_SIZES k = { .dwVersion = 1 };
	BYTE out[64] = { 0 };
	DWORD len;

	ROW(INVALID, d->pfnCardGetProperty(NULL, L"PIN List", out, 4, &len, 0));
	ROW(INVALID, d->pfnCardGetProperty(d, NULL, out, 4, &len, 0));
	ROW(INVALID, d->pfnCardGetProperty(d, L"PIN List", NULL, 4, &len, 0));
	ROW(INVALID, d->pfnCardGetProperty(d, L"PIN List", out, 4, NULL, 0));
	ROW(INVALID, d->pfnCardGetProperty(d, L"PIN List", out, 4, &len, 1));
	ROW(INVALID, d->pfnCardGetProperty(d, L"No Such", out, 4, &len, 0));
	ROW(INVALID, d->pfnCardGetProperty(
			 d, L"PIN Information", out, sizeof out, &len, 2));
	ROW(INVALID,
	    d->pfnCardGetProperty(d, L"Key Sizes", out, sizeof out, &len, 99));
	ROW(INVALID, d->pfnCardSetProperty(NULL, L"PIN List", out, 4, 0));
	ROW(INVALID, d->pfnCardSetProperty(d, NULL, out, 4, 0));
	ROW(INVALID, d->pfnCardSetProperty(d, L"No Such", out, 4, 0));
	ROW(INVALID, d->pfnCardSetProperty(d, L"Parent Window", out, 3, 0));
	ROW(INVALID, d->pfnCardSetProperty(d, L"Parent Window", out, 8, 1));
	ROW(INVALID, d->pfnCardQueryFreeSpace(NULL, 0, &f));
	ROW(INVALID, d->pfnCardQueryFreeSpace(d, 0, NULL));
	ROW(INVALID, d->pfnCardQueryFreeSpace(d, 1, &f));
	ROW(INVALID, d->pfnCardQueryCapabilities(NULL, &c));
	ROW(INVALID, d->pfnCardQueryCapabilities(d, NULL));
	ROW(INVALID, d->pfnCardQueryKeySizes(NULL, 1, 0, &k));
	ROW(INVALID, d->pfnCardQueryKeySizes(d, 1, 0, NULL));
	ROW(INVALID, d->pfnCardQueryKeySizes(d, 99, 0, &k));
	ROW(INVALID, d->pfnCardQueryKeySizes(d, 1, 1, &k));
}

static void
to_pins(CARD_DATA *d)
{
	DWORD tries;

	ROW(INVALID, d->pfnCardAuthenticatePin(NULL, user, pin, 4, &tries));
	ROW(INVALID, d->pfnCardAuthenticatePin(d, NULL, pin, 4, &tries));
	ROW(INVALID, d->pfnCardAuthenticatePin(d, admin, pin, 4, &tries));
	ROW(INVALID, d->pfnCardAuthenticatePin(d, anonymous, pin, 4, &tries));
	ROW(INVALID, d->pfnCardAuthenticatePin(d, user, NULL, 4, &tries));
	ROW(INVALID, d->pfnCardAuthenticatePin(d, user, pin, 0, &tries));
#define AUTH(card, id, flags, p, n)                                            \
	(card)->pfnCardAuthenticateEx(card, id, flags, p, n, NULL, NULL, &tries)
	ROW(INVALID, AUTH(d, ROLE_USER, 0, NULL, 4));
	ROW(INVALID, AUTH(d, ROLE_USER, 0, pin, 0));
	ROW(INVALID, AUTH(d, ROLE_USER, 1, pin, 4));
	ROW(INVALID, AUTH(d, ROLE_EVERYONE, 0, pin, 4));
	ROW(INVALID, AUTH(d, ROLE_ADMIN, 0, pin, 4));
	ROW(INVALID, AUTH(d, 8, 0, pin, 4));
	ROW(INVALID, AUTH(d, HUGE_LEN, 0, pin, 4));
	ROW((DWORD)SCARD_W_WRONG_CHV, AUTH(d, ROLE_USER, 0, pin, HUGE_LEN));
	ROW(UNSUPPORTED, AUTH(d, ROLE_USER, 0x10000000, pin, 4));
	ROW(UNSUPPORTED, AUTH(d, ROLE_USER, 0x20000000, pin, 4));
#undef AUTH
	ROW(INVALID, d->pfnCardDeauthenticateEx(NULL, 2, 0));
	ROW(INVALID, d->pfnCardDeauthenticateEx(d, 2, 1));
	ROW(INVALID, d->pfnCardDeauthenticateEx(d, 0, 0));
	ROW(INVALID, d->pfnCardDeauthenticateEx(d, 0x100, 0));
	ROW(ERROR_SUCCESS, d->pfnCardDeauthenticateEx(d, 1, 0));
	ROW(INVALID, d->pfnCardDeauthenticate(NULL, user, 0));
	ROW(INVALID, d->pfnCardDeauthenticate(d, NULL, 0));
	ROW(INVALID, d->pfnCardDeauthenticate(d, user, 1));
#define CHANGE(card, how, a, p, n, t, q, m)                                    \
	d->pfnCardChangeAuthenticatorEx(card, how, a, p, n, t, q, m, 0, &tries)
	ROW(INVALID, CHANGE(NULL, 2, 1, pin, 4, 1, pin, 4));
	ROW(UNSUPPORTED, CHANGE(d, 1, 1, pin, 4, 1, pin, 4));
	ROW(INVALID, CHANGE(d, 0, 1, pin, 4, 1, pin, 4));
	ROW(INVALID, CHANGE(d, 4, 1, pin, 4, 1, pin, 4));
	ROW(INVALID, CHANGE(d, 2, 1, NULL, 4, 1, pin, 4));
	ROW(INVALID, CHANGE(d, 2, 1, pin, 0, 1, pin, 4));
	ROW(INVALID, CHANGE(d, 2, 1, pin, 4, 1, NULL, 4));
	ROW(INVALID, CHANGE(d, 2, 1, pin, 4, 1, pin, 0));
	ROW(INVALID, CHANGE(d, 2, 1, pin, 4, 3, pin, 4));
	ROW(INVALID, CHANGE(d, 2, 2, pin, 4, 2, pin, 4));
	ROW(INVALID, CHANGE(d, 2, 99, pin, 4, 99, pin, 4));
#undef CHANGE
}

static void
to_sign(CARD_DATA *d)
{
	BYTE hash[32] = { 0 };
	CARD_SIGNING_INFO good = { .dwVersion = 2,
		.dwKeySpec = MD_AT_KEYEXCHANGE,
		.aiHashAlg = MD_CALG_SHA_256,
		.pbData = hash,
		.cbData = sizeof hash };
	CARD_SIGNING_INFO s;

#define SIGN(field, value)                                                     \
	(s = good, s.field = (value), d->pfnCardSignData(d, &s))
	ROW(INVALID, d->pfnCardSignData(d, NULL));
	ROW(INVALID, d->pfnCardSignData(NULL, &good));
	ROW(REVISION, SIGN(dwVersion, 0));
	ROW(REVISION, SIGN(dwVersion, 99));
	ROW(NO_CONTAINER, SIGN(bContainerIndex, 2));
	ROW(NO_CONTAINER, SIGN(bContainerIndex, 255));
	ROW(INVALID, SIGN(dwKeySpec, MD_AT_SIGNATURE));
	ROW(INVALID, SIGN(dwKeySpec, 0));
	ROW(INVALID, SIGN(dwKeySpec, HUGE_LEN));
	ROW(INVALID, SIGN(dwSigningFlags, 0x80000000u));
	ROW(INVALID, SIGN(dwSigningFlags, CARD_PADDING_INFO_PRESENT));
	ROW(INVALID, SIGN(aiHashAlg, 0x6610));
	ROW(UNSUPPORTED, SIGN(aiHashAlg, MD_CALG_MD5));
	ROW(UNSUPPORTED, SIGN(aiHashAlg, 0x8001));
	ROW(INVALID, SIGN(pbData, NULL));
	ROW(INVALID, SIGN(cbData, 0));
	ROW(INVALID, SIGN(cbData, 31));
	ROW(INVALID, SIGN(cbData, HUGE_LEN));
	check(s.pbSignedData == NULL && s.cbSignedData == 0,
	    "outputs are defined");
#undef SIGN
}

/* What a read-only card refuses, whatever it is given. */
static void
refusals(CARD_DATA *d)
{
	BYTE *data = pin;
	DWORD len = 4;

	ROW(UNSUPPORTED, d->pfnCardCreateContainer(d, 0, 1, 1, 2048, NULL));
	ROW(UNSUPPORTED, d->pfnCardDeleteContainer(d, 0, 0));
	ROW(UNSUPPORTED, d->pfnCardCreateDirectory(d, other, 1));
	ROW(UNSUPPORTED, d->pfnCardDeleteDirectory(d, mscp));
	ROW(UNSUPPORTED, d->pfnCardCreateFile(d, mscp, other, 1, 1));
	ROW(UNSUPPORTED, d->pfnCardWriteFile(d, NULL, cardid, 0, pin, 4));
	ROW(UNSUPPORTED, d->pfnCardDeleteFile(d, NULL, cardid, 0));
	ROW(UNSUPPORTED, d->pfnCardUnblockPin(d, user, pin, 4, pin, 4, 3, 2));
	ROW(INVALID, d->pfnCardGetChallenge(NULL, &data, &len));
	check(data == NULL && len == 0, "outputs are defined");
	ROW(INVALID, d->pfnCardGetChallenge(d, NULL, &len));
	ROW(INVALID, d->pfnCardGetChallenge(d, &data, NULL));
	ROW(INVALID, d->pfnCardGetChallengeEx(d, 2, &data, &len, 1));
	ROW(INVALID, d->pfnCardGetChallengeEx(d, 8, &data, &len, 0));
	ROW(UNSUPPORTED, d->pfnCardAuthenticateChallenge(d, pin, 4, &len));
	ROW(UNSUPPORTED,
	    d->pfnCardSetContainerProperty(d, 0, L"PIN Identifier", pin, 4, 0));
	ROW(UNSUPPORTED,
	    d->pfnCardCreateContainerEx(d, 0, 1, 1, 2048, NULL, 1));
	ROW(UNSUPPORTED, d->pfnCardConstructDHAgreement(d, NULL));
	ROW(UNSUPPORTED, d->pfnCardDeriveKey(d, NULL));
	ROW(UNSUPPORTED, d->pfnCardDestroyDHAgreement(d, 0, 0));
	ROW(UNSUPPORTED, d->pfnCardRSADecrypt(d, NULL));
	ROW(UNSUPPORTED, d->pfnCardDestroyKey(d, NULL));
}

static void
params(int argc, WCHAR **argv)
{
	CARD_DATA strange;
	struct counts n;
	struct host h;

	(void)argc;
	(void)argv;
	host_connect(&h, 0);
	to_acquire(&h);
	host_close(&h);
	check_memory();
	host_open(&h, 0);
	strange = h.d;
	host_begin(&h);
	(void)counts_anew();
	to_files(&h.d);
	to_containers(&h.d);
	to_properties(&h.d);
	to_pins(&h.d);
	to_sign(&h.d);
	refusals(&h.d);
	n = counts_anew();
	is(0, n.verifies, "PINs that were sent");
	is(0, n.apdus, "commands to the card");
	strange.pvVendorSpecific = NULL;
	ROW(INVALID, strange.pfnCardDeleteContext(&strange));
	ROW(INVALID, strange.pfnCardDeleteContext(NULL));
	host_end(&h);
	is(3, raw_tries(&h, 0), "the card's own counter");
	host_close(&h);
}

/* No memory at the nth allocation: a code, no leak, and then it works. */
static void
memory(int argc, WCHAR **argv)
{
	struct host h;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	host_begin(&h);
	for (unsigned nth = 1; nth <= 3; nth++) {
		CONTAINER_INFO info = { .dwVersion = 1 };
		struct job_sig sig;
		BYTE *data;
		DWORD len, tries;

		host_alloc_fails(1);
		is((DWORD)SCARD_E_NO_MEMORY,
		    job_read(&h, NULL, "cardid", &data, &len), "CardReadFile");
		host_alloc_fails(1);
		is((DWORD)SCARD_E_NO_MEMORY,
		    h.d.pfnCardGetContainerInfo(&h.d, 0, 0, &info),
		    "CardGetContainerInfo");
		is(ERROR_SUCCESS, job_pin(&h, ROLE_USER, AUTH_PIN, &tries),
		    "CardAuthenticateEx");
		host_alloc_fails(1);
		is((DWORD)SCARD_E_NO_MEMORY,
		    job_sign_any(&h, 0, MD_AT_KEYEXCHANGE, &sig),
		    "CardSignData");
		host_alloc_fails(0);
		is(ERROR_SUCCESS, job_sign_any(&h, 0, MD_AT_KEYEXCHANGE, &sig),
		    "CardSignData");
		host_free(sig.p);
	}
	host_end(&h);
	host_close(&h);
}

const struct scenario params_scenarios[] = { { L"params", params },
	{ L"memory", memory }, { NULL, NULL } };
