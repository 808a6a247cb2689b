/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/corpus.h"

#include <stdio.h>
#include <string.h>

#include "base/hex.h"

#define LINE 512

struct reader {
	corpus_visitor *f;
	void *arg;
	char name[80];
	size_t len;
	int count, stop;
	uint8_t data[CORPUS_INPUT_MAX];
};

static void
flush(struct reader *r)
{
	if (r->name[0] == '\0')
		return;
	r->count++;
	r->stop = r->f(r->arg, r->name, r->data, r->len);
	r->name[0] = '\0';
	r->len = 0;
}

/* 0: not understood */
static int
take_line(struct reader *r, char *line)
{
	size_t n;

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '#' || line[0] == '\0')
		return 1;
	if (strncmp(line, "input ", 6) == 0) {
		flush(r);
		snprintf(r->name, sizeof r->name, "%.79s", line + 6);
		return r->name[0] != '\0' && strchr(r->name, '/') == NULL;
	}
	if (line[0] != '\t' || r->name[0] == '\0' ||
	    jm_hex_decode(line + 1, r->data + r->len, sizeof r->data - r->len,
		&n) != JM_OK)
		return 0;
	r->len += n;
	return 1;
}

int
corpus_read(const char *path, corpus_visitor *f, void *arg)
{
	static struct reader r;
	FILE *in = fopen(path, "r");
	char line[LINE];

	if (in == NULL) {
		perror(path);
		return -1;
	}
	r.f = f;
	r.arg = arg;
	r.name[0] = '\0';
	r.len = 0;
	r.count = r.stop = 0;
	while (!r.stop && fgets(line, sizeof line, in) != NULL) {
		if (take_line(&r, line))
			continue;
		fprintf(stderr, "%s: not understood: %.40s\n", path, line);
		r.stop = 1;
		r.count = -1;
	}
	if (!r.stop)
		flush(&r);
	(void)fclose(in);
	return r.count;
}

long
corpus_slurp(const char *path, uint8_t *out, size_t cap)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	size_t n;
	int bad;

	if (in == NULL)
		return -1;
	n = fread(out, 1, cap, in);
	bad = ferror(in);
	if (in != stdin)
		(void)fclose(in);
	return bad ? -1 : (long)n;
}
