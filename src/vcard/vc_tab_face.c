/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The face application: doc/vcard.md, "Face". */
#include "vcard/vc_tab.h"

/* clang-format off */
static const struct vc_file_def files[] = {
	DATA(0x0001, AFTER(0x0011), NEVER, 0, "date of birth, signed"),
	DATA(0x0002, AFTER2(0x0012, 0x0013), NEVER, 0, "what the face shows, signed"),
	DATA(0x0003, FREE, NEVER, 0, "version and key id"),
	DATA(0x0004, FREE, NEVER, 0, "card-verifiable certificate"),
	DATA(0x0005, AFTER(0x0013), NEVER, 0, "picture of the number, signed"),
	DATA(0x0006, AFTER2(0x0012, 0x0013), NEVER, 0, "unknown, all FF"),
	NUMBER(0x0011, 6, "birth-date key"),
	NUMBER(0x0012, 14, "number B"),
	NUMBER(0x0013, 12, "number A"),
	OWN_KEY(0x0014, VC_PART_KEY, "face key"), /* its id is not public */
};

const struct vc_app_def vc_tab_face = {
	"face", { 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02 }, 10,
	files, NELEM(files), 0x0014, VC_T_SESSION_66F1, VC_APP_BESIDE
};
/* clang-format on */
