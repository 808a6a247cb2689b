/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/xl_watch.h"

#include <string.h>

#define DAY 86400 /* seconds */

enum nym_xl_word
nym_xl_watch(struct nym_xl_seen *seen, uint32_t version,
    const uint8_t root[NYM_ROOT_LEN], uint32_t time)
{
	const uint32_t day = time / DAY;

	if (seen->any && version == seen->version)
		return memcmp(root, seen->root, NYM_ROOT_LEN) == 0
			   ? NYM_XL_FINE
			   : NYM_XL_TWO_ROOTS;
	if (seen->any && version < seen->version)
		return NYM_XL_OLD;
	if (seen->any && day <= seen->day)
		return NYM_XL_TOO_SOON;
	seen->any = 1;
	seen->version = version;
	seen->day = day;
	memcpy(seen->root, root, NYM_ROOT_LEN);
	return NYM_XL_FINE;
}
