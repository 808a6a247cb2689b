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

function one_of(s, words) {
	if (s == "" || index(" " words " ", " " s " ") == 0)
		fail("\"" s "\" is none of: " words)
	return s
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
	one_of($2, "auth sign text")
	if (number($5, 16) + 0 < number($4, 16) + 0)
		fail("the longest PIN is shorter than the shortest")
	number($6, 15) # what 63Cx can say
	one_of($7, "digits upper-alnum")
	set("pin-" $2, "{ 1, " take_ef($3, $2 == "text" ? "text" : "") ", " $4 ", " $5 ", " $6 ", " \
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
	split("text face juki common licence", apps, " ")
	for (i = 1; i in apps; i++) {
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
		array(p, "logout", "logout_aid", "_")
		row(p, "modes", "modes")
		row(p, "sig", "sig_form")
		row(p, "sfi", "sfi")
		row(p, "extended", "extended")
		printf "\t    .atrs = atrs_%d },\n", p
	}
	print "};\nconst size_t jm_profiles_len = sizeof jm_profiles / sizeof jm_profiles[0];"
}
