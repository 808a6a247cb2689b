# SPDX-License-Identifier: LGPL-2.1-or-later
"""AES-256-GCM, to open a small file.  Slow, and not for anything else."""
import hmac


def _sbox():
    p = q = 1
    box = [0x63] * 256
    while True:
        p ^= (p << 1) ^ (0x11b if p & 0x80 else 0)
        p &= 0xff
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xff
        if q & 0x80:
            q ^= 9
        x = q
        for n in range(1, 5):
            x ^= (q << n | q >> (8 - n)) & 0xff
        box[p] = x ^ 0x63
        if p == 1:
            return box


SBOX = _sbox()


def _double(b):
    return (b << 1 ^ (0x1b if b & 0x80 else 0)) & 0xff


def expand(key):
    w = [list(key[i:i + 4]) for i in range(0, 32, 4)]
    rcon = 1
    for i in range(8, 60):
        t = list(w[-1])
        if i % 8 == 0:
            t = [SBOX[b] for b in t[1:] + t[:1]]
            t[0] ^= rcon
            rcon = _double(rcon)
        elif i % 8 == 4:
            t = [SBOX[b] for b in t]
        w.append([a ^ b for a, b in zip(w[-8], t)])
    return [sum(w[i:i + 4], []) for i in range(0, 60, 4)]


def block(keys, data):
    s = [a ^ b for a, b in zip(data, keys[0])]
    for n in range(1, 15):
        s = [SBOX[s[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if n < 14:
            out = []
            for c in range(0, 16, 4):
                a = s[c:c + 4]
                x = a[0] ^ a[1] ^ a[2] ^ a[3]
                out += [a[i] ^ x ^ _double(a[i] ^ a[(i + 1) % 4])
                        for i in range(4)]
            s = out
        s = [a ^ b for a, b in zip(s, keys[n])]
    return bytes(s)


def _gmul(x, y):
    z = 0
    for i in range(127, -1, -1):
        if x >> i & 1:
            z ^= y
        y = y >> 1 ^ (0xe1 << 120 if y & 1 else 0)
    return z


def _ghash(h, aad, text):
    y = 0
    for part in (aad, text):
        for i in range(0, len(part), 16):
            piece = part[i:i + 16].ljust(16, b"\0")
            y = _gmul(y ^ int.from_bytes(piece, "big"), h)
    sizes = len(aad) * 8 << 64 | len(text) * 8
    return _gmul(y ^ sizes, h).to_bytes(16, "big")


def gcm_open(key, nonce, data, aad):
    """What was sealed; the tag stands at the end of the data."""
    keys = expand(key)
    text, tag = data[:-16], data[-16:]
    h = int.from_bytes(block(keys, bytes(16)), "big")
    mask = block(keys, nonce + b"\0\0\0\1")
    want = bytes(a ^ b for a, b in zip(_ghash(h, aad, text), mask))
    if not hmac.compare_digest(want, tag):
        raise ValueError("this key does not open it")
    out = b""
    for i in range(0, len(text), 16):
        stream = block(keys, nonce + (2 + i // 16).to_bytes(4, "big"))
        out += bytes(a ^ b for a, b in zip(text[i:i + 16], stream))
    return out
