/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/host.h"

#include <stdlib.h>
#include <string.h>

#define VIOLATION   ((DWORD)SCARD_W_SECURITY_VIOLATION)
#define INVALID     ((DWORD)SCARD_E_INVALID_PARAMETER)
#define UNSUPPORTED ((DWORD)SCARD_E_UNSUPPORTED_FEATURE)

static const char letter[] = "a letter\n";

struct key {
	BYTE container;
	DWORD spec;
	BYTE *der;
	DWORD der_len;
};

static void
allow(struct host *h, const struct key *k)
{
	const PIN_ID id = job_pin_of(k->container);
	DWORD tries;

	is(ERROR_SUCCESS, job_pin(h, id, job_right_pin(id), &tries),
	    "CardAuthenticateEx");
}

/* One hash by number, as CryptoAPI's callers have it. */
static void
by_number(struct host *h, const struct key *k, UINT alg)
{
	const enum verify_by by =
	    k->spec > MD_AT_SIGNATURE ? BY_ECDSA : BY_PKCS1;
	BYTE hash[64];
	struct job_sig sig;
	DWORD len;

	note("hash %04x", alg);
	hash_of(alg, letter, sizeof letter - 1, hash, &len);
	allow(h, k);
	if (is(ERROR_SUCCESS,
		job_sign(h, k->container, k->spec, alg, hash, len, &sig),
		"CardSignData"))
		verify_sig(k->der, k->der_len, by, alg, hash, len, &sig);
	host_free(sig.p);
}

/* By CNG's description of the padding. */
static void
by_padding(struct host *h, const struct key *k, LPCWSTR name, UINT alg,
    DWORD type, ULONG salt, DWORD want)
{
	MD_PKCS1_PADDING pkcs1 = { name };
	MD_PSS_PADDING pss = { name, salt };
	BYTE hash[64];
	CARD_SIGNING_INFO info = { .dwVersion = 2,
		.bContainerIndex = k->container,
		.dwKeySpec = k->spec,
		.dwSigningFlags = CARD_PADDING_INFO_PRESENT,
		.pbData = hash,
		.dwPaddingType = type };
	struct job_sig sig;

	info.pPaddingInfo =
	    type == CARD_PADDING_PSS ? (void *)&pss : (void *)&pkcs1;
	note("padding %lu, %ls", (unsigned long)type,
	    name != NULL ? name : L"no hash");
	hash_of(alg, letter, sizeof letter - 1, hash, &info.cbData);
	allow(h, k);
	is(want, job_sign_info(h, &info), "CardSignData");
	sig = (struct job_sig){ info.pbSignedData, info.cbSignedData };
	if (sig.p == NULL)
		return;
	verify_sig(k->der, k->der_len,
	    type == CARD_PADDING_PSS ? BY_PSS : BY_PKCS1, alg, hash,
	    info.cbData, &sig);
	host_free(sig.p);
}

static void
with_rsa(struct host *h, const struct key *k)
{
	static const UINT algs[] = { MD_CALG_SHA1, MD_CALG_SHA_256,
		MD_CALG_SHA_384, MD_CALG_SHA_512 };

	for (size_t i = 0; i < NELEM(algs); i++)
		by_number(h, k, algs[i]);
	by_padding(h, k, L"SHA256", MD_CALG_SHA_256, CARD_PADDING_PKCS1, 0,
	    ERROR_SUCCESS);
	by_padding(h, k, L"SHA384", MD_CALG_SHA_384, CARD_PADDING_PKCS1, 0,
	    ERROR_SUCCESS);
	by_padding(h, k, L"SHA512", MD_CALG_SHA_512, CARD_PADDING_PKCS1, 0,
	    ERROR_SUCCESS);
	by_padding(h, k, L"SHA256", MD_CALG_SHA_256, CARD_PADDING_PSS, 32,
	    ERROR_SUCCESS);
	by_padding(h, k, L"SHA256", MD_CALG_SHA_256, CARD_PADDING_PSS, 20,
	    UNSUPPORTED);
	by_padding(h, k, L"SHA384", MD_CALG_SHA_384, CARD_PADDING_PSS, 48,
	    UNSUPPORTED);
	by_padding(h, k, L"SHA256", MD_CALG_SHA_256, CARD_PADDING_NONE, 0,
	    UNSUPPORTED);
}

/* Before its PIN, and once it is used up. */
static void
not_without(struct host *h, const struct key *k)
{
	struct job_sig sig;

	(void)counts_anew();
	is(VIOLATION, job_sign_any(h, k->container, k->spec, &sig),
	    "CardSignData before its PIN");
	is(0, counts_anew().verifies, "PINs that were sent");
}

static void
one_pin_one_signature(struct host *h, const struct key *k)
{
	struct job_sig sig;

	allow(h, k);
	(void)counts_anew();
	is(ERROR_SUCCESS, job_sign_any(h, k->container, k->spec, &sig),
	    "one signature");
	host_free(sig.p);
	is(k->container == 0 ? ERROR_SUCCESS : VIOLATION,
	    job_sign_any(h, k->container, k->spec, &sig),
	    k->container == 0 ? "and another one" : "and no other one");
	host_free(sig.p);
	is(0, counts_anew().verifies, "PINs that were sent for them");
}

static void
length_alone(struct host *h, const struct key *k)
{
	BYTE hash[32] = { 0 };
	CARD_SIGNING_INFO info = { .dwVersion = 2,
		.bContainerIndex = k->container,
		.dwKeySpec = k->spec,
		.dwSigningFlags = CARD_BUFFER_SIZE_ONLY,
		.aiHashAlg = MD_CALG_SHA_256,
		.pbData = hash,
		.cbData = sizeof hash };

	(void)counts_anew();
	is(ERROR_SUCCESS, job_sign_info(h, &info), "the length alone");
	is(k->spec > MD_AT_SIGNATURE ? 96 : 256, info.cbSignedData, "is so");
	check(info.pbSignedData == NULL, "and there is no signature");
	is(0, counts_anew().apdus, "nor a command to the card");
}

/* sign N: with both of so many keys */
static void
sign(int argc, WCHAR **argv)
{
	const DWORD want = argc > 0 ? (DWORD)(argv[0][0] - L'0') : 1;
	DWORD spec[8] = { 0 };
	struct host h;

	host_open(&h, 0);
	host_begin(&h);
	is(want, job_containers(&h, spec), "containers");
	for (BYTE i = 0; i < 8; i++) {
		struct key k = { i, spec[i], NULL, 0 };

		if (spec[i] == 0)
			continue;
		note("container %u", i);
		is(ERROR_SUCCESS, job_cert(&h, i, spec[i], &k.der, &k.der_len),
		    "its certificate");
		not_without(&h, &k);
		length_alone(&h, &k);
		if (spec[i] > MD_AT_SIGNATURE)
			by_number(&h, &k, MD_CALG_SHA_384);
		else
			with_rsa(&h, &k);
		one_pin_one_signature(&h, &k);
		host_free(k.der);
	}
	is(ERROR_SUCCESS, h.d.pfnCardDeauthenticateEx(&h.d, 0x0a, 0),
	    "CardDeauthenticateEx");
	host_end(&h);
	if (spec[0] <= MD_AT_SIGNATURE) { /* the next card has other files */
		is(3, raw_tries(&h, 0), "the card's own counter");
		is(5, raw_tries(&h, 1), "and the other one");
	}
	host_close(&h);
}

/* budget N MOST: from acquire to the first signature of container N */
static void
budget(int argc, WCHAR **argv)
{
	const BYTE i = argc > 0 ? (BYTE)(argv[0][0] - L'0') : 0;
	const DWORD most = argc > 1 ? wcstoul(argv[1], NULL, 10) : 16;
	DWORD spec[8] = { 0 }, tries;
	struct job_sig sig;
	struct counts n;
	struct host h;

	host_connect(&h, 0);
	(void)counts_anew();
	is(ERROR_SUCCESS, host_acquire(&h, 7), "CardAcquireContext");
	n.apdus = counts_anew().apdus;
	note("acquire: %lu commands", (unsigned long)n.apdus);
	tries = n.apdus;
	host_begin(&h);
	(void)job_containers(&h, spec);
	is(ERROR_SUCCESS,
	    job_pin(&h, job_pin_of(i), job_right_pin(job_pin_of(i)), &n.fired),
	    "CardAuthenticateEx");
	is(ERROR_SUCCESS, job_sign_any(&h, i, spec[i], &sig), "CardSignData");
	host_end(&h);
	host_free(sig.p);
	n = counts_anew();
	note("PIN and signature: %lu commands", (unsigned long)n.apdus);
	note("together: %lu, %lu allowed", (unsigned long)(tries + n.apdus),
	    (unsigned long)most);
	check(tries + n.apdus <= most, "acquire to the first signature");
	is(1, n.verifies, "PINs that were sent");
	host_close(&h);
}

const struct scenario sign_scenarios[] = { { L"sign", sign },
	{ L"budget", budget }, { NULL, NULL } };
