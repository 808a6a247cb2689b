#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The same in Japanese, out of the catalogue that was built.
. "${top_srcdir:-.}/tests/cli/lib.sh"
command -v jumin_uninstalled >/dev/null || {
	echo "built without messages in other languages" >&2
	exit 77
}
with_reader 1
LC_ALL=C.UTF-8 # gettext looks at LANGUAGE in any locale but C
LANGUAGE=ja
export LC_ALL LANGUAGE

run 3 jumin_uninstalled status
says 'カードリーダー 0: Virtual PCD'
says '  カードがありません'
tells 'jumin: エラー: カードリーダーにマイナンバーカードがありません'
tells 'jumin: ヒント: カードを'
run 2 jumin_uninstalled frobnicate
tells '「frobnicate」というコマンドはありません'
run 0 jumin_uninstalled --help
says '使い方: jumin'
says '暗証番号が正しいか確かめる'

card_in
run 0 jumin_uninstalled status
says '  利用者証明用電子証明書 (auth)'
says '    暗証番号:    残り3回 (上限3回)'
says '  署名用電子証明書 (sign)'
says '    電子証明書:  暗証番号を入力するまで読めません'
run 0 jumin_uninstalled status --json
says '"label": "JPKI Authentication"' # for programs, in no language
run_pin 4 '0000\n' jumin_uninstalled pin check auth
tells 'jumin: エラー: 暗証番号が違います。あと2回入力できます'
tells '市区町村の窓口'
run_pin 4 'WRONG1\n' jumin_uninstalled pin check sign
tells 'キオスク端末でもできます' # the longest sentence, to its end
run_pin 4 '12\n' jumin_uninstalled pin check auth
tells '暗証番号の桁数が正しくありません'
run_pin 0 'abc123\n' jumin_uninstalled pin check sign
says '署名用電子証明書の暗証番号は正しいです'
run 0 jumin_uninstalled cert show auth
says '発行者:        OU=Japan Agency'
says '有効期間終了:  '
run 0 on_terminal '利用者証明用電子証明書の暗証番号 (残り2回): ' 1234 -- \
	jumin_uninstalled pin check auth
says '利用者証明用電子証明書の暗証番号は正しいです'
run 0 jumin_uninstalled status
says '  アプリ:        公的個人認証、券面事項入力補助、券面事項確認、住民基本台帳、共通カード'
says '  券面事項入力補助 (text)'
says '    暗証番号:    残り3回 (上限3回)'
run_pin 0 '1234\n' jumin_uninstalled attr
says '氏名:          '
says '性別:          '
says '署名:          カード内の証明書と一致します'
openssl genrsa 2048 2>/dev/null | openssl pkey -pubout -out other.pem
run_pin 5 '1234\n' jumin_uninstalled attr --ca other.pem
tells 'jumin: エラー: 署名による確認ができません: 指定の認証局が証明していない鍵による署名です'
run 0 on_terminal '券面事項入力補助の暗証番号 (残り3回): ' 1234 -- \
	jumin_uninstalled pin check text
says '券面事項入力補助の暗証番号は正しいです'
PCSCLITE_CSOCK_NAME=$work/none
export PCSCLITE_CSOCK_NAME
run 3 jumin_uninstalled status
tells 'スマートカードサービス (pcscd) が動いていません'
