/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Images as texts, for tests of what reads them. */
#ifndef JM_TESTS_SUPPORT_VC_IMAGE_TRY_H
#define JM_TESTS_SUPPORT_VC_IMAGE_TRY_H

#include "tests/support/vc_try.h"

/* The least that is an image: real keys, files of one byte.  On the heap. */
char *vc_small_image(struct vc_try *t, size_t *len);

/* s with to in the place of the first from, which has to be there; likewise. */
char *vc_image_with(const char *s, const char *from, const char *to);

#endif
