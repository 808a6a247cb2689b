/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/host.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <string.h>

int wmain(int argc, WCHAR **argv);

static const struct scenario *const all[] = { files_scenarios, props_scenarios,
	pin_scenarios, sign_scenarios, cards_scenarios, removal_scenarios,
	params_scenarios, more_scenarios };

static scenario_fn *
find(const WCHAR *name)
{
	for (size_t i = 0; i < NELEM(all); i++)
		for (const struct scenario *s = all[i]; s->name != NULL; s++)
			if (wcscmp(s->name, name) == 0)
				return s->run;
	return NULL;
}

int
wmain(int argc, WCHAR **argv)
{
	scenario_fn *run;

	_setmode(_fileno(stdout), _O_BINARY);
	setvbuf(stdout, NULL, _IONBF, 0);
	if (argc > 2 && wcscmp(argv[1], L"--dll") == 0) {
		host_dll(argv[2]);
		argc -= 2;
		argv += 2;
	}
	if (argc < 2 || (run = find(argv[1])) == NULL) {
		fputs("usage: host.exe [--dll FILE] SCENARIO [WORD ...]\n",
		    stderr);
		for (size_t i = 0; i < NELEM(all); i++)
			for (const struct scenario *s = all[i]; s->name != NULL;
			     s++)
				fprintf(stderr, "  %ls\n", s->name);
		return 2;
	}
	run(argc - 2, argv + 2);
	check_memory();
	return checks_failed();
}
