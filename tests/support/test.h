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

#endif
