/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests of the stage (stage.h) with a configuration of their own. */
#ifndef JM_TESTS_PKCS11_STAGE_CONF_H
#define JM_TESTS_PKCS11_STAGE_CONF_H

#include "tests/pkcs11/stage.h"

/* stage_open and stage_close with a private $XDG_CONFIG_HOME besides;
 * stage_begin with an empty user's file. */
int stage_conf_open(void **state);
int stage_conf_close(void **state);
int stage_conf_begin(void **state);

/* What the user's file says from the next C_Initialize on. */
void stage_conf(const char *text);

/* A path in the private folder; valid until the next call. */
const char *stage_conf_path(const char *name);

/* The text of a file there, "" if there is none. */
const char *stage_conf_read(const char *name);

#endif
