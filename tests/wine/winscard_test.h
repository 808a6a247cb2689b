/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One export more than Windows has: what a test says to the bridge itself. */
#ifndef JM_TESTS_WINE_WINSCARD_TEST_H
#define JM_TESTS_WINE_WINSCARD_TEST_H

#include <stddef.h>
#include <windows.h>

/* One of the ops for tests (wire.h), over a connection of its own.  *out_len:
 * room, then bytes. */
LONG JmTest(
    unsigned op, const BYTE *in, size_t in_len, BYTE *out, size_t *out_len);

#endif
