/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the host looks up by name when it loads this driver.  It compares the
 * version with its own: a driver fits the release whose headers it was built
 * with, and says so rather than repeat what the running one is.
 */
#include "drivers/opensc/module.h"

#include <string.h>

#include "drivers/opensc/osc.h"

#define OSC_EXPORT __attribute__((visibility("default")))

OSC_EXPORT const char *
sc_driver_version(void)
{
	return OSC_RELEASE;
}

/* Returns a function: the host calls it for the driver's table. */
OSC_EXPORT void *
sc_module_init(const char *name)
{
	struct sc_card_driver *(*get)(void) = osc_driver;
	void *out;

	(void)name;
	_Static_assert(sizeof get == sizeof out, "as POSIX has it");
	memcpy(&out, &get, sizeof out);
	return out;
}

OSC_EXPORT int
sc_pkcs15_init_func_ex(struct sc_pkcs15_card *p15card, struct sc_aid *aid)
{
	(void)aid; /* of the applications in EF.DIR, which these cards lack */
	return osc_emulate(p15card);
}
