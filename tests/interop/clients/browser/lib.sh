# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # set and read by those who source it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the tests of browsers share, beside ../lib.sh.
#
#   visits BROWSER 'PIN ...' OPTION-OR-URL ...
#                      what BROWSER.py tells is in "got"; PINs in the order in
#                      which prompts get them
#   page URL TLS       one of those visits brought the page with that TLS
#   refused URL WHY    one brought none
#   prompts N TEXT     there were so many, all with that text
#   cost N             commands from the browser's start until the last page
#
# A card without PSS: card_in NAME --param sign-modes=0-3 and pss = off.

url12=https://localhost:$tls12/
url13=https://localhost:$tls13/
url_both=https://localhost:$both/
python=/usr/bin/python3
PYTHONDONTWRITEBYTECODE=1
TMPDIR=$work
export PYTHONDONTWRITEBYTECODE TMPDIR
unset DBUS_SESSION_BUS_ADDRESS WAYLAND_DISPLAY
# digits that are found nowhere else
auth_pin=8351
screens=$build/tests/interop/screens
mkdir -p "$screens"

# What the first page costs where nothing is cached: identification 9, the
# authentication certificate and its CA 14, the CA of the other token 7, login
# 4, signature 7; where the cache knows the card: identification 9, the first
# block of the other token's CA 3, login, signature.  Searches cost nothing.  A
# PIN after a wrong one is sent only when the counter was looked at once more.
first=41
warm=23
login=4
query=1
signature=7

# the folder of one's configuration is no cache: others may read it
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
mkdir -m 700 "$XDG_CACHE_HOME"

# nss_db FOLDER: a database of NSS with $module and the CA of the web servers
nss_db() {
	mkdir -p "$1"
	{
		certutil -N -d "sql:$1" --empty-password &&
			modutil -dbdir "sql:$1" -add Jumin \
				-libfile "$module" -force &&
			certutil -A -d "sql:$1" -n 'Test web CA' -t C,, \
				-i web.pem
	} >nss.log 2>&1 || {
		cat nss.log
		return 1
	}
	mark
}

visits() {
	local browser=$1
	tr -s ' ' '\n' <<<"$2" | grep . >pins || :
	shift 2
	timeout 100 "$python" "$src/tests/interop/clients/browser/$browser.py" \
		--pins pins --trace "$trace" --log browser.log "$@" >got || {
		cat got
		tail -n 20 browser.log
		return 1
	}
	cat got
	# what was typed is in nothing that was written
	not grep -wFf pins browser.log got /run/pcscd/log
}

page() {
	grep -q "visit $1: dn=CN=.*,C=JP tls=$2 verify=SUCCESS " got
}

refused() {
	grep -q "visit $1: refused ($2" got
}

# prompts N TEXT
prompts() {
	is "$(grep -c ' prompt ' got)" "$1" prompts
	is "$(grep -cF -- "$2" got)" "$1" "prompts of $2"
}

commands() {
	sed -n 's/.* commands=//p' got | awk '{ n += $1 } END { print n }'
}

cost() {
	is "$(commands)" "$1" 'commands of all visits'
}

# sign_pin_untouched CARD: no try of it was used
sign_pin_untouched() {
	jumin-vcard info "$1.img" --json |
		grep -q '"ref": "001B", "tries_left": 5,'
}

# screens NAME ...: the pictures are new and show something
screens() {
	local s
	for s in "$@"; do
		[ "$screens/$s.png" -nt pins ]
		"$python" "$src/tests/interop/clients/browser/png.py" \
			"$screens/$s.png"
	done
}
