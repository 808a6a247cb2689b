# SPDX-License-Identifier: LGPL-2.1-or-later
"""What firefox.py and chromium.py share: arguments, and one line a page.

    visit URL: dn=DN tls=TLS verify=RESULT commands=N    a page came
    visit URL: refused (WHY) commands=N                  none came
    prompt WHAT

commands: what the card was sent since the last such line, or the start.
"""
import argparse
import os
import time

# what the page of our servers says, and what there is in its place
PAGE_JS = """[(document.getElementById("p") || {}).textContent || "",
  document.title, document.URL, document.readyState]"""


def arguments(about):
    a = argparse.ArgumentParser(description=about)
    a.add_argument("--pins", required=True,
                   help="file with the PINs to give, a line each")
    a.add_argument("--token", default="JPKI Authentication")
    a.add_argument("--trace", required=True, help="the card's trace")
    a.add_argument("--log", required=True, help="for the browser's output")
    a.add_argument("--shot", help="PNG of the last page")
    a.add_argument("urls", nargs="+", help="or wait:SECONDS")
    return a


def waited(url):
    """Was this no address but a pause?"""
    if not url.startswith("wait:"):
        return False
    time.sleep(float(url[5:]))
    return True


def come(url, what):
    """Is this the page of that address, or the browser's page of an error?"""
    port = url.rsplit(":", 1)[1].rstrip("/")
    # an error's page never says that it is complete
    return (bool(what) and port in what[2] and
            (what[3] == "complete" or what[2].startswith("about:")))


class Visits:
    def __init__(self, args):
        with open(args.pins, encoding="ascii") as f:
            self.pins = f.read().split()
        self.trace = args.trace
        self.seen = self._commands()
        self.start = time.monotonic()

    def _commands(self):
        with open(self.trace, encoding="ascii") as f:
            return sum("->" in line for line in f)

    def say(self, text):
        print("%5.1f s  %s" % (time.monotonic() - self.start, text),
              flush=True)

    def prompt(self, text):
        self.say("prompt " + text)

    def page(self, url, what):
        text, title, address, _ = what
        text = text or "refused (%s)" % (title or address.split("&", 1)[0])
        now = self._commands()
        self.say("visit %s: %s commands=%d" % (url, text, now - self.seen))
        self.seen = now


def keep(path, png):
    """Store a picture whole or not at all."""
    with open(path + ".new", "wb") as f:
        f.write(png)
    os.rename(path + ".new", path)
