/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Beside the scopes of tests/vectors (test_nym_vectors): bounds, schemes, and
 * addresses. */
#include "nym/scope.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/test.h"

static int
taken(const char *scope)
{
	enum nym_scheme s = NYM_WEB;
	const jm_err e = nym_scope_parse(scope, strlen(scope), &s);

	if (e != JM_OK) {
		assert_int_equal(e, JM_SCOPE);
		assert_int_equal(s, NYM_SELF);
	}
	return e == JM_OK;
}

static void
each_scheme_is_told(void **state)
{
	/* clang-format off */
	static const struct { const char *scope; enum nym_scheme s; } row[] = {
		{ "web:example.jp", NYM_WEB },
		{ "app:jp.example", NYM_APP },
		{ "kiosk:jp.example/a", NYM_KIOSK },
		{ "ssh:a", NYM_SSH },
		{ "p11:a", NYM_P11 },
		{ "test:a", NYM_TEST },
		{ "self:vault/aaaqeayeaudaocajbifqydiob4", NYM_SELF },
	};
	/* clang-format on */
	enum nym_scheme s;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const size_t n = strlen(row[i].scope);

		assert_int_equal(nym_scope_parse(row[i].scope, n, &s), JM_OK);
		assert_int_equal(s, row[i].s);
		assert_int_equal(nym_scope_check(row[i].scope, n, &s),
		    row[i].s == NYM_SELF ? JM_SCOPE : JM_OK);
	}
}

/* Base32 of 16 bytes has two bits too many; they have one value. */
static void
a_vault_has_one_spelling(void **state)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
	char scope[] = "self:vault/aaaqeayeaudaocajbifqydiob4";
	(void)state;

	for (size_t i = 0; i < 32; i++) {
		scope[sizeof scope - 2] = digits[i];
		assert_int_equal(taken(scope), i % 4 == 0);
	}
	assert_false(taken("self:vault/aaaqeayeaudaocajbifqydiob"));
	assert_false(taken("self:vault/aaaqeayeaudaocajbifqydiob4a"));
	assert_false(taken("self:vault/aaaqeayeaudaocajbifqydi1b4"));
	assert_false(taken("self:vault/AAAQEAYEAUDAOCAJBIFQYDIOB4"));
	assert_false(taken("self:vaults/aaqeayeaudaocajbifqydiob4"));
}

/* No byte outside 21-7E, nor any other sign that a form does not name, at any
 * place of a scope. */
static void
every_byte_is_looked_at(void **state)
{
	/* clang-format off */
	static const struct { const char *scope, *more; } row[] = {
		{ "web:aaa.bbb", "-." }, { "ssh:aaa", "-.:" },
		{ "app:aaa.bbb", "-._" }, { "kiosk:aa.bb/cc", "-._/" },
		{ "p11:aaaa", "._@:/+-" }, { "test:aaaa", "._@:/+-" },
	};
	/* clang-format on */
	enum nym_scheme s;
	char scope[32];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const size_t n = strlen(row[i].scope);

		for (size_t at = 0; at < n; at++) {
			for (int c = 0; c < 256; c++) {
				if ((c >= 'a' && c <= 'z') ||
				    (c >= '0' && c <= '9') ||
				    (c != 0 && strchr(row[i].more, c)))
					continue;
				memcpy(scope, row[i].scope, n);
				if (scope[at] == (char)c)
					continue;
				scope[at] = (char)c;
				assert_int_equal(
				    nym_scope_parse(scope, n, &s), JM_SCOPE);
			}
		}
	}
}

/* "web:" and a host of that many characters: labels of 63, the last one of
 * what is left. */
static void
long_host(char *out, const char *scheme, size_t len)
{
	size_t at = strlen(scheme);

	memcpy(out, scheme, at);
	for (size_t i = 0; i < len; i++)
		out[at++] = i % 64 == 63 ? '.' : 'a';
	out[at] = '\0';
}

static void
lengths_have_bounds(void **state)
{
	/* A host may have 253 characters and a scope 255: of the first that is
	 * less for each scheme counts. */
	static const struct {
		const char *scheme, *tail;
		size_t most; /* characters of the host */
	} row[] = {
		{ "web:", "", 251 },
		{ "ssh:", "", 251 },
		{ "ssh:", ":1", 249 },
		{ "kiosk:", "/a", 247 },
	};
	char s[600];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		for (size_t n = 240; n < 300; n++) {
			if (n % 64 == 0) /* a dot would be last */
				continue;
			long_host(s, row[i].scheme, n);
			strcat(s, row[i].tail);
			assert_int_equal(taken(s), n <= row[i].most);
		}
	}
}

/* RFC 5952: section 4 and the forms that section 2 warns of. */
static void
an_address_has_one_spelling(void **state)
{
	/* clang-format off */
	static const char *const yes[] = {
		"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:0:3:4:5:6:7:8",
		"2001:db8::1", "2001:db8:0:1:1:1:1:1", "1:0:0:2::3",
		"1::2:0:0:3:4", "1:2:3:4:5:6::", "0:2:3:4:5:6:7:8",
		"1:2:3:4:5:6:7:0", "::2:3:4:5:6:7", "fe80::1", "abcd::ffff",
		"::ffff", "::1:ffff:0:0", "::fffe:c000:201", "::c000:201",
		"64:ff9b::c000:201", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	};
	static const char *const no[] = {
		"", ":", ":::", "1", "1:", ":1", "::1:", "1:::2", "1::2::3",
		"1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::",
		"::2:3:4:5:6:7:8", "1:2:3::5:6:7:8", "1:2:3:4::5:6:7:8",
		"0:0:0:0:0:0:0:0", "::0", "0::", "::01", "01::", "2001:DB8::1",
		"2001:db8::0:1", "2001:db8:0:0:1::1", "1:0:0:2:0:0:0:3",
		"1::2:0:0:0:3", "1:0:0:3:4:5:6:7", "::00001", "10000::",
		"::1%1", "::1/64", "[::1]", "::g", "::-1", " ::1", "::1 ",
		"::ffff:0:0", "::ffff:c000:201", "::ffff:192.0.2.1",
		"::192.0.2.1", "::1.2", "0:0:0:0:0:ffff:c000:201",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffff",
	};
	/* clang-format on */
	char s[80];
	(void)state;

	for (size_t i = 0; i < NELEM(yes); i++) {
		snprintf(s, sizeof s, "ssh:[%s]", yes[i]);
		if (!taken(s))
			fail_msg("%s is refused", s);
		strcat(s, ":23");
		assert_true(taken(s));
	}
	for (size_t i = 0; i < NELEM(no); i++) {
		snprintf(s, sizeof s, "ssh:[%s]", no[i]);
		if (taken(s))
			fail_msg("%s is taken", s);
	}
}

static void
the_edges_of_each_form(void **state)
{
	/* clang-format off */
	static const struct { const char *scope; int yes; } row[] = {
		{ "ssh:0.0.0.0", 1 }, { "ssh:255.255.255.255", 1 },
		{ "ssh:1.2.3.4.5", 0 }, { "ssh:1.2.3.4.", 0 },
		{ "ssh:1.2.3.", 0 }, { "ssh:1.2..4", 0 }, { "ssh:00.0.0.0", 0 },
		{ "ssh:1.2.3.4a", 1 }, { "ssh:1.2.3.0x4", 0 },
		{ "ssh:0xff", 0 }, { "ssh:0xfg", 1 }, { "ssh:0x", 1 },
		{ "ssh:123", 0 }, { "ssh:a.0xdead", 0 }, { "ssh:0xdead.a", 1 },
		{ "ssh:a:1", 1 }, { "ssh:a:21", 1 }, { "ssh:a:22", 0 },
		{ "ssh:a:23", 1 },
		{ "ssh:a:65535", 1 }, { "ssh:a:99999", 0 },
		{ "ssh:a:100000", 0 }, { "ssh:a:4294967297", 0 },
		{ "ssh:a:1:2", 0 }, { "ssh:a:+1", 0 }, { "ssh::1", 0 },
		{ "ssh:", 0 }, { "ssh:[", 0 }, { "ssh:[]", 0 },
		{ "ssh:[::1", 0 }, { "ssh:[::1]x", 0 }, { "ssh:[::1]]", 0 },
		{ "ssh:[::1]:", 0 }, { "ssh:[1.2.3.4]", 0 },
		{ "ssh:localhost", 1 }, { "web:localhost:80", 0 },
		{ "web:a.localhost", 1 }, { "web:xn--a.b", 1 },
		{ "web:xnn--a.b", 1 }, { "web:an--a.b", 0 },
		{ "web:a--b.c", 1 }, { "web:a---b.c", 0 }, { "web:aa--.b", 0 }, { "web:a.b-", 0 },
		{ "web:a.xn--b", 1 }, { "web:a.b--c", 1 },
		{ "app:a.b", 1 }, { "app:a", 0 }, { "app:a.", 0 },
		{ "app:.a", 0 }, { "app:a.1", 1 }, { "app:a._", 1 },
		{ "app:a.-", 0 }, { "app:_a.b", 0 }, { "app:a-.b-", 1 },
		{ "app:-a.b", 0 }, { "app:a..b", 0 },
		{ "kiosk:a.b/", 0 }, { "kiosk:a.b/.", 0 },
		{ "kiosk:a.b/0._-", 1 }, { "kiosk:localhost/a", 0 },
		{ "kiosk:1.2.3.4/a", 0 }, { "kiosk:/a", 0 },
		{ "p11:0", 1 }, { "p11:a._@:/+-", 1 }, { "p11:+", 0 },
		{ "test:p11:a", 1 }, { "testa", 0 }, { "p11", 0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++)
		if (taken(row[i].scope) != row[i].yes)
			fail_msg("%s", row[i].scope);
}

static void
labels_have_63_characters_and_names_64(void **state)
{
	/* clang-format off */
	static const struct { const char *head, *tail; int most; } row[] = {
		{ "web:", ".b", 63 }, { "web:b.", "", 63 }, { "ssh:", "", 63 },
		{ "app:", ".b", 63 }, { "app:b.", "", 63 },
		{ "kiosk:", ".b/c", 63 }, { "kiosk:a.b/", "", 64 },
		{ "p11:", "", 64 }, { "test:", "", 64 },
	};
	/* clang-format on */
	static const char a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	char s[128];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		for (int n = 60; n <= 66; n++) {
			snprintf(s, sizeof s, "%s%.*s%s", row[i].head, n, a,
			    row[i].tail);
			if (taken(s) != (n <= row[i].most))
				fail_msg("%s", s);
		}
	}
}

static void
the_hash_is_over_the_bytes_alone(void **state)
{
	uint8_t a[NYM_SH_LEN], b[NYM_SH_LEN];
	(void)state;

	assert_int_equal(nym_scope_hash("web:a.b", 7, a), JM_OK);
	assert_int_equal(nym_scope_hash("web:a.bc", 7, b), JM_OK);
	assert_memory_equal(a, b, sizeof a);
	assert_int_equal(nym_scope_hash("web:a.bc", 8, b), JM_OK);
	assert_memory_not_equal(a, b, sizeof a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_scheme_is_told),
		cmocka_unit_test(a_vault_has_one_spelling),
		cmocka_unit_test(every_byte_is_looked_at),
		cmocka_unit_test(lengths_have_bounds),
		cmocka_unit_test(an_address_has_one_spelling),
		cmocka_unit_test(the_edges_of_each_form),
		cmocka_unit_test(labels_have_63_characters_and_names_64),
		cmocka_unit_test(the_hash_is_over_the_bytes_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
