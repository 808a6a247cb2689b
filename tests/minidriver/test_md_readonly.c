/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the card does not do: every such function says so, leaves its outputs
 * empty, and asks the card nothing. */
#include <string.h>

#include "tests/minidriver/md_host.h"
#include "tests/support/test.h"

static struct md_host h;
static char dir[] = "mscp", file[] = "new";
static WCHAR user[] = L"user", word[] = L"word";
static BYTE bytes[16];

/* Outputs; all full before a call. */
static HANDLE key;
static PBYTE out;
static PVOID plain;
static DWORD n;

static void
fill(void)
{
	key = &h;
	out = bytes;
	plain = bytes;
	n = 9;
}

/* clang-format off */
#define NO(name, ...)                                                          \
	static DWORD name(CARD_DATA *c) { return (__VA_ARGS__); }
NO(delete_container, h.card.pfnCardDeleteContainer(c, 0, 0))
NO(create_container, h.card.pfnCardCreateContainer(c, 0, 0, 1, 2048, bytes))
NO(challenge, h.card.pfnCardAuthenticateChallenge(c, bytes, 8, NULL))
NO(unblock, h.card.pfnCardUnblockPin(c, user, bytes, 8, bytes, 4, 3, 0))
NO(create_directory, h.card.pfnCardCreateDirectory(c, dir, 1))
NO(delete_directory, h.card.pfnCardDeleteDirectory(c, dir))
NO(create_file, h.card.pfnCardCreateFile(c, dir, file, 1, 1))
NO(write_file, h.card.pfnCardWriteFile(c, dir, file, 0, bytes, 1))
NO(delete_file, h.card.pfnCardDeleteFile(c, dir, file, 0))
NO(decrypt, h.card.pfnCardRSADecrypt(c, NULL))
NO(agree, h.card.pfnCardConstructDHAgreement(c, NULL))
NO(derive, h.card.pfnCardDeriveKey(c, NULL))
NO(destroy_agreement, h.card.pfnCardDestroyDHAgreement(c, 0, 0))
NO(set_container_property, h.card.pfnCardSetContainerProperty(c, 0, word, bytes, 4, 0))
NO(md_import, h.card.pfnMDImportSessionKey(c, word, word, &key, bytes, 8))
NO(md_encrypt, h.card.pfnMDEncryptData(c, NULL, word, bytes, 8, 0, &plain, &n))
NO(import, h.card.pfnCardImportSessionKey(c, 0, NULL, word, word, &key, bytes, 8, 0))
NO(shared_key, h.card.pfnCardGetSharedKeyHandle(c, bytes, 8, &out, &n, &key))
NO(algorithm, h.card.pfnCardGetAlgorithmProperty(c, word, word, bytes, 8, &n, 0))
NO(get_key, h.card.pfnCardGetKeyProperty(c, NULL, word, bytes, 8, &n, 0))
NO(set_key, h.card.pfnCardSetKeyProperty(c, NULL, word, bytes, 8, 0))
NO(destroy_key, h.card.pfnCardDestroyKey(c, NULL))
NO(process, h.card.pfnCardProcessEncryptedData(c, NULL, word, NULL, 0, bytes, 8, &n, 0))
NO(create_container_ex, h.card.pfnCardCreateContainerEx(c, 0, 0, 1, 2048, bytes, 1))
/* all pointers that may be there and are not */
NO(null_md_import, h.card.pfnMDImportSessionKey(c, NULL, NULL, NULL, NULL, 0))
NO(null_md_encrypt, h.card.pfnMDEncryptData(c, NULL, NULL, NULL, 0, 0, NULL, NULL))
NO(null_shared_key, h.card.pfnCardGetSharedKeyHandle(c, NULL, 0, NULL, NULL, NULL))
NO(null_get_key, h.card.pfnCardGetKeyProperty(c, NULL, NULL, NULL, 0, NULL, 0))
NO(null_write_file, h.card.pfnCardWriteFile(c, NULL, NULL, 0, NULL, 0))
/* clang-format on */

/* Which outputs a function has. */
#define KEY   1
#define OUT   2
#define PLAIN 4
#define LEN   8

static const struct {
	DWORD (*call)(CARD_DATA *c);
	int outputs;
} functions[] = {
	{ delete_container, 0 },
	{ create_container, 0 },
	{ challenge, 0 },
	{ unblock, 0 },
	{ create_directory, 0 },
	{ delete_directory, 0 },
	{ create_file, 0 },
	{ write_file, 0 },
	{ delete_file, 0 },
	{ decrypt, 0 },
	{ agree, 0 },
	{ derive, 0 },
	{ destroy_agreement, 0 },
	{ set_container_property, 0 },
	{ md_import, KEY },
	{ md_encrypt, PLAIN | LEN },
	{ import, KEY },
	{ shared_key, KEY | OUT | LEN },
	{ algorithm, LEN },
	{ get_key, LEN },
	{ set_key, 0 },
	{ destroy_key, 0 },
	{ process, LEN },
	{ create_container_ex, 0 },
	{ null_md_import, 0 },
	{ null_md_encrypt, 0 },
	{ null_shared_key, 0 },
	{ null_get_key, 0 },
	{ null_write_file, 0 },
};

static void
check_outputs(int outputs)
{
	assert_int_equal(key == NULL, (outputs & KEY) != 0);
	assert_int_equal(out == NULL, (outputs & OUT) != 0);
	assert_int_equal(plain == NULL, (outputs & PLAIN) != 0);
	assert_int_equal(n == 0, (outputs & LEN) != 0);
}

static void
what_cannot_be_is_refused(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	CARD_DATA other;
	(void)state;

	md_host_ready(&h, slot);
	memset(&other, 0, sizeof other);
	for (size_t i = 0; i < NELEM(functions); i++) {
		fill();
		assert_int_equal(functions[i].call(&h.card),
		    (DWORD)SCARD_E_UNSUPPORTED_FEATURE);
		check_outputs(functions[i].outputs);
		fill();
		assert_int_equal(
		    functions[i].call(NULL), (DWORD)SCARD_E_INVALID_PARAMETER);
		check_outputs(functions[i].outputs);
		assert_int_equal(functions[i].call(&other),
		    (DWORD)SCARD_E_INVALID_PARAMETER);
	}
	assert_int_equal(vslot_counted(slot).apdus, 0);
	md_host_stop(&h);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
