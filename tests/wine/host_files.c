/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/host.h"

#include <stdio.h>
#include <string.h>

/* host.exe reader: no driver, only what is under it. */
static void
reader(int argc, WCHAR **argv)
{
	static const BYTE select[] = { 0x00, 0xa4, 0x04, 0x0c, 0x0a, 0xd3, 0x92,
		0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 };
	BYTE reply[258];
	DWORD len = sizeof reply;
	struct counts n;
	struct host h;

	(void)argc;
	(void)argv;
	(void)counts_anew();
	host_connect(&h, 0);
	note("%ls", h.reader);
	check(h.atr_len > 2 && h.atr[0] == 0x3b, "the card has an ATR");
	check(host_driver(&h) != NULL, "the registry knows a driver for it");
	host_begin(&h);
	is(SCARD_S_SUCCESS,
	    (DWORD)SCardTransmit(
		h.card, SCARD_PCI_T1, select, sizeof select, NULL, reply, &len),
	    "SCardTransmit");
	same("\x90", 2, reply, len, "the application is there");
	fault(WIRE_SW, 1, 0x6a82);
	len = sizeof reply;
	(void)SCardTransmit(
	    h.card, SCARD_PCI_T1, select, sizeof select, NULL, reply, &len);
	same("\x6a\x82", 2, reply, len, "a fault is a fault");
	fault(WIRE_REMOVED, 2, 0);
	len = sizeof reply;
	is(SCARD_S_SUCCESS,
	    (DWORD)SCardTransmit(
		h.card, SCARD_PCI_T1, select, sizeof select, NULL, reply, &len),
	    "the first of two");
	len = sizeof reply;
	is((DWORD)SCARD_W_REMOVED_CARD,
	    (DWORD)SCardTransmit(
		h.card, SCARD_PCI_T1, select, sizeof select, NULL, reply, &len),
	    "the second of them");
	is((DWORD)SCARD_W_REMOVED_CARD, (DWORD)SCardBeginTransaction(h.card),
	    "and what comes then");
	host_end(&h);
	host_reconnect(&h);
	is(SCARD_S_SUCCESS, (DWORD)SCardBeginTransaction(h.card),
	    "a new handle is of use");
	host_end(&h);
	n = counts_anew();
	is(2, n.apdus, "commands are counted");
	is(2, n.fired, "so are faults");
	is(0, n.verifies, "so are PINs");
	host_close(&h);
}

/* --- CardAcquireContext ------------------------------------------------------
 */

#define LAST_OF(v)                                                             \
	((v) == 4      ? offsetof(CARD_DATA, pfnCardDeriveKey)                 \
	    : (v) == 5 ? offsetof(CARD_DATA, pfnCardGetChallengeEx)            \
	    : (v) == 6 ? offsetof(CARD_DATA, pfnCspUnpadData)                  \
		       : sizeof(CARD_DATA))

/* Of a caller of this version: what is in its CARD_DATA and behind it. */
static void
one_version(struct host *h, DWORD version)
{
	const DWORD want = version < 7 ? version : 7;
	BYTE *raw = (BYTE *)&h->d;
	CARD_DATA *d = &h->d;
	size_t i;

	host_data(h, version);
	memset(raw + LAST_OF(want), 0xa5, sizeof *d - LAST_OF(want));
	host_begin(h);
	if (!is(ERROR_SUCCESS, host_load(h, 0), "CardAcquireContext"))
		note("version %lu", (unsigned long)version);
	host_end(h);
	is(want, d->dwVersion, "the version that both know");
	for (i = LAST_OF(want); i < sizeof *d && raw[i] == 0xa5; i++)
		;
	check(i == sizeof *d, "nothing was written behind it");
	check(d->pvVendorSpecific != NULL, "there is a context");
	/* the host's own pointers amid ours */
	check(want < 5 || d->pfnCspGetDHAgreement == NULL,
	    "pfnCspGetDHAgreement is the host's");
	check(want < 7 || d->pfnCspUnpadData == NULL,
	    "pfnCspUnpadData is the host's");
	for (i = offsetof(CARD_DATA, pfnCardDeleteContext); i < LAST_OF(want);
	     i += sizeof(void *)) {
		void *p;

		memcpy(&p, raw + i, sizeof p);
		if (p == NULL && i != offsetof(CARD_DATA, pvUnused3) &&
		    i != offsetof(CARD_DATA, pvUnused4) &&
		    i != offsetof(CARD_DATA, pfnCspGetDHAgreement) &&
		    i != offsetof(CARD_DATA, pfnCspUnpadData)) {
			note("at %u", (unsigned)i);
			check(0, "each function is there");
		}
	}
	is(ERROR_SUCCESS, d->pfnCardDeleteContext(d), "CardDeleteContext");
	check(d->pvVendorSpecific == NULL, "it is gone");
}

static void
versions(int argc, WCHAR **argv)
{
	struct host h;

	(void)argc;
	(void)argv;
	host_connect(&h, 0);
	for (DWORD v = 0; v < 4; v++)
		is(ERROR_REVISION_MISMATCH, host_acquire(&h, v),
		    "a version before 4 is refused");
	for (DWORD v = 4; v < 10; v++)
		one_version(&h, v);
	is(0, counts_anew().verifies, "no PIN was sent");
	host_close(&h);
}

/* --- files -------------------------------------------------------------------
 */

/* All names of a folder: each one reads, with the size that is told. */
static unsigned
one_folder(struct host *h, char *dir)
{
	CARD_FILE_INFO info = { 1, 0, 0 };
	unsigned n = 0;
	LPSTR names;
	DWORD len, file_len;
	BYTE *data;

	if (!is(ERROR_SUCCESS,
		h->d.pfnCardEnumFiles(&h->d, dir, &names, &len, 0),
		"CardEnumFiles"))
		return 0;
	check(len >= 2 && names[len - 1] == '\0' && names[len - 2] == '\0',
	    "its names are a multi-string");
	for (char *p = names; *p != '\0'; p += strlen(p) + 1, n++) {
		note("%s\\%s", dir == NULL ? "" : dir, p);
		is(ERROR_SUCCESS, job_read(h, dir, p, &data, &file_len),
		    "CardReadFile");
		is(ERROR_SUCCESS, h->d.pfnCardGetFileInfo(&h->d, dir, p, &info),
		    "CardGetFileInfo");
		is(file_len, info.cbFileSize, "one size in both");
		check(info.AccessCondition >= 1 && info.AccessCondition <= 6,
		    "one condition of those that there are");
		host_free(data);
	}
	host_free(names);
	return n;
}

static void
cardid_is_the_property(struct host *h)
{
	static const BYTE zero[MD_CARD_ID_LEN];
	BYTE id[MD_CARD_ID_LEN], *file;
	DWORD len;

	is(ERROR_SUCCESS, job_read(h, NULL, "cardid", &file, &len), "cardid");
	is(sizeof id, len, "16 bytes");
	is(ERROR_SUCCESS,
	    h->d.pfnCardGetProperty(
		&h->d, L"Card Identifier", id, sizeof id, &len, 0),
	    "Card Identifier");
	same(id, sizeof id, file, sizeof id, "they are one");
	check(memcmp(id, zero, sizeof id) != 0, "and not zero");
	host_free(file);
	is(ERROR_SUCCESS, job_read(h, "", "CARDID", &file, &len),
	    "names have no case");
	host_free(file);
	is(ERROR_SUCCESS, job_read(h, NULL, "cardapps", &file, &len),
	    "cardapps");
	same("mscp\0\0\0", 8, file, len, "the one application");
	host_free(file);
	is(ERROR_SUCCESS, job_read(h, NULL, "cardcf", &file, &len), "cardcf");
	is(6, len, "6 bytes");
	host_free(file);
}

/* CONTAINER_INFO and the property of that name tell of the certificate's key.
 */
static void
key_is_the_certificates(struct host *h, BYTE i, DWORD spec)
{
	CONTAINER_INFO info = { .dwVersion = 1 };
	const BYTE *got;
	DWORD len, got_len, blob_len;
	BYTE blob[512], *der;

	if (!is(ERROR_SUCCESS, job_cert(h, i, spec, &der, &len),
		"its certificate") ||
	    !is(ERROR_SUCCESS, h->d.pfnCardGetContainerInfo(&h->d, i, 0, &info),
		"CardGetContainerInfo"))
		return;
	blob_len = verify_blob(der, len, spec, blob, sizeof blob);
	got = spec == MD_AT_KEYEXCHANGE ? info.pbKeyExPublicKey
					: info.pbSigPublicKey;
	got_len = spec == MD_AT_KEYEXCHANGE ? info.cbKeyExPublicKey
					    : info.cbSigPublicKey;
	same(blob, blob_len, got, got_len, "its key is the certificate's");
	check(spec == MD_AT_KEYEXCHANGE ? info.pbSigPublicKey == NULL
					: info.pbKeyExPublicKey == NULL,
	    "and it has no other");
	host_free(info.pbSigPublicKey);
	host_free(info.pbKeyExPublicKey);
	info = (CONTAINER_INFO){ .dwVersion = 1 };
	is(ERROR_SUCCESS,
	    h->d.pfnCardGetContainerProperty(&h->d, i, L"Container Info",
		(PBYTE)&info, sizeof info, &got_len, 0),
	    "Container Info");
	check(info.cbSigPublicKey + info.cbKeyExPublicKey == blob_len,
	    "is the same");
	host_free(info.pbSigPublicKey);
	host_free(info.pbKeyExPublicKey);
	host_free(der);
}

static void
one_container(struct host *h, BYTE i, DWORD spec)
{
	PIN_ID id = 99;
	DWORD len;

	note("container %u, key spec %lu", i, (unsigned long)spec);
	key_is_the_certificates(h, i, spec);
	is(ERROR_SUCCESS,
	    h->d.pfnCardGetContainerProperty(
		&h->d, i, L"PIN Identifier", (PBYTE)&id, sizeof id, &len, 0),
	    "PIN Identifier");
	is(job_pin_of(i), id, "is the pair's");
}

/* files N: so many containers */
static void
files(int argc, WCHAR **argv)
{
	const DWORD want = argc > 0 ? (DWORD)(argv[0][0] - L'0') : 1;
	CONTAINER_INFO none = { .dwVersion = 1 };
	DWORD spec[8] = { 0 };
	char mscp[] = "mscp";
	struct host h;

	host_open(&h, 0);
	(void)counts_anew();
	host_begin(&h);
	is(3, one_folder(&h, NULL), "files of the root");
	is(1 + want, one_folder(&h, mscp), "files of mscp");
	cardid_is_the_property(&h);
	is(want, job_containers(&h, spec), "containers");
	for (BYTE i = 0; i < 8; i++)
		if (spec[i] != 0)
			one_container(&h, i, spec[i]);
	is((DWORD)SCARD_E_NO_KEY_CONTAINER,
	    h.d.pfnCardGetContainerInfo(&h.d, (BYTE)want, 0, &none),
	    "a container that is not there");
	host_end(&h);
	is(0, counts_anew().apdus, "all of it from memory");
	host_close(&h);
}

const struct scenario files_scenarios[] = { { L"reader", reader },
	{ L"versions", versions }, { L"files", files }, { NULL, NULL } };
