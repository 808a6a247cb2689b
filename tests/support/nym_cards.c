/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/nym_cards.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/nym_pem.h"
#include "tests/support/test.h"
#include "vcard/vc_issue.h"

static char dir[64], data[96];
static unsigned copies;

static const char *
path(char buf[96], const char *what, unsigned n)
{
	snprintf(buf, 96, "%s/%s%u", dir, what, n);
	return buf;
}

static int
issue(enum nym_card_id which)
{
	char auth[96], text[96], image[96];
	const struct vc_issue how = {
		.auth_key = path(auth, "auth", which),
		.text_key =
		    which == NYM_CARD_ONE ? path(text, "text", which) : NULL,
	};

	nym_pem(which == NYM_CARD_ONE ? NYM_PEM_CARD1 : NYM_PEM_CARD2, auth);
	nym_pem(NYM_PEM_TEXT1, path(text, "text", which));
	if (vc_create(path(image, "master", which), &how) != JM_OK)
		return -1;
	unlink(auth);
	unlink(text);
	return 0;
}

int
nym_cards_setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/jumin-test-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	copies = 0;
	snprintf(data, sizeof data, "%s/data", dir);
	setenv("HOME", dir, 1);
	setenv("XDG_DATA_HOME", data, 1);
	setenv("XDG_CACHE_HOME", data, 1);
	return issue(NYM_CARD_ONE) == 0 ? issue(NYM_CARD_TWO) : -1;
}

/* Everything in a folder of two levels, and it. */
static void
empty(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *f;
	char *name;

	if (d == NULL)
		return;
	while ((f = readdir(d)) != NULL) {
		if (f->d_name[0] == '.' &&
		    (f->d_name[1] == '\0' || f->d_name[1] == '.'))
			continue;
		assert_true(asprintf(&name, "%s/%s", folder, f->d_name) > 0);
		if (unlink(name) != 0)
			empty(name);
		free(name);
	}
	closedir(d);
	rmdir(folder);
}

int
nym_cards_teardown(void **state)
{
	(void)state;
	empty(dir);
	return 0;
}

int
nym_cards_forget(void **state)
{
	(void)state;
	empty(data);
	return 0;
}

struct vslot *
nym_cards_slot(enum nym_card_id which, const char *param, ...)
{
	char master[96], copy[96];
	struct vslot *slot;
	va_list ap;

	path(master, "master", which);
	path(copy, "card", ++copies);
	assert_int_equal(vslot_copy(master, copy), JM_OK);
	assert_int_equal(vslot_open(copy, &slot), JM_OK);
	va_start(ap, param);
	for (; param != NULL; param = va_arg(ap, const char *))
		assert_int_equal(vc_set_param(vslot_card(slot), param), JM_OK);
	va_end(ap);
	return slot;
}

struct jm_token *
nym_cards_token(struct vslot *slot)
{
	struct jm_token *t;
	struct jm_link link;

	assert_int_equal(vslot_link(slot, &link), JM_OK);
	assert_int_equal(jm_token_open(&link, &jm_policy_default, &t), JM_OK);
	return t;
}

const char *
nym_cards_dir(void)
{
	return dir;
}
