/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cards in memory with something in every object of every application: each
 * object's bytes are a mark of its own, eight bytes over and over, so that one
 * byte string tells which object of which application it came from.  PINs have
 * their mark as value.  Nothing is written to a disk.
 */
#ifndef JM_TESTS_SUPPORT_VC_FULL_H
#define JM_TESTS_SUPPORT_VC_FULL_H

#include "vcard/vc_card.h"

#define VC_MARK_LEN 8

/* All tables there are on one card. */
extern const struct vc_profile vc_full_profile;

/*
 * The objects of the application called own are the same in every card, those
 * of the others depend on salt, and their keys do not work: to use one is a
 * failure without a reply.  VC_FULL_ALL: every application is so an own one.
 * Issued, powered, the issuer domain current. loaded: which of vc_full_loaded
 * come behind the profile's applications, bit by bit.
 */
#define VC_FULL_ALL "*"
struct vc_card *vc_full_new(const struct vc_profile *profile, const char *own,
    unsigned salt, unsigned loaded);

/* The library card that comes along, and a city's with what else a package can
 * have. */
#define VC_FULL_CITY     "city"
#define VC_FULL_LOADED_N 2
#define VC_FULL_LOADED   3u /* both */
extern const char *const vc_full_loaded[VC_FULL_LOADED_N];

/* The name of application i of a card with all that can be loaded. */
const char *vc_full_name(const struct vc_profile *profile, size_t i);

/* Marked bytes wait for ACTIVATE in every application but i, as no command
 * could leave them. */
void vc_full_stage(struct vc_card *card, size_t i, unsigned salt);

/* A profile of the issuer domain and this application, or of the first alone
 * where p has no such; on the heap. */
struct vc_profile *vc_full_alone(const struct vc_profile *p, const char *name);
void vc_full_alone_free(struct vc_profile *p);

/* SELECT of application i. */
void vc_full_select(struct vc_card *card, size_t i);

/* Verifies every PIN of the current application that can be, by command;
 * returns how many. */
unsigned vc_full_verify(struct vc_card *card);

/* One command, wanting a reply; *len without the status word. */
unsigned vc_full_say(struct vc_card *card, const uint8_t *cmd, size_t cmd_len,
    const uint8_t **rsp, size_t *len);

/* Index of the application whose mark is among the bytes, but i; -1: none. */
int vc_full_foreign(
    const struct vc_card *card, size_t i, const uint8_t *p, size_t len);

/* What application i is, byte by byte: structure, contents, its lines of the
 * image. */
struct vc_full_state {
	struct vc_app app;
	uint8_t hash[32];
};
void vc_full_state(
    const struct vc_card *card, size_t i, struct vc_full_state *out);

#endif
