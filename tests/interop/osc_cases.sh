# shellcheck shell=bash
# shellcheck disable=SC2034,SC2119,SC2120,SC2154,SC2317 # read and called by those who source it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Each program of OpenSC with the card in the reader (osc.sh: $card, $auth,
# $sign, $label, $serial): what has to come of it follows from those.
#
#   every_program [WORD]     WORD "read": none that wants a PIN

# shellcheck source=tests/interop/osc_module.sh
. "$src/tests/interop/osc_module.sh"

id_of() {
	[ "$1" = auth ] && echo 01 || echo 02
}

ca_id_of() {
	[ "$1" = auth ] && echo 03 || echo 04
}

pin_of() {
	[ "$1" = auth ] && echo "$auth_pin" || echo "$sign_pin"
}

name_of() {
	[ "$1" = auth ] && echo "$auth_name" || echo "$sign_name"
}

other_pin_of() {
	[ "$1" = auth ] && echo 8642 || echo NEWPIN9
}

wrong_pin_of() {
	[ "$1" = auth ] && echo 0007 || echo WRONG07
}

# tries after one wrong PIN
one_less() {
	[ "$1" = auth ] && echo 2 || echo 4
}

free_certificate() {
	[ "$1" = auth ] && [ "$auth" != hidden ] && [ "$auth" != none ]
}

is_ec() {
	[ "$hash" = sha384 ]
}

# --- opensc-tool -------------------------------------------------------------

named() {
	runs 0 opensc-tool -n
	has 'Japanese resident card (JPKI)'
}

answers_reset() {
	runs 0 opensc-tool -a
	is "$(tr -d ': \n' <got | tr a-f A-F)" "$(of_card atr)" \
		'answer to reset'
}

tells_serial() {
	runs 0 opensc-tool --serial
	is "$(cut -c 1-48 got | tr -d ' \n' | tr A-F a-f)" \
		"$(hex "$serial")" 'serial number'
}

# The driver is there, and lets others' commands through.
sends_apdus() {
	runs 0 opensc-tool -s "$select_jpki" -s 00200098 -s 0020009B
	is "$(sed -n 's/^Received (SW1=0x\(..\), SW2=0x\(..\)).*/\1\2/p' got |
		tr '\n' ' ')" "$counters_sent " 'status words'
}

# --- what is listed ----------------------------------------------------------

# objects_of PAIR: those of one that is shown, none of one that is not
objects_of() {
	local name
	name=$(name_of "$1")
	if shown "$1"; then
		has "PIN [$name PIN]"
		has "Key [$name Key]"
		has "X.509 Certificate [$name Certificate]"
	else
		lacks "$name PIN"
		lacks "$name Key"
		lacks "$name Certificate]"
	fi
}

dumps() {
	runs 0 pkcs15-tool --dump
	has "PKCS#15 Card [$label]:"
	has "Serial number  : $serial"
	lines '^PIN .User Auth\|^PIN .Digital' "$(number_of shown)"
	lines '^Private [RE][SC]A* Key' "$(number_of shown)"
	objects_of auth
	objects_of sign
}

lists_info() {
	runs 0 pkcs15-tool --list-info
	has "PKCS#15 Card [$label]:"
	has "Serial number  : $serial"
}

# pin_told PAIR LEAST MOST LIMIT
pin_told() {
	local name
	name=$(name_of "$1")
	shown "$1" || return 0
	sed -n "/^PIN \[$name PIN\]/,/^\$/p" got >one
	cat one
	grep -q "min_len:$2, max_len:$3," one
	if [ "${!1}" = blocked ]; then
		grep -q 'Tries left *: 0' one
	else
		grep -q "Tries left *: $4" one
	fi
	grep -q 'Type *: ascii-numeric\|Type *: UTF-8' one
	grep -q 'ID *: '"$(id_of "$1")" one
	grep -q initialized one
	grep -q unblock-disabled one
	not grep case-sensitive one
}

lists_pins() {
	runs 0 pkcs15-tool --list-pins
	pin_told auth 4 4 3
	pin_told sign "${sign_least:-6}" 16 5
	runs 0 pkcs15-tool -s --list-pins
	! shown auth || grep -q 'ID:01 .* User Authentication PIN' got
	! shown sign || grep -q 'ID:02 .* Digital Signature PIN' got
}

lists_keys() {
	runs 0 pkcs15-tool --list-keys
	lines '^Private [RE][SC]A* Key' "$(number_of shown)"
	! shown auth || has "[$auth_name Key]"
	! shown sign || has "[$sign_name Key]"
	runs 0 pkcs15-tool --list-public-keys
	runs 0 pkcs15-tool --list-secret-keys
	lines 'Key \[' 0
}

lists_certificates() {
	local pair
	runs 0 pkcs15-tool --list-certificates
	for pair in auth sign; do
		! shown "$pair" ||
			has "X.509 Certificate [$(name_of "$pair") Certificate]"
		shown "$pair" ||
			lacks "[$(name_of "$pair") Certificate]"
	done
	runs 0 pkcs15-tool --list-applications
}

# --- what is read ------------------------------------------------------------

same_certificate() {
	is "$(openssl x509 -in got.crt -noout -fingerprint)" \
		"$(openssl x509 -in "$card.$1.pem" -noout -fingerprint)" \
		'fingerprint'
}

reads_certificate() {
	local id
	id=$(id_of "$1")
	rm -f got.crt
	if free_certificate "$1"; then
		runs 0 pkcs15-tool --read-certificate "$id" -o got.crt
		[ ! -e "$card.$1.pem" ] || same_certificate "$1"
	else
		fails 0 pkcs15-tool --read-certificate "$id" -o got.crt
	fi
}

reads_certificate_with_pin() {
	local id
	id=$(id_of "$1")
	rm -f got.crt
	set -- "$1" pkcs15-tool --read-certificate "$id" -o got.crt --verify-pin \
		--auth-id "$id" --pin "$(pin_of "$1")"
	if works "$1"; then
		runs 1 "${@:2}"
		same_certificate "$1"
	else
		fails 0 "${@:2}"
		[ ! -e got.crt ]
	fi
}

# The CA that issued the holder's certificate.
reads_ca() {
	local id
	id=$(ca_id_of "$1")
	rm -f ca.crt
	runs 0 pkcs15-tool --read-certificate "$id" -o ca.crt
	openssl x509 -in ca.crt -noout -subject
	[ ! -e "$card.$1.pem" ] ||
		openssl verify -CAfile ca.crt -partial_chain "$card.$1.pem"
}

der_of() {
	openssl pkey -pubin -in "$1" -outform der | sha256sum
}

reads_public_key() {
	local id
	id=$(id_of "$1")
	rm -f key.pub
	if free_certificate "$1"; then
		runs 0 pkcs15-tool --read-public-key "$id" -o key.pub
		[ ! -e "$card.$1.pub" ] ||
			is "$(der_of key.pub)" "$(der_of "$card.$1.pub")" key
	else
		fails 0 pkcs15-tool --read-public-key "$id" -o key.pub
	fi
}

reads_ssh_key() {
	local id
	id=$(id_of "$1")
	if free_certificate "$1"; then
		runs 0 pkcs15-tool --read-ssh-key "$id"
		[ ! -e "$card.$1.pub" ] || is "$(grep -o 'AAAA[^ ]*' got)" \
			"$(ssh-keygen -i -m PKCS8 -f "$card.$1.pub" |
				cut -d' ' -f2)" 'line for ssh'
	else
		fails 0 pkcs15-tool --read-ssh-key "$id"
	fi
}

# --- PINs --------------------------------------------------------------------

checks_pin() {
	local id
	id=$(id_of "$1")
	if works "$1"; then
		runs 1 pkcs15-tool --verify-pin --auth-id "$id" \
			--pin "$(pin_of "$1")"
	else
		fails 0 pkcs15-tool --verify-pin --auth-id "$id" \
			--pin "$(pin_of "$1")"
	fi
}

# counted PAIR NUMBER: from here on the counters as they are with NUMBER tries
# of the pair's PIN
counted() {
	local a s
	a=$(cut -d' ' -f2 <<<"$counters")
	s=$(cut -d' ' -f3 <<<"$counters")
	case $1 in
	auth) a=63C$2 ;;
	sign) s=63C$2 ;;
	esac
	counters="9000 $a $s"
}

wrong_pin_costs_one() {
	local id pin
	id=$(id_of "$1")
	pin=$(wrong_pin_of "$1")
	works "$1" || {
		fails 0 pkcs15-tool --verify-pin --auth-id "$id" --pin "$pin"
		return
	}
	counted "$1" "$(one_less "$1")"
	fails 1 pkcs15-tool --verify-pin --auth-id "$id" --pin "$pin"
	counted "$1" "$(($(one_less "$1") + 1))"
	runs 1 pkcs15-tool --verify-pin --auth-id "$id" --pin "$(pin_of "$1")"
}

impossible_pin_is_not_sent() {
	local id pin wrong='123 12345 12a4'
	id=$(id_of "$1")
	[ "$1" = auth ] || wrong='AB1 ABC-123 ABCDEFGHIJKLMNO12'
	for pin in $wrong; do
		fails 0 pkcs15-tool --verify-pin --auth-id "$id" --pin "$pin"
	done
}

changes_pin() {
	local id old new
	id=$(id_of "$1")
	old=$(pin_of "$1")
	new=$(other_pin_of "$1")
	works "$1" || {
		fails 0 pkcs15-tool --change-pin --auth-id "$id" --pin "$old" \
			--new-pin "$new"
		return
	}
	fails 0 pkcs15-tool --change-pin --auth-id "$id" --pin "$old" \
		--new-pin 12
	runs 1 pkcs15-tool --change-pin --auth-id "$id" --pin "$old" \
		--new-pin "$new"
	foreign=
	runs 1 pkcs15-tool --verify-pin --auth-id "$id" --pin "$new"
	runs 1 pkcs15-tool --change-pin --auth-id "$id" --pin "$new" \
		--new-pin "$old"
	runs 1 pkcs15-tool --verify-pin --auth-id "$id" --pin "$old"
}

# There is no PUK.
unblocks_nothing() {
	fails 0 pkcs15-tool --unblock-pin --auth-id "$(id_of "$1")" --puk 12345678 \
		--new-pin "$(pin_of "$1")"
}

# --- signatures --------------------------------------------------------------

# The PIN as it is given, and once more for the signature.
crypt_signs() {
	local id how=(--pkcs1 --sha-256)
	id=$(id_of "$1")
	! is_ec || how=(-f openssl)
	openssl dgst -"$hash" -binary letter >digest
	rm -f sig
	set -- "$1" pkcs15-crypt --sign -k "$id" "${how[@]}" --raw -i digest -o sig \
		--pin "$(pin_of "$1")"
	if works "$1"; then
		runs 2 "${@:2}"
		checked "$1" sig
	else
		fails 0 "${@:2}"
		[ ! -s sig ]
	fi
}

# --- all of them -------------------------------------------------------------

both() {
	local what=$1
	shift
	it "$card: $what, authentication" "$@" auth
	it "$card: $what, signature" "$@" sign
}

every_program() {
	hash=${hash:-sha256}
	pss=${pss:-yes}
	counters_sent=$counters
	[ -z "$foreign" ] || counters_sent='9000 9000 9000'
	it "$card: opensc-tool names it" named
	it "$card: opensc-tool tells its answer to reset" answers_reset
	it "$card: opensc-tool tells its serial number" tells_serial
	it "$card: opensc-tool sends commands" sends_apdus
	it "$card: pkcs15-tool dumps it" dumps
	it "$card: pkcs15-tool tells label and serial number" lists_info
	it "$card: pkcs15-tool lists its PINs" lists_pins
	it "$card: pkcs15-tool lists its keys" lists_keys
	it "$card: pkcs15-tool lists its certificates" lists_certificates
	both 'pkcs15-tool reads the certificate' reads_certificate
	both 'pkcs15-tool reads the public key' reads_public_key
	both 'pkcs15-tool tells the line for ssh' reads_ssh_key
	! shown auth || it "$card: the authentication CA is read" reads_ca auth
	! shown sign || it "$card: the signature CA is read" reads_ca sign
	it "$card: opensc-pkcs11 lists its tokens" module_lists
	both 'opensc-pkcs11 shows its objects' module_shows
	it "$card: opensc-pkcs11 gives random numbers" module_gives_random
	[ "${1:-}" != read ] || return 0
	both 'pkcs15-tool checks the PIN' checks_pin
	both 'pkcs15-tool reads the certificate with the PIN' \
		reads_certificate_with_pin
	both 'opensc-pkcs11 shows its objects after the PIN' \
		module_shows_after_login
	both 'a wrong PIN costs one try' wrong_pin_costs_one
	both 'a PIN that cannot be right is not sent' impossible_pin_is_not_sent
	both 'pkcs15-tool changes the PIN' changes_pin
	both 'pkcs15-tool has no PUK to send' unblocks_nothing
	both 'pkcs15-crypt signs' crypt_signs
	both 'opensc-pkcs11 signs' module_signs
	both 'opensc-pkcs11 signs by PSS' module_signs_pss
	both 'the same wrong PIN again is not sent' same_wrong_pin
	both 'opensc-pkcs11 passes its test' module_tests
	both 'opensc-pkcs11 changes the PIN' module_changes_pin
}
