# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154,SC2317 # read and called by those who source it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Cases of osc_cases.sh: OpenSC's PKCS#11 module, by pkcs11-tool and p11job.

# as PAIR [ARGUMENT ...]: arguments of pkcs11-tool for the pair's token
as() {
	local pair=$1 token
	shift
	# a token that is not there has no label
	token=$(token_of "$pair") || token="no $pair"
	set -- "${module_tool[@]}" --token-label "$token" "$@"
	args=("$@")
}

# The signature key is asked for anew before it signs.
module_verifies() {
	[ "$1" = auth ] && echo 2 || echo 3
}

module_signs() {
	local how=(-m SHA256-RSA-PKCS) input=letter
	openssl dgst -"$hash" -binary letter >digest
	! is_ec || { how=(-m ECDSA -f openssl) && input=digest; }
	rm -f sig
	as "$1" --login --pin "$(pin_of "$1")" --sign --id "$(id_of "$1")" \
		"${how[@]}" -i "$input" -o sig
	if works "$1"; then
		runs "$(module_verifies "$1")" "${args[@]}"
		checked "$1" sig
	else
		fails 0 "${args[@]}"
		[ ! -s sig ]
	fi
}

# pss_args PAIR HASH SALT
pss_args() {
	rm -f sig
	as "$1" --login --pin "$(pin_of "$1")" --sign --id "$(id_of "$1")" \
		-m "$2-RSA-PKCS-PSS" --salt-len "$3" -i letter -o sig
}

no_pss() {
	! works "$1" || fails 1:0 "${args[@]}"
	works "$1" || fails 0 "${args[@]}"
	[ ! -s sig ]
}

# $pss: the card makes such signatures, with one hash function
module_signs_pss() {
	pss_args "$1" SHA256 32
	if works "$1" && [ "$pss" = yes ]; then
		runs "$(module_verifies "$1")" "${args[@]}"
		checked "$1" sig -sigopt rsa_padding_mode:pss \
			-sigopt rsa_pss_saltlen:32
	else
		no_pss "$1"
	fi
}

module_has_no_pss() {
	pss_args "$1" SHA256 32
	no_pss "$1"
}

other_pss_is_refused() {
	pss_args "$1" SHA512 64
	fails some:0 "${args[@]}"
	[ ! -s sig ]
}

# job STEP ... -- LINE ...: one process of OpenSC's module; what it writes
job() {
	local steps=()
	mark
	while [ "$1" != -- ]; do
		steps+=("$1")
		shift
	done
	shift
	timeout 60 "$build/tests/interop/p11job" "$opensc" \
		"label:auth:$(token_of auth)" "label:sign:$(token_of sign)" \
		init "${steps[@]}" | sed -n '4,$p' >got
	cat got
	printf '%s\n' "$@" >wanted
	diff wanted got
}

# A program that asks its user, and one that sends what it has again and again.
same_wrong_pin() {
	local wrong
	works "$1" || return 0
	wrong=$(wrong_pin_of "$1")
	job "open:$1" "again:3:login:$1:$wrong" -- "open:$1 CKR_OK" \
		"login:$1 CKR_PIN_INCORRECT" "login:$1 CKR_PIN_INCORRECT" \
		"login:$1 CKR_PIN_INCORRECT"
	verified_by 1 1
	job "open:$1" "login:$1:$(pin_of "$1")" "logout:$1" "login:$1:$wrong" \
		"login:$1:$(pin_of "$1")" -- "open:$1 CKR_OK" \
		"login:$1 CKR_OK" "logout:$1 CKR_OK" \
		"login:$1 CKR_PIN_INCORRECT" "login:$1 CKR_OK"
	verified_by 3 1
	is_clean
}

module_gives_random() {
	local n
	for n in 1 2; do
		runs 0 "${module_tool[@]}" --generate-random 300 -o random.$n
		is "$(wc -c <random.$n)" 300 'random bytes'
	done
	not cmp -s random.1 random.2
}

module_lists() {
	local pair
	runs 0 "${module_tool[@]}" -L
	cp got slots
	lines '^ *token label' "$(number_of shown)"
	for pair in auth sign; do
		! shown "$pair" || has "$(name_of "$pair") PIN"
		shown "$pair" || lacks "$(name_of "$pair") PIN"
	done
	lines "^ *serial num *: $serial\$" "$(number_of shown)"
	lines '^ *token manufacturer *: JPKI$' "$(number_of shown)"
	! shown auth || lines '^ *pin min/max *: 4/4' 1
	! shown sign || lines "^ *pin min/max *: ${sign_least:-6}/16" 1
	lines 'PIN count low\|final user PIN' 0
	lines 'PIN locked' "$(number_of is_blocked)"
}

is_blocked() {
	[ "${!1}" = blocked ]
}

module_shows() {
	local own=0
	shown "$1" || return 0
	! free_certificate "$1" || own=1
	as "$1" -O
	runs 0 "${args[@]}"
	lines "^ *label: *$(name_of "$1") Certificate\$" "$own"
	lines '^Private Key Object' 0
}

module_shows_after_login() {
	works "$1" || return 0
	as "$1" -O --login --pin "$(pin_of "$1")"
	runs 1 "${args[@]}"
	lines "^ *label: *$(name_of "$1") Certificate\$" 1
	lines '^Private Key Object' 1
}

module_tests() {
	works "$1" || return 0
	as "$1" --test --login --pin "$(pin_of "$1")"
	runs some "${args[@]}"
	lines 'No errors' 1
	not grep -i 'err.*: *CKR\|failed' got err
}

module_changes_pin() {
	local old new
	old=$(pin_of "$1")
	new=$(other_pin_of "$1")
	as "$1" --change-pin --login --pin "$old" --new-pin "$new"
	works "$1" || {
		fails 0 "${args[@]}"
		return
	}
	runs 2 "${args[@]}"
	foreign=
	as "$1" --change-pin --login --pin "$new" --new-pin "$old"
	runs 2 "${args[@]}"
}
