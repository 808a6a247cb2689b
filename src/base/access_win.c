/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/access.h"

#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>
#include <windows.h>

/* Who runs this thread: TOKEN_USER with its SID behind it. */
union user {
	TOKEN_USER token;
	BYTE room[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
};

static int
who(union user *out)
{
	HANDLE token;
	DWORD len;
	BOOL ok;

	if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token) &&
	    !OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
		return 0;
	ok = GetTokenInformation(token, TokenUser, out, sizeof *out, &len);
	(void)CloseHandle(token);
	return ok;
}

jm_err
access_new(void **descriptor)
{
	wchar_t text[2 * 192 + 48]; /* a SID is no longer than 184 characters */
	union user user;
	wchar_t *sid;
	int n;

	*descriptor = NULL;
	if (!who(&user) || !ConvertSidToStringSidW(user.token.User.Sid, &sid))
		return JM_IO;
	n = swprintf(text, NELEM(text),
	    L"O:%lsD:P(A;OICI;FA;;;%ls)(A;OICI;FA;;;SY)", sid, sid);
	(void)LocalFree(sid);
	if (n <= 0 || !ConvertStringSecurityDescriptorToSecurityDescriptorW(
			  text, SDDL_REVISION_1, descriptor, NULL)) {
		*descriptor = NULL;
		return JM_IO;
	}
	return JM_OK;
}

void
access_free(void **descriptor)
{
	(void)LocalFree(*descriptor);
	*descriptor = NULL;
}

/* May an entry for this one stand there? */
static int
is_trusted(PSID sid, PSID user)
{
	return EqualSid(sid, user) ||
	       IsWellKnownSid(sid, WinCreatorOwnerRightsSid) ||
	       IsWellKnownSid(sid, WinLocalSystemSid) ||
	       IsWellKnownSid(sid, WinBuiltinAdministratorsSid);
}

/* No list at all gives everybody everything. */
static int
is_closed(ACL *list, PSID user)
{
	void *at;

	if (list == NULL)
		return 0;
	for (DWORD i = 0; i < list->AceCount; i++) {
		const ACE_HEADER *head;

		if (!GetAce(list, i, &at))
			return 0;
		head = at;
		if (head->AceType == ACCESS_DENIED_ACE_TYPE)
			continue;
		if (head->AceType != ACCESS_ALLOWED_ACE_TYPE ||
		    !is_trusted(&((ACCESS_ALLOWED_ACE *)at)->SidStart, user))
			return 0;
	}
	return 1;
}

int
access_is_mine(void *handle)
{
	PSECURITY_DESCRIPTOR descriptor = NULL;
	union user user;
	ACL *list = NULL;
	PSID owner = NULL;
	int mine;

	if (!who(&user) ||
	    GetSecurityInfo(handle, SE_FILE_OBJECT,
		OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &owner,
		NULL, &list, NULL, &descriptor) != ERROR_SUCCESS)
		return 0;
	mine = owner != NULL && EqualSid(owner, user.token.User.Sid) &&
	       is_closed(list, user.token.User.Sid);
	(void)LocalFree(descriptor);
	return mine;
}
