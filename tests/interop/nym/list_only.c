/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The PKCS#11 module that JM_LIST_ONLY names, without C_GetInterface: OpenSC's
 * spy (0.23) crashes there when the module behind it has no such function, and
 * NSS always asks.
 */
#include <dlfcn.h>
#include <stdlib.h>

#include "pkcs11/p11.h"

__attribute__((visibility("default"))) CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **list)
{
	const char *const path = getenv("JM_LIST_ONLY");
	CK_C_GetFunctionList get = NULL;
	void *so;

	*list = NULL;
	if (path == NULL || (so = dlopen(path, RTLD_NOW | RTLD_LOCAL)) == NULL)
		return CKR_GENERAL_ERROR;
	*(void **)&get = dlsym(so, "C_GetFunctionList");
	return get == NULL ? CKR_GENERAL_ERROR : get(list);
}
