# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Programs of the tests for Windows, from the top; read by windows.mk, and for the
# tarball by local.mk.  Only += of one line each.

# winscard.dll: PC/SC of the machine outside
wine_winscard = tests/wine/winscard_calais.c
wine_winscard += tests/wine/winscard_card.c
wine_winscard += tests/wine/winscard_conn.c
wine_winscard += tests/wine/winscard_ctx.c
wine_winscard += tests/wine/winscard_give.c
wine_winscard += tests/wine/winscard_test.c

# host.exe: plays the part of Windows' Base CSP
wine_host = tests/wine/host.c
wine_host += tests/wine/host_bridge.c
wine_host += tests/wine/host_card.c
wine_host += tests/wine/host_cards.c
wine_host += tests/wine/host_files.c
wine_host += tests/wine/host_job.c
wine_host += tests/wine/host_more.c
wine_host += tests/wine/host_params.c
wine_host += tests/wine/host_pin.c
wine_host += tests/wine/host_props.c
wine_host += tests/wine/host_raw.c
wine_host += tests/wine/host_removal.c
wine_host += tests/wine/host_sign.c
wine_host += tests/wine/host_try.c
wine_host += tests/wine/host_verify.c
