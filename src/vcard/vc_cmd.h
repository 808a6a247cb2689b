/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One command as the card understands it (ISO/IEC 7816-4, 5.1 to 5.4). */
#ifndef JM_VCARD_VC_CMD_H
#define JM_VCARD_VC_CMD_H

#include <stddef.h>
#include <stdint.h>

struct vc_cmd {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data; /* borrowed from the command; NULL if nc is 0 */
	size_t nc;           /* bytes of the data field, 0..65535 */
	size_t ne;           /* bytes asked for, 1..65536; 0: no Le field */
	int extended;        /* length fields of three or two bytes */
};

/*
 * Splits a command.  Returns the status word to answer: 9000 when it is one,
 * 6700 when its lengths contradict each other, or when it has extended length
 * fields and extended is 0.  *out is all zero then.
 */
unsigned vc_parse(
    const uint8_t *cmd, size_t cmd_len, int extended, struct vc_cmd *out);

/*
 * The status word that the class byte alone calls for, 9000 when it is one of
 * the card's classes 00 and 80 on the basic channel without secure messaging;
 * the chaining bit is accepted.  sm_sw answers secure messaging.
 */
unsigned vc_class_sw(uint8_t cla, unsigned sm_sw);

/*
 * The command as one line without its secrets: the data of VERIFY, CHANGE and
 * of signatures is given as a number of bytes.  Writes at most cap bytes with
 * the NUL; VC_LINE_MAX holds every line.
 */
#define VC_LINE_MAX 640 /* longer data is cut, with a note of its length */
void vc_cmd_text(const uint8_t *cmd, size_t cmd_len, char *out, size_t cap);

#endif
