/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cards and clock of the try-counter proof. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/os.h"
#include "pkcs11/module.h"
#include "tests/pkcs11/model.h"
#include "tests/support/link_vcard.h"
#include "vcard/vc_issue.h"

struct m_world m;
CK_FUNCTION_LIST *p11;
struct p11_functions_3_0 *p11_3;

static char dir[] = "/tmp/model.XXXXXX";

static const struct {
	unsigned id, limit;
	const char *first;
	const char *pool[6];
} refs[JM_PAIRS] = {
	{ 0x0018, 3, "1234",
	    { "1234", "4321", "1111", "2222", "9999", "0000" } },
	{ 0x001b, 5, "ABC123",
	    { "ABC123", "XYZ789", "QQ1111", "W0RD55", "A1B2C3D4E5F6G7H8",
		"9Z9Z9Z9" } },
};

/* --- clock and chance ----------------------------------------------------- */

/* Time passes only where it is told to. */
uint64_t __wrap_jm_now_ms(void);
void __wrap_jm_sleep_ms(unsigned ms);

uint64_t
__wrap_jm_now_ms(void)
{
	return m.now;
}

void
__wrap_jm_sleep_ms(unsigned ms)
{
	m.now += ms;
}

unsigned
m_random(unsigned below)
{
	m.random ^= m.random >> 12;
	m.random ^= m.random << 25;
	m.random ^= m.random >> 27;
	return (unsigned)((m.random * 0x2545f4914f6cdd1d) >> 33) % below;
}

int
m_chance(unsigned percent)
{
	return m_random(100) < percent;
}

/* --- what the cards see --------------------------------------------------- */

/* Which of the two PINs a command means: index in refs, -1 none. */
static int
pair_of(const struct vc_app *a, unsigned p2)
{
	for (int p = 0; p < JM_PAIRS; p++) {
		const unsigned id = refs[p].id;

		if (p2 == 0x80 ? a->cur >= 0 && a->file[a->cur].def->id == id
			       : p2 == (0x80 | (id & 0x1f)))
			return p;
	}
	return -1;
}

static struct m_seen *
see(enum m_what what, int card, int pair, unsigned before)
{
	struct m_seen *s;

	if (m.seen_len == M_SEEN)
		m_fail("more commands than any call has");
	s = &m.seen[m.seen_len++];
	*s = (struct m_seen){ .what = what,
		.card = card,
		.pair = (enum jm_pair)pair,
		.before = before,
		.after = before };
	return s;
}

static void
text_of(const uint8_t *bytes, size_t len, char out[M_TEXT])
{
	if (len >= M_TEXT)
		m_fail("a PIN of %zu bytes was sent", len);
	memcpy(out, bytes, len);
	out[len] = '\0';
}

static void
remember(char list[][M_TEXT], size_t *n, const char *pin)
{
	if (m_listed(list, *n, pin))
		return;
	if (*n == M_FAILED)
		m_fail("too many PINs that failed");
	memcpy(list[(*n)++], pin, M_TEXT);
}

static void
set_tries(struct m_ref *r, unsigned tries)
{
	if (r->past_len == M_PAST) /* the oldest is forgotten */
		memmove(
		    r->past, r->past + 1, --r->past_len * sizeof r->past[0]);
	r->past[r->past_len].until = m.now;
	r->past[r->past_len++].tries = r->tries;
	r->tries = tries;
	if (tries == r->limit)
		r->failed_len = 0;
}

/* The module was told the counter, unless the answer may be lost. */
static void
told(struct m_ref *r)
{
	if (m.actor != M_MODULE)
		return;
	r->told_at = m.now;
	if (m.faulty)
		return;
	if (r->tries == r->limit)
		r->remembered_len = 0;
	r->past_len = 0;
}

static void
saw_verify(int card, int pair, const uint8_t *pin, size_t len)
{
	struct m_ref *r = &m.card[card].ref[pair];
	struct m_seen *s = see(M_VERIFY, card, pair, r->tries);

	text_of(pin, len, s->pin);
	s->failed_before = m_listed(r->failed, r->failed_len, s->pin);
	s->ok = r->tries > 0 && strcmp(s->pin, r->pin) == 0;
	if (m.actor == M_MODULE && m.faulty)
		remember(r->remembered, &r->remembered_len, s->pin);
	if (r->tries > 0)
		set_tries(r, s->ok ? r->limit : r->tries - 1);
	s->after = r->tries;
	if (m.actor == M_MODULE && !s->ok)
		remember(r->remembered, &r->remembered_len, s->pin);
	if (m.actor == M_MODULE && !s->ok && s->before > 0)
		remember(r->failed, &r->failed_len, s->pin);
	told(r);
}

static void
saw_change(int card, int pair, const uint8_t *pin, size_t len)
{
	struct m_ref *r = &m.card[card].ref[pair];
	struct m_seen *s = see(M_CHANGE, card, pair, r->tries);

	text_of(pin, len, s->pin);
	s->ok = 1;
	memcpy(r->pin, s->pin, sizeof r->pin);
	r->changes++;
	set_tries(r, r->limit);
	told(r);
}

/* After each command of any program. */
static void
saw(void *arg, const uint8_t *cmd, size_t len, const uint8_t *rsp,
    size_t rsp_len, const char *line)
{
	const int card = (int)((struct m_card *)arg - m.card);
	const struct vc_card *vc = m.card[card].vc;
	const struct vc_app *a = &vc->app[vc->v.current];
	const unsigned sw =
	    rsp_len < 2 ? 0
			: (unsigned)rsp[rsp_len - 2] << 8 | rsp[rsp_len - 1];
	int pair;

	(void)line;
	if (len < 4)
		return;
	if (cmd[1] == 0x2a && sw == 0x9000)
		see(M_SIGNATURE, card, 0, 0)->ok = 1;
	if ((cmd[1] != 0x20 && cmd[1] != 0x24) ||
	    (pair = pair_of(a, cmd[3])) < 0)
		return;
	if (cmd[1] == 0x24 && sw == 0x9000)
		saw_change(card, pair, cmd + 5, len - 5);
	if (cmd[1] == 0x20 && len > 5)
		saw_verify(card, pair, cmd + 5, len - 5);
	if (cmd[1] == 0x20 && len == 4) {
		struct m_ref *r = &m.card[card].ref[pair];

		see(M_QUERY, card, pair, r->tries);
		told(r);
	}
}

static struct vc_file *
file_of(const struct m_card *c, enum jm_pair pair)
{
	struct vc_app *a = &c->vc->app[1];

	for (size_t i = 0; i < a->def->file_count; i++)
		if (a->file[i].def->id == refs[pair].id)
			return &a->file[i];
	m_fail("a card without PIN %04x", refs[pair].id);
}

void
m_check_cards(void)
{
	for (size_t i = 0; i < M_CARDS; i++) {
		for (int p = 0; p < JM_PAIRS; p++) {
			const struct m_ref *r = &m.card[i].ref[p];
			const struct vc_file *f =
			    file_of(&m.card[i], (enum jm_pair)p);

			if (f->tries != r->tries ||
			    f->pin_len != strlen(r->pin) ||
			    memcmp(f->pin, r->pin, f->pin_len) != 0)
				m_fail("card %zu PIN %d: %u tries, not %u", i,
				    p, f->tries, r->tries);
		}
	}
}

void
m_check_status(void)
{
	for (unsigned i = 0; i < M_READERS; i++) {
		struct m_reader *r = &m.reader[i];
		const int kept = vs_held(i);

		/* The application with the PINs is the second one. */
		if (r->card >= 0 && !kept &&
		    m.card[r->card].vc->app[1].verified != 0)
			m_fail("somebody is verified on card %d", r->card);
		if (!kept)
			r->lapsed = 0;
		else if (!r->lapsed &&
			 (m.policy.login != JM_LOGIN_HOLD ||
			     (!r->slot[0].login.on && !r->slot[1].login.on)))
			m_fail("reader %u is held for nobody", i);
	}
}

/* --- set-up --------------------------------------------------------------- */

static jm_err
no_disk(void *arg, enum vc_phase why, const struct vc_event *event)
{
	(void)arg;
	(void)why;
	(void)event;
	return JM_OK;
}

int
m_open(void **state)
{
	const struct vc_issue how = { .overwrite = 1 };
	char master[64], path[64];
	CK_INTERFACE *i;

	(void)state;
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(master, sizeof master, "%s/master", dir);
	if (vc_create(master, &how) != JM_OK)
		return 1;
	for (size_t c = 0; c < M_CARDS; c++) {
		struct vc_card **vc = &m.card[c].vc;

		snprintf(path, sizeof path, "%s/card%zu", dir, c);
		if (vslot_copy(master, path) != JM_OK ||
		    vc_open(path, vc) != JM_OK)
			return 1;
		(*vc)->store.commit = no_disk; /* for speed */
		vc_set_observer(*vc, saw, &m.card[c]);
	}
	if (C_GetFunctionList(&p11) != CKR_OK ||
	    C_GetInterface(NULL, NULL, &i, 0) != CKR_OK)
		return 1;
	p11_3 = i->pFunctionList;
	return 0;
}

int
m_close(void **state)
{
	char path[64];

	(void)state;
	for (size_t c = 0; c < M_CARDS; c++) {
		vc_close(&m.card[c].vc);
		snprintf(path, sizeof path, "%s/card%zu", dir, c);
		(void)unlink(path);
	}
	snprintf(path, sizeof path, "%s/master", dir);
	(void)unlink(path);
	return rmdir(dir);
}

void
m_rewrite(int card, enum jm_pair pair, const char *pin)
{
	struct m_ref *r = &m.card[card].ref[pair];
	struct vc_file *f = file_of(&m.card[card], pair);
	const int other = strcmp(pin, r->pin) != 0;

	memset(f->pin, 0, sizeof f->pin);
	f->pin_len = strlen(pin);
	memcpy(f->pin, pin, f->pin_len);
	f->tries = r->limit;
	if (other)
		(void)snprintf(r->pin, sizeof r->pin, "%s", pin);
	r->changes += (unsigned)other;
	set_tries(r, r->limit);
}

void
m_put_in(unsigned reader, int card)
{
	struct m_reader *r = &m.reader[reader];

	r->card = card;
	r->insertion++;
	r->was_reset = r->failed_last = 0;
	vs_insert(reader, vs_vcard(m.card[card].vc));
	for (int p = 0; p < JM_PAIRS; p++) {
		struct m_ref *ref = &m.card[card].ref[p];

		ref->failed_len = ref->remembered_len = ref->past_len = 0;
		ref->told_at = 0;
	}
}

void
m_start(uint64_t seed, const struct jm_policy *policy)
{
	const struct m_stats stats = m.stats;
	struct vc_card *vc[M_CARDS];

	(void)p11->C_Finalize(NULL); /* where an episode failed */
	for (size_t c = 0; c < M_CARDS; c++)
		vc[c] = m.card[c].vc;
	m = (struct m_world){ .policy = *policy,
		.seed = seed,
		.random = (seed + 1) * 0x9e3779b97f4a7c15,
		.now = 1000000,
		.stats = stats };
	vs_clear();
	for (int c = 0; c < M_CARDS; c++) {
		m.card[c].vc = vc[c];
		for (int p = 0; p < JM_PAIRS; p++) {
			struct m_ref *r = &m.card[c].ref[p];

			r->limit = refs[p].limit;
			m_rewrite(c, (enum jm_pair)p,
			    refs[p].pool[(size_t)c * 2 % 6]);
		}
	}
	for (unsigned i = 0; i < M_READERS; i++) {
		char name[40];

		snprintf(name, sizeof name, "Reader of the model %02u 00", i);
		assert_int_equal(vs_plug(name), i);
		m.reader[i].card = -1;
		m_put_in(i, (int)i);
	}
}

void
m_stop(void)
{
	if (m.started) /* first: it may hold what the neighbour would wait for
			*/
		(void)p11->C_Finalize(NULL);
	for (unsigned i = 0; i < M_READERS; i++) {
		m_end_neighbour(&m.reader[i]);
		if (m.reader[i].card >= 0)
			vs_remove(i);
	}
	if (vs_contexts() != 0 || vs_handles() != 0)
		m_fail("left over: %u contexts, %u handles", vs_contexts(),
		    vs_handles());
}

struct m_ref *
m_ref(unsigned reader, enum jm_pair pair)
{
	const int card = m.reader[reader].card;

	return card < 0 ? NULL : &m.card[card].ref[pair];
}

int
m_full(const struct m_ref *r)
{
	return r->tries == r->limit;
}

const char *
m_pool(enum jm_pair pair)
{
	return refs[pair].pool[m_random(NELEM(refs[pair].pool))];
}
