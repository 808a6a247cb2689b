#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The transport over a real pcscd and the virtual card: log-out, resets,
# removal, an exclusive holder, pcscd restarted.
set -eu
top_srcdir=${top_srcdir:-.}
top_builddir=${top_builddir:-.}

if [ "${1:-}" != --inside ]; then
	exec "$top_srcdir/tests/support/pcsc-ns.sh" "$0" --inside
fi

dir=$(mktemp -d)
trap 'kill $(cat "$dir"/*.pid) 2>/dev/null || :; rm -rf "$dir"' EXIT
"$top_builddir/jumin-vcard" create "$dir/card" >/dev/null

cat >"$dir/insert" <<END
"$top_builddir/jumin-vcard" run "$dir/card" >"$dir/log" 2>&1 &
echo \$! >"$dir/card.pid"
END
cat >"$dir/pull" <<END
kill \$(cat "$dir/card.pid")
for i in 1 2 3 4 5 6 7 8 9 10; do # it keeps the image locked
	kill -0 \$(cat "$dir/card.pid") 2>/dev/null || break
	sleep 0.1
done
END
# the pcscd of this namespace alone: its folder is a mount of our own
cat >"$dir/stop" <<END
kill \$(cat /run/pcscd/pcscd.pid)
while [ -e /run/pcscd/pcscd.pid ]; do sleep 0.1; done
sh "$dir/pull"
END
cat >"$dir/start" <<END
pcscd --foreground --config /run/pcscd/readers.d >/dev/null 2>&1 &
echo \$! >"$dir/pcscd.pid"
sh "$dir/insert"
END
sh "$dir/insert"
"$top_builddir/tests/interop/pcsc_link" "sh $dir/pull" "sh $dir/insert" \
	"sh $dir/stop" "sh $dir/start"
