/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/link_vcard.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcard/vc_issue.h"

#define LINES_MAX 8192 /* trace lines kept, later ones are only counted */

struct vslot {
	pthread_mutex_t state; /* everything below */
	pthread_cond_t freed;  /* a transaction ended */
	struct vc_card *card;
	int present;
	unsigned resets;   /* resets so far */
	unsigned removals; /* removals so far */
	void *holder;      /* the link in a transaction; NULL */
	struct vslot_count count;
	char *line[LINES_MAX];
	size_t lines;
};

struct way {
	struct vslot *slot;
	unsigned resets, removals; /* known to this link */
};

static void
observe(void *arg, const uint8_t *cmd, size_t cmd_len, const uint8_t *rsp,
    size_t rsp_len, const char *line)
{
	struct vslot *s = arg;

	(void)rsp;
	(void)rsp_len;
	s->count.apdus++;
	if (cmd_len > 1) {
		s->count.verifies += cmd[1] == 0x20 && cmd_len > 5;
		s->count.changes += cmd[1] == 0x24;
		s->count.signs += cmd[1] == 0x2a;
	}
	if (s->lines < LINES_MAX)
		s->line[s->lines++] = strdup(line);
}

jm_err
vslot_issue(const char *image, const char *const *params)
{
	const struct vc_issue how = { .params = params, .overwrite = 1 };

	return vc_create(image, &how);
}

jm_err
vslot_copy(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	char buf[1024];
	size_t n;
	jm_err e = JM_IO;

	if (in == NULL || out == NULL)
		goto out;
	while ((n = fread(buf, 1, sizeof buf, in)) > 0)
		if (fwrite(buf, 1, n, out) != n)
			goto out;
	e = ferror(in) ? JM_IO : JM_OK;
out:
	if (in != NULL)
		fclose(in);
	if (out != NULL && fclose(out) != 0)
		e = JM_IO;
	return e;
}

jm_err
vslot_open(const char *image, struct vslot **out)
{
	struct vslot *s;
	jm_err e;

	*out = NULL;
	if ((s = calloc(1, sizeof *s)) == NULL)
		return JM_NOMEM;
	if ((e = vc_open(image, &s->card)) != JM_OK) {
		free(s);
		return e;
	}
	pthread_mutex_init(&s->state, NULL);
	pthread_cond_init(&s->freed, NULL);
	vc_set_observer(s->card, observe, s);
	vc_power(s->card, 1);
	s->present = 1;
	*out = s;
	return JM_OK;
}

void
vslot_close(struct vslot **slot)
{
	struct vslot *s = *slot;

	if (s == NULL)
		return;
	vslot_restart_count(s);
	vc_close(&s->card);
	pthread_mutex_destroy(&s->state);
	pthread_cond_destroy(&s->freed);
	free(s);
	*slot = NULL;
}

struct vc_card *
vslot_card(struct vslot *slot)
{
	return slot->card;
}

/* The link ---------------------------------------------------------------*/

static int
dead(const struct way *w)
{
	return !w->slot->present || w->removals != w->slot->removals;
}

static jm_err
way_begin(void *self)
{
	struct way *w = self;
	struct vslot *s = w->slot;
	jm_err e = JM_OK;

	pthread_mutex_lock(&s->state);
	while (!dead(w) && s->holder != NULL)
		pthread_cond_wait(&s->freed, &s->state);
	if (dead(w)) {
		e = JM_GONE;
	} else if (w->resets != s->resets) {
		w->resets = s->resets;
		e = JM_RESET;
	} else {
		s->holder = w;
	}
	pthread_mutex_unlock(&s->state);
	return e;
}

static void
way_end(void *self, enum jm_end how)
{
	struct way *w = self;
	struct vslot *s = w->slot;

	pthread_mutex_lock(&s->state);
	if (s->holder == w) {
		if (how == JM_END_POWER_DOWN && !dead(w)) {
			vc_power(s->card, 0);
			vc_power(s->card, 1);
			w->resets = ++s->resets; /* the others notice */
		}
		s->holder = NULL;
		pthread_cond_broadcast(&s->freed);
	}
	pthread_mutex_unlock(&s->state);
}

static jm_err
way_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	struct way *w = self;
	struct vslot *s = w->slot;
	size_t room = *rsp_len;
	jm_err e;

	*rsp_len = 0;
	pthread_mutex_lock(&s->state);
	s->count.outside += s->holder != w;
	if (dead(w)) {
		e = JM_GONE;
	} else if (w->resets != s->resets) {
		e = JM_RESET;
	} else {
		*rsp_len = room;
		e = vc_transmit(s->card, cmd, cmd_len, rsp, rsp_len);
		if (e != JM_OK)
			*rsp_len = 0;
		if (e == JM_GONE) { /* a quirk took it */
			s->present = 0;
			s->removals++;
			pthread_cond_broadcast(&s->freed);
		} else if (e != JM_OK && e != JM_SPACE) {
			e = JM_LINK;
		}
	}
	pthread_mutex_unlock(&s->state);
	return e;
}

static size_t
way_atr(void *self, uint8_t out[JM_ATR_MAX])
{
	struct way *w = self;
	size_t n;

	pthread_mutex_lock(&w->slot->state);
	n = dead(w) ? 0 : vc_atr(w->slot->card, out);
	pthread_mutex_unlock(&w->slot->state);
	return n;
}

static void
way_close(void *self)
{
	way_end(self, JM_END_LEAVE);
	free(self);
}

jm_err
vslot_link(struct vslot *slot, struct jm_link *out)
{
	static const struct jm_link_ops ops = { .begin = way_begin,
		.end = way_end,
		.transmit = way_transmit,
		.atr = way_atr,
		.close = way_close,
		.abandon = free };
	struct way *w;
	jm_err e = JM_OK;

	*out = (struct jm_link){ NULL, NULL };
	if ((w = calloc(1, sizeof *w)) == NULL)
		return JM_NOMEM;
	pthread_mutex_lock(&slot->state);
	w->slot = slot;
	w->resets = slot->resets;
	w->removals = slot->removals;
	if (!slot->present)
		e = JM_GONE;
	pthread_mutex_unlock(&slot->state);
	if (e != JM_OK)
		free(w);
	else
		*out = (struct jm_link){ &ops, w };
	return e;
}

/* What happens to a reader -----------------------------------------------*/

void
vslot_remove(struct vslot *slot)
{
	pthread_mutex_lock(&slot->state);
	vc_power(slot->card, 0);
	slot->present = 0;
	slot->removals++;
	slot->holder = NULL;
	pthread_cond_broadcast(&slot->freed);
	pthread_mutex_unlock(&slot->state);
}

void
vslot_insert(struct vslot *slot)
{
	pthread_mutex_lock(&slot->state);
	vc_power(slot->card, 1);
	slot->present = !vc_is_dead(slot->card);
	pthread_mutex_unlock(&slot->state);
}

void
vslot_reset(struct vslot *slot)
{
	pthread_mutex_lock(&slot->state);
	vc_reset(slot->card);
	slot->resets++;
	pthread_mutex_unlock(&slot->state);
}

struct vslot_count
vslot_counted(struct vslot *slot)
{
	struct vslot_count c;

	pthread_mutex_lock(&slot->state);
	c = slot->count;
	pthread_mutex_unlock(&slot->state);
	return c;
}

void
vslot_restart_count(struct vslot *slot)
{
	pthread_mutex_lock(&slot->state);
	for (size_t i = 0; i < slot->lines; i++)
		free(slot->line[i]);
	slot->lines = 0;
	slot->count = (struct vslot_count){ 0 };
	pthread_mutex_unlock(&slot->state);
}

const char *
vslot_line(struct vslot *slot, size_t i)
{
	const char *line;

	pthread_mutex_lock(&slot->state);
	line = i < slot->lines ? slot->line[i] : NULL;
	pthread_mutex_unlock(&slot->state);
	return line;
}

void
vslot_print(struct vslot *slot)
{
	const char *line;

	for (size_t i = 0; (line = vslot_line(slot, i)) != NULL; i++)
		fprintf(stderr, "%s\n", line);
}
