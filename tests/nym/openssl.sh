#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every known answer of tests/vectors, and the values of nym1.md section 13,
# once more from the specification alone: with the openssl program, awk and the
# shell, and nothing of ours.  Then, so that it is known to notice: each field
# of a record of each kind is changed, and the record must be refused.
#
# The fields of a record are variables r_NAME.
# shellcheck disable=SC2034,SC2154
set -eu
LC_ALL=C
export LC_ALL
top=${top_srcdir:-.}
vectors=$top/tests/vectors
here=$top/tests/nym
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# shellcheck source=tests/nym/openssl-lib.sh
. "$here/openssl-lib.sh"

zero=0000000000000000000000000000000000000000000000000000000000000000
chal=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
time=1767225600

# --- records ------------------------------------------------------------------

wrong=0
expect() { # NAME COMPUTED: of the record
	eval "want=\$r_$1"
	[ "$2" = "$want" ] || {
		[ -n "${quiet:-}" ] ||
			echo "line $line: $1 is $want, should be $2" >&2
		wrong=1
	}
}
same() { # WHAT WANT COMPUTED
	[ "$2" = "$3" ] || { echo "$1 is $3, not $2" >&2; wrong=1; }
}

# Keys and identifier of the PRK in $prk: sets d, pk, nid, text, xt.
identify() { # SH USE SLOT PERIOD EPOCH GENERATION
	key_of "$prk" "$2" "$3" "$4" "$5" "$6"
	public "$d" compressed
	pk=$out
	nid_of "$1" "$2" "${pk#??}"
	nid=$out
	base32 "$nid"
	text=nym1$out
	xt_of "$prk" "$3" "$4" "$5" "$6"
	xt=$out
}

derivation() {
	sh_of "$r_scope"
	sh=$out
	if [ "$r_class" = A ]; then
		expect sh "$sh"
		t_of NYM1/A "$r_profile" "$sh"
		expect T "$out"
		sign auth "$out"
		s=$out
		sha256 "$s"
		expect sha256_s "$out"
		prk_of "$r_L" "$r_profile" "$sh" "$s"
	else
		enc NYM1/B-prk "$sh"
		hmac "$r_k_N" "$out"
	fi
	prk=$out
	expect prk "$prk"
	identify "$sh" "$r_use" "$r_slot" "$r_period" "$r_epoch" \
		"$r_generation"
	[ -z "${r_d:-}" ] || expect d "$d"
	expect pk "$pk"
	expect nid "$nid"
	expect text "$text"
	expect xt "$xt"
}

scope() {
	if is_scope "$r_scope"; then expect accept 1; else expect accept 0; fi
}

text() {
	if printf '%s\n' "$r_text" | grep -Eq '^nym1[a-z2-7]{51}[aq]$'; then
		expect accept 1
	else
		expect accept 0
	fi
}

vault() {
	base32 "$r_id"
	scope=self:vault/$out
	expect scope "$scope"
	sh_of "$scope"
	sh=$out
	t_of NYM1/A "$r_profile" "$sh"
	expect T "$out"
	sign auth "$out"
	prk_of "$zero" "$r_profile" "$sh" "$out"
	expect prk "$out"
	prk=$out
	enc NYM1/vault-card "$r_id"
	hmac "$prk" "$out"
	expect K_card "$out"
	base32 "$r_code"
	expect code_text "$out"
	enc NYM1/vault-code "$r_id"
	hmac "$r_code" "$out"
	expect K_code "$out"
}

site() {
	sh_of "$r_scope"
	sh=$out
	enc NYM1/site "$sh"
	hmac "$r_K_op" "$out"
	expect L "$out"
	a_prk "$out" 1 "$sh"
	expect prk "$out"
}

ctx() {
	hex "$r_origin"
	if [ -z "$r_origin$r_exporter$r_session" ]; then
		out=
	else
		enc NYM1/ctx "$out" "$r_exporter" "$r_session"
		sha256 "$out"
	fi
	expect ctx "$out"
}

body_of() { # SCOPE CHALLENGE PERIOD EPOCH PK TIME CTX
	hex "$1"
	u16=$(printf %04x "$3")
	u32=$(printf %08x "$4")
	enc NYM1/assert "$out" "$2" 01 "$u16" "$u32" "$5" \
		"$(printf %08x "$6")" "$7"
}

body() {
	body_of "$r_scope" "$r_challenge" "$r_period" "$r_epoch" "$r_pk" \
		"$r_time" "$r_ctx"
	expect body "$out"
}

# Both are keys of this scope with L = 0, the new one of generation 1.
roll() {
	sh_of "$r_scope"
	sh=$out
	a_prk "$zero" 1 "$sh"
	prk=$out
	identify "$sh" 1 0 0 0 0
	expect pk_old "$pk"
	expect old_nid "$nid"
	identify "$sh" 1 0 0 0 1
	expect pk "$pk"
	expect nid "$nid"
	body_of "$r_scope" "$chal" 0 0 "$pk" "$time" ''
	expect body "$out"
	sha256 "$out"
	enc NYM1/roll "$sh" "$r_pk_old" "$out"
	expect roll "$out"
}

certificate() {
	sh_of "$r_scope"
	sh=$out
	a_prk "$zero" 1 "$sh"
	prk=$out
	identify "$sh" 2 0 0 0 0
	expect text "$text"
	public "$d" uncompressed
	expect point "$out"
	tbs_of "$text" "$out"
	expect tbs "$out"
}

record() {
	[ $wrong = 0 ] || return 0
	"${r_kind:-derivation}"
	echo "${r_kind:-derivation}" >>"$tmp/seen"
}

# All records of FILE; the status is 0 when each is right.
check() { # FILE
	wrong=0
	line=0
	names=
	while IFS= read -r l || [ -n "$l" ]; do
		line=$((line + 1))
		case $l in
		\#*) ;;
		*' = '*)
			n=${l%% = *}
			value=${l#* = }
			eval "r_$n=\$value"
			names="$names r_$n"
			;;
		*)
			[ -z "$names" ] || record
			# shellcheck disable=SC2086 # a list
			[ -z "$names" ] || unset $names
			names=
			;;
		esac
	done <"$1"
	[ -z "$names" ] || record
	# shellcheck disable=SC2086
	[ -z "$names" ] || unset $names
	return $wrong
}

# --- the rest of section 13 -----------------------------------------------------

section13() {
	sh_of web:example.jp
	sh=$out
	hex web:example.jp

	# A4: what a stripped zero would give is known, too
	sh_of test:lz80
	lz=$out
	t_of NYM1/A 1 "$lz"
	sign auth "$out"
	same 'A4 s' 00f8f3cc "$(printf %.8s "$out")"
	prk_of "$zero" 1 "$lz" "${out#00}"
	same 'A4 stripped' "$out" \
	    7d4aa8037f3cc528de4fe2daede378fd39750133d09adeb4c410d352599518ba

	# A5
	t_of NYM1/A2 1 "$sh"
	sign text "$out"
	enc NYM1/card2 "$sh" "$out"
	hmac "$zero" "$out"
	same 'A5 L' "$out" \
	    2a9f296da0aa80d091e4b98abb86e4c8b57bab8768d22e05e28e1a891af3ed7b
	a_prk "$out" 1 "$sh"
	same 'A5 PRK' "$out" \
	    24512c9d81b2157f30b8a46cdb3263bdff3f99058b7097d1a594f99d7cbf382b
	prk=$out
	identify "$sh" 1 0 0 0 0
	same 'A5 nid' "$nid" \
	    fa33c209774c6f06c9dd9822d4c2ed3baa10171d4b1df047218c3f0a3566b424

	# B with its attestation
	enc NYM1/B-prk "$sh"
	hmac "$chal" "$out" # k_N has the same bytes
	prk=$out
	identify "$sh" 1 0 0 0 0
	sha256 "$chal"
	enc NYM1/att 02 "$sh" 01 "${pk#??}" 0000 00000000 01 "$out" 00000000 \
		00000000 "$xt" '' \
	    3ac5bcb5243f3ff05c8053f8993fb51be6ca776b282f3bda08e734ab350b1c2e \
		'' ''
	same 'B stmt length' 404 "${#out}"
	sha256 "$out"
	same 'B stmt' "$out" \
	    daf2ac8ed528f758b47ff9ea3f404ec99dc1db6e0e1dc3efedc4a4b45c7c9a64

	# rt
	hex NYM1-test-skR
	sha256 "$out"
	below_order "$out"
	sk_r=$out
	hex NYM1-test-pS
	sha256 "$out"
	below_order "$out"
	p_s=$out
	public "$p_s" compressed
	same P_S "$out" \
	  03e6e1f8a97b91775f2a3cc4fca9c5df158e3e9835a05f4ce746c5890f359b6c1e
	public "$sk_r" compressed
	same PK_R "$out" \
	  036f8592454787112b818b883943332081f1ab8cf53440a020bd1b9ea3c83763b0
	agree "$sk_r" "$p_s"
	z=$out
	agree "$p_s" "$sk_r" # the sector's side
	same 'Z of both' "$z" "$out"
	same Z "$z" \
	    f974dad9eb38373bce78b997696a72681d6cd8a806e77cd39b2b6b57803c6059
	enc NYM1/rt "$z"
	hmac "$sh" "$out"
	same rt 40b1b442ac645db13828c72ce60fa5b1 "$(printf %.32s "$out")"

	# XL: three entries between two sentinels are four leaves
	set -- 00000000000000000000000000000000000000000000
	for b in 11 55 cc; do
		set -- "$@" "000000000000$b$b$b$b$b$b$b$b$b$b$b$b$b$b$b$b"
	done
	set -- "$@" ffffffffffffffffffffffffffffffffffffffffffff
	sha256 "00$1$2"; a=$out
	sha256 "00$2$3"; b=$out
	sha256 "00$3$4"; c=$out
	sha256 "00$4$5"
	sha256 "01$c$out"; c=$out
	sha256 "01$a$b"
	sha256 "01$out$c"
	enc NYM1/xl "$sh" 00000001 00000004 "$out"
	sha256 "$out"
	same 'XL root' "$out" \
	    a58f40b6583eb4b493805af19645ae0cc79dcd4a6870e26e536fbb8aad000724
	return $wrong
}

# --- does it notice? --------------------------------------------------------------

# One record of each kind, and of it one copy for each field with one bit of its
# value, or of one character, changed.
mutants() { # FILE
	awk -v dir="$tmp/mutant" '
	function flip(v,    i, c, at) {
		if (v == "")
			return "61"
		at = v ~ /^[0-9]+$/ ? length(v) : int(length(v) / 2) + 1
		c = substr(v, at, 1)
		i = index("0123456789abcdefghijklmnopqrstuvwxyz", c)
		if (i == 0) {
			at = length(v)
			c = substr(v, at, 1)
			i = index("0123456789abcdefghijklmnopqrstuvwxyz", c)
		}
		i = i % 2 ? i + 1 : i - 1
		return substr(v, 1, at - 1) \
		    substr("0123456789abcdefghijklmnopqrstuvwxyz", i, 1) \
		    substr(v, at + 1)
	}
	function flush(    k, j, f, last) {
		k = "derivation" value["class"]
		if ("kind" in value)
			k = value["kind"]
		if (n > 0 && !(k in done)) {
			done[k] = 1
			for (j = 1; j <= n; j++) {
				if (name[j] == "kind" || name[j] == "class")
					continue
				# both are taken as they are: alone, one
				# says nothing of the other
				if (k ~ /^(scope|text)$/ && name[j] != "accept")
					continue
				f = dir "/" k "." name[j]
				for (i = 1; i <= n; i++)
					print name[i] " = " (i == j ? \
					    flip(value[name[i]]) : \
					    value[name[i]]) >f
				close(f)
			}
		}
		n = 0
		split("", value)
	}
	/^#/ { next }
	/ = / {
		at = index($0, " = ")
		name[++n] = substr($0, 1, at - 1)
		value[name[n]] = substr($0, at + 3)
		next
	}
	{ flush() }
	END { flush() }' "$1"
}

self_test() {
	mkdir "$tmp/mutant"
	mutants "$vectors/nym1.txt"
	mutants "$vectors/nym1-formats.txt"
	count=0
	for f in "$tmp"/mutant/*; do
		if (quiet=1; check "$f" 2>/dev/null); then
			echo "not noticed: ${f##*/}" >&2
			cat "$f" >&2
			exit 1
		fi
		count=$((count + 1))
	done
	[ $count -gt 60 ] || { echo "only $count mutants" >&2; exit 1; }
	echo "$count changed records are refused"
}

make_keys
same 'sha256 of N' "$(modulus_hash "$tmp/auth.der")" \
	b9028d1584de0dc4b13ce32a8f460c3123c63158f57d7c7638ac359d242a8ba1
same 'sha256 of N2' "$(modulus_hash "$tmp/text.der")" \
	c17128b3f4384b94a760b7226e1c07aeaf87045ccf0a9bb9f436df029e1e8c50
openssl rsa -in "$vectors/nym1-card1.pem" -pubout -outform DER \
	-out "$tmp/pem.pub" 2>/dev/null
for k in auth text; do
	openssl rsa -inform DER -in "$tmp/$k.der" -check -noout >/dev/null
	openssl rsa -inform DER -in "$tmp/$k.der" -pubout -outform DER \
		-out "$tmp/$k.pub" 2>/dev/null
done
cmp "$tmp/pem.pub" "$tmp/auth.pub"
section13
: >"$tmp/seen"
for f in nym1.txt nym1-formats.txt; do
	check "$vectors/$f" || exit 1
done
sort "$tmp/seen" | uniq -c | awk '{ print $1, $2 }' >"$tmp/counts"
cat "$tmp/counts"
all=$(grep -Ec '^(class|kind) = ' "$vectors/nym1.txt" \
	"$vectors/nym1-formats.txt" | awk -F: '{ n += $2 } END { print n }')
[ "$(grep -c . "$tmp/seen")" = "$all" ]
grep -qx '79 derivation' "$tmp/counts"
self_test
