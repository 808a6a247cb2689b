/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/digest_ossl.h"

const char *
jm_ossl_md_name(enum jm_hash h)
{
	switch (h) {
	case JM_SHA1: return "SHA1";
	case JM_SHA256: return "SHA2-256";
	case JM_SHA384: return "SHA2-384";
	case JM_SHA512: return "SHA2-512";
	}
	return "";
}
