# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The My Number card since 2016, JPKI application.  No official specification is
# public.  Sources, in short: OpenSC card-jpki.c, jpki/myna, soltia48/myna-card
# (measured on issued cards), lulitech-dev/jpki-signer-android, AokiApp/jsapdu.

name       mynumber-2016
aid        D3 92 F0 00 26 01 00 00 00 01
label      JPKIAPICCTOKEN2
fallback   yes  # other labels with this AID: phone tokens, older cards

info       0006
available  0008 8F            # myna-card: 8F 8F 00 when both pairs exist
logout     A0 00 00 01 51 00 00  # issuer domain; measured to drop the status

# One ATR declares both, one short EF ids alone, the others neither.
sfi        declared
extended   declared

# 00 is what all software uses; 01 to 05 were found by myna-card.  A card
# that refuses one is believed.
modes      00 01 02 03 04 05

pin        auth  0018  4  4  3  digits
pin        sign  001B  6 16  5  upper-alnum

key        auth  0017  rsa 2048
key        sign  001A  rsa 2048

cert       auth     000A  free
cert       sign     0001  pin
cert       auth-ca  000B  free
cert       sign-ca  0002  free

# Other applications (myna-card, myna, jsapdu; the last one is on cards that
# were made a driving licence since 2025).  Not each card has all of them.
app        text     D3 92 10 00 31 00 01 01 04 08
app        face     D3 92 10 00 31 00 01 01 04 02
app        juki     D3 92 10 00 31 00 01 01 04 01
app        common   D3 92 10 00 31 00 01 01 01 00
app        licence  A0 00 00 02 31 06 00 00 00 00 00 00 00 00 00 00

pin        text  0011  4  4  3  digits
text       attributes   0002
text       signature    0003
text       certificate  0004

# The numbers that open what is printed on the card: number B (birth date and
# expiry as printed, security code) and the birth date.  Limits: not public.
pin        face   0012  14 14  0  digits  # myna-card, jsapdu, Civie (4)
pin        birth  0011   6  6  0  digits  # myna-card, jsapdu (2)

# Shown as they are.  First two bytes: myna-card.
data       text-attributes   text    0002  tlv FF20  pin text
data       text-signature    text    0003  tlv FF30  pin text
data       text-certificate  text    0004  tlv 7F21  free
data       text-info         text    0005  tlv FF40  free
data       face-front        face    0002  tlv FF20  pin face
data       face-birth        face    0001  tlv FF10  pin birth
data       face-info         face    0003  tlv FF30  free
data       face-certificate  face    0004  tlv 7F21  free
data       common-card       common  0001  record    free

# Contact (OpenSC 01 to 03, pcsc-tools)
atr        3B E0 00 FF 81 31 FE 45 14
atr        3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01 C0 3B
atr        3B C5 FF 81 31 FB 45 80 73 C6 01 00 00

# Made up by one family of readers (OpenSC 04, 05)
atr        3B F5 91 00 FF 91 81 71 FE 40 00 42 00 01 00 D1 D6
atr        3B F5 91 00 FF 91 81 71 FE 40 00 42 00 01 B3 A1 15

# Contactless (OpenSC 06 to 09, pcsc-tools)
atr        3B 88 80 01 00 00 05 E0 B3 81 A1 00 7F
atr        3B 88 80 01 00 00 41 E0 B3 81 A1 00 3B
atr        3B 88 80 01 00 4B 51 FF 00 81 D1 00 BC
atr        3B 88 80 01 00 4B 51 FF B3 81 D1 00 0F
