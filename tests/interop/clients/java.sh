#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# Java: keytool, jarsigner, and a program that signs in several threads and
# meets servers that want a client certificate.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client Java
need "$module" keytool jarsigner java javac jar nginx jumin

# The virtual machine is for minutes, not for seconds.
fast=-XX:TieredStopAtLevel=1
export JAVA_TOOL_OPTIONS="$fast -XX:+UseSerialGC -Xshare:auto"

# The slot of a token: 0 the authentication, 1 the signature token.
settings() {
	printf 'name = Jumin\nlibrary = %s\nslotListIndex = 0\n' "$module" \
		>auth.cfg
	printf 'name = Jumin\nlibrary = %s\nslotListIndex = 1\n' "$module" \
		>sign.cfg
	echo data >file
	keytool -importcert -noprompt -alias web -file web.pem \
		-keystore trust.p12 -storetype PKCS12 -storepass changeit
	jar cf file.jar file
	javac -Xlint:all -Werror -d . "$src/tests/interop/clients/SignTest.java"
}

# store PAIR: what keytool and jarsigner have to be told
store() {
	store=(-keystore NONE -storetype PKCS11
		-providerClass sun.security.pkcs11.SunPKCS11
		-providerArg "$work/$1.cfg" -storepass "$(pin "$1")")
}

# The alias is the label of the certificate, that of its token.
keytool_lists() {
	store auth
	timeout 60 keytool -list "${store[@]}" >got
	cat got
	is "$(grep -c PrivateKeyEntry got)" 1 keys
	grep -q "^$(token auth), PrivateKeyEntry" got
	paid 1/0 0/0
}

# jarsigner_signs PAIR: one PIN, one signature
jarsigner_signs() {
	store "$1"
	cp file.jar "$1.jar"
	timeout 60 jarsigner "${store[@]}" -sigalg SHA256withRSA "$1.jar" \
		"$(token "$1")"
	paid_one "$1"
	jarsigner -verify "$1.jar" >got
	cat got
	grep -q 'jar verified' got
}

# program PAIR STEP ...: SignTest with the JVM options in "jvm"
program() {
	local pair=$1
	shift
	timeout 100 java "${jvm[@]}" -cp . SignTest "$pair.cfg" \
		"$(pin "$pair")" trust.p12 "$@" >got 2>got.err
	cat got got.err
}
jvm=()

signs_in_threads() {
	program auth SHA1withRSA SHA256withRSA SHA384withRSA SHA512withRSA \
		RSASSA-PSS threads "$tls12" "$tls13" "$both"
	local a
	for a in SHA1withRSA SHA256withRSA SHA384withRSA SHA512withRSA \
		RSASSA-PSS; do
		grep -qx "$a good" got
	done
	grep -qx 'threads 16/16' got
	grep -q '^44312 .*CN=.*TLSv1.2' got
	grep -q '^44313 .*CN=.*TLSv1.3' got
	grep -q '^44314 .*CN=.*TLSv1.3' got
	paid 1/24 0/0
}

no_tls13() {
	jvm=(-Djdk.tls.client.protocols=TLSv1.2)
	program auth "$tls12" "$both"
	is "$(grep -c '^443.. .*CN=.*TLSv1.2' got)" 2 'servers that were met'
	paid 1/2 0/0
}

# The signature key: one PIN, one signature, whatever the threads want.
one_signature_for_one_pin() {
	program sign SHA256withRSA threads
	grep -qx 'SHA256withRSA good' got
	grep -qx 'threads 0/16' got
	grep -q ProviderException got.err
	paid 0/0 1/1
}

# consent = session: until the program logs out
signs_often() {
	program sign SHA256withRSA RSASSA-PSS threads
	grep -qx 'RSASSA-PSS good' got
	grep -qx 'threads 16/16' got
	paid 0/0 1/18
}

card_new plain
card_in plain
certificates plain
serve_web
it 'the tools are told of the card' settings
it 'keytool -list: the key and its certificate' keytool_lists
it 'jarsigner signs' jarsigner_signs auth
it 'a program signs in four threads and meets web servers, for one PIN' \
	signs_in_threads
it 'the signature key: jarsigner signs' jarsigner_signs sign
it 'the signature key: a program signs once for one PIN' \
	one_signature_for_one_pin
with_conf 'consent = session'
it 'the signature key, consent = session: as often as it wants' \
	signs_often

card_in plain --param sign-modes=0
with_conf 'pss = off'
it 'card without PSS, pss = off: a program without TLS 1.3 meets web servers' \
	no_tls13
client_done
