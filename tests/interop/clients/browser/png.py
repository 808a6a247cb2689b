#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""PNG pictures: written from what Xvfb draws, and looked at.

    png.py FILE.png     size and number of colours; an error if it is blank
"""
import struct
import sys
import zlib

MAGIC = b"\x89PNG\r\n\x1a\n"


def _chunk(kind, data):
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


def from_xwd(path):
    """The PNG of an X window dump (Xvfb -fbdir), 32 bits a pixel, BGRX."""
    with open(path, "rb") as f:
        xwd = f.read()
    head = struct.unpack(">25I", xwd[:100])
    size, width, height, order = head[0], head[4], head[5], head[7]
    bits, stride, colours = head[11], head[12], head[19]
    if bits != 32 or order != 0:
        raise ValueError("not the kind of picture that Xvfb draws")
    start = size + 12 * colours
    rows = bytearray()
    for y in range(height):
        line = xwd[start + y * stride:start + y * stride + 4 * width]
        rgb = bytearray(3 * width)
        rgb[0::3], rgb[1::3], rgb[2::3] = line[2::4], line[1::4], line[0::4]
        rows += b"\0" + rgb
    return (MAGIC +
            _chunk(b"IHDR", struct.pack(">2I5B", width, height,
                                        8, 2, 0, 0, 0)) +
            _chunk(b"IDAT", zlib.compress(bytes(rows), 6)) +
            _chunk(b"IEND", b""))


def look(path):
    """(width, height, number of different rows, as a measure of content)"""
    with open(path, "rb") as f:
        png = f.read()
    if png[:8] != MAGIC:
        raise ValueError("no PNG")
    at, data = 8, b""
    width, height, depth, colour = struct.unpack(">2I2B", png[16:26])
    while at < len(png):
        n, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind == b"IDAT":
            data += png[at + 8:at + 8 + n]
        at += 12 + n
    raw = zlib.decompress(data)
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    stride = 1 + (width * samples * depth + 7) // 8
    if len(raw) != stride * height:
        raise ValueError("the picture is cut")
    return width, height, len({raw[i:i + stride]
                               for i in range(0, len(raw), stride)})


def main():
    width, height, rows = look(sys.argv[1])
    print("%s: %d x %d, %d different rows" %
          (sys.argv[1].rsplit("/", 1)[-1], width, height, rows))
    return 0 if width >= 400 and height >= 300 and rows >= 20 else 1


if __name__ == "__main__":
    sys.exit(main())
