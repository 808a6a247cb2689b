/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's exports; their names and types are the host's. */
#ifndef OSC_MODULE_H
#define OSC_MODULE_H

struct sc_pkcs15_card;
struct sc_aid;

const char *sc_driver_version(void);
void *sc_module_init(const char *name);
/* The PKCS#15 view of a card that this driver has: SC_ERROR_WRONG_CARD of any
 * other. */
int sc_pkcs15_init_func_ex(struct sc_pkcs15_card *p15card, struct sc_aid *aid);

#endif
