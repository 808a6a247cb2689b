# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154,SC2317 # read and called by those who source it
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the tests of this folder share.  Each begins with
#
#   . "${0%/*}/lib.sh"
#   into_reader "$@"        # from here on in namespaces with a pcscd of its own
#   need PROGRAM ...
#
# goes on with cards in the reader and cases,
#
#   card_new NAME [OPTION ...]     issue a card (options of jumin-vcard create)
#   card_in NAME [OPTION ...]      put it into the reader (jumin-vcard run)
#   card_out                       take it out
#   it 'what is claimed' FUNCTION [ARGUMENT ...]
#
# and ends with "finish".  A case runs in a subshell under "set -e": a command
# that fails fails it.  Its output, and the end of the card's trace, are shown
# only then.  A program that is missing skips the test, unless CI=true or
# JM_NO_SKIP=1.
#
# Alone, from a build folder: make check TESTS=tests/interop/pin.sh

src=$(cd "${top_srcdir:-${0%/*}/../..}" && pwd)
build=$(cd "${top_builddir:-.}" && pwd)
module=${MODULE:-$build/.libs/jumin-pkcs11.so}
LC_ALL=C.UTF-8
export LC_ALL
# programs that tools/bootstrap unpacked come last
programs=${JM_PROGRAMS:-$src/build/programs}
PATH=$build:$PATH:/usr/sbin:/sbin:$programs/usr/sbin:$programs/usr/bin
auth_pin=1234
sign_pin=ABC123

# missing WHAT: this machine cannot run the test
missing() {
	echo "$1" >&2
	[ "${CI:-}" = true ] || [ "${JM_NO_SKIP:-0}" = 1 ] || exit 77
	echo "no test may be skipped here" >&2
	exit 1
}

need() {
	local p
	for p in "$@"; do
		case $p in
		/*) [ -e "$p" ] || missing "there is no $p" ;;
		*) command -v "$p" >/dev/null || missing "there is no $p" ;;
		esac
	done
}

# Start over inside, then report what came of it.
into_reader() {
	local status=0
	if [ -z "${JM_INTEROP_INSIDE:-}" ]; then
		work=$(mktemp -d)
		trap 'rm -rf "$work"' EXIT
		trap 'exit 130' INT TERM HUP
		# nothing less ends "unshare", and its namespaces with it
		JM_INTEROP_INSIDE=$work timeout --foreground -s KILL \
			"${JM_INTEROP_TIMEOUT:-280}" \
			"$src/tests/support/pcsc-ns.sh" \
			-n "${JM_INTEROP_DRIVERS:-1}" "$0" "$@" || status=$?
		case $status in
		77) missing "cannot run here" ;;
		137) echo "FAIL not done in time" ;;
		esac
		exit $status
	fi
	work=$JM_INTEROP_INSIDE
	unset JM_INTEROP_INSIDE
	need jumin-vcard openssl opensc-tool
	trap card_kill EXIT
	trap 'exit 130' INT TERM HUP
	cd "$work" || exit 1
	mkdir home
	chmod 700 home
	HOME=$work/home
	XDG_CONFIG_HOME=$HOME XDG_CACHE_HOME=$HOME XDG_RUNTIME_DIR=$HOME
	export HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR
	unset DISPLAY SSH_AUTH_SOCK JUMIN_SCOPE XDG_DATA_HOME
	trace=$work/trace
	: >trace
	: >mark
	printf 'a letter\n' >letter
	passed=0
	failed=0
}

finish() {
	echo "$passed ok, $failed failed"
	[ "$failed" = 0 ]
	exit
}

# --- waiting ---------------------------------------------------------------

# by COMMAND ...: wait until it succeeds; 10 seconds at most
by() {
	local end=$((SECONDS + 10))
	until "$@"; do
		if [ $SECONDS -ge $end ]; then
			echo "waited in vain for: $*"
			return 1
		fi
		sleep 0.02
	done
}

not() {
	! "$@"
}

# running PID: and no zombie
running() {
	local state
	state=$(sed -n 's/^State:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null)
	case $state in
	'' | Z* | X*) return 1 ;;
	esac
}

# --- the card in the reader ------------------------------------------------

reader_full() {
	opensc-tool -l 2>/dev/null | grep -q '^[0-9]* *Yes'
}

card_new() {
	local name=$1
	shift
	rm -f "$name.img"
	jumin-vcard create "$name.img" --ca-out "$work/$name.ca" "$@" \
		>create.log 2>&1 || {
		cat create.log
		echo "FAIL jumin-vcard create $*"
		exit 1
	}
}

# card_in NAME [OPTION ...]
card_in() {
	local name=$1
	shift
	card_kill
	by not reader_full
	# pcscd looks at its readers every 400 ms.  It has to have seen this one
	# empty, or it does not start the next card.
	[ ! -e used ] || sleep 0.7
	: >used
	cat "$trace" >>all.trace
	: >"$trace"
	jumin-vcard run "$name.img" --trace "$trace" "$@" >card.log 2>&1 &
	echo $! >card.pid
	disown
	by card_is_in || {
		cat card.log
		echo "FAIL the card does not come into the reader"
		exit 1
	}
	mark
}

card_is_in() {
	running "$(cat card.pid)" || {
		cat card.log
		echo "FAIL the card ended by itself"
		exit 1
	}
	reader_full
}

card_pid() {
	cat card.pid 2>/dev/null || echo 0
}

# card_stop SIGNAL: end it, wait for its end
card_stop() {
	local pid
	pid=$(card_pid)
	rm -f card.pid
	[ "$pid" != 0 ] || return 0
	kill -"$1" "$pid" 2>/dev/null || return 0
	by not running "$pid"
}

card_kill() {
	card_stop KILL
}

card_out() {
	card_stop TERM
	by not reader_full
}

# --- what the card was told ------------------------------------------------

# mark: count from here
mark() {
	wc -l <"$trace" >mark
}

since() {
	tail -n +$(($(cat mark) + 1)) "$trace"
}

# Commands since the mark; of those, VERIFYs of a PIN; of those, wrong ones.  A
# retry query is the same instruction without data.
apdus() {
	since | grep -c -- '->' || :
}

# Bytes both ways since the mark, status words included.
bytes() {
	since | awk '/->/ {
		split($0, half, " -> ")
		left = half[1]
		while (match(left, /\[[0-9]+[^]]*\]/)) {
			n += substr(left, RSTART + 1) + 0
			left = substr(left, 1, RSTART - 1) \
				substr(left, RSTART + RLENGTH)
		}
		n += length(left) / 2
		if (half[2] !~ /no reply/)
			n += substr(half[2], 2) + 2
	} END { print n + 0 }'
}

# Microseconds of the latency model since the mark: what card and link took.
card_us() {
	since | awk '/^# [0-9]+ us$/ { n += $2 } END { print n + 0 }'
}

verify_line='20[0-9A-F]\{4\}[0-9A-F]\{2\}\['
verifies() {
	since | grep -c -- "^[0-9A-F]\{2\}$verify_line.*->" || :
}

wrong_verifies() {
	since | grep -- "^[0-9A-F]\{2\}$verify_line" | grep -c '63C.$' || :
}

signatures() {
	since | grep -c '^802A.*9000$' || :
}

# is GOT WANTED WHAT
is() {
	[ "$1" = "$2" ] || {
		echo "$3: $1, not $2"
		return 1
	}
}

# --- cases -----------------------------------------------------------------

it() {
	local what=$1 status=0
	shift
	mark
	set +e
	(
		set -e
		"$@"
	) >case.log 2>&1 </dev/null
	status=$?
	if [ $status = 0 ]; then
		passed=$((passed + 1))
		echo "ok   $what"
		return
	fi
	failed=$((failed + 1))
	echo "FAIL $what (status $status)"
	tail -n 40 case.log | sed 's/^/    | /'
	since | tail -n 30 | cut -c 1-120 | sed 's/^/    > /'
}

# ends STATUS COMMAND ...: it ends so
ends() {
	local want=$1 got=0
	shift
	"$@" || got=$?
	is "$got" "$want" "status of $1"
}

# refuses COMMAND ...: it ends with an error, not with a signal or in time-out
refuses() {
	local got=0
	timeout 30 "$@" || got=$?
	echo "status $got"
	[ $got -gt 0 ] && [ $got -lt 124 ]
}

# says PATTERN COMMAND ...: and succeeds
says() {
	local want=$1
	shift
	"$@" >said 2>&1 || {
		cat said
		return 1
	}
	cat said
	grep -q -- "$want" said
}

# --- budgets ---------------------------------------------------------------

# costs 'job' MOST FUNCTION [ARGUMENT ...]: a case that fails when it takes more
# commands to the card, which is called $card here
costs() {
	local what=$1 most=$2 n
	shift 2
	it_costs "$@" >costs.log 2>&1 </dev/null || {
		failed=$((failed + 1))
		echo "FAIL $card, $what"
		tail -n 40 costs.log | sed 's/^/    | /'
		return
	}
	n=$(apdus)
	if [ "$n" -gt "$most" ] || [ "$n" = 0 ]; then
		failed=$((failed + 1))
		echo "FAIL $card, $what: $n commands, $most allowed"
		since | cut -c 1-120 | sed 's/^/    > /'
		return
	fi
	passed=$((passed + 1))
	echo "ok   $card, $what: $n commands, $most allowed"
}

it_costs() (
	mark
	set -e
	"$@"
)

# --- the module ------------------------------------------------------------

# p11 STEP ...: one process that does these steps; see p11job.c
p11() {
	timeout 60 "$build/tests/interop/p11job" "$module" init "$@"
}

# p11_is STEP ... -- LINE ...: the lines it writes after "init"
p11_is() {
	local steps=()
	while [ "$1" != -- ]; do
		steps+=("$1")
		shift
	done
	shift
	printf '%s\n' 'init CKR_OK' "$@" >wanted
	p11 "${steps[@]}" >got || {
		cat got
		return 1
	}
	diff wanted got
}

# p11_start NAME STEP ...: the same, going on beside the script
p11_start() {
	local name=$1
	shift
	rm -f "$name.in"
	mkfifo "$name.in"
	: >"$name.out" # what an earlier one said is not heard again
	"$build/tests/interop/p11job" "$module" init "$@" \
		<>"$name.in" >"$name.out" 2>&1 &
	echo $! >"$name.pid"
}

# p11_said NAME LINE: wait for the line; p11_tell NAME: end its "wait"
p11_said() {
	by p11_has "$1" "$2" || {
		cat "$1.out"
		return 1
	}
}

p11_has() {
	grep -qx -- "$2" "$1.out" || {
		running "$(cat "$1.pid")" || {
			grep -qx -- "$2" "$1.out" && return 0
			echo "$1 ended without: $2"
			cat "$1.out"
			exit 1
		}
		return 1
	}
}

p11_tell() {
	echo go >"$1.in"
}

p11_end() {
	by not running "$(cat "$1.pid")"
	cat "$1.out"
}

# verified PAIR SIGNATURE [OPTION ...]: openssl says it is one over "letter"
verified() {
	local pair=$1 sig=$2
	shift 2
	openssl dgst -sha256 -verify "$pair.pub" -signature "$sig" "$@" letter
}

# --- a server to log in to ---------------------------------------------------

ssh_port=40022

# it changes its groups, which root of a user namespace may not
can_serve_ssh() {
	command -v sshd >/dev/null && grep -q allow /proc/self/setgroups
}

# ssh_server KEYS: one of our own, on this namespace's loopback, for whoever has
# one of the keys in the file; known_hosts knows it, sshd.pid is who ends it
ssh_server() {
	ssh-keygen -q -t ed25519 -N '' -f host
	printf '[127.0.0.1]:%s %s\n' "$ssh_port" "$(cut -d' ' -f1,2 host.pub)" \
		>known_hosts
	cp "$1" authorized_keys
	chmod 600 authorized_keys
	cat >sshd_config <<END
Port $ssh_port
ListenAddress 127.0.0.1
HostKey $work/host
AuthorizedKeysFile $work/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
UsePAM no
StrictModes no
PidFile $work/sshd.pid
END
	mkdir -p /run/sshd
	# its package would have made this user
	grep -q '^sshd:' /etc/passwd || {
		cp /etc/passwd passwd
		echo 'sshd:x:64999:65534::/run/sshd:/usr/sbin/nologin' >>passwd
		mount --bind passwd /etc/passwd
	}
	"$(command -v sshd)" -f "$work/sshd_config" -E "$work/sshd.log"
	by test -s sshd.pid
}

# raw COMMAND ...: sent as they are, by another program; their status words
raw() {
	local args=() c
	for c in "$@"; do
		args+=(-s "$c")
	done
	opensc-tool -c default "${args[@]}" >raw.log 2>&1 || {
		cat raw.log
		return 1
	}
	sed -n 's/^Received (SW1=0x\(..\), SW2=0x\(..\)).*/\1\2/p' raw.log |
		tr '\n' ' ' | sed 's/ $//'
}

# public_keys: auth.pub and sign.pub of the card in the reader, read by OpenSC.
# It leaves the PIN's status on the card, so the card is put in anew.
public_keys() {
	if pkcs15-tool --read-certificate 01 -o auth.crt >pub.log 2>&1 &&
		pkcs15-tool --read-certificate 02 --verify-pin --auth-id 02 \
			--pin "$sign_pin" -o sign.crt >>pub.log 2>&1 &&
		openssl x509 -in auth.crt -noout -pubkey -out auth.pub &&
		openssl x509 -in sign.crt -noout -pubkey -out sign.pub; then
		return
	fi
	cat pub.log
	echo "FAIL the card's certificates cannot be read by OpenSC"
	exit 1
}
