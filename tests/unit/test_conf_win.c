/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings in the registry: runs on Windows and under Wine.  What the words
 * mean: test_conf.c. */
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

#include "base/conf.h"
#include "tests/support/test.h"

/* In their place, so that the user's own are left alone. */
#define PLACE   L"SOFTWARE\\Jumin test"
#define MACHINE "HKLM\\SOFTWARE\\Jumin"
#define USER    "HKCU\\SOFTWARE\\Jumin"

static HKEY machine, user; /* SOFTWARE\Jumin in each */
static struct jm_conf got;
static struct jm_conf_fault fault;

static void
stand_in(HKEY for_key, const wchar_t *name, HKEY *jumin)
{
	wchar_t path[64];
	HKEY key;

	(void)swprintf(path, NELEM(path), PLACE L"\\%ls", name);
	assert_int_equal(
	    RegCreateKeyExW(HKEY_CURRENT_USER, path, 0, NULL, 0,
		KEY_ALL_ACCESS | KEY_WOW64_64KEY, NULL, &key, NULL),
	    ERROR_SUCCESS);
	assert_int_equal(
	    RegCreateKeyExW(key, L"SOFTWARE\\Jumin", 0, NULL, 0,
		KEY_ALL_ACCESS | KEY_WOW64_64KEY, NULL, jumin, NULL),
	    ERROR_SUCCESS);
	assert_int_equal(RegOverridePredefKey(for_key, key), ERROR_SUCCESS);
	(void)RegCloseKey(key);
}

static int
begin(void **state)
{
	(void)state;
	(void)RegOverridePredefKey(HKEY_CURRENT_USER, NULL);
	(void)RegDeleteTreeW(HKEY_CURRENT_USER, PLACE);
	stand_in(HKEY_LOCAL_MACHINE, L"machine", &machine);
	stand_in(HKEY_CURRENT_USER, L"user", &user);
	memset(&fault, 0x5a, sizeof fault);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	(void)RegCloseKey(machine);
	(void)RegCloseKey(user);
	(void)RegOverridePredefKey(HKEY_LOCAL_MACHINE, NULL);
	(void)RegOverridePredefKey(HKEY_CURRENT_USER, NULL);
	(void)RegDeleteTreeW(HKEY_CURRENT_USER, PLACE);
	return 0;
}

static void
set(HKEY key, const wchar_t *name, DWORD type, const wchar_t *text, size_t n)
{
	assert_int_equal(RegSetValueExW(key, name, 0, type, (const BYTE *)text,
			     (DWORD)(n * sizeof *text)),
	    ERROR_SUCCESS);
}

static void
set_text(HKEY key, const wchar_t *name, const wchar_t *text)
{
	set(key, name, REG_SZ, text, wcslen(text) + 1);
}

static void
assert_fault(const char *file, const char *what)
{
	assert_string_equal(fault.file, file);
	assert_int_equal(fault.line, 0);
	if (what != NULL)
		assert_non_null(strstr(fault.what, what));
}

static void
without_values_it_is_the_default(void **state)
{
	(void)state;
	jm_conf_load(&got, &fault);
	assert_memory_equal(&got, &jm_conf_default, sizeof got);
	assert_string_equal(fault.file, "");
	end(state);
	(void)RegOverridePredefKey(HKEY_CURRENT_USER, HKEY_CURRENT_CONFIG);
	(void)RegOverridePredefKey(HKEY_LOCAL_MACHINE, HKEY_CURRENT_CONFIG);
	jm_conf_load(&got, &fault); /* there is no such key at all */
	assert_memory_equal(&got, &jm_conf_default, sizeof got);
	assert_string_equal(fault.file, "");
	assert_int_equal(begin(state), 0);
}

static void
values_have_the_names_and_words_of_the_file(void **state)
{
	(void)state;
	set_text(machine, L"login", L"hold");
	set_text(machine, L"Consent", L"session");
	set_text(machine, L"slots", L"auth, sign");
	set_text(user, L"IDLE", L"20");
	set_text(user, L"pss", L"off");
	jm_conf_load(&got, &fault);
	assert_string_equal(fault.file, "");
	assert_int_equal(got.login, JM_LOGIN_HOLD);
	assert_int_equal(got.consent, JM_CONSENT_SESSION);
	assert_int_equal(got.slots, JM_SLOT_AUTH | JM_SLOT_SIGN);
	assert_int_equal(got.idle_s, 20);
	assert_int_equal(got.pss, 0);
}

static void
a_user_only_tightens(void **state)
{
	(void)state;
	set_text(machine, L"consent", L"each");
	set_text(machine, L"cache", L"on");
	set_text(user, L"consent", L"session");
	set_text(user, L"cache", L"off");
	jm_conf_load(&got, &fault);
	assert_int_equal(got.consent, JM_CONSENT_EACH);
	assert_int_equal(got.cache, 0);
	assert_fault(USER "\\consent", "stricter");
}

static void
a_fault_names_key_and_value(void **state)
{
	static const wchar_t large[] =
	    L"0123456789012345678901234567890123456789"
	    L"0123456789012345678901234567890123456789";
	/* clang-format off */
	static const struct {
		const wchar_t *name; DWORD type; const wchar_t *text;
		const char *file, *what;
	} row[] = {
		{ L"login", REG_SZ, L"always", "\\login", "value" },
		{ L"login", REG_SZ, L"hold\n", "\\login", "control" },
		{ L"login", REG_SZ, L"hold\u4eba", "\\login", "value" },
		{ L"login", REG_DWORD, L"h", "\\login", "no text" },
		{ L"login", REG_EXPAND_SZ, L"hold", "\\login", "no text" },
		{ L"login", REG_MULTI_SZ, L"hold\0", "\\login", "no text" },
		{ L"color", REG_SZ, L"red", "\\color", "no such" },
		{ L"", REG_SZ, L"hold", "", "no such" },
		{ large, REG_SZ, L"hold", "", "too long" },
		{ L"log-file", REG_SZ, L"C:\\log", "\\log-file", "value" },
		{ L"scope", REG_SZ, L"*[a-b]", "\\scope", "value" },
		{ L"scope", REG_SZ, L"a;b", "\\scope", "value" },
	};
	/* clang-format on */
	char file[JM_CONF_PATH_MAX];

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		set(user, row[i].name, row[i].type, row[i].text,
		    row[i].type == REG_DWORD ? 2 : wcslen(row[i].text) + 1);
		jm_conf_load(&got, &fault);
		(void)snprintf(file, sizeof file, USER "%s", row[i].file);
		assert_fault(file, row[i].what);
		assert_memory_equal(&got, &jm_conf_default, sizeof got);
		assert_int_equal(
		    RegDeleteValueW(user, row[i].name), ERROR_SUCCESS);
	}
}

static void
a_long_value_is_absent(void **state)
{
	static wchar_t text[2000];

	(void)state;
	for (size_t i = 0; i + 1 < NELEM(text); i++)
		text[i] = L'a';
	set_text(user, L"ignore-reader", text);
	set_text(user, L"idle", L"7");
	jm_conf_load(&got, &fault);
	assert_fault(USER, "too long");
	assert_int_equal(got.ignore_len, 0);
	assert_int_equal(got.idle_s, 7);
}

static void
a_text_without_an_end_ends(void **state)
{
	(void)state;
	set(user, L"login", REG_SZ, L"hold", 4);
	jm_conf_load(&got, &fault);
	assert_string_equal(fault.file, "");
	assert_int_equal(got.login, JM_LOGIN_HOLD);
}

static void
readers_fit_in_any_case(void **state)
{
	static const wchar_t list[] = L"Virtual*\0* 01 ?0\0";

	(void)state;
	set(user, L"ignore-reader", REG_MULTI_SZ, list, NELEM(list));
	jm_conf_load(&got, &fault);
	assert_string_equal(fault.file, "");
	assert_int_equal(got.ignore_len, 2);
	assert_true(jm_conf_ignores(&got, "VIRTUAL PCD 00"));
	assert_true(jm_conf_ignores(&got, "Alpha 01 00"));
	assert_false(jm_conf_ignores(&got, "Alpha 01 000"));
	assert_false(jm_conf_ignores(&got, "Alpha"));
	set_text(user, L"ignore-reader", L"\u4eba*");
	jm_conf_load(&got, &fault);
	assert_int_equal(got.ignore_len, 1);
	assert_true(jm_conf_ignores(&got, "\xe4\xba\xba 1"));
}

static void
a_scope_is_to_fit_both(void **state)
{
	(void)state;
	set_text(machine, L"scope", L"ssh:*");
	set_text(user, L"scope", L"*.example");
	jm_conf_load(&got, &fault);
	assert_string_equal(fault.file, "");
	assert_true(jm_conf_shows(&got, "ssh:a.example"));
	assert_false(jm_conf_shows(&got, "ssh:a.test"));
	assert_false(jm_conf_shows(&got, "web:a.example"));
}

static void
only_these_two_are_read(void **state)
{
	unsigned bits = 0;

	(void)state;
	got = jm_conf_default;
	memset(&fault, 0, sizeof fault);
	assert_int_equal(jm_conf_read(MACHINE, 1, &got, &bits, &fault), JM_OK);
	assert_int_equal(
	    jm_conf_read("HKCR\\x", 1, &got, &bits, &fault), JM_IO);
	assert_int_equal(jm_conf_read("", 1, &got, &bits, &fault), JM_IO);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(without_values_it_is_the_default),
		T(values_have_the_names_and_words_of_the_file),
		T(a_user_only_tightens),
		T(a_fault_names_key_and_value),
		T(a_long_value_is_absent),
		T(a_text_without_an_end_ends),
		T(readers_fit_in_any_case),
		T(a_scope_is_to_fit_both),
		T(only_these_two_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
