#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""documented.py TEXT SECTION PIN [OLD=NEW ...]

Does what a section of a Markdown text says, in its order: what stands in a
block "conf FILE" is appended to that file, lines of a block "sh" are given to
the shell, those of "python" to Debian's python, each at a terminal.  There a
question for a PIN gets the PIN, and a program that waits for input its end.
OLD is replaced by NEW first.  The last line tells how many PINs were asked for; ends
with the status of the first block that failed.
"""
import os
import pty
import re
import select
import sys
import termios
import time

ASKED = re.compile(rb"(PIN|[Pp]assword|[Pp]assphrase)[^\r\n]*: *$")
WAITS = re.compile(rb"(Simple Client Mode:\s*|[$#] )$")  # gnutls-cli, a shell
LIMIT = 60


def blocks(text, section):
    part = re.search(r"^## " + re.escape(section) + r"\n(.*?)(?=^## |^# |\Z)",
                     text, re.M | re.S)
    return re.findall(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", part.group(1),
                      re.M | re.S)


def hidden(fd):
    """Wait until what is typed is not shown: before, it may be thrown away."""
    end = time.monotonic() + 5
    while time.monotonic() < end and termios.tcgetattr(fd)[3] & termios.ECHO:
        time.sleep(0.01)


def at_terminal(argv, pin):
    """Its status, and how many PINs it asked for."""
    asked, seen, end = 0, b"", time.monotonic() + LIMIT
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(argv[0], argv)
    while time.monotonic() < end:
        if not select.select([fd], [], [], 1)[0]:
            continue
        try:
            got = os.read(fd, 4096)
        except OSError:
            break
        if not got:
            break
        sys.stdout.buffer.write(got)
        seen = (seen + got)[-200:]
        if ASKED.search(seen):
            hidden(fd)
            os.write(fd, pin.encode() + b"\n")
            asked, seen = asked + 1, b""
        if WAITS.search(seen):
            os.write(fd, b"\x04")
            seen = b""
    else:
        os.kill(pid, 9)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(fd)
    return status, asked


def main(path, section, pin, *changes):
    total = 0
    with open(path) as f:
        found = blocks(f.read(), section)
    for kind, name, lines in found:
        for change in changes:
            lines = lines.replace(*change.split("=", 1))
        if kind == "conf":
            name = os.path.expanduser(name)
            os.makedirs(os.path.dirname(name) or ".", mode=0o700,
                        exist_ok=True)
            with open(name, "a") as f:
                f.write(lines)
            continue
        argv = ["bash", "-e", "-o", "pipefail", "-c", lines]
        if kind == "python":
            argv = ["/usr/bin/python3", "-c", lines]
        status, asked = at_terminal(argv, pin)
        total += asked
        if status != 0:
            print("status", status, "of:", lines, sep="\n")
            return status
    print("asked", total, "blocks", len(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
