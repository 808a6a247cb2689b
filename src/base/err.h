/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one list of failures.  A row exists because some caller acts on it
 * differently; texts are for people (gettext msgids, lower case, no full stop).
 */
#ifndef JM_BASE_ERR_H
#define JM_BASE_ERR_H

#define JM_MUST_USE __attribute__((warn_unused_result))
#ifdef _WIN32 /* mingw-w64 has its own functions, with %zu */
#define JM_PRINTF(fmt, args) __attribute__((format(gnu_printf, fmt, args)))
#else
#define JM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#endif
#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
/* Append only. */
#define JM_ERRORS(X)                                                           \
	X(OK,           "success")                                             \
	X(ARG,          "invalid argument")                                    \
	X(NOMEM,        "out of memory")                                       \
	X(SPACE,        "buffer too small")                                    \
	X(FORMAT,       "malformed data from the card")                        \
	X(LINK,         "reader failure")                                      \
	X(NO_SERVICE,   "the smart card service (pcscd) is not running")       \
	X(BUSY,         "the card is in use by another program")               \
	X(GONE,         "the card was removed")                                \
	X(RESET,        "the card was reset by another program")               \
	X(NOT_FOUND,    "no such object on the card")                          \
	X(NO_CARD,      "no resident card in the reader")                      \
	X(NEED_PIN,     "PIN verification required")                           \
	X(PIN_FORM,     "the PIN has characters this PIN cannot have")         \
	X(PIN_LEN,      "the PIN has a length this PIN cannot have")           \
	X(PIN_WRONG,    "wrong PIN")                                           \
	X(PIN_REPEATED, "this PIN was wrong before and was not sent again")    \
	X(PIN_CHANGED,  "the PIN was changed by another program")              \
	X(PIN_BLOCKED,  "PIN blocked")                                         \
	X(REFUSED,      "data that this key must not sign")                    \
	X(UNSUPPORTED,  "not supported by this card")                          \
	X(CARD,         "unexpected answer from the card")                     \
	X(CRYPTO,       "the cryptographic library failed")                    \
	X(BAD_SIG,      "the signature does not match the certificate")        \
	X(IO,           "file cannot be read or written")                      \
	X(CANCELLED,    "PIN entry was cancelled at the reader")               \
	X(TIMEOUT,      "no PIN was entered at the reader in time")            \
	X(MISMATCH,     "the two entries of the new PIN differ")               \
	X(SCOPE,        "this is no name of a service")                        \
	X(UNKNOWN,      "the service is not registered")                       \
	X(EXISTS,       "the service is registered already")                   \
	X(MODE,         "the service is registered with another binding")      \
	X(DAMAGED,      "the file is damaged, or another key is needed")       \
	X(CODE,         "this is not the recovery code of the file")           \
	X(FILE_BUSY,    "another program is using the file")                   \
	X(CLOCK,        "the clock is behind an earlier use of the service")   \
	X(OTHER_KEY,    "the registered key is another one than is shown")
/* clang-format on */

typedef enum jm_err {
#define X(id, text) JM_##id,
	JM_ERRORS(X)
#undef X
} jm_err;

/* Static English text (a gettext msgid), never NULL, also for a cast value. */
const char *jm_strerror(jm_err e);

/* The constant's name without JM_, for logs and --json: "PIN_WRONG". */
const char *jm_errname(jm_err e);

#endif
