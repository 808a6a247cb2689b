#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""spy.py LOG ...

What was signed, from logs of OpenSC's pkcs11-spy.so: for the input of each
C_Sign, and of each C_SignUpdate, a line of hexadecimal, before it as a comment
the log's name and the mechanism.
"""
import re
import sys

CALL = re.compile(r"^\d+: (C_\w+)")
BYTES = re.compile(r"^ *[0-9A-Fa-f]{8}  ((?:[0-9A-Fa-f]{2} )+)")
SIZE = re.compile(r"^\[in\] (pData\[ulDataLen\]|pPart\[ulPartLen\]) .* / (\d+)")


def signed(lines):
    call, mechanism, wanted, data = "", "", -1, b""
    for line in lines:
        m = CALL.match(line)
        if m:
            call, wanted, data = m.group(1), -1, b""
        if call == "C_SignInit" and "pMechanism->type" in line:
            mechanism = line.split("=")[1].strip()
        if call not in ("C_Sign", "C_SignUpdate"):
            continue
        m = SIZE.match(line)
        if m:
            wanted = int(m.group(2))
            continue
        m = BYTES.match(line)
        if wanted > len(data) and m:
            data += bytes.fromhex(m.group(1))
            if len(data) >= wanted:
                yield mechanism, data[:wanted]
                wanted = -1


def main(*logs):
    for log in logs:
        with open(log, encoding="latin-1") as f:
            for mechanism, data in signed(f):
                print("# %s %s\n%s" % (log, mechanism, data.hex()))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
