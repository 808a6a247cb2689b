# SPDX-License-Identifier: LGPL-2.1-or-later
#
# One program per source file: check_PROGRAMS += %D%/test_x

check_PROGRAMS += %D%/test_wipe
check_PROGRAMS += %D%/test_soft_key
