/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The JPKI application in its three forms: doc/vcard.md, "Files of ...". */
#include "vcard/vc_tab.h"

/* Functions: an argument is expanded before its commas are looked at. */
#define ANYBODY() FREE
#define HOLDER()  AFTER_OR(0x0018, VC_RENEW)

#define AID { 0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 }, 10

/* clang-format off */
/* A counter that renews a certificate takes over what the old one says. */
/* What the forms differ in: who reads the authentication certificate, and the
 * shortest signature PIN. */
#define FILES(auth_cert, sign_min) { \
	CERT(0x0001, VC_PAIR_SIGN, VC_PART_CERT, AFTER_OR(0x001b, VC_RENEW), "signature certificate"), \
	CERT(0x0002, VC_PAIR_SIGN, VC_PART_CA, FREE, "CA certificate for signature"), \
	SHUT(0x0005, "unknown"), \
	INFO(0x0006, VC_SRC_TOKEN_INFO, "token information"), \
	INFO(0x0008, VC_SRC_PAIRS, "key pairs present"), \
	SHUT(0x0009, "unknown, protected"), \
	CERT(0x000a, VC_PAIR_AUTH, VC_PART_CERT, auth_cert(), "authentication certificate"), \
	CERT(0x000b, VC_PAIR_AUTH, VC_PART_CA, FREE, "CA certificate for authentication"), \
	UNKNOWN_PIN(0x0010, 3), \
	SHUT(0x0016, "terminal CA key reference"), \
	KEY(0x0017, VC_PAIR_AUTH, AFTER(0x0018), "authentication key"), \
	PIN(0x0018, VC_PAIR_AUTH, VC_FORM_DIGITS, 4, 4, 3, "authentication PIN"), \
	SHUT(0x0019, "unknown"), \
	KEY(0x001a, VC_PAIR_SIGN, AFTER(0x001b), "signature key"), \
	PIN(0x001b, VC_PAIR_SIGN, VC_FORM_ALNUM, (sign_min), 16, 5, "signature PIN"), \
	SHUT(0x001c, "unknown"), \
	SHUT(0x001e, "unknown"), \
}

static const struct vc_file_def plain[] = FILES(ANYBODY, 6);
static const struct vc_file_def juki[] = FILES(ANYBODY, 4);
static const struct vc_file_def android[] = FILES(HOLDER, 6);

const struct vc_app_def vc_tab_jpki = {
	"jpki", AID, plain, NELEM(plain), 0, 0, VC_APP_FIXED
};
/* The AID is made up. */
const struct vc_app_def vc_tab_jpki_next = {
	"jpki", { 0xf0, 0x4a, 0x4d, 0x4e, 0x58, 0x01 }, 6, plain, NELEM(plain), 0, 0, VC_APP_FIXED
};
const struct vc_app_def vc_tab_jpki_juki = {
	"jpki", AID, juki, NELEM(juki), 0, 0, VC_APP_FIXED
};
const struct vc_app_def vc_tab_jpki_android = {
	"jpki", AID, android, NELEM(android), 0, 0, VC_APP_FIXED
};
/* clang-format on */
