"""A hand on the real window, through WebKit's own driver: as much of WebDriver as a benchmark needs."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

PATIENCE = 60  # seconds for anything a window does


class Window:
    """A window of a program built to be driven (the feature `driven`), on a screen of its own."""

    def __init__(self, program: pathlib.Path, book: pathlib.Path, home: str, display: str, today: str) -> None:
        pathlib.Path(home, "today").write_text(today)
        self.port = free_port()
        own = {name: home for name in ["BILLHOOK_DRIVEN", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"]}
        driven = {"WEBKIT_INSPECTOR_SERVER": f"127.0.0.1:{free_port()}", "TAURI_WEBVIEW_AUTOMATION": "true", "TAURI_AUTOMATION": "true"}
        env = {**os.environ, **own, **driven, "DISPLAY": display, "LANGUAGE": "en_GB", "NO_AT_BRIDGE": "1"}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        # A process group of its own, because the window outlives its driver.
        self.driver = subprocess.Popen(["WebKitWebDriver", f"--port={self.port}"], env=env, start_new_session=True, **quiet)
        options = {"binary": str(program), "args": [str(book)]}
        ask = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self.session = ""
        self.session = patiently(lambda: self.say("", ask)["sessionId"])
        self.say("timeouts", {"script": PATIENCE * 1000})

    def say(self, what: str, ask: object) -> object:
        """One question to the driver."""
        path = f"/session/{self.session}/{what}" if self.session else "/session"
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", json.dumps(ask).encode())
        with urllib.request.urlopen(request, timeout=PATIENCE * 2) as answer:
            return json.load(answer)["value"]

    def script(self, body: str, *args: object) -> object:
        return self.say("execute/sync", {"script": body, "args": args})

    def promised(self, body: str, *args: object) -> object:
        """What the promise a script returns comes to."""
        asked = f"const asked = function () {{ {body} }}; asked.apply(null, arguments).then(arguments[arguments.length - 1])"
        ask = {"script": asked, "args": args}
        return self.say("execute/async", ask)

    def wait_for(self, selector: str) -> None:
        patiently(lambda: self.script("return document.querySelector(arguments[0]) !== null", selector))

    def click(self, selector: str) -> None:
        self.wait_for(selector)
        self.script("document.querySelector(arguments[0]).click()", selector)

    def fill(self, selector: str, text: str) -> None:
        self.wait_for(selector)
        set_value = (
            "const [field, text] = [document.querySelector(arguments[0]), arguments[1]];"
            "Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, text);"
            "field.dispatchEvent(new Event('input', { bubbles: true }))"
        )
        self.script(set_value, selector, text)

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.driver.pid, signal.SIGKILL)
        self.driver.wait()


def patiently(attempt):  # noqa: ANN001, ANN201 - whatever the attempt gives
    """Tries until something is given."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            if found := attempt():
                return found
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > until:
                raise
        if time.monotonic() > until:
            raise TimeoutError("the window did not come so far within a minute")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
