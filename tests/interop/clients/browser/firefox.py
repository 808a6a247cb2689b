#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Headless Firefox visits pages, and its PIN prompts are answered.

A prompt is answered only if it names the token and there is a PIN left; any
other is cancelled.
"""
import os
import subprocess
import sys
import time

from marionette import Marionette, MarionetteError
from visit import PAGE_JS, Visits, arguments, come, keep, waited

PORT = 42828

# WebDriver cannot type into a prompt for a password, and dismisses one that is
# open when a command comes.  So code with the browser's privileges waits for
# the dialog, and tells by a file: "prompt TEXT", "stop" when a load has ended.
WATCH_JS = """
  const [pins, token, path] = arguments;
  const w = Services.wm.getMostRecentWindow("navigator:browser");
  let written = Promise.resolve();
  const tell = line => written = written.then(() =>
    IOUtils.writeUTF8(path, line + "\\n", { mode: "appendOrCreate" }));
  w.pinObserver = { observe(dialog) {
    const { ui, args } = dialog.Dialog;
    const text = ui.infoBody.textContent;
    tell("prompt " + args.promptType + ": " + text);
    const answer = args.promptType == "promptPassword" &&
      text.includes("(" + token + ")") && pins.length;
    if (answer) ui.password1Textbox.value = pins.shift();
    dialog.setTimeout(() => (answer ? ui.button0 : ui.button1).click(), 0);
  } };
  Services.obs.addObserver(w.pinObserver, "common-dialog-loaded");
  w.stopListener = { onStateChange(browser, progress, request, flags) {
    const ended = Ci.nsIWebProgressListener.STATE_STOP |
      Ci.nsIWebProgressListener.STATE_IS_NETWORK;
    if (progress.isTopLevel && (flags & ended) == ended) tell("stop");
  } };
  w.gBrowser.addTabsProgressListener(w.stopListener);
"""
LOAD_JS = """
  const w = Services.wm.getMostRecentWindow("navigator:browser");
  w.gBrowser.fixupAndLoadURIString(arguments[0], { triggeringPrincipal:
    Services.scriptSecurityManager.getSystemPrincipal() });
"""


class Told:
    """The lines of that file, each once."""

    def __init__(self, path):
        self.path = path
        self.lines = 0

    def new(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path, encoding="utf-8") as f:
            whole = [s[:-1] for s in f if s.endswith("\n")]
        new, self.lines = whole[self.lines:], len(whole)
        return new


def page(m):
    try:
        return m.script("return " + PAGE_JS)
    except MarionetteError:  # a prompt is open
        return None


def visit(m, visits, told, url):
    m.chrome(LOAD_JS, url)
    end = time.monotonic() + 40
    what = ["", "nothing came", "", ""]
    while time.monotonic() < end:
        new = told.new()
        for line in new:
            if line.startswith("prompt "):
                visits.prompt(line[7:])
        if "stop" in new:
            # an error's page follows the end of the load
            for _ in range(100):
                what = page(m) or what
                if come(url, what):
                    break
                time.sleep(0.02)
            if come(url, what):
                break
        time.sleep(0.02)
    visits.page(url, what)


def shoot(m, path):
    for left in range(20, -1, -1):
        try:
            keep(path, m.screenshot())
            return
        except MarionetteError:  # there is, or just was, a prompt
            if not left:
                raise
            time.sleep(0.1)


def main():
    a = arguments(__doc__)
    a.add_argument("--profile", required=True)
    args = a.parse_args()
    visits = Visits(args)
    told = Told(os.path.abspath(args.profile) + "/told")
    with open(args.log, "ab") as log:
        browser = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette",
             "--remote-allow-system-access", "--no-remote",
             "--profile", args.profile],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        m = Marionette(PORT, lambda: browser.poll() is None)
        m.call("WebDriver:NewSession", capabilities={"alwaysMatch": {
            "unhandledPromptBehavior": {"default": "ignore"}}})
        m.chrome(WATCH_JS, visits.pins, args.token, told.path)
        visits.say("started")
        for url in args.urls:
            if not waited(url):
                visit(m, visits, told, url)
        if args.shot:
            shoot(m, args.shot)
        m.quit()
        browser.wait(60)
        visits.say("ended")
    finally:
        if browser.poll() is None:
            browser.kill()
            browser.wait()


if __name__ == "__main__":
    sys.exit(main())
