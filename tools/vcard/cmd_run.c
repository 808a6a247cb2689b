/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin-vcard run: put a card into a vpcd reader. */
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/wipe.h"
#include "tools/vcard/cmd.h"
#include "tools/vcard/i18n.h"
#include "tools/vcard/vpcd.h"

#define RETRY_US 200000 /* between two attempts to reach the reader */
#define ABSENT_US                                                              \
	1500000 /* a card that was taken out stays out so long;                \
		   pcscd looks more often */

enum {
	OPT_HOST = 1,
	OPT_PORT,
	OPT_TRACE,
	OPT_LATENCY,
	OPT_QUIRK,
	OPT_PARAM,
	OPT_ONCE
};

static const struct option options[] = {
	{ "host", required_argument, NULL, OPT_HOST },
	{ "port", required_argument, NULL, OPT_PORT },
	{ "trace", required_argument, NULL, OPT_TRACE },
	{ "latency", required_argument, NULL, OPT_LATENCY },
	{ "quirk", required_argument, NULL, OPT_QUIRK },
	{ "param", required_argument, NULL, OPT_PARAM },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ NULL, 0, NULL, 0 },
};

struct run {
	const char *image, *host, *port, *trace_name;
	enum vc_latency latency;
	int once;
	FILE *trace;
	struct vc_card *card;
	struct vpcd vpcd;
	uint8_t *reply; /* VC_REPLY_MAX bytes */
};

static volatile sig_atomic_t stop;

static void
on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static void
die_as_by_power_loss(void *arg)
{
	(void)arg;
	raise(SIGKILL);
}

static void
trace_line(struct run *r, const char *line)
{
	if (r->trace == NULL)
		return;
	fprintf(r->trace, "%s\n", line);
	fflush(r->trace);
}

static void
observe(void *arg, const uint8_t *cmd, size_t cmd_len, const uint8_t *rsp,
    size_t rsp_len, const char *line)
{
	(void)cmd;
	(void)cmd_len;
	(void)rsp;
	(void)rsp_len;
	trace_line(arg, line);
}

static uint64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* One command.  JM_LINK: the connection ended; JM_GONE: the card left; another
 * error: the card broke. */
static jm_err
command(struct run *r)
{
	uint64_t start = now_us(), want, used;
	size_t len = VC_REPLY_MAX;
	char line[32];
	jm_err e;

	e = vc_transmit(r->card, r->vpcd.message, r->vpcd.len, r->reply, &len);
	if (e == JM_LINK)
		return JM_OK; /* mute: the reader waits for ever */
	if (e != JM_OK)
		return e;
	want = vc_latency_us(
	    r->card, r->latency, r->vpcd.message, r->vpcd.len, len);
	if (r->latency != VC_LATENCY_NONE) {
		snprintf(line, sizeof line, "# %" PRIu64 " us", want);
		trace_line(r, line);
	}
	used = now_us() - start;
	if (want > used)
		vpcd_sleep_us(&r->vpcd, want - used);
	e = vpcd_reply(&r->vpcd, r->reply, len);
	jm_wipe(r->reply, len);
	jm_wipe(r->vpcd.message, r->vpcd.len);
	return e;
}

/* Serves one connection until it or the card ends. */
static jm_err
serve(struct run *r)
{
	uint8_t atr[VC_ATR_MAX];
	jm_err e = JM_OK;

	while (e == JM_OK && !stop) {
		switch (vpcd_next(&r->vpcd)) {
		case VPCD_OFF:
			vc_power(r->card, 0);
			trace_line(r, "# power off");
			break;
		case VPCD_ON:
			vc_power(r->card, 1);
			trace_line(r, "# power on");
			break;
		case VPCD_RESET:
			vc_reset(r->card);
			trace_line(r, "# reset");
			break;
		case VPCD_ATR:
			e = vpcd_reply(&r->vpcd, atr, vc_atr(r->card, atr));
			break;
		case VPCD_COMMAND: e = command(r); break;
		case VPCD_OTHER: break;
		case VPCD_CLOSED:
		case VPCD_STOPPED: e = JM_LINK; break;
		}
	}
	vc_power(r->card, 0);
	return e;
}

/* The card goes into the reader, and again whenever it came out. */
static int
insert(struct run *r)
{
	int told = 0;

	while (!stop) {
		jm_err e = vpcd_connect(&r->vpcd, r->host, r->port);

		if (e == JM_ARG)
			return vcmd_fail(EX_USAGE,
			    _("%s: not an address of this machine itself"),
			    r->host);
		if (e != JM_OK) {
			if (!told)
				vcmd_note(_("waiting for a reader at %s:%s"),
				    r->host, r->port);
			told = 1;
			vpcd_sleep_us(&r->vpcd, RETRY_US);
			continue;
		}
		if (told)
			vcmd_note(_("the card is in the reader"));
		told = 0;
		e = serve(r);
		vpcd_disconnect(&r->vpcd);
		if (e != JM_LINK && e != JM_GONE && e != JM_RESET && e != JM_OK)
			return vcmd_fail_err(e, r->image);
		if (r->once || vc_is_dead(r->card))
			break;
		vpcd_sleep_us(&r->vpcd, e == JM_GONE ? ABSENT_US : RETRY_US);
	}
	return EX_OK;
}

/* Signals that stop us are let through only while we wait. */
static void
set_signals(sigset_t *waiting)
{
	static const int stopping[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t block;

	sigemptyset(&sa.sa_mask);
	sigemptyset(&block);
	for (size_t i = 0; i < NELEM(stopping); i++) {
		sigaddset(&block, stopping[i]);
		sigaction(stopping[i], &sa, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &block, waiting);
	for (size_t i = 0; i < NELEM(stopping); i++)
		sigdelset(waiting, stopping[i]);
}

static int
latency_word(const char *word, enum vc_latency *out)
{
	if (strcmp(word, "contact") == 0)
		*out = VC_LATENCY_CONTACT;
	else if (strcmp(word, "contactless") == 0)
		*out = VC_LATENCY_CONTACTLESS;
	else if (strcmp(word, "none") == 0)
		*out = VC_LATENCY_NONE;
	else
		return vcmd_fail(EX_USAGE, _("%s: not a latency"), word);
	return EX_OK;
}

/* The options that do not need the card; its image is the last word. */
static int
read_options(struct run *r, int argc, char **argv)
{
	char *end;
	int c, code = EX_OK;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case OPT_HOST: r->host = optarg; break;
		case OPT_PORT:
			r->port = optarg;
			if (*optarg < '1' || *optarg > '9' ||
			    strtoul(optarg, &end, 10) > 65535 || *end != '\0')
				code = vcmd_fail(
				    EX_USAGE, _("%s: not a port"), optarg);
			break;
		case OPT_TRACE: r->trace_name = optarg; break;
		case OPT_LATENCY:
			code = latency_word(optarg, &r->latency);
			break;
		case OPT_QUIRK:
		case OPT_PARAM: break; /* see apply_options */
		case OPT_ONCE: r->once = 1; break;
		default: return EX_USAGE;
		}
		if (code != EX_OK)
			return code;
	}
	if (optind != argc - 1)
		return vcmd_fail(EX_USAGE, _("one IMAGE expected"));
	r->image = argv[optind];
	return EX_OK;
}

/* Those that change the card. */
static int
apply_options(struct run *r, int argc, char **argv)
{
	int c;

	optind = 1;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == OPT_QUIRK && vc_set_quirk(r->card, optarg) != JM_OK)
			return vcmd_fail(
			    EX_USAGE, _("%s: not a quirk"), optarg);
		if (c == OPT_PARAM && vc_set_param(r->card, optarg) != JM_OK)
			return vcmd_fail(EX_USAGE,
			    _("%s: not a parameter and a value"), optarg);
	}
	return EX_OK;
}

static int
open_trace(struct run *r)
{
	int fd;

	if (r->trace_name == NULL)
		return EX_OK;
	fd = open(
	    r->trace_name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || (r->trace = fdopen(fd, "a")) == NULL) {
		if (fd >= 0)
			close(fd);
		return vcmd_fail_err(JM_IO, r->trace_name);
	}
	return EX_OK;
}

static int
asks_for_list(int argc, char **argv, int *code)
{
	for (int i = 1; i + 1 < argc; i++) {
		if (strcmp(argv[i + 1], "help") != 0)
			continue;
		if (strcmp(argv[i], "--param") == 0)
			*code = vcmd_list_params();
		else if (strcmp(argv[i], "--quirk") == 0)
			*code = vcmd_list_quirks();
		else
			continue;
		return 1;
	}
	return 0;
}

int
vcmd_run(int argc, char **argv)
{
	struct run r = { .host = "127.0.0.1",
		.port = "35963",
		.latency = VC_LATENCY_NONE,
		.vpcd = { .fd = -1 } };
	sigset_t waiting;
	int code;
	jm_err e;

	if (asks_for_list(argc, argv, &code) ||
	    (code = read_options(&r, argc, argv)) != EX_OK)
		return code;
	set_signals(&waiting);
	if ((e = vpcd_init(&r.vpcd, &stop, &waiting)) != JM_OK ||
	    (r.reply = malloc(VC_REPLY_MAX)) == NULL) {
		code = vcmd_fail_err(JM_NOMEM, r.image);
		goto out;
	}
	if ((e = vc_open(r.image, &r.card)) != JM_OK) {
		code = vcmd_fail_err(e, r.image);
		goto out;
	}
	vc_set_killer(r.card, die_as_by_power_loss, NULL);
	if ((code = apply_options(&r, argc, argv)) != EX_OK ||
	    (code = open_trace(&r)) != EX_OK)
		goto out;
	if (r.trace != NULL)
		vc_set_observer(r.card, observe, &r);
	code = insert(&r);
out:
	vc_close(&r.card);
	vpcd_done(&r.vpcd);
	jm_free_secret(r.reply, r.reply == NULL ? 0 : VC_REPLY_MAX);
	if (r.trace != NULL)
		fclose(r.trace);
	return code;
}
