/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/module.h"

#include <stdlib.h>

#include "crypto/ctx.h"
#include "crypto/digest.h"
#include "objects/policy.h"
#include "pkcs11/nym.h"

#define POLL_MS 5 /* C_Finalize looks this often whether all calls left */

struct p11_module p11_module = {
	.lock = JM_MUTEX_INIT,
	.scan = JM_MUTEX_INIT,
	.wait = JM_MUTEX_INIT,
	.next_handle = 1,
	.log = { .fd = -1 },
};

void
p11_lock(void)
{
	jm_mutex_lock(&p11_module.lock);
}

void
p11_unlock(void)
{
	jm_mutex_unlock(&p11_module.lock);
}

static void
drop_readers(void)
{
	struct p11_module *m = &p11_module;

	for (size_t i = 0; i < m->readers_len; i++) {
		jm_mutex_destroy(&m->readers[i]->io);
		free(m->readers[i]);
		m->readers[i] = NULL;
	}
	m->readers_len = 0;
	m->scanned = 0;
}

/* --- after fork ----------------------------------------------------------- */

/*
 * What the parent had.  A lock that a thread held at the time of the fork is
 * held for ever here, and what it guards may be half changed: that is left
 * alone, a few bytes lost.  PINs are gone already (base/secret.h).
 */
static void
abandon_cards(void)
{
	struct p11_module *m = &p11_module;

	for (size_t i = 0; i < m->readers_len; i++) {
		struct p11_reader *r = m->readers[i];

		if (!jm_mutex_trylock(&r->io))
			continue;
		if (r->card != NULL && r->card->refs == 1) {
			jm_token_abandon(&r->card->token);
			p11_nym_free(&r->card->nym);
			free(r->card);
		}
		jm_mutex_unlock(&r->io);
		jm_mutex_destroy(&r->io);
		free(r);
	}
}

static void
abandon_sessions(void)
{
	for (size_t i = 0; i < P11_SESSIONS_MAX; i++) {
		struct p11_session *s = p11_module.sessions[i];

		if (s != NULL && s->refs == 1)
			p11_session_free(s);
	}
}

static void
abandon_parent(void)
{
	struct p11_module *m = &p11_module;

	if (m->ready && jm_mutex_trylock(&m->lock)) {
		jm_mutex_unlock(&m->lock);
		abandon_sessions();
		abandon_cards();
		if (jm_mutex_trylock(&m->scan)) {
			jm_readers_abandon(&m->pcsc);
			free(m->list);
		}
		if (jm_mutex_trylock(&m->wait))
			jm_readers_abandon(&m->waiter);
	}
	p11_log_abandon();
	m->lock = (struct jm_mutex)JM_MUTEX_INIT;
	m->scan = (struct jm_mutex)JM_MUTEX_INIT;
	m->wait = (struct jm_mutex)JM_MUTEX_INIT;
	m->ready = m->changing = m->scanned = 0;
	m->calls = 0;
	for (size_t i = 0; i < P11_READERS_MAX; i++)
		m->readers[i] = NULL;
	m->readers_len = 0;
	for (size_t i = 0; i < P11_SESSIONS_MAX; i++)
		m->sessions[i] = NULL;
	m->pcsc = m->waiter = NULL;
	m->list = NULL;
}

/* Make the locks this process's own. */
static void
claim_locks(void)
{
	struct p11_module *m = &p11_module;
	const unsigned long mine = jm_process_id();

	while (atomic_load(&m->pid) != mine) {
		unsigned long was = atomic_load(&m->claim);

		if (was == mine) /* another thread is at it */
			jm_sleep_ms(1);
		else if (atomic_compare_exchange_strong(
			     &m->claim, &was, mine)) {
			if (was != 0)
				abandon_parent();
			atomic_store(&m->pid, mine);
		}
	}
}

/* --- C_Initialize, C_Finalize --------------------------------------------- */

static CK_RV
check_args(const CK_C_INITIALIZE_ARGS *a)
{
	int given;

	if (a == NULL)
		return CKR_OK;
	given = (a->CreateMutex != NULL) + (a->DestroyMutex != NULL) +
		(a->LockMutex != NULL) + (a->UnlockMutex != NULL);
	if (a->pReserved != NULL || (given != 0 && given != 4))
		return CKR_ARGUMENTS_BAD;
	/* Functions of the host alone: OpenSSL and PC/SC know of none. */
	if (given == 4 && (a->flags & CKF_OS_LOCKING_OK) == 0)
		return CKR_CANT_LOCK;
	return CKR_OK;
}

static void
free_tools(void)
{
	struct p11_module *m = &p11_module;

	jm_readers_free(&m->pcsc);
	jm_readers_free(&m->waiter);
	free(m->list);
	m->list = NULL;
}

/* The module works without a file that is at fault, and says so once. */
static void
configure(void)
{
	struct p11_module *m = &p11_module;
	struct jm_conf_fault fault;

	jm_conf_load(&m->conf, &fault);
	jm_policy_from_conf(&m->conf, &m->policy);
	p11_log_start(&m->conf);
	p11_nym_start();
	if (fault.file[0] == '\0')
		return;
	if (fault.line > 0)
		jm_log(JM_LOG_WARNING, "line %u of %s: %s", fault.line,
		    fault.file, fault.what);
	else
		jm_log(JM_LOG_WARNING, "%s: %s", fault.file, fault.what);
}

/* No other call is inside. */
static CK_RV
start(void)
{
	struct p11_module *m = &p11_module;

	configure();
	if ((m->list = calloc(JM_READERS_MAX, sizeof *m->list)) == NULL ||
	    jm_readers_new(&m->pcsc) != JM_OK ||
	    jm_readers_new(&m->waiter) != JM_OK) {
		free_tools();
		p11_log_stop();
		return CKR_HOST_MEMORY;
	}
	return CKR_OK;
}

/*
 * At its first use OpenSSL reads the host's configuration, which may name an
 * engine or provider that calls this very module: now, while no lock is held,
 * and not in the middle of a signature.
 */
static void
let_openssl_configure_itself(void)
{
	uint8_t value[JM_DIGEST_MAX];

	(void)!jm_hash(JM_SHA256, "", 0, value);
}

CK_RV
p11_module_init(const CK_C_INITIALIZE_ARGS *args)
{
	struct p11_module *m = &p11_module;
	CK_RV rv;

	if ((rv = check_args(args)) != CKR_OK)
		return rv;
	let_openssl_configure_itself();
	claim_locks();
	p11_lock();
	while (m->changing) {
		p11_unlock();
		jm_sleep_ms(POLL_MS);
		p11_lock();
	}
	if (m->ready) {
		p11_unlock();
		return CKR_CRYPTOKI_ALREADY_INITIALIZED;
	}
	m->changing = 1;
	p11_unlock();
	rv = start();
	p11_lock();
	m->ready = rv == CKR_OK;
	m->changing = 0;
	p11_unlock();
	return rv;
}

/* A thread that is about to wait for an event misses one call of cancel. */
static void
wait_for_calls_locked(void)
{
	struct p11_module *m = &p11_module;

	while (m->calls > 0) {
		p11_unlock();
		jm_readers_cancel(m->waiter);
		jm_sleep_ms(POLL_MS);
		p11_lock();
	}
}

CK_RV
p11_module_finish(void)
{
	struct p11_module *m = &p11_module;
	struct p11_card *cards;

	if (atomic_load(&m->pid) != jm_process_id())
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	p11_lock();
	if (!m->ready || m->changing) {
		p11_unlock();
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	}
	m->changing = 1;
	wait_for_calls_locked();
	cards = p11_slots_clear_locked();
	p11_unlock();

	/* Nobody is inside, nobody gets in. */
	p11_cards_free(cards);
	drop_readers();
	free_tools();
	jm_crypto_done();
	p11_log_stop();

	p11_lock();
	m->ready = m->changing = 0;
	p11_unlock();
	return CKR_OK;
}

/* --- calls ---------------------------------------------------------------- */

CK_RV
p11_begin(void)
{
	struct p11_module *m = &p11_module;
	CK_RV rv = CKR_OK;

	if (atomic_load(&m->pid) != jm_process_id())
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	p11_lock();
	if (!m->ready || m->changing)
		rv = CKR_CRYPTOKI_NOT_INITIALIZED;
	else
		m->calls++;
	p11_unlock();
	return rv;
}

CK_RV
p11_end(CK_RV rv)
{
	p11_lock();
	p11_module.calls--;
	p11_unlock();
	return rv;
}

int
p11_module_ending(void)
{
	int ending;

	p11_lock();
	ending = p11_module.changing;
	p11_unlock();
	return ending;
}
