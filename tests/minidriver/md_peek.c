/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/minidriver/md_peek.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/test.h"
#include "vcard/vc_card.h"

/* For a program that links with --wrap=vc_image_save: its cards live in memory
 * alone, thousands of PINs would wait for the disk. */
jm_err __wrap_vc_image_save(struct vc_card *card, const char *phase);
jm_err
__wrap_vc_image_save(struct vc_card *card, const char *phase)
{
	(void)card, (void)phase;
	return JM_OK;
}

/* Its place in the JPKI application. */
static size_t
place(const struct vc_app *app, PIN_ID id)
{
	const uint16_t ref = id == ROLE_USER ? 0x18 : 0x1b;
	size_t i = 0;

	while (i < app->def->file_count && app->def->files[i].id != ref)
		i++;
	assert_true(i < app->def->file_count);
	return i;
}

static struct vc_app *
jpki(struct vslot *slot)
{
	struct vc_card *card = vslot_card(slot);

	for (size_t i = 0; i < card->app_count; i++)
		if (strcmp(card->app[i].def->name, "jpki") == 0)
			return &card->app[i];
	fail_msg("no JPKI application");
	return NULL;
}

PIN_SET
md_peek_open(struct vslot *slot)
{
	const struct vc_app *app = jpki(slot);
	PIN_SET set = 0;

	if ((app->verified >> place(app, ROLE_USER) & 1) != 0)
		set |= 1u << ROLE_USER;
	if ((app->verified >> place(app, 3) & 1) != 0)
		set |= 1u << 3;
	return set;
}

int
md_peek_any_open(struct vslot *slot)
{
	const struct vc_card *card = vslot_card(slot);

	for (size_t i = 0; i < card->app_count; i++)
		if (card->app[i].verified != 0)
			return 1;
	return 0;
}

unsigned
md_peek_tries(struct vslot *slot, PIN_ID id)
{
	const struct vc_app *app = jpki(slot);

	return app->file[place(app, id)].tries;
}

int
md_peek_is_pin(struct vslot *slot, PIN_ID id, const char *pin)
{
	const struct vc_app *app = jpki(slot);
	const struct vc_file *f = &app->file[place(app, id)];

	return f->pin_len == strlen(pin) &&
	       memcmp(f->pin, pin, f->pin_len) == 0;
}

void
md_peek_set(struct vslot *slot, PIN_ID id, const char *pin)
{
	struct vc_app *app = jpki(slot);
	struct vc_file *f = &app->file[place(app, id)];

	f->pin_len = strlen(pin);
	memcpy(f->pin, pin, f->pin_len);
	f->tries = id == ROLE_USER ? 3 : 5;
}

static void
tell(struct jm_link *l, const uint8_t *cmd, size_t n)
{
	uint8_t rsp[600];
	size_t len = sizeof rsp;

	while (l->ops->begin(l->self) == JM_RESET)
		;
	assert_int_equal(l->ops->transmit(l->self, cmd, n, rsp, &len), JM_OK);
	l->ops->end(l->self, JM_END_LEAVE);
}

void
md_tell(struct jm_link *link, const char *hex)
{
	uint8_t cmd[64];
	size_t n = 0;
	unsigned b;

	for (; sscanf(hex, "%2x", &b) == 1; hex += 2)
		cmd[n++] = (uint8_t)b;
	tell(link, cmd, n);
}

void
md_tell_pin(struct jm_link *link, const char *pin)
{
	const size_t n = strlen(pin);
	uint8_t cmd[5 + 16] = { 0x00, 0x20, 0x00, 0x80, (uint8_t)n };

	memcpy(cmd + 5, pin, n);
	tell(link, cmd, 5 + n);
}
