/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin nym vault export|import|recover: copies of the holder's file. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/wipe.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/files.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/nym_file.h"
#include "tools/jumin/nym_show.h"
#include "tools/jumin/nym_vault.h"
#include "tools/jumin/out.h"

/* --- what the three say at their end -------------------------------------- */

int
cli_vault_report(const struct cli_args *a, const struct cli_vault_report *r)
{
	char iso[CLI_TIME_MAX];
	struct cli_json j;

	if (!cli_has(a, CLI_JSON)) {
		printf(ngettext("the vault has %zu service\n",
			   "the vault has %zu services\n", r->services),
		    r->services);
		if (r->code[0] != '\0')
			cli_show_code(r->code);
		return EX_OK;
	}
	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_json_int(&j, "services", (long long)r->services);
	cli_json_int(&j, "carried", (long long)r->carried);
	if (r->copy_of > 0) {
		cli_json_str(
		    &j, "copy_of", cli_time_iso((time_t)r->copy_of, iso));
		cli_json_int(&j, "older", r->older);
	}
	if (r->code[0] != '\0')
		cli_json_str(&j, "recovery_code", r->code);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

/* How old a copy is, and what that means. */
static void
tell_age(const struct cli_vault_report *r, int alone)
{
	char when[CLI_TIME_MAX];

	cli_note(_("the copy was made of the vault of %s"),
	    cli_time_text((time_t)r->copy_of, when));
	if (alone)
		cli_warn(_("an older copy brings back identifiers that were "
			   "reset since, and services forgotten since; 'jumin "
			   "nym reset' gives those a new one"));
	else if (r->older > 0)
		cli_warn(
		    ngettext("%u service was reset or forgotten after the "
			     "copy was made: that was kept as it is here",
			"%u services were reset or forgotten after the copy "
			"was made: that was kept as it is here",
			r->older),
		    r->older);
}

int
cli_vault_finish(struct cli_nym_use *u, struct cli_vault_report *r)
{
	int code;

	r->services = cli_vault_services(u->job.vault, &r->carried);
	(void)cli_nym_take_code(u, r->code);
	code = cli_nym_save(u);
	if (code == EX_OK)
		code = cli_vault_report(u->a, r);
	jm_wipe(r->code, sizeof r->code);
	return code;
}

/* --- export ----------------------------------------------------------------
 */

static int
fail_export(struct cli_nym_use *u, const char *path, jm_err e)
{
	char plain[NYM_VAULT_PATH_MAX];

	cli_plain(path, plain, sizeof plain);
	if (e == JM_EXISTS)
		return cli_fail(
		    EX_FAIL, NULL, "%s: %s", plain, strerror(EEXIST));
	if (e == JM_SPACE)
		return cli_fail(
		    EX_FAIL, NULL, "%s: %s", plain, strerror(ENOSPC));
	if (e == JM_IO)
		return cli_fail_err(e, plain);
	return cli_nym_failed(u, e, -1);
}

int
cli_nym_export(const struct cli_args *a, const char *const *word)
{
	struct cli_vault_report r = { 0 };
	struct cli_nym_use u = { 0 };
	int code;
	jm_err e;

	if (cli_path_taken(word[0]))
		return fail_export(&u, word[0], JM_EXISTS);
	if ((code = cli_nym_open(a, NULL, &u)) != EX_OK)
		goto out;
	u.job.work = NYM_WORK_OPEN;
	u.job.time = time(NULL);
	if ((code = cli_nym_job(&u)) != EX_OK)
		goto out;
	if ((e = nym_vault_export(u.job.vault, word[0])) != JM_OK) {
		code = fail_export(&u, word[0], e);
		goto out;
	}
	r.services = cli_vault_services(u.job.vault, &r.carried);
	code = cli_vault_report(a, &r);
	cli_note(_("the copy opens with this card and its PIN, or with the "
		   "recovery code"));
	if (r.carried > 0)
		cli_warn(_("a renewal is prepared: with the copy and the "
			   "recovery code anybody can log in at those services "
			   "without a card"));
out:
	cli_nym_close(&u);
	return code;
}

/* --- import ----------------------------------------------------------------
 */

/* Their keys are made with the card. */
static void
tell_raw(const struct nym_vault *v)
{
	struct nym_entry e;

	for (size_t i = 0; i < nym_vault_len(v); i++) {
		nym_vault_at(v, i, &e);
		if (e.state != NYM_REGISTERED || e.use != NYM_USE_RAW)
			continue;
		cli_note(_("programs are offered a key of ssh: or p11: here "
			   "after 'jumin nym id' with its name"));
		return;
	}
}

/* Into the vault that is open, or in its place where there is none. */
static int
merge(struct cli_nym_use *u, struct nym_vault **from, int same_card,
    struct cli_vault_report *r)
{
	jm_err e;

	r->copy_of = nym_vault_saved_at(*from);
	if (u->job.vault == NULL) {
		u->job.vault = *from;
		*from = NULL;
		tell_age(r, 1);
		return EX_OK;
	}
	e = nym_job_merge(&u->job, *from, same_card, &r->older);
	if (e != JM_OK)
		return cli_nym_failed(u, e, -1);
	tell_age(r, 0);
	return EX_OK;
}

/* A copy of this card's vault: card and PIN open it. */
static int
import_own(struct cli_nym_use *u, const char *path, struct cli_vault_report *r)
{
	int code;

	u->job.work = NYM_WORK_OPEN;
	u->job.file = path;
	if ((code = cli_nym_job(u)) != EX_OK)
		return code;
	return merge(u, &u->job.other, 1, r);
}

/* Another card's, or one whose code is given: into this card's vault, or
 * wrapped for this card. */
static int
import_code(struct cli_nym_use *u, const struct nym_vault_ref *ref,
    struct cli_vault_report *r)
{
	struct nym_vault_ref own;
	struct nym_vault *from = NULL;
	int code, found, same;

	if ((code = cli_vault_is_of_card(u, ref, &same)) != EX_OK ||
	    (code = cli_vault_of_card(u, &own, &found)) != EX_OK ||
	    (code = cli_vault_open_code(u->a, ref, &from)) != EX_OK)
		goto out;
	r->copy_of = nym_vault_saved_at(from);
	if (!same)
		cli_warn(_("the copy is of another card: what was registered "
			   "with that gives other identifiers with this one, "
			   "but for keys carried by 'renew prepare'"));
	u->job.work = found ? NYM_WORK_OPEN : NYM_WORK_WRAP;
	u->job.code_vault = found ? NULL : from;
	if ((code = cli_nym_job(u)) != EX_OK)
		goto out;
	if (found)
		code = merge(u, &from, same, r);
	else
		tell_age(r, 1);
out:
	nym_vault_free(&from);
	return code;
}

int
cli_nym_import(const struct cli_args *a, const char *const *word)
{
	struct cli_vault_report r = { 0 };
	struct cli_nym_use u = { 0 };
	struct nym_vault_ref ref;
	int code, fd, own;

	if ((code = cli_nym_code_fd(a, &fd)) != EX_OK ||
	    (code = cli_vault_head(word[0], &ref)) != EX_OK ||
	    (code = cli_nym_open(a, NULL, &u)) != EX_OK ||
	    (code = cli_vault_is_of_card(&u, &ref, &own)) != EX_OK)
		goto out;
	u.job.time = time(NULL);
	code = own && fd < 0 ? import_own(&u, word[0], &r)
			     : import_code(&u, &ref, &r);
	if (code == EX_OK && (code = cli_vault_finish(&u, &r)) == EX_OK)
		tell_raw(u.job.vault);
out:
	cli_nym_close(&u);
	return code;
}
