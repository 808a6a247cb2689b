/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A PIN from the user, with the care it needs: the tries that are left are said
 * before it is asked for, the last one is not spent by accident, and one entry
 * is for one PIN.  It comes from the terminal, the reader's own keys or from
 * --pin-fd, never from the command line or the environment.
 */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "tools/jumin/session.h"
#include "tools/term/prompt.h"

/*
 * Have a PIN of the card.  EX_OK, or after a message
 *   EX_PIN    blocked, the last try not confirmed, no terminal, nothing given,
 *             or a form this PIN cannot have: no PIN was sent
 *   others    the card failed (cli_exit_code)
 * pin: to be wiped by the caller in any case.
 */
int cli_ask_pin(const struct cli_args *a, struct jm_token *t, enum jm_pin_id id,
    struct cli_line *pin);

/*
 * Is the PIN typed at the reader: it has keys for that (need: JM_PINPAD_... of
 * link.h), and no --pin-fd brings it?  Then cli_invite_to_reader goes before
 * the core's ..._at_reader: what cli_ask_pin says and checks before it asks,
 * and that the user is to turn to the reader.
 */
int cli_at_reader(const struct cli_args *a, const struct jm_token *t,
    enum jm_pin_id id, unsigned need);
int cli_invite_to_reader(
    const struct cli_args *a, struct jm_token *t, enum jm_pin_id id);

/* A new PIN, on the terminal asked twice.  Likewise. */
int cli_ask_new_pin(const struct cli_args *a, struct jm_token *t,
    enum jm_pin_id id, struct cli_line *pin);

/* Say what came of a PIN: e and tries as the core gave them. */
int cli_pin_failed(struct jm_token *t, enum jm_pin_id id, jm_err e, int tries);

/* EX_USAGE after a message when --pin-fd is no number; part of cli_ask_pin, but
 * better known before anything is read. */
int cli_pin_fd(const struct cli_args *a, int *fd);

#endif
