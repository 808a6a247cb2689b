#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2317 # the cases are called by "it"
# GnuPG with the module in the place of its own card daemon: a key of gpg over
# the card's, and gpgsm with the card's certificate.
set -u
# shellcheck source=tests/interop/clients/lib.sh
. "${0%/*}/lib.sh"
into_reader "$@"
client GnuPG
need "$module" gpg gpgsm gpgconf gpg-connect-agent gnupg-pkcs11-scd jumin

# It answers with the PIN of the token that it is asked for, and keeps what it
# was asked.
pinentry() {
	cat >pinentry <<END
#!/bin/sh
pin=$auth_pin
echo 'OK ready'
while read -r cmd rest; do
	case \$cmd in
	SETDESC)
		echo "desc \$rest" >>$work/asked
		case \$rest in *Signature*) pin=$sign_pin ;; esac
		;;
	GETPIN)
		echo 'GETPIN' >>$work/asked
		echo "D \$pin"
		;;
	GETINFO)
		case \$rest in
		pid) echo "D \$\$" ;;
		flavor) echo 'D script' ;;
		version) echo 'D 1.0' ;;
		esac
		;;
	BYE)
		echo OK
		exit 0
		;;
	esac
	echo OK
done
END
	chmod 755 pinentry
	: >asked
}

settings() {
	export GNUPGHOME=$work/gnupg
	mkdir -m 700 gnupg
	cat >gnupg/gpg-agent.conf <<END
scdaemon-program $(command -v gnupg-pkcs11-scd)
pinentry-program $work/pinentry
END
	cat >gnupg/gnupg-pkcs11-scd.conf <<END
providers jumin
provider-jumin-library $module
END
	echo disable-crl-checks >gnupg/gpgsm.conf
	pinentry
}

# scd_ends: each case meets a new card daemon, which has to be given the PIN
scd_ends() {
	: >asked
	gpgconf --kill gpg-agent
	mark
}

shows_card() {
	timeout 60 gpg --card-status >got
	cat got
	nothing_paid
}

# the keygrip of the authentication key, without a PIN
learns_key() {
	gpg-connect-agent 'SCD LEARN --force' /bye >got
	cat got
	sed -n 's/^S KEYPAIRINFO \([0-9A-F]*\) .*Authentication.*/\1/p' got \
		>grip
	is "$(wc -l <grip)" 1 'keys of the authentication token'
	nothing_paid
}

# It signs itself and its own user id: two signatures, one PIN.
makes_key() {
	scd_ends
	gpg-connect-agent 'SCD LEARN --force' /bye >/dev/null
	cat >parameters <<END
Key-Type: RSA
Key-Grip: $(cat grip)
Key-Usage: sign
Name-Real: Taro Test
Name-Email: taro@example.test
Expire-Date: 0
%commit
END
	timeout 60 gpg --batch --yes --full-generate-key parameters
	gpg -K --with-keygrip >got
	cat got
	grep -q "$(cat grip)" got
	asked 1 GETPIN
	grep -q 'desc.*JPKI.*Authentication' asked
	local n
	n=$(signatures)
	[ "$n" -ge 1 ]
	echo "$n signatures"
	paid "1/$n" 0/0
}

gpg_signs() {
	scd_ends
	rm -f letter.sig
	timeout 60 gpg --batch --yes -u taro@example.test "$@" -o letter.sig \
		letter
	asked 1 GETPIN
	paid 1/1 0/0
	case $1 in
	--detach-sign)
		gpg --batch --verify letter.sig letter
		echo other >other
		refuses gpg --batch --verify letter.sig other
		;;
	*)
		gpg --batch --verify letter.sig
		;;
	esac
}

# The agent keeps the PIN's session as long as the daemon lives.
gpg_signs_again() {
	scd_ends
	local i
	for i in 1 2 3; do
		timeout 60 gpg --batch --yes -u taro@example.test \
			--detach-sign -o "$i.sig" letter
		gpg --batch --verify "$i.sig" letter
	done
	asked 1 GETPIN
	paid 1/3 0/0
}

fingerprint() {
	openssl x509 -in "$1" -noout -fingerprint -sha1 | cut -d= -f2
}

learns_certificate() {
	scd_ends
	echo "$(fingerprint auth-ca.pem) S relax" >gnupg/trustlist.txt
	gpgsm --batch --import auth-ca.pem
	timeout 60 gpgsm --batch --learn-card
	gpgsm --batch -K >got
	cat got
	grep -q 'JPKI-TEST' got
	nothing_paid
}

# A signature whose top bit is set gets a zero byte before it, and OpenSSL
# refuses such a CMS: gpgsm checks it.
gpgsm_signs() {
	scd_ends
	timeout 60 gpgsm --batch --yes -u "$(fingerprint auth.crt)" \
		--detach-sign -o letter.p7 letter
	gpgsm --batch --verify letter.p7 letter
	echo other >other
	refuses gpgsm --batch --verify letter.p7 other
	asked 1 GETPIN
	paid 1/1 0/0
}

card_new plain
card_in plain
certificates plain
settings
it 'gpg --card-status' shows_card
it 'the daemon learns the key without a PIN' learns_key
it 'gpg makes a key of its own over that of the card, for one PIN' makes_key
it 'gpg --detach-sign' gpg_signs --detach-sign
it 'gpg --sign' gpg_signs --sign
it 'gpg signs again and again for one PIN' gpg_signs_again
it 'gpgsm learns the certificate without a PIN' learns_certificate
it 'gpgsm --detach-sign' gpgsm_signs
gpgconf --kill all
client_done
