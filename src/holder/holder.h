/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From card and scope to key and identifier: what one use of the card is to do
 * for the holder's identities.  Per-service keys are derived here and nowhere
 * else.  objects/nym.h brings the transaction and the PIN; a front end fills in
 * a job, has it run, and does the rest (body, receipt, saving) without card and
 * PIN.
 */
#ifndef JM_HOLDER_HOLDER_H
#define JM_HOLDER_HOLDER_H

#include "holder/derive_sign.h"
#include "holder/vault.h"

/* How many signatures each takes; a refused T_X is none. */
enum nym_work {
	NYM_WORK_OPEN,     /* the vault alone: one */
	NYM_WORK_KEY,      /* the key of a registered scope: two; one where the
			      key was carried over from an earlier card, and
			      where there is no vault */
	NYM_WORK_REGISTER, /* the same for a new scope, the vault made if there
			      is none: two */
	NYM_WORK_RESET,    /* the next generation: two; three with new_secret,
			      for the vault before and after */
	NYM_WORK_CARRY,    /* PRK of every scope into the vault: renew prepare;
			      one and one for each scope of the binding holder
			      (an L that comes of the card is not carried) */
	NYM_WORK_WRAP      /* vault, opened by code, to this card: one */
};

/* Secrets of a job, in one locked page that is wiped with it. */
struct nym_secrets {
	uint8_t prk[NYM_PRK_LEN];
	uint8_t l[NYM_L_LEN];
	struct nym_key key; /* the scope's key of now */
	struct nym_key old; /* KEY with a carried PRK: that of the old card */
	uint8_t carried[NYM_PRK_LEN];
	struct nym_vault_ref ref, file; /* this card's vault, the import */
};

struct nym_job {
	/* in */
	enum nym_work work;
	const char *scope;     /* canonical; NULL for OPEN, CARRY, WRAP */
	enum nym_mode mode;    /* 0: the one it is registered with, but for
				  card2: that has to be known before */
	const uint8_t *site_l; /* NYM_MODE_SITE: L for this scope (locked) */
	enum nym_profile site_profile; /* of the operator's configuration; 0:
					  NYM_PROFILE_X */
	uint16_t period; /* REGISTER, and a key without a vault: what is agreed
			    to */
	int64_t time;    /* seconds since 1970: the epoch's */
	int new_secret;  /* RESET: draw a new L, wrap the vault anew */
	int assertion;   /* KEY, use 1: an assertion is made with it.  A carried
			    key comes with it for the rollover, once: it is
			    dropped.  0: what is carried stays, but where
			  the epoch that it was of is over */
	const char *file; /* OPEN: this file of the same card's too (an
			     import); a vault of the folder need not be there
			     then.  One signature more where its id is
			     another one */
	struct nym_vault *code_vault; /* WRAP: opened by code; stays caller's */
	/* out; nym_job_end releases */
	struct nym_vault *vault;  /* open, changed, not saved; NULL without one
				     (site, card2 without a vault, none) */
	struct nym_vault *other;  /* OPEN: what file has */
	struct nym_vault_ref was; /* RESET with new_secret, WRAP: the file that
				     the vault replaces; path empty: none */
	struct nym_secrets *secret;
	struct nym_which which; /* of secret->key */
	struct nym_which old_which;
	int has_old;
	int created; /* the vault has a new code: show it */
	int backup;  /* it was read from the backup: say so */
	int changed; /* something of the vault is not saved yet */
	/* the job's own */
	uint8_t sh[NYM_SH_LEN];
	enum nym_use use;
	int prepared, looked, found, has_key;
};

/*
 * Inside the transaction.  before: what needs the other application (card2),
 * before the VERIFY; then run.  At most the signatures named above.
 *
 *   JM_SCOPE        not canonical, or self:
 *   JM_UNKNOWN      not registered
 *   JM_EXISTS       REGISTER: it is already
 *   JM_MODE         registered with another binding; site for another scheme
 *                   than kiosk:; a raw key or a reset with a binding that has
 *                   none; card2 where mode did not say so
 *   JM_NOT_FOUND    no vault of this card (never made but by REGISTER)
 *   JM_DAMAGED      there is one, and it does not open: never a new L; file is
 *                   another card's
 *   JM_CLOCK        the epoch is older than one that was used
 *   JM_OTHER_KEY    not the key that the vault remembers of this epoch
 *   JM_UNSUPPORTED  of derive_sign.h; with a vault of this card a refused T is
 *                   JM_CARD: no other profile is tried
 *   JM_EXISTS       WRAP: this card has another vault already; import
 *   JM_ARG          a period or time that there is none of
 * On failure nothing is to be saved; nym_job_end is due all the same.
 *
 * Bindings.  holder: with a vault, always.  card2: by the vault's word where
 * this card has one, and where it has none from the card alone, nothing kept;
 * no raw keys in a vault.  site, none: no vault is looked for; REGISTER does
 * the same as KEY.
 *
 * Rollover: the key before has the epoch of now.  Where an earlier epoch was
 * used last there is no old key, for the service is to see a newcomer.
 */
jm_err nym_job_before(struct nym_job *j, struct nym_card *c) JM_MUST_USE;
jm_err nym_job_run(struct nym_job *j, struct nym_card *c) JM_MUST_USE;
void nym_job_end(struct nym_job *j); /* wipes; fine on an empty job */

/* After KEY, with the holder's consent: the scope's identifiers are of another
 * period from now on.  The job's key becomes that one, and so does *e (of this
 * scope, as the vault has it), which is put back.  JM_CLOCK, JM_ARG. */
jm_err nym_job_change(
    struct nym_job *j, struct nym_entry *e, uint16_t period) JM_MUST_USE;

/* After OPEN: the scope is not registered any more; what keeps earlier
 * identifiers from coming back stays, and another registration goes on with
 * the last one.  JM_UNKNOWN. */
jm_err nym_job_forget(struct nym_job *j, const char *scope) JM_MUST_USE;

/*
 * After OPEN: what from has comes into the vault (nym_vault_merge).  Where from
 * is another card's its keys are other ones here, but for those that are
 * carried: what is remembered of them goes, in from too, as when a vault is
 * wrapped.
 */
jm_err nym_job_merge(struct nym_job *j, struct nym_vault *from, int same_card,
    unsigned *older) JM_MUST_USE;

/* After the job, under the lock: the raw key's entry of the index (certificate
 * made with the key), the vault saved.  In this order: what the index shows
 * too much is refused at use, what the vault has too much is shown late. */
jm_err nym_job_save(struct nym_job *j) JM_MUST_USE;

#endif
