#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The version is spelled in configure.ac; whatever else has to name it agrees,
# and no source file spells it again.
set -eu
cd "${top_srcdir:-.}"
status=0

fault() {
	echo "$1" >&2
	status=1
}

version=$(sed -n 's/^AC_INIT(\[jumin\], \[\([^]]*\)\]).*/\1/p' configure.ac)
echo "$version" | grep -Eq '^[0-9]+\.[0-9]+\.[0-9]+$' ||
	fault "configure.ac: '$version' is no version"
news=$(grep -Eom1 '^[0-9]+\.[0-9]+\.[0-9]+' NEWS || :)
[ "$news" = "$version" ] || fault "NEWS: $news, not $version"

for page in doc/*.[1-8]; do
	[ -f "$page" ] || continue
	os=$(sed -n 's/^\.Os *//p' "$page" | tr -d '"')
	[ "$os" = "Jumin $version" ] ||
		fault "$page: .Os says '$os', not 'Jumin $version'"
done

again=$(printf %s "$version" | sed 's/\./\\./g')
found=$(grep -rnE --include='*.[ch]' "\"[^\"]*\<$again\>" src pkcs11 drivers \
	tools || :)
[ -z "$found" ] || fault "spelled again: $found"

for program in jumin jumin-vcard; do
	[ -x "${top_builddir:-.}/$program" ] || continue
	says=$("${top_builddir:-.}/$program" --version)
	case $says in
	*" $version") ;;
	*) fault "$program --version says '$says', not $version" ;;
	esac
done
exit $status
