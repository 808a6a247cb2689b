# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Other people's programs over pcscd, vpcd and the virtual card.
# Add a script: dist_check_SCRIPTS += %D%/x.sh between if and endif; what it
# reads: EXTRA_DIST

if INTEROP
endif
