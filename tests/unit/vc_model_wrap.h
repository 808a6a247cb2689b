/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What takes long and proves nothing there: fsync, RSA signatures.  Linked with
 * -Wl,--wrap of each. */
#ifndef JM_TESTS_UNIT_VC_MODEL_WRAP_H
#define JM_TESTS_UNIT_VC_MODEL_WRAP_H

extern unsigned long vc_model_syncs; /* calls of fsync */

#endif
