/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * exit_host HOW MODULE PIN [LATE.so]
 *
 * A program that uses the authentication token of a PKCS#11 module, logs in,
 * signs, begins another signature, and ends:
 *
 *   none        without C_Finalize, a thread waiting for slot events
 *   signing     without C_Finalize, while threads sign
 *   atexit      C_Finalize in a function given to atexit before the module was
 *               loaded: it runs after those that the module's libraries gave,
 *               as static destructors of C++ programs do
 *   destructor  C_Finalize in a destructor of the program
 *   library     C_Finalize in a destructor of a library that was loaded before
 *               the module: it runs after the module's destructors
 *
 * With -DLATE this file is that library.  "finalized 0" is the last line where
 * C_Finalize was called.  Exit status 0; 2 if the way there failed.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef LATE

void (*late_call)(void);

__attribute__((destructor)) static void
late(void)
{
	if (late_call != NULL)
		late_call();
}

#else

#include <pthread.h>

#include "pkcs11/p11.h"

#define THREADS 4

static CK_FUNCTION_LIST *p11;
static CK_SLOT_ID slot;
static CK_OBJECT_HANDLE key;
static int in_destructor;

static void
must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "exit_host: %s\n", what);
	_exit(2);
}

static void
finalize(void)
{
	CK_RV rv;

	must(p11->C_CloseAllSessions(slot) == CKR_OK, "C_CloseAllSessions");
	rv = p11->C_Finalize(NULL);
	printf("finalized %lu\n", rv);
	fflush(stdout);
}

__attribute__((destructor)) static void
at_end(void)
{
	if (in_destructor)
		finalize();
}

static CK_RV
sign(CK_SESSION_HANDLE s)
{
	CK_MECHANISM m = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	CK_BYTE data[] = "data", sig[512];
	CK_ULONG len = sizeof sig;
	CK_RV rv = p11->C_SignInit(s, &m, key);

	return rv == CKR_OK ? p11->C_Sign(s, data, 4, sig, &len) : rv;
}

static CK_SESSION_HANDLE
open_session(void)
{
	CK_SESSION_HANDLE s;

	must(p11->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &s) ==
		 CKR_OK,
	    "C_OpenSession");
	return s;
}

static void
load(const char *module)
{
	void *lib = dlopen(module, RTLD_NOW);
	CK_RV (*get)(CK_FUNCTION_LIST **);

	must(lib != NULL, "dlopen");
	*(void **)&get = dlsym(lib, "C_GetFunctionList");
	must(get != NULL && get(&p11) == CKR_OK, "C_GetFunctionList");
}

static void
use(const char *pin)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };
	CK_MECHANISM m = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	CK_C_INITIALIZE_ARGS a = { .flags = CKF_OS_LOCKING_OK };
	CK_SLOT_ID list[16];
	CK_ULONG n = 16, hits = 0;
	CK_SESSION_HANDLE s;

	must(p11->C_Initialize(&a) == CKR_OK, "C_Initialize");
	must(p11->C_GetSlotList(CK_TRUE, list, &n) == CKR_OK && n > 0,
	    "C_GetSlotList");
	slot = list[0];
	s = open_session();
	must(p11->C_Login(s, CKU_USER, (CK_UTF8CHAR *)(uintptr_t)pin,
		 strlen(pin)) == CKR_OK,
	    "C_Login");
	must(p11->C_FindObjectsInit(s, &t, 1) == CKR_OK &&
		 p11->C_FindObjects(s, &key, 1, &hits) == CKR_OK && hits == 1 &&
		 p11->C_FindObjectsFinal(s) == CKR_OK,
	    "C_FindObjects");
	must(sign(s) == CKR_OK, "C_Sign");
	must(p11->C_SignInit(s, &m, key) == CKR_OK, "C_SignInit");
}

static void *
wait_for_ever(void *arg)
{
	CK_SLOT_ID id;

	(void)p11->C_WaitForSlotEvent(0, &id, NULL);
	return arg;
}

static void *
sign_for_ever(void *arg)
{
	const CK_SESSION_HANDLE s = open_session();

	while (sign(s) == CKR_OK)
		continue;
	return arg;
}

int
main(int argc, char **argv)
{
	pthread_t t;

	must(argc >= 4, "arguments");
	if (strcmp(argv[1], "atexit") == 0)
		must(atexit(finalize) == 0, "atexit");
	if (strcmp(argv[1], "library") == 0) {
		void *lib = dlopen(argc > 4 ? argv[4] : "", RTLD_NOW);
		void (**call)(void);

		must(lib != NULL, "dlopen of the library");
		*(void **)&call = dlsym(lib, "late_call");
		must(call != NULL, "dlsym");
		*call = finalize;
	}
	in_destructor = strcmp(argv[1], "destructor") == 0;
	load(argv[2]);
	use(argv[3]);
	if (strcmp(argv[1], "none") == 0)
		must(pthread_create(&t, NULL, wait_for_ever, NULL) == 0,
		    "thread");
	for (int i = 0; i < THREADS && strcmp(argv[1], "signing") == 0; i++)
		must(pthread_create(&t, NULL, sign_for_ever, NULL) == 0,
		    "thread");
	usleep(100 * 1000); /* they are at it */
	puts("done");
	return 0;
}

#endif
