"""The pages of examples/react-apollo as a person sees them, and what they say to the server."""

import json
import urllib.request

from driver import wait

ESCAPE = "\ue00c"
ACCOUNT = {"email": "ada@example.org", "password": "correct horse battery"}


def step(text):
    print(f"  ok  {text}", flush=True)


class App:
    def __init__(self, browser, url, server, shots):
        self.browser = browser
        self.url = url
        self.server = server
        self._shots = shots
        self._token = None
        self._events = []

    # What is on the page.

    def texts(self, selector):
        return self.browser.run(
            "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)", selector
        )

    def sees(self, selector):
        return self.browser.run("return Boolean(document.querySelector(arguments[0]))", selector)

    def says(self, words, selector="body"):
        return any(words in text for text in self.texts(selector))

    def button(self, name):
        """Presses the button that a person, or a screen reader, knows by this name."""
        find = (
            "return [...document.querySelectorAll('button:not(:disabled)')].find((each) =>"
            " (each.ariaLabel ?? each.textContent).trim() === arguments[0])"
        )
        element = wait(f"the button {name}", lambda: self.browser.run(find, name))
        self.browser.run("arguments[0].click()", element)

    def fill(self, **fields):
        for name, value in fields.items():
            self.browser.type(f"input[name={name}]", value)

    def say(self, text):
        wait("the composer", lambda: self.sees("#message"))
        self.browser.type("#message", text)
        self.button("Send")

    def answer(self):
        """The last answer, to the letter."""
        return (self.texts(".answer") or [""])[-1]

    def status(self):
        found = self.browser.run("return [...document.querySelectorAll('.reply')].map((each) => each.dataset.status)")
        return found[-1] if found else None

    def shoot(self, name):
        if not self._shots:
            return
        for theme, dark in (("light", False), ("dark", True)):
            self.browser.dark(dark)
            self.browser.screenshot(self._shots / f"react-apollo-{name}-{theme}.png")
        self.browser.dark(False)

    # What went over the network.

    def events(self):
        """What the network did since the page was opened."""
        self._events += self.browser.events()
        return self._events

    def operations(self, name):
        """The variables of each operation of this name that was sent over HTTP."""
        bodies = [
            json.loads(event["params"]["request"]["postData"])
            for event in self.events()
            if event["method"] == "Network.requestWillBeSent"
            and event["params"]["request"].get("postData", "").startswith("{")
        ]
        return [body["variables"] for body in bodies if f"mutation {name}(" in body["query"]]

    def subscribed(self, name):
        """The variables of each subscription of this name that was sent over a socket."""
        frames = [
            json.loads(event["params"]["response"]["payloadData"])
            for event in self.events()
            if event["method"] == "Network.webSocketFrameSent"
        ]
        sent = [frame["payload"] for frame in frames if frame["type"] == "subscribe"]
        return [payload["variables"] for payload in sent if f"subscription {name}(" in payload["query"]]

    def ask(self, document, **variables):
        """Asks the server directly, with the token that the page used last."""
        for event in self.events():
            headers = event["params"].get("request", {}).get("headers", {})
            self._token = headers.get("authorization", headers.get("Authorization", self._token))
        body = json.dumps({"query": document, "variables": variables}).encode()
        headers = {"content-type": "application/json", "authorization": self._token}
        with urllib.request.urlopen(urllib.request.Request(f"{self.server}/graphql", body, headers), timeout=60) as answer:
            answer = json.load(answer)
        assert "errors" not in answer, answer
        return answer["data"]
