# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Jobs of OpenSC's programs with its built-in driver and with ours: what
# opensc.sh measured (a third file for report.awk, which calls judge_osc and
# text_osc).

function osc_names(   i)
{
	osc_cards = split("plain short plain-small short-small", osc_card, " ")
	osc_sides = split("builtin cold warm noca hold", osc_side, " ")
	osc_jobs = split("name atr dump list_pins read_certificate ssh_key " \
		"crypt_auth crypt_sign objects sign_auth sign_sign " \
		"auth.start auth.login auth.find auth.sign auth.next " \
		"auth.info auth.logout sign.start sign.login sign.find " \
		"sign.sign sign.next sign.info sign.logout", osc_job, " ")
	osc_name["plain"] = "plain card"
	osc_name["short"] = "card with short EF ids"
	osc_name["plain-small"] = "plain card, certificates of 0.9 kB"
	osc_name["short-small"] = "card with short EF ids, certificates of " \
		"0.9 kB"
	osc_name["builtin"] = "OpenSC's driver"
	osc_name["cold"] = "Jumin's"
	osc_name["warm"] = "Jumin's, cache warm"
	osc_name["noca"] = "Jumin's, no CA certs"
	osc_name["hold"] = "Jumin's, login = hold"
	osc_name["name"] = "opensc-tool -n"
	osc_name["atr"] = "opensc-tool -a"
	osc_name["dump"] = "pkcs15-tool --dump"
	osc_name["list_pins"] = "pkcs15-tool --list-pins"
	osc_name["read_certificate"] = "pkcs15-tool --read-certificate 01"
	osc_name["ssh_key"] = "pkcs15-tool --read-ssh-key 01"
	osc_name["crypt_auth"] = "pkcs15-crypt --sign --key 01"
	osc_name["crypt_sign"] = "pkcs15-crypt --sign --key 02"
	osc_name["objects"] = "pkcs11-tool -O"
	osc_name["sign_auth"] = "pkcs11-tool --login --sign --id 01"
	osc_name["sign_sign"] = "pkcs11-tool --login --sign --id 02"
	osc_name["start"] = "C_Initialize to C_OpenSession"
	osc_name["login"] = "C_Login"
	osc_name["find"] = "C_FindObjects, the key"
	osc_name["sign"] = "C_SignInit to C_Sign"
	osc_name["next"] = "the next signature"
	osc_name["info"] = "C_GetTokenInfo"
	osc_name["logout"] = "C_Logout"
}

BEGIN {
	osc_names()
}

$1 == "osc" {
	if ($6 > reps)
		reps = $6
	key = "osc" SUBSEP $2 SUBSEP $3 SUBSEP $4 SUBSEP $5 SUBSEP
	if ($7 != "fails") {
		add(key "wall", $7)
		add(key "cpu", $8)
	}
	add(key "apdus", $9)
	add(key "bytes", $10)
	add(key "card", $11)
}

function osc_key(c, m, j, s)
{
	return "osc" SUBSEP c SUBSEP m SUBSEP j SUBSEP s SUBSEP
}

function osc_apdus(c, j, s,   k)
{
	k = osc_key(c, "contactless", j, s) "apdus"
	return has(k) ? stat(k) : ""
}

# --- claims ------------------------------------------------------------------

# The worst of the cards of a kind, of the words' jobs and sides, in APDUs or in
# those of OpenSC's driver; "" when one was not measured.
function osc_worst(kind, js, ss, of_builtin,   i, k, n, m, j, s, x, y, worst)
{
	m = split(js, j, " ")
	n = split(ss, s, " ")
	for (i = 1; i <= osc_cards * m * n; i++) {
		k = osc_card[1 + int((i - 1) / m / n)]
		if (k !~ kind)
			continue
		x = osc_apdus(k, j[1 + int((i - 1) / n) % m], s[1 + (i - 1) % n])
		y = of_builtin ? osc_apdus(k, j[1 + int((i - 1) / n) % m],
			"builtin") : 1
		if (x == "" || y == "")
			return ""
		if (x / y > worst)
			worst = x / y
	}
	return worst
}

function judge_osc(   x, signs)
{
	if (!has(osc_key("plain", "contactless", "dump", "builtin") "apdus"))
		return
	signs = "crypt_auth crypt_sign sign_auth"
	x = osc_worst(".", "dump", "cold warm noca", 1)
	claim("driver for OpenSC, pkcs15-tool --dump: APDUs, of OpenSC's",
		x, "<=", 0.5, sprintf("%.0f %%", x * 100))
	x = osc_worst("^plain", signs, "warm noca", 0)
	claim("driver for OpenSC, a signature by id: APDUs, plain card",
		x, "<=", 30, x)
	x = osc_worst("^short", signs, "warm noca", 0)
	claim("driver for OpenSC, a signature by id: APDUs, short EF ids",
		x, "<=", 24, x)
}

# --- text --------------------------------------------------------------------

function osc_title(j,   part)
{
	if (split(j, part, ".") < 2)
		return osc_name[j]
	return osc_name[part[2]]
}

function osc_cell(c, m, j, s,   key, ref, times)
{
	key = osc_key(c, m, j, s)
	if (!has(key "apdus")) {
		printf "%25s", ""
		return
	}
	ref = osc_key(c, m, j, "builtin") "wall"
	times = s != "builtin" && has(ref) && has(key "wall") && \
		stat(key "card") > 0 ? \
		sprintf("%.1f", stat(ref) / stat(key "wall")) : ""
	printf "%5d %6d %6s %5s", stat(key "apdus"), stat(key "bytes"),
		has(key "wall") ? seconds(stat(key "wall")) : "fails", times
}

function osc_rows(c, m, from, to, s1, s2, s3, s4,   j)
{
	for (j = from; j <= to; j++) {
		printf "%-35s", osc_title(osc_job[j])
		osc_cell(c, m, osc_job[j], s1)
		osc_cell(c, m, osc_job[j], s2)
		osc_cell(c, m, osc_job[j], s3)
		if (s4 != "")
			osc_cell(c, m, osc_job[j], s4)
		printf "\n"
	}
}

function osc_head(title, s1, s2, s3, s4)
{
	printf "\n%-38s %-24s %-24s %-24s %s\n", title, osc_name[s1],
		osc_name[s2], osc_name[s3], s4 == "" ? "" : osc_name[s4]
}

function text_osc_card(c, m)
{
	if (!has(osc_key(c, m, "dump", "builtin") "apdus"))
		return
	printf "\n%s, %s\n", osc_name[c], m
	osc_head("", "builtin", "cold", "warm", "noca")
	osc_rows(c, m, 1, 11, "builtin", "cold", "warm", "noca")
	osc_head("authentication key", "builtin", "warm", "hold", "")
	osc_rows(c, m, 12, 18, "builtin", "warm", "hold", "")
	osc_head("signature key", "builtin", "warm", "hold", "")
	osc_rows(c, m, 19, 25, "builtin", "warm", "hold", "")
}

# In the page it is a section of its own.
function text_osc()
{
	if (mode != "doc")
		osc_tables()
}

function osc_tables(   i, k)
{
	if (!has(osc_key("plain", "contactless", "dump", "builtin") "apdus"))
		return
	printf "\n%s", "\
OpenSC's programs with the driver of OpenSC and with Jumin's: APDUs, bytes, \
seconds, and how many times faster than\nOpenSC's driver.  Each job is a new \
process; then calls of one process with OpenSC's PKCS#11 module.\n\"fails\": \
OpenSC's driver does not give the key.  no CA certs: \"ca_certificates = no\", \
no cache.\n"
	for (k = 1; k <= models; k++)
		for (i = 1; i <= osc_cards; i++)
			text_osc_card(osc_card[i], model[k])
}

# Goes on with the list of jobs.
function json_osc(   i, k, j, s, key)
{
	for (i = 1; i <= osc_cards; i++)
	for (k = 1; k <= models; k++)
	for (j = 1; j <= osc_jobs; j++)
	for (s = 1; s <= osc_sides; s++) {
		key = osc_key(osc_card[i], model[k], osc_job[j], osc_side[s])
		if (!has(key "wall"))
			continue
		comma()
		printf "{\"driver\":\"%s\",\"card\":\"%s\"," \
			"\"model\":\"%s\",\"job\":\"%s\",\"apdus\":%d," \
			"\"bytes\":%d,\"wall_us\":%s,\"card_us\":%s}",
			osc_side[s], osc_card[i], model[k], osc_job[j],
			stat(key "apdus"), stat(key "bytes"), num(key "wall"),
			num(key "card")
	}
	items = 0
}

function doc_osc()
{
	if (!has(osc_key("plain", "contactless", "dump", "builtin") "apdus"))
		return
	print "\n## OpenSC's programs, with its driver and with Jumin's\n"
	print "`tests/bench/opensc.sh --doc` of the sources, started in a build " \
		"folder that was configured with `--with-opensc-source`,"
	print "prints this section alone; `make bench` has it among the " \
		"others, and `tests/interop/osc_budget.sh` holds the APDUs"
	print "in every `make check`. Both drivers did each job in turn on " \
		"the same virtual card, whose status was taken back after"
	print "each of OpenSC's. What is slower than with OpenSC's driver " \
		"(less than 1.0): a signature verifies the PIN and locks the"
	print "card again; the login with the signature key reads its " \
		"certificate, which is behind that PIN, and the signature is"
	print "checked against it; and OpenSC asks for the PIN of that key " \
		"at each signature. On a contact card a start that reads all"
	print "certificates takes longer than a counter of tries is " \
		"believed (2 s), so a login there asks for it again (3 APDUs).\n"
	print "```"
	printf "date %s, BENCH_REPS=%d tests/bench/opensc.sh --doc\n",
		value["date"], reps
	osc_tables()
	print "```"
}

END {
	if (mode == "osc") {
		claims = bad = 0
		judge_osc()
		text_osc()
		text_claims()
		exit bad
	}
	if (mode == "doc-osc")
		doc_osc()
}
