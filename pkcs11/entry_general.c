/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "pkcs11/entry.h"
#include "pkcs11/module.h"
#include "pkcs11/text.h"

CK_RV
p11_C_Initialize(void *init_args)
{
	return p11_module_init(init_args);
}

CK_RV
p11_C_Finalize(void *reserved)
{
	CK_RV rv;

	if (reserved != NULL) {
		rv = p11_begin();
		return rv != CKR_OK ? rv : p11_end(CKR_ARGUMENTS_BAD);
	}
	return p11_module_finish();
}

static CK_RV
get_info(CK_INFO *info, CK_VERSION cryptoki)
{
	CK_RV rv;

	if ((rv = p11_begin()) != CKR_OK)
		return rv;
	if (info == NULL)
		return p11_end(CKR_ARGUMENTS_BAD);
	*info = (CK_INFO){ .cryptokiVersion = cryptoki,
		.libraryVersion = p11_version(PACKAGE_VERSION) };
	p11_pad(info->manufacturerID, sizeof info->manufacturerID,
	    P11_MANUFACTURER);
	p11_pad(info->libraryDescription, sizeof info->libraryDescription,
	    "Japanese resident card (JPKI)");
	return p11_end(CKR_OK);
}

CK_RV
p11_C_GetInfo(CK_INFO *info)
{
	return get_info(info, (CK_VERSION){ 2, 40 });
}

CK_RV
p11_C_GetInfo_3_0(CK_INFO *info)
{
	return get_info(info, (CK_VERSION){ 3, 0 });
}
