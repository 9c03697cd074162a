#!/usr/bin/env python3
"""Runs the snippets of docs/API.md against a server with the demo's account.

    tests/docs/snippets.py --url http://127.0.0.1:8000

The address in them is replaced and nothing else. Shell and Python run as they stand, the shell's blocks as one script, for a
later one uses what an earlier one set. TypeScript is checked with `tsc --strict`, then each program runs. JSON must be JSON. A
block of another language, or one that is expected here and gone there, fails.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "API.md"
ADDRESS = "127.0.0.1:8000"
BLOCK = re.compile(r"^```(\w+)(?: title=(\S+))?\n(.*?)^```$", re.M | re.S)
# An answer that rests on the demo's documents names the days or months of notice.
ANSWERED = r"(?s)notice.+"
# What each program prints; of the others nothing is run.
PRINTED = {
    "session.ts": r"",
    "pages.ts": r"(?:\S.*\n){3,}",
    "follow.ts": ANSWERED + r"\nCOMPLETED\n$",
    "sse.ts": ANSWERED + r"\nCOMPLETE\n$",
    "apollo.ts": ANSWERED + r"\nCOMPLETE\n$",
    "urql.ts": ANSWERED + r"\nCOMPLETE\n$",
    "request.ts": r"(?s)^COMPLETED .*notice.* [1-9]\d*\n$",
    "upload.ts": r'"filename":"one.txt".*"filename":"two.txt"',
}
SHELL = [
    r'"totalCount":\d',
    r'"uploadDocuments":\{"documents":\[\{"id":"doc_\w+","filename":"lease.txt"',
    r"(?s)id: \S+\nevent: next\ndata: .*GenerationEnded.*event: complete",
    r'\{"data":\{"__type":\{"kind":"OBJECT"\}\}\}',
]
PYTHON = [ANSWERED + r"\nCOMPLETE\n$"]
EVERYTHING = {"sh", "ts", "python", "json"}
# Long enough for a slow machine; only a snippet that never ends gets there.
PATIENCE = 120


class Run:
    """Counts what went well."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, command, folder, expected=()):
        done = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, check=False
        )
        missing = [pattern for pattern in expected if not re.search(pattern, done.stdout)]
        well = done.returncode == 0 and not missing and '"errors"' not in done.stdout
        self.passed += well
        self.failed += not well
        print(f"{'ok     ' if well else 'FAILED '} {name}", flush=True)
        if not well:
            print(f"status {done.returncode}, without {missing}:\n{done.stdout}")
        return well


def main():
    if len(sys.argv) != 3 or sys.argv[1] != "--url":
        sys.exit(__doc__)
    address = sys.argv[2].removeprefix("http://")
    page = PAGE.read_text()
    blocks = BLOCK.findall(page)
    assert len(blocks) * 2 == len(re.findall(r"^```", page, re.M)), "a block could not be read"
    unknown = {language for language, _, _ in blocks} - EVERYTHING
    assert not unknown, f"nothing here runs {unknown}"
    texts = {language: [] for language in EVERYTHING}
    for language, title, text in blocks:
        texts[language].append((title, text.replace(ADDRESS, address)))
    run = Run()
    with tempfile.TemporaryDirectory(prefix="elenchus-docs-") as name:
        folder = Path(name)
        for number, (_, text) in enumerate(texts["json"]):
            run.check(f"json {number + 1}", [sys.executable, "-c", "import json, sys; json.loads(sys.argv[1])", text], folder)
        script = "set -euo pipefail\n" + "\n".join(text for _, text in texts["sh"])
        run.check(f"sh, {len(texts['sh'])} blocks", ["bash", "-c", script], folder, SHELL)
        for (_, text), expected in zip(texts["python"], PYTHON, strict=True):
            run.check("python", [sys.executable, "-c", text], folder, [expected])
        typescript(run, folder, dict(texts["ts"]))
    print(f"{run.passed} passed, {run.failed} failed")
    sys.exit(bool(run.failed))


def typescript(run, folder, modules):
    assert modules.keys() == PRINTED.keys(), f"expected {sorted(PRINTED)}, found {sorted(modules)}"
    for file in ("tsconfig.json", "package.json", "websocket.mjs", "renewal.mjs"):
        shutil.copy(HERE / file, folder)
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    for title, text in modules.items():
        found = re.search(r"\bany\b", re.sub(r'//.*|"[^"]*"|`[^`]*`', "", text))
        assert not found, f"{title} has an `any`"
        (folder / title).write_text(text)
    compiler = [str(folder / "node_modules" / ".bin" / "tsc"), "--project", str(folder), "--outDir", str(folder / "out")]
    if run.check(f"tsc --strict, {len(modules)} modules", compiler, folder):
        for title in modules:
            program = str(folder / "out" / Path(title).with_suffix(".js"))
            run.check(title, ["node", "--import", "./websocket.mjs", program], folder, [PRINTED[title]])
        run.check("session.ts over the end of a token", ["node", "renewal.mjs"], folder)


if __name__ == "__main__":
    main()
