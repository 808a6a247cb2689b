/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands and replies that many scripts of a resident card share. */
#ifndef JM_TESTS_SUPPORT_SCRIPT_CARD_H
#define JM_TESTS_SUPPORT_SCRIPT_CARD_H

#define ATR_PLAIN "3B E0 00 FF 81 31 FE 45 14"
/* Declares short EF ids. */
#define ATR_SFI "3B C5 FF 81 31 FB 45 80 73 C6 01 00 00"
/* ... and extended length. */
#define ATR_EXT    "3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01 C0 3B"

#define SEL_AP     "00a4040c 0a d392f000260100000001"
#define SEL_NEXT   "00a4040c 06 f04a4d4e5801"
#define SEL_ISSUER "00a4040c 07 a0000001510000"
#define SEL_TEXT   "00a4040c 0a d3921000310001010408"
#define SEL_EF(id) "00a4020c 02 " id

#define B16(b)     b b b b b b b b b b b b b b b b
#define B64(b)     B16(b) B16(b) B16(b) B16(b)

/* EF 0006: label, manufacturer, model, serial, the rest as observed. */
#define INFO_TAIL                                                              \
	"30303030303030303030303030303030 30303030303030303030303030303031"    \
	"453136523031 4e4a2020202020202020"                                    \
	"30303030303030303230353030303033"                                     \
	"0000040d 00000001000000000000000100000000 0000001000000006"           \
	"ffffffffffffffffffffffffffffffff 30333031"                            \
	"39393939393939393939393939393939 9000"
/* "JPKIAPICCTOKEN2" */
#define INFO                                                                   \
	"4a504b49415049434354 "                                                \
	"4f4b454e322020202020202020202020202020202020" INFO_TAIL
#define READ_INFO     "00b00000 a0"
#define SFI_READ_INFO "00b08600 a0"

/* A retry query, and what identifies a card with both pairs. */
#define QUERY "00200080"
#define IDENTIFY_FULL                                                               \
	{ SEL_AP, "9000" }, { SEL_EF("0006"), "9000" }, { READ_INFO, INFO },   \
	    { SEL_EF("0008"), "9000" }, { "00b0000003", "8f8f009000" },        \
	    { SEL_EF("0018"), "9000" }, { QUERY, "63c3" },                     \
	    { SEL_EF("001b"), "9000" },                                        \
	{                                                                      \
		QUERY, "63c5"                                                  \
	}
#define SFI_IDENTIFY_FULL                                                           \
	{ SEL_AP, "9000" }, { SFI_READ_INFO, INFO },                           \
	    { "00b0880003", "8f8f009000" }, { "00200098", "63c3" },            \
	{                                                                      \
		"0020009b", "63c5"                                             \
	}

#define SIG_REPLY     B64("5c") B64("5c") B64("5c") B64("5c") "9000"

#endif
