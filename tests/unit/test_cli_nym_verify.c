/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin nym verify where an attestation is needed: who is trusted for what, and
 * what it prints of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "tests/support/test.h"
#include "tests/unit/cli_try.h"
#include "tests/unit/nym_try.h"
#include "tools/jumin/out.h"

#define CHALLENGE                                                              \
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define ROOT_A                                                                 \
	"a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0"
#define ROOT_B                                                                 \
	"a1a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0"

static char dir[] = "/tmp/jumin-verify-XXXXXX";
static char trusted[64], strange[64], message[64];
static struct try_pki ours, theirs;

static void
put_file(const char *path, const void *p, size_t len)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* A message with a statement of this kind, or with none. */
static void
put_message(int kind)
{
	static uint8_t wire[TRY_WIRE], mem[2048], root[32];
	const struct nym_request q = try_request();
	uint8_t sh[32], fresh[32];
	struct nym_field ext;
	struct nym_stmt s;
	struct nym_key key;
	size_t len;

	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &key);
	assert_int_equal(nym_scope_of(TRY_SCOPE, sh), NYM_OK);
	if (kind != 0) {
		s = try_stmt((enum nym_kind)kind, &q, &key, sh, fresh);
		memset(root, 0xa0, sizeof root);
		s.xl_root = root;
		try_att(&s, &ours, mem, sizeof mem, &ext);
	}
	assert_int_equal(nym_assert(&q, &key, NULL, NULL,
			     kind != 0 ? &ext : NULL, wire, sizeof wire, &len),
	    JM_OK);
	put_file(message, wire, len);
}

static int
verify(const char *need, const char *trust, const char *xl_root)
{
	char now[32], need_is[32], trust_is[80], root_is[80];
	const char *words[] = { "jumin", "nym", "verify", "--json",
		"--scope=" TRY_SCOPE, "--challenge=" CHALLENGE, now, need_is,
		trust_is, message, xl_root != NULL ? root_is : NULL, NULL };

	snprintf(now, sizeof now, "--now=%u", TRY_TIME);
	snprintf(need_is, sizeof need_is, "--need=%s", need);
	snprintf(trust_is, sizeof trust_is, "--trust=%s", trust);
	snprintf(root_is, sizeof root_is, "--xl-root=%s",
	    xl_root != NULL ? xl_root : "");
	return cli_try(words, "");
}

static void
refused(int status, const char *why)
{
	assert_int_equal(status, EX_UNPROVED);
	cli_says(cli_out, "\"valid\": false");
	cli_says(cli_out, why);
	assert_null(strstr(cli_out, "\"sub\""));
}

static void
an_attestation_is_told_with_who_gave_it(void **state)
{
	static const struct {
		int kind;
		const char *need, *other, *acr;
	} kinds[] = {
		{ NYM_KIND_REGISTRAR, "registrar", "card",
		    "\"acr\": \"registrar\"" },
		{ NYM_KIND_CARD, "card", "registrar", "\"acr\": \"card\"" },
	};
	(void)state;

	for (size_t i = 0; i < NELEM(kinds); i++) {
		put_message(kinds[i].kind);
		assert_int_equal(verify(kinds[i].need, trusted, NULL), EX_OK);
		cli_says(cli_out, "\"valid\": true");
		cli_says(cli_out, kinds[i].acr);
		cli_says(cli_out, "\"aud\": \"" TRY_SCOPE "\"");
		cli_says(cli_out, "\"xt\": \"");
		/* asked for or not, it is looked at where there is trust */
		assert_int_equal(verify("none", trusted, NULL), EX_OK);
		cli_says(cli_out, kinds[i].acr);
		refused(verify(kinds[i].other, trusted, NULL), "ATT_KIND");
		refused(verify(kinds[i].need, strange, NULL), "ATT_CHAIN");
		assert_int_equal(verify(kinds[i].need, trusted, ROOT_A), EX_OK);
		refused(verify(kinds[i].need, trusted, ROOT_B), "XL_ROOT");
	}
}

static void
what_is_needed_has_to_be_there(void **state)
{
	(void)state;

	put_message(0);
	refused(verify("card", trusted, NULL), "ATT_MISSING");
	refused(verify("registrar", trusted, NULL), "ATT_MISSING");
	assert_int_equal(verify("none", trusted, NULL), EX_OK);
	cli_says(cli_out, "\"acr\": \"none\"");
	assert_null(strstr(cli_out, "\"xt\""));
}

static int
begin(void **state)
{
	(void)state;

	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(trusted, sizeof trusted, "%s/trusted.pem", dir);
	snprintf(strange, sizeof strange, "%s/strange.pem", dir);
	snprintf(message, sizeof message, "%s/message", dir);
	try_pki_make(&ours, TRY_GOOD);
	try_pki_make(&theirs, TRY_GOOD);
	put_file(trusted, ours.root_pem, strlen(ours.root_pem));
	put_file(strange, theirs.root_pem, strlen(theirs.root_pem));
	return 0;
}

static int
end(void **state)
{
	(void)state;

	unlink(trusted);
	unlink(strange);
	unlink(message);
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_attestation_is_told_with_who_gave_it),
		cmocka_unit_test(what_is_needed_has_to_be_there),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
