/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What whoever checks himself against a service's exclusion list remembers of
 * it (nym1.md, section 5.4).  A list that is made for one visitor tells the
 * service whether he is the one it put there; so there is one list for all in
 * each version, and at most one version a day.
 */
#ifndef NYM_XL_WATCH_H
#define NYM_XL_WATCH_H

#include <stdint.h>

#include "nym/xlist.h"

/* Of one scope; all zero before the first list of it. */
struct nym_xl_seen {
	int any;
	uint32_t version, day; /* day: since 1970 */
	uint8_t root[NYM_ROOT_LEN];
};

enum nym_xl_word {
	NYM_XL_FINE,
	NYM_XL_TWO_ROOTS, /* of one version: a list for somebody alone */
	NYM_XL_OLD,       /* a version that was replaced */
	NYM_XL_TOO_SOON   /* a second version on one day */
};

/*
 * May a list with this root be answered?  NYM_XL_FINE, and what was seen is
 * this one from now on; else it stays as it is, and the visitor is to be warned
 * and nothing to be said to the service that tells it from a walk away.
 * time: seconds since 1970; a day that was before counts as that day.
 */
enum nym_xl_word nym_xl_watch(struct nym_xl_seen *seen, uint32_t version,
    const uint8_t root[NYM_ROOT_LEN], uint32_t time);

#endif
