dnl SPDX-License-Identifier: LGPL-2.1-or-later

dnl JM_TRY_CFLAG(VARIABLE, FLAG): append FLAG if the compiler takes it without
dnl complaint.
AC_DEFUN([JM_TRY_CFLAG], [
  jm_save=$CFLAGS; CFLAGS="$CFLAGS -Werror $2"
  AC_MSG_CHECKING([whether $CC accepts $2])
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
    [AC_MSG_RESULT([yes]); $1="$$1 $2"],
    [AC_MSG_RESULT([no])])
  CFLAGS=$jm_save
])

dnl JM_TRY_LDFLAG(VARIABLE, CFLAG, FLAG): append FLAG if a program links with
dnl it; CFLAG is set meanwhile.
AC_DEFUN([JM_TRY_LDFLAG], [
  jm_save=$CFLAGS; CFLAGS="$CFLAGS -Werror $2"
  jm_save_ld=$LDFLAGS; LDFLAGS="$LDFLAGS $3"
  AC_MSG_CHECKING([whether $CC links with $3])
  AC_LINK_IFELSE([AC_LANG_PROGRAM()],
    [AC_MSG_RESULT([yes]); $1="$$1 $3"],
    [AC_MSG_RESULT([no])])
  CFLAGS=$jm_save; LDFLAGS=$jm_save_ld
])
