/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The string that names a service (nym1.md, section 7).  There is one spelling
 * for each service: what is not in that form is refused and never repaired.
 */
#ifndef NYM_SCOPE_H
#define NYM_SCOPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define NYM_SCOPE_MAX 255 /* bytes */
#define NYM_SH_LEN    32

enum nym_scheme {
	NYM_WEB,
	NYM_APP,
	NYM_KIOSK,
	NYM_SSH,
	NYM_P11,
	NYM_TEST,
	NYM_SELF /* vaults; no command, request, manifest or object has one */
};

/* JM_SCOPE: not in canonical form, or a scheme that does not exist. */
jm_err nym_scope_parse(
    const char *scope, size_t len, enum nym_scheme *scheme) JM_MUST_USE;

/* The same for a scope from outside: self: is JM_SCOPE too. */
jm_err nym_scope_check(
    const char *scope, size_t len, enum nym_scheme *scheme) JM_MUST_USE;

/* sh of section 3.  The scope is not looked at.  JM_CRYPTO. */
jm_err nym_scope_hash(
    const char *scope, size_t len, uint8_t sh[NYM_SH_LEN]) JM_MUST_USE;

#endif
