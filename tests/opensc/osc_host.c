/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/opensc/osc_host.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drivers/opensc/module.h"
#include "tests/support/test.h"

/* In memory where it can be: cards are written often. */
static char home[32];

const char *
osc_group_path(const char *name)
{
	static char path[2][sizeof home + 64];
	static unsigned turn;
	char *p = path[turn++ % 2];

	assert_true((size_t)snprintf(p, sizeof path[0], "%s/%s", home, name) <
		    sizeof path[0]);
	return p;
}

/* Nothing of the person's own is read, and pcscd is not where it is sought. */
int
osc_group_open(void **state)
{
	(void)state;
	snprintf(home, sizeof home, "%s/jm-opensc-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(home) == NULL || mkdir(osc_group_path("jumin"), 0700) != 0)
		return -1;
	return setenv("XDG_CONFIG_HOME", home, 1) |
	       setenv("XDG_CACHE_HOME", osc_group_path("cache"), 1) |
	       setenv("OPENSC_CONF", osc_group_path("opensc.conf"), 1) |
	       setenv("PCSCLITE_CSOCK_NAME", osc_group_path("none"), 1) |
	       unsetenv("OPENSC_DEBUG") | unsetenv("OPENSC_DRIVER");
}

int
osc_group_close(void **state)
{
	char command[sizeof home + 16];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", home);
	return system(command) != 0;
}

static void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(osc_group_path(name), "w");

	assert_non_null(f);
	assert_int_equal(fchmod(fileno(f), 0600), 0);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* A module of no name is the program itself. */
static void
configure(const struct osc_how *how, const char *app)
{
	static char text[4096];

	assert_true(
	    (size_t)snprintf(text, sizeof text,
		"app %s {\n"
		"	%s {\n"
		"		module = \"\";\n"
		"%s"
		"	}\n"
		"}\n"
		"app default {\n"
		"	debug = %d;\n"
		"	debug_file = %s;\n"
		"	card_drivers = jumin;\n"
		"	card_driver jumin {\n"
		"		module = \"\";\n"
		"%s"
		"	}\n"
		"	framework pkcs15 {\n"
		"		enable_builtin_emulation = no;\n"
		"%s"
		"		emulate jumin { module = \"\"; }\n"
		"	}\n"
		"}\n",
		app, how->program != NULL ? "card_driver jumin" : "unused",
		how->program != NULL ? how->program : "", how->debug,
		osc_group_path("log"), how->driver != NULL ? how->driver : "",
		how->pkcs15 != NULL ? how->pkcs15 : "") < sizeof text);
	write_file("opensc.conf", text);
	write_file("jumin/jumin.conf", how->jumin != NULL ? how->jumin : "");
}

void
osc_host_start(
    struct osc_host *h, struct vslot *slot, const struct osc_how *how)
{
	static const struct osc_how plain;
	sc_context_param_t param = { .ver = 0 };

	if (how == NULL)
		how = &plain;
	memset(h, 0, sizeof *h);
	h->slot = slot;
	unlink(osc_group_path("log"));
	param.app_name = how->app != NULL ? how->app : "opensc-tool";
	configure(how, param.app_name);
	assert_int_equal(sc_context_create(&h->ctx, &param), SC_SUCCESS);
	assert_int_equal(sc_ctx_get_reader_count(h->ctx), 0);
	/* The host found the driver by its configuration, and no other. */
	assert_ptr_equal(h->ctx->card_drivers[0],
	    sc_module_init("jumin") ? osc_driver() : NULL);
	assert_null(h->ctx->card_drivers[1]);
	osc_reader_make(h);
}

void
osc_host_stop(struct osc_host *h)
{
	osc_host_disconnect(h);
	assert_int_equal(h->misuse, 0);
	assert_int_equal(h->locked, 0);
	assert_int_equal(h->locks, h->unlocks);
	assert_int_equal(sc_release_context(h->ctx), SC_SUCCESS);
	h->ctx = NULL;
}

int
osc_host_connect(struct osc_host *h)
{
	assert_null(h->card);
	return sc_connect_card(&h->reader, &h->card);
}

int
osc_host_bind(struct osc_host *h)
{
	assert_null(h->p15);
	return sc_pkcs15_bind(h->card, NULL, &h->p15);
}

void
osc_host_unbind(struct osc_host *h)
{
	if (h->p15 != NULL)
		sc_pkcs15_unbind(h->p15);
	h->p15 = NULL;
}

void
osc_host_disconnect(struct osc_host *h)
{
	osc_host_unbind(h);
	if (h->card != NULL)
		sc_disconnect_card(h->card);
	h->card = NULL;
}

void
osc_host_ready(struct osc_host *h)
{
	assert_int_equal(osc_host_connect(h), SC_SUCCESS);
	assert_int_equal(osc_host_bind(h), SC_SUCCESS);
}

void
osc_host_fault(struct osc_host *h, unsigned nth, const struct osc_fault *fault)
{
	h->fault = fault;
	h->fault_at = h->apdus + nth;
	h->fault_hit = 0;
}

void
osc_host_restart_count(struct osc_host *h)
{
	h->apdus = h->verifies = h->changes = h->pads = 0;
	h->resets = h->verify_at = h->bad_verifies = 0;
	vslot_restart_count(h->slot);
}

const char *
osc_host_log(struct osc_host *h)
{
	static char text[1 << 20];
	FILE *f = fopen(osc_group_path("log"), "r");
	size_t n = 0;

	fflush(h->ctx->debug_file);
	if (f != NULL) {
		n = fread(text, 1, sizeof text - 1, f);
		assert_true(feof(f));
		fclose(f);
	}
	text[n] = '\0';
	return text;
}
