# shellcheck shell=bash
# shellcheck disable=SC2034,SC2119,SC2120,SC2154,SC2317 # read and called by those who source it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the tests with OpenSC's programs and our card driver share, beside
# lib.sh, which comes first:
#
#   osc_conf [LINE ...]      from here on OpenSC takes the configuration that is
#                            installed, with the driver just built; LINE goes
#                            into the driver's blocks, "app:LINE" into the
#                            block of all programs
#   issue NAME AUTH SIGN LABEL [OPTION ...]
#                            a card, and what is known of it: AUTH and SIGN are
#                            what becomes of the pair, "ok", "hidden" (works,
#                            but its certificate is behind the PIN), "blocked"
#                            or "none"; LABEL of the token
#   insert NAME [OPTION ...]
#   runs VERIFIES COMMAND ...     it succeeds, sends so many PINs, and leaves
#   fails VERIFIES[:WRONG] COMMAND ...    the card as $counters says; it fails,
#                            likewise, and all or so many of them were wrong

opensc=
for opensc in /usr/lib/*/opensc-pkcs11.so /usr/lib64/opensc-pkcs11.so; do
	[ ! -e "$opensc" ] || break
done
need "$opensc" pkcs11-tool pkcs15-tool pkcs15-crypt jumin
driver=$build/.libs/card-jumin.so
need "$driver"

auth_name='User Authentication'
sign_name='Digital Signature'

osc_conf() {
	local line options='' more=''
	for line in "$@"; do
		case $line in
		app:*) more+="${line#app:} " ;;
		*) options+="$line " ;;
		esac
	done
	# of two lines of a name the first one counts
	sed -e "s,^\([[:space:]]*\)module = \".*\";,\1module = \"$driver\";," \
		-e "s,card_driver jumin {,& $options," \
		-e "s,app default {,& $more," \
		"$build/drivers/opensc/opensc.conf" >opensc.conf
	OPENSC_CONF=$work/opensc.conf
	export OPENSC_CONF
}

# --- cards -------------------------------------------------------------------

# own COMMAND ...: jumin with a cache of its own, so that the driver's is cold
own() {
	mkdir -p "$work/own"
	XDG_CACHE_HOME=$work/own XDG_CONFIG_HOME=$work/own "$@"
}

issue() {
	local name=$1
	printf '%s\n' "$2" "$3" "$4" >"$1.row"
	shift 4
	card_new "$name" --param retry-verified=9000 "$@"
}

# insert NAME [OPTION ...]: and learn what openssl has to know about it
insert() {
	card=$1
	{
		read -r auth
		read -r sign
		read -r label
	} <"$card.row"
	card_in "$@"
	[ -e "$card.known" ] || learn
	rm -rf "$HOME/.cache" "$HOME/jumin"
	select_jpki=$(jumin-vcard info "$card.img" --json |
		sed -n 's/.*"name": "jpki", "aid": "\([^"]*\)".*/\1/p')
	select_jpki=$(printf '00A4040C%02X%s' $((${#select_jpki} / 2)) \
		"$select_jpki")
	counters=$(counters_now)
	serial=$(of_card serial)
	mark
}

# of_card NAME: what its image says
of_card() {
	jumin-vcard info "$card.img" --json |
		sed -n 's/^ *"'"$1"'": "\([^"]*\)".*/\1/p'
}

learn() {
	local pair pin
	for pair in auth sign; do
		pin=${pair}_pin
		case ${!pair} in
		ok | hidden)
			own jumin cert export "$pair" -o "$card.$pair.pem" \
				--force --pin-fd 3 3<<<"${!pin}"
			openssl x509 -in "$card.$pair.pem" -noout -pubkey \
				-out "$card.$pair.pub"
			;;
		esac
	done >learn.log 2>&1 || {
		cat learn.log
		echo "FAIL the certificates of $card cannot be had"
		exit 1
	}
	: >"$card.known"
}

# What another program is told about both PINs, which is 9000 for one that is
# still verified.
counters_now() {
	raw "$select_jpki" 00200098 0020009B
}

# With $foreign set another program's log-in is there before each command; who
# sends no PIN leaves it alone.
foreign=

is_clean() {
	[ -z "$foreign" ] || [ "$(verifies)" -gt 0 ] || return 0
	is "$(counters_now)" "$counters" 'counters afterwards'
}

hex() {
	printf %s "$1" | od -An -v -tx1 | tr -d ' \n'
}

# gives_up REFERENCE TRIES: another program blocks a PIN
gives_up() {
	local n tries=()
	for n in $(seq "$2"); do
		tries+=("002000${1}063030303030$((n % 10 + 30))")
	done
	raw "$select_jpki" "${tries[@]}"
}

works() {
	[ "${!1}" = ok ] || [ "${!1}" = hidden ]
}

shown() {
	[ "${!1}" != none ]
}

# How many of the pairs fit: number_of shown
number_of() {
	local n=0 pair
	for pair in auth sign; do
		! "$1" "$pair" || n=$((n + 1))
	done
	echo $n
}

# --- commands ----------------------------------------------------------------

# No terminal is there to ask at; 124: not done in time.
alone() {
	local got=0
	[ -z "$foreign" ] || raw "$select_jpki" \
		"0020009804$(hex "$auth_pin")" "0020009B06$(hex "$sign_pin")" >foreign.log
	mark
	timeout 60 setsid -w "$@" >got 2>err </dev/null || got=$?
	cat got err
	echo "status $got of $1"
	return $got
}

verified_by() {
	[ "$1" = some ] || is "$(verifies)" "$1" VERIFYs
	[ "$1" != some ] || [ "$(verifies)" -gt 0 ]
	is "$(wrong_verifies)" "${2:-0}" 'wrong ones'
}

runs() {
	local want=$1
	shift
	alone "$@"
	verified_by "$want"
	is_clean
}

fails() {
	local want=${1%%:*} wrong=${1#*:} status=0
	shift
	alone "$@" || status=$?
	# neither done, nor out of time, nor by a signal
	[ $status = 255 ] || { [ $status -gt 0 ] && [ $status -lt 124 ]; }
	verified_by "$want" "$wrong"
	is_clean
}

has() {
	grep -qF -- "$1" got
}

lacks() {
	not grep -F -- "$1" got
}

# lines PATTERN NUMBER
lines() {
	is "$(grep -c -- "$1" got || :)" "$2" "lines with $1"
}

module_tool=(pkcs11-tool --module "$opensc")

# token_of PAIR: the label that OpenSC gives the pair's token
token_of() {
	local name=${1}_name
	"${module_tool[@]}" -L 2>/dev/null |
		sed -n 's/^ *token label *: //p' | grep -F "${!name}"
}

# checked PAIR FILE [OPTION ...]: openssl says it is one over "letter"
checked() {
	local pair=$1 file=$2
	shift 2
	[ -s "$file" ]
	openssl dgst "-${hash:-sha256}" -verify "$card.$pair.pub" \
		-signature "$file" "$@" letter
}
