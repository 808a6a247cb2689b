/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the module's diagnostics go, and where they never go. */
#include <dirent.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "base/log.h"
#include "tests/pkcs11/stage_conf.h"

/* What would have gone to the system's log. */
static struct {
	unsigned lines, opened;
	int priority;
	char last[512];
} told;

void __wrap_openlog(const char *ident, int option, int facility);
void
__wrap_openlog(const char *ident, int option, int facility)
{
	(void)ident;
	(void)option;
	(void)facility;
	told.opened++;
}

static void tell(int priority, const char *fmt, va_list ap) JM_PRINTF(2, 0);
static void
tell(int priority, const char *fmt, va_list ap)
{
	told.lines++;
	told.priority = priority;
	vsnprintf(told.last, sizeof told.last, fmt, ap);
}

void __wrap_syslog(int priority, const char *fmt, ...) JM_PRINTF(2, 3);
void
__wrap_syslog(int priority, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(priority, fmt, ap);
	va_end(ap);
}

/* What fortified code calls. */
void __wrap___syslog_chk(int priority, int flag, const char *fmt, ...)
    JM_PRINTF(3, 4);
void
__wrap___syslog_chk(int priority, int flag, const char *fmt, ...)
{
	va_list ap;

	(void)flag;
	va_start(ap, fmt);
	tell(priority, fmt, ap);
	va_end(ap);
}

static int
begin(void **state)
{
	memset(&told, 0, sizeof told);
	unlink(stage_conf_path("log"));
	return stage_conf_begin(state);
}

/* A configuration that logs into the private folder. */
static void
conf_logs(const char *more)
{
	char text[256];

	snprintf(text, sizeof text, "log-file = %s\n%s", stage_conf_path("log"),
	    more);
	stage_conf(text);
}

static size_t
lines(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static size_t
exchanges(const char *text)
{
	size_t n = 0;

	for (; (text = strstr(text, " -> [")) != NULL; text++)
		n++;
	return n;
}

static void
finish(void)
{
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
}

static size_t
descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	assert_int_equal(closedir(d), 0);
	return n;
}

static void
a_broken_file_is_told_once_and_the_module_works(void **state)
{
	CK_SLOT_ID list[4];
	(void)state;

	stage_reader(PLAIN, NULL);
	stage_conf("\ncache = maybe\nrng = perhaps\nslots = auth\n");
	stage_init();
	assert_int_equal(stage_slots(1, list, 4), 1);
	assert_int_equal(
	    p11->C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
	assert_int_equal(told.lines, 1);
	assert_int_equal(told.opened, 0);
	assert_int_equal(told.priority, LOG_USER | LOG_WARNING);
	assert_non_null(strstr(told.last, "line 2 of /tmp/"));
	assert_non_null(strstr(
	    told.last, "/jumin/jumin.conf: the key does not take this value"));
	finish();
	stage_init();
	assert_int_equal(told.lines, 2);
	finish();
	assert_int_equal(chmod(stage_conf_path("jumin/jumin.conf"), 0666), 0);
	stage_init();
	assert_int_equal(stage_slots(1, list, 4), 2);
	assert_int_equal(told.lines, 3);
	assert_non_null(strstr(told.last, "everybody may change the file"));
}

static void
log_none_and_a_good_file_say_nothing(void **state)
{
	CK_SLOT_ID list[4];
	(void)state;

	stage_reader(PLAIN, NULL);
	conf_logs("log = none\nbad\n");
	stage_init();
	assert_int_equal(stage_slots(1, list, 4), 2);
	finish();
	assert_int_not_equal(access(stage_conf_path("log"), F_OK), 0);
	conf_logs("");
	stage_init();
	assert_int_equal(stage_slots(1, list, 4), 2);
	finish();
	assert_string_equal(stage_conf_read("log"), "");
	assert_int_equal(told.lines, 0);
}

static void
a_line_has_time_process_level_and_text(void **state)
{
	struct stat st;
	regex_t form;
	char want[128];
	(void)state;

	conf_logs("bad\n");
	stage_init();
	finish();
	snprintf(want, sizeof want,
	    "^20[0-9-]{8}T[0-9:]{8}\\.[0-9]{3}Z %ld warning line 2 of "
	    "/tmp/.*\n$",
	    (long)getpid());
	assert_int_equal(regcomp(&form, want, REG_EXTENDED | REG_NOSUB), 0);
	assert_int_equal(regexec(&form, stage_conf_read("log"), 0, NULL, 0), 0);
	regfree(&form);
	assert_int_equal(stat(stage_conf_path("log"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	stage_init(); /* goes on in the same file */
	finish();
	assert_int_equal(lines(stage_conf_read("log")), 2);
	assert_int_equal(told.lines, 0);
}

static void
debug_shows_commands_without_secrets(void **state)
{
	CK_SESSION_HANDLE s;
	const char *log;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	conf_logs("log = debug\n");
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, "9876"), CKR_PIN_INCORRECT);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_OK);
	finish();
	log = stage_conf_read("log");
	assert_int_equal(exchanges(log), vs_counted(r).apdus);
	assert_non_null(strstr(log, " debug 00A4040C0AD392F0"));
	assert_non_null(strstr(log, "[4 bytes redacted]"));
	assert_non_null(strstr(log, "63C"));
	assert_null(strstr(log, "31323334"));
	assert_null(strstr(log, "39383736"));
	/* Without it no line. */
	unlink(stage_conf_path("log"));
	conf_logs("log = warning\n");
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_string_equal(stage_conf_read("log"), "");
}

static void
a_log_that_cannot_be_written_is_told_elsewhere(void **state)
{
	(void)state;

	conf_logs("");
	assert_int_equal(symlink("elsewhere", stage_conf_path("log")), 0);
	stage_init();
	finish();
	assert_int_equal(told.lines, 1);
	assert_non_null(strstr(told.last, "the log cannot be written"));
	assert_int_not_equal(access(stage_conf_path("elsewhere"), F_OK), 0);
	unlink(stage_conf_path("log"));
	assert_int_equal(mkfifo(stage_conf_path("log"), 0600), 0);
	stage_init();
	finish();
	assert_int_equal(told.lines, 2);
	unlink(stage_conf_path("log"));
	assert_int_equal(mkdir(stage_conf_path("log"), 0700), 0);
	stage_init();
	finish();
	assert_int_equal(told.lines, 3);
	assert_int_equal(rmdir(stage_conf_path("log")), 0);
}

static void
no_descriptor_is_left_over_or_inherited(void **state)
{
	size_t before;
	int fd;
	(void)state;

	conf_logs("");
	stage_init();
	finish();
	before = descriptors();
	for (int i = 0; i < 3; i++) {
		stage_init();
		assert_int_equal(descriptors(), before + 1);
		finish();
		assert_int_equal(descriptors(), before);
	}
	stage_init();
	fd = open("/dev/null", O_RDONLY); /* the next one: ours is before it */
	assert_true(fcntl(fd - 1, F_GETFD) & FD_CLOEXEC);
	close(fd);
}

static void
a_file_of_the_host_under_our_number_gets_nothing(void **state)
{
	int fd, other;
	(void)state;

	conf_logs("log = debug\n");
	stage_init();
	fd = open("/dev/null", O_RDONLY);
	close(fd--);
	other = open(stage_conf_path("other"), O_RDWR | O_CREAT, 0600);
	assert_true(other > fd);
	assert_int_equal(dup2(other, fd), fd);
	close(other);
	jm_log(JM_LOG_ERROR, "lost");
	finish();
	assert_string_equal(stage_conf_read("other"), "");
	assert_int_equal(close(fd), 0); /* and it is still open */
}

static void
a_child_logs_only_after_its_own_initialisation(void **state)
{
	char child[32];
	int status;
	pid_t pid;
	(void)state;

	conf_logs("log = debug\n");
	stage_init();
	jm_log(JM_LOG_DEBUG, "one");
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		jm_log(JM_LOG_ERROR, "nobody hears this");
		if (lines(stage_conf_read("log")) != 1 ||
		    p11->C_Initialize(NULL) != CKR_OK)
			_exit(1);
		jm_log(JM_LOG_DEBUG, "two");
		if (p11->C_Finalize(NULL) != CKR_OK)
			_exit(2);
		jm_log(JM_LOG_ERROR, "nor this");
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	jm_log(JM_LOG_DEBUG, "three");
	snprintf(child, sizeof child, " %ld debug two\n", (long)pid);
	assert_non_null(strstr(stage_conf_read("log"), child));
	assert_int_equal(lines(stage_conf_read("log")), 3);
	finish();
	jm_log(JM_LOG_ERROR, "nor this");
	assert_int_equal(lines(stage_conf_read("log")), 3);
}

/* A limit on files kills who writes beyond it. */
static void
a_host_with_a_limit_on_files_lives(void **state)
{
	const struct rlimit r = { 4096, RLIM_INFINITY };
	struct stat st;
	int status;
	pid_t pid;
	(void)state;

	conf_logs("");
	stage_init();
	finish();
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		if (setrlimit(RLIMIT_FSIZE, &r) != 0 ||
		    p11->C_Initialize(NULL) != CKR_OK)
			_exit(1);
		for (int i = 0; i < 200; i++)
			jm_log(JM_LOG_ERROR, "a line that takes its room");
		_exit(p11->C_Finalize(NULL) != CKR_OK);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(stat(stage_conf_path("log"), &st), 0);
	assert_in_range(st.st_size, 4096 - 128, 4096);
}

/* A daemon has closed the standard three; what it prints is not ours. */
static void
the_log_is_no_standard_descriptor(void **state)
{
	static const char print[] = "printed by the host\n";
	int status;
	pid_t pid;
	(void)state;

	conf_logs("log = debug\n");
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		for (int fd = 0; fd <= STDERR_FILENO; fd++)
			close(fd);
		if (p11->C_Initialize(NULL) != CKR_OK)
			_exit(1);
		jm_log(JM_LOG_ERROR, "ours");
		for (int fd = 0; fd <= STDERR_FILENO; fd++)
			(void)!write(fd, print, sizeof print - 1);
		_exit(p11->C_Finalize(NULL) != CKR_OK);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_non_null(strstr(stage_conf_read("log"), " error ours\n"));
	assert_null(strstr(stage_conf_read("log"), "printed"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, stage_end)
int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_broken_file_is_told_once_and_the_module_works),
		T(log_none_and_a_good_file_say_nothing),
		T(a_line_has_time_process_level_and_text),
		T(debug_shows_commands_without_secrets),
		T(a_log_that_cannot_be_written_is_told_elsewhere),
		T(no_descriptor_is_left_over_or_inherited),
		T(a_file_of_the_host_under_our_number_gets_nothing),
		T(a_child_logs_only_after_its_own_initialisation),
		T(a_host_with_a_limit_on_files_lives),
		T(the_log_is_no_standard_descriptor),
	};

	return cmocka_run_group_tests(tests, stage_conf_open, stage_conf_close);
}
