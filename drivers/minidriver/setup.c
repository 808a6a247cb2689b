/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* juminmd-setup register|forget|status */
#include "drivers/minidriver/setup.h"

#include <config.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/folder.h"
#include "drivers/minidriver/cardid.h"
#include "drivers/minidriver/sigcache.h"

/* A card that Windows can tell from others; both or neither. */
static int
open_card(
    const struct setup_args *a, struct jm_token **t, uint8_t id[MD_CARD_ID_LEN])
{
	int code;
	jm_err e;

	if ((code = setup_open(a->reader, t)) != SETUP_OK)
		return code;
	if ((e = md_card_id(*t, id)) == JM_OK)
		return SETUP_OK;
	jm_token_free(t);
	if (e == JM_NO_CARD)
		return setup_fail(SETUP_FAIL, NULL,
		    "Windows cannot use this card: it shows no certificate "
		    "without a PIN");
	return setup_fail_err(e, NULL);
}

/* Is there anything to register? */
static int
need_pair(const struct jm_token *t)
{
	if (!jm_token_has(t, JM_PAIR_SIGN))
		return setup_fail(SETUP_FAIL,
		    "cards of children under 15 have none; for others the "
		    "municipal counter issues it",
		    "this card has no signature key pair");
	return SETUP_OK;
}

static int
is_open(const struct jm_token *t)
{
	return !jm_token_profile(t)->cert[JM_CERT_SIGN].need_pin;
}

static const char *
folder_text(char *out, size_t cap)
{
	char path[JM_FOLDER_PATH_MAX];

	if (jm_folder_path(JM_FOLDER_SIGN, path) != JM_OK)
		return "this user's folder";
	return setup_plain(path, out, cap);
}

static int
say_not_stored(jm_err e)
{
	char folder[JM_FOLDER_PATH_MAX];

	if (e == JM_FORMAT)
		return setup_fail(SETUP_FAIL,
		    "if it has expired the municipal counter issues a new one; "
		    "see also that the clock is right",
		    "the certificate is not valid today, or not one for "
		    "signatures with this card's key");
	if (e == JM_BAD_SIG)
		return setup_fail(SETUP_FAIL, NULL,
		    "the certificate is not signed by the card's own "
		    "certificate authority");
	return setup_fail_err(e, folder_text(folder, sizeof folder));
}

static int
store(const struct setup_args *a, struct jm_token *t,
    const uint8_t id[MD_CARD_ID_LEN])
{
	const struct jm_cert *ca = NULL, *cert;
	char folder[JM_FOLDER_PATH_MAX];
	int code;
	jm_err e;

	/* Before the PIN, which must not be given for nothing. */
	e = jm_token_cert(t, JM_CERT_SIGN_CA, &ca);
	if (e != JM_OK && e != JM_NOT_FOUND)
		return setup_fail_err(e, "certificate authority");
	folder_text(folder, sizeof folder);
	setup_note("the signature certificate has your name, address, date of "
		   "birth and sex in it");
	setup_note("it will be kept in %s, encrypted for this user of Windows; "
		   "every program of this user can then read it",
	    folder);
	setup_note("to undo this: juminmd-setup forget");
	if ((code = setup_read_cert(a, t, &cert)) != SETUP_OK)
		return code;
	if ((e = md_sigcache_store(id, t, cert, ca)) != JM_OK)
		return say_not_stored(e);
	puts("the signature certificate is registered; Windows shows it from "
	     "the next time the card is inserted");
	return SETUP_OK;
}

static int
do_register(const struct setup_args *a)
{
	uint8_t id[MD_CARD_ID_LEN];
	struct jm_token *t = NULL;
	int code;

	if ((code = open_card(a, &t, id)) != SETUP_OK ||
	    (code = need_pair(t)) != SETUP_OK)
		goto out;
	if (is_open(t))
		puts("nothing to do: this card shows its signature certificate "
		     "without a PIN");
	else
		code = store(a, t, id);
out:
	jm_token_free(&t);
	return code;
}

static int
forget_all(void)
{
	unsigned n;
	jm_err e;

	if ((e = md_sigcache_forget_all(&n)) != JM_OK)
		return setup_fail_err(e, NULL);
	printf("%u registered certificate%s removed\n", n,
	    n == 1 ? " was" : "s were");
	return SETUP_OK;
}

static int
do_forget(const struct setup_args *a)
{
	uint8_t id[MD_CARD_ID_LEN];
	struct jm_token *t = NULL;
	int code;
	jm_err e;

	if (a->all)
		return forget_all();
	if ((code = open_card(a, &t, id)) != SETUP_OK)
		return code;
	jm_token_free(&t);
	e = md_sigcache_forget(id);
	if (e == JM_NOT_FOUND)
		puts("no certificate of this card is registered");
	else if (e != JM_OK)
		return setup_fail_err(e, NULL);
	else
		puts("the registered certificate was removed; copies that "
		     "Windows made in the user's certificate store stay there");
	return SETUP_OK;
}

static void
say_registered(const struct jm_cert *c)
{
	const struct tm *tm = gmtime(&c->not_after);
	char day[32] = "?";

	if (tm != NULL && strftime(day, sizeof day, "%Y-%m-%d", tm) == 0)
		day[0] = '\0';
	printf(
	    "Signature certificate: registered, valid until %s (UTC)\n", day);
}

static int
show(struct jm_token *t, const uint8_t id[MD_CARD_ID_LEN])
{
	char folder[JM_FOLDER_PATH_MAX];
	struct jm_cert *cert;
	jm_err e;

	printf("Card: ");
	for (size_t i = 0; i < MD_CARD_ID_LEN; i++)
		printf("%02x", id[i]);
	putchar('\n');
	printf("Folder: %s\n", folder_text(folder, sizeof folder));
	if (!jm_token_has(t, JM_PAIR_SIGN)) {
		puts("Signature certificate: none, the card has no such key");
		return SETUP_OK;
	}
	if (is_open(t)) {
		puts("Signature certificate: shown without a PIN, nothing to "
		     "register");
		return SETUP_OK;
	}
	if ((cert = calloc(1, sizeof *cert)) == NULL)
		return setup_fail_err(JM_NOMEM, NULL);
	if ((e = md_sigcache_load(id, t, cert)) == JM_OK)
		say_registered(cert);
	else if (e == JM_NOT_FOUND)
		puts("Signature certificate: not registered");
	free(cert);
	return e == JM_OK || e == JM_NOT_FOUND ? SETUP_OK
					       : setup_fail_err(e, NULL);
}

static int
do_status(const struct setup_args *a)
{
	uint8_t id[MD_CARD_ID_LEN];
	struct jm_token *t = NULL;
	int code;

	if ((code = open_card(a, &t, id)) == SETUP_OK)
		code = show(t, id);
	jm_token_free(&t);
	return code;
}

static const struct {
	const char *name;
	int takes_pin, takes_all;
	int (*run)(const struct setup_args *a);
} commands[] = {
	{ "register", 1, 0, do_register },
	{ "forget", 0, 1, do_forget },
	{ "status", 0, 0, do_status },
};

static int
help(void)
{
	puts(
	    "juminmd-setup register [--pin-fd N] [--last-try]\n"
	    "    show the signature key of the card to Windows: asks for the\n"
	    "    signature PIN and keeps the certificate, encrypted for this\n"
	    "    user; it has your name, address, date of birth and sex in it\n"
	    "juminmd-setup forget [--all]\n"
	    "    remove what was registered for the card, or for all cards\n"
	    "juminmd-setup status\n"
	    "    is the signature certificate of the card registered?\n"
	    "\n"
	    "    --reader NAME  the reader (or a part of its name) that has\n"
	    "                   the card\n"
	    "    --pin-fd N     read the PIN from that file descriptor\n"
	    "    --last-try     use the last attempt without a question");
	return SETUP_OK;
}

static int
run(const struct setup_args *a)
{
	if (a->help)
		return help();
	if (a->version) {
		puts("juminmd-setup " PACKAGE_VERSION);
		return SETUP_OK;
	}
	if (a->command == NULL)
		return setup_fail(SETUP_USAGE, "see: juminmd-setup --help",
		    "no command was given");
	for (size_t i = 0; i < NELEM(commands); i++) {
		if (strcmp(a->command, commands[i].name) != 0)
			continue;
		if ((a->all && !commands[i].takes_all) ||
		    ((a->pin_fd >= 0 || a->last_try) && !commands[i].takes_pin))
			return setup_fail(SETUP_USAGE,
			    "see: juminmd-setup --help",
			    "%s does not take that option", a->command);
		return commands[i].run(a);
	}
	return setup_fail(SETUP_USAGE, "see: juminmd-setup --help",
	    "there is no such command");
}

int
setup_run(int argc, char **argv)
{
	struct setup_args a;
	int code;

	if ((code = setup_args_parse(argc, argv, &a)) == SETUP_OK)
		code = run(&a);
	return setup_end(code);
}
