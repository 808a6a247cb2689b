# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The token in the secure element of an Android phone, since 2023, over the
# phone's antenna.  The JPKI application alone: no face or text application.
# Marks: (n) independent sources, (guess) not public, the cautious value.
#
# The token in an iPhone has the label JPKIAPIOSTOKEN (myna-card; 1).  Whether
# it wants a PIN for the authentication certificate is not public, so it has no
# profile: mynumber-2016, the fallback, asks it and believes what it answers.

name       android
aid        D3 92 F0 00 26 01 00 00 00 01  # the same (myna, myna-card; 3)
label      JPKIAPGPSETOKEN    # (myna, myna-card; 2)

info       0006               # (2): the label is read from there
# No availability bytes (guess): a pair that is missing has no reference.
logout     A0 00 00 01 51 00 00  # (guess); a phone that refuses is powered down

sfi        declared           # (guess)
extended   declared           # (guess)

modes      00 01 02 03 04 05  # (guess); one that is refused is believed

# The same commands and PINs (myna, myna-card; 3), the limits (guess).
pin        auth  0018  4  4  3  digits
pin        sign  001B  6 16  5  upper-alnum

key        auth  0017  rsa 2048
key        sign  001A  rsa 2048

cert       auth     000A  pin # myna, myna-card (3): after 0018 only
cert       sign     0001  pin
cert       auth-ca  000B  free # (guess)
cert       sign-ca  0002  free # (guess)

# No ATR: it is that of the phone's controller, and differs.
