#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# poppler's pdfsig: a signature in a PDF with either key.  It gives the one PIN
# that it has to every token, so each key has a module of its own; and it signs
# twice, once to know the size.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client pdfsig
need "$module" pdfsig certutil modutil /usr/bin/python3 jumin

# module_of PAIR
module_of() {
	echo "${module%.so}-$1.so"
}

database() {
	mkdir "$1.db"
	certutil -N -d "sql:$1.db" --empty-password
	modutil -dbdir "sql:$1.db" -add Jumin -libfile "$(module_of "$1")" \
		-force
	certutil -A -d "sql:$1.db" -n 'JPKI test CA' -t CT,C,C -i "$1-ca.pem"
	modutil -dbdir "sql:$1.db" -list
	nothing_paid
}

signs() {
	rm -f out.pdf
	timeout 60 pdfsig -nssdir "$1.db" -nss-pwd "$(pin "$1")" \
		-add-signature -nick "$(token "$1"):$(token "$1")" \
		-digest SHA256 in.pdf out.pdf
}

signs_and_verifies() {
	signs "$1"
	case $1 in
	auth) paid 1/2 0/0 ;;
	sign) paid 0/0 1/2 ;;
	esac
	pdfsig -no-ocsp -nssdir "$1.db" out.pdf >got
	cat got
	grep -q 'Signature is Valid' got
	grep -q 'Total document signed' got
	chain_is_good "$1"
}

# This version of pdfsig takes any certificate without extended key usage for
# "Unknown issue with Certificate": OpenSSL is asked.
chain_is_good() {
	local ranges
	pdfsig -nssdir "$1.db" -dump out.pdf
	ranges=$(sed -n 's/.*Signed Ranges: //p' got | tr -cs 0-9 ' ')
	# shellcheck disable=SC2086 # four numbers
	set -- "$1" $ranges
	{
		head -c "$3" out.pdf
		tail -c +$(($4 + 1)) out.pdf | head -c $(($5 - $4))
	} >signed
	openssl cms -verify -inform DER -in out.pdf.sig0 -content signed \
		-binary -CAfile "$1-ca.pem" -purpose any -out out
	cmp out signed
}

# One PIN is one signature, and pdfsig wants two: it says so and leaves a file
# without a signature behind.
signs_once() {
	ends 3 signs sign
	paid 0/0 1/1
	pdfsig -nssdir sign.db out.pdf >got || :
	cat got
	not grep -q 'Signature is Valid' got
}

card_new plain
card_in plain
certificates plain
/usr/bin/python3 "$src/tests/interop/clients/mkpdf.py" in.pdf
for pair in auth sign; do
	need "$(module_of $pair)"
	it "$pair: a database with its module alone" database $pair
done
it 'the authentication key: signed and verified' signs_and_verifies auth
it 'the signature key: one PIN is one signature, pdfsig ends with 3' signs_once
with_conf 'consent = session'
it 'the signature key, consent = session: signed and verified' \
	signs_and_verifies sign
client_done
