# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The resident register card (Juki card) of 2003 to 2015, JPKI application: the
# signature pair alone.  No certificate on one is valid any more; what is here
# lets a holder look at it and read it.  Marks: (n) independent sources, (guess)
# not public, the cautious value.

name       juki
aid        D3 92 F0 00 26 01 00 00 00 01  # the same (myna, myna-book; 2)
label      JPKIAPICCTOKEN     # without the 2 (myna, TRETJapanNFCReader; 2)

info       0006               # (2): the label is read from there
# No availability bytes: whether EF 0008 says what it says on later cards is
# not public.  A pair that is missing has no reference.
logout     A0 00 00 01 51 00 00  # (guess); a card that refuses is powered down

# As on all cards with this AID: what the ATR declares.
sfi        declared           # (guess)
extended   declared           # (guess)

modes      00                 # (guess): 01 to 05 were seen on later cards alone

# 4 to 16 characters: a page of 2006, myna's check (2, weak).  Tries: (guess),
# as on later cards.  Fewer would only end a login early.
pin        sign  001B  4 16  5  upper-alnum

# (guess) 1024, since certificates had SHA-1; no source for either.
key        sign  001A  rsa 1024-2048

cert       sign     0001  pin # (guess): as on later cards
cert       sign-ca  0002  free

# Contact: shared with the My Number card (OpenSC, pcsc-tools; 4).  Contactless:
# pcsc-tools (1).
atr        3B E0 00 FF 81 31 FE 45 14
atr        3B 88 80 01 00 00 14 E0 B3 81 91 00 5E
