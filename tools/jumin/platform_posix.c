/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/platform.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <wchar.h>

#include "tools/jumin/i18n.h"

/* The leak check of an address sanitizer attaches to its process. */
#ifdef __SANITIZE_ADDRESS__
#define WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED
#endif
#endif

/* No core file, no look from outside. */
static void
keep_secrets(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef WATCHED
	(void)prctl(PR_SET_DUMPABLE, 0);
#endif
}

int
cli_start(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	keep_secrets();
	setlocale(LC_ALL, "");
	return 0;
}

void
cli_stop(void)
{
}

int
cli_columns(const char *text)
{
	mbstate_t state = { 0 };
	size_t left = strlen(text), n;
	int sum = 0, w;
	wchar_t c;

	while (left > 0) {
		n = mbrtowc(&c, text, left, &state);
		if (n == 0 || n > left)
			return (int)left + sum; /* not in this locale's form */
		w = wcwidth(c);
		sum += w < 0 ? 0 : w;
		text += n;
		left -= n;
	}
	return sum;
}

const char *
cli_zone(time_t t, const struct tm *local, char out[CLI_ZONE_MAX])
{
	(void)t;
	if (strftime(out, CLI_ZONE_MAX, "%Z", local) == 0)
		out[0] = '\0';
	return out;
}

const char *
cli_local(enum cli_local what)
{
	switch (what) {
	case CLI_LOCAL_SERVICE:
		return _("start it with: sudo systemctl start pcscd.socket");
	case CLI_LOCAL_READER:
		return _("connect one that PC/SC knows (package libccid)");
	case CLI_LOCAL_MANUAL: return _("see: man jumin");
	case CLI_LOCAL_CONF: return _("see: man jumin.conf");
	case CLI_LOCAL_STORY: return _("The whole story: man jumin");
	case CLI_LOCAL_FOLDER:
		return _("the folder has to be yours alone (chmod 700) and on "
			 "a disk that can be written");
	case CLI_LOCAL_SITE_KEY:
		return _("the site key is a file of 32 random bytes that "
			 "nobody else can read: head -c 32 /dev/urandom > "
			 "FILE, chmod 600");
	}
	return "";
}
