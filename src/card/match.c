/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which profile fits this card: the AID answers, then the label on the card
 * decides.  The ATR only says which AID to ask for first: generations share
 * ATRs.
 */
#include <string.h>

#include "apdu/sw.h"
#include "base/log.h"
#include "card/atr.h"
#include "card/card_impl.h"
#include "card/file.h"

#define LABEL_AT    0
#define LABEL_LEN   32
#define MANUF_AT    32
#define MANUF_LEN   32
#define MODEL_AT    64
#define MODEL_LEN   16
#define SERIAL_AT   80
#define SERIAL_LEN  16
#define TEXT_END    96 /* shorter than this is no token information */
#define VERSIONS_AT 140

/* Trailing blanks and NULs are padding; what cannot be shown is '?'. */
static void
take_text(char *out, const uint8_t *p, size_t n)
{
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\0'))
		n--;
	for (size_t i = 0; i < n; i++)
		out[i] = p[i] >= 0x20 && p[i] <= 0x7e ? (char)p[i] : '?';
	out[n] = '\0';
}

static void
take_version(char out[3], const uint8_t *p)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return;
	out[0] = (char)p[0];
	out[1] = (char)p[1];
	out[2] = '\0';
}

static int
is_filler(const uint8_t *p, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (p[i] != p[0])
			return 0;
	return p[0] == 0x00 || p[0] == 0x20 || p[0] == 0xff;
}

static void
parse_info(const uint8_t *p, size_t n, struct jm_card_info *out)
{
	memset(out, 0, sizeof *out);
	if (n < TEXT_END || is_filler(p + LABEL_AT, LABEL_LEN))
		return;
	out->known = 1;
	take_text(out->label, p + LABEL_AT, LABEL_LEN);
	take_text(out->manufacturer, p + MANUF_AT, MANUF_LEN);
	take_text(out->model, p + MODEL_AT, MODEL_LEN);
	if (!is_filler(p + SERIAL_AT, SERIAL_LEN))
		take_text(out->serial, p + SERIAL_AT, SERIAL_LEN);
	if (n >= VERSIONS_AT + 4) {
		take_version(out->hardware, p + VERSIONS_AT);
		take_version(out->firmware, p + VERSIONS_AT + 2);
	}
}

static int
same_aid(const struct jm_profile *a, const struct jm_profile *b)
{
	return a->aid_len == b->aid_len &&
	       memcmp(a->aid, b->aid, a->aid_len) == 0;
}

static int
allows(enum jm_tri t, int declared)
{
	switch (t) {
	case JM_NO: return 0;
	case JM_YES: return 1;
	case JM_DECLARED: return declared;
	}
	return 0;
}

/* The profile that the label names, else the AID's fallback, else NULL. */
static const struct jm_profile *
by_label(const struct jm_profile *tab, size_t n, const struct jm_profile *like,
    const struct jm_card_info *info)
{
	const struct jm_profile *fallback = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!same_aid(&tab[i], like))
			continue;
		if (info->known && strcmp(tab[i].label, info->label) == 0)
			return &tab[i];
		if (tab[i].fallback)
			fallback = &tab[i];
	}
	return fallback;
}

static int
same_pin(const struct jm_prof_pin *a, const struct jm_prof_pin *b)
{
	if (!a->present || !b->present)
		return 1; /* at most one of them would ever be sent */
	return a->ef == b->ef && a->min == b->min && a->max == b->max &&
	       a->tries == b->tries && a->chars == b->chars;
}

/* Would a PIN be sent the same way, to the same reference, and its counter
 * mean the same? */
static int
same_pin_rules(const struct jm_profile *a, const struct jm_profile *b)
{
	for (int i = 0; i < JM_PINS; i++)
		if (!same_pin(&a->pin[i], &b->pin[i]))
			return 0;
	return a->sfi == b->sfi && a->logout_aid_len == b->logout_aid_len &&
	       memcmp(a->logout_aid, b->logout_aid, a->logout_aid_len) == 0;
}

/*
 * May the token information come from memory?  Only if no PIN rests on it: its
 * label may choose among generations that treat PINs alike, whichever of them
 * the card is.  Those without an authentication pair are none of them, since
 * the card has shown that pair's certificate.
 */
static int
memory_will_do(const struct jm_profile *tab, size_t n,
    const struct jm_profile *like, const struct jm_card_info *info)
{
	const struct jm_profile *found = by_label(tab, n, like, info);

	if (found == NULL || !found->cert[JM_CERT_AUTH].present ||
	    found->cert[JM_CERT_AUTH].need_pin)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (same_aid(&tab[i], like) &&
		    tab[i].key[JM_PAIR_AUTH].present &&
		    !same_pin_rules(&tab[i], found))
			return 0;
	return 1;
}

/* The card answered, but not with the file: a card without token information.
 */
static int
is_refusal(jm_err e)
{
	return e == JM_NOT_FOUND || e == JM_NEED_PIN || e == JM_PIN_BLOCKED ||
	       e == JM_UNSUPPORTED || e == JM_CARD;
}

/* The token information of the file. */
static jm_err
read_info(struct jm_card *card)
{
	uint8_t *raw = card->raw_info;
	size_t *len = &card->raw_info_len;
	jm_err e;

	e = jm_card_read(card, card->profile->info_ef, raw, JM_TOKEN_INFO_LEN,
	    JM_TOKEN_INFO_LEN, len);
	if (is_refusal(e))
		e = JM_OK; /* without it, then */
	if (e == JM_OK)
		parse_info(raw, *len, &card->info);
	return e;
}

/* The same from memory where that can be.  card->profile is like. */
static jm_err
get_info(struct jm_card *card, const struct jm_profile *tab, size_t n,
    const struct jm_card_memo *memo)
{
	jm_err e;

	card->raw_info_len = 0;
	if (memo == NULL)
		return read_info(card);
	e = memo->info(memo->arg, card, card->raw_info, &card->raw_info_len);
	if (e == JM_NOT_FOUND)
		return read_info(card);
	if (e != JM_OK)
		return e;
	parse_info(card->raw_info, card->raw_info_len, &card->info);
	if (memory_will_do(tab, n, card->profile, &card->info))
		return JM_OK;
	return read_info(card);
}

/* Ask for one AID.  JM_NO_CARD: not there, or no profile fits what is. */
static jm_err
try_aid(struct jm_card *card, const struct jm_profile *tab, size_t n,
    const struct jm_profile *like, const struct jm_atr_caps *caps,
    const struct jm_card_memo *memo)
{
	const struct jm_profile *found;
	unsigned sw;
	jm_err e;

	e = jm_card_select_aid(card, like->aid, like->aid_len, &sw);
	if (e != JM_OK)
		return e;
	if (jm_sw_err(sw) != JM_OK)
		return JM_NO_CARD;
	card->selected = 1;
	/* Which profile it is, the file will tell: until then only what all
	 * of them allow. */
	card->sfi = 1;
	for (size_t i = 0; i < n; i++)
		if (same_aid(&tab[i], like) && !allows(tab[i].sfi, caps->sfi))
			card->sfi = 0;
	card->profile = like;
	if ((e = get_info(card, tab, n, memo)) != JM_OK)
		return e;
	if ((found = by_label(tab, n, like, &card->info)) == NULL)
		return JM_NO_CARD;
	/* A card that refused a short EF id meanwhile is believed. */
	card->sfi = card->sfi && allows(found->sfi, caps->sfi);
	card->extended = allows(found->extended, caps->extended);
	card->profile = found;
	return JM_OK;
}

/* Does any pattern of the profiles with this AID fit? */
static int
atr_hints(const struct jm_profile *tab, size_t n, const struct jm_profile *like,
    const uint8_t *atr, size_t atr_len)
{
	for (size_t i = 0; i < n; i++) {
		if (!same_aid(&tab[i], like) || tab[i].atrs == NULL)
			continue;
		for (const char *const *p = tab[i].atrs; *p != NULL; p++)
			if (jm_atr_matches(atr, atr_len, *p))
				return 1;
	}
	return 0;
}

static int
first_with_its_aid(const struct jm_profile *tab, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_aid(&tab[k], &tab[i]))
			return 0;
	return 1;
}

jm_err
jm_card_identify_in(struct jm_card *card, const struct jm_profile *tab,
    size_t n, const struct jm_card_memo *memo)
{
	uint8_t atr[JM_ATR_MAX];
	const size_t atr_len = jm_card_atr(card, atr);
	struct jm_atr_caps caps;
	jm_err e = JM_NO_CARD;

	card->profile = NULL;
	memset(&card->info, 0, sizeof card->info);
	card->sfi = card->extended = 0;
	card->refused = 0;
	if (!card->begun)
		return JM_ARG;
	jm_atr_caps(atr, atr_len, &caps);
	/* First round: AIDs that the ATR hints at; second: the others. */
	for (int hinted = 1; hinted >= 0; hinted--)
		for (size_t i = 0; i < n && e == JM_NO_CARD; i++)
			if (first_with_its_aid(tab, i) &&
			    atr_hints(tab, n, &tab[i], atr, atr_len) == hinted)
				e = try_aid(card, tab, n, &tab[i], &caps, memo);
	if (e != JM_OK) {
		card->profile = NULL;
		card->selected = 0;
		memset(&card->info, 0, sizeof card->info);
		return e;
	}
	jm_log(JM_LOG_DEBUG, "card: %s, short EF ids %s, extended length %s",
	    card->profile->name, card->sfi ? "yes" : "no",
	    card->extended ? "yes" : "no");
	return JM_OK;
}

jm_err
jm_card_identify_by(struct jm_card *card, const struct jm_card_memo *memo)
{
	return jm_card_identify_in(card, jm_profiles, jm_profiles_len, memo);
}

jm_err
jm_card_identify(struct jm_card *card)
{
	return jm_card_identify_by(card, NULL);
}
