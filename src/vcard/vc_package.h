/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An application that was loaded into the card: its table, made from the bytes
 * that the image keeps of it (doc/vcard.md, "Packages").
 */
#ifndef JM_VCARD_VC_PACKAGE_H
#define JM_VCARD_VC_PACKAGE_H

#include "vcard/vc_log.h"
#include "vcard/vc_profile.h"

#define VC_PACKAGE_MAX     16384 /* bytes of a package */
#define VC_OBJECT_NAME_MAX 40    /* bytes of an object's name */

struct vc_package {
	struct vc_app_def def; /* its files point to file[] */
	struct vc_file_def file[VC_FILES_MAX];
	char name[VC_APP_NAME_MAX + 1]; /* a word of a-z, 0-9, - */
	char file_name[VC_FILES_MAX][VC_OBJECT_NAME_MAX + 1];
	uint8_t *bytes; /* as given */
	size_t len;
};

/* Takes a package's table apart; *out is on the heap and holds a copy of the
 * bytes.  JM_FORMAT, JM_NOMEM. */
jm_err vc_package_parse(
    const uint8_t *p, size_t len, struct vc_package **out) JM_MUST_USE;
void vc_package_free(struct vc_package **p); /* NULL is fine */

#endif
