/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages with attestations. */
#include <string.h>

#include "crypto/ctx.h"
#include "crypto/digest.h"
#include "tests/support/test.h"
#include "tests/unit/nym_try.h"

#define DAY 86400u

static struct try_pki registrar, batch;
static nym_trust *trust;
static uint8_t sh[32];
static uint8_t wire[TRY_WIRE];
static size_t wire_len;

/* A message with the statement s by the authority who. */
static void
make(const struct nym_request *q, const struct nym_key *key,
    const struct nym_stmt *s, const struct try_pki *who)
{
	static uint8_t mem[2048];
	struct nym_field ext;

	try_att(s, who, mem, sizeof mem, &ext);
	assert_int_equal(
	    nym_assert(q, key, NULL, NULL, &ext, wire, sizeof wire, &wire_len),
	    JM_OK);
}

static int
verdict(const nym_policy *p, nym_result *r)
{
	static const nym_result none;
	int why = nym_verify(
	    p, try_challenge, sizeof try_challenge, wire, wire_len, r);

	if (why != NYM_OK)
		assert_memory_equal(r, &none, sizeof none);
	return why;
}

static nym_policy
policy(unsigned need)
{
	nym_policy p = try_policy();

	p.need = (uint8_t)need;
	p.trust = trust;
	return p;
}

/* One of each kind. */
static void
make_good(enum nym_kind kind)
{
	const struct nym_request q = try_request();
	struct nym_key key;
	struct nym_stmt s;
	uint8_t fresh[32];

	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &key);
	s = try_stmt(kind, &q, &key, sh, fresh);
	make(&q, &key, &s, kind == NYM_KIND_CARD ? &batch : &registrar);
}

static void
each_kind_is_accepted_where_it_is_needed(void **state)
{
	nym_policy p;
	nym_result r;
	(void)state;

	for (unsigned kind = 1; kind <= 2; kind++) {
		make_good((enum nym_kind)kind);
		for (unsigned need = 0; need <= 3; need++) {
			p = policy(need);
			assert_int_equal(verdict(&p, &r),
			    need == 0 || (need & kind) != 0 ? NYM_OK
							    : NYM_ATT_KIND);
			if (need != 0 && (need & kind) == 0)
				continue;
			assert_int_equal(r.att_kind, kind);
			assert_memory_equal(r.batch,
			    kind == NYM_CARD ? batch.leaf_spki
					     : registrar.leaf_spki,
			    8);
			assert_int_equal(r.xt[0], 0xe0);
			assert_null(r.trace);
		}
		p = try_policy(); /* nobody asked, nothing is shown */
		assert_int_equal(verdict(&p, &r), NYM_OK);
		assert_int_equal(r.att_kind, 0);
		assert_int_equal(r.xt[0], 0);
	}
}

static void
an_attestation_that_is_needed_has_to_come(void **state)
{
	const struct nym_request q = try_request();
	nym_policy p = policy(NYM_CARD);
	struct nym_key key;
	nym_result r;
	(void)state;

	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &key);
	assert_int_equal(nym_assert(&q, &key, NULL, NULL, NULL, wire,
			     sizeof wire, &wire_len),
	    JM_OK);
	assert_int_equal(verdict(&p, &r), NYM_ATT_MISSING);
	p = policy(0);
	assert_int_equal(verdict(&p, &r), NYM_OK);
}

static void
a_registrar_makes_no_cards(void **state)
{
	const struct nym_request q = try_request();
	struct nym_key key;
	struct nym_stmt s;
	uint8_t fresh[32];
	nym_policy p;
	nym_result r;
	(void)state;

	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &key);
	s = try_stmt(NYM_KIND_CARD, &q, &key, sh, fresh);
	make(&q, &key, &s, &registrar);
	p = policy(NYM_CARD);
	assert_int_equal(verdict(&p, &r), NYM_ATT_CHAIN);
}

/* Statements that are right in form and say something else. */
static void
a_statement_is_for_one_identifier(void **state)
{
	struct nym_request q = try_request();
	uint8_t fresh[32], other_sh[32], xl[32] = { 1 }, srl[32] = { 2 };
	struct nym_key key, other;
	nym_policy p = policy(NYM_REGISTRAR | NYM_CARD);
	nym_result r;
	(void)state;

	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &key);
	try_key(TRY_SCOPE, 0, TRY_TIME, 1, &other);
	assert_int_equal(nym_scope_of("web:example.com", other_sh), NYM_OK);
	p.xl_root = xl;
	p.srl_root = srl;
	for (int i = 0; i < 12; i++) {
		struct nym_stmt s =
		    try_stmt(NYM_KIND_CARD, &q, &key, sh, fresh);
		int want = NYM_ATT_OTHER;

		s.xl_root = xl;
		s.srl_root = srl;
		switch (i) {
		case 0: want = NYM_OK; break;
		case 1: s.sh = other_sh; break;
		case 2: s.use = NYM_USE_WEBAUTHN; break;
		case 3: s.x = other.x; break; /* swapped between two nyms */
		case 4: s.period = 7; break;
		case 5: s.rate = 2; break;
		case 6:
			fresh[0] ^= 1;
			want = NYM_ATT_FRESH;
			break;
		case 7:
			s.xl_root = NULL;
			want = NYM_XL_ROOT;
			break;
		case 8: /* an old root */
			s.xl_root = srl;
			want = NYM_XL_ROOT;
			break;
		case 9:
			s.srl_root = NULL;
			want = NYM_SRL_ROOT;
			break;
		case 10:
			s.srl_root = xl;
			want = NYM_SRL_ROOT;
			break;
		case 11:
			s.has_born = 1;
			s.born = 7;
			want = NYM_OK;
			break;
		default: break;
		}
		make(&q, &key, &s, &batch);
		assert_int_equal(verdict(&p, &r), want);
		assert_int_equal(r.born, i == 11 ? 7 : 0);
	}
	p = policy(NYM_CARD);
	p.rate = 2;
	make_good(NYM_KIND_CARD);
	assert_int_equal(verdict(&p, &r), NYM_ATT_OTHER);
	/* an epoch other than the body's */
	q.period = 28;
	p = policy(NYM_CARD);
	p.period = 28;
	try_key(TRY_SCOPE, 28, TRY_TIME, 0, &key);
	struct nym_stmt s = try_stmt(NYM_KIND_CARD, &q, &key, sh, fresh);
	make(&q, &key, &s, &batch);
	assert_int_equal(verdict(&p, &r), NYM_OK);
	s.epoch--;
	make(&q, &key, &s, &batch);
	assert_int_equal(verdict(&p, &r), NYM_ATT_OTHER);
}

static void
a_registrars_statement_is_good_for_its_days(void **state)
{
	const struct nym_request q0 = try_request();
	nym_policy p = policy(NYM_REGISTRAR);
	struct nym_request q;
	struct nym_key key;
	struct nym_stmt s;
	uint8_t fresh[32];
	nym_result r;
	(void)state;

	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &key);
	s = try_stmt(NYM_KIND_REGISTRAR, &q0, &key, sh, fresh);
	/* clang-format off */
	const struct { uint32_t at; int want; } rows[] = {
		{ s.not_before - 1, NYM_ATT_DATE },
		{ s.not_before, NYM_OK },
		{ s.not_after, NYM_OK },
		{ s.not_after + 1, NYM_ATT_DATE },
	};
	/* clang-format on */
	for (size_t i = 0; i < NELEM(rows); i++) {
		q = q0;
		q.time = p.now = rows[i].at;
		make(&q, &key, &s, &registrar);
		assert_int_equal(verdict(&p, &r), rows[i].want);
	}
}

/* The statement's bytes changed by hand and signed again: mixes that no
 * builder makes. */
static void
a_mix_of_dates_and_freshness_is_refused(void **state)
{
	const struct nym_request q = try_request();
	const struct nym_field der = { batch.leaf, batch.leaf_len };
	nym_policy p = policy(NYM_CARD | NYM_REGISTRAR);
	static uint8_t ext[2048];
	uint8_t fresh[32], hash[32];
	struct nym_key key;
	nym_result r;
	(void)state;

	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &key);
	for (unsigned i = 0; i < 3; i++) {
		struct nym_stmt s =
		    try_stmt(NYM_KIND_CARD, &q, &key, sh, fresh);
		struct nym_field f = { ext, 0 };
		size_t stmt_len, kind_at = 3 + 10 + 1 + 2;

		assert_int_equal(
		    nym_att_make(&s, batch.d, &der, 1, ext, sizeof ext, &f.len),
		    JM_OK);
		stmt_len = (size_t)(ext[1] << 8 | ext[2]);
		if (i == 0)
			ext[kind_at] = NYM_KIND_REGISTRAR; /* and fresh */
		else /* not_before, not_after of a card */
			ext[3 + stmt_len - 6 - (i == 1 ? 6 : 0) - 18 - 2 - 2 -
			    2 - 2 + 5] = 1;
		assert_int_equal(
		    jm_hash(JM_SHA256, ext + 3, stmt_len, hash), JM_OK);
		assert_int_equal(jm_p256_sign(i == 0 ? registrar.d : batch.d,
				     hash, 32, ext + 3 + stmt_len + 2),
		    JM_OK);
		if (i == 0) {
			uint8_t *chain = ext + 3 + stmt_len + 2 + 64;

			assert_int_equal(registrar.leaf_len, batch.leaf_len);
			memcpy(chain + 4, registrar.leaf, registrar.leaf_len);
		}
		assert_int_equal(nym_assert(&q, &key, NULL, NULL, &f, wire,
				     sizeof wire, &wire_len),
		    JM_OK);
		assert_int_equal(
		    verdict(&p, &r), i == 0 ? NYM_ATT_FRESH : NYM_ATT_DATE);
	}
}

static void
a_chain_leads_to_a_trusted_root(void **state)
{
	const struct nym_request q = try_request();
	static struct try_pki bad;
	struct nym_key key;
	struct nym_stmt s;
	uint8_t fresh[32];
	nym_policy p = policy(NYM_CARD);
	nym_result r;
	(void)state;

	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &key);
	s = try_stmt(NYM_KIND_CARD, &q, &key, sh, fresh);
	try_pki_make(&bad, TRY_GOOD); /* of nobody */
	make(&q, &key, &s, &bad);
	assert_int_equal(verdict(&p, &r), NYM_ATT_CHAIN);
	/* the right certificate, another's signature */
	memcpy(bad.leaf, batch.leaf, batch.leaf_len);
	bad.leaf_len = batch.leaf_len;
	make(&q, &key, &s, &bad);
	assert_int_equal(verdict(&p, &r), NYM_ATT_SIGNATURE);
	for (unsigned flaw = TRY_EXPIRED; flaw <= TRY_P384; flaw++) {
		nym_trust *t;

		try_pki_make(&bad, (enum try_flaw)flaw);
		assert_int_equal(nym_trust_new(&t), NYM_OK);
		assert_int_equal(nym_trust_add(t, NYM_CARD, bad.root_pem,
				     strlen(bad.root_pem)),
		    NYM_OK);
		make(&q, &key, &s, &bad);
		p.trust = t;
		assert_int_equal(verdict(&p, &r), NYM_ATT_CHAIN);
		nym_trust_free(t);
	}
}

static void
a_revoked_key_attests_nothing(void **state)
{
	const uint8_t *const keys[] = { batch.leaf_spki, batch.root_spki };
	nym_policy p = policy(NYM_CARD);
	nym_trust *t;
	nym_result r;
	(void)state;

	make_good(NYM_KIND_CARD);
	for (size_t i = 0; i < NELEM(keys); i++) {
		assert_int_equal(nym_trust_new(&t), NYM_OK);
		assert_int_equal(nym_trust_add(t, NYM_CARD, batch.root_pem,
				     strlen(batch.root_pem)),
		    NYM_OK);
		p.trust = t;
		assert_int_equal(
		    nym_trust_revoke(t, registrar.leaf_spki), NYM_OK);
		assert_int_equal(verdict(&p, &r), NYM_OK);
		assert_int_equal(nym_trust_revoke(t, keys[i]), NYM_OK);
		assert_int_equal(verdict(&p, &r), NYM_ATT_REVOKED);
		nym_trust_free(t);
	}
}

static void
every_changed_bit_is_refused(void **state)
{
	nym_policy p = policy(NYM_CARD);
	nym_result r;
	(void)state;

	make_good(NYM_KIND_CARD);
	/* all but the certificate, whose own rules OpenSSL knows */
	for (size_t bit = 0; bit < (wire_len - batch.leaf_len) * 8; bit++) {
		wire[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(verdict(&p, &r), NYM_OK);
		wire[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < wire_len; n++)
		assert_int_equal(nym_verify(&p, try_challenge, 32, wire, n, &r),
		    NYM_MALFORMED);
}

static void
roots_are_read_whole_or_not_at_all(void **state)
{
	nym_policy p = policy(NYM_CARD);
	static char two[4096];
	nym_result r;
	nym_trust *t;
	(void)state;

	assert_int_equal(nym_trust_new(&t), NYM_OK);
	assert_int_equal(nym_trust_add(t, NYM_CARD, "", 0), NYM_MALFORMED);
	assert_int_equal(nym_trust_add(t, NYM_CARD, "x", 1), NYM_MALFORMED);
	assert_int_equal(nym_trust_add(t, 4, batch.root_pem, 100), NYM_ARG);
	assert_int_equal(nym_trust_add(t, 0, batch.root_pem, 100), NYM_ARG);
	strcpy(two, batch.root_pem);
	strcat(two, registrar.root_pem);
	two[strlen(batch.root_pem) + 200] = '!';
	assert_int_equal(
	    nym_trust_add(t, NYM_CARD, two, strlen(two)), NYM_MALFORMED);
	make_good(NYM_KIND_CARD);
	p.trust = t;
	assert_int_equal(verdict(&p, &r), NYM_ATT_CHAIN);
	two[strlen(batch.root_pem) + 200] = registrar.root_pem[200];
	assert_int_equal(nym_trust_add(t, NYM_CARD, two, strlen(two)), NYM_OK);
	assert_int_equal(verdict(&p, &r), NYM_OK);
	nym_trust_free(t);
	nym_trust_free(NULL);
}

static int
start(void **state)
{
	(void)state;
	try_pki_make(&registrar, TRY_GOOD);
	do /* of the same length: one is put in the other's place */
		try_pki_make(&batch, TRY_GOOD);
	while (batch.leaf_len != registrar.leaf_len);
	return nym_scope_of(TRY_SCOPE, sh) != NYM_OK ||
	       nym_trust_new(&trust) != NYM_OK ||
	       nym_trust_add(trust, NYM_REGISTRAR, registrar.root_pem,
		   strlen(registrar.root_pem)) != NYM_OK ||
	       nym_trust_add(trust, NYM_CARD, batch.root_pem,
		   strlen(batch.root_pem)) != NYM_OK;
}

static int
done(void **state)
{
	(void)state;
	nym_trust_free(trust);
	jm_crypto_done();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_accepted_where_it_is_needed),
		cmocka_unit_test(an_attestation_that_is_needed_has_to_come),
		cmocka_unit_test(a_registrar_makes_no_cards),
		cmocka_unit_test(a_statement_is_for_one_identifier),
		cmocka_unit_test(a_registrars_statement_is_good_for_its_days),
		cmocka_unit_test(a_mix_of_dates_and_freshness_is_refused),
		cmocka_unit_test(a_chain_leads_to_a_trusted_root),
		cmocka_unit_test(a_revoked_key_attests_nothing),
		cmocka_unit_test(every_changed_bit_is_refused),
		cmocka_unit_test(roots_are_read_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, start, done);
}
