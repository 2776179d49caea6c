"""A headless Chromium, spoken to over two pipes: no port, no network, no library."""

from __future__ import annotations

import fcntl
import json
import os
import re
import select
import shutil
import signal
import time
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_S = 60
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--disable-extensions --no-first-run --no-default-browser-check --disable-dev-shm-usage --mute-audio "
    "--remote-debugging-pipe"
)


class Browser:
    """One tab."""

    def __init__(self, send: int, receive: int) -> None:
        self._send, self._receive = send, receive
        self._buffer = b""
        self._serial = 0
        self._session: str | None = None
        self.complaints: list[str] = []
        """What went to the console, was refused or could not be loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Log", "Runtime", "Network", "DOM"):
            self.call(f"{domain}.enable")
        self.call("DOM.getDocument")

    def open(self, file: Path) -> None:
        """Returns once *file* is shown."""
        self.call("Page.navigate", url=file.resolve().as_uri())
        deadline = time.monotonic() + _PATIENCE_S
        while self.value("document.readyState") != "complete" or self.value("location.href") == "about:blank":
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def size(self, width: int, height: int) -> None:
        """Makes the window *width* by *height* CSS pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    def scheme(self, name: str) -> None:
        """``light`` or ``dark``."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def on_paper(self) -> list[int]:
        """How many pieces of text each page holds of what would be printed, on A4."""
        answer = self.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, printBackground=True)
        return text_on_pages(b64decode(answer["data"]))

    def press_tab(self) -> None:
        """What the key does."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)

    def value(self, expression: str) -> Any:
        """The value of a JavaScript *expression*: the page has no script, the test has."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def call(self, method: str, **parameters: object) -> Any:
        """The answer of the DevTools protocol."""
        self._serial += 1
        message: dict[str, object] = {"id": self._serial, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._send, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._serial:
                assert "error" not in answer, answer
                return answer["result"]
            self._note(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._receive], [], [], _PATIENCE_S)[0], "the browser does not answer"
            data = os.read(self._receive, 1 << 20)
            assert data, "the browser is gone"
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _note(self, event: dict[str, Any]) -> None:
        method, parameters = event.get("method"), event.get("params", {})
        if method in {"Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Network.loadingFailed"}:
            self.complaints.append(json.dumps(parameters)[:500])
        elif method == "Network.requestWillBeSent":
            url = str(parameters["request"]["url"])
            if not url.startswith(("file:", "about:")):
                self.complaints.append(f"asks for {url}")


def text_on_pages(pdf: bytes) -> list[int]:
    """How many pieces of text are drawn on each page of a *pdf* as Chromium writes it, whose objects are plain."""
    objects = dict(re.findall(rb"^(\d+) 0 obj\n(.*?)\nendobj$", pdf, re.DOTALL | re.MULTILINE))
    pages = [found for found in objects.values() if re.search(rb"/Type /Page\b", found)]
    drawn = []
    for page in pages:
        contents = re.search(rb"/Contents (\d+) 0 R", page)
        assert contents
        head, _, stream = objects[contents[1]].partition(b"stream\n")
        stream = stream.removesuffix(b"endstream").removesuffix(b"\n")
        drawn.append(len(re.findall(rb"\bT[jJ]\b", zlib.decompress(stream) if b"FlateDecode" in head else stream)))
    return drawn


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with an empty *profile*; the test is skipped where there is none."""
    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium here (Debian: apt-get install chromium)")
    requests, send = os.pipe()
    receive, answers = os.pipe()
    handed = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (requests, answers)]  # clear of 3 and 4
    os.close(requests)
    os.close(answers)
    process = os.posix_spawn(
        program,
        [program, *_FLAGS.split(), f"--user-data-dir={profile}"],
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, handed[0], 3),
            (os.POSIX_SPAWN_DUP2, handed[1], 4),
        ],
    )
    for end in handed:
        os.close(end)
    try:
        yield Browser(send, receive)
    finally:
        os.close(send)  # it ends when nobody speaks to it any more
        os.close(receive)
        deadline = time.monotonic() + _PATIENCE_S
        while os.waitpid(process, os.WNOHANG) == (0, 0):
            if time.monotonic() > deadline:
                os.kill(process, signal.SIGKILL)
            time.sleep(0.02)
