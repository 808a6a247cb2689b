/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which values PKCS#11 2.40, section 5, names for each function that a resident
 * card has a use for, which of these cannot arise here and why, and which are
 * returned besides.  The others are in test_all_functions.c: they have one
 * answer.  Names are those of the standard without CKR_.
 */
#ifndef JM_TESTS_PKCS11_PROMISED_H
#define JM_TESTS_PKCS11_PROMISED_H

#define ALL     "OK GENERAL_ERROR FUNCTION_FAILED HOST_MEMORY "
#define LIVE    ALL "CRYPTOKI_NOT_INITIALIZED "
#define DEVICE  LIVE "DEVICE_ERROR DEVICE_MEMORY DEVICE_REMOVED "
#define SESSION DEVICE "SESSION_CLOSED SESSION_HANDLE_INVALID "
#define SLOT    DEVICE "SLOT_ID_INVALID TOKEN_NOT_PRESENT "
#define BAD     "ARGUMENTS_BAD "
#define KEY                                                                    \
	"KEY_FUNCTION_NOT_PERMITTED KEY_HANDLE_INVALID KEY_SIZE_RANGE "        \
	"KEY_TYPE_INCONSISTENT "
#define START                                                                  \
	"FUNCTION_CANCELED MECHANISM_INVALID MECHANISM_PARAM_INVALID "         \
	"OPERATION_ACTIVE PIN_EXPIRED USER_NOT_LOGGED_IN "
#define GO "FUNCTION_CANCELED OPERATION_NOT_INITIALIZED "

static const struct {
	const char *function, *values;
} promised[] = {
	{ "C_Initialize", ALL BAD "CANT_LOCK CRYPTOKI_ALREADY_INITIALIZED "
				  "NEED_TO_CREATE_THREADS" },
	{ "C_Finalize", LIVE BAD },
	{ "C_GetInfo", LIVE BAD },
	{ "C_GetSlotList", LIVE BAD "BUFFER_TOO_SMALL" },
	{ "C_GetSlotInfo", LIVE BAD "DEVICE_ERROR SLOT_ID_INVALID" },
	{ "C_GetTokenInfo", SLOT BAD "TOKEN_NOT_RECOGNIZED" },
	{ "C_WaitForSlotEvent", LIVE BAD "NO_EVENT" },
	{ "C_GetMechanismList",
	    SLOT BAD "BUFFER_TOO_SMALL TOKEN_NOT_RECOGNIZED" },
	{ "C_GetMechanismInfo",
	    SLOT BAD "MECHANISM_INVALID TOKEN_NOT_RECOGNIZED" },
	{ "C_SetPIN", SESSION BAD
	    "FUNCTION_CANCELED PIN_INCORRECT PIN_INVALID PIN_LEN_RANGE "
	    "PIN_LOCKED SESSION_READ_ONLY TOKEN_WRITE_PROTECTED" },
	{ "C_OpenSession",
	    SLOT BAD "SESSION_COUNT SESSION_PARALLEL_NOT_SUPPORTED "
		     "SESSION_READ_WRITE_SO_EXISTS TOKEN_NOT_RECOGNIZED "
		     "TOKEN_WRITE_PROTECTED" },
	{ "C_CloseSession", SESSION },
	{ "C_CloseAllSessions", SLOT },
	{ "C_GetSessionInfo", SESSION BAD },
	{ "C_Login", SESSION BAD
	    "FUNCTION_CANCELED OPERATION_NOT_INITIALIZED PIN_INCORRECT "
	    "PIN_LOCKED SESSION_READ_ONLY_EXISTS USER_ALREADY_LOGGED_IN "
	    "USER_ANOTHER_ALREADY_LOGGED_IN USER_PIN_NOT_INITIALIZED "
	    "USER_TOO_MANY_TYPES USER_TYPE_INVALID" },
	{ "C_Logout", SESSION "USER_NOT_LOGGED_IN" },
	{ "C_GetObjectSize",
	    SESSION BAD "INFORMATION_SENSITIVE OBJECT_HANDLE_INVALID" },
	{ "C_GetAttributeValue", SESSION BAD
	    "ATTRIBUTE_SENSITIVE ATTRIBUTE_TYPE_INVALID BUFFER_TOO_SMALL "
	    "OBJECT_HANDLE_INVALID" },
	{ "C_FindObjectsInit", SESSION BAD
	    "ATTRIBUTE_TYPE_INVALID ATTRIBUTE_VALUE_INVALID OPERATION_ACTIVE "
	    "PIN_EXPIRED" },
	{ "C_FindObjects", SESSION BAD "OPERATION_NOT_INITIALIZED" },
	{ "C_FindObjectsFinal", SESSION "OPERATION_NOT_INITIALIZED" },
	{ "C_DigestInit", SESSION BAD START },
	{ "C_Digest", SESSION BAD GO "BUFFER_TOO_SMALL" },
	{ "C_DigestUpdate", SESSION BAD GO },
	{ "C_DigestKey",
	    SESSION GO "KEY_HANDLE_INVALID KEY_INDIGESTIBLE KEY_SIZE_RANGE" },
	{ "C_DigestFinal", SESSION BAD GO "BUFFER_TOO_SMALL" },
	{ "C_SignInit", SESSION BAD START KEY },
	{ "C_Sign", SESSION BAD GO
	    "BUFFER_TOO_SMALL DATA_INVALID DATA_LEN_RANGE USER_NOT_LOGGED_IN "
	    "FUNCTION_REJECTED" },
	{ "C_SignUpdate", SESSION BAD GO "DATA_LEN_RANGE USER_NOT_LOGGED_IN" },
	{ "C_SignFinal",
	    SESSION BAD GO "BUFFER_TOO_SMALL DATA_LEN_RANGE USER_NOT_LOGGED_IN "
			   "FUNCTION_REJECTED" },
	{ "C_VerifyInit", SESSION BAD START KEY },
	{ "C_Verify",
	    SESSION BAD GO "DATA_INVALID DATA_LEN_RANGE SIGNATURE_INVALID "
			   "SIGNATURE_LEN_RANGE" },
	{ "C_VerifyUpdate", SESSION BAD GO "DATA_LEN_RANGE" },
	{ "C_VerifyFinal", SESSION BAD GO
	    "DATA_LEN_RANGE SIGNATURE_INVALID SIGNATURE_LEN_RANGE" },
	{ "C_SeedRandom", SESSION BAD
	    "FUNCTION_CANCELED OPERATION_ACTIVE RANDOM_SEED_NOT_SUPPORTED "
	    "RANDOM_NO_RNG USER_NOT_LOGGED_IN" },
	{ "C_GenerateRandom",
	    SESSION BAD "FUNCTION_CANCELED OPERATION_ACTIVE RANDOM_NO_RNG "
			"USER_NOT_LOGGED_IN" },
};

/* function "*": everywhere but where another row of "arises" names it. */
static const struct {
	const char *value, *why;
	const char *arises; /* in these alone */
} never[] = {
	{ "GENERAL_ERROR", "each failure has a value of its own", "" },
	{ "FUNCTION_FAILED", "software alone fails so: a refused mode",
	    "C_Sign C_SignFinal" },
	{ "HOST_MEMORY",
	    "no memory is asked for, or its lack is a card that "
	    "is not seen; by test_memory.c",
	    "C_Initialize C_OpenSession C_DigestInit C_SignInit "
	    "C_VerifyInit" },
	{ "DEVICE_ERROR", "the card is not asked",
	    "C_GetTokenInfo C_GetMechanismList C_GetMechanismInfo C_SetPIN "
	    "C_OpenSession C_Login C_GetAttributeValue "
	    "C_FindObjectsInit C_Sign C_SignFinal C_GenerateRandom" },
	{ "DEVICE_REMOVED",
	    "a session ends with its card: the handle is "
	    "invalid, but for the call that notices",
	    "C_GetTokenInfo C_SetPIN C_Login C_GetSessionInfo "
	    "C_GetAttributeValue C_FindObjectsInit C_Sign C_SignFinal "
	    "C_GenerateRandom" },
	{ "DEVICE_MEMORY", "nothing is stored on the card", "" },
	{ "SESSION_CLOSED", "it ends with the call that is inside", "" },
	{ "FUNCTION_CANCELED", "nobody is called back; keys of a reader can",
	    "C_Login C_SetPIN" },
	{ "PIN_EXPIRED", "no PIN of this card does", "" },
	{ "TOKEN_NOT_RECOGNIZED", "a foreign card is no token", "" },
	{ "TOKEN_NOT_PRESENT", "it has nothing to close, and says so by CKR_OK",
	    "C_GetTokenInfo C_GetMechanismList C_GetMechanismInfo "
	    "C_OpenSession" },
	{ "NEED_TO_CREATE_THREADS", "none is created", "" },
	{ "TOKEN_WRITE_PROTECTED",
	    "a PIN can be changed, and R/W sessions are "
	    "opened for programs that know no others",
	    "" },
	{ "SESSION_READ_WRITE_SO_EXISTS", "no SO", "" },
	{ "SESSION_READ_ONLY_EXISTS", "no SO", "" },
	{ "USER_ANOTHER_ALREADY_LOGGED_IN", "one user", "" },
	{ "USER_TOO_MANY_TYPES", "one user", "" },
	{ "INFORMATION_SENSITIVE", "a sum of public lengths", "" },
	{ "ATTRIBUTE_TYPE_INVALID", "a search for what no object has is empty",
	    "C_GetAttributeValue" },
	{ "KEY_TYPE_INCONSISTENT", "all keys are RSA, all mechanisms for it",
	    "" },
	{ "KEY_SIZE_RANGE", "a card of 2048 bits; by test_p11_mech.c", "" },
	{ "DATA_INVALID", "any DigestInfo may be compared", "C_Sign" },
	{ "FUNCTION_REJECTED", "nobody is asked", "" },
	{ "OPERATION_ACTIVE", "random numbers disturb no operation",
	    "C_FindObjectsInit C_DigestInit C_SignInit C_VerifyInit" },
	{ "USER_NOT_LOGGED_IN", "public objects need no login",
	    "C_Logout C_SignInit C_Sign C_SignFinal" },
	{ "ARGUMENTS_BAD", "there is no pointer to be wrong",
	    "C_Initialize C_Finalize C_GetInfo C_GetSlotList C_GetSlotInfo "
	    "C_GetTokenInfo C_WaitForSlotEvent C_GetMechanismList "
	    "C_GetMechanismInfo C_SetPIN C_OpenSession C_GetSessionInfo "
	    "C_Login C_GetObjectSize C_GetAttributeValue C_FindObjectsInit "
	    "C_FindObjects C_DigestInit C_Digest C_DigestUpdate C_DigestFinal "
	    "C_SignInit C_Sign C_SignUpdate C_SignFinal C_VerifyInit C_Verify "
	    "C_VerifyUpdate C_VerifyFinal C_GenerateRandom" },
	{ "OK", "there is no seed to take",
	    "C_Initialize C_Finalize C_GetInfo C_GetSlotList C_GetSlotInfo "
	    "C_GetTokenInfo C_WaitForSlotEvent C_GetMechanismList "
	    "C_GetMechanismInfo C_SetPIN C_OpenSession C_CloseSession "
	    "C_CloseAllSessions C_GetSessionInfo C_Login C_Logout "
	    "C_GetObjectSize C_GetAttributeValue C_FindObjectsInit "
	    "C_FindObjects C_FindObjectsFinal C_DigestInit C_Digest "
	    "C_DigestUpdate C_DigestFinal C_SignInit C_Sign C_SignUpdate "
	    "C_SignFinal C_VerifyInit C_Verify C_VerifyUpdate C_VerifyFinal "
	    "C_GenerateRandom" },
};

/* Values that the standard names for no such call, and that are better than
 * those it does. */
static const struct {
	const char *function, *value, *why;
} besides[] = {
	{ "C_Login", "PIN_LEN_RANGE", "known without the card" },
	{ "C_Sign", "OPERATION_ACTIVE", "after C_SignUpdate" },
	{ "C_Verify", "OPERATION_ACTIVE", "after C_VerifyUpdate" },
	{ "C_Digest", "OPERATION_ACTIVE", "after C_DigestUpdate" },
};

#undef ALL
#undef LIVE
#undef DEVICE
#undef SESSION
#undef SLOT
#undef BAD
#undef KEY
#undef START
#undef GO

#endif
