/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages for people.  _() translates, N_() only marks. */
#ifndef VCARD_I18N_H
#define VCARD_I18N_H

#include "config.h"

#ifdef ENABLE_NLS
#include <libintl.h>
#define _(text) gettext(text)
#else
#define _(text)                (text)
#define ngettext(one, many, n) ((n) == 1 ? (one) : (many))
#endif
#define N_(text) text

#endif
