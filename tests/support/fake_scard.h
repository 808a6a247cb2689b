/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PC/SC by script: every SCard function that src/transport calls, defined in
 * the test program itself, which does not link libpcsclite.  The calls have to
 * come in the order of the steps; each returns what its step says.
 *
 * call   name of the function without SCard, then its arguments that matter:
 *   "EstablishContext", "ReleaseContext"
 *   "Connect NAME", "Connect" (any name); "Reconnect LEAVE|RESET|UNPOWER"
 *   "Disconnect LEAVE|RESET|UNPOWER"
 *   "BeginTransaction"; "EndTransaction LEAVE|RESET|UNPOWER"
 *   "Control CODE" and, where there is some, its input, all in hex
 *   "Status"; "Transmit T0|T1 HEX"; "ListReaders"; "FreeMemory"
 *   "GetStatusChange TIMEOUT NAME=STATE NAME=STATE ...", STATE the known one in
 *   hex; "GetStatusChange *": whatever it asks
 * data   Connect, Reconnect: "T0" or "T1" (NULL: T1); Status: protocol and ATR
 * in hex ("T1 3BE0...", NULL: "T1 "); Transmit: the reply in hex, or "big" for
 * one byte more than there is room, Control the same; ListReaders: names, each followed by '|';
 * GetStatusChange: "STATE:ATR" in hex for each reader, separated by blanks.
 *
 * It also is the clock: jm_now_ms and jm_sleep_ms are wrapped (local.mk), and
 * GetStatusChange passes its time when it returns SCARD_E_TIMEOUT.
 */
#ifndef JM_TESTS_SUPPORT_FAKE_SCARD_H
#define JM_TESTS_SUPPORT_FAKE_SCARD_H

#include <stddef.h>
#include <stdint.h>
#include <winscard.h>

struct scard_step {
	const char *call;
	LONG rv;
	const char *data;
};

void fake_scard_start(const struct scard_step *steps, size_t n);
void fake_scard_end(void); /* fails the test for a step too few */

uint64_t fake_now(void); /* milliseconds slept since the start */
int fake_cancels(void);  /* calls of SCardCancel, which is in no script */

#endif
