#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2030,SC2031 # "out" of the subshell is its own
# Service identities at a terminal: what is told before the PIN is asked for,
# and that a "no" is one.  In English and in Japanese.
. "${top_srcdir:-.}/tests/cli/lib.sh"
with_reader 1
HOME=$work/home
export HOME
unset XDG_DATA_HOME
mkdir "$HOME"
card_in
x=000102030405060708090a0b0c0d0e0f
pin='PIN of JPKI Authentication (3 attempts left): '

# before A B: A is shown before B
before() {
	[ "$(grep -nF -- "$1" "$out" | head -n 1 | cut -d: -f1)" -lt \
		"$(grep -nF -- "$2" "$out" | head -n 1 | cut -d: -f1)" ] ||
		fault "not before the other: $1"
}

# A "no" of any form costs no PIN and leaves nothing.
for no in no y YES ''; do
	from_here
	run 1 on_terminal 'Type yes to agree: ' "$no" -- \
		jumin nym register web:example.jp
	says 'cancelled: nothing was given out or changed'
	verifies 0
done
[ -z "$(find "$HOME" -name '*.vault')" ] || fault "made a vault"

run 0 on_terminal 'Type yes to agree: ' yes "$pin" 1234 -- \
	jumin nym register --period 28 web:example.jp
says 'Register with web:example.jp'
says 'an identifier for this service only; not your name, number or certificate'
says 'it changes by itself every 28 days'
says 'Who: it says no more of itself than that name'
says 'Traceable: no; it has nothing that a court could open'
! grep -q 'Not given' "$out" || fault "speaks of what nobody asked for"
says 'Recovery code: '
says 'It is shown this once.'
before 'What it gets' 'PIN of'
before 'PIN of' 'Recovery code'
[ "$(grep -c '^Recovery code: \([a-z2-7]\{4\} \)\{7\}[a-z2-7]\{4\}.$' \
	"$out")" = 1 ] || fault "no code of 8 groups of 4"

# Known, the same set: no question but the PIN.
run 0 on_terminal "$pin" 1234 -- \
	jumin nym assert --challenge $x web:example.jp
says 'Show your identifier to web:example.jp'
says 'as you agreed when you registered'
! grep -q 'Type yes' "$out" || fault "asks about what was agreed to"
! grep -q 'Recovery code' "$out" || fault "shows a code again"
# Another set: asked about, while nothing has left.
run 1 on_terminal "$pin" 1234 'Type yes to agree: ' no -- \
	jumin nym assert --period 0 --challenge $x web:example.jp
says 'you agreed to another period; the service will see a newcomer'
! grep -q TllNMQ "$out" || fault "gave an assertion out"
run 0 on_terminal "$pin" 1234 'Type yes to agree: ' yes -- \
	jumin nym assert --period 0 --challenge $x web:example.jp
says TllNMQ
run 0 on_terminal "$pin" 1234 -- \
	jumin nym assert --period 0 --challenge $x web:example.jp
# The service's clock: after it was told who asks.
from_here
run 1 on_terminal -- \
	jumin nym assert --time 1700000000 --challenge $x web:example.jp
before 'Show your identifier' cancelled
verifies 0
# Who keeps nothing is asked each time, and warned.
run 1 on_terminal 'Type yes to agree: ' no -- \
	jumin nym assert --binding card2 --challenge $x web:card2.example.jp
says 'whoever has your card and its PIN has this identifier'

run 0 on_terminal 'Type yes to agree: ' yes "$pin" 1234 -- \
	jumin nym reset web:example.jp
says 'The site will see a newcomer'
run 1 on_terminal 'Type yes to agree: ' no -- jumin nym forget web:example.jp
says "After another registration the site knows you again"

# What a service says of itself is shown before anything is asked, and a signature
# of nobody known is no word for it.
manifest() (
	set +u
	tmp=$work
	here=$source/tests/nym
	# shellcheck source=tests/nym/openssl-lib.sh
	. "$source/tests/nym/openssl-lib.sh"
	hex web:said.example.jp
	scope=$out
	hex 'A library'
	name=$out
	hex 'to keep your place'
	purpose=$out
	hex https://a.example.jp
	first=$out
	hex https://b.example.jp
	enc NYM1/origins "$first" "$out"
	enc NYM1/manifest "$scope" "$name" "$purpose" 001c 01 11 "$out" \
		00000000 ffffffff
	bytes "$out"
	head -c 64 /dev/zero | tr '\0' '\1'
)
manifest >said.m
run 1 on_terminal 'Type yes to agree: ' no -- \
	jumin nym register --manifest said.m web:said.example.jp
says 'Who: A library (nobody vouches for that)'
says 'Shared by: https://a.example.jp https://b.example.jp'
says 'Why: to keep your place'
says 'it changes by itself every 28 days'
says 'Traceable: no; it has nothing that a court could open'
says 'Not given: an attestation, which it asks for as well'
# A code is not shown while it is typed.
run_pin 0 '1234\n' jumin nym vault export copy
run 4 on_terminal 'Recovery code: ' 'aaaa bbbb' -- \
	jumin nym vault recover copy
says 'this is no recovery code'
! grep -q 'aaaa bbbb' "$out" || fault "the code is shown"

command -v jumin_uninstalled >/dev/null || exit 0
LC_ALL=C.UTF-8 # gettext looks at LANGUAGE in any locale but C
LANGUAGE=ja
export LC_ALL LANGUAGE
agree='同意する場合は yes と入力してください: '
pin='利用者証明用電子証明書の暗証番号 (残り3回): '
run 0 on_terminal "$agree" yes "$pin" 1234 -- \
	jumin_uninstalled nym register web:ja.example.jp
says 'web:ja.example.jp に登録します'
says '渡すもの: この利用先だけの仮名識別子。氏名、番号、電子証明書は渡しません'
says '期間: 再設定するまで変わりません'
says '追跡: できません (裁判所などが開示できる情報を含みません)'
run 0 on_terminal "$agree" yes "$pin" 1234 -- \
	jumin_uninstalled nym reset --new-secret web:ja.example.jp
says '利用先からは新しい利用者に見えます'
says '復元コード: '
says '表示されるのは今回だけです'
run 1 on_terminal "$agree" no -- \
	jumin_uninstalled nym forget web:ja.example.jp
says '取りやめました。何も渡さず、何も変更していません'
run 2 jumin_uninstalled nym id web:EXAMPLE.jp
tells '「web:EXAMPLE.jp」は利用先の名前ではありません'
run 5 jumin_uninstalled nym verify --scope web:example.jp --challenge $x
tells '拒否: 仮名識別子の証明ではありません'
run_pin 0 '1234\n' jumin_uninstalled nym list
says '仮名識別子:       nym1'
says '自動更新:         なし (再設定するまで同じ)'
run_pin 1 '1234\n' jumin_uninstalled nym id web:none.example.jp
tells 'web:none.example.jp: この利用先は登録されていません'
