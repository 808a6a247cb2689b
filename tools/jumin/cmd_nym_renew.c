/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin nym vault recover, renew prepare, renew finish: what the recovery code
 * is for. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/wipe.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/nym_file.h"
#include "tools/jumin/nym_vault.h"
#include "tools/jumin/out.h"

/* The vault from, opened by code, as this card's. */
static int
wrap(struct cli_nym_use *u, struct nym_vault *from, struct cli_vault_report *r)
{
	char when[CLI_TIME_MAX];
	int code;

	u->job.work = NYM_WORK_WRAP;
	u->job.code_vault = from;
	u->job.time = time(NULL);
	if ((code = cli_nym_job(u)) != EX_OK)
		return code;
	r->copy_of = nym_vault_saved_at(from);
	cli_note(
	    _("the file is of %s"), cli_time_text((time_t)r->copy_of, when));
	return cli_vault_finish(u, r);
}

/* --- recover ---------------------------------------------------------------
 */

/*
 * The file of the folder goes before a copy of it: what it has is newer.  It is
 * only left aside when it does not open.
 */
static int
with_own(struct cli_nym_use *u, const struct nym_vault_ref *ref,
    struct nym_vault_ref *own, int *merge)
{
	char plain[NYM_VAULT_PATH_MAX];
	const struct jm_cert *c;
	int damaged;
	jm_err e;

	*merge = 0;
	if ((e = jm_token_cert(u->s.token, JM_CERT_AUTH, &c)) != JM_OK)
		return cli_fail_err(e, NULL);
	e = nym_vault_find(c->der, c->der_len, own, &damaged);
	if (e != JM_OK || strcmp(own->path, ref->path) == 0)
		return EX_OK;
	*merge = memcmp(own->id, ref->id, sizeof own->id) == 0;
	if (*merge)
		return EX_OK;
	return cli_fail(EX_FAIL,
	    _("'jumin nym vault import' adds the copy to it; one that does "
	      "not open any more has to be moved away first"),
	    _("there is a vault of this card: %s"),
	    cli_plain(own->path, plain, sizeof plain));
}

static int
open_both(struct cli_nym_use *u, const struct nym_vault_ref *ref,
    const struct nym_vault_ref *own, int both, struct nym_vault **out,
    struct cli_vault_report *r)
{
	struct nym_vault *copy = NULL;
	uint8_t code_bytes[NYM_CODE_LEN];
	int code;
	jm_err e;

	if (!both)
		return cli_vault_open_code(u->a, ref, out);
	if ((code = cli_nym_ask_code(u->a, code_bytes)) != EX_OK)
		return code;
	if ((e = nym_vault_open_code(ref, code_bytes, &copy)) != JM_OK) {
		code = cli_nym_failed(u, e, -1);
		goto out;
	}
	e = nym_vault_open_code(own, code_bytes, out);
	if (e == JM_CODE || e == JM_DAMAGED) {
		cli_warn(_("the vault that was here does not open; the copy "
			   "alone is used"));
		*out = copy;
		copy = NULL;
	} else if (e != JM_OK ||
		   (e = nym_vault_merge(*out, copy, &r->older)) != JM_OK) {
		code = cli_nym_failed(u, e, -1);
	}
out:
	jm_wipe(code_bytes, sizeof code_bytes);
	nym_vault_free(&copy);
	return code;
}

/* Of the commands below; too large for the stack. */
struct renewal {
	struct cli_vault_report r;
	struct cli_nym_use u;
	struct nym_vault_ref ref, own;
	struct nym_vault *from;
};

static int
recover(const struct cli_args *a, const char *path, struct renewal *w)
{
	int code, both = 0, same;

	if ((code = cli_nym_open(a, NULL, &w->u)) != EX_OK)
		return code;
	code = path != NULL ? with_own(&w->u, &w->ref, &w->own, &both)
			    : cli_vault_look(&w->u, 1, &w->ref);
	if (code != EX_OK ||
	    (code = cli_vault_is_of_card(&w->u, &w->ref, &same)) != EX_OK ||
	    (code = open_both(
		 &w->u, &w->ref, &w->own, both, &w->from, &w->r)) != EX_OK)
		return code;
	if (!same)
		cli_warn(_("the vault is of another card: what was registered "
			   "with that gives other identifiers with this one, "
			   "but for keys carried by 'renew prepare'"));
	return wrap(&w->u, w->from, &w->r);
}

int
cli_nym_recover(const struct cli_args *a, const char *const *word)
{
	struct renewal *w = calloc(1, sizeof *w);
	int code, fd;

	if (w == NULL)
		return cli_fail_err(JM_NOMEM, NULL);
	if ((code = cli_nym_code_fd(a, &fd)) == EX_OK && word[0] != NULL)
		code = cli_vault_head(word[0], &w->ref);
	if (code == EX_OK)
		code = recover(a, word[0], w);
	nym_vault_free(&w->from);
	cli_nym_close(&w->u);
	free(w);
	return code;
}

/* --- renewal ---------------------------------------------------------------
 */

int
cli_nym_prepare(const struct cli_args *a, const char *const *word)
{
	struct cli_vault_report r = { 0 };
	struct cli_nym_use u = { 0 };
	int code;

	(void)word;
	if ((code = cli_nym_open(a, NULL, &u)) != EX_OK)
		goto out;
	u.job.work = NYM_WORK_CARRY;
	u.job.time = time(NULL);
	if ((code = cli_nym_job(&u)) != EX_OK ||
	    (code = cli_vault_finish(&u, &r)) != EX_OK)
		goto out;
	cli_note(_("with the new card: jumin nym vault renew finish; it asks "
		   "for the recovery code"));
	cli_warn(_("until then whoever has this vault or a copy of it, and the "
		   "recovery code, can log in at all these services without a "
		   "card: keep the two apart"));
out:
	cli_nym_close(&u);
	return code;
}

/* Was it prepared?  Without the earlier card's keys every service sees a
 * newcomer; that is for somebody who says so. */
static int
check_prepared(const struct cli_args *a, const struct nym_vault *v)
{
	size_t carried;
	const size_t services = cli_vault_services(v, &carried);

	if (carried > 0 || services == 0 || cli_has(a, CLI_YES))
		return EX_OK;
	return cli_fail(EX_FAIL,
	    _("'jumin nym vault renew prepare' with the earlier card keeps "
	      "them; if that card is gone, --yes goes on, and every service "
	      "will see a newcomer"),
	    _("the vault has no keys of the earlier card"));
}

static int
finish(const struct cli_args *a, struct renewal *w)
{
	int code, found;

	if ((code = cli_nym_open(a, NULL, &w->u)) != EX_OK ||
	    (code = cli_vault_look(&w->u, 0, &w->ref)) != EX_OK ||
	    (code = cli_vault_of_card(&w->u, &w->own, &found)) != EX_OK)
		return code;
	if (found)
		return cli_fail(EX_FAIL,
		    _("'jumin nym vault import' adds the vault of the earlier "
		      "card to it"),
		    _("this card has a vault of its own already"));
	if ((code = cli_vault_open_code(a, &w->ref, &w->from)) != EX_OK ||
	    (code = check_prepared(a, w->from)) != EX_OK)
		return code;
	return wrap(&w->u, w->from, &w->r);
}

int
cli_nym_finish(const struct cli_args *a, const char *const *word)
{
	struct renewal *w = calloc(1, sizeof *w);
	int code, fd;

	(void)word;
	if (w == NULL)
		return cli_fail_err(JM_NOMEM, NULL);
	if ((code = cli_nym_code_fd(a, &fd)) == EX_OK)
		code = finish(a, w);
	if (code == EX_OK && w->r.carried > 0)
		cli_note(_("at the next 'jumin nym assert' to each service the "
			   "earlier key vouches for the new one, and is then "
			   "dropped"));
	nym_vault_free(&w->from);
	cli_nym_close(&w->u);
	free(w);
	return code;
}
