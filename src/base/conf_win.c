/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The settings in the registry. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <shlwapi.h>

#include "base/conf_impl.h"
#include "base/wide.h"

#define NAME       "SOFTWARE\\Jumin"
#define NAME_LEN   64 /* characters; no setting has a longer name */
#define VALUE_LEN  600
#define VALUES_MAX 256 /* more than that nobody meant */

const char conf_system[] = "HKLM\\" NAME;

/* A key that is being read. */
struct source {
	HKEY key;
	const char *path;
	struct jm_conf *conf;
	struct jm_conf_sets sets;
	struct jm_conf_fault *fault;
};

struct value {
	wchar_t name[NAME_LEN], text[VALUE_LEN + 2]; /* ends with two NULs */
	char plain[NAME_LEN], word[VALUE_LEN];
	DWORD type;
};

/* Of a value what the common text says of a line. */
static const char *
sentence_of(enum jm_conf_why f)
{
	switch (f) {
	case JM_FAULT_ACCESS: return "the key cannot be read";
	case JM_FAULT_KIND: return "the value is no text";
	case JM_FAULT_LONG: return "the value is too long";
	case JM_FAULT_CONTROL: return "the value has a control character";
	case JM_FAULT_KEY: return "there is no such setting";
	case JM_FAULT_VALUE: return "the setting does not take this value";
	case JM_FAULT_LOOSE:
		return "the system's key allows only a stricter value";
	case JM_FAULT_SIZE:
	case JM_FAULT_OWNER:
	case JM_FAULT_MODE:
	case JM_FAULT_PATH:
	case JM_FAULT_BLANK:
	case JM_FAULT_SECTION:
	case JM_FAULT_FORM:
	case JM_FAULT_COMMENT:
	case JM_FAULT_TWICE:
	case JM_FAULT_MANY:
	case JM_FAULT_NONE: break;
	}
	return conf_sentence(f);
}

static void
tell(const struct source *s, const char *name, enum jm_conf_why f)
{
	char path[JM_CONF_PATH_MAX];

	(void)snprintf(path, sizeof path, "%s%s%s", s->path,
	    name[0] == '\0' ? "" : "\\", name);
	conf_tell(s->fault, path, 0, sentence_of(f));
}

/* One text of a value. */
static enum jm_conf_why
take_text(struct source *s, struct value *v, const wchar_t *text)
{
	if (!jm_narrow(text, v->word, sizeof v->word))
		return JM_FAULT_LONG;
	for (const char *p = v->word; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return JM_FAULT_CONTROL;
	return jm_conf_take(s->conf, &s->sets, v->plain, v->word);
}

static enum jm_conf_why
take_value(struct source *s, struct value *v)
{
	enum jm_conf_why f = JM_FAULT_NONE, first = JM_FAULT_NONE;

	for (char *p = v->plain; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + ('a' - 'A'));
	if (v->type == REG_SZ)
		return take_text(s, v, v->text);
	if (v->type != REG_MULTI_SZ || strcmp(v->plain, "ignore-reader") != 0)
		return JM_FAULT_KIND;
	for (const wchar_t *p = v->text; *p != L'\0'; p += wcslen(p) + 1) {
		f = take_text(s, v, p);
		if (first == JM_FAULT_NONE)
			first = f;
	}
	return first;
}

static void
take_all(struct source *s, struct value *v)
{
	for (DWORD i = 0; i < VALUES_MAX; i++) {
		DWORD name_len = NAME_LEN;
		DWORD len = VALUE_LEN * sizeof v->text[0];
		enum jm_conf_why f;
		LSTATUS rv;

		memset(v, 0, sizeof *v);
		rv = RegEnumValueW(s->key, i, v->name, &name_len, NULL,
		    &v->type, (BYTE *)v->text, &len);
		if (rv == ERROR_NO_MORE_ITEMS)
			return;
		if (rv != ERROR_SUCCESS ||
		    !jm_narrow(v->name, v->plain, sizeof v->plain)) {
			tell(s, "",
			    rv == ERROR_SUCCESS || rv == ERROR_MORE_DATA
				? JM_FAULT_LONG
				: JM_FAULT_ACCESS);
			continue;
		}
		if ((f = take_value(s, v)) != JM_FAULT_NONE)
			tell(s, v->plain, f);
	}
}

jm_err
jm_conf_read(const char *path, int system, struct jm_conf *conf, unsigned *set,
    struct jm_conf_fault *fault)
{
	static const char user[] = "HKCU\\", machine[] = "HKLM\\";
	struct source s = { .path = path,
		.conf = conf,
		.sets = { .system = system, .hard = set },
		.fault = fault };
	const int is_user = strncmp(path, user, sizeof user - 1) == 0;
	struct value *v;
	wchar_t *below;
	LSTATUS rv;

	if (!is_user && strncmp(path, machine, sizeof machine - 1) != 0)
		return JM_IO;
	v = malloc(sizeof *v);
	below = jm_wide(path + sizeof user - 1);
	rv = v == NULL || below == NULL
		 ? ERROR_OUTOFMEMORY
		 : RegOpenKeyExW(
		       is_user ? HKEY_CURRENT_USER : HKEY_LOCAL_MACHINE, below,
		       0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &s.key);
	free(below);
	if (rv == ERROR_SUCCESS) {
		take_all(&s, v);
		(void)RegCloseKey(s.key);
	} else if (rv != ERROR_FILE_NOT_FOUND) {
		tell(&s, "", JM_FAULT_ACCESS);
	}
	free(v);
	return rv == ERROR_SUCCESS || rv == ERROR_FILE_NOT_FOUND ? JM_OK
								 : JM_IO;
}

int
conf_user(char *out, size_t cap, struct jm_conf_fault *fault)
{
	(void)fault; /* it is short */
	(void)snprintf(out, cap, "%s", "HKCU\\" NAME);
	return 1;
}

/* PathMatchSpec has a list of patterns with ";", and neither sets nor escapes;
 * it takes no notice of blanks before a pattern. */
int
conf_is_pattern(const char *text)
{
	return text[0] != ' ' && strpbrk(text, "[]\\;") == NULL;
}

int
conf_fits(const char *pattern, const char *text)
{
	wchar_t *a = jm_wide(pattern), *b = jm_wide(text);
	const int fits = a != NULL && b != NULL && PathMatchSpecW(b, a);

	free(a);
	free(b);
	return fits;
}
