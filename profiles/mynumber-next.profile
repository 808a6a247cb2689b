# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A draft of the next My Number card (planned for fiscal 2028).  Public so far:
# ECDSA on P-384 with SHA-384, one PIN of four digits and one alphanumeric PIN,
# two applications (an authentication application, a face-and-text application).
# Sources: reports of the Digital Agency's task force of 2024-03-18.  Everything
# below that level is not public: each value marked "made up" stands for one
# that will be known some day, taken from the card of today where it can be.

name       mynumber-next
aid        F0 4A 4D 4E 58 01    # made up, in the unregistered range
label      JPKIAPICCTOKEN3      # made up
fallback   yes

info       0006                 # made up, as today
available  0008 8F              # made up, as today
logout     A0 00 00 01 51 00 00 # made up, as today

sfi        declared             # made up
extended   declared             # made up

# Made up: 00 signs a ready hash value.  The hash value is sent as long as the
# curve's field, which cards that take one length and cards that take several
# understand alike.
modes      00
sig        any                  # the form is not public

pin        auth  0018  4  4  3  digits       # made up but for the digits
pin        sign  001B  6 16  5  upper-alnum  # made up but for the alphabet

key        auth  0017  ec P-384 # made up but for the curve
key        sign  001A  ec P-384 # made up but for the curve

cert       auth     000A  free  # made up, as today
cert       sign     0001  pin   # made up, as today
cert       auth-ca  000B  free  # made up, as today
cert       sign-ca  0002  free  # made up, as today

# The face-and-text application.  Made up but for its existence: files as those
# of today's text entry, and the PIN of four digits as a reference of its own,
# since applications share no status.
app        text        F0 4A 4D 4E 58 02
pin        text  0011  4  4  3  digits
text       attributes   0002
text       signature    0003
text       certificate  0004

data       text-attributes   text    0002  tlv FF20  pin text  # all made up
data       text-signature    text    0003  tlv FF30  pin text
data       text-certificate  text    0004  tlv 7F21  free
data       text-info         text    0005  tlv FF40  free

# Made up: historical bytes that declare short EF ids and extended length
atr        3B 85 80 01 80 73 C6 01 C0 F0
