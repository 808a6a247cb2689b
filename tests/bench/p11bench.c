/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * p11bench MODULE LABEL PIN MODE [N]
 *
 * Measures calls of a PKCS#11 module on the tokens of that label.  Times are
 * microseconds, "cpu" is user and system time of this process.  Exit status 1
 * when a call fails, 2 for wrong usage.
 *
 *   next       log in and sign; say "ready"; on a line from standard input sign
 *              again and print "next WALL CPU"; end on a line
 *   calls      one line for each usual call: "NAME COUNT WALL CPU", per call
 *   threads N  N threads, a session each, search and read an attribute:
 *              "threads N CALLS-PER-SECOND P50 P99 MAX"
 *   signs N    N threads, a session each, sign: the same line, "signs"
 *   readers    list all tokens (with C_Initialize), then log in and sign on
 *              each, a thread for each: "readers TOKENS LIST SIGN"
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pkcs11/p11.h"

#define TOKENS     64
#define THREADS    64
#define SAMPLES    20000 /* of one thread */
#define LABEL      32

#define CALLS_MS   250 /* for one kind of call */
#define THREADS_MS 300
#define SIGNATURES 64 /* by all threads together */

struct bench {
	CK_FUNCTION_LIST *f;
	const char *label;
	CK_BYTE *pin;
	CK_SLOT_ID slot[TOKENS]; /* of that label */
	CK_ULONG slots;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE cert, key;
};

static void
die(const char *what, CK_RV rv)
{
	fprintf(stderr, "p11bench: %s: 0x%lx\n", what, (unsigned long)rv);
	exit(1);
}

static void
must(const char *what, CK_RV rv)
{
	if (rv != CKR_OK)
		die(what, rv);
}

static uint64_t
clock_us(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t
wall_us(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

static uint64_t
cpu_us(void)
{
	return clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

/* --- the module -------------------------------------------------------------
 */

static void
start(struct bench *b, const char *file)
{
	CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
	CK_C_GetFunctionList get;
	void *so = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	if (so == NULL) {
		fprintf(stderr, "p11bench: %s\n", dlerror());
		exit(2);
	}
	*(void **)&get = dlsym(so, "C_GetFunctionList");
	if (get == NULL)
		die("C_GetFunctionList", 0);
	must("C_GetFunctionList", get(&b->f));
	must("C_Initialize", b->f->C_Initialize(&args));
}

static void
list(struct bench *b)
{
	CK_SLOT_ID slot[TOKENS];
	CK_ULONG n = TOKENS;
	const size_t len = strlen(b->label);
	CK_TOKEN_INFO info;

	b->slots = 0;
	must("C_GetSlotList", b->f->C_GetSlotList(CK_TRUE, slot, &n));
	for (CK_ULONG i = 0; i < n; i++)
		if (b->f->C_GetTokenInfo(slot[i], &info) == CKR_OK &&
		    len <= LABEL && memcmp(info.label, b->label, len) == 0)
			b->slot[b->slots++] = slot[i];
	if (b->slots == 0)
		die("no token of that label", 0);
}

static CK_SESSION_HANDLE
open_session(struct bench *b, CK_SLOT_ID slot)
{
	CK_SESSION_HANDLE s;

	must("C_OpenSession",
	    b->f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &s));
	return s;
}

static void
login(struct bench *b, CK_SESSION_HANDLE s)
{
	must("C_Login",
	    b->f->C_Login(s, CKU_USER, b->pin, strlen((char *)b->pin)));
}

static CK_OBJECT_HANDLE
find(struct bench *b, CK_SESSION_HANDLE s, CK_OBJECT_CLASS class)
{
	CK_BYTE id = 1;
	CK_ATTRIBUTE want[2] = { { CKA_CLASS, &class, sizeof class },
		{ CKA_ID, &id, sizeof id } };
	CK_OBJECT_HANDLE h = 0;
	CK_ULONG n = 0;

	must("C_FindObjectsInit", b->f->C_FindObjectsInit(s, want, 2));
	must("C_FindObjects", b->f->C_FindObjects(s, &h, 1, &n));
	must("C_FindObjectsFinal", b->f->C_FindObjectsFinal(s));
	if (n != 1)
		die("no such object", class);
	return h;
}

static void
sign(struct bench *b, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key)
{
	CK_MECHANISM mech = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	CK_BYTE text[] = "a letter\n", sig[512];
	CK_ULONG len = sizeof sig;

	must("C_SignInit", b->f->C_SignInit(s, &mech, key));
	must("C_Sign", b->f->C_Sign(s, text, sizeof text - 1, sig, &len));
}

/* a session that is logged in, and what the calls are about */
static void
ready(struct bench *b)
{
	list(b);
	b->session = open_session(b, b->slot[0]);
	login(b, b->session);
	b->key = find(b, b->session, CKO_PRIVATE_KEY);
}

/* --- next -------------------------------------------------------------------
 */

static void
mode_next(struct bench *b)
{
	char line[64];
	uint64_t wall, cpu;

	ready(b);
	sign(b, b->session, b->key);
	puts("ready");
	fflush(stdout);
	if (fgets(line, sizeof line, stdin) == NULL)
		die("nothing on standard input", 0);
	wall = wall_us();
	cpu = cpu_us();
	sign(b, b->session, b->key);
	printf("next %lu %lu\n", (unsigned long)(wall_us() - wall),
	    (unsigned long)(cpu_us() - cpu));
	fflush(stdout);
	/* what C_Finalize tells the card is counted by nobody */
	if (fgets(line, sizeof line, stdin) == NULL)
		die("no end on standard input", 0);
}

/* --- calls ------------------------------------------------------------------
 */

static void
call_slot_list(struct bench *b)
{
	CK_SLOT_ID slot[TOKENS];
	CK_ULONG n = TOKENS;

	must("C_GetSlotList", b->f->C_GetSlotList(CK_TRUE, slot, &n));
}

static void
call_slot_info(struct bench *b)
{
	CK_SLOT_INFO info;

	must("C_GetSlotInfo", b->f->C_GetSlotInfo(b->slot[0], &info));
}

static void
call_token_info(struct bench *b)
{
	CK_TOKEN_INFO info;

	must("C_GetTokenInfo", b->f->C_GetTokenInfo(b->slot[0], &info));
}

static void
call_session(struct bench *b)
{
	CK_SESSION_HANDLE s = open_session(b, b->slot[0]);

	must("C_CloseSession", b->f->C_CloseSession(s));
}

static void
call_session_info(struct bench *b)
{
	CK_SESSION_INFO info;

	must("C_GetSessionInfo", b->f->C_GetSessionInfo(b->session, &info));
}

static void
call_find(struct bench *b)
{
	find(b, b->session, CKO_CERTIFICATE);
}

static void
read_value(struct bench *b, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE cert)
{
	CK_BYTE der[1900]; /* the card's certificate has 1500 */
	CK_ATTRIBUTE value = { CKA_VALUE, der, sizeof der };

	must("C_GetAttributeValue",
	    b->f->C_GetAttributeValue(s, cert, &value, 1));
}

static void
call_attribute(struct bench *b)
{
	read_value(b, b->session, b->cert);
}

static void
call_sign(struct bench *b)
{
	sign(b, b->session, b->key);
}

static const struct {
	const char *name;
	void (*run)(struct bench *b);
} calls[] = {
	{ "C_GetSlotList", call_slot_list },
	{ "C_GetSlotInfo", call_slot_info },
	{ "C_GetTokenInfo", call_token_info },
	{ "C_OpenSession+Close", call_session },
	{ "C_GetSessionInfo", call_session_info },
	{ "C_FindObjects*", call_find },
	{ "C_GetAttributeValue", call_attribute },
	{ "C_SignInit+Sign", call_sign },
};

static void
mode_calls(struct bench *b)
{
	ready(b);
	b->cert = find(b, b->session, CKO_CERTIFICATE);
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
		uint64_t wall, cpu, end;
		unsigned n = 0;

		calls[i].run(b); /* what is done once is done */
		wall = wall_us();
		cpu = cpu_us();
		end = wall + CALLS_MS * 1000;
		do {
			calls[i].run(b);
			n++;
		} while (n < 5 || wall_us() < end);
		printf("%s %u %.2f %.2f\n", calls[i].name, n,
		    (double)(wall_us() - wall) / n,
		    (double)(cpu_us() - cpu) / n);
	}
}

/* --- threads ----------------------------------------------------------------
 */

struct thread {
	struct bench *b;
	pthread_barrier_t *start;
	pthread_t id;
	CK_SLOT_ID slot;
	unsigned jobs; /* 0: for THREADS_MS */
	int signs;
	unsigned long done;
	uint32_t *us; /* of each job, the first SAMPLES */
};

static void *
work(void *arg)
{
	struct thread *t = arg;
	CK_SESSION_HANDLE s = open_session(t->b, t->slot);
	CK_OBJECT_HANDLE h =
	    find(t->b, s, t->signs ? CKO_PRIVATE_KEY : CKO_CERTIFICATE);
	uint64_t end, a;

	pthread_barrier_wait(t->start);
	end = wall_us() + THREADS_MS * 1000;
	while (t->jobs ? t->done < t->jobs : wall_us() < end) {
		a = wall_us();
		if (t->signs)
			sign(t->b, s, h);
		else
			read_value(t->b, s, find(t->b, s, CKO_CERTIFICATE));
		if (t->done < SAMPLES)
			t->us[t->done] = (uint32_t)(wall_us() - a);
		t->done++;
	}
	return NULL;
}

static int
by_value(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
tell(const char *what, struct thread *t, unsigned n, uint64_t us, int calls_of)
{
	uint32_t *all = calloc((size_t)n * SAMPLES, sizeof *all);
	unsigned long done = 0;
	size_t m = 0;

	if (all == NULL)
		die("no memory", 0);
	for (unsigned i = 0; i < n; i++) {
		for (unsigned long k = 0; k < t[i].done && k < SAMPLES; k++)
			all[m++] = t[i].us[k];
		done += t[i].done;
	}
	qsort(all, m, sizeof *all, by_value);
	printf("%s %u %.0f %u %u %u\n", what, n,
	    (double)done * calls_of * 1e6 / (double)us, all[m / 2],
	    all[m * 99 / 100], all[m - 1]);
	free(all);
}

static void
mode_threads(struct bench *b, unsigned n, int signs)
{
	static struct thread t[THREADS];
	pthread_barrier_t at;
	uint64_t us;

	ready(b);
	pthread_barrier_init(&at, NULL, n + 1);
	for (unsigned i = 0; i < n; i++) {
		t[i] = (struct thread){ .b = b,
			.start = &at,
			.slot = b->slot[0],
			.signs = signs,
			.jobs = signs ? SIGNATURES / n : 0,
			.us = calloc(SAMPLES, sizeof *t[i].us) };
		if (t[i].us == NULL ||
		    pthread_create(&t[i].id, NULL, work, &t[i]) != 0)
			die("no thread", i);
	}
	pthread_barrier_wait(&at);
	us = wall_us();
	for (unsigned i = 0; i < n; i++)
		pthread_join(t[i].id, NULL);
	us = wall_us() - us;
	/* a search is three calls */
	tell(signs ? "signs" : "threads", t, n, us, signs ? 1 : 4);
	for (unsigned i = 0; i < n; i++)
		free(t[i].us);
}

/* --- readers ----------------------------------------------------------------
 */

static void *
sign_there(void *arg)
{
	struct thread *t = arg;
	CK_SESSION_HANDLE s = open_session(t->b, t->slot);

	login(t->b, s);
	sign(t->b, s, find(t->b, s, CKO_PRIVATE_KEY));
	return NULL;
}

static void
mode_readers(struct bench *b, uint64_t began)
{
	static struct thread t[TOKENS];
	uint64_t listed;

	list(b);
	listed = wall_us();
	for (CK_ULONG i = 0; i < b->slots; i++) {
		t[i] = (struct thread){ .b = b, .slot = b->slot[i] };
		if (pthread_create(&t[i].id, NULL, sign_there, &t[i]) != 0)
			die("no thread", i);
	}
	for (CK_ULONG i = 0; i < b->slots; i++)
		pthread_join(t[i].id, NULL);
	printf("readers %lu %lu %lu\n", (unsigned long)b->slots,
	    (unsigned long)(listed - began),
	    (unsigned long)(wall_us() - listed));
}

int
main(int argc, char **argv)
{
	struct bench b = { .label = NULL };
	const char *mode = argc > 4 ? argv[4] : "";
	const unsigned n = argc > 5 ? (unsigned)strtoul(argv[5], NULL, 10) : 1;
	const uint64_t began = wall_us();
	int code = 0;

	if (n < 1 || n > THREADS)
		mode = "";
	if (argc > 4) {
		b.label = argv[2];
		b.pin = (CK_BYTE *)argv[3];
		start(&b, argv[1]);
	}
	if (strcmp(mode, "next") == 0)
		mode_next(&b);
	else if (strcmp(mode, "calls") == 0)
		mode_calls(&b);
	else if (strcmp(mode, "threads") == 0)
		mode_threads(&b, n, 0);
	else if (strcmp(mode, "signs") == 0)
		mode_threads(&b, n, 1);
	else if (strcmp(mode, "readers") == 0)
		mode_readers(&b, began);
	else {
		fprintf(stderr,
		    "usage: p11bench MODULE LABEL PIN next|calls|threads|signs|"
		    "readers [N]\n");
		code = 2;
	}
	if (b.f != NULL)
		b.f->C_Finalize(NULL);
	return code;
}
