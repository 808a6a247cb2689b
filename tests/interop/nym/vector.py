#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""vector.py FIELD NAME=VALUE ... <FILE

The field of the one record of known answers that has these values; "NAME=" is
one that is empty or not there.  L may be given by its first byte.
"""
import sys


def records(lines):
    record = {}
    for line in [*lines, "\n"]:
        line = line.strip()
        if line.startswith("#"):
            continue
        if line:
            name, _, value = line.partition(" =")
            record[name.strip()] = value.strip()
        elif record:
            yield record
            record = {}


def main(field, *wanted):
    want = dict(w.split("=", 1) for w in wanted)
    if "L" in want:
        want["L"] *= 32
    found = [r for r in records(sys.stdin)
             if all(r.get(k, "") == v for k, v in want.items())]
    if len(found) != 1:
        print(len(found), "records", file=sys.stderr)
        return 1
    print(found[0][field])
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
