/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of p11job share. */
#ifndef JM_TESTS_INTEROP_P11JOB_H
#define JM_TESTS_INTEROP_P11JOB_H

#include <stddef.h>

#include "pkcs11/p11.h"

#define PAIRS 3 /* the third: service identities */

struct job {
	CK_FUNCTION_LIST *f;
	CK_SESSION_HANDLE session[PAIRS];
	long card; /* of those with the same label */
	/* the tokens' names; NULL: those of Jumin's own modules */
	const char *label[PAIRS];
};

const char *rv_name(CK_RV rv);

/* CKR_TOKEN_NOT_PRESENT: no token of that pair's label. */
CK_RV slot_of(struct job *j, int pair, CK_SLOT_ID *out, CK_TOKEN_INFO *info);

int pair_of(const char *word);
CK_RV step_sign(struct job *j, char **arg, char *more, size_t room);

CK_RV step_guest(struct job *j, char **arg, char *more, size_t room);
CK_RV step_fork(struct job *j, char **arg, char *more, size_t room);
CK_RV step_label(struct job *j, char **arg, char *more, size_t room);
CK_RV step_turns(struct job *j, char **arg, char *more, size_t room);

#endif
