/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was seen, against what is promised. */
#include "tests/pkcs11/promised.h"

#include <string.h>

#include "tests/pkcs11/promised_cases.h"

/* --- what was seen -------------------------------------------------------- */

/* clang-format off */
static const struct { const char *name; CK_RV rv; } names[] = {
#define N(x) { #x, CKR_##x }
	N(OK), N(GENERAL_ERROR), N(FUNCTION_FAILED), N(HOST_MEMORY),
	N(CRYPTOKI_NOT_INITIALIZED), N(DEVICE_ERROR), N(DEVICE_MEMORY),
	N(DEVICE_REMOVED), N(SESSION_CLOSED), N(SESSION_HANDLE_INVALID),
	N(SLOT_ID_INVALID), N(TOKEN_NOT_PRESENT), N(ARGUMENTS_BAD),
	N(KEY_FUNCTION_NOT_PERMITTED), N(KEY_HANDLE_INVALID),
	N(KEY_SIZE_RANGE), N(KEY_TYPE_INCONSISTENT), N(FUNCTION_CANCELED),
	N(MECHANISM_INVALID), N(MECHANISM_PARAM_INVALID), N(OPERATION_ACTIVE),
	N(PIN_EXPIRED), N(USER_NOT_LOGGED_IN), N(OPERATION_NOT_INITIALIZED),
	N(CANT_LOCK), N(CRYPTOKI_ALREADY_INITIALIZED),
	N(NEED_TO_CREATE_THREADS), N(BUFFER_TOO_SMALL),
	N(TOKEN_NOT_RECOGNIZED), N(NO_EVENT), N(PIN_INCORRECT), N(PIN_INVALID),
	N(PIN_LEN_RANGE), N(PIN_LOCKED), N(SESSION_READ_ONLY),
	N(TOKEN_WRITE_PROTECTED), N(SESSION_COUNT),
	N(SESSION_PARALLEL_NOT_SUPPORTED), N(SESSION_READ_WRITE_SO_EXISTS),
	N(SESSION_READ_ONLY_EXISTS), N(USER_ALREADY_LOGGED_IN),
	N(USER_ANOTHER_ALREADY_LOGGED_IN), N(USER_PIN_NOT_INITIALIZED),
	N(USER_TOO_MANY_TYPES), N(USER_TYPE_INVALID), N(INFORMATION_SENSITIVE),
	N(OBJECT_HANDLE_INVALID), N(ATTRIBUTE_SENSITIVE),
	N(ATTRIBUTE_TYPE_INVALID), N(ATTRIBUTE_VALUE_INVALID),
	N(KEY_INDIGESTIBLE), N(DATA_INVALID), N(DATA_LEN_RANGE),
	N(FUNCTION_REJECTED), N(SIGNATURE_INVALID), N(SIGNATURE_LEN_RANGE),
	N(RANDOM_SEED_NOT_SUPPORTED), N(RANDOM_NO_RNG),
#undef N
};
/* clang-format on */

static char seen[NELEM(promised)][NELEM(names)];

static size_t
function_of(const char *function)
{
	for (size_t i = 0; i < NELEM(promised); i++)
		if (strcmp(promised[i].function, function) == 0)
			return i;
	fail_msg("%s is in no table", function);
	return 0;
}

CK_RV
saw(const char *function, CK_RV rv)
{
	for (size_t i = 0; i < NELEM(names); i++) {
		if (names[i].rv != rv)
			continue;
		seen[function_of(function)][i] = 1;
		return rv;
	}
	fail_msg("%s: %lx has no name", function, rv);
	return rv;
}

/* Is the word one of these? */
static int
has_word(const char *words, const char *word)
{
	const size_t n_word = strlen(word);

	for (const char *at = words; (at = strstr(at, word)) != NULL; at++)
		if ((at == words || at[-1] == ' ') &&
		    (at[n_word] == ' ' || at[n_word] == '\0'))
			return 1;
	return 0;
}

static int
can_arise(const char *function, const char *value)
{
	for (size_t i = 0; i < NELEM(never); i++)
		if (strcmp(never[i].value, value) == 0)
			return has_word(never[i].arises, function);
	return 1;
}

static int
is_extra(const char *function, const char *value)
{
	for (size_t i = 0; i < NELEM(besides); i++)
		if (strcmp(besides[i].value, value) == 0 &&
		    strcmp(besides[i].function, function) == 0)
			return 1;
	return 0;
}

void
each_value_was_seen_or_cannot_be(void **state)
{
	unsigned faults = 0;
	(void)state;

	for (size_t f = 0; f < NELEM(promised); f++) {
		const char *const name = promised[f].function;

		for (size_t v = 0; v < NELEM(names); v++) {
			const char *const value = names[v].name;
			const int listed = has_word(promised[f].values, value);
			const int want = (listed && can_arise(name, value)) ||
					 is_extra(name, value);

			if (want == seen[f][v])
				continue;
			faults++;
			print_error("%s: %s was %s\n", name, value,
			    want     ? "not seen"
			    : listed ? "seen, and promised.h says never"
				     : "seen, and the standard lists it not");
		}
	}
	assert_int_equal(faults, 0);
}
