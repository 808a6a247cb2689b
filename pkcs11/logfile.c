/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/os.h"
#include "pkcs11/module.h"

/* clang-format off */
static const struct {
	const char *word;
	int priority;
} levels[] = {
	[JM_LOG_NONE]    = { "",        LOG_DEBUG   },
	[JM_LOG_ERROR]   = { "error",   LOG_ERR     },
	[JM_LOG_WARNING] = { "warning", LOG_WARNING },
	[JM_LOG_DEBUG]   = { "debug",   LOG_DEBUG   },
};
/* clang-format on */

/* *size: bytes in it */
static int
is_ours(const struct p11_logfile *f, off_t *size)
{
	struct stat st;

	*size = 0;
	if (f->fd < 0 || fstat(f->fd, &st) != 0 || st.st_dev != f->dev ||
	    st.st_ino != f->ino)
		return 0;
	*size = st.st_size;
	return 1;
}

/* A host with a limit on files would be killed by a write beyond it. */
static int
within_limit(off_t size, size_t more)
{
	struct rlimit r;

	return getrlimit(RLIMIT_FSIZE, &r) == 0 &&
	       (r.rlim_cur == RLIM_INFINITY ||
		   (r.rlim_cur >= more &&
		       (uintmax_t)size <= r.rlim_cur - more));
}

static void
to_syslog(enum jm_log_level level, const char *line)
{
	syslog(LOG_USER | levels[level].priority, "jumin: %s", line);
}

static void
to_file(enum jm_log_level level, const char *line)
{
	const struct p11_logfile *f = &p11_module.log;
	struct timespec now = { 0, 0 };
	char text[512], when[32] = "";
	struct tm tm;
	off_t size;
	int n;

	if (!is_ours(f, &size))
		return;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (gmtime_r(&now.tv_sec, &tm) != NULL)
		(void)strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &tm);
	n = snprintf(text, sizeof text, "%s.%03ldZ %lu %s %s\n", when,
	    now.tv_nsec / 1000000, jm_process_id(), levels[level].word, line);
	if (n > 0 && (size_t)n < sizeof text && within_limit(size, (size_t)n))
		(void)!write(f->fd, text, (size_t)n);
}

/* Never one of the standard three, which a host may have closed: what it
 * prints would go there.  -1: errno. */
static int
above_standard(int fd)
{
	int other;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	other = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	(void)close(fd);
	return other;
}

/* -1: errno. */
static int
open_file(const char *path, struct p11_logfile *f)
{
	struct stat st;

	f->fd = above_standard(open(path,
	    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
		O_NONBLOCK | O_NOCTTY,
	    0600));
	if (f->fd < 0)
		return -1;
	if (fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode)) {
		f->dev = st.st_dev;
		f->ino = st.st_ino;
		return 0;
	}
	(void)close(f->fd);
	f->fd = -1;
	errno = EINVAL;
	return -1;
}

void
p11_log_start(const struct jm_conf *conf)
{
	struct p11_logfile *f = &p11_module.log;
	int why = 0;

	*f = (struct p11_logfile){ .fd = -1 };
	if (conf->log == JM_LOG_NONE)
		return;
	if (conf->log_file[0] != '\0' && open_file(conf->log_file, f) != 0)
		why = errno;
	jm_log_set(f->fd >= 0 ? to_file : to_syslog, conf->log);
	if (why != 0)
		jm_log(JM_LOG_WARNING, "%s: the log cannot be written: %s",
		    conf->log_file, strerror(why));
}

void
p11_log_stop(void)
{
	jm_log_set(NULL, JM_LOG_NONE);
	p11_log_abandon();
}

void
p11_log_abandon(void)
{
	struct p11_logfile *f = &p11_module.log;
	off_t size;

	if (is_ours(f, &size))
		(void)close(f->fd);
	f->fd = -1;
}
