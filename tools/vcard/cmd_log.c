/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin-vcard log: who did what to the card at a counter, when and what for. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "tools/vcard/cmd.h"
#include "tools/vcard/i18n.h"
#include "vcard/vc_log.h"

#define TARGET_TEXT_MAX (2 * VC_TARGET_MAX + 1)
#define HASH_TEXT_MAX   (2 * VC_LOG_HASH_LEN + 1)
#define WHEN_MAX        sizeof "YYYY-MM-DDThh:mm:ssZ"

/* What the card did of itself has no time. */
static void
iso(const char when[15], char out[WHEN_MAX])
{
	if (when[0] == '\0') {
		snprintf(out, WHEN_MAX, "-");
		return;
	}
	snprintf(out, WHEN_MAX, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", when,
	    when + 4, when + 6, when + 8, when + 10, when + 12);
}

static void
hex(const uint8_t *b, size_t n, char *out, size_t cap)
{
	if (jm_hex_encode(b, n, out, cap) != JM_OK)
		out[0] = '\0';
}

static const char *
operation(unsigned op)
{
	const char *name = vc_log_operation(op);

	return name == NULL ? "?" : name;
}

static void
print_json(const struct vc_log *log)
{
	char when[WHEN_MAX], target[TARGET_TEXT_MAX], hash[HASH_TEXT_MAX];

	hex(log->base_hash, sizeof log->base_hash, hash, sizeof hash);
	printf("{\n  \"left\": %lu,\n  \"left_hash\": \"%s\",\n"
	       "  \"entries\": [",
	    (unsigned long)log->base, hash);
	for (size_t i = 0; i < log->count; i++) {
		const struct vc_entry *x = &log->entry[i];

		iso(x->what.when, when);
		hex(x->what.target, x->what.target_len, target, sizeof target);
		hex(x->hash, sizeof x->hash, hash, sizeof hash);
		printf("%s\n    { \"sequence\": %lu, \"when\": ",
		    i > 0 ? "," : "", (unsigned long)x->sequence);
		if (x->what.when[0] != '\0')
			vcmd_json_string(when);
		else
			printf("null");
		printf(", \"operation\": \"%s\", \"application\": ",
		    operation(x->what.op));
		vcmd_json_string(x->what.app);
		printf(", \"target\": \"%s\", \"operator\": ", target);
		vcmd_json_string(x->what.operator_id);
		printf(", \"terminal\": ");
		vcmd_json_string(x->what.terminal);
		printf(", \"reason\": ");
		vcmd_json_string(x->what.reason);
		printf(", \"hash\": \"%s\" }", hash);
	}
	printf("\n  ]\n}\n");
}

static void
print_text(const struct vc_log *log)
{
	char when[WHEN_MAX], target[TARGET_TEXT_MAX];

	if (log->base > 0)
		printf(_("entries 1 to %lu have left the card\n"),
		    (unsigned long)log->base);
	if (log->count == 0)
		printf(_("nothing was done to this card at a counter\n"));
	for (size_t i = 0; i < log->count; i++) {
		const struct vc_event *e = &log->entry[i].what;

		iso(e->when, when);
		hex(e->target, e->target_len, target, sizeof target);
		printf("%lu  %s  %s %s%s%s\n",
		    (unsigned long)log->entry[i].sequence, when,
		    operation(e->op), e->app, target[0] != '\0' ? " " : "",
		    target);
		if (e->operator_id[0] != '\0')
			printf(_("   by %s at %s: %s\n"), e->operator_id,
			    e->terminal, e->reason);
		else
			printf(_("   at %s: %s\n"), e->terminal, e->reason);
	}
}

int
vcmd_log(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 1 }, { NULL, 0, NULL, 0 }
	};
	struct vc_card *card = NULL;
	int json = 0, c;
	jm_err e;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 1)
			return EX_USAGE;
		json = 1;
	}
	if (optind != argc - 1)
		return vcmd_fail(EX_USAGE, _("one IMAGE expected"));
	/* A broken chain is told by its line. */
	if ((e = vc_open_readonly(argv[optind], &card)) != JM_OK)
		return vcmd_fail_err(e, argv[optind]);
	if (json)
		print_json(vc_card_log(card));
	else
		print_text(vc_card_log(card));
	vc_close(&card);
	return EX_OK;
}
