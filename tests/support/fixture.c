/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hex.h"
#include "tests/support/test.h"
#include "vcard/vc_issue.h"

static char dir[64];
static unsigned copies;

static const char *
path(char *buf, size_t cap, unsigned n)
{
	snprintf(buf, cap, "%s/card%u", dir, n);
	return buf;
}

int
fixture_group_setup_of(const char *profile, const char *apps)
{
	const char *const params[] = { apps, NULL };
	const struct vc_issue how = { .profile = profile, .params = params };
	char master[96];

	snprintf(dir, sizeof dir, "/tmp/jumin-test-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	copies = 0;
	return vc_create(path(master, sizeof master, 0), &how) == JM_OK ? 0
									: -1;
}

int
fixture_group_setup(void **state)
{
	(void)state;
	return fixture_group_setup_of(NULL, "apps=jpki");
}

int
fixture_group_setup_next(void **state)
{
	(void)state;
	return fixture_group_setup_of("mynumber-next", "apps=jpki");
}

int
fixture_group_setup_all(void **state)
{
	(void)state;
	return fixture_group_setup_of(NULL, "apps=all");
}

int
fixture_group_teardown(void **state)
{
	char buf[96];

	(void)state;
	for (unsigned i = 0; i <= copies; i++)
		unlink(path(buf, sizeof buf, i));
	return rmdir(dir);
}

const char *
fixture_dir(void)
{
	return dir;
}

struct vslot *
fixture_slot(const char *param, ...)
{
	char master[96], copy[96];
	struct vslot *slot;
	va_list ap;

	path(master, sizeof master, 0);
	path(copy, sizeof copy, ++copies);
	assert_int_equal(vslot_copy(master, copy), JM_OK);
	assert_int_equal(vslot_open(copy, &slot), JM_OK);
	va_start(ap, param);
	for (; param != NULL; param = va_arg(ap, const char *))
		assert_int_equal(vc_set_param(vslot_card(slot), param), JM_OK);
	va_end(ap);
	return slot;
}

struct jm_token *
fixture_token_with(struct vslot *slot, const struct jm_policy *policy)
{
	struct jm_token *t;
	struct jm_link link;

	assert_int_equal(vslot_link(slot, &link), JM_OK);
	assert_int_equal(jm_token_open(&link, policy, &t), JM_OK);
	return t;
}

struct jm_token *
fixture_token(struct vslot *slot)
{
	return fixture_token_with(slot, &jm_policy_default);
}

unsigned
fixture_sw(struct vslot *slot, const char *const *hex, size_t n)
{
	uint8_t cmd[300], rsp[300];
	size_t cmd_len, rsp_len = 0;
	struct jm_link link;

	assert_int_equal(vslot_link(slot, &link), JM_OK);
	assert_int_equal(link.ops->begin(link.self), JM_OK);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(
		    jm_hex_decode(hex[i], cmd, sizeof cmd, &cmd_len), JM_OK);
		rsp_len = sizeof rsp;
		assert_int_equal(
		    link.ops->transmit(link.self, cmd, cmd_len, rsp, &rsp_len),
		    JM_OK);
	}
	link.ops->end(link.self, JM_END_LEAVE);
	jm_link_close(&link);
	assert_true(rsp_len >= 2);
	return (unsigned)rsp[rsp_len - 2] << 8 | rsp[rsp_len - 1];
}
