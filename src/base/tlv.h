/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BER-TLV with definite lengths (ISO/IEC 7816-4, section 5.2.2; ISO/IEC 8825-1).
 * Accepted: tags of up to three bytes, lengths of up to four length bytes
 * (also non-minimal, as BER allows).  Refused with JM_FORMAT: the indefinite
 * form, longer tags, a length past the end of the data.  The walk does not
 * recurse: a caller that descends passes the value's cursor and its own depth.
 */
#ifndef JM_BASE_TLV_H
#define JM_BASE_TLV_H

#include "base/rbuf.h"
#include "base/wbuf.h"

#define JM_TLV_DEPTH_MAX 8 /* deepest nesting jm_tlv_find follows */

/* Next object: *tag as written (7F21 = 0x7f21), *val borrows its value. */
jm_err jm_tlv_next(
    struct jm_rbuf *r, unsigned *tag, struct jm_rbuf *val) JM_MUST_USE;

/*
 * Follow a path of tags, each inside the one before; the first match counts at
 * each level.  JM_NOT_FOUND when a level has no such tag, JM_ARG for a path
 * that is empty or longer than JM_TLV_DEPTH_MAX.
 */
jm_err jm_tlv_find(struct jm_rbuf data, const unsigned *path, size_t path_len,
    struct jm_rbuf *val) JM_MUST_USE;

/*
 * Total size (header and value) that the object starting at head announces.
 * head needs only its first head_len >= 2 bytes (a certificate's first four are
 * enough).  JM_FORMAT when they do not suffice or are malformed.
 */
jm_err jm_tlv_total(
    const uint8_t *head, size_t head_len, size_t *total) JM_MUST_USE;

/*
 * Append one object with a minimal length; or its header alone, for a value of
 * len bytes that the caller writes next.  A tag of more than three bytes or a
 * length of more than four fills the writer.
 */
void jm_put_tlv_head(struct jm_wbuf *w, unsigned tag, size_t len);
void jm_put_tlv(struct jm_wbuf *w, unsigned tag, const void *val, size_t len);

/*
 * Make what was written since start (w->len of that time) the value of one
 * object.  Containers are so built from the inside: note w->len, write the
 * parts, wrap.  Moves those bytes.
 */
void jm_tlv_wrap(struct jm_wbuf *w, size_t start, unsigned tag);

#endif
