/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reader in this process with the card of an image in it. */
#ifndef VCARD_LINK_IMAGE_H
#define VCARD_LINK_IMAGE_H

#include "transport/link.h"

/* Opens the image, locked, and gives the card power; closing the link takes it
 * and closes the image.  Those of vc_open. */
jm_err link_image_open(const char *image, struct jm_link *out) JM_MUST_USE;

#endif
