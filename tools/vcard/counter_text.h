/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What went wrong at the counter, in words. */
#ifndef VCARD_COUNTER_TEXT_H
#define VCARD_COUNTER_TEXT_H

#include "tools/vcard/counter.h"

/* "the operator's card: the operator's authorisation: this operation is not
 * one of its type (6985)"; freed by the caller, NULL: no memory. */
char *counter_fault_text(const struct counter_fault *f);

#endif
