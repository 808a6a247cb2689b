/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Virtual files: CardReadFile, CardEnumFiles, CardGetFileInfo. */
#include <string.h>

#include "tests/minidriver/md_host.h"
#include "tests/support/test.h"

static char mscp[] = "mscp", none[] = "";

/* To be given back with md_host_free. */
static PBYTE
read_file(struct md_host *h, char *dir, const char *name, DWORD *len)
{
	char file[16];
	PBYTE data = NULL;

	strcpy(file, name);
	assert_int_equal(MD_CALL(h, pfnCardReadFile, dir, file, 0, &data, len),
	    ERROR_SUCCESS);
	assert_non_null(data);
	return data;
}

static void
check_file(struct md_host *h, char *dir, const char *name, const void *want,
    size_t want_len)
{
	DWORD len;
	PBYTE data = read_file(h, dir, name, &len);

	assert_int_equal(len, want_len);
	assert_memory_equal(data, want, want_len);
	md_host_free(data);
}

static void
files_hold_what_windows_expects(void **state)
{
	static const uint8_t cardcf[6] = { 0, 0, 1, 0, 1, 0 };
	struct vslot *slot = fixture_slot(NULL);
	uint8_t id[16];
	struct jm_token *t;
	const struct jm_cert *cert;
	struct md_host h;
	DWORD len;
	(void)state;

	t = fixture_token(slot);
	assert_int_equal(jm_token_cert(t, JM_CERT_AUTH, &cert), JM_OK);
	md_host_ready(&h, slot);
	assert_int_equal(MD_CALL(&h, pfnCardGetProperty, L"Card Identifier", id,
			     sizeof id, &len, 0),
	    ERROR_SUCCESS);
	check_file(&h, NULL, "cardid", id, sizeof id);
	check_file(&h, none, "CardID", id, sizeof id);
	check_file(&h, NULL, "cardcf", cardcf, sizeof cardcf);
	check_file(&h, NULL, "cardapps", "mscp\0\0\0\0", 8);
	check_file(&h, mscp, "kxc00", cert->der, cert->der_len);
	assert_int_equal(vslot_counted(slot).apdus, 0);
	md_host_stop(&h);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
the_map_has_a_record_for_each_container(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	CONTAINER_MAP_RECORD record[2], unused;
	struct md_host h;
	PBYTE data;
	DWORD len;
	(void)state;

	md_host_ready(&h, slot);
	data = read_file(&h, mscp, "cmapfile", &len);
	assert_int_equal(len, 2 * 86);
	memcpy(record, data, len);
	md_host_free(data);
	assert_int_equal(record[0].bFlags, 3);
	assert_int_equal(record[0].bReserved, 0);
	assert_int_equal(record[0].wSigKeySizeBits, 0);
	assert_int_equal(record[0].wKeyExchangeKeySizeBits, 2048);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(record[0].wszGuid[i], "jumin-a-"[i]);
	for (size_t i = 8; i < 32; i++)
		assert_non_null(
		    memchr("0123456789abcdef", record[0].wszGuid[i], 16));
	for (size_t i = 32; i < 40; i++)
		assert_int_equal(record[0].wszGuid[i], 0);
	memset(&unused, 0, sizeof unused);
	assert_memory_equal(&record[1], &unused, sizeof unused);
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
each_folder_lists_its_files(void **state)
{
	static const char root[] = "cardid\0cardcf\0cardapps\0",
			  inner[] = "cmapfile\0kxc00\0";
	static char upper[] = "MSCP";
	const struct {
		char *dir;
		const char *want;
		size_t len;
	} row[] = {
		{ NULL, root, sizeof root },
		{ none, root, sizeof root },
		{ mscp, inner, sizeof inner },
		{ upper, inner, sizeof inner },
	};
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	(void)state;

	md_host_ready(&h, slot);
	for (size_t i = 0; i < NELEM(row); i++) {
		LPSTR names;
		DWORD len;

		assert_int_equal(
		    MD_CALL(&h, pfnCardEnumFiles, row[i].dir, &names, &len, 0),
		    ERROR_SUCCESS);
		assert_int_equal(len, row[i].len);
		assert_memory_equal(names, row[i].want, len);
		md_host_free(names);
	}
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
a_files_size_is_that_of_what_is_read(void **state)
{
	static const struct {
		char *dir;
		const char *name;
		enum md_file_access access;
	} row[] = {
		{ NULL, "cardid", MD_FILE_EVERYONE_READ_ADMIN_WRITE },
		{ NULL, "cardcf", MD_FILE_EVERYONE_READ_USER_WRITE },
		{ NULL, "cardapps", MD_FILE_EVERYONE_READ_ADMIN_WRITE },
		{ mscp, "cmapfile", MD_FILE_EVERYONE_READ_USER_WRITE },
		{ mscp, "kxc00", MD_FILE_EVERYONE_READ_USER_WRITE },
	};
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	(void)state;

	md_host_ready(&h, slot);
	for (size_t i = 0; i < NELEM(row); i++) {
		CARD_FILE_INFO info = { .dwVersion = 0 };
		char file[16];
		DWORD len;

		md_host_free(read_file(&h, row[i].dir, row[i].name, &len));
		strcpy(file, row[i].name);
		assert_int_equal(
		    MD_CALL(&h, pfnCardGetFileInfo, row[i].dir, file, &info),
		    ERROR_SUCCESS);
		assert_int_equal(info.dwVersion, 1);
		assert_int_equal(info.cbFileSize, len);
		assert_int_equal(info.AccessCondition, row[i].access);
	}
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
names_that_are_none_are_told_apart(void **state)
{
	static char huge[70000];
	static const struct {
		const char *dir, *file;
		LONG want;
	} row[] = {
		{ NULL, "nothing", SCARD_E_FILE_NOT_FOUND },
		{ NULL, "cardi", SCARD_E_FILE_NOT_FOUND },
		{ NULL, "cardid1", SCARD_E_FILE_NOT_FOUND },
		{ NULL, "cmapfile", SCARD_E_FILE_NOT_FOUND },
		{ "mscp", "cardid", SCARD_E_FILE_NOT_FOUND },
		{ "mscp", "msroots", SCARD_E_FILE_NOT_FOUND },
		{ "mscp", "ksc00", SCARD_E_FILE_NOT_FOUND },
		{ "mscp", "ksc01", SCARD_E_FILE_NOT_FOUND },
		{ "mscp", "kxc01", SCARD_E_FILE_NOT_FOUND },
		{ "mscp", "kxc02", SCARD_E_FILE_NOT_FOUND },
		{ "msc", "cmapfile", SCARD_E_DIR_NOT_FOUND },
		{ "mscp2", "cmapfile", SCARD_E_DIR_NOT_FOUND },
		{ NULL, "", SCARD_E_INVALID_PARAMETER },
		{ NULL, NULL, SCARD_E_INVALID_PARAMETER },
		{ NULL, "ninechars", SCARD_E_INVALID_PARAMETER },
		{ "ninechars", "cmapfile", SCARD_E_INVALID_PARAMETER },
		{ NULL, huge, SCARD_E_INVALID_PARAMETER },
		{ huge, "cmapfile", SCARD_E_INVALID_PARAMETER },
	};
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	(void)state;

	memset(huge, 'x', sizeof huge - 1);
	md_host_ready(&h, slot);
	for (size_t i = 0; i < NELEM(row); i++) {
		CARD_FILE_INFO info;
		union { /* the interface does not say const */
			const char *in;
			LPSTR out;
		} dir = { row[i].dir }, file = { row[i].file };
		PBYTE data = &(BYTE){ 0 };
		DWORD len = 9;

		assert_int_equal(MD_CALL(&h, pfnCardReadFile, dir.out, file.out,
				     0, &data, &len),
		    (DWORD)row[i].want);
		assert_null(data);
		assert_int_equal(len, 0);
		assert_int_equal(
		    MD_CALL(&h, pfnCardGetFileInfo, dir.out, file.out, &info),
		    (DWORD)row[i].want);
		assert_int_equal(info.cbFileSize, 0);
	}
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
wrong_parameters_are_refused(void **state)
{
	static char cardid[] = "cardid", other[] = "other",
		    nine[] = "ninechars";
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	PBYTE data;
	LPSTR names = NULL;
	DWORD len = 9;
	(void)state;

	md_host_ready(&h, slot);
	assert_int_equal(
	    MD_CALL(&h, pfnCardReadFile, NULL, cardid, 1, &data, &len),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(
	    MD_CALL(&h, pfnCardReadFile, NULL, cardid, 0, NULL, &len),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(
	    MD_CALL(&h, pfnCardReadFile, NULL, cardid, 0, &data, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(md_read_file(NULL, NULL, cardid, 0, &data, &len),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardGetFileInfo, NULL, cardid, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardEnumFiles, NULL, &names, &len, 1),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardEnumFiles, NULL, NULL, &len, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardEnumFiles, NULL, &names, NULL, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardEnumFiles, other, &names, &len, 0),
	    (DWORD)SCARD_E_DIR_NOT_FOUND);
	assert_int_equal(MD_CALL(&h, pfnCardEnumFiles, nine, &names, &len, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_null(names);
	assert_int_equal(len, 0);
	md_host_stop(&h);
	vslot_close(&slot);
}

static void
the_hosts_memory_may_run_out(void **state)
{
	static char cardid[] = "cardid";
	struct vslot *slot = fixture_slot(NULL);
	struct md_host h;
	LPSTR names;
	PBYTE data;
	DWORD len;
	(void)state;

	md_host_ready(&h, slot);
	md_host_alloc_fails(0);
	assert_int_equal(
	    MD_CALL(&h, pfnCardReadFile, NULL, cardid, 0, &data, &len),
	    (DWORD)SCARD_E_NO_MEMORY);
	assert_null(data);
	assert_int_equal(MD_CALL(&h, pfnCardEnumFiles, mscp, &names, &len, 0),
	    (DWORD)SCARD_E_NO_MEMORY);
	assert_null(names);
	assert_int_equal(len, 0);
	assert_true(md_host_alloc_failed());
	md_host_stop(&h);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_hold_what_windows_expects),
		cmocka_unit_test(the_map_has_a_record_for_each_container),
		cmocka_unit_test(each_folder_lists_its_files),
		cmocka_unit_test(a_files_size_is_that_of_what_is_read),
		cmocka_unit_test(names_that_are_none_are_told_apart),
		cmocka_unit_test(wrong_parameters_are_refused),
		cmocka_unit_test(the_hosts_memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
