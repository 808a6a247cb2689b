/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jumin.conf: SYSCONFDIR/jumin/jumin.conf, then
 * $XDG_CONFIG_HOME/jumin/jumin.conf ($HOME/.config without that variable),
 * which is not read by a set-uid or set-gid program.  Words and meaning are in
 * jumin.conf(5).
 *
 * The user's file wins over the system's, but for login, consent, cache and
 * raw: where the system's file sets one of these, the user's may only tighten
 * it.  What scope says in both files counts.  From loose to tight:
 *   login    hold < operation
 *   consent  session < context = each
 *   cache    on < off
 *   raw      on < off
 *
 * A line that is not understood, looser than it may be, or the second of its
 * key in one file counts as absent; the first such line of all files is told
 * in the fault.  A file that cannot be trusted (not a regular file, over 64
 * KiB, of another owner than root and this user, writable by everybody) counts
 * as absent as a whole, and is told with line 0.  A missing file is no fault.
 *
 * On Windows the keys HKLM\SOFTWARE\Jumin (of the 64-bit view, for programs of
 * either width) and HKCU\SOFTWARE\Jumin take the place of the two files: values
 * of type REG_SZ with the names and words of jumin.conf(5), names in any case;
 * ignore-reader may be a REG_MULTI_SZ.  A fault names key and value, as in
 * "HKCU\SOFTWARE\Jumin\login", and has line 0.  Patterns have "*" and "?" alone
 * and fit in any case; one with "[", "\" or ";" is refused, for Windows would
 * read it otherwise, and "*.*" fits everything.  log-file takes no path there.
 */
#ifndef JM_BASE_CONF_H
#define JM_BASE_CONF_H

#include <stddef.h>

#include "base/log.h"

/* clang-format off */
/* What a fault can be: texts for people, as those of base/err.h. */
#define JM_CONF_FAULTS(X)                                                      \
	X(ACCESS,  "the file cannot be read")                                  \
	X(KIND,    "this is no regular file")                                  \
	X(SIZE,    "the file is too large")                                    \
	X(OWNER,   "the file belongs to another user")                         \
	X(MODE,    "everybody may change the file")                            \
	X(PATH,    "the file's path is too long")                              \
	X(LONG,    "the line is too long")                                     \
	X(CONTROL, "the line has a control character")                         \
	X(BLANK,   "the line begins with a blank")                             \
	X(SECTION, "there are no sections")                                    \
	X(FORM,    "the line is not of the form KEY = VALUE")                  \
	X(COMMENT, "a comment needs a line of its own")                        \
	X(KEY,     "there is no such key")                                     \
	X(TWICE,   "the key was set before in this file")                      \
	X(VALUE,   "the key does not take this value")                         \
	X(LOOSE,   "the system's file allows only a stricter value")           \
	X(MANY,    "there are too many readers to ignore")
/* clang-format on */

enum jm_login {
	JM_LOGIN_OPERATION, /* one transaction an operation */
	JM_LOGIN_HOLD       /* the transaction lasts from login to logout */
};

enum jm_consent {
	JM_CONSENT_EACH,    /* one login, one signature */
	JM_CONSENT_SESSION, /* until logout or idle time */
	JM_CONSENT_CONTEXT  /* a context-specific login for each signature */
};

/* Bits of slots. */
#define JM_SLOT_AUTH       1u
#define JM_SLOT_SIGN       2u
#define JM_SLOT_NYM        4u /* service identities */

#define JM_CONF_PATH_MAX   512 /* bytes with the NUL */
#define JM_CONF_IGNORE_MAX 16
#define JM_CONF_SCOPE_MAX  256 /* bytes with the NUL */

struct jm_conf {
	enum jm_login login;
	enum jm_consent consent; /* of the signature key */
	unsigned slots;          /* which are shown */
	int cache;               /* files in the user's cache folder */
	int ca_certificates;     /* shown as objects */
	int rng;                 /* random numbers from the card */
	int raw;                 /* sign data that is no DigestInfo */
	int sha1;                /* sign over SHA-1 */
	int pss;                 /* offered where a card may have it */
	unsigned idle_s;         /* held PIN, seconds; 0: no limit */
	enum jm_log_level log;
	char log_file[JM_CONF_PATH_MAX]; /* absolute; empty: the system's log */
	/* readers whose name one of these fnmatch(3) patterns fits are unseen
	 */
	char ignore[JM_CONF_IGNORE_MAX][128];
	size_t ignore_len;
	/* fnmatch(3) patterns, of the system's file and of the user's: service
	 * identities are shown whose scope fits each that is not empty */
	char scope[2][JM_CONF_SCOPE_MAX];
};

struct jm_conf_fault {
	char file[JM_CONF_PATH_MAX]; /* cut if need be; empty: no fault */
	unsigned line;               /* from 1; 0: the file as a whole */
	const char *what;            /* of JM_CONF_FAULTS: a gettext msgid */
};

/* operation, each, all slots, cache on, CA certificates on, rng off, raw off,
 * sha1 on, pss on, idle 300, log warning into the system's log, no reader
 * ignored, every scope */
extern const struct jm_conf jm_conf_default;

/* Always leaves a usable *out.  fault may be NULL. */
void jm_conf_load(struct jm_conf *out, struct jm_conf_fault *fault);

/*
 * One file over *conf; system: whether it is the one that others may only
 * tighten (remembered in *set: bits, from 0).  *fault is left alone when it
 * tells of one already.  For tests and jm_conf_load.
 *   JM_IO  cannot be trusted or read; *conf is as it was
 */
jm_err jm_conf_read(const char *path, int system, struct jm_conf *conf,
    unsigned *set, struct jm_conf_fault *fault) JM_MUST_USE;

/* Is the reader to be left alone? */
int jm_conf_ignores(const struct jm_conf *conf, const char *reader);

/* May a service identity of this scope be shown? */
int jm_conf_shows(const struct jm_conf *conf, const char *scope);

#endif
