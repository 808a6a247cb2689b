/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/interop/secrets.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define WINDOW (1 << 20)

static unsigned char *window; /* of memory that is looked at */

void
look_begin(void)
{
	window = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (window == MAP_FAILED)
		fault("no memory");
	/* What is in the window is a copy. */
	(void)madvise(window, WINDOW, MADV_DONTDUMP);
	(void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
}

/* Offset of the secret in the first len bytes of the window, -1. */
static long
find_masked(const struct secret *s, size_t from, size_t len)
{
	const unsigned char first = s->masked[0] ^ MASK;

	while (from + s->len <= len) {
		const unsigned char *p =
		    memchr(window + from, first, len - s->len + 1 - from);
		size_t k = 1;

		if (p == NULL)
			return -1;
		while (k < s->len && (p[k] ^ MASK) == s->masked[k])
			k++;
		if (k == s->len)
			return p - window;
		from = (size_t)(p - window) + 1;
	}
	return -1;
}

/* Do the flags of the page in smaps have all three?  lo: locked, dd: not
 * dumped, wf: wiped on fork. */
static int
is_guarded(unsigned long at)
{
	FILE *smaps = fopen("/proc/self/smaps", "r");
	int inside = 0, guarded = 0;
	unsigned long from, to;
	char line[512];

	if (smaps == NULL)
		fault("no smaps");
	while (fgets(line, sizeof line, smaps) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = at >= from && at < to;
		if (inside && strncmp(line, "VmFlags:", 8) == 0)
			guarded = strstr(line, " lo") != NULL &&
				  strstr(line, " dd") != NULL &&
				  strstr(line, " wf") != NULL;
	}
	fclose(smaps);
	return guarded;
}

static void
look_in(int mem, unsigned long from, unsigned long to, const char *name,
    const struct secret *s, struct found *n)
{
	for (unsigned long at = from; at < to; at += WINDOW - PIN_MAX) {
		const ssize_t got = pread(mem, window, WINDOW, (off_t)at);
		long hit = -1;

		if (got <= 0)
			return;
		while (
		    (hit = find_masked(s, (size_t)(hit + 1),
			 to - at < (size_t)got ? to - at : (size_t)got)) >= 0) {
			const unsigned long where = at + (unsigned long)hit;
			const int guarded = is_guarded(where);

			n->all++;
			n->open += !guarded;
			printf("  %s: found at %lx, %s%s\n", step, where,
			    guarded ? "guarded " : "", name);
		}
	}
}

struct found
look(const struct secret *s)
{
	const int mem = open("/proc/self/mem", O_RDONLY);
	FILE *maps = fopen("/proc/self/maps", "r");
	struct found n = { 0, 0 };
	unsigned long from, to;
	char line[512], mode[8];
	int name;

	if (mem < 0 || maps == NULL)
		fault("no memory to look at");
	while (fgets(line, sizeof line, maps) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		name = 0;
		if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %n", &from, &to, mode,
			&name) != 3 ||
		    mode[0] != 'r' || mode[1] != 'w' ||
		    from == (unsigned long)window)
			continue;
		look_in(mem, from, to, line + name, s, &n);
	}
	fclose(maps);
	close(mem);
	return n;
}

int
counts(const struct secret *s)
{
	int any = 0;

	for (int i = 0; i < PINS; i++)
		any |= pins[i].given;
	return s->given || !any;
}

void
in_child(void)
{
	const pid_t child = fork();
	unsigned found = 0;
	int status;

	if (child == 0) {
		for (int i = 0; i < PINS; i++)
			if (counts(&pins[i]))
				found += look(&pins[i]).all;
		fflush(stdout);
		_exit(found > 0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		fault("a PIN is in the child");
}

void
in_core(const char *keep)
{
	const pid_t child = fork();
	char name[64], pid[16];
	unsigned long long size = 0;
	int status, fd;
	ssize_t got;

	snprintf(pid, sizeof pid, "%d", (int)(child == 0 ? getppid() : 0));
	if (child == 0) {
		if (freopen("gcore.log", "w", stdout) == NULL)
			_exit(1);
		execlp("gcore", "gcore", "-o", "core", pid, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		fault("gcore failed");
	snprintf(name, sizeof name, "core.%d", (int)getpid());
	if ((fd = open(name, O_RDONLY)) < 0)
		fault("no core file");
	for (off_t at = 0; (got = pread(fd, window, WINDOW, at)) > PIN_MAX;
	     at += got - PIN_MAX) {
		size += (unsigned long long)got - PIN_MAX;
		for (int i = 0; i < PINS; i++)
			if (counts(&pins[i]) &&
			    find_masked(&pins[i], 0, (size_t)got) >= 0)
				fault("PIN %d is in the core file, at %llx", i,
				    (unsigned long long)at);
	}
	close(fd);
	if (keep == NULL)
		(void)unlink(name);
	else if (rename(name, keep) != 0)
		fault("no %s", keep);
	if (size < 1 << 20)
		fault("a core file of %llu bytes", size);
}
