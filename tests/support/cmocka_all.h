/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cmocka.h uses these four without including them, in this order. */
#ifndef JM_TESTS_CMOCKA_ALL_H
#define JM_TESTS_CMOCKA_ALL_H

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#ifndef NELEM
#define NELEM(a) (sizeof(a) / sizeof((a)[0]))
#endif

#endif
