#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A check that cannot fail checks nothing: each one passes on a copy of the
# tree and fails once one violation is planted in it.
set -eu
cd "${top_srcdir:-.}"
tmp=$(mktemp -d)
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
status=0

mkdir "$tmp/clean"
for part in src pkcs11 drivers profiles tools tests doc configure.ac \
	Makefile.am README.md NEWS; do
	[ ! -e "$part" ] || cp -R "$part" "$tmp/clean"
done
chmod -R u+w "$tmp/clean"

# run DIR CHECK: its exit status, its words in $tmp/out
run() {
	env top_srcdir="$1" "$1/tests/check-$2.sh" >"$tmp/out" 2>&1
}

# plant CHECK WHAT SHELL-COMMANDS: they are run at the top of a fresh copy
plant() {
	if ! run "$tmp/clean" "$1"; then
		echo "check-$1: fails on the clean tree:" >&2
		cat "$tmp/out" >&2
		status=1
		return
	fi
	rm -rf "$tmp/bad"
	cp -R "$tmp/clean" "$tmp/bad"
	(cd "$tmp/bad" && eval "$3")
	if run "$tmp/bad" "$1"; then
		echo "check-$1: does not notice $2" >&2
		status=1
	elif [ ! -s "$tmp/out" ]; then
		echo "check-$1: says nothing about $2" >&2
		status=1
	fi
}

c='/* SPDX-License-Identifier: LGPL-2.1-or-later */'

plant layers 'an include that points upwards' \
	"echo '#include \"card/card.h\"' >> src/base/wipe.c"
plant layers 'the middleware in the virtual card' \
	"echo '# include \"apdu/apdu.h\"' > src/vcard/vc_x.c"
plant layers 'an include that is not written from the top' \
	"echo '#include \"wipe.h\"' >> src/base/wipe.c"
plant layers 'a folder that layers.txt does not know' \
	"mkdir src/new && echo '#include \"base/wipe.h\"' > src/new/x.c"

plant foreign 'winscard.h in the card core' \
	"echo '#include <winscard.h>' >> src/base/wipe.h"
plant foreign 'OpenSSL outside its files' \
	"echo '#include <openssl/evp.h>' >> src/crypto/digest.h"
plant foreign 'PKCS#11 types in the core' \
	"echo '#include <p11-kit/pkcs11.h>' > src/objects/x.h"
plant foreign 'a front end that signs past the guard' \
	"echo '#include \"card/key.h\"' > pkcs11/x.c"
plant foreign 'gettext in a library' \
	"echo '#include <libintl.h>' > src/base/x.c"

plant layers 'the driver for OpenSC in the module' \
	"echo '#include \"drivers/opensc/osc.h\"' >> pkcs11/attr.c"
plant layers 'the module in the driver for OpenSC' \
	"echo '#include \"pkcs11/rv.h\"' >> drivers/opensc/osc_err.h"
plant foreign 'OpenSC outside of its driver' \
	"echo '#include <libopensc/opensc.h>' >> src/objects/token.h"
plant foreign 'winscard.h in the driver for OpenSC' \
	"echo '#include <winscard.h>' >> drivers/opensc/osc.h"

plant sizes 'a long file of the driver' \
	"yes '# x' | head -n 501 >> drivers/opensc/opensc.conf.in"
plant sizes 'a long source file' \
	"yes 'int x;' | head -n 501 > src/base/long.c"
plant sizes 'a long script' "yes : | head -n 501 > tests/long.sh"
plant sizes 'a long README' "yes . | head -n 120 > README.md"

plant headers 'a header that needs another' \
	"echo 'size_t jm_x(void);' > src/base/x.h"
[ -z "${OPENSC_RELEASE:-}" ] ||
	plant headers 'a header of the driver that needs another' \
		"echo 'int osc_x(sc_card_t *card);' > drivers/opensc/x.h"
plant headers 'a header without a guard' \
	"echo 'struct jm_x { int a; };' > src/base/x.h"

plant spdx 'a source file without a licence' 'echo > src/base/x.c'
plant spdx 'a configuration without a licence' \
	"sed -i 1d drivers/opensc/opensc.conf.in"
plant spdx 'a list of exports without a licence' \
	"sed -i 1d drivers/opensc/exports.map"
plant spdx 'a fragment without a licence' 'echo > src/base/local.mk'

[ ! -x /usr/bin/python3 ] ||
	plant python 'a script that does not compile' "echo 'def' > tests/x.py"
if command -v shellcheck >/dev/null; then
	# shellcheck disable=SC2016 # not to be expanded: it is the fault
	plant shell 'an unquoted variable' \
		'printf "#!/bin/sh\nrm \$1\n" > tests/x.sh'
fi

plant versions 'an older version in NEWS' "sed -i s/^0/9/ NEWS"
plant versions 'a version in a source file' \
	"sed -n 's/^AC_INIT(.jumin., .\(.*\)])/\"\1\"/p' configure.ac \
	> src/base/x.c"
plant versions 'a manual page without the version' "echo .Os > doc/x.1"

if command -v xgettext >/dev/null; then
	plant po 'a message without its Japanese' \
		"echo 'const char *x = _(\"never seen\");' >> tools/jumin/main.c"
	plant po 'an error without its Japanese' \
		"sed -i 's/\"out of memory\"/\"no memory\"/' src/base/err.h"
fi
if command -v mandoc >/dev/null; then
	plant man 'what mandoc warns about' "echo .Xx >> doc/jumin.1"
	plant man 'a page that is not installed' \
		"cp doc/jumin.1 doc/other.1"
	plant man 'a function of the library without a page' \
		"sed -i '/^\.Nm nym_batch_note/d' doc/nym_trust_new.3"
	plant man 'a function without its prototype' \
		"sed -i '/^\.Fn nym_xl_root/d' doc/nym_xl_build.3"
	plant man 'a function without a link' \
		"sed -i 's/ nym_text / /' doc/local.mk"
	plant man 'a reason on no page' \
		"sed -i 's/NYM_ROLL_KEY//' doc/nym_verify.3"
	[ ! -x "${top_builddir:-.}/jumin" ] ||
		plant man 'an option that the program does not have' \
			"echo .Fl -bogus >> doc/jumin.1"
	plant man 'an option of the driver that is on no page' \
		"sed -i 's/^.It Ic data_objects$/.It Ic data/' doc/opensc-jumin.5"
	plant man 'an option that the driver does not read' \
		"sed -i 's/# ca_certificates =/# ca =/' drivers/opensc/opensc.conf.in"
fi

first='profiles/mynumber-2016.profile'
# second SED-SCRIPT: another generation, the first one edited
second() {
	echo "sed -e 's/^name .*/name Second/' -e '$1' $first" \
		"> profiles/second.profile &&" \
		"sed -i 's,$first,& profiles/second.profile,' src/card/local.mk"
}
cp -R "$tmp/clean" "$tmp/two"
other='s/^label .*/label OTHER/; /^fallback/d'
(cd "$tmp/two" && eval "$(second "$other")")
run "$tmp/two" profiles || {
	echo "check-profiles: refuses a second generation" >&2
	cat "$tmp/out" >&2
	status=1
}
template=drivers/minidriver/juminmd
plant calais 'an ATR typed into a template' \
	"echo '\"ATR\"=hex:3b,e0,00' >> $template.reg.in"
plant calais 'a width whose cards are left out' \
	"sed -i '/^@inf-add 32@/d' $template.inf.in"
plant calais 'cards that uninstalling leaves' \
	"sed -i '/^@reg-del 64@/d' $template-remove.reg.in"
plant calais 'an ATR that the generator loses' \
	"sed -i 's/if (name in seen)/if (cards > 3)/' tools/build/calais.awk"

plant profiles 'an unknown word' "echo 'pan auth 0018' >> $first"
plant profiles 'a word given twice' "echo 'sfi no' >> $first"
plant profiles 'a file used twice' "echo 'available 0018 8F' >> $first"
plant profiles 'a word that is missing' "sed -i /^modes/d $first"
plant profiles 'a key longer than a short reply' \
	"sed -i '/^key *auth/s/2048/4096/' $first"
plant profiles 'a curve that is not ours' \
	"sed -i 's/rsa 2048/ec P-521/' $first"
plant profiles 'a form of signature that is none' \
	"echo 'sig both' >> $first"
plant profiles 'a PIN longer than its buffer' \
	"sed -i '/^pin *sign/s/ 16 / 65 /' $first"
plant profiles 'a key without its PIN' "sed -i '/^pin *sign/d' $first"
many=profiles/mynumber-2016.profile
plant profiles 'an application that is none' "echo 'app bus F0 01 02 03 04' >> $many"
plant profiles 'an application given twice' "echo 'app text F0 01 02 03 04' >> $many"
plant profiles 'two applications with one AID' "sed -i '/^app *face/s/02\$/08/' $many"
plant profiles 'a text entry without its certificate' \
	"sed -i '/^text *certificate/d' $many"
plant profiles 'a text entry without its PIN' "sed -i '/^pin *text/d' $many"
plant profiles 'one file of the text entry for two things' \
	"sed -i '/^text *signature/s/0003/0002/' $many"
plant profiles 'the individual number as a file to show' \
	"sed -i '/^data *text-info/s/0005/0001/' $many"
plant profiles 'its picture as a file to show' \
	"sed -i '/^data *face-info/s/0003/0005/' $many"
plant profiles 'a file to show that has no name' \
	"echo 'data number text 0006 tlv FF10 free' >> $many"
plant profiles 'a file to show that is another one to read' \
	"sed -i '/^data *text-signature/s/0003/0006/' $many"
plant profiles 'a file to show given twice' \
	"sed -i '/^data *text-info/s/0005/0004/' $many"
plant profiles 'a file to show of no application' \
	"sed -i '/^app *common/d' $many"
plant profiles 'a file to show behind the PIN of another application' \
	"sed -i '/^data *face-birth/s/pin birth/pin text/' $many"
plant profiles 'a file to show without its PIN' \
	"sed -i '/^pin *birth/d' $many"
plant profiles 'a file to show that begins with nothing' \
	"sed -i '/^data *face-info/s/FF30/0000/' $many"
plant profiles 'a file to show that is and is not free' \
	"sed -i '/^data *common/s/free/free pin text/' $many"
plant profiles 'a number of the face without its application' \
	"sed -i '/^app *face/d; /^data *face/d' $many"
plant profiles 'a pair whose limit is not known' \
	"sed -i '/^pin *auth/s/ 3 / 0 /' $many"
plant profiles 'two generations with one AID and label' \
	"$(second '/^fallback/d')"
plant profiles 'two fallbacks of one AID' "$(second 's/^label .*/label OTHER/')"
plant profiles 'a profile that is not built in' \
	"sed 's/^name .*/name Second/; $other' $first > profiles/second.profile"

# The install check configures: it is not run on a clean copy here.
refused() { # refused WHAT SOURCE BUILD
	if env top_srcdir="$2" top_builddir="$3" tests/check-install.sh \
		>"$tmp/out" 2>&1; then
		echo "check-install: does not notice $1" >&2
		status=1
	elif grep -q 'nothing to try' "$tmp/out" || [ ! -s "$tmp/out" ]; then
		cat "$tmp/out" >&2
		echo "check-install: did not try $1" >&2
		status=1
	fi
}
says() { # says WORDS: that is why
	grep -q "$1" "$tmp/out" && return 0
	echo "check-install: not '$1' but: $(cat "$tmp/out")" >&2
	status=1
}
# installer FILE [RELEASE]: a build folder that installs FILE, for that OpenSC
installer() {
	rm -rf "$tmp/fake"
	mkdir "$tmp/fake"
	# shellcheck disable=SC2016 # for make
	printf 'install:\n\tmkdir -p $(DESTDIR)%s\n\t>$(DESTDIR)%s\nuninstall:\n' \
		"${1%/*}" "$1" >"$tmp/fake/Makefile"
	printf '#!/bin/sh\nsed "s,@prefix@,/opt/x,; s,@OPENSC_RELEASE@,%s,"\n' \
		"${2:-}" >"$tmp/fake/config.status"
	chmod +x "$tmp/fake/config.status"
}
# osc WHAT SED-SCRIPT: the driver's files, one of them edited, are refused
osc() {
	installer /opt/x/man/opensc-jumin.5 1.2.3
	for f in opensc-jumin.conf opensc.conf; do
		sed -e 's,@CONF@,/opt/x/opensc.conf,; s,@RELEASE@,1.2.3,' \
			-e 's,@DRIVER@,/opt/x/card-jumin.so,' -e "$2" \
			drivers/opensc/$f.in >"$tmp/fake/$f"
	done
	{
		# shellcheck disable=SC2016 # for make
		printf 'install: more\nmore:\n\tmkdir -p $(DESTDIR)%s\n' /opt/x
		# shellcheck disable=SC2016 # for make
		printf '\tcp *.conf $(DESTDIR)%s; >$(DESTDIR)%s\n' /opt/x \
			/opt/x/card-jumin.so
		echo '	echo export OPENSC_CONF=/opt/x/opensc.conf'
	} >>"$tmp/fake/Makefile"
	refused "$1" . "$tmp/fake"
	# as the real one would, it would go on to what is left behind
	case $1 in
	nothing*) grep -q 'left behind' "$tmp/out" ;;
	*) ! grep -q 'left behind' "$tmp/out" ;;
	esac || {
		echo "check-install: does not see $1: $(cat "$tmp/out")" >&2
		status=1
	}
}
if [ ! -f config.status ]; then
	installer /etc/passwd
	refused 'a file outside the prefix' . "$tmp/fake"
	installer /opt/x/lib/jumin.la
	refused "libtool's notes" . "$tmp/fake"
	installer /opt/x/bin/jumin
	refused 'a file that stays' . "$tmp/fake"
	grep -q 'left behind' "$tmp/out" || status=1
	installer /opt/x/lib/card-jumin.so
	refused 'a driver for OpenSC without its source' . "$tmp/fake"
	says "without OpenSC's source"
	installer /opt/x/lib/card-jumin.so 1.2.3
	refused 'a driver for OpenSC without its page' . "$tmp/fake"
	says 'jumin.5 is not installed'
	osc 'nothing wrong with the driver' ''
	osc 'a driver elsewhere' 's,/opt/x/card-j,/opt/card-j,'
	osc 'a driver in one place alone' "/emulate/,\$s,module.*,,"
	osc 'a driver too many' 's,^app.*,&\n\tmodule = "/opt/x/card-jumin.so";,'
	osc 'a block that goes on' "\$d"
	osc 'a name that was not filled in' "\$s,\$, @X@,"
	osc 'another release' 's,1\.2\.3,1.2.4,'
	osc 'another line for the user' 's,export OPENSC_CONF.*,&.,'
	cp -R configure config.h.in Makefile.in "$tmp/clean"
	sed 's,p11kitconfigdir=.P11KIT_MODULES,p11kitconfigdir=/etc,' \
		configure >"$tmp/clean/configure"
	refused 'a registration that p11-kit does not read' "$tmp/clean" \
		"${top_builddir:-.}"
fi

# The same of the driver that was built, told to OpenSC in another way.
loads() { # loads WHAT SED-SCRIPT
	rm -rf "$tmp/osc"
	mkdir -p "$tmp/osc/.libs" "$tmp/osc/drivers/opensc"
	cp "$top_builddir/.libs/card-jumin.so" "$tmp/osc/.libs"
	for f in opensc-jumin.conf opensc.conf; do
		sed "$2" "$top_builddir/drivers/opensc/$f" \
			>"$tmp/osc/drivers/opensc/$f"
	done
	if env top_builddir="$tmp/osc" tests/check-opensc.sh \
		>"$tmp/out" 2>&1; then
		[ "$1" = nothing ] && return 0
		echo "check-opensc: does not notice $1" >&2
		status=1
	elif [ "$1" = nothing ]; then
		cat "$tmp/out" >&2
		status=1
	fi
}
if [ -n "${OPENSC_RELEASE:-}" ] && command -v opensc-tool >/dev/null; then
	loads nothing ''
	loads 'that OpenSC is not told' 's/= jumin, internal/= internal/'
	loads "that OpenSC's own drivers are gone" 's/= jumin, internal/= jumin/'
	loads 'that ours comes last' 's/= jumin, internal/= internal, jumin/'
	loads 'a module that is not loaded' '/^app onepin/,/^}/s/module.*//'
	loads 'a block of another name' 's/^app opensc-pkcs11/app pkcs11-tool/'
fi

unset OPENSC_RELEASE

# planted CHECK WHAT: a build folder in which nm finds what it must refuse
mkdir -p "$tmp/build/.libs"
planted() {
	if env top_builddir="$tmp/build" tests/check-exports.sh \
		>"$tmp/out" 2>&1; then
		echo "check-exports: does not notice $1" >&2
		status=1
	fi
}
object() { # object OUTPUT FLAG SOURCE
	printf '%s\n%s\n' "$c" "$3" >"$tmp/x.c"
	${CC:-cc} -fPIC "$2" -o "$tmp/build/$1" "$tmp/x.c"
}
three='int C_GetFunctionList, C_GetInterface, C_GetInterfaceList;'
main='int main(void) { return 0; }'

planted 'that no module was built'
object .libs/jumin-pkcs11.so -shared "$three"
planted 'that no program was built'
object jumin -pie "$main"
planted "that the services' library was not built"
service=$(sed -n 's/^[[:space:]]*\(nym_[a-z_]*\);$/void \1(void) { }/p' \
	src/nym/exports.map)
[ -n "$service" ] || status=1
object .libs/libjumin-nym.so -shared "$service"
env top_builddir="$tmp/build" tests/check-exports.sh || {
	echo "check-exports: refuses what is right" >&2
	status=1
}
object .libs/jumin-pkcs11-auth.so -shared "$three int jm_more;"
planted 'a fourth name in a second module'
# calls WHAT SOURCE: a module that does what a guest does not
calls() {
	object .libs/jumin-pkcs11-auth.so -shared "$three
	__attribute__((used)) static $2"
	planted "$1"
	grep -q "$3" "$tmp/out" || {
		echo "check-exports: says of $1: $(cat "$tmp/out")" >&2
		status=1
	}
}
calls 'words on standard output' \
	'int f(void) { extern int puts(); return puts("x"); }' 'calls puts'
calls 'an end of the whole program' \
	'void f(void) { extern void abort(void); abort(); }' 'calls abort'
calls 'a thread' \
	'int f(void) { extern int pthread_create(); return pthread_create(); }' \
	'calls pthread_create'
calls 'a handler' 'int f(void) { extern int sigaction(); return sigaction(); }' \
	'calls sigaction'
calls 'standard error' \
	'void *f(void) { extern char stderr[]; return stderr; }' 'calls stderr'
calls 'a constructor' '__attribute__((constructor)) void f(void) { }' \
	'has constructors'
calls 'a destructor' '__attribute__((destructor)) void f(void) { }' \
	'or destructors'
object .libs/jumin-pkcs11-auth.so -shared 'int C_GetFunctionList;'
planted 'a name that is missing'
object .libs/jumin-pkcs11-auth.so -shared "$three
	__attribute__((used)) static int vc_open(void) { return 0; }"
planted 'a static function of the virtual card in a module'
rm "$tmp/build/.libs/jumin-pkcs11-auth.so"
# the driver for OpenSC: what its exports.map names, where there has to be one
card=$(sed -n 's/^[[:space:]]*\([a-z_0-9]*\);$/int \1;/p' drivers/opensc/exports.map)
driver() { # driver WHAT SOURCE
	object .libs/card-jumin.so -shared "$2"
	planted "$1"
	grep -q 'card-jumin' "$tmp/out" || status=1
}
object .libs/card-jumin.so -shared "$card"
OPENSC_RELEASE=1 top_builddir="$tmp/build" tests/check-exports.sh || status=1
driver 'a further name in the driver' "$card int osc_x;"
driver 'a name that the driver lacks' "$(echo "$card" | sed 1d)"
driver 'the virtual card in the driver' \
	"$card __attribute__((used)) static int vc_open;"
driver 'words of the driver on standard output' "$card
	__attribute__((used)) static int f(void) { extern int puts(); return puts(\"x\"); }"
rm "$tmp/build/.libs/card-jumin.so"
(OPENSC_RELEASE=1; export OPENSC_RELEASE; planted 'no driver'; exit $status) ||
	status=1
for more in 'int jm_more;' 'static int nym_vault;' 'static int state;' \
	'static int state = 1;' 'static int SCardConnect;'; do
	object .libs/libjumin-nym.so -shared "$service
		__attribute__((used)) $more"
	planted "in the services' library: $more"
done
object .libs/libjumin-nym.so -shared "$(echo "$service" | sed 1d)"
planted "that the services' library lacks a function"
object .libs/libjumin-nym.so -shared "$service"
object jumin -pie "$main int vc_close(void) { return 0; }"
planted 'the virtual card in the program'

# The same folder, and what a weak build makes of a program.
weak() { # weak WHAT FLAG...
	what=$1
	shift
	printf '%s\n%s\n' "$c" "$main" >"$tmp/x.c"
	${CC:-cc} -pie -fPIE -O2 -fstack-protector-all -Wl,-z,relro -Wl,-z,now \
		"$@" -o "$tmp/build/jumin" "$tmp/x.c" || return 0
	if env top_builddir="$tmp/build" JM_HARDENING= \
		tests/check-hardening.sh >"$tmp/out" 2>&1; then
		[ "$what" = nothing ] && return 0
		echo "check-hardening: does not notice $what" >&2
		status=1
	elif [ "$what" = nothing ]; then
		cat "$tmp/out" >&2
		status=1
	fi
}
if command -v readelf >/dev/null; then
	rm -rf "$tmp/build/.libs"
	weak nothing
	weak 'an executable stack' -z execstack
	weak 'late binding' -Wl,-z,lazy
	weak 'writable relocations' -Wl,-z,norelro
	weak 'unguarded frames' -fno-stack-protector
	weak 'a program for one address' -no-pie
fi

exit $status
