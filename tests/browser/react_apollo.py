#!/usr/bin/env python3
"""Uses examples/react-apollo as a person would: in headless Chromium, against a real server and a slow model.

Builds the app, serves it from an address of its own, and puts a proxy before the server that can be cut. The model is a
script on this machine that says a word when the test allows it, so that "in mid-answer" is a state and not a moment.
Most of it uses a build for development, where React runs every effect twice and libraries complain about what is not
right: the console must stay silent. The build for production must then find everything again.
Prints SKIPPED and succeeds where Node or Chromium are not.

Usage: tests/browser/react_apollo.py --server target/release/elenchus [--screenshots FOLDER]
"""

import argparse
import contextlib
import functools
import importlib.machinery
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cuttable import Cuttable
from driver import Browser, missing
from react_apollo_walk import ANSWER, look, walk
from scripted_model import ScriptedModel

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "examples" / "react-apollo"
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
# What Vite asks for.
OLDEST_NODE = (20, 19)
# A token that comes a second time ends the sign-in at once: any race of the app's would show.
SETTINGS = {"CHAT_MODEL": "openai/scripted", "OPENAI_API_KEY": "sk-test", "REFRESH_GRACE_SECONDS": "0"}
# What npm says where there is no registry to ask.
OFFLINE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ENETUNREACH", "ETIMEDOUT")


class Skipped(Exception):
    """Says what this machine lacks."""


def with_server():
    """scripts/with-server as a module; its name has no ending by which Python would know it."""
    loader = importlib.machinery.SourceFileLoader("with_server", str(ROOT / "scripts" / "with-server"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("with_server", loader))
    loader.exec_module(module)
    return module


def look_for_node():
    if not shutil.which("node") or not shutil.which("npm"):
        raise Skipped("Node is not installed")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < OLDEST_NODE:
        raise Skipped(f"Node {version.strip()} is too old: {'.'.join(map(str, OLDEST_NODE))} or later is needed")


def npm(*words, **settings):
    environment = {**os.environ, "NPM_CONFIG_UPDATE_NOTIFIER": "false", **settings}
    # Node brings its own list of certificate authorities; a machine behind a proxy has its own in the system's.
    if Path(AUTHORITIES).exists():
        environment.setdefault("NODE_EXTRA_CA_CERTS", AUTHORITIES)
    done = subprocess.run(["npm", *words], cwd=APP, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    said = done.stdout + done.stderr
    if words[0] == "ci" and any(word in said for word in OFFLINE):
        raise Skipped("npm's registry cannot be reached")
    sys.exit(f"FAILED: npm {' '.join(words)}\n{said}")


def install():
    installed = APP / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < (APP / "package-lock.json").stat().st_mtime:
        npm("ci")


def build(mode, folder, server):
    """The app as it would be put on a web server, for a server at that address."""
    arguments = ("--mode", mode, "--outDir", str(folder / mode), "--emptyOutDir")
    npm("run", "build", "--", *arguments, NODE_ENV=mode, VITE_ELENCHUS_URL=server)
    print(f"  ok  the types fit the schema, and the app builds for {mode}", flush=True)


@contextlib.contextmanager
def served(folder):
    """The address of a web server for the files of a folder."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def use(options, page, model, network, folder):
    with Browser() as browser:
        try:
            walk(browser, f"{page}/development/", model, network, folder, options.screenshots)
            look(browser, f"{page}/production/")
        except AssertionError as error:
            shots = options.screenshots or Path(tempfile.mkdtemp(prefix="react-apollo-"))
            browser.screenshot(shots / "react-apollo-failed.png")
            console = "\n".join(f"  {level} {text}" for level, text in browser.messages())
            sys.exit(f"FAILED: {error}\n{console}\n  see {shots}/react-apollo-failed.png")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--screenshots", type=Path)
    options = parser.parse_args()
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    try:
        if missing():
            raise Skipped(missing())
        look_for_node()
        install()
        with tempfile.TemporaryDirectory(prefix="react-apollo-") as folder, Cuttable() as network:
            for mode in ("production", "development"):
                build(mode, Path(folder), network.url)
            with ScriptedModel(ANSWER) as model, served(folder) as page:
                settings = {**SETTINGS, "OPENAI_BASE_URL": model.url}
                with with_server().running([options.server], settings) as server:
                    network.lead_to(server)
                    use(options, page, model, network, Path(folder))
    except Skipped as reason:
        print(f"SKIPPED: {reason}")
        return
    print("PASSED: examples/react-apollo in Chromium")


if __name__ == "__main__":
    main()
