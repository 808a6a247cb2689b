/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin-vcard authority: the keys that cards, counters and operators trust. */
#include <getopt.h>

#include "tools/vcard/cmd.h"
#include "tools/vcard/i18n.h"
#include "vcard/vc_authority.h"

enum { OPT_ID = 1, OPT_COUNTER_ID, OPT_ISSUER_ID };

int
vcmd_authority(int argc, char **argv)
{
	static const struct option options[] = {
		{ "id", required_argument, NULL, OPT_ID },
		{ "counter-id", required_argument, NULL, OPT_COUNTER_ID },
		{ "issuer-id", required_argument, NULL, OPT_ISSUER_ID },
		{ NULL, 0, NULL, 0 },
	};
	struct vc_pki_names names = { .id = NULL };
	int c;
	jm_err e;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case OPT_ID: names.id = optarg; break;
		case OPT_COUNTER_ID: names.counter = optarg; break;
		case OPT_ISSUER_ID: names.issuer = optarg; break;
		default: return EX_USAGE; /* getopt has said why */
		}
	}
	if (optind != argc - 1)
		return vcmd_fail(EX_USAGE, _("one FOLDER expected"));
	if ((e = vc_pki_make(argv[optind], &names)) != JM_OK)
		return vcmd_fail_file(e, argv[optind]);
	return EX_OK;
}
