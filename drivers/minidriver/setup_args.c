/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line: one command, options anywhere, none abbreviated. */
#include <limits.h>
#include <string.h>

#include "drivers/minidriver/setup.h"

static int
not_taken(const char *word, const char *why)
{
	char plain[128];

	return setup_fail(SETUP_USAGE, "see: juminmd-setup --help", "'%s' %s",
	    setup_plain(word, plain, sizeof plain), why);
}

/* A whole decimal number: 0 and *out, or -1. */
static int
number(const char *text, int *out)
{
	int n = 0;

	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9' ||
		    n > (INT_MAX - (*text - '0')) / 10)
			return -1;
		n = 10 * n + (*text - '0');
	}
	*out = n;
	return 0;
}

/* An option with a value; value is NULL where there is none left. */
static int
take_value(const char *option, const char *value, struct setup_args *out)
{
	if (value == NULL)
		return setup_fail(SETUP_USAGE, "see: juminmd-setup --help",
		    "%s needs a value", option);
	if (strcmp(option, "--reader") == 0) {
		out->reader = value;
		return SETUP_OK;
	}
	if (number(value, &out->pin_fd) == 0)
		return SETUP_OK;
	return setup_fail(SETUP_USAGE, "see: juminmd-setup --help",
	    "--pin-fd needs the number of a file descriptor");
}

static int
take_word(const char *word, struct setup_args *out)
{
	static const struct {
		const char *name;
		size_t at;
	} flags[] = {
		{ "--all", offsetof(struct setup_args, all) },
		{ "--last-try", offsetof(struct setup_args, last_try) },
		{ "--help", offsetof(struct setup_args, help) },
		{ "--version", offsetof(struct setup_args, version) },
	};
	const int yes = 1;

	for (size_t i = 0; i < NELEM(flags); i++)
		if (strcmp(word, flags[i].name) == 0) {
			memcpy((char *)out + flags[i].at, &yes, sizeof yes);
			return SETUP_OK;
		}
	if (*word == '-')
		return not_taken(word, "is no option");
	if (out->command != NULL)
		return not_taken(word, "is too much");
	out->command = word;
	return SETUP_OK;
}

/* The value behind an option's "=", NULL: there is none. */
static const char *
value_in(const char *word, const char *option)
{
	const size_t n = strlen(option);

	return strncmp(word, option, n) == 0 && word[n] == '=' ? word + n + 1
							       : NULL;
}

int
setup_args_parse(int argc, char **argv, struct setup_args *out)
{
	static const char *const valued[] = { "--reader", "--pin-fd" };
	int code = SETUP_OK;

	*out = (struct setup_args){ .pin_fd = -1 };
	for (int i = 1; i < argc && code == SETUP_OK; i++) {
		const char *option = NULL, *value = NULL;

		for (size_t v = 0; v < NELEM(valued) && option == NULL; v++) {
			value = value_in(argv[i], valued[v]);
			if (value != NULL || strcmp(argv[i], valued[v]) == 0)
				option = valued[v];
		}
		if (option == NULL) {
			code = take_word(argv[i], out);
			continue;
		}
		if (value == NULL && i + 1 < argc)
			value = argv[++i];
		code = take_value(option, value, out);
	}
	return code;
}
