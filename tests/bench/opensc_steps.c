/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * opensc_steps MODULE N PIN
 *
 * What one process asks of a PKCS#11 module, step by step, on the Nth slot with
 * a token (from 1) and its key of CKA_ID N.  For each line from standard input
 * the next step is done and "STEP MICROSECONDS" is written; exit status 1 when
 * a call fails or a line is missing, 2 for wrong usage.
 *
 *   start   C_Initialize, the slots with a token, a session
 *   login   C_Login
 *   find    the private key, and whether it always wants the PIN
 *   sign    C_SignInit, the PIN again if it is wanted, C_Sign
 *   next    the same once more
 *   info    C_GetTokenInfo
 *   logout  C_Logout
 *   end     C_Finalize
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pkcs11/p11.h"

#define SLOTS 32

struct host {
	CK_FUNCTION_LIST *f;
	CK_ULONG number;
	CK_BYTE *pin;
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	CK_BBOOL always;
};

static void
must(const char *what, CK_RV rv)
{
	if (rv == CKR_OK)
		return;
	fprintf(stderr, "opensc_steps: %s: 0x%lx\n", what, (unsigned long)rv);
	exit(1);
}

static uint64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void
login(struct host *h, CK_USER_TYPE who)
{
	must("C_Login",
	    h->f->C_Login(h->session, who, h->pin, strlen((char *)h->pin)));
}

static void
step_start(struct host *h)
{
	CK_SLOT_ID slot[SLOTS];
	CK_ULONG n = SLOTS;

	must("C_Initialize", h->f->C_Initialize(NULL));
	must("C_GetSlotList", h->f->C_GetSlotList(CK_TRUE, slot, &n));
	if (n < h->number)
		must("slots", CKR_TOKEN_NOT_PRESENT);
	h->slot = slot[h->number - 1];
	must("C_OpenSession", h->f->C_OpenSession(h->slot, CKF_SERIAL_SESSION,
				  NULL, NULL, &h->session));
}

static void
step_login(struct host *h)
{
	login(h, CKU_USER);
}

static void
step_find(struct host *h)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_BYTE id = (CK_BYTE)h->number;
	CK_ATTRIBUTE want[2] = { { CKA_CLASS, &class, sizeof class },
		{ CKA_ID, &id, sizeof id } };
	CK_ATTRIBUTE always = { CKA_ALWAYS_AUTHENTICATE, &h->always,
		sizeof h->always };
	CK_ULONG n = 0;

	must("C_FindObjectsInit", h->f->C_FindObjectsInit(h->session, want, 2));
	must("C_FindObjects", h->f->C_FindObjects(h->session, &h->key, 1, &n));
	must("C_FindObjectsFinal", h->f->C_FindObjectsFinal(h->session));
	if (n != 1)
		must("key", CKR_KEY_HANDLE_INVALID);
	if (h->f->C_GetAttributeValue(h->session, h->key, &always, 1) != CKR_OK)
		h->always = CK_FALSE;
}

static void
step_sign(struct host *h)
{
	CK_MECHANISM mech = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	CK_BYTE text[] = "a letter\n", sig[512];
	CK_ULONG len = sizeof sig;

	must("C_SignInit", h->f->C_SignInit(h->session, &mech, h->key));
	if (h->always)
		login(h, CKU_CONTEXT_SPECIFIC);
	must("C_Sign",
	    h->f->C_Sign(h->session, text, sizeof text - 1, sig, &len));
}

static void
step_info(struct host *h)
{
	CK_TOKEN_INFO info;

	must("C_GetTokenInfo", h->f->C_GetTokenInfo(h->slot, &info));
}

static void
step_logout(struct host *h)
{
	must("C_Logout", h->f->C_Logout(h->session));
}

static void
step_end(struct host *h)
{
	must("C_Finalize", h->f->C_Finalize(NULL));
}

static const struct {
	const char *name;
	void (*run)(struct host *h);
} steps[] = {
	{ "start", step_start },
	{ "login", step_login },
	{ "find", step_find },
	{ "sign", step_sign },
	{ "next", step_sign },
	{ "info", step_info },
	{ "logout", step_logout },
	{ "end", step_end },
};

int
main(int argc, char **argv)
{
	struct host h = { .f = NULL };
	CK_C_GetFunctionList get = NULL;
	char line[16];
	void *so;

	if (argc != 4 || (h.number = strtoul(argv[2], NULL, 10)) < 1) {
		fprintf(stderr, "usage: opensc_steps MODULE N PIN\n");
		return 2;
	}
	h.pin = (CK_BYTE *)argv[3];
	if ((so = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL)) != NULL)
		*(void **)&get = dlsym(so, "C_GetFunctionList");
	if (get == NULL) {
		fprintf(stderr, "opensc_steps: %s\n", dlerror());
		return 2;
	}
	must("C_GetFunctionList", get(&h.f));
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		uint64_t began;

		if (fgets(line, sizeof line, stdin) == NULL)
			must("nothing on standard input", CKR_CANCEL);
		began = now_us();
		steps[i].run(&h);
		printf("%s %lu\n", steps[i].name,
		    (unsigned long)(now_us() - began));
		fflush(stdout);
	}
	return 0;
}
