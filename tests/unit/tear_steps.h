/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way to each command that changes a card's state, and the command. */
#ifndef JM_TESTS_UNIT_TEAR_STEPS_H
#define JM_TESTS_UNIT_TEAR_STEPS_H

#include "tests/support/vc_world.h"

#define TEAR_JPKI       "00A4040C0AD392F000260100000001"
#define TEAR_WRONG_SIGN "0020009B06585858393939"

/* Everything before the command; they want success. */
typedef void tear_prepare(struct vc_world *w);
tear_prepare tear_block_sign;
tear_prepare tear_open_jpki;
tear_prepare tear_may_reset;
tear_prepare tear_may_renew;
tear_prepare tear_generated;
tear_prepare tear_renewed;
tear_prepare tear_operator_ready;
tear_prepare tear_operator_open;
tear_prepare tear_may_change_code;
tear_prepare tear_code_staged;
tear_prepare tear_may_load;
tear_prepare tear_loaded;
tear_prepare tear_may_delete;
tear_prepare tear_may_move;
tear_prepare tear_in_the_city;
tear_prepare tear_may_suspend;
tear_prepare tear_may_terminate;
tear_prepare tear_challenged;
tear_prepare tear_one_try_left;
tear_prepare tear_shown;

/* The command itself; its status word. */
typedef unsigned tear_run(struct vc_world *w);
tear_run tear_reset_pin;
tear_run tear_generate;
tear_run tear_put_certificate;
tear_run tear_activate;
tear_run tear_ask_challenge;
tear_run tear_show_authorisation;
tear_run tear_operator_signs;
tear_run tear_operator_right;
tear_run tear_operator_wrong;
tear_run tear_open_channel;
tear_run tear_stage_code;
tear_run tear_load;
tear_run tear_delete_app;
tear_run tear_move_out;
tear_run tear_list;
tear_run tear_update;
tear_run tear_update_record;
tear_run tear_suspend;
tear_run tear_terminate;
tear_run tear_show_transport;
tear_run tear_wrong_transport;
tear_run tear_store_pin;
tear_run tear_issuer_terminates;

#endif
