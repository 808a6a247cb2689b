/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operations' table: the host's ISO one, with ours over it. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/opensc/osc.h"

#include <libopensc/cardctl.h>

#include "card/atr.h"
#include "drivers/opensc/link_opensc.h"
#include "drivers/opensc/options.h"
#include "drivers/opensc/osc_err.h"
#include "drivers/opensc/view.h"
#include "objects/policy.h"

int
osc_shows(const struct osc_card *o, enum jm_pair pair)
{
	const unsigned bit = pair == JM_PAIR_AUTH ? JM_SLOT_AUTH : JM_SLOT_SIGN;

	return (o->conf.slots & bit) != 0 && jm_token_has(o->token, pair);
}

static int
atr_is_known(const sc_card_t *card)
{
	for (size_t i = 0; i < jm_profiles_len; i++)
		for (const char *const *a = jm_profiles[i].atrs; *a != NULL;
		     a++)
			if (jm_atr_matches(card->atr.value, card->atr.len, *a))
				return 1;
	return 0;
}

static int
selects(sc_card_t *card, const uint8_t *aid, size_t len)
{
	sc_apdu_t apdu;

	sc_format_apdu_ex(&apdu, 0x00, 0xa4, 0x04, 0x0c, aid, len, NULL, 0);
	return sc_transmit_apdu(card, &apdu) == SC_SUCCESS &&
	       apdu.sw1 == 0x90 && apdu.sw2 == 0x00;
}

/* jumin.conf: ignore.  Another driver may have the card then. */
static int
is_ignored(const sc_card_t *card)
{
	struct jm_conf *conf;
	int ignored;

	if ((conf = malloc(sizeof *conf)) == NULL)
		return 0;
	jm_conf_load(conf, NULL);
	ignored = jm_conf_ignores(conf, card->reader->name);
	free(conf);
	return ignored;
}

/* Nothing is sent for an ATR of the table.  One SELECT else: the generations
 * that people have share their application's name. */
static int
osc_match_card(sc_card_t *card)
{
	if (is_ignored(card))
		return 0;
	if (atr_is_known(card))
		return 1;
	return jm_profiles_len > 0 &&
	       selects(card, jm_profiles[0].aid, jm_profiles[0].aid_len);
}

static void
discard(struct osc_card *o)
{
	osc_file_drop(o);
	jm_data_wipe(&o->data);
	/* The child of a fork shares its parent's connection. */
	if (o->token != NULL && o->card->ctx->flags & SC_CTX_FLAG_TERMINATE)
		jm_token_abandon(&o->token);
	else
		jm_token_free(&o->token);
	o->card->drv_data = NULL;
	o->card->name = NULL;
	free(o);
}

static jm_err
open_token(struct osc_card *o)
{
	struct jm_policy policy;
	struct jm_link link;
	jm_err e;

	jm_policy_from_conf(&o->conf, &policy);
	if ((e = osc_link_new(o->card, &link)) != JM_OK)
		return e;
	o->link = link;
	if ((e = jm_token_open(&link, &policy, &o->token)) != JM_OK) {
		o->link = (struct jm_link){ NULL, NULL };
		jm_link_close(&link);
	}
	return e;
}

/* EF 0006's serial number, as it is written there. */
static void
set_serial(sc_card_t *card, const char *text)
{
	const size_t len = strlen(text);

	card->serialnr.len = 0;
	if (len <= sizeof card->serialnr.value) {
		memcpy(card->serialnr.value, text, len);
		card->serialnr.len = len;
	}
}

static int
osc_init(sc_card_t *card)
{
	struct osc_card *o;
	int r;

	if ((o = calloc(1, sizeof *o)) == NULL)
		return SC_ERROR_OUT_OF_MEMORY;
	o->card = card;
	card->drv_data = o;
	jm_conf_load(&o->conf, NULL);
	osc_options_load(card->ctx, &o->conf, &o->opt);
	card->type = OSC_CARD_TYPE;
	/* The core knows when a card may be asked so. */
	card->caps |= SC_CARD_CAP_APDU_EXT;
	if (o->conf.rng)
		card->caps |= SC_CARD_CAP_RNG;
	r = osc_err(open_token(o));
	for (int p = 0; r == SC_SUCCESS && p < JM_PAIRS; p++)
		r = osc_add_algorithms(o, (enum jm_pair)p);
	if (r != SC_SUCCESS) {
		discard(o);
		return r;
	}
	set_serial(card, jm_token_info(o->token)->serial);
	(void)snprintf(o->name, sizeof o->name,
	    "Japanese resident card (JPKI), %s",
	    jm_token_profile(o->token)->name);
	card->name = o->name;
	return SC_SUCCESS;
}

static int
osc_finish(sc_card_t *card)
{
	if (osc_of(card) != NULL)
		discard(osc_of(card));
	return SC_SUCCESS;
}

static int
osc_logout(sc_card_t *card)
{
	struct osc_card *o = osc_of(card);

	osc_file_drop(o);
	jm_data_wipe(&o->data);
	if (o->view != NULL)
		osc_view_wipe(o->view);
	for (int p = 0; p < JM_PAIRS; p++)
		jm_token_logout(o->token, (enum jm_pair)p);
	if (jm_token_stale(o->token))
		jm_token_settle(o->token);
	return SC_SUCCESS;
}

static int
osc_get_challenge(sc_card_t *card, u8 *buf, size_t count)
{
	const int r = osc_err(jm_token_random(osc_of(card)->token, buf, count));

	return r != SC_SUCCESS ? r : (int)count;
}

static int
osc_card_ctl(sc_card_t *card, unsigned long request, void *data)
{
	if (request != SC_CARDCTL_GET_SERIALNR)
		return SC_ERROR_NOT_SUPPORTED;
	if (data == NULL)
		return SC_ERROR_INVALID_ARGUMENTS;
	if (card->serialnr.len == 0)
		return SC_ERROR_NOT_SUPPORTED;
	memcpy(data, &card->serialnr, sizeof card->serialnr);
	return SC_SUCCESS;
}

static int
osc_lock_obtained(sc_card_t *card, int was_reset)
{
	struct osc_card *o = osc_of(card);

	/* Also while the driver is not there yet, or not ours any more. */
	if (o != NULL && o->link.self != NULL)
		osc_link_obtained(&o->link, was_reset);
	return SC_SUCCESS;
}

static struct sc_card_operations ops;

/* The host's own that are left would send commands to whatever is selected:
 * select_file, which they count on, sends none. */
static void
drop_blind_ops(void)
{
	ops.write_binary = NULL;
	ops.update_binary = NULL;
	ops.read_record = NULL;
	ops.write_record = NULL;
	ops.append_record = NULL;
	ops.update_record = NULL;
	ops.create_file = NULL;
	ops.delete_file = NULL;
	ops.get_data = NULL;
	ops.restore_security_env = NULL;
	ops.decipher = NULL;
}

static void
make_ops(void)
{
	ops = *sc_get_iso7816_driver()->ops;
	drop_blind_ops();
	ops.match_card = osc_match_card;
	ops.init = osc_init;
	ops.finish = osc_finish;
	ops.logout = osc_logout;
	ops.get_challenge = osc_get_challenge;
	ops.card_ctl = osc_card_ctl;
	ops.card_reader_lock_obtained = osc_lock_obtained;
	ops.select_file = osc_select_file;
	ops.read_binary = osc_read_binary;
	ops.list_files = osc_list_files;
	ops.pin_cmd = osc_pin_cmd;
	ops.set_security_env = osc_set_security_env;
	ops.compute_signature = osc_compute_signature;
}

/* Each context of a process asks, while another one may copy the table: half of
 * it ours, half the host's own, would send PINs past the token. */
struct sc_card_driver *
osc_driver(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	static struct sc_card_driver driver = {
		.name = "Japanese resident card (Jumin)",
		.short_name = "jumin",
		.ops = &ops
	};

	return pthread_once(&once, make_ops) == 0 ? &driver : NULL;
}
