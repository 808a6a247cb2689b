/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The try-counter proof: random calls of the module, beside a model that knows
 * every PIN, every counter and what was given to whom.  The model is written
 * from what is promised, not from the module: it sees commands as they reach
 * the cards and return values, and nothing else.
 *
 *   model_world.c  cards and clock
 *   model_people.c what other programs and people do
 *   model_ref.c    what is promised of each call, and the check of it
 *   model_calls.c  calls with a PIN or a signature
 *   model_life.c   sessions, slots, the module's life
 *
 * What is checked of each call:
 *   - it sends one VERIFY at most, with the PIN that was given in it, or in a
 *     signature the one the login was made with, to a counter just seen full;
 *   - no PIN that failed, unless the counter was full since, the card left or
 *     the module was finalised;
 *   - a re-verification fails only where the PIN was changed since the login;
 *   - PINs and counters on the cards are those that follow from the commands;
 *   - nobody stays verified on the card, but within a held transaction;
 *   - its return value is one that the state allows.
 */
#ifndef JM_TESTS_PKCS11_MODEL_H
#define JM_TESTS_PKCS11_MODEL_H

/* clang-format off */
#include "tests/support/test.h"
/* clang-format on */

#include "objects/token.h"
#include "pkcs11/p11.h"
#include "tests/support/vscard.h"
#include "vcard/vc_card.h"

#define AUTH       JM_PAIR_AUTH
#define SIGN       JM_PAIR_SIGN

#define M_READERS  2
#define M_CARDS    3
#define M_SESSIONS 10
#define M_TEXT     24 /* room for a PIN as text */
#define M_FAILED   64
#define M_PAST     16
#define M_SEEN     32

#define M_IDLE_MS  (5 * 60 * 1000) /* after which a login ends */
#define M_AGE_MS   2000            /* no counter told is older */

enum m_actor { M_OTHER, M_MODULE, M_NEIGHBOUR };

/* A PIN of a card. */
struct m_ref {
	char pin[M_TEXT];
	unsigned tries, limit;
	unsigned changes; /* how often the PIN became another one */
	/* sent by the module and wrong since the counter was full last */
	char failed[M_FAILED][M_TEXT];
	size_t failed_len;
	/* the same as far as the module can know: until it sees a full counter;
	 * also those whose answer was lost */
	char remembered[M_FAILED][M_TEXT];
	size_t remembered_len;
	/* counters since the module was told one, the newest last */
	struct {
		uint64_t until;
		unsigned tries;
	} past[M_PAST];
	size_t past_len;
	uint64_t told_at; /* the module may have been told it; 0: never */
};

struct m_card {
	struct vc_card *vc;
	struct m_ref ref[JM_PAIRS];
};

/* A program's login: the module's, and that of a neighbour. */
struct m_login {
	int on;
	char pin[M_TEXT]; /* that was right last */
	uint64_t used_at;
	unsigned changes; /* of the reference when it was */
	int fresh;        /* consent CONTEXT: no signature was made with it */
	unsigned number;  /* of the login; another one after a consent failed */
};

struct m_slot {
	CK_SLOT_ID id;
	struct m_login login;
	int claimed; /* C_Login succeeded, no C_Logout since */
	CK_OBJECT_HANDLE key;
};

struct m_reader {
	int card; /* -1: none */
	unsigned insertion, known;
	int was_reset; /* by another program, the module has not met it yet */
	int lapsed; /* idle time ended a login, the module has not met it yet */
	int failed_last; /* the module may have taken its power after that */
	struct m_slot slot[JM_PAIRS];
	struct jm_token *neighbour;
	struct m_login neighbour_login[JM_PAIRS];
};

enum m_op { M_NONE, M_HASHED, M_RAW };

struct m_session {
	CK_SESSION_HANDLE h; /* 0: free */
	unsigned reader;
	enum jm_pair pair;
	int rw;
	enum m_op op;
	int multi; /* an update was made */
	size_t fed;
	unsigned consent; /* to the operation: number of its login */
};

/* A command that one of the cards carried out, of those that matter. */
enum m_what { M_QUERY, M_VERIFY, M_CHANGE, M_SIGNATURE };
struct m_seen {
	enum m_what what;
	int card;
	enum jm_pair pair;
	char pin[M_TEXT];
	unsigned before, after; /* tries */
	int ok;
	int failed_before; /* a VERIFY with a PIN that had failed */
};

struct m_stats {
	unsigned long calls, verifies, wrong, again, exceptions, refused,
	    signatures, faults, other;
};

struct m_world {
	struct jm_policy policy;
	uint64_t seed, random, now;
	enum m_actor actor;
	int started; /* C_Initialize */
	int faulty;  /* a fault is planned for this call */
	struct m_card card[M_CARDS];
	struct m_reader reader[M_READERS];
	struct m_session session[M_SESSIONS];
	unsigned logins;
	CK_SESSION_HANDLE dead; /* a handle that was closed */
	struct m_seen seen[M_SEEN];
	size_t seen_len;
	struct m_stats stats;
};
extern struct m_world m;
extern CK_FUNCTION_LIST *p11;
extern struct p11_functions_3_0 *p11_3;

/* --- model_world.c -------------------------------------------------------- */

int m_open(void **state); /* cmocka group set-up: issues the cards */
int m_close(void **state);

/* Everything as on the first day, and the module initialised. */
void m_start(uint64_t seed, const struct jm_policy *policy);
void m_stop(void);

unsigned m_random(unsigned below);
int m_chance(unsigned percent);
struct m_ref *m_ref(unsigned reader, enum jm_pair pair); /* NULL: no card */
int m_full(const struct m_ref *r);

/* What the municipal counter writes; a card in a reader knows no better. */
void m_rewrite(int card, enum jm_pair pair, const char *pin);
void m_put_in(unsigned reader, int card);
const char *m_pool(enum jm_pair pair); /* one of few PINs */
/* The cards have what the model expects. */
void m_check_cards(void);
/* Between calls: nobody is verified on a card that other programs can use, and
 * no transaction goes on without a login that wants it. */
void m_check_status(void);

/* --- model_people.c ------------------------------------------------------- */

void m_end_neighbour(struct m_reader *r);
/* One of the things that happen outside of the module. */
void m_event(void);
void m_took_out(unsigned reader); /* the model is told of a removal */
/* Some PIN: right, wrong, of another card, malformed; bytes of out. */
size_t m_some_pin(unsigned reader, enum jm_pair pair, char out[2 * M_TEXT]);

/* --- model_ref.c ---------------------------------------------------------- */

/* What a call may answer and send. */
struct m_want {
	CK_RV rv[16];
	size_t n;
	int live;             /* it may talk to the card */
	char pin[M_TEXT];     /* that may be sent, empty: none */
	int must;             /* it has to be */
	struct m_login *held; /* it is that of this login, sent again */
	unsigned reader;
	enum jm_pair pair;
	int signature; /* may be made */
	int on_card;   /* with the status that a login left on the card */
};
void m_allow(struct m_want *w, CK_RV rv);
/* The call's name and a word of its arguments, for the record. */
void m_begin(const char *format, ...) __attribute__((format(printf, 1, 2)));
CK_RV m_end(const struct m_want *w, CK_RV rv); /* returns rv */
void m_fault(unsigned reader); /* sometimes: something will go wrong in it */
_Noreturn void m_fail(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
void m_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Form of a PIN as a person gives it: CKR_OK and what the card is to see, or
 * the error. */
CK_RV m_form(enum jm_pair pair, const char *text, size_t len, int fresh,
    char out[M_TEXT]);
int m_listed(char list[][M_TEXT], size_t n, const char *pin);

struct m_login *m_login(unsigned reader, enum jm_pair pair);
int m_holds(struct m_login *l); /* idle time considered */
void m_drop(struct m_login *l);
void m_hold(struct m_login *l, const char *pin, const struct m_ref *r);
/* It goes on, with a PIN that was right just now. */
void m_renew(struct m_login *l, const char *pin, const struct m_ref *r);
/* The module sees insertions and removals: sessions of old ones are gone. */
void m_notice(void);
void m_forget_sessions(unsigned reader, int pair);
/* A first look at a session: 0 when the answer is given by it alone. */
int m_want_session(struct m_want *w, struct m_session *s);
int m_stale(unsigned reader);
/* A session's answer may mean that the module saw its card leave. */
void m_removed(const struct m_session *s, CK_RV rv);

/* --- model_calls.c, model_life.c ------------------------------------------ */

struct m_session *m_pick(void); /* NULL: a handle that is none */
CK_SESSION_HANDLE m_handle(const struct m_session *s);
void m_ask_state(struct m_session *s); /* C_GetSessionInfo, and believe it */
void m_end_fault(unsigned reader);     /* after a call with m_fault */
void m_call_pin(void);
void m_call_sign(void);
void m_call_life(void);

#endif
