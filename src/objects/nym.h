/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Service identities of the card in the reader: transaction and PIN around what
 * src/holder does.  The PIN is that of the authentication key, with all of
 * token.h's rules: one entry, one VERIFY.
 *
 * The slot of service identities has a login of its own (the pairs' logins are
 * not touched by it), and every signature uses it up.
 */
#ifndef JM_OBJECTS_NYM_H
#define JM_OBJECTS_NYM_H

#include "holder/holder.h"
#include "holder/index.h"
#include "objects/token.h"

/*
 * [card] One job with a PIN that the user gives for it.  The authentication
 * certificate is read first where it was not (never from the user's cache nor
 * into it: the front end opens the token with the cache off).
 * Errors of jm_token_login and nym_job_run; JM_NOT_FOUND also for a card
 * without the authentication pair.  The caller holds the vault's lock.
 */
jm_err jm_token_nym(struct jm_token *t, struct nym_job *job, const void *pin,
    size_t pin_len, int *tries) JM_MUST_USE;
jm_err jm_token_nym_at_reader(
    struct jm_token *t, struct nym_job *job, int *tries) JM_MUST_USE;

/*
 * [card, once per insertion, and again when the file changed] The raw keys that
 * are registered with this card; NULL in *out: none.  Reads the authentication
 * certificate if there is an index at all.  What was found stays valid until
 * jm_token_free, also where a later call finds another one.
 */
jm_err jm_token_nym_index(
    struct jm_token *t, const struct nym_index **out) JM_MUST_USE;
/* From memory: what the last call of the above found. */
const struct nym_index *jm_token_nym_known(const struct jm_token *t);

/* [card] jm_token_login for this slot. */
jm_err jm_token_nym_login(struct jm_token *t, const void *pin, size_t pin_len,
    int keep, int *tries) JM_MUST_USE;
jm_err jm_token_nym_login_at_reader(
    struct jm_token *t, int keep, int *tries) JM_MUST_USE;
void jm_token_nym_logout(struct jm_token *t);
int jm_token_nym_logged_in(struct jm_token *t);

/*
 * [card] ECDSA over a hash value with the raw key of e's scope: retry query,
 * VERIFY of the held PIN, the vault's signature and the scope's, log-out.  The
 * login is used up, whatever comes of it, but by refusals from memory.
 *   JM_NEED_PIN   no login
 *   JM_REFUSED    jm_guard_hash
 *   JM_OTHER_KEY  what the vault says gives another key than e shows
 *   errors of jm_token_sign and nym_job_run
 */
jm_err jm_token_nym_sign(struct jm_token *t, const struct nym_index_entry *e,
    const uint8_t *hash, size_t hash_len, uint8_t sig[JM_P256_SIG]) JM_MUST_USE;

#endif
