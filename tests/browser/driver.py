"""A browser driven through chromedriver with the WebDriver protocol (W3C), using nothing but the standard library."""

import base64
import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def missing():
    """What this machine lacks, or None."""
    if not any(map(shutil.which, BROWSERS)):
        return "Chromium is not installed (Debian: apt install chromium chromium-driver)"
    if not shutil.which("chromedriver"):
        return "chromedriver is not installed (Debian: apt install chromium-driver)"
    return None


class Browser:
    """Headless Chromium; close it with `with`."""

    def __enter__(self):
        self.base = f"http://127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(
            ["chromedriver", f"--port={self.base.rsplit(':', 1)[1]}", "--log-level=OFF"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait("chromedriver", lambda: self._ready())
            binary = next(filter(None, map(shutil.which, BROWSERS)))
            options = {
                "binary": binary,
                "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1360,860"],
            }
            answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome",
                "goog:chromeOptions": options,
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            }}})
        except BaseException:
            self.process.kill()
            raise
        self.base += f"/session/{answer['sessionId']}"
        return self

    def __exit__(self, *_):
        try:
            self._call("DELETE", "", None)
        finally:
            self.process.terminate()
            self.process.wait(10)

    def open(self, url):
        self._call("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        return self._call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def click(self, selector):
        self._call("POST", f"/element/{self._find(selector)}/click", {})

    def type(self, selector, text):
        element = self._find(selector)
        self._call("POST", f"/element/{element}/clear", {})
        self._call("POST", f"/element/{element}/value", {"text": text})

    def choose(self, selector, path):
        """Gives a file to an input for files."""
        self._call("POST", f"/element/{self._find(selector)}/value", {"text": str(path)})

    def press(self, keys):
        """Types where the focus is."""
        element = self._call("GET", "/element/active", None)[ELEMENT]
        self._call("POST", f"/element/{element}/value", {"text": keys})

    def reload(self):
        self._call("POST", "/refresh", {})

    def tabs(self):
        return self._call("GET", "/window/handles", None)

    def new_tab(self):
        return self._call("POST", "/window/new", {"type": "tab"})["handle"]

    def switch(self, tab):
        self._call("POST", "/window", {"handle": tab})

    def resize(self, width, height):
        self._call("POST", "/window/rect", {"width": width, "height": height})

    def dark(self, on):
        """Pretends that the system prefers dark colours, or light ones."""
        features = [{"name": "prefers-color-scheme", "value": "dark" if on else "light"}]
        self._call("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}})

    def screenshot(self, path):
        path.write_bytes(base64.b64decode(self._call("GET", "/screenshot", None)))

    def messages(self):
        """What was written to the console since the last call: (level, text)."""
        return [(entry["level"], entry["message"]) for entry in self._log("browser")]

    def requests(self):
        """The addresses asked for since the last call, sockets among them."""
        found = []
        for message in self.events():
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
            elif message["method"] == "Network.webSocketCreated":
                found.append(message["params"]["url"])
        return found

    def events(self):
        """What the network did since the last call, as the DevTools protocol tells it: {method, params}."""
        return [json.loads(entry["message"])["message"] for entry in self._log("performance")]

    def _find(self, selector):
        return self._call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def _log(self, kind):
        return self._call("POST", "/se/log", {"type": kind})

    def _ready(self):
        try:
            return self._call("GET", "/status", None)["ready"]
        except OSError:
            return False

    def _call(self, method, path, body):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {json.load(error)['value']['message'].splitlines()[0]}") from None


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait(what, condition, seconds=30):
    """The condition's first true answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s in vain: {what}")
