# SPDX-License-Identifier: LGPL-2.1-or-later
#
# awk -v mode=text|json|doc|plot -v out=FOLDER -f report.awk FOLDER/*.tsv
#
# Medians, ratios and claims from what the parts of "make bench" measured.  Exit
# status 1 (mode text) when a claim does not hold.

function add(key, value)
{
	if (!(key in list))
		list[key] = value
	else
		list[key] = list[key] " " value
}

# lo, mid, hi of the values of a key
function stat(key,   v, n, i, j, x)
{
	n = split(list[key], v, " ")
	for (i = 2; i <= n; i++) {
		x = v[i] + 0
		for (j = i - 1; j > 0 && v[j] + 0 > x; j--)
			v[j + 1] = v[j]
		v[j + 1] = x
	}
	lo = v[1] + 0
	hi = v[n] + 0
	mid = n % 2 ? v[(n + 1) / 2] + 0 : (v[n / 2] + v[n / 2 + 1]) / 2
	return mid
}

function has(key)
{
	return key in list
}

BEGIN {
	FS = "\t"
	cards = split("plain short", card, " ")
	models = split("contact contactless", model, " ")
	sides = split("opensc jumin warm hold none", side, " ")
	jobs = split("list_tokens list_objects sign_auth sign_sign next " \
		"keygen ssh_login nss firefox", job, " ")
	name["plain"] = "plain card"
	name["short"] = "card with short EF ids"
	name["list_tokens"] = "list tokens"
	name["list_objects"] = "list objects of the authentication slot"
	name["sign_auth"] = "sign with the authentication key by id"
	name["sign_sign"] = "sign with the signature key by id"
	name["next"] = "next signature, same login"
	name["keygen"] = "ssh-keygen -D"
	name["ssh_login"] = "ssh -I, a command on a server"
	name["nss"] = "NSS's start (certutil -L -h all)"
	name["firefox"] = "Firefox's start"
	brief["list_tokens"] = "list\\ntokens"
	brief["list_objects"] = "list\\nobjects"
	brief["sign_auth"] = "sign:\\nauth. key"
	brief["sign_sign"] = "sign:\\nsign. key"
	brief["next"] = "next\\nsignature"
	brief["keygen"] = "ssh-\\nkeygen -D"
	brief["ssh_login"] = "ssh -I"
	brief["nss"] = "NSS's\\nstart"
	brief["firefox"] = "Firefox's\\nstart"
	name["jumin"] = "Jumin"
	name["warm"] = "Jumin, cache warm"
	name["hold"] = "Jumin, login = hold"
	name["opensc"] = "OpenSC"
	name["none"] = "no module"
}

$1 == "meta" {
	meta[++metas] = $2
	value[$2] = $3
}

$1 == "job" {
	key = $2 SUBSEP $3 SUBSEP $4 SUBSEP $5
	add(key SUBSEP "wall", $7)
	add(key SUBSEP "cpu", $8)
	add(key SUBSEP "apdus", $9)
	add(key SUBSEP "bytes", $10)
	add(key SUBSEP "card", $11)
	if ($11 > 0)
		add(key SUBSEP "own", ($7 - $11) / $11)
}

$1 == "call" {
	if (!($2 in call_seen))
		call[++calls] = $2
	call_seen[$2] = 1
	add("call" SUBSEP $2 SUBSEP $3 SUBSEP "wall", $6)
	add("call" SUBSEP $2 SUBSEP $3 SUBSEP "cpu", $7)
}

$1 == "threads" || $1 == "signs" {
	if ($4 + 0 > most_threads)
		most_threads = $4 + 0
	key = $1 SUBSEP $2 SUBSEP $4
	add(key SUBSEP "rate", $5)
	add(key SUBSEP "p50", $6)
	add(key SUBSEP "p99", $7)
	add(key SUBSEP "max", $8)
}

$1 == "readers" {
	key = "readers" SUBSEP $2 SUBSEP $3
	add(key SUBSEP "tokens", $4)
	add(key SUBSEP "list", $5)
	add(key SUBSEP "sign", $6)
	if ($3 + 0 > most_readers)
		most_readers = $3 + 0
}

$1 == "identities" {
	identities = $2
	add("identities" SUBSEP "all", $3)
	add("identities" SUBSEP "again", $4)
}

# --- claims ------------------------------------------------------------------

function claim(text, got, op, limit, shown,   ok)
{
	ok = got != "" && (op == ">=" ? got >= limit : got <= limit)
	claims++
	claim_text[claims] = text
	claim_got[claims] = got == "" ? "null" : got
	claim_shown[claims] = got == "" ? "not measured" : shown
	claim_limit[claims] = limit
	claim_op[claims] = op
	claim_ok[claims] = ok
	if (!ok)
		bad = 1
}

function faster(c, m, j,   a, b)
{
	a = c SUBSEP m SUBSEP j SUBSEP "opensc" SUBSEP "wall"
	b = c SUBSEP m SUBSEP j SUBSEP "jumin" SUBSEP "wall"
	return has(a) && has(b) ? stat(a) / stat(b) : ""
}

# Noise of the machine only adds, so the smallest counts.
function overhead(c, m,   a)
{
	a = c SUBSEP m SUBSEP "sign_auth" SUBSEP "jumin" SUBSEP "own"
	if (!has(a))
		return ""
	stat(a)
	return lo
}

function judge(   i, k, x)
{
	x = faster("plain", "contact", "sign_auth")
	claim("process start to signature, contact, plain card: " \
		"times faster than OpenSC", x, ">=", 2.5, sprintf("%.1f", x))
	x = faster("short", "contact", "sign_auth")
	claim("process start to signature, contact, short EF ids: " \
		"times faster than OpenSC", x, ">=", 3, sprintf("%.1f", x))
	for (i = 1; i <= cards; i++)
		for (k = 1; k <= models; k++) {
			x = overhead(card[i], model[k])
			claim("own time over that of card and link, " \
				model[k] ", " name[card[i]], x, "<=", 0.1,
				sprintf("%.1f %%", x * 100))
		}
	x = has("identities" SUBSEP "all") ? \
		stat("identities" SUBSEP "all") / 1000 : ""
	claim("label and id of 10000 service identities, from C_Initialize: " \
		"milliseconds", x, "<=", 50, sprintf("%.1f", x))
	judge_nym()
	judge_osc()
}

# --- text --------------------------------------------------------------------

function seconds(us)
{
	return sprintf("%.2f", us / 1e6)
}

function text_jobs(c, m,   j, s, key, ref, n)
{
	for (j = 1; j <= jobs; j++)
		for (s = 1; s <= sides; s++)
			if (has(c SUBSEP m SUBSEP job[j] SUBSEP side[s] \
			    SUBSEP "wall"))
				n++
	if (!n)
		return
	printf "\n%s, %s\n\n", name[c], m
	printf "%-40s %-20s %5s %6s %7s %15s %7s %6s %7s\n", "", "", "APDUs",
		"bytes", "seconds", "(min-max)", "card's", "own", "times"
	for (j = 1; j <= jobs; j++)
		for (s = 1; s <= sides; s++) {
			key = c SUBSEP m SUBSEP job[j] SUBSEP side[s] SUBSEP
			if (!has(key "wall"))
				continue
			printf "%-40s %-20s %5d %6d ", shown == job[j] ? "" : \
				name[job[j]], name[side[s]], stat(key "apdus"),
				stat(key "bytes")
			shown = job[j]
			stat(key "wall")
			printf "%7s %15s ", seconds(mid),
				"(" seconds(lo) "-" seconds(hi) ")"
			ref = c SUBSEP m SUBSEP job[j] SUBSEP "opensc" \
				SUBSEP "wall"
			n = side[s] != "opensc" && side[s] != "none" && \
				has(ref) ? sprintf("%.1f", stat(ref) / \
				stat(key "wall")) : ""
			printf "%7s %6s %7s\n", seconds(stat(key "card")),
				has(key "own") && job[j] != "firefox" ? \
				sprintf("%.1f %%", \
				stat(key "own") * 100) : "", n
		}
	shown = ""
}

function text_calls(   i, s, key)
{
	if (!calls)
		return
	printf "\nMicroseconds of one call, no latency model\n\n"
	printf "%-24s %22s %22s\n", "", "Jumin: cpu, wall", "OpenSC: cpu, wall"
	for (i = 1; i <= calls; i++) {
		printf "%-24s", call[i]
		for (s = 2; s >= 1; s--) {
			key = "call" SUBSEP call[i] SUBSEP side[s] SUBSEP
			printf " %11.1f %10.1f", stat(key "cpu"),
				stat(key "wall")
		}
		printf "\n"
	}
}

function text_threads(what, title,   n, s, key)
{
	if (!most_threads)
		return
	printf "\n%s\n\n", title
	printf "%-8s %35s %35s\n", "threads", "Jumin: per second, p50, p99",
		"OpenSC: per second, p50, p99"
	for (n = 1; n <= most_threads; n *= 2) {
		printf "%-8d", n
		for (s = 2; s >= 1; s--) {
			key = what SUBSEP side[s] SUBSEP n SUBSEP
			printf " %15d %9d %9d", stat(key "rate"),
				stat(key "p50"), stat(key "p99")
		}
		printf "\n"
	}
}

function text_readers(   n, s, key)
{
	if (!most_readers)
		return
	printf "\nReaders with a card each, contactless: seconds to list all " \
		"tokens, and to sign on all at once\n\n"
	printf "%-8s %22s %22s\n", "readers", "Jumin: list, sign",
		"OpenSC: list, sign"
	for (n = 1; n <= most_readers; n *= 2) {
		printf "%-8d", n
		for (s = 2; s >= 1; s--) {
			key = "readers" SUBSEP side[s] SUBSEP n SUBSEP
			printf " %11s %10s", seconds(stat(key "list")),
				seconds(stat(key "sign"))
		}
		printf "\n"
	}
}

function text_identities()
{
	if (!identities)
		return
	printf "\n%d service identities, card in process, cache warm: " \
		"milliseconds\n\n", identities
	stat("identities" SUBSEP "all")
	printf "%-60s %6.1f %15s\n", "C_Initialize to the last key's label " \
		"and id", mid / 1000,
		sprintf("(%.1f-%.1f)", lo / 1000, hi / 1000)
	stat("identities" SUBSEP "again")
	printf "%-60s %6.1f %15s\n", "the same search and attributes again",
		mid / 1000, sprintf("(%.1f-%.1f)", lo / 1000, hi / 1000)
}

function text_claims(   i)
{
	printf "\nClaims\n\n"
	for (i = 1; i <= claims; i++)
		printf "%-5s %-76s %8s (%s %s)\n", claim_ok[i] ? "ok" : "FAIL",
			claim_text[i], claim_shown[i], claim_op[i],
			claim_limit[i] < 1 ? claim_limit[i] * 100 " %" : \
			claim_limit[i]
}

function text_meta(   i)
{
	for (i = 1; i <= metas; i++)
		printf "%s%s %s", (i > 1 ? ", " : ""), meta[i], value[meta[i]]
	printf "\n"
}

function text_notes()
{
	printf "%s", "\
seconds: process start to its end, median of the repetitions; \"next\n\
signature\" from C_SignInit to the signature.  card's: what the latency model\n\
took for the APDUs sent, the floor of this job with these APDUs.  own: the\n\
rest, over that, with what the program does by itself (ssh: its connection).\n\
times: OpenSC's seconds over ours.  In the claims the own time is the least of\n\
all repetitions of signing with the authentication key, since what else runs\n\
on the machine only adds to it.\n"
}

function text(   i, k)
{
	text_meta()
	printf "\n"
	text_notes()
	for (k = 1; k <= models; k++)
		for (i = 1; i <= cards; i++)
			text_jobs(card[i], model[k])
	text_calls()
	text_threads("threads", "Calls that need no card: search and read, " \
		"calls a second; microseconds of four calls")
	text_threads("signs", "Signatures on one card without latency, a " \
		"second; microseconds (for each of ours the virtual\ncard " \
		"verifies the PIN and syncs a file)")
	text_osc()
	text_readers()
	text_identities()
	text_nym()
	text_claims()
}

# --- the others --------------------------------------------------------------

function num(key)
{
	stat(key)
	return sprintf("{\"min\":%g,\"median\":%g,\"max\":%g}", lo, mid, hi)
}

function comma()
{
	printf "%s\n    ", items++ ? "," : ""
}

function json(   i, k, j, s, n, key, w, what)
{
	printf "{\n  \"about\": {"
	for (i = 1; i <= metas; i++)
		printf "%s\"%s\": \"%s\"", (i > 1 ? ", " : ""), meta[i],
			value[meta[i]]
	printf "},\n  \"jobs\": ["
	for (i = 1; i <= cards; i++)
	for (k = 1; k <= models; k++)
	for (j = 1; j <= jobs; j++)
	for (s = 1; s <= sides; s++) {
		key = card[i] SUBSEP model[k] SUBSEP job[j] SUBSEP side[s] SUBSEP
		if (!has(key "wall"))
			continue
		comma()
		printf "{\"card\":\"%s\",\"model\":\"%s\",\"job\":\"%s\"," \
			"\"side\":\"%s\",\"apdus\":%d,\"bytes\":%d," \
			"\"wall_us\":%s,\"cpu_us\":%s,\"card_us\":%s}",
			card[i], model[k], job[j], side[s], stat(key "apdus"),
			stat(key "bytes"), num(key "wall"), num(key "cpu"),
			num(key "card")
	}
	json_osc()
	printf "\n  ],\n  \"calls\": ["
	for (i = 1; i <= calls; i++)
	for (s = 1; s <= 2; s++) {
		key = "call" SUBSEP call[i] SUBSEP side[s] SUBSEP
		comma()
		printf "{\"call\":\"%s\",\"side\":\"%s\",\"cpu_us\":%s," \
			"\"wall_us\":%s}", call[i], side[s], num(key "cpu"),
			num(key "wall")
	}
	items = 0
	for (w = 1; w <= 2; w++) {
		what = w == 1 ? "threads" : "signs"
		printf "\n  ],\n  \"%s\": [", what
		for (n = 1; n <= most_threads; n *= 2)
		for (s = 1; s <= 2; s++) {
			key = what SUBSEP side[s] SUBSEP n SUBSEP
			comma()
			printf "{\"threads\":%d,\"side\":\"%s\"," \
				"\"per_second\":%s,\"p50_us\":%s," \
				"\"p99_us\":%s,\"max_us\":%s}", n, side[s],
				num(key "rate"), num(key "p50"),
				num(key "p99"), num(key "max")
		}
		items = 0
	}
	printf "\n  ],\n  \"readers\": ["
	for (n = 1; n <= most_readers; n *= 2)
	for (s = 1; s <= 2; s++) {
		key = "readers" SUBSEP side[s] SUBSEP n SUBSEP
		comma()
		printf "{\"readers\":%d,\"side\":\"%s\",\"tokens\":%d," \
			"\"list_us\":%d,\"sign_us\":%d}", n, side[s],
			stat(key "tokens"), stat(key "list"), stat(key "sign")
	}
	items = 0
	printf "\n  ],\n  \"identities\": ["
	if (identities) {
		comma()
		printf "{\"count\":%d,\"all_us\":%s,\"again_us\":%s}",
			identities, num("identities" SUBSEP "all"),
			num("identities" SUBSEP "again")
	}
	items = 0
	printf "\n  ],\n  \"claims\": ["
	for (i = 1; i <= claims; i++) {
		comma()
		printf "{\"claim\":\"%s\",\"measured\":%s,\"limit\":%s," \
			"\"holds\":%s}", claim_text[i], claim_got[i],
			claim_limit[i], claim_ok[i] ? "true" : "false"
	}
	printf "\n  ]\n}\n"
}

# x, label, then card's share and whole of each side, in seconds
function plot(   k, j, s, key, file, x)
{
	for (k = 1; k <= models; k++) {
		file = out "/plot-" model[k] ".dat"
		x = 0
		for (j = 1; j <= jobs; j++) {
			key = "plain" SUBSEP model[k] SUBSEP job[j] SUBSEP
			if (!has(key "jumin" SUBSEP "wall"))
				continue
			printf "%d \"%s\"", x++, brief[job[j]] >file
			for (s = 1; s <= 3; s++)
				if (has(key side[s] SUBSEP "wall"))
					printf " %.3f %.3f", stat(key side[s] \
						SUBSEP "card") / 1e6, stat(key \
						side[s] SUBSEP "wall") / 1e6 \
						>file
				else
					printf " NaN NaN" >file
			printf "\n" >file
		}
		close(file)
	}
	file = out "/plot-readers.dat"
	printf "# readers; OpenSC list, sign; Jumin list, sign\n" >file
	for (x = 1; x <= most_readers; x *= 2) {
		printf "%d", x >file
		for (s = 1; s <= 2; s++) {
			key = "readers" SUBSEP side[s] SUBSEP x SUBSEP
			printf " %.3f %.3f", stat(key "list") / 1e6,
				stat(key "sign") / 1e6 >file
		}
		printf "\n" >file
	}
}

function doc()
{
	print "<!-- SPDX-License-Identifier: LGPL-2.1-or-later -->"
	print "# What it costs, beside OpenSC\n"
	print "Written by `make bench-doc`; `make bench` measures the same " \
		"and leaves table, JSON and picture in `bench/`"
	print "of the build folder. It fails when a claim at the end does not " \
		"hold.\n"
	print "![seconds of each job](bench.svg)\n"
	print "Both modules did each job in turn, as new processes, on the " \
		"same virtual card (`jumin-vcard run --latency`, the model"
	print "is in [vcard.md](vcard.md)) in a reader of PC/SC lite. No real " \
		"card was measured: seconds follow from the model and the"
	print "APDUs, so the ratios say more than the seconds. What Jumin pays " \
		"for: every signature is one transaction that verifies the"
	print "PIN and locks the card again, where OpenSC leaves the card " \
		"open to every program; so a *second* signature of one process"
	print "is slower than OpenSC's unless `login = hold`.\n"
	print "```"
	text()
	print "```"
	doc_osc()
}

END {
	judge()
	if (mode == "text") {
		text()
		exit bad
	}
	if (mode == "json")
		json()
	if (mode == "doc")
		doc()
	if (mode == "plot")
		plot()
}
