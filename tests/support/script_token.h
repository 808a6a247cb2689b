/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A token whose card is a script (script.h). */
#ifndef JM_TESTS_SUPPORT_SCRIPT_TOKEN_H
#define JM_TESTS_SUPPORT_SCRIPT_TOKEN_H

#include "objects/token.h"
#include "tests/support/script.h"

/* Opened with the default policy but for the login; fails the test if that does
 * not succeed.  s stays the caller's; jm_token_free it, then script_end. */
struct jm_token *script_token(
    const struct step *s, size_t n, const char *atr, enum jm_login login);

#endif
