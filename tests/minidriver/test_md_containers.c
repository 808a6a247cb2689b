/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Containers: CardGetContainerInfo, their properties, and what kinds of cards
 * have which. */
#include <string.h>

#include "base/hex.h"
#include "drivers/minidriver/containers.h"
#include "drivers/minidriver/sigcache.h"
#include "tests/minidriver/md_host.h"
#include "tests/support/test.h"

static char mscp[] = "mscp";

/* Registers the card's own signature certificate. */
static void
enrol(struct vslot *slot)
{
	struct jm_token *t = fixture_token(slot);
	const struct jm_cert *cert, *ca;
	uint8_t id[MD_CARD_ID_LEN];
	int tries;

	assert_int_equal(md_card_id(t, id), JM_OK);
	assert_int_equal(
	    jm_token_cert_with_pin(t, JM_CERT_SIGN, "ABC123", 6, &tries, &cert),
	    JM_OK);
	assert_int_equal(jm_token_cert(t, JM_CERT_SIGN_CA, &ca), JM_OK);
	assert_int_equal(md_sigcache_store(id, t, cert, ca), JM_OK);
	jm_token_free(&t);
}

static void
forget(void)
{
	unsigned n;

	assert_int_equal(md_sigcache_forget_all(&n), JM_OK);
}

/* The certificate of a file, to be freed. */
static struct jm_cert *
cert_of(struct md_host *h, const char *name)
{
	struct jm_cert *cert = malloc(sizeof *cert);
	char file[16];
	PBYTE data;
	DWORD len;

	assert_non_null(cert);
	strcpy(file, name);
	assert_int_equal(
	    MD_CALL(h, pfnCardReadFile, mscp, file, 0, &data, &len),
	    ERROR_SUCCESS);
	assert_int_equal(jm_cert_parse(data, len, cert), JM_OK);
	md_host_free(data);
	return cert;
}

/* PUBLICKEYBLOB of CryptoAPI: all of it with the least byte first. */
static void
check_rsa(const uint8_t *blob, DWORD len, const char *head,
    const struct jm_cert *cert)
{
	uint8_t want[20];
	size_t n;

	assert_int_equal(jm_hex_decode(head, want, sizeof want, &n), JM_OK);
	assert_int_equal(n, sizeof want);
	assert_int_equal(len, 276);
	assert_memory_equal(blob, want, sizeof want);
	assert_int_equal(cert->rsa.n_len, 256);
	for (size_t i = 0; i < 256; i++)
		assert_int_equal(blob[20 + i], cert->rsa.n[255 - i]);
}

static void
keys_are_those_of_the_certificates(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_cert *cert;
	CONTAINER_INFO info;
	struct md_host h;
	(void)state;

	enrol(slot);
	md_host_ready(&h, slot);
	assert_int_equal(
	    MD_CALL(&h, pfnCardGetContainerInfo, 0, 0, &info), ERROR_SUCCESS);
	assert_int_equal(info.dwVersion, 1);
	assert_null(info.pbSigPublicKey);
	assert_int_equal(info.cbSigPublicKey, 0);
	cert = cert_of(&h, "kxc00");
	check_rsa(info.pbKeyExPublicKey, info.cbKeyExPublicKey,
	    "06020000 00a40000 52534131 00080000 01000100", cert);
	md_host_free(info.pbKeyExPublicKey);
	free(cert);
	assert_int_equal(
	    MD_CALL(&h, pfnCardGetContainerInfo, 1, 0, &info), ERROR_SUCCESS);
	assert_null(info.pbKeyExPublicKey);
	assert_int_equal(info.cbKeyExPublicKey, 0);
	cert = cert_of(&h, "ksc01");
	check_rsa(info.pbSigPublicKey, info.cbSigPublicKey,
	    "06020000 00240000 52534131 00080000 01000100", cert);
	md_host_free(info.pbSigPublicKey);
	free(cert);
	assert_int_equal(vslot_counted(slot).apdus, 0);
	md_host_stop(&h);
	forget();
	vslot_close(&slot);
}

static void
the_signature_container_is_there_while_it_is_registered(void **state)
{
	static const uint8_t with[6] = { 0, 0, 3, 0, 3, 0 };
	static const char names[] = "cmapfile\0kxc00\0ksc01\0";
	static char cardcf[] = "cardcf", map[] = "cmapfile";
	struct vslot *slot = fixture_slot(NULL);
	CONTAINER_MAP_RECORD record[2];
	CONTAINER_INFO info;
	struct md_host h;
	LPSTR list;
	PBYTE data;
	DWORD len;
	(void)state;

	md_host_ready(&h, slot);
	assert_int_equal(MD_CALL(&h, pfnCardGetContainerInfo, 1, 0, &info),
	    (DWORD)SCARD_E_NO_KEY_CONTAINER);
	md_host_stop(&h);
	enrol(slot);
	md_host_ready(&h, slot);
	assert_int_equal(
	    MD_CALL(&h, pfnCardReadFile, NULL, cardcf, 0, &data, &len),
	    ERROR_SUCCESS);
	assert_memory_equal(data, with, sizeof with);
	md_host_free(data);
	assert_int_equal(
	    MD_CALL(&h, pfnCardEnumFiles, mscp, &list, &len, 0), ERROR_SUCCESS);
	assert_int_equal(len, sizeof names);
	assert_memory_equal(list, names, len);
	md_host_free(list);
	assert_int_equal(
	    MD_CALL(&h, pfnCardReadFile, mscp, map, 0, &data, &len),
	    ERROR_SUCCESS);
	assert_int_equal(len, sizeof record);
	memcpy(record, data, len);
	md_host_free(data);
	assert_int_equal(record[0].bFlags, 3);
	assert_int_equal(record[1].bFlags, 1);
	assert_int_equal(record[1].wszGuid[6], 's');
	assert_int_equal(record[1].wSigKeySizeBits, 2048);
	assert_int_equal(record[1].wKeyExchangeKeySizeBits, 0);
	/* Not for another user of the machine. */
	md_host_stop(&h);
	shim_user("somebody else");
	md_host_ready(&h, slot);
	assert_int_equal(MD_CALL(&h, pfnCardGetContainerInfo, 1, 0, &info),
	    (DWORD)SCARD_E_NO_KEY_CONTAINER);
	md_host_stop(&h);
	shim_user(NULL);
	forget();
	vslot_close(&slot);
}

static void
properties_say_the_same(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	CONTAINER_INFO direct, info;
	struct md_host h;
	PIN_ID pin = 9;
	DWORD len = 9;
	(void)state;

	enrol(slot);
	md_host_ready(&h, slot);
	assert_int_equal(
	    MD_CALL(&h, pfnCardGetContainerInfo, 0, 0, &direct), ERROR_SUCCESS);
	assert_int_equal(
	    MD_CALL(&h, pfnCardGetContainerProperty, 0, L"Container Info",
		(PBYTE)&info, sizeof info, &len, 0),
	    ERROR_SUCCESS);
	assert_int_equal(len, sizeof info);
	assert_int_equal(info.dwVersion, 1);
	assert_int_equal(info.cbKeyExPublicKey, direct.cbKeyExPublicKey);
	assert_memory_equal(info.pbKeyExPublicKey, direct.pbKeyExPublicKey,
	    direct.cbKeyExPublicKey);
	md_host_free(info.pbKeyExPublicKey);
	md_host_free(direct.pbKeyExPublicKey);
	for (BYTE i = 0; i < 2; i++) {
		assert_int_equal(
		    MD_CALL(&h, pfnCardGetContainerProperty, i,
			L"PIN Identifier", (PBYTE)&pin, sizeof pin, &len, 0),
		    ERROR_SUCCESS);
		assert_int_equal(len, sizeof pin);
		assert_int_equal(pin, i == 0 ? 1 : 3);
	}
	md_host_stop(&h);
	forget();
	vslot_close(&slot);
}

static void
wrong_questions_are_refused(void **state)
{
	static const struct {
		BYTE index;
		LPCWSTR name;
		DWORD size, flags;
		LONG want;
		DWORD len;
	} row[] = {
		{ 0, L"Container Info", sizeof(CONTAINER_INFO) - 1, 0,
		    ERROR_INSUFFICIENT_BUFFER, sizeof(CONTAINER_INFO) },
		{ 0, L"Container Info", 0, 0, ERROR_INSUFFICIENT_BUFFER,
		    sizeof(CONTAINER_INFO) },
		{ 0, L"PIN Identifier", 3, 0, ERROR_INSUFFICIENT_BUFFER, 4 },
		{ 0, L"PIN Identifier", 4, 1, SCARD_E_INVALID_PARAMETER, 0 },
		{ 0, L"Associated ECDH Key", 4, 0, SCARD_E_UNSUPPORTED_FEATURE,
		    0 },
		{ 0, L"PIN identifier", 4, 0, SCARD_E_INVALID_PARAMETER, 0 },
		{ 0, NULL, 4, 0, SCARD_E_INVALID_PARAMETER, 0 },
		{ 1, L"PIN Identifier", 4, 0, SCARD_E_NO_KEY_CONTAINER, 0 },
		{ 2, L"PIN Identifier", 4, 0, SCARD_E_NO_KEY_CONTAINER, 0 },
		{ 255, L"Container Info", 64, 0, SCARD_E_NO_KEY_CONTAINER, 0 },
	};
	struct vslot *slot = fixture_slot(NULL);
	CONTAINER_INFO info;
	struct md_host h;
	BYTE mem[64];
	DWORD len;
	(void)state;

	md_host_ready(&h, slot);
	for (size_t i = 0; i < NELEM(row); i++) {
		len = 9;
		assert_int_equal(
		    MD_CALL(&h, pfnCardGetContainerProperty, row[i].index,
			row[i].name, row[i].size == 0 ? NULL : mem, row[i].size,
			&len, row[i].flags),
		    (DWORD)row[i].want);
		assert_int_equal(len, row[i].len);
	}
	assert_int_equal(MD_CALL(&h, pfnCardGetContainerProperty, 0,
			     L"PIN Identifier", mem, 4, NULL, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardGetContainerProperty, 0,
			     L"PIN Identifier", NULL, 4, &len, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	for (unsigned i = 1; i < 256; i++)
		assert_int_equal(
		    MD_CALL(&h, pfnCardGetContainerInfo, (BYTE)i, 0, &info),
		    (DWORD)SCARD_E_NO_KEY_CONTAINER);
	assert_int_equal(MD_CALL(&h, pfnCardGetContainerInfo, 0, 1, &info),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardGetContainerInfo, 0, 0, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(md_get_container_info(NULL, 0, 0, &info),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	md_host_alloc_fails(0);
	assert_int_equal(MD_CALL(&h, pfnCardGetContainerInfo, 0, 0, &info),
	    (DWORD)SCARD_E_NO_MEMORY);
	assert_true(md_host_alloc_failed());
	assert_null(info.pbKeyExPublicKey);
	assert_int_equal(info.cbKeyExPublicKey, 0);
	md_host_stop(&h);
	vslot_close(&slot);
}

/* --- kinds of cards ------------------------------------------------------- */

static void
each_kind_of_card_has_the_keys_and_pins_that_it_has(void **state)
{
	static const struct {
		const char *name, *param, *more, *conf;
		PIN_SET pins;
	} row[] = {
		{ "plain", "atr=" ATR_PLAIN, NULL, NULL, 0xa },
		{ "short EF ids", "atr=" ATR_SFI, NULL, NULL, 0xa },
		{ "long replies", "atr=" ATR_EXTENDED, NULL, NULL, 0xa },
		{ "child's", "sign-pair=absent", NULL, NULL, 0x2 },
		{ "without a PIN", "holder-pins=blocked", NULL, NULL, 0xa },
		{ "authentication alone", "cert-filler=00", NULL,
		    "slots = auth\n", 0x2 },
	};
	struct md_host h;
	PIN_SET pins;
	DWORD len;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct vslot *slot =
		    fixture_slot(row[i].param, row[i].more, NULL);
		CONTAINER_INFO info;

		md_group_conf(row[i].conf);
		md_host_ready(&h, slot);
		assert_int_equal(MD_CALL(&h, pfnCardGetProperty, L"PIN List",
				     (PBYTE)&pins, sizeof pins, &len, 0),
		    ERROR_SUCCESS);
		assert_int_equal(pins, row[i].pins);
		assert_int_equal(
		    MD_CALL(&h, pfnCardGetContainerInfo, 0, 0, &info),
		    ERROR_SUCCESS);
		md_host_free(info.pbKeyExPublicKey);
		assert_int_equal(
		    MD_CALL(&h, pfnCardGetContainerInfo, 1, 0, &info),
		    (DWORD)SCARD_E_NO_KEY_CONTAINER);
		md_host_stop(&h);
		md_group_conf(NULL);
		vslot_close(&slot);
	}
}

/* BCRYPT_ECCKEY_BLOB: magic, length, x, y. */
static void
check_ec(const uint8_t *blob, DWORD len, const struct jm_cert *cert)
{
	static const uint8_t head[8] = { 'E', 'C', 'S', '3', 48, 0, 0, 0 };

	assert_int_equal(len, sizeof head + 96);
	assert_memory_equal(blob, head, sizeof head);
	assert_int_equal(cert->ec.point_len, 97);
	assert_memory_equal(blob + sizeof head, cert->ec.point + 1, 96);
}

static void
keys_on_curves_are_cngs(void **state)
{
	static char map[] = "cmapfile";
	struct vslot *slot = fixture_slot(NULL);
	CONTAINER_MAP_RECORD record[2];
	CARD_KEY_SIZES sizes;
	struct jm_cert *cert;
	CONTAINER_INFO info;
	struct md_host h;
	PBYTE data;
	DWORD len;
	(void)state;

	enrol(slot);
	md_host_ready(&h, slot);
	for (BYTE i = 0; i < 2; i++) {
		assert_int_equal(
		    MD_CALL(&h, pfnCardGetContainerInfo, i, 0, &info),
		    ERROR_SUCCESS);
		assert_null(info.pbKeyExPublicKey);
		cert = cert_of(&h, i == 0 ? "ksc00" : "ksc01");
		check_ec(info.pbSigPublicKey, info.cbSigPublicKey, cert);
		md_host_free(info.pbSigPublicKey);
		free(cert);
	}
	assert_int_equal(
	    MD_CALL(&h, pfnCardReadFile, mscp, map, 0, &data, &len),
	    ERROR_SUCCESS);
	memcpy(record, data, sizeof record);
	md_host_free(data);
	assert_int_equal(record[0].wSigKeySizeBits, 384);
	assert_int_equal(record[0].wKeyExchangeKeySizeBits, 0);
	assert_int_equal(record[0].bFlags, 3);
	assert_int_equal(record[1].wSigKeySizeBits, 384);
	for (DWORD spec = 0; spec < 9; spec++)
		assert_int_equal(
		    MD_CALL(&h, pfnCardQueryKeySizes, spec, 0, &sizes),
		    spec == MD_AT_ECDSA_P384
			? ERROR_SUCCESS
			: (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(
	    MD_CALL(&h, pfnCardQueryKeySizes, MD_AT_ECDSA_P384, 0, &sizes),
	    ERROR_SUCCESS);
	assert_int_equal(sizes.dwDefaultBitlen, 384);
	md_host_stop(&h);
	forget();
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest rsa[] = {
		cmocka_unit_test(keys_are_those_of_the_certificates),
		cmocka_unit_test(
		    the_signature_container_is_there_while_it_is_registered),
		cmocka_unit_test(properties_say_the_same),
		cmocka_unit_test(wrong_questions_are_refused),
		cmocka_unit_test(
		    each_kind_of_card_has_the_keys_and_pins_that_it_has),
	};
	const struct CMUnitTest next[] = {
		cmocka_unit_test(keys_on_curves_are_cngs),
	};

	return cmocka_run_group_tests(rsa, md_group_setup, md_group_teardown) +
	       cmocka_run_group_tests(
		   next, md_group_setup_next, md_group_teardown);
}
