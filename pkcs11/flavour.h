/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What tells the three modules apart: everything else is the same archive, and
 * each is linked with one object that defines this.
 */
#ifndef P11_FLAVOUR_H
#define P11_FLAVOUR_H

struct p11_flavour {
	unsigned slots; /* JM_SLOT_ bits: what may be shown */
	int profile;    /* shows CKP_PUBLIC_CERTIFICATES_TOKEN */
};

extern const struct p11_flavour p11_flavour;

#endif
