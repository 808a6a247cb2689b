/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin-vcard create: issue a card. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/vcard/cmd.h"
#include "tools/vcard/i18n.h"
#include "vcard/vc_issue.h"

#define PARAMS_MAX 64
#define JST        (9 * 3600)

enum {
	OPT_PROFILE = 1,
	OPT_NAME,
	OPT_ADDRESS,
	OPT_BIRTH,
	OPT_SEX,
	OPT_CITY,
	OPT_AUTH_PIN,
	OPT_SIGN_PIN,
	OPT_TEXT_PIN,
	OPT_AUTH_KEY,
	OPT_TEXT_KEY,
	OPT_JUKI_PIN,
	OPT_NUMBER,
	OPT_SECURITY,
	OPT_RECORD,
	OPT_ATR,
	OPT_SERIAL,
	OPT_PARAM,
	OPT_CA_OUT,
	OPT_ISSUED,
	OPT_LEAF_SIZE,
	OPT_OVERWRITE,
	OPT_AUTHORITY,
	OPT_LIFE,
	OPT_OPERATOR_ID,
	OPT_OPERATOR_NAME,
	OPT_OPERATOR_TYPE,
	OPT_OPERATOR_PIN
};

struct params {
	const char *list[PARAMS_MAX + 1];
	char atr[128], serial[64]; /* "atr=..." of the shorthand options */
	size_t n;
};

static int
add_param(struct params *p, const char *text)
{
	if (p->n == PARAMS_MAX)
		return vcmd_fail(EX_USAGE, _("too many parameters"));
	p->list[p->n++] = text;
	return EX_OK;
}

static int
add_named(struct params *p, char *mem, size_t cap, const char *name,
    const char *value)
{
	int n = snprintf(mem, cap, "%s=%s", name, value);

	if (n < 0 || (size_t)n >= cap)
		return vcmd_fail(
		    EX_USAGE, _("%s: not a value of --%s"), value, name);
	return add_param(p, mem);
}

/* YYYYMMDD, the beginning of that day in Japan. */
static int
parse_day(const char *s, time_t *out)
{
	struct tm tm = { 0 }, back;

	if (strlen(s) != 8 || strspn(s, "0123456789") != 8)
		return 0;
	tm.tm_year = (s[0] - '0') * 1000 + (s[1] - '0') * 100 +
		     (s[2] - '0') * 10 + (s[3] - '0') - 1900;
	tm.tm_mon = (s[4] - '0') * 10 + (s[5] - '0') - 1;
	tm.tm_mday = (s[6] - '0') * 10 + (s[7] - '0');
	back = tm;
	*out = timegm(&back) - JST;
	return back.tm_mday == tm.tm_mday && back.tm_mon == tm.tm_mon;
}

static int
make_folder(const char *dir)
{
	if (mkdir(dir, 0700) == 0 || errno == EEXIST)
		return EX_OK;
	return vcmd_fail(EX_FAIL, "%s: %s", dir, strerror(errno));
}

static int
option(int c, char *arg, struct vc_issue *how, struct params *p)
{
	char *end;

	switch (c) {
	case OPT_PROFILE: how->profile = arg; break;
	case OPT_NAME: how->holder.name = arg; break;
	case OPT_ADDRESS: how->holder.address = arg; break;
	case OPT_BIRTH: how->holder.birth = arg; break;
	case OPT_SEX: how->holder.sex = arg; break;
	case OPT_CITY: how->holder.municipality = arg; break;
	case OPT_AUTH_PIN: how->auth_pin = arg; break;
	case OPT_SIGN_PIN: how->sign_pin = arg; break;
	case OPT_TEXT_PIN: how->text_pin = arg; break;
	case OPT_AUTH_KEY: how->auth_key = arg; break;
	case OPT_TEXT_KEY: how->text_key = arg; break;
	case OPT_JUKI_PIN: how->juki_pin = arg; break;
	case OPT_NUMBER: how->number = arg; break;
	case OPT_SECURITY: how->security_code = arg; break;
	case OPT_RECORD: how->record_code = arg; break;
	case OPT_CA_OUT: how->ca_dir = arg; break;
	case OPT_OVERWRITE: how->overwrite = 1; break;
	case OPT_AUTHORITY: how->authority = arg; break;
	case OPT_LIFE: how->life = arg; break;
	case OPT_OPERATOR_ID: how->operator_id = arg; break;
	case OPT_OPERATOR_NAME: how->operator_name = arg; break;
	case OPT_OPERATOR_TYPE: how->operator_type = arg; break;
	case OPT_OPERATOR_PIN: how->operator_pin = arg; break;
	case OPT_PARAM: return add_param(p, arg);
	case OPT_ATR: return add_named(p, p->atr, sizeof p->atr, "atr", arg);
	case OPT_SERIAL:
		return add_named(p, p->serial, sizeof p->serial, "serial", arg);
	case OPT_ISSUED:
		if (!parse_day(arg, &how->issued))
			return vcmd_fail(
			    EX_USAGE, _("%s: not a day, YYYYMMDD"), arg);
		break;
	case OPT_LEAF_SIZE:
		how->size_hint = (unsigned)strtoul(arg, &end, 10);
		if (*arg < '0' || *arg > '9' || *end != '\0' ||
		    how->size_hint > 4096)
			return vcmd_fail(EX_USAGE, _("%s: not a size"), arg);
		break;
	default: return EX_USAGE; /* getopt has said why */
	}
	return EX_OK;
}

int
vcmd_create(int argc, char **argv)
{
	static const struct option options[] = {
		{ "profile", required_argument, NULL, OPT_PROFILE },
		{ "holder-name", required_argument, NULL, OPT_NAME },
		{ "holder-address", required_argument, NULL, OPT_ADDRESS },
		{ "birth", required_argument, NULL, OPT_BIRTH },
		{ "sex", required_argument, NULL, OPT_SEX },
		{ "municipality", required_argument, NULL, OPT_CITY },
		{ "auth-pin", required_argument, NULL, OPT_AUTH_PIN },
		{ "sign-pin", required_argument, NULL, OPT_SIGN_PIN },
		{ "text-pin", required_argument, NULL, OPT_TEXT_PIN },
		{ "auth-key", required_argument, NULL, OPT_AUTH_KEY },
		{ "text-key", required_argument, NULL, OPT_TEXT_KEY },
		{ "juki-pin", required_argument, NULL, OPT_JUKI_PIN },
		{ "individual-number", required_argument, NULL, OPT_NUMBER },
		{ "security-code", required_argument, NULL, OPT_SECURITY },
		{ "record-code", required_argument, NULL, OPT_RECORD },
		{ "atr", required_argument, NULL, OPT_ATR },
		{ "serial", required_argument, NULL, OPT_SERIAL },
		{ "param", required_argument, NULL, OPT_PARAM },
		{ "ca-out", required_argument, NULL, OPT_CA_OUT },
		{ "issued", required_argument, NULL, OPT_ISSUED },
		{ "leaf-size", required_argument, NULL, OPT_LEAF_SIZE },
		{ "overwrite", no_argument, NULL, OPT_OVERWRITE },
		{ "authority", required_argument, NULL, OPT_AUTHORITY },
		{ "life", required_argument, NULL, OPT_LIFE },
		{ "operator-id", required_argument, NULL, OPT_OPERATOR_ID },
		{ "operator-name", required_argument, NULL, OPT_OPERATOR_NAME },
		{ "operator-type", required_argument, NULL, OPT_OPERATOR_TYPE },
		{ "operator-pin", required_argument, NULL, OPT_OPERATOR_PIN },
		{ NULL, 0, NULL, 0 },
	};
	struct vc_issue how = { .profile = NULL };
	struct params p = { .n = 0 };
	int c, code;
	jm_err e;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == OPT_PARAM && strcmp(optarg, "help") == 0)
			return vcmd_list_params();
		if ((code = option(c, optarg, &how, &p)) != EX_OK)
			return code;
	}
	if (optind != argc - 1)
		return vcmd_fail(EX_USAGE, _("one IMAGE expected"));
	how.params = p.list;
	if (how.ca_dir != NULL && (code = make_folder(how.ca_dir)) != EX_OK)
		return code;
	if ((e = vc_create(argv[optind], &how)) != JM_OK)
		return vcmd_fail_err(e, argv[optind]);
	return EX_OK;
}
