# shellcheck shell=sh disable=SC2034,SC2154
# SPDX-License-Identifier: LGPL-2.1-or-later
# For openssl.sh: the formulas of nym1.md over hexadecimal strings.  Each leaves
# its result in $out (key_of in $d).  $tmp is a folder for what is kept.

order=ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551

# The bytes of a hexadecimal string on standard output
bytes() {
	# shellcheck disable=SC2059 # the format is the bytes, none is a %
	printf "$(printf '%s\n' "$1" | awk '
	{
		for (i = 1; i < length($0); i += 2)
			printf "\\%03o", \
			    16 * (index("0123456789abcdef", substr($0, i, 1)) - 1) + \
			    index("0123456789abcdef", substr($0, i + 1, 1)) - 1
	}')"
}
dump() { od -An -v -tx1 | tr -d ' \n'; }
hex() { out=$(printf %s "$1" | dump); }

sha256() {
	out=$(bytes "$1" | openssl dgst -sha256 -r)
	out=${out%% *}
}
hmac() { # KEY MESSAGE
	out=$(bytes "$2" |
		openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" -r)
	out=${out%% *}
}

# RFC 4648 without padding, lower case
base32() {
	out=$(printf '%s\n' "$1" | awk '{
		for (i = 1; i <= length($0); i++) {
			v = v * 16 + index("0123456789abcdef", substr($0, i, 1)) - 1
			for (have += 4; have >= 5; have -= 5) {
				k = 2 ^ (have - 5)
				printf "%s", digit(int(v / k))
				v %= k
			}
		}
		if (have)
			printf "%s", digit(v * 2 ^ (5 - have))
	}
	function digit(n) {
		return substr("abcdefghijklmnopqrstuvwxyz234567", n + 1, 1)
	}')
}

# --- section 3 ------------------------------------------------------------------

enc() { # LABEL FIELD..
	hex "$1"
	shift
	out=$(printf '%04x%s%02x' $((${#out} / 2)) "$out" $#
	for f; do
		printf '%04x%s' $((${#f} / 2)) "$f"
	done)
}

sh_of() {
	hex "$1"
	enc NYM1/scope "$out"
	sha256 "$out"
}

below_order() { # HEX: 0 < it < order
	case $1 in
	*[!0]*) ;;
	*) return 1 ;;
	esac
	case $1 in
	ffffffff*) expr "x$1" \< "x$order" >/dev/null ;;
	esac
}

key_of() { # PRK USE SLOT PERIOD EPOCH GENERATION
	c=0
	while [ $c -le 255 ]; do
		enc NYM1/key "$(printf %02x "$2")" "$(printf %02x "$3")" \
			"$(printf %04x "$4")" "$(printf %08x "$5")" \
			"$(printf %08x "$6")" "$(printf %02x $c)"
		hmac "$1" "${out}01"
		if below_order "$out"; then
			d=$out
			return 0
		fi
		c=$((c + 1))
	done
	return 1
}

xt_of() { # PRK SLOT PERIOD EPOCH GENERATION
	enc NYM1/xt "$(printf %02x "$2")" "$(printf %04x "$3")" \
		"$(printf %08x "$4")" "$(printf %08x "$5")"
	hmac "$1" "${out}01"
	out=$(printf %.32s "$out")
}

nid_of() { # SH USE X
	enc NYM1/nid "$1" "$(printf %02x "$2")" "$3"
	sha256 "$out"
}

# ECPrivateKey (RFC 5915) without the public half, which openssl adds
private() {
	bytes "30310201010420$1a00a06082a8648ce3d030107"
}
public() { # D compressed|uncompressed
	out=$(private "$1" | openssl ec -inform DER -pubout -outform DER \
		-conv_form "$2" 2>/dev/null | dump)
	# the point is last
	case $2 in
	compressed) out=$(printf %s "$out" | tail -c 66) ;;
	*) out=$(printf %s "$out" | tail -c 130) ;;
	esac
}
agree() { # D, the other's D
	private "$1" >"$tmp/one.der"
	private "$2" | openssl ec -inform DER -pubout -outform DER \
		-out "$tmp/other.der" 2>/dev/null
	out=$(openssl pkeyutl -derive -keyform DER -inkey "$tmp/one.der" \
		-peerform DER -peerkey "$tmp/other.der" | dump)
}

# --- section 4.3 ----------------------------------------------------------------

t_of() { # LABEL PROFILE SH
	enc "$1" "$3"
	if [ "$2" = 1 ]; then
		sha256 "$out"
		out=303c301806146981fa8f9d94cdc1f2adf59fac8bedf2e0fdd40105000420$out
	else
		out=$(bytes "$out" | openssl dgst -sha512 -r)
		out=3051300d060960864801650304020305000440${out%% *}
	fi
}

# s of T, kept.  The bare private operation over a block that is made here: a
# T of profile 2 is longer than what "-sign" takes.
sign() { # auth|text T
	kept=$tmp/s.$1.$2
	if [ ! -f "$kept" ]; then
		block=$(printf '0001%*s00' $((506 - ${#2})) '' | tr ' ' f)$2
		bytes "$block" | openssl pkeyutl -decrypt -keyform DER \
			-inkey "$tmp/$1.der" -pkeyopt rsa_padding_mode:none |
			dump >"$kept"
	fi
	read -r out <"$kept" || [ ${#out} = 512 ]
}

prk_of() { # L PROFILE SH S
	enc NYM1/A-prk "$(printf %02x "$2")" "$3" "$4"
	hmac "$1" "$out"
}
a_prk() { # L PROFILE SH: with the card's signature
	t_of NYM1/A "$2" "$3"
	sign auth "$out"
	prk_of "$1" "$2" "$3" "$out"
}

# --- section 4.5 ----------------------------------------------------------------

tlv() { # TAG VALUE, below 65536 bytes
	n=$((${#2} / 2))
	if [ $n -lt 128 ]; then
		out=$(printf '%s%02x%s' "$1" $n "$2")
	elif [ $n -lt 256 ]; then
		out=$(printf '%s81%02x%s' "$1" $n "$2")
	else
		out=$(printf '%s82%04x%s' "$1" $n "$2")
	fi
}

tbs_of() { # TEXT POINT
	hex "$1"
	tlv 0c "$out"
	tlv 30 "0603550403$out"
	tlv 31 "$out"
	tlv 30 "$out"
	name=$out
	hex 000101000000Z
	tlv 17 "$out"
	from=$out
	hex 99991231235959Z
	tlv 18 "$out"
	tlv 30 "$from$out"
	validity=$out
	tlv 03 "00$2"
	tlv 30 "301306072a8648ce3d020106082a8648ce3d030107$out"
	spki=$out
	tlv 30 "0603551d0f0101ff040403020780"
	usage=$out
	tlv 30 "0603551d25040c300a06082b06010505070302"
	tlv 30 "$usage$out"
	tlv a3 "$out"
	tlv 30 "a003020102020101300a06082a8648ce3d040302$name$validity$name$spki$out"
}

# --- section 13: the RSA keys from their recipe -----------------------------------

prime() { # NAME
	v=
	for i in 0 1 2 3; do
		hex "NYM1-test-rsa-$1"
		sha256 "${out}0000000$i"
		v=$v$out
	done
	# top two bits, lowest bit; then every second number from there
	# shellcheck disable=SC2046 # a list
	set -- $(printf '%s\n' "$v" | awk '
	function hex(c) { return index("0123456789abcdef", c) - 1 }
	{
		low = 0
		for (i = length($0) - 5; i <= length($0); i++)
			low = 16 * low + hex(substr($0, i, 1))
		low += 1 - low % 2
		top = hex(substr($0, 1, 1)) % 4 + 12
		for (i = 0; i < 1000 && low < 16777216; i++) {
			printf "%x%s%06x\n", top, \
			    substr($0, 2, length($0) - 7), low
			low += 2
		}
	}')
	at=$(openssl prime -hex "$@" | awk '/ is prime$/ { print NR; exit }')
	shift $((at - 1))
	out=$1
}

make_keys() {
	for k in auth:card1 text:card1t; do
		prime "${k#*:}-p"
		p=$out
		prime "${k#*:}-q"
		der=$(awk -v p="$p" -v q="$out" -f "$here/rsa.awk")
		bytes "$der" >"$tmp/${k%:*}.der"
	done
}

modulus_hash() { # FILE
	out=$(openssl rsa -inform DER -in "$1" -noout -modulus 2>/dev/null |
		tr A-F a-f)
	sha256 "${out#*=}"
	echo "$out"
}

# --- section 7 ------------------------------------------------------------------

is() { printf '%s\n' "$1" | grep -Eq "$2"; }

label='[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
is_host() {
	[ ${#1} -le 253 ] && is "$1" "^$label(\\.$label)*\$" &&
		! is "$1" '(^|\.)([a-wyz0-9-][a-z0-9-]|x[a-mo-z0-9-])--' &&
		! is "$1" '(^|\.)([0-9]+|0x[0-9a-f]+)$'
}
octet='(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])'
is_address() {
	case $1 in
	\[*\]) printf '%s\n' "$1" | tr -d '[]' | is_ipv6 ;;
	*) is "$1" "^$octet\\.$octet\\.$octet\\.$octet\$" ;;
	esac
}

# The address on standard input is its own shortest form.
is_ipv6() {
	awk '
	{
		if ($0 !~ /^[0-9a-f:]+$/ || $0 ~ /:::/ || $0 ~ /::.*::/)
			exit 1
		n = split($0, part, "::")
		a = part[1] == "" ? 0 : split(part[1], left, ":")
		b = n < 2 || part[2] == "" ? 0 : split(part[2], right, ":")
		if (n < 2 ? a != 8 : a + b > 7)
			exit 1
		for (i = 1; i <= 8; i++) {
			g[i] = i <= a ? left[i] : i > 8 - b ? right[i - 8 + b] : "0"
			if (g[i] !~ /^(0|[1-9a-f][0-9a-f]?[0-9a-f]?[0-9a-f]?)$/)
				exit 1
		}
		for (i = 1; i <= 8; i++) {
			run = g[i] == "0" ? run + 1 : 0
			if (run > 1 && run > best) {
				best = run
				first = i - run + 1
			}
		}
		for (i = 1; i <= 8; i++) {
			if (i == first) {
				s = s "::"
				i += best - 1
			} else
				s = s (s == "" || s ~ /:$/ ? "" : ":") g[i]
		}
		exit s != $0 || s ~ /^::ffff(:|$)/ && best >= 5
	}'
}

is_scope() {
	[ ${#1} -le 255 ] || return 1
	rest=${1#*:}
	case $1 in
	web:*)
		[ "$rest" = localhost ] ||
			{ is_host "$rest" && is "$rest" '\.'; }
		;;
	ssh:*)
		port=
		case $rest in
		\[*\]) ;;
		*:*)
			port=${rest##*:}
			rest=${rest%:*}
			is "$port" '^[1-9][0-9]{0,4}$' || return 1
			[ "$port" -le 65535 ] && [ "$port" != 22 ] || return 1
			;;
		esac
		is_host "$rest" || is_address "$rest"
		;;
	app:*) is "$rest" '^[a-z][a-z0-9_-]{0,62}(\.[a-z0-9_][a-z0-9_-]{0,62})+$' ;;
	kiosk:*)
		is_host "${rest%%/*}" && is "${rest%%/*}" '\.' &&
			is "$rest" '^[^/]*/[a-z0-9][a-z0-9._-]{0,63}$'
		;;
	p11:* | test:*) is "$rest" '^[a-z0-9][a-z0-9._@:/+-]{0,63}$' ;;
	*) return 1 ;;
	esac
}
