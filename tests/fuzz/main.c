/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A fuzz target as an ordinary program, for any compiler: without arguments it
 * runs its corpus once, else the files named ("-": standard input).
 */
#include <stdio.h>

#include "tests/fuzz/corpus.h"
#include "tests/fuzz/fuzz.h"

static int
run(void *arg, const char *name, const uint8_t *data, size_t len)
{
	(void)arg;
	(void)name;
	return LLVMFuzzerTestOneInput(data, len);
}

int
main(int argc, char **argv)
{
	static uint8_t data[CORPUS_INPUT_MAX];
	char path[512];
	long n;

	for (int i = 1; i < argc; i++) {
		if ((n = corpus_slurp(argv[i], data, sizeof data)) < 0) {
			perror(argv[i]);
			return 1;
		}
		(void)run(NULL, argv[i], data, (size_t)n);
	}
	if (argc > 1)
		return 0;
	snprintf(path, sizeof path, FUZZ_DIR "/corpus/%s.txt", fuzz_name);
	n = corpus_read(path, run, NULL);
	printf("%s: %ld inputs\n", fuzz_name, n);
	return n > 0 ? 0 : 1;
}
