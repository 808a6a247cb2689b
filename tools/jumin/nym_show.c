/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/nym_show.h"

#include <stdio.h>

#include "tools/jumin/i18n.h"

const char *
cli_hex(const uint8_t *in, size_t n, char *out, size_t cap)
{
	out[0] = '\0';
	for (size_t i = 0; i < n && 2 * i + 2 < cap; i++)
		snprintf(out + 2 * i, 3, "%02x", in[i]);
	return out;
}

void
cli_nid_json(struct cli_json *j, const struct cli_nid *id)
{
	char hex[2 * NYM_NID_LEN + 1], text[NYM_TEXT_LEN + 1];

	nym_nid_text(id->nid, text);
	cli_json_str(j, "scope", id->scope);
	cli_json_str(
	    j, "nid", cli_hex(id->nid, sizeof id->nid, hex, sizeof hex));
	cli_json_str(j, "sub", text);
	cli_json_int(j, "period", id->which.period);
	cli_json_int(j, "epoch", id->which.epoch);
	cli_json_int(j, "generation", id->which.generation);
}

void
cli_show_code(const char *code)
{
	printf(_("\nRecovery code: %s\n"), code);
	fputs(_("It is shown this once. Write it on paper and keep that apart "
		"from the computer and the card.\n"
		"With it and a copy of the vault (jumin nym vault export FILE) "
		"your identifiers come back on another computer, or after "
		"this one's disk is lost.\n"
		"Without it the copy opens with this card and its PIN alone. "
		"If copy and vault are both lost, so are the identifiers: the "
		"services will see a newcomer.\n"),
	    stdout);
}
