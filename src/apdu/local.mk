# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Add a file: libjumin_core_la_SOURCES += %D%/x.c %D%/x.h
