/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * corpus_tool unpack FILE DIR   one file for each input, as libFuzzer has them
 * corpus_tool pack DIR          a corpus of all files in DIR to standard output
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/corpus.h"

#define NAME_MAX_HASH 40 /* libFuzzer names a file by its SHA-1 */
#define NAME_CUT      12
#define PER_LINE      36

static int
write_input(void *arg, const char *name, const uint8_t *data, size_t len)
{
	char path[600];
	FILE *out;
	int bad;

	snprintf(path, sizeof path, "%s/%s", (const char *)arg, name);
	if ((out = fopen(path, "wb")) == NULL) {
		perror(path);
		exit(1);
	}
	bad = len > 0 && fwrite(data, 1, len, out) != len;
	if (fclose(out) != 0 || bad) {
		perror(path);
		exit(1);
	}
	return 0;
}

static void
print_input(const char *name, const uint8_t *data, size_t len)
{
	const int hash = strlen(name) == NAME_MAX_HASH;

	printf("input %.*s\n", hash ? NAME_CUT : 79, name);
	for (size_t i = 0; i < len; i++)
		printf("%s%02x%s", i % PER_LINE == 0 ? "\t" : "", data[i],
		    i % PER_LINE == PER_LINE - 1 || i + 1 == len ? "\n" : "");
}

static int
pack(const char *dir)
{
	static uint8_t data[CORPUS_INPUT_MAX];
	struct dirent **entry;
	char path[600];
	int n = scandir(dir, &entry, NULL, alphasort);

	if (n < 0) {
		perror(dir);
		return 1;
	}
	for (int i = 0; i < n; i++) {
		long len;

		snprintf(path, sizeof path, "%s/%s", dir, entry[i]->d_name);
		if (entry[i]->d_name[0] != '.' &&
		    (len = corpus_slurp(path, data, sizeof data)) >= 0)
			print_input(entry[i]->d_name, data, (size_t)len);
		free(entry[i]);
	}
	free(entry);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "unpack") == 0)
		return corpus_read(argv[2], write_input, argv[3]) < 0;
	if (argc == 3 && strcmp(argv[1], "pack") == 0)
		return pack(argv[2]);
	fprintf(stderr, "usage: %s unpack FILE DIR | pack DIR\n", argv[0]);
	return 2;
}
