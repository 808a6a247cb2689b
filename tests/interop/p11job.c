/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * p11job MODULE STEP...
 *
 * One process that uses a PKCS#11 module the way the words say, in their order,
 * and prints one line for each: the step, the return value's name, and what
 * came of it.  Exit status 0 whatever the module answered; 2 for a step it does
 * not know.  PAIR is "auth" or "sign", or "nym" for the service identities, of
 * which there is to be one.  The first step is "init".
 *
 *   init  final             C_Initialize, C_Finalize
 *   slots                   number of slots with a token
 *   token:PAIR              flags about the PIN: low, final, locked
 *   open:PAIR[:rw]          a session, found by the token's label
 *   close:PAIR
 *   state:PAIR              "user" or "public"
 *   login:PAIR:PIN          "login:PAIR:" is an empty PIN
 *   logout:PAIR
 *   setpin:PAIR:OLD:NEW
 *   find:PAIR:CLASS         number of objects; CLASS cert, pub, priv, any
 *   cert:PAIR               bytes of the pair's certificate
 *   sign:PAIR[:FILE]        CKM_SHA256_RSA_PKCS (nym: CKM_ECDSA_SHA256) over "a
 *                           letter\n", into FILE
 *   again:N:STEP            the step N times, one line each
 *   until:PAIR              ask for the slot list until the token is there
 *   gone:PAIR               and until it is not; both give up after 15 s
 *   card:N                  from here on the Nth token of a label, from 0
 *   guest                   threads besides the first, signals with a handler
 *   fork:HOW                a child that "exec"s another program, knows
 *                           "nothing" of the module's state, or does some
 *                           "work" of its own; CKR_OK when it did
 *   say:WORD  wait          tell the script; wait for a line from it
 *   label:PAIR:TEXT         the pair's token is called so from here on
 *   turns:N:PAIR            N times: read a byte from descriptor 3, sign, write
 *                           one to descriptor 4; up to the first that fails
 *   sleep:MS
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/interop/p11job.h"

#define NYM        2
#define LABEL_LEN  32
#define DEADLINE_S 15

static const char *const pair_name[PAIRS] = { "auth", "sign", "nym" };
static const char *const token_label[PAIRS] = { "JPKI Authentication",
	"JPKI Signature", "Service Identities" };

int
pair_of(const char *word)
{
	for (int i = 0; i < PAIRS; i++)
		if (word != NULL && strcmp(word, pair_name[i]) == 0)
			return i;
	fprintf(stderr, "p11job: no pair %s\n", word ? word : "given");
	exit(2);
}

static void
pause_ms(long ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* --- slots and objects -----------------------------------------------------
 */

CK_RV
slot_of(struct job *j, int pair, CK_SLOT_ID *out, CK_TOKEN_INFO *info)
{
	CK_SLOT_ID slot[16];
	CK_ULONG n = sizeof slot / sizeof slot[0];
	const char *const name =
	    j->label[pair] != NULL ? j->label[pair] : token_label[pair];
	const size_t len = strlen(name);
	long before = j->card;
	CK_RV rv;

	*out = 0;
	if ((rv = j->f->C_GetSlotList(CK_TRUE, slot, &n)) != CKR_OK)
		return rv;
	for (CK_ULONG i = 0; i < n; i++) {
		rv = j->f->C_GetTokenInfo(slot[i], info);
		if (rv != CKR_OK)
			continue;
		if (memcmp(info->label, name, len) == 0 &&
		    strspn((const char *)info->label + len, " ") >=
			LABEL_LEN - len &&
		    before-- == 0) {
			*out = slot[i];
			return CKR_OK;
		}
	}
	return CKR_TOKEN_NOT_PRESENT;
}

static CK_RV
find(struct job *j, int pair, CK_ATTRIBUTE *want, CK_ULONG n_want,
    CK_OBJECT_HANDLE *first, CK_ULONG *n)
{
	CK_OBJECT_HANDLE hit[32];
	CK_RV rv, end;

	*first = 0;
	*n = 0;
	rv = j->f->C_FindObjectsInit(j->session[pair], want, n_want);
	if (rv != CKR_OK)
		return rv;
	rv = j->f->C_FindObjects(j->session[pair], hit, 32, n);
	end = j->f->C_FindObjectsFinal(j->session[pair]);
	if (rv == CKR_OK && *n > 0)
		*first = hit[0];
	return rv != CKR_OK ? rv : end;
}

/* The pair's own object of a class: CKA_ID 01 or 02. */
static CK_RV
object_of(struct job *j, int pair, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *out)
{
	CK_BYTE id = (CK_BYTE)(pair + 1);
	CK_ATTRIBUTE want[2] = { { CKA_CLASS, &class, sizeof class },
		{ CKA_ID, &id, sizeof id } };
	CK_ULONG n;
	CK_RV rv = find(j, pair, want, pair == NYM ? 1 : 2, out, &n);

	return rv == CKR_OK && n != 1 ? CKR_OBJECT_HANDLE_INVALID : rv;
}

/* --- steps ------------------------------------------------------------------
 */

static CK_RV
step_slots(struct job *j, char **arg, char *more, size_t room)
{
	CK_ULONG n = 0;
	CK_RV rv = j->f->C_GetSlotList(CK_TRUE, NULL, &n);

	(void)arg;
	snprintf(more, room, "%lu", (unsigned long)n);
	return rv;
}

static CK_RV
step_init(struct job *j, char **arg, char *more, size_t room)
{
	(void)arg, (void)more, (void)room;
	return j->f->C_Initialize(NULL);
}

static CK_RV
step_final(struct job *j, char **arg, char *more, size_t room)
{
	(void)arg, (void)more, (void)room;
	return j->f->C_Finalize(NULL);
}

static CK_RV
step_token(struct job *j, char **arg, char *more, size_t room)
{
	CK_TOKEN_INFO info;
	CK_SLOT_ID slot;
	CK_RV rv = slot_of(j, pair_of(arg[0]), &slot, &info);

	if (rv == CKR_OK)
		snprintf(more, room, "flags%s%s%s",
		    info.flags & CKF_USER_PIN_COUNT_LOW ? " low" : "",
		    info.flags & CKF_USER_PIN_FINAL_TRY ? " final" : "",
		    info.flags & CKF_USER_PIN_LOCKED ? " locked" : "");
	return rv;
}

static CK_RV
step_open(struct job *j, char **arg, char *more, size_t room)
{
	const int pair = pair_of(arg[0]);
	CK_TOKEN_INFO info;
	CK_SLOT_ID slot;
	CK_RV rv = slot_of(j, pair, &slot, &info);

	(void)more, (void)room;
	if (rv != CKR_OK)
		return rv;
	return j->f->C_OpenSession(slot,
	    CKF_SERIAL_SESSION | (arg[1] != NULL ? CKF_RW_SESSION : 0), NULL,
	    NULL, &j->session[pair]);
}

static CK_RV
step_close(struct job *j, char **arg, char *more, size_t room)
{
	(void)more, (void)room;
	return j->f->C_CloseSession(j->session[pair_of(arg[0])]);
}

static CK_RV
step_state(struct job *j, char **arg, char *more, size_t room)
{
	CK_SESSION_INFO info = { .state = 0 };
	CK_RV rv = j->f->C_GetSessionInfo(j->session[pair_of(arg[0])], &info);

	if (rv == CKR_OK)
		snprintf(more, room, "%s",
		    info.state == CKS_RO_USER_FUNCTIONS ||
			    info.state == CKS_RW_USER_FUNCTIONS
			? "user"
			: "public");
	return rv;
}

static CK_RV
step_login(struct job *j, char **arg, char *more, size_t room)
{
	CK_BYTE *pin = (CK_BYTE *)arg[1];

	(void)more, (void)room;
	return j->f->C_Login(j->session[pair_of(arg[0])], CKU_USER, pin,
	    pin == NULL ? 0 : strlen(arg[1]));
}

static CK_RV
step_logout(struct job *j, char **arg, char *more, size_t room)
{
	(void)more, (void)room;
	return j->f->C_Logout(j->session[pair_of(arg[0])]);
}

static CK_RV
step_setpin(struct job *j, char **arg, char *more, size_t room)
{
	const int pair = pair_of(arg[0]);

	(void)more, (void)room;
	if (arg[1] == NULL || arg[2] == NULL)
		return CKR_ARGUMENTS_BAD;
	return j->f->C_SetPIN(j->session[pair], (CK_BYTE *)arg[1],
	    strlen(arg[1]), (CK_BYTE *)arg[2], strlen(arg[2]));
}

static CK_RV
step_find(struct job *j, char **arg, char *more, size_t room)
{
	const int pair = pair_of(arg[0]);
	const char *const what = arg[1] == NULL ? "any" : arg[1];
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE want = { CKA_CLASS, &class, sizeof class };
	CK_OBJECT_HANDLE first;
	CK_ULONG n = 0;
	CK_RV rv;

	if (strcmp(what, "priv") == 0)
		class = CKO_PRIVATE_KEY;
	if (strcmp(what, "pub") == 0)
		class = CKO_PUBLIC_KEY;
	rv = find(j, pair, &want, strcmp(what, "any") != 0, &first, &n);
	snprintf(more, room, "%lu", (unsigned long)n);
	return rv;
}

static CK_RV
step_cert(struct job *j, char **arg, char *more, size_t room)
{
	const int pair = pair_of(arg[0]);
	static CK_BYTE der[8192];
	CK_ATTRIBUTE value = { CKA_VALUE, der, sizeof der };
	CK_OBJECT_HANDLE h;
	CK_RV rv = object_of(j, pair, CKO_CERTIFICATE, &h);

	if (rv == CKR_OK)
		rv = j->f->C_GetAttributeValue(j->session[pair], h, &value, 1);
	if (rv == CKR_OK)
		snprintf(more, room, "%lu", (unsigned long)value.ulValueLen);
	return rv;
}

CK_RV
step_sign(struct job *j, char **arg, char *more, size_t room)
{
	const int pair = pair_of(arg[0]);
	CK_MECHANISM mech = {
		pair == NYM ? CKM_ECDSA_SHA256 : CKM_SHA256_RSA_PKCS, NULL, 0
	};
	CK_BYTE text[] = "a letter\n", sig[512];
	CK_ULONG len = sizeof sig;
	CK_OBJECT_HANDLE key;
	CK_RV rv;
	FILE *f;

	(void)more, (void)room;
	if ((rv = object_of(j, pair, CKO_PRIVATE_KEY, &key)) != CKR_OK)
		return rv;
	rv = j->f->C_SignInit(j->session[pair], &mech, key);
	if (rv == CKR_OK)
		rv = j->f->C_Sign(
		    j->session[pair], text, sizeof text - 1, sig, &len);
	if (rv == CKR_OK && arg[1] != NULL) {
		if ((f = fopen(arg[1], "wb")) == NULL ||
		    fwrite(sig, 1, len, f) != len || fclose(f) != 0) {
			perror(arg[1]);
			exit(2);
		}
	}
	return rv;
}

/* CKR_FUNCTION_CANCELED: it did not come (or go) in time. */
static CK_RV
wait_token(struct job *j, int pair, int there)
{
	const time_t end = time(NULL) + DEADLINE_S;
	CK_TOKEN_INFO info;
	CK_SLOT_ID slot;

	do {
		const CK_RV rv = slot_of(j, pair, &slot, &info);

		if ((rv == CKR_OK) == there)
			return CKR_OK;
		pause_ms(20);
	} while (time(NULL) < end);
	return CKR_FUNCTION_CANCELED;
}

static CK_RV
step_until(struct job *j, char **arg, char *more, size_t room)
{
	(void)more, (void)room;
	return wait_token(j, pair_of(arg[0]), 1);
}

static CK_RV
step_gone(struct job *j, char **arg, char *more, size_t room)
{
	(void)more, (void)room;
	return wait_token(j, pair_of(arg[0]), 0);
}

static CK_RV
step_card(struct job *j, char **arg, char *more, size_t room)
{
	(void)more, (void)room;
	j->card = arg[0] == NULL ? 0 : atol(arg[0]);
	return CKR_OK;
}

static CK_RV
step_say(struct job *j, char **arg, char *more, size_t room)
{
	(void)j;
	snprintf(more, room, "%s", arg[0] == NULL ? "" : arg[0]);
	return CKR_OK;
}

static CK_RV
step_wait(struct job *j, char **arg, char *more, size_t room)
{
	char line[64];

	(void)j, (void)arg, (void)more, (void)room;
	return fgets(line, sizeof line, stdin) ? CKR_OK : CKR_FUNCTION_CANCELED;
}

static CK_RV
step_sleep(struct job *j, char **arg, char *more, size_t room)
{
	(void)j, (void)more, (void)room;
	pause_ms(arg[0] == NULL ? 0 : atol(arg[0]));
	return CKR_OK;
}

/* clang-format off */
static const struct {
	const char *name;
	CK_RV (*run)(struct job *j, char **arg, char *more, size_t room);
} steps[] = {
	{ "init", step_init },     { "final", step_final },
	{ "slots", step_slots },   { "token", step_token },
	{ "open", step_open },     { "close", step_close },
	{ "state", step_state },   { "login", step_login },
	{ "logout", step_logout }, { "setpin", step_setpin },
	{ "find", step_find },     { "cert", step_cert },
	{ "sign", step_sign },     { "until", step_until },
	{ "gone", step_gone },     { "say", step_say },
	{ "wait", step_wait },     { "sleep", step_sleep },
	{ "card", step_card },     { "guest", step_guest },
	{ "fork", step_fork },     { "label", step_label },
	{ "turns", step_turns },
};
/* clang-format on */

#define ARGS 3

static void
run_step(struct job *j, const char *text)
{
	char copy[512], more[128] = "";
	char *name = copy, *arg[ARGS] = { NULL }, *at;

	snprintf(copy, sizeof copy, "%s", text);
	at = copy;
	for (int i = 0; i < ARGS && (at = strchr(at, ':')) != NULL; i++) {
		*at++ = '\0';
		arg[i] = at;
	}
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (strcmp(steps[i].name, name) == 0) {
			const CK_RV rv =
			    steps[i].run(j, arg, more, sizeof more);

			/* a PIN is no part of what is told */
			printf("%s%s%s %s%s%s\n", name, arg[0] ? ":" : "",
			    arg[0] ? arg[0] : "", rv_name(rv),
			    more[0] ? " " : "", more);
			fflush(stdout);
			return;
		}
	fprintf(stderr, "p11job: no step %s\n", name);
	exit(2);
}

static void
run(struct job *j, const char *text)
{
	long times = 1;
	char *end;

	if (strncmp(text, "again:", 6) == 0) {
		times = strtol(text + 6, &end, 10);
		text = *end == ':' ? end + 1 : "";
	}
	while (times-- > 0)
		run_step(j, text);
}

int
main(int argc, char **argv)
{
	CK_C_GetFunctionList get;
	struct job j = { NULL, { 0 }, 0, { NULL } };
	void *so;

	if (argc < 2) {
		fprintf(stderr, "usage: p11job MODULE STEP...\n");
		return 2;
	}
	if ((so = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL)) == NULL) {
		fprintf(stderr, "p11job: %s\n", dlerror());
		return 2;
	}
	*(void **)&get = dlsym(so, "C_GetFunctionList");
	if (get == NULL || get(&j.f) != CKR_OK) {
		fprintf(stderr, "p11job: %s: no function list\n", argv[1]);
		return 2;
	}
	for (int i = 2; i < argc; i++)
		run(&j, argv[i]);
	return 0;
}
