/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reader's list of features, and its answer to a PIN typed at its keys. */
#include "tests/fuzz/fuzz.h"
#include "transport/pinpad.h"

const char fuzz_name[] = "pinpad";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jm_pinpad_codes codes = { 1, 1 };
	jm_err e;

	jm_pinpad_features(data, size, &codes);
	/* Six bytes for one feature, which is found only where it is whole. */
	MUST(size >= 6 || (codes.verify == 0 && codes.modify == 0));
	MUST(size >= 12 || codes.verify == 0 || codes.modify == 0);
	e = jm_pinpad_answer(data, size);
	MUST(e == JM_OK || e == JM_TIMEOUT || e == JM_CANCELLED ||
	     e == JM_MISMATCH || e == JM_PIN_LEN || e == JM_FORMAT);
	MUST(e != JM_OK || size >= 2);
	return 0;
}
