/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/nym_job.h"

#include <dirent.h>
#include <string.h>

#include "base/folder.h"
#include "tests/support/test.h"

struct nym_job *
nym_job_of(enum nym_work work, const char *scope, enum nym_mode mode)
{
	static struct nym_job pool[32];
	static unsigned next;
	struct nym_job *j = &pool[next++ % 32];

	memset(j, 0, sizeof *j);
	j->work = work;
	j->scope = scope;
	j->mode = mode;
	j->time = NYM_NOW;
	return j;
}

struct nym_job *
nym_register(const char *scope, uint16_t period)
{
	struct nym_job *j =
	    nym_job_of(NYM_WORK_REGISTER, scope, NYM_MODE_HOLDER);

	j->period = period;
	return j;
}

struct nym_job *
nym_key(const char *scope)
{
	return nym_job_of(NYM_WORK_KEY, scope, 0);
}

struct nym_job *
nym_reset(const char *scope)
{
	return nym_job_of(NYM_WORK_RESET, scope, 0);
}

struct nym_job *
nym_open(void)
{
	return nym_job_of(NYM_WORK_OPEN, NULL, 0);
}

static jm_err
run(struct jm_token *t, struct nym_job *j, const char *pin)
{
	struct nym_lock *lock;
	int tries;
	jm_err e;

	assert_int_equal(nym_lock_take(0, &lock), JM_OK);
	e = jm_token_nym(t, j, pin, strlen(pin), &tries);
	nym_lock_free(&lock);
	return e;
}

jm_err
nym_run(struct jm_token *t, struct nym_job *j)
{
	return run(t, j, "1234");
}

jm_err
nym_run_pin(struct jm_token *t, struct nym_job *j, const char *pin)
{
	const jm_err e = run(t, j, pin);

	nym_job_end(j);
	return e;
}

void
nym_done(struct jm_token *t, struct nym_job *j, uint8_t nid[NYM_NID_LEN])
{
	assert_int_equal(nym_run(t, j), JM_OK);
	assert_int_equal(nym_job_save(j), JM_OK);
	if (nid != NULL)
		memcpy(nid, j->secret->key.nid, NYM_NID_LEN);
	nym_job_end(j);
}

void
nym_fails(struct jm_token *t, struct nym_job *j, jm_err want)
{
	assert_int_equal(nym_run(t, j), want);
	assert_null(j->vault);
	assert_int_equal(nym_job_save(j), JM_OK); /* of nothing */
	nym_job_end(j);
}

void
nym_cost(struct vslot *slot, unsigned apdus, unsigned signs)
{
	const struct vslot_count c = vslot_counted(slot);
	const char *last = vslot_line(slot, c.apdus - 1);

	if (c.apdus != apdus || c.signs != signs)
		vslot_print(slot);
	assert_int_equal(c.apdus, apdus);
	assert_int_equal(c.signs, signs);
	assert_true(c.verifies <= 1);
	assert_int_equal(c.outside, 0);
	assert_non_null(last);
	assert_non_null(strstr(last, "A0000001510000"));
}

unsigned
nym_kept(void)
{
	char path[JM_FOLDER_PATH_MAX];
	struct dirent *f;
	unsigned n = 0;
	DIR *d;

	assert_int_equal(jm_folder_path(JM_FOLDER_NYM, path), JM_OK);
	if ((d = opendir(path)) == NULL)
		return 0;
	while ((f = readdir(d)) != NULL)
		n += f->d_name[0] != '.' && strcmp(f->d_name, "lock") != 0 &&
		     strstr(f->d_name, ".bak") == NULL;
	closedir(d);
	return n;
}

void
nym_close(struct jm_token **t, struct vslot **slot)
{
	jm_token_free(t);
	vslot_close(slot);
}
