/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs of the identifier scheme as tests write them (nym_cards.h). */
#ifndef JM_TESTS_SUPPORT_NYM_JOB_H
#define JM_TESTS_SUPPORT_NYM_JOB_H

#include "objects/nym.h"
#include "tests/support/link_vcard.h"

#define NYM_ATR_PLAIN "3BE000FF8131FE4514"
#define NYM_ATR_SFI   "3BC5FF8131FB458073C6010000"

#define NYM_NOW       1767225600 /* 2026-01-01 */

/* A job to be changed as a test likes; it is good until 32 more were made.
 * Time: NYM_NOW.  key: of any binding but card2. */
struct nym_job *nym_job_of(
    enum nym_work work, const char *scope, enum nym_mode mode);
struct nym_job *nym_register(const char *scope, uint16_t period);
struct nym_job *nym_key(const char *scope);
struct nym_job *nym_reset(const char *scope);
struct nym_job *nym_open(void);

/* With the PIN 1234, under the vault's lock. */
jm_err nym_run(struct jm_token *t, struct nym_job *j) JM_MUST_USE;

/* With another PIN; ended, too. */
jm_err nym_run_pin(
    struct jm_token *t, struct nym_job *j, const char *pin) JM_MUST_USE;

/* Run, saved, ended: it has to succeed.  nid may be NULL. */
void nym_done(struct jm_token *t, struct nym_job *j, uint8_t nid[NYM_NID_LEN]);
/* Run and ended: it has to fail so. */
void nym_fails(struct jm_token *t, struct nym_job *j, jm_err want);

/* Since the count began: so many commands, so many signatures, at most one
 * VERIFY, and the last command is the log-out. */
void nym_cost(struct vslot *slot, unsigned apdus, unsigned signs);

/* How many files the holder's folder has, backups not counted. */
unsigned nym_kept(void);

void nym_close(struct jm_token **t, struct vslot **slot);

#endif
