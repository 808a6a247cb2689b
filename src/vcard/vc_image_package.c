/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading an image: the tables of loaded applications. */
#include <string.h>

#include "vcard/vc_image.h"

jm_err
vc_package_line(struct vc_reader *r, char *rest)
{
	if (!vc_word_ok(rest))
		return vc_bad(r, "not the name of an application");
	memcpy(r->package, rest, strlen(rest) + 1);
	r->len = 0;
	r->cap = VC_PACKAGE_MAX;
	return JM_OK;
}

jm_err
vc_close_package(struct vc_reader *r)
{
	struct vc_package *own = NULL;
	int same = 0;
	jm_err e;

	if (r->package[0] == '\0')
		return JM_OK;
	if ((e = vc_package_parse(r->bytes, r->len, &own)) == JM_OK)
		same = strcmp(own->name, r->package) == 0;
	r->package[0] = '\0';
	if (same)
		e = vc_card_add_app(r->card, &own);
	vc_package_free(&own);
	if (e == JM_OK && same)
		return JM_OK;
	if (e == JM_SPACE || e == JM_ARG)
		return vc_bad(r, "no place for the package before this");
	if (e == JM_OK || e == JM_FORMAT)
		return vc_bad(r, "what stands before this is not this package");
	return e;
}
