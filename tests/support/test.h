/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cmocka in the order it needs, for every test. */
#ifndef JM_TESTS_SUPPORT_TEST_H
#define JM_TESTS_SUPPORT_TEST_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdlib.h>

/* For what this machine lacks: no test on a desk, a failure where every test
 * has to run (tools/bootstrap check). */
static inline void
skip_on_a_desk(const char *lacking)
{
	if (getenv("JM_NO_SKIP") != NULL)
		fail_msg("not tested: %s", lacking);
	skip();
}

#endif
