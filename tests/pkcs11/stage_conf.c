/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/pkcs11/stage_conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[] = "/tmp/jm-stage-XXXXXX";

const char *
stage_conf_path(const char *name)
{
	static char path[sizeof home + 64];

	assert_true((size_t)snprintf(path, sizeof path, "%s/%s", home, name) <
		    sizeof path);
	return path;
}

int
stage_conf_open(void **state)
{
	if (mkdtemp(home) == NULL ||
	    mkdir(stage_conf_path("jumin"), 0700) != 0 ||
	    setenv("XDG_CONFIG_HOME", home, 1) != 0)
		return -1;
	return stage_open(state);
}

int
stage_conf_close(void **state)
{
	char command[sizeof home + 16];
	int gone;

	snprintf(command, sizeof command, "rm -rf %s", home);
	gone = system(command);
	return stage_close(state) != 0 || gone != 0;
}

int
stage_conf_begin(void **state)
{
	stage_conf("");
	return stage_begin(state);
}

void
stage_conf(const char *text)
{
	FILE *f = fopen(stage_conf_path("jumin/jumin.conf"), "w");

	assert_non_null(f);
	assert_int_equal(fchmod(fileno(f), 0600), 0);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

const char *
stage_conf_read(const char *name)
{
	static char text[65536];
	FILE *f = fopen(stage_conf_path(name), "r");
	size_t n = 0;

	if (f != NULL) {
		n = fread(text, 1, sizeof text - 1, f);
		assert_int_equal(fclose(f), 0);
	}
	text[n] = '\0';
	return text;
}
