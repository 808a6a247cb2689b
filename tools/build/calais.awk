# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What tells Windows which cards are ours: profiles/*.profile and, last, a
# template NAME.in whose marks become lines, a card each.  POSIX awk.
#
#   awk -v VERSION=1.2.3 -v DATE=2026-01-31 -v KIND=store -f calais.awk \
#       profiles/*.profile drivers/minidriver/juminmd.inf.in
#
# Templates before the last one give their [Strings] alone: a .reg file says the
# same as the INF.
#
# KIND  store   the driver store keeps the files (DIRID 13)
#       system  System32 does (DIRID 11)
#
# Marks alone on a line, VIEW is 64 or 32 (whose programs look there):
#   @inf-add VIEW@ @inf-del VIEW@   lines of an AddReg or DelReg section
#   @reg-add VIEW@ @reg-del VIEW@   keys of a .reg file
# and within a line: @VERSION@, @DATE@ (month/day/year), @DIR VIEW@.
#
# A byte ".." of an ATR is any: 00 in the mask.  Windows takes a card whose ATR
# under the mask is the ATR here, so that is 00 there, too.

function fail(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
	failed = 1
	exit 1
}

function add_card(   i, atr, mask, name) {
	for (i = 2; i <= NF && $i !~ /^#/; i++) {
		if ($i != ".." && $i !~ /^[0-9A-F][0-9A-F]$/)
			fail("\"" $i "\" is no byte of an ATR")
		atr = atr (atr == "" ? "" : ",") ($i == ".." ? "00" : tolower($i))
		mask = mask (mask == "" ? "" : ",") ($i == ".." ? "00" : "ff")
		name = name ($i == ".." ? "xx" : $i)
	}
	if (atr == "")
		fail("an ATR without bytes")
	if (name in seen)
		return
	seen[name] = 1
	cards++
	card[cards] = "JPKI (Jumin) " name
	atr_of[cards] = atr
	mask_of[cards] = mask
}

function root(view) {
	return "SOFTWARE\\" (view == 32 ? "Wow6432Node\\" : "") \
		"Microsoft\\Cryptography\\Calais\\SmartCards\\"
}

# Two files of one name cannot be in one INF.
function dll(view) {
	return view == 32 ? "juminmd32.dll" : "juminmd.dll"
}

# Where an INF leaves the driver; the name alone is looked for in System32.
function inf_dll(view) {
	return (KIND == "system" ? "" : "%13%\\") dll(view)
}

function inf_add(view,   i, key) {
	for (i = 1; i <= cards; i++) {
		key = "HKLM,\"" root(view) card[i] "\","
		print key "\"ATR\",0x00000001," atr_of[i]
		print key "\"ATRMask\",0x00000001," mask_of[i]
		print key "\"80000001\",0x00000000,\"" inf_dll(view) "\""
		print key "\"Crypto Provider\",0x00000000,%BaseCsp%"
		print key "\"Smart Card Key Storage Provider\",0x00000000,%Ksp%"
		print key "\"InstalledBy\",0x00000000,%Jumin%"
		print key "\"80000100\",0x00000000,%AskAuthentication%"
		print key "\"80000101\",0x00000000,%AskSignature%"
	}
}

function inf_del(view,   i) {
	for (i = 1; i <= cards; i++)
		print "HKLM,\"" root(view) card[i] "\""
}

# By hand: what gsub makes of backslashes is another thing in each awk.
function escaped(value,   i, c, out) {
	for (i = 1; i <= length(value); i++) {
		c = substr(value, i, 1)
		out = out (c == "\\" || c == "\"" ? "\\" : "") c
	}
	return out
}

function reg_text(name, value) {
	if (value == "")
		fail("no text for \"" name "\"")
	printf "\"%s\"=\"%s\"\n", name, escaped(value)
}

function reg_add(view,   i) {
	for (i = 1; i <= cards; i++) {
		printf "[HKEY_LOCAL_MACHINE\\%s%s]\n", root(view), card[i]
		printf "\"ATR\"=hex:%s\n\"ATRMask\"=hex:%s\n", atr_of[i], mask_of[i]
		reg_text("80000001", "C:\\Program Files\\Jumin\\" dll(view))
		reg_text("Crypto Provider", text["BaseCsp"])
		reg_text("Smart Card Key Storage Provider", text["Ksp"])
		reg_text("InstalledBy", text["Jumin"])
		reg_text("80000100", text["AskAuthentication"])
		reg_text("80000101", text["AskSignature"])
		print ""
	}
}

function reg_del(view,   i) {
	for (i = 1; i <= cards; i++)
		printf "[-HKEY_LOCAL_MACHINE\\%s%s]\n\n", root(view), card[i]
}

function emit(what, view) {
	if (view != 64 && view != 32)
		fail("a view is 64 or 32")
	if (what == "inf-add")
		inf_add(view)
	else if (what == "inf-del")
		inf_del(view)
	else if (what == "reg-add")
		reg_add(view)
	else if (what == "reg-del")
		reg_del(view)
	else
		fail("there is no mark \"" what "\"")
}

function filled(line,   d) {
	split(DATE, d, "-")
	gsub(/@VERSION@/, VERSION, line)
	gsub(/@DATE@/, d[2] "/" d[3] "/" d[1], line)
	gsub(/@DIR 64@/, KIND == "system" ? "11" : "13", line)
	gsub(/@DIR 32@/, KIND == "system" ? "10,syswow64" : "13", line)
	if (line ~ /@/)
		fail("a mark that is none")
	return line
}

BEGIN {
	if (KIND != "store" && KIND != "system" ||
	    VERSION !~ /^[0-9]+\.[0-9]+\.[0-9]+$/ ||
	    DATE !~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]$/) {
		print "calais.awk: VERSION, DATE and KIND" > "/dev/stderr"
		failed = 1
		exit 1
	}
}

FILENAME !~ /\.in$/ {
	if ($1 == "atr")
		add_card()
	next
}

/^\[/ { in_strings = $0 == "[Strings]" }

in_strings && /^[A-Za-z]+="[^"]*"$/ {
	i = index($0, "=")
	text[substr($0, 1, i - 1)] = substr($0, i + 2, length($0) - i - 2)
}

FILENAME != ARGV[ARGC - 1] { next }

/^@.* [0-9]+@$/ {
	split(substr($0, 2, length($0) - 2), mark, " ")
	emit(mark[1], mark[2])
	next
}

{ print filled($0) }

END {
	if (!failed && cards == 0) {
		print "calais.awk: no profile has an ATR" > "/dev/stderr"
		failed = 1
	}
	exit failed
}
