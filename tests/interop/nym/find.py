#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""find.py SECRETS FILE ...

Looks for each secret of the file SECRETS (lines "NAME HEX") in the other files:
as it is, the other way round (as numbers stand in memory), in hexadecimal of
three kinds, in base64 of both alphabets, and base32.  A secret longer than 16
bytes is looked for by its first, middle and last 16.  Tells what it finds by
name, and ends with 1 if there is anything.
"""
import base64
import sys

PIECE = 16
PAGE = 4096


def pieces(secret):
    last = max(len(secret) - PIECE, 0)
    return {secret[at:at + PIECE] for at in (0, last // 2, last)}


def texts(piece):
    text = piece.hex()
    yield text.encode()
    yield text.upper().encode()
    for between in (b" ", b":"):
        yield between.join(b"%02x" % b for b in piece)
        yield between.join(b"%02X" % b for b in piece)
    for shift in range(3):  # where it begins in a group of three
        whole = base64.b64encode(bytes(shift) + piece)
        whole = whole[(0, 2, 3)[shift]:].rstrip(b"=")[:-1]
        yield whole
        yield whole.translate(bytes.maketrans(b"+/", b"-_"))
    for shift in range(5):
        whole = base64.b32encode(bytes(shift) + piece)
        whole = whole[(0, 2, 4, 5, 7)[shift]:].rstrip(b"=")[:-1]
        yield whole
        yield whole.lower()


def forms(secret):
    for piece in pieces(secret):
        for form in (piece, piece[::-1]):
            if len(set(form)) < 4:
                raise ValueError("too plain to be looked for")
            yield form
        yield from texts(piece)


def without_empty_pages(path):
    """Core files are mostly those."""
    empty = bytes(PAGE)
    with open(path, "rb") as f:
        pages = iter(lambda: f.read(PAGE), b"")
        return b"".join(p for p in pages if p != empty)


def main(secrets, *paths):
    looked = {}
    with open(secrets, encoding="ascii") as f:
        for name, value in (s.split() for s in f):
            looked[name] = set(forms(bytes.fromhex(value)))
    hits = 0
    for path in paths:
        data = without_empty_pages(path)
        for name, patterns in looked.items():
            n = sum(data.count(p) for p in patterns)
            if n:
                print("%s: %s, %d times" % (path, name, n))
                hits += 1
        print("%s: %d bytes, %d secrets" % (path, len(data), len(looked)))
    return 1 if hits else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
