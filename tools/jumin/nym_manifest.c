/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/nym_manifest.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nym/manifest.h"
#include "tools/jumin/files.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

/* The texts may be shown as they are: the parser takes no others. */
static void
take_text(const struct nym_field *f, char out[CLI_MANIFEST_TEXT])
{
	const size_t n =
	    f->len < CLI_MANIFEST_TEXT ? f->len : CLI_MANIFEST_TEXT - 1;

	memcpy(out, f->p, n);
	out[n] = '\0';
}

/* Several origins are one way to join identifiers: they are shown. */
static void
take_origins(const struct nym_manifest *m, char *out, size_t cap)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; m->n_origins > 1 && i < m->n_origins; i++) {
		const struct nym_field f = nym_manifest_origin(m, i);

		if (used + f.len + 3 > cap) {
			snprintf(out + used, cap - used, " ...");
			return;
		}
		used += (size_t)snprintf(out + used, cap - used, "%s%.*s",
		    i > 0 ? " " : "", (int)f.len, (const char *)f.p);
	}
}

static int
check(const char *file, const struct nym_manifest *m, const struct cli_nym *n)
{
	const int64_t now = time(NULL);
	char scope[NYM_SCOPE_MAX + 1], plain[NYM_SCOPE_MAX + 1];

	if (m->scope.len != strlen(n->scope) ||
	    memcmp(m->scope.p, n->scope, m->scope.len) != 0) {
		snprintf(scope, sizeof scope, "%.*s", (int)m->scope.len,
		    (const char *)m->scope.p);
		return cli_fail(EX_FAIL, NULL,
		    _("%s: the manifest is of another service: %s"), file,
		    cli_plain(scope, plain, sizeof plain));
	}
	if (now < m->not_before || now > m->not_after)
		return cli_fail(EX_FAIL, NULL,
		    _("%s: the manifest is not valid now"), file);
	if (n->period_given && n->period != m->period) {
		char *hint =
		    cli_text(_("the manifest asks for a period of %u days"),
			(unsigned)m->period);
		const int code = cli_fail(
		    EX_USAGE, hint, _("--period and the manifest differ"));

		free(hint);
		return code;
	}
	return EX_OK;
}

/* Whose signature it is nobody can tell here: no authority's key is known, so
 * a signed one counts for no more than where it came from. */
static void
take(const struct nym_manifest *m, struct cli_manifest *out)
{
	out->level = 1;
	out->flags = m->flags;
	out->rate = m->rate;
	out->period = m->period;
	memcpy(out->hash, m->hash, sizeof out->hash);
	take_text(&m->name, out->name);
	take_text(&m->purpose, out->purpose);
	take_origins(m, out->origins, sizeof out->origins);
}

int
cli_manifest_load(const struct cli_args *a, struct cli_nym *n,
    struct cli_manifest *out, int *given)
{
	const char *path = a->value[CLI_MANIFEST];
	struct nym_manifest m;
	uint8_t *data = NULL;
	char plain[256];
	size_t len;
	int code;
	jm_err e;

	*out = (struct cli_manifest){ 0 };
	*given = path != NULL;
	if (path == NULL)
		return EX_OK;
	if ((code = cli_file_load(path, &data, &len)) != EX_OK)
		return code;
	cli_plain(path, plain, sizeof plain);
	e = nym_manifest_parse(data, len, &m);
	if (e == JM_FORMAT)
		code = cli_fail(
		    EX_FAIL, NULL, _("%s: this is no manifest"), plain);
	else if (e != JM_OK)
		code = cli_fail_err(e, plain);
	else
		code = check(plain, &m, n);
	if (code == EX_OK) {
		take(&m, out);
		n->period = m.period;
		n->period_given = 1;
	}
	free(data);
	return code;
}
