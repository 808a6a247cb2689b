#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Service identities: every way to get a command wrong, told before a card is
# looked for; and what a service is told, which needs none.
. "${top_srcdir:-.}/tests/cli/lib.sh"
begin
# No pcscd is ever there in this test.
PCSCLITE_CSOCK_NAME=$work/none
HOME=$work/home
export PCSCLITE_CSOCK_NAME HOME
unset XDG_DATA_HOME
mkdir "$HOME"
x=000102030405060708090a0b0c0d0e0f

# usage TEXT WORD...: exit status 2, nothing on standard output
usage() {
	text=$1
	shift
	run 2 jumin "$@"
	[ ! -s "$out" ] || fault "wrote to standard output"
	tells 'jumin: error: '
	tells "$text"
}
usage 'there is: nym register, nym id, nym assert, nym list' nym
usage "'vault' needs one more word" nym vault
usage 'there is: nym vault renew prepare, nym vault renew finish' \
	nym vault renew
usage "there is no command 'undo'" nym vault renew undo
usage 'the form is: jumin nym id SCOPE' nym id
usage 'the form is: jumin nym vault export FILE' nym vault export
usage 'the form is: jumin nym vault renew finish' nym vault renew finish now
usage 'this command has no option --yes' nym id --yes web:example.jp
usage 'this command has no option --site-key' nym register \
	--site-key file web:example.jp

# a scope has one spelling
for bad in example.jp web:Example.jp web:example web:example.jp: \
	web:example.jp:443 web:192.0.2.1 web: ssh:host:22 kiosk:example.jp \
	app:one p11:-x test: self:vault/aaaqeayeaudaocajbifqydiob4 '' \
	"web:$(printf '\033')[31m.jp"; do
	usage 'is no name of a service' nym id "$bad"
	! grep -q "$(printf '\033')" "$err" || fault "passes control characters"
done
usage 'it begins with web:' nym register example.jp
usage 'no port' nym register web:example.jp:443
usage 'unless it is 22' nym register ssh:host:22
usage 'and no service' nym forget self:vault/aaaqeayeaudaocajbifqydiob4

# bindings and what goes with them
usage 'it is holder, site, card2 or none' nym id --binding mine web:example.jp
usage 'protects nothing' nym id --binding none web:example.jp
usage '--insecure is for' nym id --insecure web:example.jp
usage 'needs the key of the operator' nym id --binding site kiosk:a.jp/b
usage 'kiosk: services alone' nym id --binding site --site-key f web:a.jp
usage 'are for --binding site' nym id --site-key f kiosk:a.jp/b
usage 'are for --binding site' nym id --site-profile 2 kiosk:a.jp/b
usage '--site-profile is 1 or 2' nym id --binding site --site-key f \
	--site-profile 3 kiosk:a.jp/b
# its PIN would go to whatever token comes first: a person's card
for uri in pkcs11: pkcs11:object=kop 'pkcs11:manufacturer=x;object=kop'; do
	usage '--site-key names no token' nym id --binding site \
		--site-key "$uri" kiosk:a.jp/b
done
usage 'nothing is registered' nym register --binding site kiosk:a.jp/b
usage 'are not for --binding card2' nym register --binding card2 ssh:host
usage '--period is 0, 7, 28 or 91' nym register --period 30 web:example.jp
usage '--period is 0, 7, 28 or 91' nym register --period 65564 web:example.jp
usage 'never changes by itself' nym register --period 7 ssh:host
usage 'get no assertions' nym assert --challenge $x ssh:host

# a challenge and a place
usage '--challenge is needed' nym assert web:example.jp
for bad in 00 0001 "${x}0" "$x$x$x$x$x" zz AAECAwQFBgcICQoLDA0ODw== \
	'AAEC AwQFBgcICQoLDA0ODw' AAECAwQFBgcICQoLDA0OD; do
	usage '16 to 64 bytes' nym assert --yes --challenge "$bad" web:example.jp
done
for bad in example.jp https://Example.jp https://example.jp:443 \
	https://example.jp/; do
	usage '--origin is not' nym verify --scope web:example.jp \
		--challenge $x --origin "$bad"
done
usage '--exporter is 32 bytes' nym verify --scope web:example.jp \
	--challenge $x --exporter 00
usage '--session is 1 to 64 bytes' nym verify --scope web:example.jp \
	--challenge $x --session 0
usage 'seconds since 1970' nym assert --yes --challenge $x --time -1 \
	web:example.jp
usage 'seconds since 1970' nym assert --yes --challenge $x \
	--time 4294967296 web:example.jp

# consent
for command in 'register web:example.jp' 'reset web:example.jp' \
	'forget web:example.jp' "assert --challenge $x web:example.jp"; do
	# shellcheck disable=SC2086 # words
	usage 'there is no terminal to ask for consent' nym $command
done

# what a service asks for
usage '--scope is needed' nym verify --challenge $x
usage 'it is none, registrar or card' nym verify --scope web:example.jp \
	--challenge $x --need all
usage 'give --trust FILE' nym verify --scope web:example.jp --challenge $x \
	--need card
usage 'give --need too' nym verify --scope web:example.jp --challenge $x \
	--xl-root "$x$x"
usage '--xl-root is 32 bytes' nym verify --scope web:example.jp \
	--challenge $x --xl-root "$x"
usage '--rate is 1 to 255' nym verify --scope web:example.jp --challenge $x \
	--rate 256
usage '--scope is of ssh:' ssh --scope web:example.jp
usage 'give --scope ssh:HOST too' ssh -o file
echo none >pem
run 1 jumin nym verify --scope web:example.jp --challenge $x --trust pem pem
tells 'there is no certificate in it'

# what is no assertion is refused, whatever it is
: >empty
head -c 300 /dev/zero >zeros
echo TllNMQ >short
head -c 200000 /dev/zero | tr '\0' A >long
for bad in empty zeros short long /dev/null -; do
	run 5 jumin nym verify --scope web:example.jp --challenge $x "$bad"
	[ ! -s "$out" ] || fault "wrote to standard output"
	tells 'refused: not an assertion'
done
run 5 jumin nym verify --json --scope web:example.jp --challenge $x
[ "$(value valid)" = false ] || fault "not JSON that says so"
[ "$(value reason)" = MALFORMED ] || fault "not JSON that says why"
run 1 jumin nym verify --scope web:example.jp --challenge $x none
tells 'none: No such file or directory'

# files, before the card
run 1 jumin nym vault export empty
tells 'empty: File exists'
run 1 jumin nym vault import none
tells 'none: there is no such file'
for bad in empty zeros long; do
	run 1 jumin nym vault import $bad
	tells "$bad: this is no vault, or it is damaged"
	run 1 jumin nym vault recover $bad
done
run 1 jumin nym register --yes --manifest zeros web:example.jp
tells 'zeros: this is no manifest'
run 2 jumin nym vault recover --code-fd x
tells '--code-fd needs the number'

# And then it is pcscd that is missing.
head -c 32 /dev/zero >key
chmod 600 key
for command in 'register --yes web:example.jp' 'id web:example.jp' list \
	'list --no-pin' receipts "assert --yes --challenge $x web:example.jp" \
	'vault export new' 'vault renew prepare' \
	'id --binding site --site-key key kiosk:example.jp/a'; do
	# shellcheck disable=SC2086 # words
	run 3 jumin nym $command
	tells 'jumin: error: the smart card service (pcscd) is not running'
done
run 3 jumin ssh --scope ssh:example.jp
[ ! -e new ] || fault "left a file"
