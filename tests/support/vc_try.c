/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/vc_try.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "crypto/ctx.h"
#include "tests/support/link_vcard.h"
#include "tests/support/test.h"
#include "vcard/vc_issue.h"

int
vc_try_start(void **state)
{
	static const char *const params[] = { "apps=jpki", NULL };

	return vc_try_start_with(
	    state, &(struct vc_issue){ .params = params });
}

int
vc_try_start_full(void **state)
{
	return vc_try_start_with(state, &(struct vc_issue){ .profile = NULL });
}

int
vc_try_start_next(void **state)
{
	static const char *const params[] = { "apps=jpki", NULL };

	return vc_try_start_with(state,
	    &(struct vc_issue){ .profile = "mynumber-next", .params = params });
}

int
vc_try_start_with(void **state, const struct vc_issue *how)
{
	struct vc_try *t = calloc(1, sizeof *t);

	if (t == NULL)
		return -1;
	snprintf(t->dir, sizeof t->dir, "/tmp/jumin-test-XXXXXX");
	if (mkdtemp(t->dir) == NULL)
		return -1;
	snprintf(t->master, sizeof t->master, "%s/master", t->dir);
	snprintf(t->image, sizeof t->image, "%s/card", t->dir);
	*state = t;
	return vc_create(t->master, how) == JM_OK ? 0 : -1;
}

int
vc_try_stop(void **state)
{
	struct vc_try *t = *state;

	vc_close(&t->card);
	unlink(t->master);
	unlink(t->image);
	rmdir(t->dir);
	free(t);
	jm_crypto_done();
	return 0;
}

int
vc_try_fresh(void **state)
{
	struct vc_try *t = *state;

	vc_close(&t->card);
	if (vslot_copy(t->master, t->image) != JM_OK ||
	    vc_open(t->image, &t->card) != JM_OK)
		return -1;
	vc_power(t->card, 1);
	return 0;
}

void
vc_try_again(struct vc_try *t)
{
	vc_close(&t->card);
	assert_int_equal(vc_open(t->image, &t->card), JM_OK);
	vc_power(t->card, 1);
}

static jm_err
say(struct vc_try *t, const char *hex)
{
	uint8_t *cmd = malloc(VC_CMD_MAX);
	size_t len;
	jm_err e;

	assert_non_null(cmd);
	assert_int_equal(jm_hex_decode(hex, cmd, VC_CMD_MAX, &len), JM_OK);
	t->rsp_len = sizeof t->rsp;
	e = vc_transmit(t->card, cmd, len, t->rsp, &t->rsp_len);
	free(cmd);
	return e;
}

unsigned
vc_say(struct vc_try *t, const char *hex)
{
	assert_int_equal(say(t, hex), JM_OK);
	assert_true(t->rsp_len >= 2);
	t->rsp_len -= 2;
	return (unsigned)t->rsp[t->rsp_len] << 8 | t->rsp[t->rsp_len + 1];
}

jm_err
vc_say_err(struct vc_try *t, const char *hex)
{
	jm_err e = say(t, hex);

	assert_int_not_equal(e, JM_OK);
	assert_int_equal(t->rsp_len, 0);
	return e;
}

void
vc_param(struct vc_try *t, const char *param)
{
	if (vc_set_param(t->card, param) != JM_OK)
		fail_msg("%s: not accepted", param);
}

void
vc_quirk(struct vc_try *t, const char *quirk)
{
	if (vc_set_quirk(t->card, quirk) != JM_OK)
		fail_msg("%s: not accepted", quirk);
}

struct vc_file *
vc_jpki_file(struct vc_try *t, unsigned id)
{
	struct vc_app *app = &t->card->app[1];

	for (size_t i = 0; i < app->def->file_count; i++)
		if (app->def->files[i].id == id)
			return &app->file[i];
	fail_msg("no file %04X", id);
	return NULL;
}
