/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random steps for a virtual card: mostly what a holder's programs send, by
 * what the model knows; now and then what nobody should. */
#ifndef JM_TESTS_UNIT_VC_GEN_H
#define JM_TESTS_UNIT_VC_GEN_H

#include "tests/unit/vc_ref.h"

#define GEN_CMD_MAX 64

enum gen_what { GEN_COMMAND, GEN_POWER, GEN_RESET, GEN_LOSS, GEN_COUNTER };

struct gen_step {
	enum gen_what what;
	uint8_t len;
	uint8_t cmd[GEN_CMD_MAX]; /* GEN_COUNTER: a new PIN's value */
	struct {
		uint8_t what, app, row, authorised;
	} job;
};

struct gen {
	uint64_t state;
};

struct gen gen_new(unsigned long long seed);
void gen_next(struct gen *g, const struct ref *r, struct gen_step *out);

#endif
