/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/wipe.h"
#include "drivers/opensc/module.h"
#include "drivers/opensc/osc.h"

int
osc_select_file(sc_card_t *card, const sc_path_t *path, sc_file_t **file_out)
{
	(void)card;
	(void)path;
	(void)file_out;
	return SC_ERROR_FILE_NOT_FOUND;
}
int
osc_read_binary(sc_card_t *card, unsigned int idx, u8 *buf, size_t count,
    unsigned long flags)
{
	(void)card;
	(void)idx;
	(void)buf;
	(void)count;
	(void)flags;
	return SC_ERROR_NOT_SUPPORTED;
}
int
osc_read_public_key(sc_card_t *card, unsigned algorithm, sc_path_t *path,
    unsigned key_reference, unsigned modulus_length, unsigned char **out,
    size_t *out_len)
{
	(void)card;
	(void)algorithm;
	(void)path;
	(void)key_reference;
	(void)modulus_length;
	(void)out;
	(void)out_len;
	return SC_ERROR_NOT_SUPPORTED;
}
void
osc_file_drop(struct osc_card *o)
{
	if (o->file != NULL)
		jm_free_secret(o->file, o->file_len);
	o->file = NULL;
}
