/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/vault_try.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/test.h"

int
vault_try_begin(void **state)
{
	static struct vault_try t;

	snprintf(t.base, sizeof t.base, "/tmp/jumin-vault-XXXXXX");
	if (mkdtemp(t.base) == NULL)
		return -1;
	snprintf(t.folder, sizeof t.folder, "%s/jumin/nym", t.base);
	vault_try_card(&t, 1);
	*state = &t;
	return setenv("XDG_DATA_HOME", t.base, 1);
}

int
vault_try_end(void **state)
{
	const struct vault_try *t = *state;
	char command[96];

	snprintf(command, sizeof command, "rm -rf %s", t->base);
	return system(command);
}

void
vault_try_card(struct vault_try *t, uint8_t number)
{
	memset(t->cert, number, sizeof t->cert);
	memset(t->prk, 0x80 | number, sizeof t->prk);
}

struct nym_entry
vault_try_entry(const char *scope)
{
	struct nym_entry e = { .state = NYM_REGISTERED,
		.mode = NYM_MODE_HOLDER,
		.profile = NYM_PROFILE_X,
		.use = NYM_USE_ASSERT };

	if (strncmp(scope, "ssh:", 4) == 0 || strncmp(scope, "p11:", 4) == 0)
		e.use = NYM_USE_RAW;
	snprintf(e.scope, sizeof e.scope, "%s", scope);
	assert_int_equal(nym_scope_hash(scope, strlen(scope), e.sh), JM_OK);
	return e;
}

struct nym_entry
vault_try_number(unsigned n)
{
	char scope[64];
	struct nym_entry e;

	snprintf(scope, sizeof scope, "web:site%u.example.jp", n);
	e = vault_try_entry(scope);
	e.since = 1700000000 + n;
	e.x_known = 1;
	memset(e.x, (int)(n & 0xff), sizeof e.x);
	memset(e.disclosure, (int)(n & 0x7f), sizeof e.disclosure);
	return e;
}

void
vault_try_add(struct nym_vault *v, unsigned n)
{
	const struct nym_entry e = vault_try_number(n);

	assert_int_equal(nym_vault_put(v, &e), JM_OK);
}

struct nym_vault *
vault_try_new(const struct vault_try *t, unsigned scopes)
{
	struct nym_vault *v;

	assert_int_equal(
	    nym_vault_new(NULL, NYM_PROFILE_X, t->cert, sizeof t->cert, &v),
	    JM_OK);
	assert_int_equal(nym_vault_wrap(v, t->prk), JM_OK);
	for (unsigned n = 0; n < scopes; n++)
		vault_try_add(v, n);
	assert_int_equal(nym_vault_save(v), JM_OK);
	return v;
}

jm_err
vault_try_find(const struct vault_try *t, struct nym_vault **v)
{
	struct nym_vault_ref ref;
	int damaged;
	jm_err e;

	*v = NULL;
	e = nym_vault_find(t->cert, sizeof t->cert, &ref, &damaged);
	return e == JM_OK ? nym_vault_open(&ref, t->prk, v) : e;
}

struct nym_vault *
vault_try_open(const struct vault_try *t)
{
	struct nym_vault *v;

	assert_int_equal(vault_try_find(t, &v), JM_OK);
	return v;
}

int
vault_try_sh(const struct vault_try *t, const char *command)
{
	char line[500];

	snprintf(line, sizeof line, "cd %s || exit 99; F=$(ls | grep 'vault$'); %s",
	    t->folder, command);
	return system(line);
}

unsigned
vault_try_names(const struct vault_try *t)
{
	DIR *d = opendir(t->folder);
	const struct dirent *one;
	unsigned n = 0;

	assert_non_null(d);
	while ((one = readdir(d)) != NULL)
		n += one->d_name[0] != '.' && strcmp(one->d_name, "lock") != 0;
	closedir(d);
	return n;
}

uint8_t *
vault_try_read(const char *path, size_t *len)
{
	struct stat st;
	uint8_t *p;
	FILE *f;

	assert_non_null(f = fopen(path, "rb"));
	assert_int_equal(fstat(fileno(f), &st), 0);
	*len = (size_t)st.st_size;
	assert_non_null(p = malloc(*len + 1));
	assert_int_equal(fread(p, 1, *len, f), *len);
	fclose(f);
	return p;
}

void
vault_try_write(const char *path, const uint8_t *p, size_t len)
{
	FILE *f;

	assert_non_null(f = fopen(path, "wb"));
	assert_int_equal(fwrite(p, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
}
