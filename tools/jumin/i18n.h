/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages for people.  _() translates, N_() only marks (in tables, whose user
 * calls _()).  With --disable-nls they are the English texts.
 */
#ifndef CLI_I18N_H
#define CLI_I18N_H

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
