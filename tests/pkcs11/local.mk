# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The module through its function list, with a virtual card in process.
# Add a test: check_PROGRAMS += %D%/test_x
