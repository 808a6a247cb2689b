# SPDX-License-Identifier: LGPL-2.1-or-later
#
# profiles/*.profile to src/card/profile_tab.c.  The words are explained in
# profiles/README.md.  Any doubt stops the build with file and line.
# POSIX awk; reads the profiles in the order given.

function fail(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
	failed = 1
	exit 1
}

function fail_in(p, text) {
	printf "%s: %s\n", file[p], text > "/dev/stderr"
	failed = 1
	exit 1
}

function want_fields(n) {
	if (NF != n)
		fail("\"" $1 "\" takes " n - 1 " values")
}

function is_hex(s) { return s ~ /^[0-9A-F][0-9A-F]$/ }
function is_ef(s) { return s ~ /^00[01][0-9A-F]$/ && s != "0000" && s != "001F" }

function number(s, most) {
	if (s !~ /^[1-9][0-9]*$/ || length(s) > 5 || s + 0 > most)
		fail("\"" s "\" is not a number from 1 to " most)
	return s
}

function ef_id(s) {
	if (!is_ef(s))
		fail("\"" s "\" is not a file id from 0001 to 001E")
	return "0x" s
}

# Fields 2.. as bytes; any = 1 lets ".." stand for any byte.
function bytes(least, most, any, i, s) {
	if (NF - 1 < least || NF - 1 > most)
		fail("\"" $1 "\" takes " least " to " most " bytes")
	for (i = 2; i <= NF; i++) {
		if (!is_hex($i) && !(any && $i == ".."))
			fail("\"" $i "\" is not a byte in upper-case hex")
		s = s (i > 2 ? " " : "") $i
	}
	return s
}

function set(key, value) {
	if ((n, key) in val)
		fail("\"" key "\" given twice")
	val[n, key] = value
}

# One reference, key or file per EF of an application; app "": the JPKI one.
function take_ef(s, app) {
	ef_id(s)
	if ((n, app, s) in used)
		fail("file " s " given twice")
	used[n, app, s] = 1
	return "0x" s
}

# Personal files of other applications, shown as they are.  Those with the
# individual number are not: only those may use it whom a law allows to.
function data_file(app, s) {
	ef_id(s)
	if ((app == "text" && s == "0001") || (app == "face" && s == "0005"))
		fail("file " s " of \"" app "\" holds the individual number")
	if ((n, "data", app, s) in used)
		fail("data file " s " given twice")
	used[n, "data", app, s] = 1
	return "0x" s
}

function one_of(s, words) {
	if (s == "" || index(" " words " ", " " s " ") == 0)
		fail("\"" s "\" is none of: " words)
	return s
}

BEGIN {
	pin_app["text"] = "text"
	pin_app["face"] = pin_app["birth"] = "face"
	split("text-attributes text-signature text-certificate text-info " \
	    "face-front face-birth face-info face-certificate common-card", \
	    datas, " ")
	split("TEXT TEXT_SIG TEXT_CERT TEXT_INFO " \
	    "FACE FACE_BIRTH FACE_INFO FACE_CERT COMMON", data_ids, " ")
	for (i = 1; i in datas; i++)
		data_names = data_names (i > 1 ? " " : "") datas[i]
}

FNR == 1 {
	n++
	file[n] = FILENAME
	natr[n] = 0
}

{ sub(/#.*/, ""); sub(/\r$/, "") }
NF == 0 { next }
!((n, "name") in val) && $1 != "name" { fail("the first line is \"name\"") }

$1 == "name" {
	want_fields(2)
	if ($2 !~ /^[A-Za-z0-9-]+$/)
		fail("a name has letters, digits and hyphens only")
	set("name", $2)
	next
}
$1 == "label" {
	want_fields(2)
	if ($2 !~ /^[A-Za-z0-9_-]+$/ || length($2) > 32)
		fail("a label has up to 32 letters, digits, _ and -")
	set("label", $2)
	next
}
$1 == "aid" { set("aid", bytes(5, 16, 0)); next }
$1 == "logout" { set("logout", bytes(5, 16, 0)); next }
$1 == "fallback" {
	want_fields(2)
	one_of($2, "yes")
	set("fallback", 1)
	next
}
$1 == "info" { want_fields(2); set("info", take_ef($2)); next }
$1 == "available" {
	want_fields(3)
	if (!is_hex($3))
		fail("\"" $3 "\" is not a byte in upper-case hex")
	set("available", take_ef($2))
	set("available-yes", "0x" $3)
	next
}
$1 == "sfi" || $1 == "extended" {
	want_fields(2)
	set($1, "JM_" toupper(one_of($2, "no yes declared")))
	next
}
$1 == "modes" {
	bytes(1, 8, 0)
	for (i = 2; i <= NF; i++) {
		if ($i !~ /^0[0-7]$/)
			fail("modes are 00 to 07")
		if ((n, "mode", $i) in val)
			fail("mode " $i " given twice")
		val[n, "mode", $i] = 1
		modes = (i > 2 ? modes " | " : "") "1u << " substr($i, 2)
	}
	set("modes", modes)
	next
}
$1 == "sig" {
	want_fields(2)
	set("sig", "JM_SIG_" toupper(one_of($2, "any raw der")))
	next
}
$1 == "pin" {
	want_fields(7)
	one_of($2, "auth sign text face birth")
	if (number($5, 16) + 0 < number($4, 16) + 0)
		fail("the longest PIN is shorter than the shortest")
	# What 63Cx can say.  A held PIN is sent to a full counter alone.
	if ($6 != "0" || $2 == "auth" || $2 == "sign")
		number($6, 15)
	one_of($7, "digits upper-alnum")
	set("pin-" $2, "{ 1, " take_ef($3, pin_app[$2]) ", " $4 ", " $5 ", " $6 ", " \
	    ($7 == "digits" ? "JM_PIN_DIGITS" : "JM_PIN_UPPER_ALNUM") " }")
	next
}
$1 == "key" {
	want_fields(5)
	one_of($2, "auth sign")
	one_of($4, "rsa ec")
	one_of($5, $4 == "ec" ? "P-256 P-384" : \
	    "1024 2048 1024-2048") # a reply fits a short command
	split($5, bits, "-")
	if ($4 == "ec")
		bits[1] = bits[2]
	set("key-" $2, "{ 1, " take_ef($3) ", " (bits[2] ? bits[2] : bits[1]) \
	    ", " bits[1] ", JM_KEY_" toupper($4) " }")
	next
}
$1 == "cert" {
	want_fields(4)
	one_of($2, "auth sign auth-ca sign-ca")
	one_of($4, "free pin")
	set("cert-" $2, "{ 1, " take_ef($3) ", " ($4 == "pin") " }")
	next
}
$1 == "app" {
	app = one_of($2, "text face juki common licence")
	aid = ""
	for (i = 3; i <= NF; i++) {
		if (!is_hex($i))
			fail("\"" $i "\" is not a byte in upper-case hex")
		aid = aid (i > 3 ? " " : "") $i
	}
	if (NF < 7 || NF > 18)
		fail("\"app\" takes 5 to 16 bytes")
	set("app-" app, aid)
	next
}
$1 == "text" {
	want_fields(3)
	set("text-" one_of($2, "attributes signature certificate"), \
	    take_ef($3, "text"))
	next
}
$1 == "data" {
	one_of($2, data_names)
	one_of($3, "text face juki common licence")
	one_of($5, "tlv record")
	first = "0x0000"
	if ($5 == "tlv") {
		if ($6 !~ /^[0-9A-F][0-9A-F][0-9A-F][0-9A-F]$/ || $6 == "0000")
			fail("\"" $6 "\" is not how a data object begins")
		first = "0x" $6
	}
	i = $5 == "tlv" ? 7 : 6
	if (one_of($i, "free pin") == "free")
		want_fields(i)
	else {
		want_fields(i + 1)
		one_of($(i + 1), "text face birth")
		if (pin_app[$(i + 1)] != $3)
			fail("\"pin " $(i + 1) "\" opens nothing of \"" $3 "\"")
		needs[n, $(i + 1)] = 1
	}
	data_app[n, $3] = 1
	set("data-" $2, "{ 1, JM_APP_" toupper($3) ", " data_file($3, $4) ", " \
	    ($5 == "record") ", " first ", " \
	    ($i == "pin" ? "1, JM_PIN_" toupper($(i + 1)) : "0, JM_PIN_AUTH") " }")
	next
}
$1 == "atr" {
	val[n, "atr", natr[n]++] = bytes(2, 33, 1)
	next
}
{ fail("unknown word \"" $1 "\"") }

function check(p, i, q, pair, words, apps) {
	split("aid label info logout sfi extended modes", words, " ")
	for (i = 1; i in words; i++)
		if (!((p, words[i]) in val))
			fail_in(p, "no \"" words[i] "\"")
	split("auth sign", pair, " ")
	for (i = 1; i <= 2; i++)
		if (((p, "pin-" pair[i]) in val) != ((p, "key-" pair[i]) in val))
			fail_in(p, "key and pin of " pair[i] " go together")
	split("pin-text text-attributes text-signature text-certificate", words, " ")
	for (i = 1; i <= 4; i++)
		if (((p, words[i]) in val) != ((p, "app-text") in val))
			fail_in(p, "\"app text\", its pin and its files go together")
	split("face birth", words, " ")
	for (i = 1; i <= 2; i++) {
		if (((p, "pin-" words[i]) in val) && !((p, "app-face") in val))
			fail_in(p, "\"pin " words[i] "\" without \"app face\"")
		if (((p, words[i]) in needs) && !((p, "pin-" words[i]) in val))
			fail_in(p, "no \"pin " words[i] "\", which data need")
	}
	split("attributes signature certificate", words, " ")
	for (i = 1; i <= 3; i++)
		if (((p, "data-text-" words[i]) in val) && \
		    !index(val[p, "data-text-" words[i]], \
			"JM_APP_TEXT, " val[p, "text-" words[i]] ","))
			fail_in(p, "text-" words[i] " is another file than \"text " words[i] "\"")
	split("text face juki common licence", apps, " ")
	for (i = 1; i in apps; i++) {
		if (((p, apps[i]) in data_app) && !((p, "app-" apps[i]) in val))
			fail_in(p, "data of \"" apps[i] "\" without \"app " apps[i] "\"")
		if (!((p, "app-" apps[i]) in val))
			continue
		if (val[p, "app-" apps[i]] == val[p, "aid"])
			fail_in(p, "the AID of " apps[i] " is another application's")
		for (q = 1; q < i; q++)
			if (((p, "app-" apps[q]) in val) && \
			    val[p, "app-" apps[i]] == val[p, "app-" apps[q]])
				fail_in(p, "the AID of " apps[i] " is another application's")
	}
	for (q = 1; q < p; q++) {
		if (val[p, "name"] == val[q, "name"])
			fail_in(p, "the name is that of " file[q])
		if (val[p, "aid"] != val[q, "aid"])
			continue
		if (val[p, "label"] == val[q, "label"])
			fail_in(p, "AID and label are those of " file[q])
		if (((p, "fallback") in val) && ((q, "fallback") in val))
			fail_in(p, "a second fallback beside " file[q])
	}
}

# sep "_": the length is WHERE_len; sep ".": WHERE.v and WHERE.len
function array(p, key, where, sep, t, parts) {
	if (!((p, key) in val))
		return
	t = val[p, key]
	printf "\t    .%s%slen = %d,\n", where, sep, split(t, parts, " ")
	gsub(/[0-9A-F][0-9A-F]/, "0x&,", t)
	printf "\t    .%s%s = { %s },\n", where, sep == "." ? ".v" : "", t
}

function row(p, key, where) {
	if ((p, key) in val)
		printf "\t    .%s = %s,\n", where, val[p, key]
}

END {
	if (failed)
		exit 1
	if (n == 0 || n != ARGC - 1) {
		print "profile.awk: a profile is missing or empty" > "/dev/stderr"
		exit 1
	}
	for (p = 1; p <= n; p++) {
		if (!((p, "name") in val))
			fail_in(p, "no \"name\"")
		check(p)
	}
	print "/* SPDX-License-Identifier: LGPL-2.1-or-later */"
	print "/* Made by tools/build/profile.awk from profiles/: do not edit. */"
	print "#include \"card/profile.h\"\n\n/* clang-format off */"
	for (p = 1; p <= n; p++) {
		printf "static const char *const atrs_%d[] = {\n", p
		for (i = 0; i < natr[p]; i++)
			printf "\t\"%s\",\n", val[p, "atr", i]
		print "\tNULL\n};\n"
	}
	print "const struct jm_profile jm_profiles[] = {"
	for (p = 1; p <= n; p++) {
		printf "\t{   .name = \"%s\",\n", val[p, "name"]
		array(p, "aid", "aid", "_")
		printf "\t    .label = \"%s\",\n", val[p, "label"]
		row(p, "fallback", "fallback")
		row(p, "info", "info_ef")
		row(p, "available", "avail_ef")
		row(p, "available-yes", "avail_yes")
		row(p, "pin-auth", "pin[JM_PIN_AUTH]")
		row(p, "pin-sign", "pin[JM_PIN_SIGN]")
		row(p, "pin-text", "pin[JM_PIN_TEXT]")
		row(p, "pin-face", "pin[JM_PIN_FACE]")
		row(p, "pin-birth", "pin[JM_PIN_BIRTH]")
		row(p, "key-auth", "key[JM_PAIR_AUTH]")
		row(p, "key-sign", "key[JM_PAIR_SIGN]")
		row(p, "cert-auth", "cert[JM_CERT_AUTH]")
		row(p, "cert-sign", "cert[JM_CERT_SIGN]")
		row(p, "cert-auth-ca", "cert[JM_CERT_AUTH_CA]")
		row(p, "cert-sign-ca", "cert[JM_CERT_SIGN_CA]")
		array(p, "app-text", "app[JM_APP_TEXT]", ".")
		array(p, "app-face", "app[JM_APP_FACE]", ".")
		array(p, "app-juki", "app[JM_APP_JUKI]", ".")
		array(p, "app-common", "app[JM_APP_COMMON]", ".")
		array(p, "app-licence", "app[JM_APP_LICENCE]", ".")
		row(p, "text-attributes", "text.attributes_ef")
		row(p, "text-signature", "text.signature_ef")
		row(p, "text-certificate", "text.certificate_ef")
		for (i = 1; i in datas; i++)
			row(p, "data-" datas[i], "data[JM_DATA_" data_ids[i] "]")
		array(p, "logout", "logout_aid", "_")
		row(p, "modes", "modes")
		row(p, "sig", "sig_form")
		row(p, "sfi", "sfi")
		row(p, "extended", "extended")
		printf "\t    .atrs = atrs_%d },\n", p
	}
	print "};\nconst size_t jm_profiles_len = sizeof jm_profiles / sizeof jm_profiles[0];"
}
