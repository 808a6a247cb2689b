# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Whole programs: command, expected output, expected exit status.
# Add a script: dist_check_SCRIPTS += %D%/x.sh
