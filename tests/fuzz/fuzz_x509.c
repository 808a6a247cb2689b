/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The input is a certificate; see cert_check.c for what has to hold. */
#include <string.h>

#include "tests/fuzz/cert_check.h"
#include "tests/fuzz/fuzz.h"

const char fuzz_name[] = "x509";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct jm_cert none;
	static struct jm_cert cert;

	memset(&cert, 0xa5, sizeof cert);
	if (jm_cert_parse(data, size, &cert) == JM_OK)
		cert_check(&cert);
	else
		MUST(memcmp(&cert, &none, sizeof cert) == 0);
	return 0;
}
