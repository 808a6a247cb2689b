/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A service that knows people by their identifiers and by nothing else.
 *
 *   cc -o service service.c $(pkg-config --cflags --libs jumin-nym libcrypto)
 *   ./service web:example.jp accounts.txt
 *
 * Requests are lines of standard input, so that the whole of it can be read at
 * once; behind a web server each would be a request, and SESSION its cookie.
 *
 *   challenge SESSION          fresh bytes to be signed, for this session alone
 *   register SESSION MESSAGE   a newcomer's assertion, base64url
 *   login SESSION MESSAGE      the same of who has an account; also a rollover
 *   tls-add SESSION FILE       who is logged in in that session will come with
 *                              this client certificate (PEM)
 *   tls FILE                   who comes with this certificate?
 *   ban SUB                    SUB as register and login print it
 *   clock SECONDS              forward, to try what time does
 */
#include <jumin/nym.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ACCOUNTS 1000
#define SESSIONS 100
#define LINE     65536
#define FRESH    300 /* seconds that a challenge is good for */

struct account {
	uint8_t nid[32];
	unsigned is; /* NYM_IS_KNOWN, NYM_IS_BANNED, NYM_IS_CLOSED */
	int has_key;
	uint8_t key[32]; /* SHA-256 of the SubjectPublicKeyInfo */
};

struct session {
	char id[65];
	int waiting; /* a challenge was given out and not used */
	uint8_t challenge[NYM_CHALLENGE_SIZE];
	time_t given;
	int in; /* logged in, as nid */
	uint8_t nid[32];
};

struct service {
	const char *scope, *path;
	time_t ahead;
	struct account accounts[ACCOUNTS];
	size_t n_accounts;
	struct session sessions[SESSIONS];
	size_t n_sessions;
};

/* --- accounts: one line each, kept in a file ------------------------------ */

static struct account *
find(struct service *s, const uint8_t nid[32])
{
	for (size_t i = 0; i < s->n_accounts; i++)
		if (memcmp(s->accounts[i].nid, nid, 32) == 0)
			return &s->accounts[i];
	return NULL;
}

static struct account *
add(struct service *s, const uint8_t nid[32], unsigned is)
{
	struct account *a = find(s, nid);

	if (a == NULL && s->n_accounts < ACCOUNTS) {
		a = &s->accounts[s->n_accounts++];
		memset(a, 0, sizeof *a);
		memcpy(a->nid, nid, 32);
	}
	if (a != NULL)
		a->is |= is;
	return a;
}

/* Bans and identifiers that were given up are kept as long as the service is:
 * without them a ban ends with the next restart. */
static int
save(const struct service *s)
{
	char path[4096], text[NYM_TEXT_SIZE];
	FILE *f;
	int ok = 1;

	if (snprintf(path, sizeof path, "%s.new", s->path) >=
		(int)sizeof path ||
	    (f = fopen(path, "w")) == NULL)
		return 0;
	for (size_t i = 0; i < s->n_accounts; i++) {
		const struct account *a = &s->accounts[i];

		nym_text(a->nid, text);
		ok &= fprintf(f, "%s %u ", text, a->is) > 0;
		for (size_t k = 0; a->has_key && k < 32; k++)
			ok &= fprintf(f, "%02x", a->key[k]) > 0;
		ok &= fputs(a->has_key ? "\n" : "-\n", f) >= 0;
	}
	ok &= fclose(f) == 0;
	return ok && rename(path, s->path) == 0;
}

static int
load(struct service *s)
{
	char text[NYM_TEXT_SIZE], key[65];
	struct account *a;
	uint8_t nid[32];
	unsigned is;
	FILE *f;

	if ((f = fopen(s->path, "r")) == NULL)
		return 1; /* the first start */
	while (fscanf(f, "%56s %u %64s", text, &is, key) == 3) {
		if (nym_parse(text, nid) != NYM_OK ||
		    (a = add(s, nid, is)) == NULL)
			break;
		for (size_t k = 0; key[0] != '-' && k < 32; k++) {
			unsigned byte = 0;

			(void)sscanf(key + 2 * k, "%2x", &byte);
			a->key[k] = (uint8_t)byte;
			a->has_key = 1;
		}
	}
	return fclose(f) == 0;
}

/* What nym_verify asks (steps 6 and 7). */
static unsigned
lookup(void *arg, const uint8_t nid[32])
{
	const struct account *a = find(arg, nid);

	return a == NULL ? 0 : a->is;
}

/* --- sessions ------------------------------------------------------------- */

static struct session *
session(struct service *s, const char *id)
{
	struct session *one;

	for (size_t i = 0; i < s->n_sessions; i++)
		if (strcmp(s->sessions[i].id, id) == 0)
			return &s->sessions[i];
	if (s->n_sessions == SESSIONS || strlen(id) >= sizeof one->id)
		return NULL;
	one = &s->sessions[s->n_sessions++];
	memset(one, 0, sizeof *one);
	strcpy(one->id, id);
	return one;
}

static time_t
now(const struct service *s)
{
	return time(NULL) + s->ahead;
}

static void
say(const char *word, const uint8_t nid[32])
{
	char text[NYM_TEXT_SIZE];

	nym_text(nid, text);
	printf("%s %s\n", word, text);
}

static void
refuse(const char *why)
{
	printf("refused %s\n", why);
}

/* --- requests ------------------------------------------------------------- */

static void
challenge(struct service *s, struct session *one)
{
	if (nym_challenge(one->challenge) != NYM_OK) {
		refuse("NO_RANDOM");
		return;
	}
	one->waiting = 1;
	one->given = now(s);
	printf("challenge ");
	for (size_t i = 0; i < sizeof one->challenge; i++)
		printf("%02x", one->challenge[i]);
	printf("\n");
}

/* The challenge of this session, used up by being asked for. */
static int
take_challenge(
    struct service *s, struct session *one, uint8_t out[NYM_CHALLENGE_SIZE])
{
	const int good = one->waiting && now(s) - one->given <= FRESH;

	memcpy(out, one->challenge, NYM_CHALLENGE_SIZE);
	one->waiting = 0;
	memset(one->challenge, 0, sizeof one->challenge);
	return good;
}

/* The account and its bans go from the old identifier to the new one, which
 * comes in no other way; the old one is closed for good. */
static int
move(struct service *s, const nym_result *r)
{
	struct account *old = find(s, r->old_nid), *new;

	if (old == NULL || (new = add(s, r->nid, old->is)) == NULL)
		return 0;
	new->has_key = old->has_key;
	memcpy(new->key, old->key, sizeof new->key);
	old->is |= NYM_IS_CLOSED;
	old->has_key = 0;
	return save(s);
}

static void
enter(struct service *s, struct session *one, const char *message, int newcomer)
{
	static uint8_t bytes[LINE];
	uint8_t chal[NYM_CHALLENGE_SIZE];
	nym_policy p = { .scope = s->scope,
		.now = (uint32_t)now(s),
		.lookup = lookup,
		.lookup_arg = s };
	const struct account *a;
	nym_result r;
	size_t len;
	int why;

	one->in = 0;
	if (!take_challenge(s, one, chal)) {
		refuse("NO_CHALLENGE");
		return;
	}
	why = nym_decode(message, strlen(message), bytes, sizeof bytes, &len);
	if (why == NYM_OK)
		why = nym_verify(&p, chal, sizeof chal, bytes, len, &r);
	/* of a banned account, too: or a reset would be the end of the ban */
	if ((why == NYM_OK || why == NYM_BANNED) && r.has_roll && !move(s, &r))
		why = NYM_INTERNAL;
	if (why != NYM_OK) {
		refuse(nym_errname(why));
		return;
	}
	newcomer &= !r.has_roll;
	a = find(s, r.nid);
	if (newcomer && a != NULL) {
		refuse("HAS_ACCOUNT");
		return;
	}
	if (!newcomer && a == NULL) {
		refuse("NO_ACCOUNT");
		return;
	}
	if (newcomer && (add(s, r.nid, NYM_IS_KNOWN) == NULL || !save(s))) {
		refuse("NO_ROOM");
		return;
	}
	one->in = 1;
	memcpy(one->nid, r.nid, sizeof one->nid);
	say(newcomer ? "registered" : r.has_roll ? "moved" : "welcome", r.nid);
}

/* SHA-256 of a certificate's SubjectPublicKeyInfo.  In TLS the handshake has
 * shown that the other side has the key; the certificate is signed by itself,
 * and whatever name it bears proves nothing. */
static int
key_of(const char *path, uint8_t out[32])
{
	FILE *f = fopen(path, "r");
	X509 *x = f != NULL ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
	unsigned char *der = NULL;
	int n = x != NULL ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der) : -1;

	if (n > 0)
		SHA256(der, (size_t)n, out);
	OPENSSL_free(der);
	X509_free(x);
	if (f != NULL)
		fclose(f);
	return n > 0;
}

static struct account *
by_key(struct service *s, const uint8_t key[32])
{
	for (size_t i = 0; i < s->n_accounts; i++)
		if (s->accounts[i].has_key &&
		    memcmp(s->accounts[i].key, key, 32) == 0)
			return &s->accounts[i];
	return NULL;
}

static void
tls_add(struct service *s, const struct session *one, const char *path)
{
	struct account *a = one->in ? find(s, one->nid) : NULL;
	uint8_t key[32];

	if (a == NULL || (a->is & (NYM_IS_BANNED | NYM_IS_CLOSED)) != 0) {
		refuse("NOT_LOGGED_IN");
		return;
	}
	if (!key_of(path, key) || by_key(s, key) != NULL) {
		refuse("CERTIFICATE");
		return;
	}
	memcpy(a->key, key, sizeof key);
	a->has_key = 1;
	if (save(s))
		say("added", a->nid);
	else
		refuse("NOT_SAVED");
}

static void
tls(struct service *s, const char *path)
{
	const struct account *a;
	uint8_t key[32];

	a = key_of(path, key) ? by_key(s, key) : NULL;
	if (a == NULL)
		refuse("NO_ACCOUNT");
	else if ((a->is & NYM_IS_BANNED) != 0)
		refuse("BANNED");
	else
		say("welcome", a->nid);
}

static void
ban(struct service *s, const char *text)
{
	uint8_t nid[32];

	if (nym_parse(text, nid) != NYM_OK ||
	    add(s, nid, NYM_IS_BANNED) == NULL || !save(s)) {
		refuse("NO_SUCH");
		return;
	}
	for (size_t i = 0; i < s->n_sessions; i++)
		if (memcmp(s->sessions[i].nid, nid, 32) == 0)
			s->sessions[i].in = 0;
	say("banned", nid);
}

/* word SESSION [ARGUMENT], or word ARGUMENT */
static void
answer(struct service *s, char *line)
{
	const char *word = strtok(line, " \n"), *first = strtok(NULL, " \n");
	const char *second = strtok(NULL, " \n");
	struct session *one;

	if (word == NULL || first == NULL)
		refuse("REQUEST");
	else if (strcmp(word, "clock") == 0)
		s->ahead += atoi(first), printf("clock\n");
	else if (strcmp(word, "ban") == 0)
		ban(s, first);
	else if (strcmp(word, "tls") == 0)
		tls(s, first);
	else if ((one = session(s, first)) == NULL)
		refuse("SESSION");
	else if (strcmp(word, "challenge") == 0)
		challenge(s, one);
	else if (second == NULL)
		refuse("REQUEST");
	else if (strcmp(word, "register") == 0)
		enter(s, one, second, 1);
	else if (strcmp(word, "login") == 0)
		enter(s, one, second, 0);
	else if (strcmp(word, "tls-add") == 0)
		tls_add(s, one, second);
	else
		refuse("REQUEST");
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	static struct service s;
	static char line[2 * LINE];
	uint8_t sh[32];

	if (argc != 3 || nym_scope_of(argv[1], sh) != NYM_OK) {
		fprintf(stderr, "usage: service SCOPE FILE\n");
		return 2;
	}
	s.scope = argv[1];
	s.path = argv[2];
	if (!load(&s)) {
		fprintf(stderr, "service: %s cannot be read\n", s.path);
		return 1;
	}
	while (fgets(line, sizeof line, stdin) != NULL)
		answer(&s, line);
	return 0;
}
