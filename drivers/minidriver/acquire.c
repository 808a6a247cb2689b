/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one exported function, and the table of all others that it fills in. */
#include "drivers/minidriver/ctx.h"
#include "drivers/minidriver/entry.h"

/* CardAcquireContext: for keys that come from a server, without a card. */
#define SECURE_KEY_INJECTION_NO_CARD_MODE 1u

static void
fill_v4(CARD_DATA *c)
{
	c->pfnCardDeleteContext = md_delete_context;
	c->pfnCardQueryCapabilities = md_query_capabilities;
	c->pfnCardDeleteContainer = md_no_delete_container;
	c->pfnCardCreateContainer = md_no_create_container;
	c->pfnCardGetContainerInfo = md_get_container_info;
	c->pfnCardAuthenticatePin = md_authenticate_pin;
	c->pfnCardGetChallenge = md_get_challenge;
	c->pfnCardAuthenticateChallenge = md_no_authenticate_challenge;
	c->pfnCardUnblockPin = md_no_unblock_pin;
	c->pfnCardChangeAuthenticator = md_change_authenticator;
	c->pfnCardDeauthenticate = md_deauthenticate;
	c->pfnCardCreateDirectory = md_no_create_directory;
	c->pfnCardDeleteDirectory = md_no_delete_directory;
	c->pvUnused3 = NULL;
	c->pvUnused4 = NULL;
	c->pfnCardCreateFile = md_no_create_file;
	c->pfnCardReadFile = md_read_file;
	c->pfnCardWriteFile = md_no_write_file;
	c->pfnCardDeleteFile = md_no_delete_file;
	c->pfnCardEnumFiles = md_enum_files;
	c->pfnCardGetFileInfo = md_get_file_info;
	c->pfnCardQueryFreeSpace = md_query_free_space;
	c->pfnCardQueryKeySizes = md_query_key_sizes;
	c->pfnCardSignData = md_sign_data;
	c->pfnCardRSADecrypt = md_no_rsa_decrypt;
	c->pfnCardConstructDHAgreement = md_no_construct_dh_agreement;
}

static void
fill_v5(CARD_DATA *c)
{
	c->pfnCardDeriveKey = md_no_derive_key;
	c->pfnCardDestroyDHAgreement = md_no_destroy_dh_agreement;
}

static void
fill_v6(CARD_DATA *c)
{
	c->pfnCardGetChallengeEx = md_get_challenge_ex;
	c->pfnCardAuthenticateEx = md_authenticate_ex;
	c->pfnCardChangeAuthenticatorEx = md_change_authenticator_ex;
	c->pfnCardDeauthenticateEx = md_deauthenticate_ex;
	c->pfnCardGetContainerProperty = md_get_container_property;
	c->pfnCardSetContainerProperty = md_no_set_container_property;
	c->pfnCardGetProperty = md_get_property;
	c->pfnCardSetProperty = md_set_property;
}

static void
fill_v7(CARD_DATA *c)
{
	c->pfnMDImportSessionKey = md_no_md_import_session_key;
	c->pfnMDEncryptData = md_no_md_encrypt_data;
	c->pfnCardImportSessionKey = md_no_import_session_key;
	c->pfnCardGetSharedKeyHandle = md_no_get_shared_key_handle;
	c->pfnCardGetAlgorithmProperty = md_no_get_algorithm_property;
	c->pfnCardGetKeyProperty = md_no_get_key_property;
	c->pfnCardSetKeyProperty = md_no_set_key_property;
	c->pfnCardDestroyKey = md_no_destroy_key;
	c->pfnCardProcessEncryptedData = md_no_process_encrypted_data;
	c->pfnCardCreateContainerEx = md_no_create_container_ex;
}

/* The host's memory ends where its version does. */
static void
fill_table(CARD_DATA *c)
{
	if (c->dwVersion > CARD_DATA_VERSION_MAX)
		c->dwVersion = CARD_DATA_VERSION_MAX;
	fill_v4(c);
	if (c->dwVersion >= 5)
		fill_v5(c);
	if (c->dwVersion >= 6)
		fill_v6(c);
	if (c->dwVersion >= 7)
		fill_v7(c);
}

static DWORD
check_card(const CARD_DATA *c)
{
	if (c->dwVersion < CARD_DATA_VERSION_MIN)
		return ERROR_REVISION_MISMATCH;
	if (c->pbAtr == NULL || c->cbAtr == 0 || c->cbAtr > JM_ATR_MAX ||
	    c->pwszCardName == NULL || c->pfnCspAlloc == NULL ||
	    c->pfnCspReAlloc == NULL || c->pfnCspFree == NULL)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if (c->hScard == 0)
		return (DWORD)SCARD_E_INVALID_HANDLE;
	return ERROR_SUCCESS;
}

DWORD WINAPI
CardAcquireContext(CARD_DATA *card, DWORD flags)
{
	struct md_ctx *c;
	DWORD code;

	if (card == NULL)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if (flags == SECURE_KEY_INJECTION_NO_CARD_MODE)
		return (DWORD)SCARD_E_UNSUPPORTED_FEATURE;
	if (flags != 0)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if ((code = check_card(card)) != ERROR_SUCCESS)
		return code;
	card->pvVendorSpecific = NULL;
	if ((code = md_ctx_new(card, &c)) != ERROR_SUCCESS)
		return code;
	card->pvVendorSpecific = c;
	fill_table(card);
	return ERROR_SUCCESS;
}

/* May come when there is no card, no reader and no process any more. */
DWORD WINAPI
md_delete_context(CARD_DATA *card)
{
	struct md_ctx *c;

	if (!md_is_ours(card))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	c = card->pvVendorSpecific;
	card->pvVendorSpecific = NULL;
	md_ctx_free(&c);
	return ERROR_SUCCESS;
}
