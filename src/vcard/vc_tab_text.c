/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text-entry support application: doc/vcard.md, "Text". */
#include "vcard/vc_tab.h"

#define NUMBER_SIZE 17 /* a physical size that was measured */

/* clang-format off */
static const struct vc_file_def files[] = {
	DATA(0x0001, AFTER2(0x0011, 0x0014), NEVER, NUMBER_SIZE, "individual number"),
	DATA(0x0002, AFTER2(0x0011, 0x0015), NEVER, 0, "name, address, birth, sex"),
	DATA(0x0003, AFTER3(0x0011, 0x0014, 0x0015), NEVER, 0, "signature of both"),
	DATA(0x0004, FREE, NEVER, 0, "card-verifiable certificate"),
	DATA(0x0005, FREE, NEVER, 0, "version and key id"),
	DATA(0x0006, AFTER3(0x0011, 0x0014, 0x0015), NEVER, 0, "public key for a session"),
	DATA(0x0007, AFTER3(0x0011, 0x0014, 0x0015), NEVER, 0, "public key of 0013, signed"),
	DATA(0x0008, AFTER3(0x0011, 0x0014, 0x0015), NEVER, 0, "unknown, all FF"),
	SHUT(0x0010, "unknown"),
	PIN(0x0011, VC_PAIR_NONE, VC_FORM_DIGITS, 4, 4, 3, "text PIN"),
	UNKNOWN_PIN(0x0012, VC_BLOCKED),
	OWN_KEY(0x0013, VC_PART_KEY, "text key"),
	NUMBER(0x0014, 12, "number A"),
	NUMBER(0x0015, 14, "number B"),
	SHUT(0x001c, "unknown"),
	SHUT(0x001e, "unknown"),
};

const struct vc_app_def vc_tab_text = {
	"text", { 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08 }, 10,
	files, NELEM(files), 0x0013, VC_T_SESSION, VC_APP_BESIDE
};
/* The AID is made up, and so is that its files are the same. */
const struct vc_app_def vc_tab_text_next = {
	"text", { 0xf0, 0x4a, 0x4d, 0x4e, 0x58, 0x02 }, 6,
	files, NELEM(files), 0x0013, 0, VC_APP_BESIDE
};
/* clang-format on */
