#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What service identities keep secret, computed anew.

known.py secrets CARD.pem VAULT SCOPE ...
    opens the vault with the card's key and prints a line "NAME HEX" for each
    secret of the vault and of the keys of now of these scopes, registered in it
known.py bare CARD.pem BINDING FILE SCOPE
    the same without a vault, for an assertion: BINDING is card2 with the key of
    the text application in FILE, or site with the operator's key in it
known.py key2 FILE
    the second key of nym1.md, section 13, A5
known.py vault-scope VAULT
    the scope of the vault file itself
known.py t SCOPE PROFILE FILE
    T of a scope; profile "m": the message that is hashed in it
known.py s CARD.pem SCOPE PROFILE FILE
    the card's signature over it

Nothing of the project's own code is in here: it follows nym1.md, sections 3 and
4.3, and doc/nym.md for what a vault contains.
"""
import base64
import hashlib
import hmac
import struct
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
OID = bytes.fromhex("6981fa8f9d94cdc1f2adf59fac8bedf2e0fdd401")
T_X = bytes.fromhex("303c30180614") + OID + bytes.fromhex("05000420")
T_S = bytes.fromhex("3051300d060960864801650304020305000440")


# --- section 3 ---------------------------------------------------------------

def lp(x):
    return struct.pack(">H", len(x)) + x


def enc(label, *items):
    return lp(label.encode()) + bytes([len(items)]) + b"".join(map(lp, items))


def mac(key, text):
    return hmac.new(key, text, hashlib.sha256).digest()


def scope_hash(scope):
    return hashlib.sha256(enc("NYM1/scope", scope.encode())).digest()


def message(scope):
    return enc("NYM1/A", scope_hash(scope))


def t_of(scope, profile):
    if profile == 1:
        return T_X + hashlib.sha256(message(scope)).digest()
    return T_S + hashlib.sha512(message(scope)).digest()


def key_of(prk, use, period, epoch, generation):
    for c in range(256):
        info = enc("NYM1/key", bytes([use]), b"\0", struct.pack(">H", period),
                   struct.pack(">I", epoch), struct.pack(">I", generation),
                   bytes([c]))
        d = int.from_bytes(mac(prk, info + b"\1"), "big")
        if 0 < d < N:
            return d
    raise ValueError("no key")


# --- the card's key ----------------------------------------------------------

def der(data):
    """The elements of a sequence's content: (tag, content)."""
    out = []
    while data:
        n, at = data[1], 2
        if n & 0x80:
            at += n & 0x7f
            n = int.from_bytes(data[2:at], "big")
        out.append((data[0], data[at:at + n]))
        data = data[at + n:]
    return out


def read_key(path):
    with open(path, encoding="ascii") as f:
        text = "".join(s for s in f if not s.startswith("-"))
    inner = der(der(base64.b64decode(text))[0][1])
    if inner[1][0] == 0x30:  # PKCS#8
        inner = der(der(inner[2][1])[0][1])
    return [int.from_bytes(c, "big") for _, c in inner]


def write_key(path, p, q):
    def tlv(tag, c):
        size = bytes([len(c)]) if len(c) < 128 else \
            b"\x82" + struct.pack(">H", len(c))
        return bytes([tag]) + size + c

    e = 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = [0, p * q, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
    body = tlv(0x30, b"".join(
        tlv(2, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in numbers))
    with open(path, "w", encoding="ascii") as f:
        f.write("-----BEGIN RSA PRIVATE KEY-----\n")
        f.write(base64.encodebytes(body).decode())
        f.write("-----END RSA PRIVATE KEY-----\n")


def recipe(name, offset):
    v = b"".join(hashlib.sha256(name.encode() + struct.pack(">I", i)).digest()
                 for i in range(4))
    return (int.from_bytes(v, "big") | 3 << 1022 | 1) + offset


def rsa_sign(key, t):
    block = b"\0\1" + b"\xff" * (256 - 3 - len(t)) + b"\0" + t
    return pow(int.from_bytes(block, "big"), key[3], key[1]).to_bytes(256,
                                                                      "big")


def prk_of(key, scope, profile, binding):
    s = rsa_sign(key, t_of(scope, profile))
    return s, mac(binding, enc("NYM1/A-prk", bytes([profile]),
                               scope_hash(scope), s))


# --- the vault ---------------------------------------------------------------

def vault_head(path):
    with open(path, "rb") as f:
        data = f.read()
    if data[:5] != b"NYMV\1":
        raise ValueError(path + " is no vault")
    own = base64.b32encode(data[6:22]).decode().lower().rstrip("=")
    return data, data[5], data[6:22], "self:vault/" + own


def vault_open(key, path):
    """Secrets on the way, and what is in the vault."""
    data, profile, ident, own = vault_head(path)
    s, prk = prk_of(key, own, profile, bytes(32))
    k_card = mac(prk, enc("NYM1/vault-card", ident))
    dek = AESGCM(k_card).decrypt(
        data[30:42], data[42:90], data[:30] + b"\1")
    body = AESGCM(dek).decrypt(data[150:162], data[162:], data[:150])
    return [("s-vault", s), ("PRK-vault", prk), ("K-card", k_card),
            ("DEK", dek)], body


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        self.at += n
        if self.at > len(self.data):
            raise ValueError("a content that ends too early")
        return self.data[self.at - n:self.at]

    def number(self, n):
        return int.from_bytes(self.take(n), "big")


def entry(r):
    e = {"state": r.number(1), "sh": r.take(32), "l": r.number(2),
         "generation": r.number(4), "period": r.number(2),
         "epoch": r.number(4), "scope": "", "carried": None}
    if e["state"] == 2:  # forgotten
        return e
    r.take(1)
    e["profile"], e["use"] = r.number(1), r.number(1)
    r.take(8)
    e["scope"] = r.take(r.number(1)).decode()
    r.take(32)
    flags = r.number(1)
    if flags & 1:
        e["carried"] = r.take(32)
    if flags & 2:
        r.take(32)
    return e


def contents(body):
    """Binding secrets, and the entries of registered scopes by name."""
    r = Reader(body)
    r.take(8 + 8 + 16)
    bindings = [r.take(32) for _ in range(r.number(2))]
    entries = [entry(r) for _ in range(r.number(4))]
    return bindings, {e["scope"]: e for e in entries if e["state"] == 1}


def secrets(card, vault, *scopes):
    key = read_key(card)
    found, body = vault_open(key, vault)
    l_all, entries = contents(body)
    for i, binding in enumerate(l_all):
        found.append(("L-%d" % i, binding))
    for scope in scopes:
        e = entries[scope]
        s, prk = prk_of(key, scope, e["profile"], l_all[e["l"]])
        d = key_of(prk, e["use"], e["period"], e["epoch"], e["generation"])
        found += [("s " + scope, s), ("PRK " + scope, prk),
                  ("d " + scope, d.to_bytes(32, "big"))]
        if e["carried"]:
            found.append(("carried " + scope, e["carried"]))
    for name, value in found:
        print(name.replace(" ", "-"), value.hex())


def bare(card, binding, path, scope):
    sh = scope_hash(scope)
    found = []
    if binding == "card2":
        t = T_X + hashlib.sha256(enc("NYM1/A2", sh)).digest()
        s2 = rsa_sign(read_key(path), t)
        bound = mac(bytes(32), enc("NYM1/card2", sh, s2))
        found.append(("s2", s2))
    else:
        with open(path, "rb") as f:
            operator = f.read()
        bound = mac(operator, enc("NYM1/site", sh))
        found.append(("K-op", operator))
    s, prk = prk_of(read_key(card), scope, 1, bound)
    found += [("L", bound), ("s", s), ("PRK", prk),
              ("d", key_of(prk, 1, 0, 0, 0).to_bytes(32, "big"))]
    for name, value in found:
        print(name, value.hex())


# --- T ------------------------------------------------------------------------

def write(path, data):
    with open(path, "wb") as f:
        f.write(data)


def one_t(scope, profile, path):
    write(path, message(scope) if profile == "m" else
          t_of(scope, int(profile)))


def one_s(card, scope, profile, path):
    write(path, rsa_sign(read_key(card), t_of(scope, int(profile))))


def main(what, *rest):
    {"secrets": secrets, "bare": bare, "t": one_t, "s": one_s,
     "vault-scope": lambda path: print(vault_head(path)[3]),
     "key2": lambda path: write_key(path, recipe("NYM1-test-rsa-card1t-p", 480),
                                    recipe("NYM1-test-rsa-card1t-q", 938)),
     }[what](*rest)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
