/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host's file operations over the view's files. */
#include <string.h>

#include "drivers/opensc/osc.h"

#include "base/wipe.h"
#include "drivers/opensc/view_file.h"

void
osc_file_drop(struct osc_card *o)
{
	if (o->file != NULL)
		jm_free_secret(o->file, o->file_len);
	o->file = NULL;
	o->file_len = 0;
}

/* What the host is told of access is for people: it decides nothing by it. */
static void
set_access(const struct osc_card *o, const struct osc_file *f, sc_file_t *file)
{
	const int pin = osc_file_pin(o, f);
	const unsigned op =
	    f->kind == OSC_FILE_FOLDER ? SC_AC_OP_LIST_FILES : SC_AC_OP_READ;

	if (pin < 0)
		(void)sc_file_add_acl_entry(
		    file, op, SC_AC_NONE, SC_AC_KEY_REF_NONE);
	else
		(void)sc_file_add_acl_entry(file, op, SC_AC_CHV,
		    (unsigned long)osc_pin_reference(o, (enum jm_pin_id)pin));
	(void)sc_file_add_acl_entry(
	    file, SC_AC_OP_UPDATE, SC_AC_NEVER, SC_AC_KEY_REF_NONE);
}

static int
describe(struct osc_card *o, const struct osc_file *f, const sc_path_t *path,
    sc_file_t **out)
{
	sc_file_t *file;

	if ((file = sc_file_new()) == NULL)
		return SC_ERROR_OUT_OF_MEMORY;
	file->path = *path;
	file->id = f->kind == OSC_FILE_FOLDER ? 0x3f00 : f->ef;
	file->type = f->kind == OSC_FILE_FOLDER ? SC_FILE_TYPE_DF
						: SC_FILE_TYPE_WORKING_EF;
	file->ef_structure =
	    f->kind == OSC_FILE_FOLDER ? 0 : SC_FILE_EF_TRANSPARENT;
	file->size = o->file_len;
	set_access(o, f, file);
	*out = file;
	return SC_SUCCESS;
}

int
osc_select_file(sc_card_t *card, const sc_path_t *path, sc_file_t **file_out)
{
	struct osc_card *o = osc_of(card);
	struct osc_file f;
	int r;

	if (file_out != NULL)
		*file_out = NULL;
	if (path == NULL)
		return SC_ERROR_INVALID_ARGUMENTS;
	osc_file_drop(o);
	if ((r = osc_file_find(o, path, &f)) != SC_SUCCESS)
		return r;
	if (f.kind != OSC_FILE_FOLDER &&
	    (r = osc_file_load(o, &f, &o->file, &o->file_len)) != SC_SUCCESS)
		return r;
	if (file_out != NULL &&
	    (r = describe(o, &f, path, file_out)) != SC_SUCCESS)
		osc_file_drop(o);
	return r;
}

int
osc_read_binary(sc_card_t *card, unsigned int idx, u8 *buf, size_t count,
    unsigned long flags)
{
	const struct osc_card *o = osc_of(card);
	size_t n;

	(void)flags;
	if (buf == NULL && count > 0)
		return SC_ERROR_INVALID_ARGUMENTS;
	if (o->file == NULL)
		return SC_ERROR_NOT_ALLOWED; /* no file, or a folder */
	if (idx > o->file_len)
		return SC_ERROR_OFFSET_TOO_LARGE;
	n = o->file_len - idx;
	if (n > count)
		n = count;
	if (n > 0)
		memcpy(buf, o->file + idx, n);
	return (int)n;
}

int
osc_list_files(sc_card_t *card, u8 *buf, size_t len)
{
	if (buf == NULL)
		return SC_ERROR_INVALID_ARGUMENTS;
	return (int)osc_file_list(osc_of(card), buf, len);
}
