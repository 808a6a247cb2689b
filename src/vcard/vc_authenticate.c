/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GENERAL AUTHENTICATE: the application's side of its secure channel. */
#include "vcard/vc_app.h"

/* What the role of the other side allows for as long as the channel lasts. */
static uint32_t
role_right(enum jm_cvc_role role)
{
	switch (role) {
	case JM_CVC_COUNTER: return VC_R_COUNTER;
	case JM_CVC_ISSUER: return VC_R_ISSUER;
	case JM_CVC_SERVICE: return VC_R_SERVICE;
	case JM_CVC_CARD:
	case JM_CVC_OPERATOR: break;
	}
	return 0;
}

jm_err
vc_authenticate(struct vc_app *self, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw)
{
	const int first = self->channel == NULL;
	const struct jm_cvc *peer;
	jm_err e;

	e = vc_channel_auth(&self->channel, &self->trust, self->def->aid,
	    self->def->aid_len, c, out, sw);
	/* A channel begins with nothing that was said outside of it. */
	if (first && self->channel != NULL)
		self->verified = 0;
	if (e == JM_OK && (peer = vc_channel_peer(self->channel)) != NULL)
		self->rights |= role_right(peer->role);
	return e;
}
