/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/term/prompt.h"

#include <errno.h>
#include <unistd.h>

#include "base/wipe.h"

void
cli_line_wipe(struct cli_line *line)
{
	jm_wipe(line, sizeof *line);
}

jm_err
cli_read_line(int fd, struct cli_line *out)
{
	int any = 0, too_long = 0;
	jm_err e = JM_OK;
	char c = 0;

	*out = (struct cli_line){ 0 };
	while (c != '\n') {
		const ssize_t n = read(fd, &c, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			e = JM_IO;
			goto out;
		}
		if (n == 0)
			break;
		any = 1;
		if (c == '\n')
			break;
		if (out->len < sizeof out->text)
			out->text[out->len++] = c;
		else
			too_long = 1;
	}
	if (out->len > 0 && out->text[out->len - 1] == '\r' && c == '\n')
		out->text[--out->len] = '\0';
	if (!any)
		e = JM_NOT_FOUND;
	else if (too_long)
		e = JM_SPACE;
out:
	jm_wipe(&c, 1);
	if (e != JM_OK)
		cli_line_wipe(out);
	return e;
}
