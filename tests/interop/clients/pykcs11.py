#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""pykcs11.py MODULE TOKEN PIN CERTIFICATE.pub LETTER

PyKCS11 finds the key, reads all attributes that it knows of, and signs the file
in three ways; openssl verifies.  Ends with 1 if anything was not as it should
be.
"""
import hashlib
import subprocess
import sys
import tempfile

import PyKCS11
from PyKCS11 import LowLevel

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def verified(pub, letter, sig, *options):
    with tempfile.NamedTemporaryFile() as f:
        f.write(bytes(sig))
        f.flush()
        return subprocess.run(
            ["openssl", "dgst", "-sha256", "-verify", pub, "-signature",
             f.name, *options, letter]).returncode == 0


def main(module, token, pin, pub, letter):
    lib = PyKCS11.PyKCS11Lib()
    lib.load(module)
    slot = next(s for s in lib.getSlotList(tokenPresent=True)
                if lib.getTokenInfo(s).label.strip() == token)
    session = lib.openSession(slot)
    session.login(pin)
    key = session.findObjects(
        [(LowLevel.CKA_CLASS, LowLevel.CKO_PRIVATE_KEY)])[0]
    # every attribute it has a name for, most of them none of a key's
    known = [n for a, n in PyKCS11.CKA.items() if isinstance(a, str)]
    values = session.getAttributeValue(key, known, True)
    print(len(known), "attributes,",
          len([v for v in values if v is not None]), "with a value")

    with open(letter, "rb") as f:
        data = f.read()
    info = SHA256_INFO + hashlib.sha256(data).digest()
    pss = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32")
    ways = [
        (info, PyKCS11.MechanismRSAPKCS1, ()),
        (data, PyKCS11.Mechanism(LowLevel.CKM_SHA256_RSA_PKCS, None), ()),
        (data, PyKCS11.RSA_PSS_Mechanism(
            LowLevel.CKM_SHA256_RSA_PKCS_PSS, LowLevel.CKM_SHA256,
            LowLevel.CKG_MGF1_SHA256, 32), pss),
    ]
    good = [verified(pub, letter, session.sign(key, what, how), *options)
            for what, how, options in ways]
    session.logout()
    session.closeSession()
    print("good:", good)
    return not all(good) or len(values) != len(known)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
