/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The chain itself: entries, their record, the hash over it. */
#include "vcard/vc_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "crypto/digest.h"
#include "vcard/vc_log_text.h"

jm_err
vc_log_record(
    const struct vc_entry *e, uint8_t out[VC_LOG_RECORD_MAX], size_t *len)
{
	const struct vc_event *v = &e->what;
	const uint8_t op = (uint8_t)v->op;
	struct jm_wbuf w;

	jm_wbuf_init(&w, out, VC_LOG_RECORD_MAX);
	jm_put_u8(&w, 0x80);
	jm_put_u8(&w, 4);
	jm_put_be32(&w, e->sequence);
	jm_put_tlv(&w, 0x81, v->when, strlen(v->when));
	jm_put_tlv(&w, 0x82, v->operator_id, strlen(v->operator_id));
	jm_put_tlv(&w, 0x83, v->terminal, strlen(v->terminal));
	jm_put_tlv(&w, 0x84, &op, 1);
	jm_put_tlv(&w, 0x85, v->app, strlen(v->app));
	jm_put_tlv(&w, 0x86, v->target, v->target_len);
	jm_put_tlv(&w, 0x87, v->reason, strlen(v->reason));
	jm_tlv_wrap(&w, 0, 0x30);
	return jm_wbuf_done(&w, len);
}

/* The hash of an entry that follows one with the hash before. */
static jm_err
chain(const uint8_t before[VC_LOG_HASH_LEN], const struct vc_entry *e,
    uint8_t out[VC_LOG_HASH_LEN])
{
	uint8_t both[VC_LOG_HASH_LEN + VC_LOG_RECORD_MAX];
	size_t len;
	jm_err err;

	memcpy(both, before, VC_LOG_HASH_LEN);
	if ((err = vc_log_record(e, both + VC_LOG_HASH_LEN, &len)) != JM_OK)
		return err;
	return jm_hash(JM_SHA256, both, VC_LOG_HASH_LEN + len, out);
}

/* The hash that the next entry follows. */
static const uint8_t *
last_hash(const struct vc_log *log)
{
	return log->count > 0 ? log->entry[log->count - 1].hash
			      : log->base_hash;
}

static uint32_t
next_sequence(const struct vc_log *log)
{
	return log->base + (uint32_t)log->count + 1;
}

static jm_err
make_room(struct vc_log *log)
{
	size_t cap = log->cap == 0 ? 8 : 2 * log->cap;
	struct vc_entry *more;

	if (log->count < log->cap)
		return JM_OK;
	if (cap > VC_LOG_MAX)
		cap = VC_LOG_MAX;
	more = realloc(log->entry, cap * sizeof *more);
	if (more == NULL)
		return JM_NOMEM;
	log->entry = more;
	log->cap = cap;
	return JM_OK;
}

/* The oldest entry leaves; its hash, which stands for it and all before it,
 * stays. */
static void
fold(struct vc_log *log)
{
	log->folded = log->entry[0];
	memcpy(log->folded_base, log->base_hash, VC_LOG_HASH_LEN);
	log->undo = 2;
	memcpy(log->base_hash, log->entry[0].hash, VC_LOG_HASH_LEN);
	log->base++;
	log->count--;
	memmove(log->entry, log->entry + 1, log->count * sizeof *log->entry);
}

jm_err
vc_log_append(struct vc_log *log, const struct vc_event *event)
{
	struct vc_entry e = { .sequence = next_sequence(log), .what = *event };
	jm_err err;

	log->undo = 0;
	if (!vc_event_ok(event) || e.sequence == 0)
		return JM_ARG;
	if ((err = chain(last_hash(log), &e, e.hash)) != JM_OK)
		return err;
	if (log->count < VC_LOG_MAX) {
		if ((err = make_room(log)) != JM_OK)
			return err;
		log->undo = 1;
	} else {
		fold(log);
	}
	log->entry[log->count++] = e;
	return JM_OK;
}

void
vc_log_undo(struct vc_log *log)
{
	if (log->undo == 0)
		return;
	log->count--;
	if (log->undo == 2) {
		memmove(log->entry + 1, log->entry,
		    log->count * sizeof *log->entry);
		log->entry[0] = log->folded;
		memcpy(log->base_hash, log->folded_base, VC_LOG_HASH_LEN);
		log->base--;
		log->count++;
	}
	log->undo = 0;
}

jm_err
vc_log_take(struct vc_log *log, const struct vc_entry *e)
{
	uint8_t hash[VC_LOG_HASH_LEN];
	jm_err err;

	if (log->count == VC_LOG_MAX)
		return JM_SPACE;
	if (e->sequence != next_sequence(log) || e->sequence == 0 ||
	    !vc_event_ok(&e->what))
		return JM_FORMAT;
	if ((err = chain(last_hash(log), e, hash)) != JM_OK)
		return err;
	if (memcmp(hash, e->hash, sizeof hash) != 0)
		return JM_FORMAT;
	if ((err = make_room(log)) != JM_OK)
		return err;
	log->entry[log->count++] = *e;
	return JM_OK;
}

void
vc_log_clear(struct vc_log *log)
{
	free(log->entry);
	memset(log, 0, sizeof *log);
}
