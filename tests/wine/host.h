/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host.exe plays the part of Windows' Base CSP and smart card KSP before our
 * minidriver: it owns the card's handle, the transaction and the memory, calls
 * the driver as they do, and goes by what the documentation promises.
 *
 *   host.exe [--dll FILE] SCENARIO [WORD ...]
 *
 * Each check writes a line; the exit status is 1 when one of them failed.  The
 * DLL is the one that the registry names for the card's ATR.
 */
#ifndef JM_TESTS_WINE_HOST_H
#define JM_TESTS_WINE_HOST_H

#include "drivers/minidriver/md_interface.h"
#include "tests/wine/wire.h"

#define NELEM(a) (sizeof(a) / sizeof((a)[0]))
#define AUTH_PIN "1234"
#define SIGN_PIN "ABC123"
#define SIGN_ID  3u /* PIN_ID of the signature PIN */
#define HOST_ATR 36

/* One context of the driver, as a CSP has them. */
struct host {
	SCARDCONTEXT ctx;
	SCARDHANDLE card;
	WCHAR reader[128];
	BYTE atr[HOST_ATR];
	DWORD atr_len;
	CARD_DATA d;
	int acquired;
};

/* --- host_try.c: checks -----------------------------------------------------
 */

/* Each returns whether it held, and writes a line. */
int check(int ok, const char *what);
int is(DWORD want, DWORD got, const char *what);
int same(const void *want, size_t want_len, const void *got, size_t got_len,
    const char *what);
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
__declspec(noreturn) void give_up(const char *why);
int checks_failed(void);

/* The host's memory: counted, with a guard behind it. */
LPVOID WINAPI host_alloc(SIZE_T size);
LPVOID WINAPI host_realloc(LPVOID mem, SIZE_T size);
void WINAPI host_free(LPVOID mem);
void check_memory(void); /* nothing is left, nothing was written past */
/* The nth allocation from here on fails; 0: none. */
void host_alloc_fails(unsigned nth);

/* --- host_card.c: the host's side -------------------------------------------
 */

void host_dll(const WCHAR *path); /* NULL: by the registry */
const WCHAR *host_driver(const struct host *h);

/* Connect to the card in the nth reader that has one (from 0). */
void host_connect(struct host *h, unsigned nth);
void host_reconnect(struct host *h); /* a new handle in place of the old one */
/* Fill CARD_DATA as a caller of this version does; nothing is called. */
void host_data(struct host *h, DWORD version);
/* CardAcquireContext, in a transaction of its own. */
DWORD host_acquire(struct host *h, DWORD version);
/* Both, with version 7; gives up when that fails. */
void host_open(struct host *h, unsigned nth);
/* CardDeleteContext, disconnect, release. */
void host_close(struct host *h);
/* The same without a line of it; and CardDeleteContext alone. */
void host_close_quietly(struct host *h);
void host_delete_quietly(struct host *h);
DWORD host_load(struct host *h, DWORD flags); /* the exported function */

/* The transaction that the host holds for every call. */
void host_begin(struct host *h);
void host_end(struct host *h);

/* --- host_bridge.c: what is outside ------------------------------------------
 */

struct counts {
	DWORD apdus, verifies, fired;
};
struct counts counts_anew(void); /* and begin at 0 */
void fault(enum wire_how how, unsigned nth, DWORD value);
void fault_say(unsigned nth, const void *reply, size_t len);
/* Words to the script that runs this; its answer without the newline. */
const char *outside(const char *words);

/* --- host_job.c: calls with checks -------------------------------------------
 */

/* CardAuthenticateEx in plain form. */
DWORD job_pin(struct host *h, PIN_ID id, const char *pin, DWORD *tries);
void job_verified(struct host *h, PIN_SET want); /* "Authenticated State" */
PIN_ID job_pin_of(BYTE container);
const char *job_right_pin(PIN_ID id);

/* CardReadFile; host_free the result. */
DWORD job_read(
    struct host *h, const char *dir, const char *file, BYTE **data, DWORD *len);
/* How many containers the map lists as valid; keys: spec of each. */
unsigned job_containers(struct host *h, DWORD spec[8]);
/* The container's certificate file. */
DWORD job_cert(
    struct host *h, BYTE container, DWORD spec, BYTE **der, DWORD *len);

/* CardSignData over a hash value, PKCS#1 or ECDSA without further ado; *sig is
 * the host's. */
struct job_sig {
	BYTE *p;
	DWORD len;
};
DWORD job_sign(struct host *h, BYTE container, DWORD spec, UINT alg,
    const BYTE *hash, DWORD hash_len, struct job_sig *sig);
DWORD job_sign_info(struct host *h, CARD_SIGNING_INFO *info);
/* The same over a fixed SHA-256 value. */
DWORD job_sign_any(
    struct host *h, BYTE container, DWORD spec, struct job_sig *sig);
extern const BYTE job_hash[32];

/* --- host_raw.c: past the driver, as another program would -------------------
 */

/* Does the card sign for whoever asks?  Its status word. */
unsigned raw_sign(struct host *h, BYTE container);
/* Tries that are left; nothing is spent by asking. */
unsigned raw_tries(struct host *h, BYTE container);

/* --- host_verify.c: what Windows thinks of it
 * --------------------------------- */

enum verify_by { BY_PKCS1, BY_PSS, BY_ECDSA };
/* With CNG, and PKCS#1 with CryptoAPI as well: the signature is one by the key
 * of the certificate, and one with another bit is not. */
void verify_sig(const BYTE *der, DWORD der_len, enum verify_by by, UINT alg,
    const BYTE *hash, DWORD hash_len, const struct job_sig *sig);
/* With CNG alone, over job_hash; a line only if it is none. */
void verify_quietly(const BYTE *der, DWORD der_len, const struct job_sig *sig);
/* The RSA or ECC public key blob of a certificate, as a CSP has them; bytes. */
DWORD verify_blob(
    const BYTE *der, DWORD der_len, DWORD spec, BYTE *out, DWORD room);
void hash_of(UINT alg, const void *data, DWORD len, BYTE *out, DWORD *out_len);

/* --- scenarios
 * ----------------------------------------------------------------- */

typedef void scenario_fn(int argc, WCHAR **argv);
struct scenario {
	const WCHAR *name;
	scenario_fn *run;
};
extern const struct scenario files_scenarios[], props_scenarios[],
    pin_scenarios[], sign_scenarios[], cards_scenarios[], removal_scenarios[],
    params_scenarios[], more_scenarios[];

#endif
