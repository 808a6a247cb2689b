/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is the same wherever the settings are kept. */
#include <stdio.h>

#include "base/conf_impl.h"

const char *
conf_sentence(enum jm_conf_why why)
{
	static const char *const sentence[] = {
#define X(id, text) [JM_FAULT_##id] = (text),
		JM_CONF_FAULTS(X)
#undef X
	};

	return sentence[why];
}

void
conf_tell(struct jm_conf_fault *fault, const char *path, unsigned line,
    const char *what)
{
	if (fault == NULL || fault->file[0] != '\0')
		return;
	(void)snprintf(fault->file, sizeof fault->file, "%s", path);
	fault->line = line;
	fault->what = what;
}

void
jm_conf_load(struct jm_conf *out, struct jm_conf_fault *fault)
{
	char path[JM_CONF_PATH_MAX];
	unsigned set = 0;

	*out = jm_conf_default;
	if (fault != NULL)
		*fault = (struct jm_conf_fault){ .file = "" };
	/* What cannot be read counts as absent and is told in the fault. */
	(void)!jm_conf_read(conf_system, 1, out, &set, fault);
	if (conf_user(path, sizeof path, fault))
		(void)!jm_conf_read(path, 0, out, &set, fault);
}

int
jm_conf_ignores(const struct jm_conf *conf, const char *reader)
{
	for (size_t i = 0; i < conf->ignore_len; i++)
		if (conf_fits(conf->ignore[i], reader))
			return 1;
	return 0;
}

int
jm_conf_shows(const struct jm_conf *conf, const char *scope)
{
	for (size_t i = 0; i < NELEM(conf->scope); i++)
		if (conf->scope[i][0] != '\0' &&
		    !conf_fits(conf->scope[i], scope))
			return 0;
	return 1;
}
