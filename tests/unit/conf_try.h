/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * For tests of src/base/conf.c, which is compiled with them anew: its
 * SYSCONFDIR is "etc", below the folder that each test begins in.  Each helper
 * fails the test when it cannot do what it says.
 */
#ifndef JM_TESTS_UNIT_CONF_TRY_H
#define JM_TESTS_UNIT_CONF_TRY_H

/* clang-format off */
#include "tests/support/test.h"
/* clang-format on */

#include <stddef.h>
#include <sys/types.h>

#include "base/conf.h"

#define CONF_SYSTEM "etc/jumin/jumin.conf"
#define CONF_USER   "home/jumin/jumin.conf" /* of $XDG_CONFIG_HOME */
#define CONF_OTHER  "home/.config/jumin/jumin.conf"

#define CONF_A50    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define CONF_A127   CONF_A50 CONF_A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaa"

extern struct jm_conf got;
extern struct jm_conf_fault fault;

extern int conf_secure;       /* as in a set-uid program */
extern uid_t conf_file_owner; /* of every file */
extern uid_t conf_me;         /* this process */

int conf_begin(void **state);
int conf_end(void **state); /* of the group */
const char *conf_base(void);

void conf_put_bytes(const char *path, const void *text, size_t len);
void conf_put(const char *path, const char *text);

/* Both files; then got and fault are what was loaded. */
void conf_load(const char *system, const char *user);

/* Every setting of got as "name:value" words, in a fixed order. */
const char *conf_show(void);
#define CONF_DEFAULTS                                                          \
	"login:0 consent:0 slots:7 cache:1 ca:1 rng:0 raw:0 sha1:1 pss:1 "     \
	"idle:300 "                                                            \
	"log:2 file: ignored:0 scope:+"

/* Of all words of got only this one differs from the defaults. */
void conf_assert_only(const char *word);

#endif
