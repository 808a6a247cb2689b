/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The issuer domain and the juki, common-card and driver-licence applications:
 * doc/vcard.md, sections of these names.
 */
#include "vcard/vc_tab.h"

/* clang-format off */
/* The code leaves for a counter alone, never for its holder's PIN. */
static const struct vc_file_def juki[] = {
	DATA(0x0001, BY(VC_R_COUNTER | VC_CHANGE_CODE | VC_MOVE_OUT),
	    BY(VC_CHANGE_CODE | VC_MOVE_IN), 0, "resident record code"),
	RECORDS(0x0002, VC_SRC_IMAGE, FREE, "key reference"),
	PIN(0x001c, VC_PAIR_NONE, VC_FORM_DIGITS, 4, 4, 3, "juki PIN"),
};

static const struct vc_file_def common[] = {
	RECORDS(0x0001, VC_SRC_IMAGE, FREE, "serial, municipality, expiry"),
	RECORDS(0x0002, VC_SRC_IMAGE, FREE, "key reference"),
	RECORDS(0x0003, VC_SRC_LOG, AFTER(0x001c), "log"), /* our own design */
	OWN_KEY(0x0019, VC_PART_DEVICE, "card key"),
	PIN(0x001c, VC_PAIR_NONE, VC_FORM_DIGITS, 4, 4, 3, "common PIN"),
};

static const struct vc_file_def licence[] = {
	PIN(0x0006, VC_PAIR_NONE, VC_FORM_DIGITS, 4, 4, 10, "licence PIN"),
	DATA(0x001a, FREE, NEVER, 0, "PIN set"),
	DATA(0x001b, AFTER(0x0006), NEVER, 0, "licence"),
	DATA(0x001c, AFTER(0x0006), NEVER, 0, "signature of the licence"),
};

const struct vc_app_def vc_tab_issuer = {
	"issuer", { 0xa0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00 }, 7,
	NULL, 0, 0, 0, VC_APP_FIXED
};
const struct vc_app_def vc_tab_juki = {
	"juki", { 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01 }, 10,
	juki, NELEM(juki), 0, VC_T_CHANGE_KEY, VC_APP_BESIDE
};
const struct vc_app_def vc_tab_common = {
	"common", { 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00 }, 10,
	common, NELEM(common), 0x0019, VC_T_CHANGE_KEY | VC_T_SESSION_66F1, VC_APP_BESIDE
};
const struct vc_app_def vc_tab_licence = {
	"licence", { 0xa0, 0x00, 0x00, 0x02, 0x31, 0x06 }, 16,
	licence, NELEM(licence), 0, 0, VC_APP_LICENCE
};
/* clang-format on */
