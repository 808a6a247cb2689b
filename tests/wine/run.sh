#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# run.sh PROGRAM [WORD ...]
#
# Runs a test that needs no reader under Wine, in the prefix that make check-wine
# made for these.
set -eu
WINEPREFIX=${WINEPREFIX:-${top_builddir:-.}/windows/prefix-unit}
WINEARCH=win64
WINEDEBUG=-all
WINEDLLOVERRIDES='mscoree=;mshtml=;winemenubuilder.exe='
export WINEPREFIX WINEARCH WINEDEBUG WINEDLLOVERRIDES
unset DISPLAY WAYLAND_DISPLAY || :
exec timeout 120 wine "$@"
