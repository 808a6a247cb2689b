#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mkpdf.py OUT: a PDF 1.7 of one page with one line of text."""
import sys


def main(out):
    text = b"BT /F1 18 Tf 40 100 Td (A letter) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    pdf, at = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        at.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(pdf)
    pdf += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    pdf += b"".join(b"%010d 00000 n \n" % n for n in at)
    pdf += b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    pdf += b"startxref\n%d\n%%%%EOF\n" % table
    with open(out, "wb") as f:
        f.write(pdf)


main(sys.argv[1])
