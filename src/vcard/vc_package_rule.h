/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between vc_package.c, which reads packages, and vc_package_rule.c, which
 * judges and writes them. */
#ifndef JM_VCARD_VC_PACKAGE_RULE_H
#define JM_VCARD_VC_PACKAGE_RULE_H

#include "vcard/vc_package.h"

#define VC_LOADED_AID_MIN     5
#define VC_LOADED_OBJECTS_MAX 30 /* ids 0001..001E */

/* What the form alone does not say of a table and its contents.  JM_FORMAT. */
jm_err vc_package_rules(const struct vc_package *p) JM_MUST_USE;

/* Writes it as it is, right or wrong.  JM_SPACE. */
jm_err vc_package_write(const struct vc_package *p, uint8_t *out, size_t cap,
    size_t *len) JM_MUST_USE;

#endif
