#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What needs no card: help, version, and every way to get the command wrong.
. "${top_srcdir:-.}/tests/cli/lib.sh"
begin
# No pcscd is ever there in this test.
PCSCLITE_CSOCK_NAME=$work/none
export PCSCLITE_CSOCK_NAME

run 0 jumin --version
[ "$(cat "$out")" = "jumin $(sed -n \
	's/^AC_INIT(\[jumin\], \[\(.*\)\])$/\1/p' "$source/configure.ac")" ] ||
	fault "not the version of configure.ac"
silent
run 0 jumin --help
says 'Usage: jumin'
says '  cert show auth|sign|auth-ca|sign-ca'
says '--pin-fd N'
silent
run 0 jumin sign --help
says '  sign --key auth|sign FILE'
says '--attached'
! grep -q '  status' "$out" || fault "tells of other commands"
run 0 jumin -h

# usage HINT WORD...: exit status 2, nothing on standard output, and a hint
usage() {
	hint=$1
	shift
	run 2 jumin "$@"
	[ ! -s "$out" ] || fault "wrote to standard output"
	tells 'jumin: error: '
	tells "jumin: hint: $hint"
}
usage 'try: jumin status'
usage 'there is: status, cert, sign, pin, attr, ssh' no-such
usage 'there is: status, cert, sign, pin, attr, ssh' Status
usage 'there is: cert show, cert export' cert
usage 'there is: cert show, cert export' cert import auth
usage 'there is: pin check, pin change' pin
usage 'there is: pin check, pin change' pin unblock sign
for bad in 'status now' 'cert show' 'cert show auth sign' 'cert export' \
	'sign --key auth' 'sign --key auth one two' 'pin check' 'ssh key' \
	'status --no-such' 'status --force' 'ssh --pem' 'pin change auth --json' \
	'status --reader' 'cert show auth --der' 'sign --key auth --der file' \
	'status --json --json' 'pin check auth --pin-fd x' \
	'attr text' 'attr --pem' 'pin check text --ca file' 'attr --ca' \
	'pin change text --json' 'pin check auth --pin-fd -1' 'sign --key auth --pin-fd 1x file'; do
	# shellcheck disable=SC2086 # words
	usage 'see: jumin --help' $bad
done
usage 'it is auth, sign or text' pin check both
usage 'it is auth, sign or text' pin change authentication
usage 'it is auth, sign, auth-ca or sign-ca' cert show ca
usage 'it is auth or sign' sign --key auth-ca file
usage 'it is sha256, sha384 or sha512' sign --key auth --raw --hash md5 file
usage 'it is sha256, sha384 or sha512' sign --key auth --raw --hash sha1 file
usage 'auth proves who is there' sign file
for bad in '--raw --cms' '--raw --attached' '--hash sha256' \
	'--pin-fd 0 --raw'; do
	# shellcheck disable=SC2086 # words
	run 2 jumin sign --key auth $bad -
	tells 'jumin: error: '
done
run 2 jumin cert export auth --pem --der
tells 'only one of --pem and --der can be given'

# Whatever a file can be at fault for is said before the card is looked for.
run 1 jumin attr --ca no-such-file
tells 'no-such-file: No such file or directory'
echo text >text
for bad in text /dev/null; do
	run 1 jumin attr --ca "$bad"
	tells "$bad: there is no key in it"
	tells 'hint: a public key or a certificate, PEM or DER'
done
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null |
	openssl pkey -pubout -out ec.pem
openssl genrsa -out rsa.pem 1024 2>/dev/null
openssl pkey -in rsa.pem -pubout -out small.pem
for bad in ec.pem small.pem; do
	run 1 jumin attr --ca "$bad"
	tells "$bad: this is no RSA key of 2048 bits or more"
done
run 1 jumin attr --ca rsa.pem # a private key is not one to trust others by
tells 'rsa.pem: there is no key in it'
run 1 jumin sign --key auth no-such-file -o result
tells 'no-such-file: No such file or directory'
[ ! -e result ] || fault "left a file"
: >file
: >result
run 1 jumin sign --key auth file -o result
tells 'result: File exists'
tells '--force replaces it'
run 1 jumin cert export auth -o no/such/folder
tells 'no/such/folder: No such file or directory'

# And then it is pcscd that is missing.
for command in status ssh 'cert show auth' 'pin check sign' 'pin change auth' \
	'cert export sign' 'sign --key sign file -o new'; do
	# shellcheck disable=SC2086 # words
	run 3 jumin $command
	tells 'jumin: error: the smart card service (pcscd) is not running'
	tells 'systemctl start pcscd.socket'
done
run 3 jumin status --json
[ "$(value service)" = false ] || fault "not JSON that says so"
tells 'pcscd'
[ ! -e new ] || fault "left a file"

# Output that cannot be written is no success.
run 1 sh -c 'jumin --help >/dev/full'
tells 'cannot write the output: No space left on device'
run 1 sh -c 'jumin --version >&-'
tells 'cannot write the output'

# Nothing but a name of what was typed reaches the terminal.
run 2 jumin "$(printf 'bad\033[31mword')"
! grep -q "$(printf '\033')" "$err" || fault "passes control characters on"
