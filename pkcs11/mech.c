/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/mech.h"

#include <string.h>

static CK_RV
no_param(const CK_MECHANISM *m, const struct p11_mech *row)
{
	(void)row;
	return m->ulParameterLen == 0 ? CKR_OK : CKR_MECHANISM_PARAM_INVALID;
}

/* The one form that the card makes (card-facts 4.2, mode 04). */
static CK_RV
pss_param(const CK_MECHANISM *m, const struct p11_mech *row)
{
	CK_RSA_PKCS_PSS_PARAMS p;

	(void)row;
	if (m->pParameter == NULL || m->ulParameterLen != sizeof p)
		return CKR_MECHANISM_PARAM_INVALID;
	memcpy(&p, m->pParameter, sizeof p);
	if (p.hashAlg != CKM_SHA256 || p.mgf != CKG_MGF1_SHA256 || p.sLen != 32)
		return CKR_MECHANISM_PARAM_INVALID;
	return CKR_OK;
}

/* clang-format off */
#define SIG (CKF_HW | CKF_SIGN | CKF_VERIFY)
#define DIG CKF_DIGEST
#define EC_ (SIG | CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS)
#define RSA P11_CAP_RSA
#define PSS (P11_CAP_RSA | P11_CAP_PSS)
#define OLD (P11_CAP_RSA | P11_CAP_SHA1)
#define ECC P11_CAP_EC
#define ECO (P11_CAP_EC | P11_CAP_SHA1)
#define NYM (EC_ & ~CKF_HW)
#define DIGESTS                                                                                    \
	{ CKM_SHA_1,               0,    0,    DIG, P11_HASH_SHA1,   P11_PAD_NONE,  0,    no_param  }, \
	{ CKM_SHA256,              0,    0,    DIG, P11_HASH_SHA256, P11_PAD_NONE,  0,    no_param  }, \
	{ CKM_SHA384,              0,    0,    DIG, P11_HASH_SHA384, P11_PAD_NONE,  0,    no_param  }, \
	{ CKM_SHA512,              0,    0,    DIG, P11_HASH_SHA512, P11_PAD_NONE,  0,    no_param  },
static const struct p11_mech mechs[] = {
	/* type                    bits        use  host hash        padding        needs parameter */
	{ CKM_RSA_PKCS,            1024, 4096, SIG, P11_HASH_NONE,   P11_PAD_PKCS1, RSA,  no_param  },
	{ CKM_SHA256_RSA_PKCS,     1024, 4096, SIG, P11_HASH_SHA256, P11_PAD_PKCS1, RSA,  no_param  },
	{ CKM_SHA384_RSA_PKCS,     1024, 4096, SIG, P11_HASH_SHA384, P11_PAD_PKCS1, RSA,  no_param  },
	{ CKM_SHA512_RSA_PKCS,     1024, 4096, SIG, P11_HASH_SHA512, P11_PAD_PKCS1, RSA,  no_param  },
	{ CKM_SHA1_RSA_PKCS,       1024, 4096, SIG, P11_HASH_SHA1,   P11_PAD_PKCS1, OLD,  no_param  },
	{ CKM_RSA_PKCS_PSS,        2048, 4096, SIG, P11_HASH_NONE,   P11_PAD_PSS,   PSS,  pss_param },
	{ CKM_SHA256_RSA_PKCS_PSS, 2048, 4096, SIG, P11_HASH_SHA256, P11_PAD_PSS,   PSS,  pss_param },
	{ CKM_ECDSA,               256,  384,  EC_, P11_HASH_NONE,   P11_PAD_ECDSA, ECC,  no_param  },
	{ CKM_ECDSA_SHA256,        256,  384,  EC_, P11_HASH_SHA256, P11_PAD_ECDSA, ECC,  no_param  },
	{ CKM_ECDSA_SHA384,        256,  384,  EC_, P11_HASH_SHA384, P11_PAD_ECDSA, ECC,  no_param  },
	{ CKM_ECDSA_SHA512,        256,  384,  EC_, P11_HASH_SHA512, P11_PAD_ECDSA, ECC,  no_param  },
	{ CKM_ECDSA_SHA1,          256,  384,  EC_, P11_HASH_SHA1,   P11_PAD_ECDSA, ECO,  no_param  },
	DIGESTS
};
/* The host signs with these keys: no CKF_HW. */
static const struct p11_mech nym_mechs[] = {
	{ CKM_ECDSA,               256,  256,  NYM, P11_HASH_NONE,   P11_PAD_ECDSA, 0,    no_param  },
	{ CKM_ECDSA_SHA256,        256,  256,  NYM, P11_HASH_SHA256, P11_PAD_ECDSA, 0,    no_param  },
	DIGESTS
};
/* clang-format on */

const struct p11_mech *
p11_mech_table(size_t *len)
{
	*len = NELEM(mechs);
	return mechs;
}

const struct p11_mech *
p11_mech_rows(unsigned caps, size_t *len)
{
	if ((caps & P11_CAP_NYM) == 0)
		return p11_mech_table(len);
	*len = NELEM(nym_mechs);
	return nym_mechs;
}

int
p11_mech_offered(const struct p11_mech *row, unsigned caps)
{
	return (row->needs & ~caps) == 0;
}

const struct p11_mech *
p11_mech_find(CK_MECHANISM_TYPE type, unsigned caps)
{
	size_t len;
	const struct p11_mech *row = p11_mech_rows(caps, &len);

	for (size_t i = 0; i < len; i++)
		if (row[i].type == type && p11_mech_offered(&row[i], caps))
			return &row[i];
	return NULL;
}

CK_RV
p11_mech_admit(const CK_MECHANISM *m, CK_FLAGS op, unsigned caps, CK_ULONG bits,
    const struct p11_mech **out)
{
	const struct p11_mech *row = p11_mech_find(m->mechanism, caps);
	CK_RV rv;

	*out = NULL;
	if (row == NULL || (row->flags & op) != op)
		return CKR_MECHANISM_INVALID;
	if (bits != 0 && (bits < row->min || bits > row->max))
		return CKR_KEY_SIZE_RANGE;
	if ((rv = row->check(m, row)) == CKR_OK)
		*out = row;
	return rv;
}

enum jm_hash
p11_mech_hash(const struct p11_mech *row)
{
	switch (row->hash) {
	case P11_HASH_SHA1: return JM_SHA1;
	case P11_HASH_SHA384: return JM_SHA384;
	case P11_HASH_SHA512: return JM_SHA512;
	case P11_HASH_NONE:
	case P11_HASH_SHA256: break;
	}
	return JM_SHA256;
}
