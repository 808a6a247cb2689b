/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operations of the command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hex.h"
#include "base/wipe.h"
#include "tools/vcard/cmd.h"
#include "tools/vcard/counter_cli.h"
#include "tools/vcard/counter_files.h"
#include "tools/vcard/counter_text.h"
#include "tools/vcard/i18n.h"
#include "tools/vcard/link_image.h"
#include "transport/link_pcsc.h"

/* The word behind the cards; NULL: none. */
static const char *
argument(const struct counter_run *r)
{
	const struct counter_options *o = &r->opt;

	return o->words > o->cards ? o->word[o->cards] : NULL;
}

/* PINs ----------------------------------------------------------------------*/

static int
prepare_pin(struct counter_run *r)
{
	if ((r->pin_def = counter_pin_find(argument(r))) == NULL)
		return vcmd_fail(EX_USAGE,
		    _("%s: not a PIN (auth, sign, text, juki, common, "
		      "library)"),
		    argument(r));
	return counter_ask_new(&r->opt, r->pin_def, &r->pin);
}

static jm_err
run_pin(struct counter_run *r)
{
	return counter_reset_pin(&r->c, &r->card, r->pin_def, &r->pin);
}

/* The code ------------------------------------------------------------------*/

static int
prepare_code(struct counter_run *r)
{
	const char *code = argument(r);

	if (code == NULL)
		return counter_code_random(r->code) == JM_OK
			   ? EX_OK
			   : vcmd_fail_file(JM_CRYPTO, r->opt.authority);
	if (!counter_code_ok(code))
		return vcmd_fail(EX_USAGE,
		    _("%s: not a resident record code with its check digit"),
		    code);
	memcpy(r->code, code, sizeof r->code);
	return EX_OK;
}

static jm_err
run_code(struct counter_run *r)
{
	jm_err e;

	e = counter_change_code(&r->c, &r->card, COUNTER_CHANGE_CODE, r->code);
	/* The counter has to know it; it chose it. */
	if (e == JM_OK)
		printf(_("resident record code: %s\n"), r->code);
	return e;
}

/* Municipal applications ----------------------------------------------------*/

/* Made for this card; its PIN is the holder's choice. */
static int
prepare_library(struct counter_run *r)
{
	const struct counter_pin *pin = NULL;
	int code;
	jm_err e;

	if (r->opt.pin) {
		code = counter_ask_new(
		    &r->opt, counter_pin_find("library"), &r->pin);
		if (code != EX_OK)
			return code;
		pin = &r->pin;
	}
	e = counter_library(
	    &r->self, r->c.now(), pin, &r->package, &r->package_len);
	return e == JM_OK ? EX_OK : vcmd_fail_file(e, r->opt.authority);
}

static int
prepare_load(struct counter_run *r)
{
	const struct counter_options *o = &r->opt;
	jm_err e;

	if ((o->package != NULL) == o->library)
		return vcmd_fail(
		    EX_USAGE, _("--package FILE or --library is needed"));
	if ((o->open || o->pin) && (!o->library || (o->open && o->pin)))
		return vcmd_fail(
		    EX_USAGE, _("one of --open and --pin, with --library"));
	if (o->library)
		return prepare_library(r);
	e = counter_file_read(
	    o->package, COUNTER_PACKAGE_MAX, &r->package, &r->package_len);
	return e == JM_OK ? EX_OK : vcmd_fail_file(e, o->package);
}

static jm_err
run_load(struct counter_run *r)
{
	jm_err e;

	if ((e = counter_consent(&r->c, &r->card)) != JM_OK)
		return e;
	return counter_load(
	    &r->c, &r->card, COUNTER_LOAD_APP, r->package, r->package_len);
}

static int
prepare_aid(struct counter_run *r)
{
	if (jm_hex_decode(argument(r), r->aid, sizeof r->aid, &r->aid_len) !=
		JM_OK ||
	    r->aid_len < 5)
		return vcmd_fail(
		    EX_USAGE, _("%s: not an application's AID"), argument(r));
	return EX_OK;
}

static jm_err
run_delete(struct counter_run *r)
{
	jm_err e;

	if ((e = counter_consent(&r->c, &r->card)) != JM_OK)
		return e;
	return counter_delete(&r->c, &r->card, r->aid, r->aid_len);
}

static jm_err
run_list(struct counter_run *r)
{
	struct counter_loaded list[COUNTER_LOADED_MAX];
	char aid[2 * COUNTER_AID_MAX + 1];
	size_t n;
	jm_err e;

	if ((e = counter_channel(
		 &r->c, &r->card, &counter_common, &r->c.counter)) != JM_OK ||
	    (e = counter_list(&r->c, &r->card, list, &n)) != JM_OK)
		return e;
	for (size_t i = 0; i < n; i++) {
		if (jm_hex_encode(
			list[i].aid, list[i].aid_len, aid, sizeof aid) != JM_OK)
			aid[0] = '\0';
		printf("%s %s\n", aid, list[i].label);
	}
	return JM_OK;
}

/* Keys ----------------------------------------------------------------------*/

static int
prepare_renew(struct counter_run *r)
{
	jm_err e;

	if (r->opt.ca == NULL)
		return vcmd_fail(EX_USAGE, _("--ca FOLDER is needed"));
	e = counter_cas_load(r->opt.ca, &r->cas);
	return e == JM_OK ? EX_OK : vcmd_fail_file(e, r->opt.ca);
}

static jm_err
run_renew(struct counter_run *r)
{
	return counter_renew(&r->c, &r->card, &r->cas);
}

/* The card's life -----------------------------------------------------------*/

static int
prepare_contents(struct counter_run *r)
{
	if (r->opt.contents == NULL)
		return vcmd_fail(EX_USAGE, _("--contents IMAGE is needed"));
	return EX_OK;
}

static jm_err
run_personalise(struct counter_run *r)
{
	struct counter_source from = { &r->self, r->opt.contents };
	const struct counter_issue how = { counter_transport_key,
		counter_contents, &from };

	return counter_personalise(&r->c, &r->card, &how);
}

static jm_err
run_succeed(struct counter_run *r)
{
	return counter_succeed(&r->c, &r->card, &r->successor);
}

static jm_err
run_issue(struct counter_run *r)
{
	return counter_set_life(&r->c, &r->card, COUNTER_ISSUE, COUNTER_ISSUED);
}

static jm_err
run_suspend(struct counter_run *r)
{
	return counter_set_life(
	    &r->c, &r->card, COUNTER_SUSPEND, COUNTER_SUSPENDED);
}

static jm_err
run_resume(struct counter_run *r)
{
	return counter_set_life(
	    &r->c, &r->card, COUNTER_RESUME, COUNTER_ISSUED);
}

static jm_err
run_return(struct counter_run *r)
{
	return counter_set_life(
	    &r->c, &r->card, COUNTER_RETURN, COUNTER_RETURNED);
}

static jm_err
run_terminate(struct counter_run *r)
{
	return counter_set_life(
	    &r->c, &r->card, COUNTER_TERMINATE, COUNTER_TERMINATED);
}

/* clang-format off */
const struct operation counter_operations[] = {
	{ "personalise", "IMAGE",        0, 0, 0, 0, prepare_contents,
	    run_personalise },
	{ "issue",       "IMAGE",        0, 1, 0, 0, NULL, run_issue },
	{ "reset-pin",   "IMAGE WHICH",  0, 1, 1, 1, prepare_pin, run_pin },
	{ "change-code", "IMAGE [CODE]", 0, 1, 0, 1, prepare_code, run_code },
	{ "load",        "IMAGE",        0, 1, 0, 0, prepare_load, run_load },
	{ "list",        "IMAGE",        0, 0, 0, 0, NULL, run_list },
	{ "delete",      "IMAGE AID",    0, 1, 1, 1, prepare_aid, run_delete },
	{ "renew",       "IMAGE",        0, 1, 0, 0, prepare_renew, run_renew },
	{ "succeed",     "OLD NEW",      1, 1, 0, 0, NULL, run_succeed },
	{ "suspend",     "IMAGE",        0, 1, 0, 0, NULL, run_suspend },
	{ "resume",      "IMAGE",        0, 1, 0, 0, NULL, run_resume },
	{ "return",      "IMAGE",        0, 1, 0, 0, NULL, run_return },
	{ "terminate",   "IMAGE",        0, 1, 0, 0, NULL, run_terminate },
};
/* clang-format on */
const size_t counter_operation_count = NELEM(counter_operations);

/* One run -------------------------------------------------------------------*/

static time_t
today(void)
{
	return time(NULL);
}

/* The card of an image, or in a reader. */
static int
open_card(struct counter_card *k, const char *name, const char *image,
    const char *reader)
{
	const char *what = reader != NULL ? reader : image;
	struct jm_link link = { NULL, NULL };
	jm_err e;

	e = reader != NULL ? jm_link_pcsc_open(reader, &link)
			   : link_image_open(image, &link);
	if (e == JM_OK)
		e = counter_card_init(k, name, &link);
	if (e == JM_OK)
		return EX_OK;
	jm_link_close(&link);
	/* vcmd_fail_err speaks of images */
	if (reader != NULL)
		return vcmd_fail(EX_FAIL, "%s: %s", what, _(jm_strerror(e)));
	return vcmd_fail_err(e, what);
}

static int
open_cards(struct counter_run *r, const struct operation *op)
{
	const struct counter_options *o = &r->opt;
	size_t next = 0;
	int code;

	code = open_card(&r->card, N_("the resident's card"),
	    o->reader == NULL ? o->word[next++] : NULL, o->reader);
	if (code == EX_OK && op->two)
		code = open_card(&r->successor, N_("the successor card"),
		    o->new_reader == NULL ? o->word[next] : NULL,
		    o->new_reader);
	if (code == EX_OK &&
	    (o->operator_image != NULL || o->operator_reader != NULL)) {
		code = open_card(&r->op, N_("the operator's card"),
		    o->operator_image, o->operator_reader);
		r->c.op = &r->op;
	}
	return code;
}

int
counter_failed(const struct counter_run *r)
{
	char *text = counter_fault_text(&r->c.fault);
	int code;

	code = vcmd_fail(EX_FAIL, "%s",
	    text != NULL ? text : _(jm_strerror(r->c.fault.err)));
	free(text);
	return code;
}

static void
done(struct counter_run *r)
{
	counter_card_free(&r->card);
	counter_card_free(&r->successor);
	counter_card_free(&r->op);
	counter_cas_free(&r->cas);
	counter_self_free(&r->self);
	jm_free_secret(r->package, r->package_len);
	jm_wipe(&r->pin, sizeof r->pin);
}

int
counter_perform(struct counter_run *r, const struct operation *op)
{
	int code;
	jm_err e;

	r->c.reason = r->opt.reason;
	r->c.last_try = r->opt.last_try;
	r->c.ask = counter_ask;
	r->c.ask_arg = r;
	r->c.now = today;
	r->c.fit = counter_fit;
	r->c.fit_arg = &r->self;
	if ((e = counter_self_load(r->opt.authority, &r->self, &r->c)) !=
	    JM_OK) {
		code = vcmd_fail_file(e, r->opt.authority);
		goto out;
	}
	if (op->prepare != NULL && (code = op->prepare(r)) != EX_OK)
		goto out;
	if ((code = open_cards(r, op)) != EX_OK)
		goto out;
	if ((e = op->run(r)) != JM_OK)
		code = counter_failed(r);
out:
	done(r);
	return code;
}
