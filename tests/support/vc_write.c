/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/vc_write.h"

#include <string.h>

#include "base/hex.h"
#include "tests/support/test.h"

static jm_err
count(void *arg, enum vc_phase why, const struct vc_event *event)
{
	struct vc_write *w = arg;

	(void)why;
	w->commits++;
	if (w->commits == w->fail_at)
		return JM_IO;
	if (event != NULL) {
		w->events++;
		w->event = *event;
	}
	return JM_OK;
}

void
vc_write_open(struct vc_write *w, const char *app)
{
	memset(w, 0, sizeof *w);
	w->card = vc_full_new(&vc_full_profile, app, 1, VC_FULL_LOADED);
	vc_log_clear(&w->card->log);
	w->card->store = (struct vc_store){ count, w };
	for (size_t i = 0; i < w->card->app_count; i++)
		if (strcmp(w->card->app[i].def->name, app) == 0) {
			w->app = &w->card->app[i];
			vc_full_select(w->card, i);
		}
	assert_non_null(w->app);
}

void
vc_write_close(struct vc_write *w)
{
	vc_close(&w->card);
}

static unsigned
transmit(struct vc_write *w, const uint8_t *cmd, size_t len)
{
	static uint8_t mem[VC_REPLY_MAX];

	w->len = sizeof mem;
	w->rsp = mem;
	if (vc_transmit(w->card, cmd, len, mem, &w->len) != JM_OK)
		return 0;
	w->len -= 2;
	return (unsigned)mem[w->len] << 8 | mem[w->len + 1];
}

unsigned
vc_write_say(struct vc_write *w, const char *hex)
{
	uint8_t cmd[300];
	size_t len;

	assert_int_equal(jm_hex_decode(hex, cmd, sizeof cmd, &len), JM_OK);
	return transmit(w, cmd, len);
}

unsigned
vc_write_send(struct vc_write *w, const char *head, const uint8_t *data,
    size_t len, int le)
{
	uint8_t cmd[4 + 1 + 255 + 1];
	size_t n;

	assert_int_equal(jm_hex_decode(head, cmd, 4, &n), JM_OK);
	assert_int_equal(n, 4);
	assert_in_range(len, 1, 255);
	cmd[n++] = (uint8_t)len;
	memcpy(cmd + n, data, len);
	n += len;
	if (le)
		cmd[n++] = 0;
	return transmit(w, cmd, n);
}

void
vc_write_grant(struct vc_write *w, uint32_t right, unsigned id)
{
	struct vc_event say = { .when = "20261122010203",
		.operator_id = "OP-1",
		.terminal = "COUNTER-1",
		.reason = "test" };

	while ((right >> say.op) != 1)
		say.op++;
	strcpy(say.app, w->app->def->name);
	if (id != 0) {
		say.target[0] = (uint8_t)(id >> 8);
		say.target[1] = (uint8_t)id;
		say.target_len = 2;
	}
	vc_app_grant(w->app, &say);
}

static size_t
find(struct vc_write *w, unsigned id)
{
	for (size_t i = 0; i < w->app->def->file_count; i++)
		if (w->app->def->files[i].id == id)
			return i;
	fail_msg("no file %04X", id);
	return 0;
}

struct vc_file *
vc_write_file(struct vc_write *w, unsigned id)
{
	return &w->app->file[find(w, id)];
}

struct vc_staged *
vc_write_staged(struct vc_write *w, unsigned id)
{
	return &w->app->staged[find(w, id)];
}
