/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Do the contents that wait for ACTIVATE make sense together? */
#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "crypto/x509.h"
#include "vcard/vc_app.h"
#include "vcard/vc_number.h"

int
vc_staged_any(const struct vc_app *a)
{
	for (size_t i = 0; i < a->def->file_count; i++)
		if (a->staged[i].data != NULL)
			return 1;
	return 0;
}

/* Index of the pair's file that plays this part, -1 without one. */
static int
part_of(const struct vc_app *a, enum vc_pair pair, enum vc_part part)
{
	for (size_t i = 0; i < a->def->file_count; i++)
		if (a->def->files[i].pair == pair &&
		    a->def->files[i].part == part)
			return (int)i;
	return -1;
}

static int
is_key(const struct jm_soft_key *key, const struct jm_cert *cert)
{
	struct jm_rsa_pub rsa;
	struct jm_ec_pub ec;

	if (key == NULL)
		return 0;
	if (jm_soft_key_is_ec(key))
		return jm_soft_key_ec_pub(key, &ec) == JM_OK &&
		       ec.point_len == cert->ec.point_len &&
		       memcmp(ec.point, cert->ec.point, ec.point_len) == 0;
	return jm_soft_key_pub(key, &rsa) == JM_OK &&
	       rsa.n_len == cert->rsa.n_len &&
	       memcmp(rsa.n, cert->rsa.n, rsa.n_len) == 0 &&
	       rsa.e_len == cert->rsa.e_len &&
	       memcmp(rsa.e, cert->rsa.e, rsa.e_len) == 0;
}

/* A certificate, of its pair's key if it is not the CA's; filler behind it
 * goes.
 */
static jm_err
check_cert(const struct vc_app *a, size_t i, struct vc_staged *s, int *ok)
{
	const struct vc_file_def *def = &a->def->files[i];
	struct jm_cert *cert;
	size_t total;
	int k;
	jm_err e;

	*ok = 0;
	if (s->len < 2 || jm_tlv_total(s->data, s->len, &total) != JM_OK ||
	    total > s->len)
		return JM_OK;
	if ((cert = malloc(sizeof *cert)) == NULL)
		return JM_NOMEM;
	e = jm_cert_parse(s->data, total, cert);
	s->len = total;
	if (e == JM_OK && def->part == VC_PART_CERT) {
		k = part_of(a, def->pair, VC_PART_KEY);
		*ok =
		    k >= 0 && is_key(a->staged[k].key != NULL ? a->staged[k].key
							      : a->file[k].key,
				  cert);
	} else {
		*ok = e == JM_OK;
	}
	free(cert);
	return e == JM_FORMAT || e == JM_SPACE ? JM_OK : e;
}

/* A key without its certificate would be good for nothing. */
static int
check_key(const struct vc_app *a, size_t i)
{
	int k = part_of(a, a->def->files[i].pair, VC_PART_CERT);

	return a->def->files[i].pair == VC_PAIR_NONE || k < 0 ||
	       a->staged[k].data != NULL;
}

jm_err
vc_staged_check(struct vc_app *a, unsigned *sw)
{
	jm_err e = JM_OK;
	int ok = 1;

	for (size_t i = 0; i < a->def->file_count && ok && e == JM_OK; i++) {
		const struct vc_file_def *def = &a->def->files[i];
		struct vc_staged *s = &a->staged[i];

		if (s->data == NULL)
			continue;
		if (def->source == VC_SRC_CERT)
			e = check_cert(a, i, s, &ok);
		else if (def->kind == VC_KEY)
			ok = check_key(a, i);
		else if ((def->update.rights & VC_CHANGE_CODE) != 0)
			ok = vc_code_ok(s->data, s->len);
	}
	*sw = ok ? 0x9000 : 0x6a80;
	return e;
}
