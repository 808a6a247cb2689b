/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/err.h"

const char *
jm_strerror(jm_err e)
{
	switch (e) {
/* clang-format off */
#define X(id, text) case JM_##id: return text;
	JM_ERRORS(X)
#undef X
		/* clang-format on */
	}
	return "unknown error"; /* only a cast gets here */
}

const char *
jm_errname(jm_err e)
{
	switch (e) {
/* clang-format off */
#define X(id, text) case JM_##id: return #id;
	JM_ERRORS(X)
#undef X
		/* clang-format on */
	}
	return "UNKNOWN";
}
