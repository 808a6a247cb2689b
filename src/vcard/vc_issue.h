/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Issuing: make a new image with keys, a test CA and certificates. */
#ifndef JM_VCARD_VC_ISSUE_H
#define JM_VCARD_VC_ISSUE_H

#include <time.h>

#include "base/err.h"

struct vc_holder {           /* UTF-8; NULL takes the default in brackets */
	const char *name;    /* [Japanese test name] */
	const char *address; /* [Japanese test address] */
	const char *birth;   /* YYYYMMDD, western [19820914] */
	const char *sex;     /* "1", "2" or "3" [2] */
	const char *municipality; /* Latin letters, for L= [Shiken-shi] */
};

struct vc_issue {
	const char *profile; /* NULL: "mynumber-2016" */
	struct vc_holder holder;
	const char *auth_pin;      /* NULL: "1234" */
	const char *sign_pin;      /* NULL: "ABC123" */
	const char *text_pin;      /* NULL: "1234" */
	const char *juki_pin;      /* of two applications; NULL: "1234" */
	const char *number;        /* individual number; NULL: random */
	const char *security_code; /* four digits; NULL: random */
	const char *record_code;   /* resident record code; NULL: random */
	const char *auth_key, *text_key; /* PEM files of RSA keys to be given
					    to the card; NULL: new ones */
	time_t issued;                   /* 0: now */
	const char *const *params; /* "name=value", NULL at the end; or NULL.
				      Without serial= the card gets a random
				      number */
	int overwrite;             /* 0: an existing file is JM_IO */
	unsigned size_hint; /* bytes each leaf is grown to at least, up to 4096;
			       0: about 1.5 kB */
	const char *ca_dir; /* existing folder that receives the test CAs, both
			       certificates and keys as PEM, and the public keys
			       that other contents of the card are verified
			       with; NULL: all are forgotten */
	const char *authority; /* folder of vc_pki_make; NULL: the card trusts
				  nobody */
	const char *life;      /* "manufactured": without contents;
				  "personalised"; NULL: "issued" */
	/* Of the profile "operator"; NULL takes the default in brackets. */
	const char *operator_id;   /* ["OPERATOR-1"] */
	const char *operator_name; /* UTF-8 [the id] */
	const char *operator_type; /* window, registrar, applications,
				      supervisor [window] */
	const char *operator_pin;  /* 4 to 8 digits ["1234"] */
};

/*
 * JM_ARG (unknown profile or parameter, PIN of the wrong form, bad date or
 * text; which one is told through jm_log), JM_IO, JM_BUSY (overwrite: somebody
 * uses that card), JM_NOMEM, JM_CRYPTO.  On failure no file is left behind.
 */
jm_err vc_create(const char *image, const struct vc_issue *how) JM_MUST_USE;

#endif
