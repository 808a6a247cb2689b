/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/jumin/i18n.h"
#include "tools/jumin/platform.h"

int
cli_fail(int code, const char *hint, const char *fmt, ...)
{
	va_list ap;

	/* TRANSLATORS: "jumin" is the program's name. */
	fputs(_("jumin: error: "), stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	if (hint != NULL)
		fprintf(stderr, _("jumin: hint: %s\n"), hint);
	fflush(stderr); /* it may be buffered: cli_start */
	return code;
}

void
cli_note(const char *fmt, ...)
{
	va_list ap;

	fputs(_("jumin: note: "), stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	fflush(stderr);
}

void
cli_warn(const char *fmt, ...)
{
	va_list ap;

	fputs(_("jumin: warning: "), stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	fflush(stderr);
}

int
cli_exit_code(jm_err e)
{
	switch (e) { /* no default: a new jm_err has to be decided here */
	case JM_OK: return EX_OK;
	case JM_NO_SERVICE:
	case JM_NO_CARD:
	case JM_GONE: return EX_NO_CARD;
	case JM_NEED_PIN:
	case JM_PIN_FORM:
	case JM_PIN_LEN:
	case JM_PIN_WRONG:
	case JM_PIN_REPEATED:
	case JM_PIN_CHANGED:
	case JM_PIN_BLOCKED:
	case JM_CANCELLED:
	case JM_TIMEOUT:
	case JM_MISMATCH: return EX_PIN;
	case JM_ARG:
	case JM_NOMEM:
	case JM_SPACE:
	case JM_FORMAT:
	case JM_LINK:
	case JM_BUSY:
	case JM_RESET:
	case JM_NOT_FOUND:
	case JM_REFUSED:
	case JM_UNSUPPORTED:
	case JM_CARD:
	case JM_CRYPTO:
	case JM_BAD_SIG:
	case JM_SCOPE:
	case JM_UNKNOWN:
	case JM_EXISTS:
	case JM_MODE:
	case JM_DAMAGED:
	case JM_CODE:
	case JM_FILE_BUSY:
	case JM_CLOCK:
	case JM_OTHER_KEY:
	case JM_IO: return EX_FAIL;
	}
	return EX_FAIL;
}

static const char *
hint_of(jm_err e)
{
	/* clang-format off */
	static const struct { jm_err e; const char *text; } row[] = {
		{ JM_NO_CARD,
		  N_("put the card into the reader, or lay it flat on it") },
		{ JM_GONE,
		  N_("leave the card in its place until the program ends, "
		     "and try again") },
		{ JM_RESET, N_("try again") },
		{ JM_BUSY, N_("close the other program, or wait for it") },
		{ JM_LINK,
		  N_("take the card out, put it back, and try again") },
	};
	/* clang-format on */

	if (e == JM_NO_SERVICE)
		return cli_local(CLI_LOCAL_SERVICE);
	for (size_t i = 0; i < NELEM(row); i++)
		if (row[i].e == e)
			return _(row[i].text);
	return NULL;
}

int
cli_fail_err(jm_err e, const char *what)
{
	if (what != NULL)
		return cli_fail(cli_exit_code(e), hint_of(e), "%s: %s", what,
		    _(jm_strerror(e)));
	return cli_fail(cli_exit_code(e), hint_of(e), "%s", _(jm_strerror(e)));
}

char *
cli_text(const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	return text;
}

void
cli_buf_add(struct cli_buf *b, const char *fmt, ...)
{
	char *more = NULL, *longer;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&more, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->bad = 1;
		return;
	}
	if ((longer = realloc(b->text, b->len + (size_t)n + 1)) == NULL) {
		b->bad = 1;
	} else {
		memcpy(longer + b->len, more, (size_t)n + 1);
		b->text = longer;
		b->len += (size_t)n;
	}
	free(more);
}

char *
cli_buf_take(struct cli_buf *b)
{
	char *text = b->text;

	if (b->bad) {
		free(text);
		text = NULL;
	}
	*b = (struct cli_buf){ .len = 0 };
	return text;
}

void
cli_field(int indent, int width, const char *label, const char *fmt, ...)
{
	int pad = width - cli_columns(label);
	va_list ap;

	printf("%*s%s: %*s", indent, "", label, pad > 0 ? pad : 0, "");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

const char *
cli_plain(const char *text, char *out, size_t cap)
{
	size_t n = 0;

	for (; text[n] != '\0' && n + 1 < cap; n++) {
		const unsigned char c = (unsigned char)text[n];

		out[n] = c < 0x20 || c == 0x7f ? '?' : text[n];
		/* U+0080 to U+009F: terminals obey these, too */
		if (n > 0 && out[n - 1] == '\xc2' && c >= 0x80 && c < 0xa0)
			out[n - 1] = out[n] = '?';
	}
	out[n] = '\0';
	return out;
}

const char *
cli_time_text(time_t t, char out[CLI_TIME_MAX])
{
	char zone[CLI_ZONE_MAX];
	const struct tm *tm;
	size_t n;

	if ((tm = localtime(&t)) == NULL ||
	    (n = strftime(out, CLI_TIME_MAX, "%Y-%m-%d %H:%M:%S ", tm)) == 0)
		snprintf(out, CLI_TIME_MAX, "?");
	else
		snprintf(
		    out + n, CLI_TIME_MAX - n, "%s", cli_zone(t, tm, zone));
	return out;
}

const char *
cli_time_iso(time_t t, char out[CLI_TIME_MAX])
{
	const struct tm *tm;

	if ((tm = gmtime(&t)) == NULL ||
	    strftime(out, CLI_TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", tm) == 0)
		snprintf(out, CLI_TIME_MAX, "?");
	return out;
}

int
cli_end(int code)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	return cli_fail(EX_FAIL, NULL, _("cannot write the output: %s"),
	    strerror(errno != 0 ? errno : EIO));
}
