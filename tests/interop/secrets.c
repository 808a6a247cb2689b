/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * secrets MODULE STEP...
 *
 * A host that keeps no copy of the PINs it gives to a module, and looks for
 * them in its own memory and in core files of itself.  It reads the PINs from
 * its input, a line each, and knows them by numbers from 0; what it keeps is
 * masked.  PAIR is "auth", "sign" or "nym", the service identities; PINs of the
 * last are the first's.  Exit status 0 when all is as the steps
 * say, 1 when not, 3 when PIN N of "unused:N" is in memory by chance.
 *
 *   init  final
 *   open:PAIR              a session (R/W), found by the token's label
 *   login:PAIR:N:RV        C_Login with PIN N answers RV (hexadecimal)
 *   logout:PAIR:RV         likewise; also setpin:PAIR:OLD:NEW:RV
 *   sign:PAIR:RV           and nothing of the signature's value is left
 *   state:PAIR:user        or public
 *   find:PAIR              reads all certificates
 *   unused:N               PIN N is nowhere
 *   gone:N                 the same, but it is a fault if it is there
 *   locked:N               it is there, and only in pages that are locked, left
 *                          out of core files and wiped on fork
 *   child                  no PIN at all is in a child
 *   core                   none is in a core file made by gcore(1)
 *   dump:FILE              the same, and the core file is kept
 *   say:WORD  wait         tell the script; wait for a line from it
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pkcs11/p11.h"
#include "tests/interop/secrets.h"

#define PAIRS 3
#define NYM   2
#define WORDS 5

static CK_FUNCTION_LIST *f;
static CK_SESSION_HANDLE session[PAIRS];
struct secret pins[PINS];
static struct secret value; /* of the last signature, its first bytes */
const char *step;

_Noreturn void
fault(const char *format, ...)
{
	va_list ap;

	printf("%s: ", step);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n");
	exit(1);
}

static void
expect(CK_RV got, const char *want)
{
	if (want == NULL || got != strtoul(want, NULL, 16))
		fault("%lx, not %s", (unsigned long)got, want ? want : "?");
}

/* --- PINs ----------------------------------------------------------------- */

static void
read_pins(void)
{
	size_t n = 0;
	char c;

	while (n < PINS && read(STDIN_FILENO, &c, 1) == 1) {
		struct secret *s = &pins[n];

		if (c == '\n')
			n++;
		else if (s->len < PIN_MAX)
			s->masked[s->len++] = (unsigned char)(c ^ MASK);
	}
	explicit_bzero(&c, 1);
	if (n < PINS)
		fault("%zu PINs", n);
}

static void
unmask(int i, volatile CK_BYTE out[PIN_MAX])
{
	pins[i].given = 1;
	for (size_t k = 0; k < pins[i].len; k++)
		out[k] = pins[i].masked[k] ^ MASK;
}

/* --- the module ----------------------------------------------------------- */

static int
pair_of(const char *word)
{
	if (word == NULL)
		fault("no pair");
	if (strcmp(word, "nym") == 0)
		return NYM;
	return strcmp(word, "sign") == 0;
}

static void
open_session(int pair)
{
	static const char *const label[PAIRS] = { "JPKI Authentication",
		"JPKI Signature", "Service Identities" };
	CK_SLOT_ID slot[16];
	CK_ULONG n = 16;
	CK_TOKEN_INFO info;

	expect(f->C_GetSlotList(CK_TRUE, slot, &n), "0");
	for (CK_ULONG i = 0; i < n; i++) {
		if (f->C_GetTokenInfo(slot[i], &info) != CKR_OK ||
		    memcmp(info.label, label[pair], strlen(label[pair])) != 0)
			continue;
		expect(f->C_OpenSession(slot[i],
			   CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
			   &session[pair]),
		    "0");
		return;
	}
	fault("no such token");
}

static size_t
find(int pair, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *out)
{
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };
	CK_OBJECT_HANDLE all[16];
	CK_ULONG n = 0;

	expect(f->C_FindObjectsInit(session[pair], &t, 1), "0");
	expect(f->C_FindObjects(session[pair], all, 16, &n), "0");
	expect(f->C_FindObjectsFinal(session[pair]), "0");
	*out = n > 0 ? all[0] : 0;
	return n;
}

static void
login(int pair, int i, const char *want)
{
	CK_BYTE pin[PIN_MAX];
	CK_RV rv;

	unmask(i, pin);
	rv = f->C_Login(session[pair], CKU_USER, pin, pins[i].len);
	explicit_bzero(pin, sizeof pin);
	expect(rv, want);
}

static void
set_pin(int pair, int from, int to, const char *want)
{
	CK_BYTE old[PIN_MAX], new[PIN_MAX];
	CK_RV rv;

	unmask(from, old);
	unmask(to, new);
	rv = f->C_SetPIN(session[pair], old, pins[from].len, new, pins[to].len);
	explicit_bzero(old, sizeof old);
	explicit_bzero(new, sizeof new);
	expect(rv, want);
}

static void
sign(int pair, const char *want)
{
	CK_MECHANISM m = { pair == NYM ? CKM_ECDSA_SHA256 : CKM_SHA256_RSA_PKCS,
		NULL, 0 };
	CK_BYTE data[] = "a letter\n", sig[512];
	CK_ULONG len = sizeof sig;
	CK_OBJECT_HANDLE key;
	CK_RV rv;

	(void)find(pair, CKO_PRIVATE_KEY, &key);
	if ((rv = f->C_SignInit(session[pair], &m, key)) == CKR_OK)
		rv = f->C_Sign(session[pair], data, sizeof data - 1, sig, &len);
	value.len = rv == CKR_OK ? PIN_MAX : 0;
	for (size_t k = 0; k < value.len; k++)
		value.masked[k] = sig[k] ^ MASK;
	explicit_bzero(sig, sizeof sig);
	expect(rv, want);
}

static void
state(int pair, const char *want)
{
	CK_SESSION_INFO info;
	int user;

	expect(f->C_GetSessionInfo(session[pair], &info), "0");
	user = info.state == CKS_RW_USER_FUNCTIONS;
	if (want == NULL || user != (strcmp(want, "user") == 0))
		fault("state %lx", info.state);
}

/* --- steps ---------------------------------------------------------------- */

static void
wait_for_line(void)
{
	char c = ' ';

	while (c != '\n' && read(STDIN_FILENO, &c, 1) == 1)
		;
}

static void
look_for(const char *what, int i)
{
	const struct found n = look(&pins[i]);

	if (strcmp(what, "gone") == 0 && !counts(&pins[i]))
		return;
	if (strcmp(what, "unused") == 0 && n.all > 0)
		exit(3);
	if (strcmp(what, "gone") == 0 && n.all > 0)
		fault("PIN %d is still there, %u times", i, n.all);
	if (strcmp(what, "locked") == 0 && (n.all == 0 || n.open > 0))
		fault(
		    "PIN %d: %u times, %u of them unguarded", i, n.all, n.open);
}

static int
number(const char *word)
{
	return word == NULL || word[0] < '0' || word[0] >= '0' + PINS
		   ? 0
		   : word[0] - '0';
}

/* Those that call the module. */
static int
call(char *const w[])
{
	CK_OBJECT_HANDLE key;

	if (strcmp(w[0], "init") == 0)
		expect(f->C_Initialize(NULL), "0");
	else if (strcmp(w[0], "final") == 0)
		expect(f->C_Finalize(NULL), "0");
	else if (strcmp(w[0], "open") == 0)
		open_session(pair_of(w[1]));
	else if (strcmp(w[0], "login") == 0)
		login(pair_of(w[1]), number(w[2]), w[3]);
	else if (strcmp(w[0], "logout") == 0)
		expect(f->C_Logout(session[pair_of(w[1])]), w[2]);
	else if (strcmp(w[0], "setpin") == 0)
		set_pin(pair_of(w[1]), number(w[2]), number(w[3]), w[4]);
	else if (strcmp(w[0], "sign") == 0)
		sign(pair_of(w[1]), w[2]);
	else if (strcmp(w[0], "state") == 0)
		state(pair_of(w[1]), w[2]);
	else if (strcmp(w[0], "find") == 0)
		(void)find(pair_of(w[1]), CKO_CERTIFICATE, &key);
	else
		return 0;
	return 1;
}

static void
look_step(char *const w[])
{
	if (strcmp(w[0], "child") == 0)
		in_child();
	else if (strcmp(w[0], "core") == 0)
		in_core(NULL);
	else if (strcmp(w[0], "dump") == 0)
		in_core(w[1]);
	else if (strcmp(w[0], "wait") == 0)
		wait_for_line();
	else if (strcmp(w[0], "say") != 0)
		look_for(w[0], number(w[1]));
}

/*
 * The module is called by a thread that does nothing else: what a call leaves
 * on its stack is still there when this thread looks for it.
 */
static pthread_barrier_t turn;
static char **words;

static void *
caller(void *arg)
{
	for (;;) {
		(void)pthread_barrier_wait(&turn);
		*(int *)arg = call(words);
		(void)pthread_barrier_wait(&turn);
	}
	return NULL;
}

static void
do_step(char *text)
{
	static pthread_t thread;
	static int started, called;
	char *save = NULL, *w[WORDS] = { NULL };

	for (size_t i = 0; i < WORDS; i++)
		w[i] = strtok_r(i == 0 ? text : NULL, ":", &save);
	if (!started) {
		(void)pthread_barrier_init(&turn, NULL, 2);
		if (pthread_create(&thread, NULL, caller, &called) != 0)
			fault("no thread");
		started = 1;
	}
	words = w;
	(void)pthread_barrier_wait(&turn);
	(void)pthread_barrier_wait(&turn);
	if (!called)
		look_step(w);
	else if (value.len > 0 && look(&value).all > 0)
		fault("the signature's value is still there");
	printf("%s done\n", step);
}

int
main(int argc, char **argv)
{
	CK_RV (*get)(CK_FUNCTION_LIST **) = NULL;
	void *lib;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	step = "start";
	if (argc < 3)
		return 2;
	look_begin();
	if ((lib = dlopen(argv[1], RTLD_NOW)) == NULL)
		fault("%s", dlerror());
	*(void **)&get = dlsym(lib, "C_GetFunctionList");
	if (get == NULL || get(&f) != CKR_OK)
		fault("no function list");
	read_pins();
	for (int i = 2; i < argc; i++) {
		char text[64];

		snprintf(text, sizeof text, "%s", argv[i]);
		step = argv[i];
		do_step(text);
	}
	return 0;
}
