#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Chromium visits pages in an X server of its own; xdotool answers its dialog.

The dialog's text is not to be had over X: no more PINs are typed than given,
and the card's trace tells for which token they were.  HOME is the caller's.
"""
import base64
import json
import os
import select
import subprocess
import sys
import time

import png
from visit import PAGE_JS, Visits, arguments, come, keep, waited

DISPLAY = ":77"  # of an abstract socket, so of this network namespace alone
DIALOG = "Unlock Security Device"
FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run
    --no-default-browser-check --disable-background-networking
    --disable-component-update --disable-sync --password-store=basic
    --disable-dev-shm-usage --remote-debugging-pipe
    --window-position=0,0 --window-size=1000,700""".split()


class Screen:
    """An X server that leaves nothing on the disk but its picture."""

    def __init__(self, folder, log):
        self.env = dict(os.environ, DISPLAY=DISPLAY)
        self.env.pop("DBUS_SESSION_BUS_ADDRESS", None)
        self.picture = os.path.join(folder, "Xvfb_screen0")
        self.server = subprocess.Popen(
            ["Xvfb", DISPLAY, "-screen", "0", "1000x700x24", "-nolisten",
             "tcp", "-nolisten", "unix", "-nolock", "-fbdir", folder],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + 30
        while self.tool("getdisplaygeometry") is None:
            if time.monotonic() > end or self.server.poll() is not None:
                raise RuntimeError("Xvfb does not start")
            time.sleep(0.05)

    def tool(self, *words):
        r = subprocess.run(["xdotool", *words], env=self.env,
                           capture_output=True, text=True, check=False)
        return r.stdout if r.returncode == 0 else None

    def dialogs(self):
        found = self.tool("search", "--onlyvisible", "--name",
                          "^%s$" % DIALOG)
        return (found or "").split()

    def answer(self, window, pin):
        """Type into that window and no other; without a PIN, cancel."""
        # keys sent to a window by name are not taken, those of the keyboard
        # go where the focus is
        self.tool("windowfocus", "--sync", window)
        if (self.tool("getwindowfocus") or "").split() != [window]:
            raise RuntimeError("the dialog does not take the keyboard")
        if pin is not None:
            self.tool("type", "--delay", "10", pin)
        self.tool("key", "Return" if pin is not None else "Escape")


class Browser:
    """DevTools over a pipe: JSON messages that end with a NUL."""

    def __init__(self, screen, data, flags, log):
        to_read, self.to = os.pipe()
        self.back, back_write = os.pipe()

        def fds_3_and_4():
            a, b = os.dup(to_read), os.dup(back_write)
            a, b = os.dup2(a, 13), os.dup2(b, 14)
            os.dup2(13, 3)
            os.dup2(14, 4)

        self.process = subprocess.Popen(
            ["chromium", *FLAGS, *flags, "--user-data-dir=" + data,
             "about:blank"], env=screen.env, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, close_fds=False, preexec_fn=fds_3_and_4)
        os.close(to_read)
        os.close(back_write)
        self.buffer = b""
        self.last = 0
        self.session = None

    def post(self, method, **params):
        self.last += 1
        m = {"id": self.last, "method": method, "params": params}
        if self.session:
            m["sessionId"] = self.session
        os.write(self.to, json.dumps(m).encode() + b"\0")
        return self.last

    def messages(self, timeout):
        if select.select([self.back], [], [], timeout)[0]:
            data = os.read(self.back, 1 << 20)
            if not data:
                raise EOFError("Chromium ended")
            self.buffer += data
        *whole, self.buffer = self.buffer.split(b"\0")
        return [json.loads(m) for m in whole]

    def call(self, method, **params):
        n = self.post(method, **params)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            for m in self.messages(0.5):
                if m.get("id") == n:
                    if "error" in m:
                        raise RuntimeError(m["error"]["message"])
                    return m["result"]
        raise TimeoutError(method)

    def attach(self):
        pages = self.call("Target.getTargets")["targetInfos"]
        page = next(t for t in pages if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", flatten=True,
                                 targetId=page["targetId"])["sessionId"]

    def script(self, text):
        r = self.call("Runtime.evaluate", expression=text,
                      returnByValue=True)
        return r["result"].get("value")


def answer_dialogs(screen, visits, answered, shot):
    for window in screen.dialogs():
        if window in answered:
            continue
        answered.add(window)
        time.sleep(0.3)  # until it takes keys, and is drawn
        visits.prompt(DIALOG)
        if shot and len(answered) == 1:
            keep(shot, png.from_xwd(screen.picture))
        screen.answer(window, visits.pins.pop(0) if visits.pins else None)


def visit(screen, browser, visits, answered, url, shot):
    n = browser.post("Page.navigate", url=url)
    end = time.monotonic() + 30
    why = None
    while n and time.monotonic() < end:
        for m in browser.messages(0.05):
            if m.get("id") == n:
                n = None
                why = m.get("result", {}).get("errorText")
        answer_dialogs(screen, visits, answered, shot)
    what = ["", "nothing came", "", ""]
    if not n:
        what = browser.script(PAGE_JS)
        while not why and not come(url, what) and time.monotonic() < end:
            time.sleep(0.05)
            what = browser.script(PAGE_JS)
    if why:
        what[1] = why
    visits.page(url, what)


def main():
    a = arguments(__doc__)
    a.add_argument("--flag", action="append", default=[])
    a.add_argument("--dialog", help="PNG of the screen with the dialog")
    args = a.parse_args()
    visits = Visits(args)
    home = os.environ["HOME"]
    browser = None
    with open(args.log, "ab") as log:
        screen = Screen(home, log)
        try:
            browser = Browser(screen, os.path.join(home, "chromium"),
                              args.flag, log)
            browser.attach()
            visits.say("started")
            answered = set()
            for url in args.urls:
                if not waited(url):
                    visit(screen, browser, visits, answered, url,
                          args.dialog)
            if args.shot:
                shot = browser.call("Page.captureScreenshot")["data"]
                keep(args.shot, base64.b64decode(shot))
            browser.post("Browser.close")
            browser.process.wait(60)
            visits.say("ended")
        finally:
            for p in [browser and browser.process, screen.server]:
                if p and p.poll() is None:
                    p.kill()
                    p.wait()


if __name__ == "__main__":
    sys.exit(main())
