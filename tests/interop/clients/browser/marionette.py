# SPDX-License-Identifier: LGPL-2.1-or-later
"""What firefox.py needs of Marionette, Firefox's remote control.

A message is "LENGTH:" and JSON: [0, id, command, parameters] to the browser,
[1, id, error, result] from it.
"""
import base64
import json
import socket
import time


class MarionetteError(Exception):
    """What the browser answered instead of a result."""


class Marionette:
    def __init__(self, port, alive, wait=60):
        end = time.monotonic() + wait
        while True:
            try:
                self.sock = socket.create_connection(("127.0.0.1", port), 60)
                break
            except OSError:
                if not alive() or time.monotonic() > end:
                    raise
                time.sleep(0.05)
        self.file = self.sock.makefile("rb")
        self.last = 0
        self._read()

    def _read(self):
        length = b""
        while not length.endswith(b":"):
            c = self.file.read(1)
            if not c:
                raise EOFError("Marionette closed")
            length += c
        return json.loads(self.file.read(int(length[:-1])))

    def call(self, command, _timeout=60, **params):
        self.last += 1
        m = json.dumps([0, self.last, command, params]).encode()
        self.sock.settimeout(_timeout)
        self.sock.sendall(b"%d:%s" % (len(m), m))
        while True:
            _, i, error, result = self._read()
            if i != self.last:
                continue
            if error:
                raise MarionetteError(error.get("message", error["error"]))
            if isinstance(result, dict):
                return result.get("value", result)
            return result

    def script(self, text, *args):
        return self.call("WebDriver:ExecuteScript", script=text,
                         args=list(args), sandbox="system",
                         newSandbox=False)

    def chrome(self, text, *args):
        """The same with the browser's own privileges."""
        self.call("Marionette:SetContext", value="chrome")
        try:
            return self.script(text, *args)
        finally:
            self.call("Marionette:SetContext", value="content")

    def quit(self):
        try:
            self.call("Marionette:Quit", flags=["eForceQuit"])
        except (EOFError, OSError, MarionetteError):
            pass  # it may be gone before it answers

    def screenshot(self):
        return base64.b64decode(
            self.call("WebDriver:TakeScreenshot", full=False))
