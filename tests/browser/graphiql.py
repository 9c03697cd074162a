#!/usr/bin/env python3
"""Uses /graphiql of a running server as a person would, in headless Chromium.

Signs in, runs the sample operations, follows a subscription, and checks that nothing left for another host and that
the page broke none of its own rules (Content-Security-Policy). Prints SKIPPED and succeeds where there is no Chromium.

Usage: tests/browser/graphiql.py [--url http://127.0.0.1:8080] [--email E --password P] [--screenshots FOLDER]
Without --email the page must fill in the demo account itself.
"""

import argparse
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from driver import Browser, missing, wait

EDITOR = "document.querySelector(arguments[0] + ' .CodeMirror').CodeMirror"


class Page:
    """The page as a person sees it: tabs, editors, the result."""

    def __init__(self, browser):
        self.browser = browser

    def tab(self, name):
        found = self.browser.run(
            "const tab = [...document.querySelectorAll('.graphiql-tab-button')]"
            ".find((each) => each.textContent.trim() === arguments[0]); tab?.click(); return Boolean(tab);",
            name,
        )
        assert found, f"there is no tab {name}"
        wait(f"tab {name}", lambda: f" {name}" in self.text(".graphiql-query-editor"))

    def text(self, selector):
        return self.browser.run(f"return {EDITOR}.getValue()", selector)

    def variables(self, values):
        text = json.dumps(values, indent=2)
        self.browser.run(f"{EDITOR}.setValue(arguments[1])", ".graphiql-editor-tool", text)

    def result(self):
        return json.loads(self.text(".result-window") or "null")

    def run(self, done, what):
        """Presses the button and waits for a result that is `done`; an error in it ends the test."""
        self.browser.run("document.querySelector('.result-window .CodeMirror').CodeMirror.setValue('')")
        self.browser.click(".graphiql-execute-button")

        def check():
            result = self.result()
            assert not (result and result.get("errors")), f"{what}: {result['errors']}"
            return result and done(result) and result

        return wait(what, check, 60)


def visible(browser, selector):
    return browser.run("return Boolean(document.querySelector(arguments[0])?.offsetParent)", selector)


def opened(browser):
    return visible(browser, ".graphiql-query-editor .CodeMirror")


def sign_in(browser, options):
    wait("the sign-in form", lambda: visible(browser, "#by-password"))
    if options.email:
        browser.type("#identifier", options.email)
        browser.type("#password", options.password)
    else:
        wait("a prefilled demo account", lambda: browser.run("return document.querySelector('#identifier').value"))
    email = browser.run("return document.querySelector('#identifier').value")
    browser.click("#by-password .primary")
    wait("being signed in", lambda: visible(browser, "#signed-in"))
    assert browser.run("return document.querySelector('#name').textContent") == email
    return email


def walk(browser, options):
    step = lambda text: print(f"  ok  {text}", flush=True)
    page = Page(browser)
    browser.open(f"{options.url}/graphiql")
    wait("GraphiQL", lambda: opened(browser))
    step("the page opens")

    email = sign_in(browser, options)
    step(f"signed in as {email}")

    page.tab("Viewer")
    result = page.run(lambda result: result["data"]["viewer"], "the viewer")
    assert result["data"]["viewer"]["user"]["email"] == email, result
    step("a query knows who asks")

    page.tab("Ask")
    result = page.run(lambda result: result["data"]["sendMessage"], "a message")
    generation = result["data"]["sendMessage"]["reply"]["generation"]["id"]
    step(f"a mutation starts {generation}")

    page.tab("Follow")
    page.variables({"id": generation, "after": None})
    ended = lambda result: result["data"]["generation"]["__typename"] == "GenerationEnded"
    result = page.run(ended, "the end of the stream")
    kinds = [event["generation"]["__typename"] for event in result["earlier"]]
    assert "TextAppended" in kinds, kinds
    step(f"a subscription streams {len(kinds) + 1} events")
    browser.screenshot(options.screenshots / "graphiql-light.png")
    browser.dark(True)
    browser.screenshot(options.screenshots / "graphiql-dark.png")
    browser.dark(False)

    # Without its first tab, the page before the reload cannot be taken for the one after.
    browser.run("document.querySelector('.graphiql-tab-close').click()")
    browser.click("#samples")
    names = "return [...document.querySelectorAll('.graphiql-tab-button')].map((each) => each.textContent.trim())"
    wait("the samples anew", lambda: browser.run(names)[:3] == ["Viewer", "Ask", "Follow"] and opened(browser))
    wait("the session after a reload", lambda: visible(browser, "#signed-in"))
    browser.click("#sign-out")
    wait("being signed out", lambda: visible(browser, "#by-password"))
    assert browser.run("return sessionStorage.length") == 0
    step("the samples come back, the session outlives a reload and ends with a sign-out")


def check_traffic(browser, options):
    own = urlsplit(options.url).netloc
    requests = browser.requests()
    foreign = [url for url in requests if url.startswith(("http", "ws")) and urlsplit(url).netloc != own]
    assert not foreign, f"requests to other hosts: {foreign}"
    assert any(url.startswith("ws") for url in requests), "no socket was opened"
    broken = [text for level, text in browser.messages() if level == "SEVERE" or "Content Security Policy" in text]
    assert not broken, "the console shows:\n" + "\n".join(broken)
    print(f"  ok  {len(requests)} requests, all to {own}; no policy was broken", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", default="http://127.0.0.1:8080", type=lambda url: url.rstrip("/"))
    parser.add_argument("--email")
    parser.add_argument("--password", default="")
    parser.add_argument("--screenshots", default="target/browser", type=Path)
    options = parser.parse_args()
    lacking = missing()
    if lacking:
        print(f"SKIPPED: {lacking}")
        return
    options.screenshots.mkdir(parents=True, exist_ok=True)
    with Browser() as browser:
        try:
            walk(browser, options)
            check_traffic(browser, options)
        except AssertionError as error:
            browser.screenshot(options.screenshots / "graphiql-failed.png")
            console = "\n".join(f"  {level} {text}" for level, text in browser.messages())
            sys.exit(f"FAILED: {error}\n{console}\n  see {options.screenshots}/graphiql-failed.png")
    print("PASSED: GraphiQL in Chromium")


if __name__ == "__main__":
    main()
