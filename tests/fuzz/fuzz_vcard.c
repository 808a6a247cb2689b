/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Commands, resets and quirks into the virtual card: it answers with two bytes
 * or more, a command costs one try at most, and power takes every status along.
 */
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/hostile.h"
#include "vcard/vc_card.h"

const char fuzz_name[] = "vcard";

static unsigned
tries(const struct vc_card *card)
{
	const struct vc_app *app = &card->app[1];
	unsigned n = 0;

	for (size_t i = 0; i < app->def->file_count; i++) {
		MUST(app->file[i].tries <= 15);
		n += app->file[i].tries;
	}
	return n;
}

static void
check_info(const struct vc_card *card)
{
	static struct vc_info info;

	(void)!vc_info(card, &info);
	MUST(info.app_count <= NELEM(info.app));
	MUST(info.pin_count <= NELEM(info.pin));
	MUST(info.cert_count <= NELEM(info.cert));
}

static void
quirk(struct vc_card *card, struct feed *f)
{
	char text[80];
	size_t names = 0, len;
	const uint8_t *value;
	const char *name;

	while (vc_quirk_name(names) != NULL)
		names++;
	name = vc_quirk_name(feed_below(f, (unsigned)names));
	value = feed_string(f, &len);
	snprintf(text, sizeof text, "%s=%.*s", name, (int)(len < 20 ? len : 20),
	    (const char *)value);
	if (len == 0)
		*strchr(text, '=') = '\0';
	(void)!vc_set_quirk(card, text);
}

static void
parameter(struct vc_card *card, struct feed *f)
{
	char text[120];
	size_t len;
	const char *name =
	    vc_param_name(feed_below(f, (unsigned)vc_param_count()));
	const uint8_t *value = feed_string(f, &len);

	snprintf(text, sizeof text, "%s=%.*s", name, (int)(len < 70 ? len : 70),
	    (const char *)value);
	(void)!vc_set_param(card, text);
}

static void
command(struct vc_card *card, struct feed *f)
{
	static uint8_t rsp[VC_REPLY_MAX];
	const unsigned before = tries(card);
	size_t len, rsp_len = sizeof rsp;
	const uint8_t *cmd = feed_string(f, &len);
	jm_err e = vc_transmit(card, cmd, len, rsp, &rsp_len);

	/* One quirk may answer with less, nothing else does. */
	MUST(e != JM_OK || rsp_len >= 2 || card->quirk.at[VC_Q_REPLY_AT] != 0);
	MUST(e == JM_OK || rsp_len == 0);
	MUST(before <= tries(card) + 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed f = { data, size };
	struct hostile h;

	hostile_open(&h, &f);
	while (f.left > 0) {
		switch (feed_below(&f, 8)) {
		case 0: vc_reset(h.card); break;
		case 1:
			vc_power(h.card, 0);
			MUST(!hostile_verified(&h));
			vc_power(h.card, 1);
			break;
		case 2: quirk(h.card, &f); break;
		case 3: parameter(h.card, &f); break;
		case 4: hostile_file(&h, &f); break;
		case 5: check_info(h.card); break;
		default: command(h.card, &f); break;
		}
	}
	hostile_close(&h);
	return 0;
}
