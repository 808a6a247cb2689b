# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Add a file: libjumin_core_la_SOURCES += %D%/x.c %D%/x.h

libjumin_core_la_SOURCES += %D%/apdu.c %D%/apdu.h
libjumin_core_la_SOURCES += %D%/exchange.c %D%/exchange.h
libjumin_core_la_SOURCES += %D%/sw.c %D%/sw.h
libjumin_core_la_SOURCES += %D%/sm.c %D%/sm.h %D%/sm_impl.h
libjumin_core_la_SOURCES += %D%/sm_open.c %D%/sm_open.h
