/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PIN commands.  One call of the host with a PIN is one call of the token with
 * it, and that is one VERIFY at most.
 *
 * Ways on which the host itself would send a PIN once more, and why none does:
 *  - its PIN cache (sc_pkcs15_pincache_revalidate, asked by the signature's
 *    loop in use_key and by files that want a PIN): the view switches it off,
 *    and the cache has then nothing and sends nothing;
 *  - a signature that failed is made a second time after the application was
 *    selected anew, where the key has no path: the view gives it one.  If it
 *    were made all the same, no PIN is held any more that could be sent;
 *  - "atomic" of opensc-pkcs11, which logs in anew with the PIN it keeps before
 *    each function: the first time that this PIN is wrong the token remembers
 *    it, and answers without a VERIFY from then on (JM_PIN_REPEATED).  That is
 *    one try where the PIN was changed, also by C_SetPIN itself, after which
 *    the host goes on with the old one;
 *  - programs and scripts that call sc_pkcs15_verify_pin again: likewise;
 *  - commands repeated after 6Cxx, 61xx or a reset: the link forbids the first
 *    two, and the host leaves the third to its caller (link_opensc.h).
 */
#include <limits.h>

#include "drivers/opensc/osc.h"

#include <libopensc/log.h>

#include "drivers/opensc/osc_err.h"

/* Files behind a PIN, of another application: 1 << id for each. */
static unsigned
behind(const struct osc_card *o, enum jm_pin_id id)
{
	unsigned ids = 0;

	for (int i = 0; i < JM_DATAS; i++) {
		const struct jm_prof_data *d =
		    jm_token_data_at(o->token, (enum jm_data_id)i);

		if (d != NULL && d->need_pin && d->pin == id)
			ids |= 1u << i;
	}
	return ids;
}

int
osc_pin_opened(const struct osc_card *o, enum jm_pin_id id)
{
	const unsigned ids = behind(o, id);

	for (int i = 0; i < JM_DATAS; i++)
		if ((ids & 1u << i) != 0 && o->data.item[i].p != NULL)
			return 1;
	return 0;
}

/* Of what this card shows; -1: none. */
static int
pin_of(const struct osc_card *o, int reference)
{
	const int id = osc_pin_of_reference(o, reference);
	enum jm_pair pair;

	if (id >= 0 && jm_pin_pair((enum jm_pin_id)id, &pair) &&
	    !osc_shows(o, pair))
		return -1;
	return id;
}

/* An empty PIN would read as a query, so none of these goes any further. */
static int
check_given(const struct sc_pin_cmd_pin *pin)
{
	if (pin->data == NULL || pin->len <= 0 || pin->len > SC_MAX_PIN_SIZE)
		return SC_ERROR_INVALID_PIN_LENGTH;
	return SC_SUCCESS;
}

static int
is_absent(const struct sc_pin_cmd_pin *pin)
{
	return pin->data == NULL && pin->len == 0;
}

/* The host says so, or leaves it to us. */
static int
is_at_reader(const struct osc_card *o, const struct sc_pin_cmd_data *data)
{
	if (!is_absent(&data->pin1) ||
	    (data->cmd == SC_PIN_CMD_CHANGE && !is_absent(&data->pin2)))
		return 0;
	return (data->flags & SC_PIN_CMD_USE_PINPAD) != 0 ||
	       (o->card->reader->capabilities & SC_READER_CAP_PIN_PAD) != 0;
}

/* What nothing was sent for has the counter that is known. */
static void
tell_tries(const struct osc_card *o, enum jm_pin_id id, int tries, int *out)
{
	struct jm_pin_state s;

	if (tries < 0 &&
	    jm_token_pin_known(o->token, id, JM_COUNTER_AGE_MS, &s))
		tries = s.tries;
	if (out != NULL)
		*out = tries;
}

/*
 * The PIN of a pair.  The host's login for one operation (CKA_ALWAYS_
 * AUTHENTICATE) is consent to it where the policy asks for that, and a login
 * like any other where each signature ended the one before, or there is none.
 */
static jm_err
log_in(struct osc_card *o, enum jm_pair pair,
    const struct sc_pin_cmd_data *data, int *tries)
{
	const size_t len = (size_t)data->pin1.len;
	jm_err e;

	if (data->pin_type == SC_AC_CONTEXT_SPECIFIC && pair == JM_PAIR_SIGN &&
	    o->conf.consent == JM_CONSENT_CONTEXT &&
	    jm_token_logged_in(o->token, pair))
		return jm_token_consent(
		    o->token, pair, OSC_OPERATION, data->pin1.data, len, tries);
	e = jm_token_login(o->token, pair, data->pin1.data, len, 1, tries);
	if (e == JM_OK)
		osc_view_refresh(o);
	return e;
}

/* A PIN that opens files: all that is behind it, since nothing stays verified
 * to read them later. */
static jm_err
open_files(struct osc_card *o, enum jm_pin_id id,
    const struct sc_pin_cmd_data *data, int *tries)
{
	const unsigned ids = behind(o, id);
	const size_t len = (size_t)data->pin1.len;

	if (ids == 0)
		return jm_token_check_pin(
		    o->token, id, data->pin1.data, len, tries);
	return jm_token_data(
	    o->token, ids, data->pin1.data, len, &o->data, tries);
}

static jm_err
log_in_at_reader(struct osc_card *o, enum jm_pin_id id, int *tries)
{
	enum jm_pair pair;
	jm_err e;

	if (!jm_pin_pair(id, &pair))
		return jm_token_check_pin_at_reader(o->token, id, tries);
	e = jm_token_login_at_reader(o->token, pair, 1, tries);
	if (e == JM_OK)
		osc_view_refresh(o);
	return e;
}

static int
verify(struct osc_card *o, enum jm_pin_id id,
    const struct sc_pin_cmd_data *data, int *tries_left)
{
	enum jm_pair pair;
	int tries = -1, r;
	jm_err e;

	if (data->pin_type != SC_AC_CHV &&
	    data->pin_type != SC_AC_CONTEXT_SPECIFIC)
		return SC_ERROR_NOT_SUPPORTED;
	if (is_at_reader(o, data))
		e = log_in_at_reader(o, id, &tries);
	else if ((r = check_given(&data->pin1)) != SC_SUCCESS)
		return r;
	else if (jm_pin_pair(id, &pair))
		e = log_in(o, pair, data, &tries);
	else
		e = open_files(o, id, data, &tries);
	tell_tries(o, id, tries, tries_left);
	return osc_err(e);
}

/*
 * So that a program can tell which PIN it was: SC_ERROR_INVALID_PIN_LENGTH and
 * SC_ERROR_INVALID_DATA are the new one's, SC_ERROR_PIN_CODE_INCORRECT is the
 * old one's.
 */
static int
change_err(jm_err e, int fresh_bad)
{
	if (e == JM_PIN_LEN || e == JM_PIN_FORM) {
		if (!fresh_bad)
			return SC_ERROR_PIN_CODE_INCORRECT;
		if (e == JM_PIN_FORM)
			return SC_ERROR_INVALID_DATA;
	}
	return osc_err(e);
}

static int
change(struct osc_card *o, enum jm_pin_id id,
    const struct sc_pin_cmd_data *data, int *tries_left)
{
	int tries = -1, fresh_bad = 0, r;
	jm_err e;

	/* What is printed on a card does not change. */
	if (id == JM_PIN_FACE || id == JM_PIN_BIRTH)
		return SC_ERROR_NOT_SUPPORTED;
	if (is_at_reader(o, data)) {
		e = jm_token_change_pin_at_reader(o->token, id, &tries);
		fresh_bad = 1;
	} else if ((r = check_given(&data->pin1)) != SC_SUCCESS ||
		   (r = check_given(&data->pin2)) != SC_SUCCESS) {
		return r;
	} else {
		e = jm_token_change_pin(o->token, id, data->pin1.data,
		    (size_t)data->pin1.len, data->pin2.data,
		    (size_t)data->pin2.len, &fresh_bad, &tries);
	}
	tell_tries(o, id, tries, tries_left);
	return change_err(e, fresh_bad);
}

/*
 * Ours, not the card's, where nothing stays verified.  A program whose user is
 * "logged out" loses its sessions at the host's next look; a signature key's
 * login that ended with its signature is none of that.
 */
static int
login_state(struct osc_card *o, enum jm_pin_id id)
{
	enum jm_pair pair;

	if (!jm_pin_pair(id, &pair))
		return osc_pin_opened(o, id) ? SC_PIN_STATE_LOGGED_IN
					     : SC_PIN_STATE_LOGGED_OUT;
	if (jm_token_logged_in(o->token, pair))
		return SC_PIN_STATE_LOGGED_IN;
	return pair == JM_PAIR_SIGN && o->conf.consent == JM_CONSENT_EACH
		   ? SC_PIN_STATE_UNKNOWN
		   : SC_PIN_STATE_LOGGED_OUT;
}

static int
get_info(struct osc_card *o, enum jm_pin_id id, struct sc_pin_cmd_data *data,
    int *tries_left)
{
	struct jm_pin_state s = { .tries = -1, .limit = 0 };
	const jm_err e =
	    jm_token_pin_state(o->token, id, JM_COUNTER_AGE_MS, &s);

	data->pin1.max_tries = s.limit > 0 ? s.limit : -1;
	data->pin1.tries_left = s.tries;
	data->pin1.logged_in = login_state(o, id);
	if (tries_left != NULL)
		*tries_left = s.tries;
	return osc_err(e);
}

/* At a level that the host does not silence: it takes a PIN's commands out of
 * its log. */
static int
refuse_unblock(const sc_card_t *card)
{
	sc_do_log(card->ctx, 0, __FILE__, __LINE__, __func__,
	    "a blocked PIN of this card is reset at the counter of the "
	    "municipality alone\n");
	return SC_ERROR_NOT_SUPPORTED;
}

int
osc_pin_cmd(sc_card_t *card, struct sc_pin_cmd_data *data, int *tries_left)
{
	struct osc_card *o = osc_of(card);
	int id;

	if (tries_left != NULL)
		*tries_left = -1;
	if (data == NULL)
		return SC_ERROR_INVALID_ARGUMENTS;
	if (data->cmd == SC_PIN_CMD_UNBLOCK)
		return refuse_unblock(card);
	if ((id = pin_of(o, data->pin_reference)) < 0)
		return SC_ERROR_INVALID_PIN_REFERENCE;
	switch (data->cmd) {
	case SC_PIN_CMD_VERIFY:
		return verify(o, (enum jm_pin_id)id, data, tries_left);
	case SC_PIN_CMD_CHANGE:
		return change(o, (enum jm_pin_id)id, data, tries_left);
	case SC_PIN_CMD_GET_INFO:
		return get_info(o, (enum jm_pin_id)id, data, tries_left);
	default: return SC_ERROR_NOT_SUPPORTED;
	}
}
