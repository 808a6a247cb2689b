/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_issue_trust.h"

#include <stdlib.h>

#include "base/log.h"
#include "vcard/vc_operator.h"

#define CARD_YEARS     10
#define OPERATOR_YEARS 1 /* people change their work */

int
vc_issue_is_operator(const struct vc_profile *profile)
{
	return profile->apps[profile->app_count - 1] == &vc_tab_operator;
}

jm_err
vc_issue_check(const struct vc_profile *profile, const struct vc_issue *how,
    struct vc_pki **pki, enum vc_life *life)
{
	*pki = NULL;
	*life = VC_ISSUED;
	if (how->life != NULL && vc_life_find(how->life, life) != JM_OK) {
		jm_log(JM_LOG_ERROR, "%s: no such state", how->life);
		return JM_ARG;
	}
	if (*life > VC_ISSUED) {
		jm_log(JM_LOG_ERROR, "%s: not how a card begins", how->life);
		return JM_ARG;
	}
	if (how->authority != NULL)
		return vc_pki_load(how->authority, pki);
	if (*life == VC_ISSUED && !vc_issue_is_operator(profile))
		return JM_OK;
	jm_log(JM_LOG_ERROR, "such a card needs an authority");
	return JM_ARG;
}

jm_err
vc_issue_trust(struct vc_card *card, const struct vc_issue *how,
    const struct vc_pki *pki, enum vc_life life)
{
	const struct vc_operator_spec spec = { how->operator_id,
		how->operator_name, how->operator_type, how->operator_pin };
	const time_t now = how->issued != 0 ? how->issued : time(NULL);
	const int is_operator = vc_issue_is_operator(card->profile);
	char day[8 + 1];
	jm_err e;

	card->life = life;
	if (pki == NULL)
		return JM_OK;
	vc_pki_day(now, is_operator ? OPERATOR_YEARS : CARD_YEARS, day);
	if (is_operator &&
	    (e = vc_operator_make(card, pki, &spec, day)) != JM_OK)
		return e;
	vc_pki_day(now, CARD_YEARS, day);
	return vc_pki_endow(pki, day, card, life == VC_MANUFACTURED);
}
