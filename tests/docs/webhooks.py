#!/usr/bin/env python3
"""Tries the snippets of docs/WEBHOOKS.md that verify messages: with one that was signed here, and with others that nobody signed so."""

import base64
import hashlib
import hmac
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "WEBHOOKS.md"
BLOCK = re.compile(r"^```(\w+) title=(\S+)\n(.*?)^```$", re.M | re.S)
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
BODY = '{"type":"ping","timestamp":"2026-03-01T12:00:00.000000Z","data":{"a":"ä"}}'
# Reads what to verify, and says whether it was taken.
PYTHON = """
import json, sys
from verify import verify
asked = json.load(sys.stdin)
try:
    verify(asked["secret"], asked["headers"], asked["body"].encode())
    print("taken")
except ValueError:
    print("refused")
"""
NODE = """
import { readFileSync } from "node:fs";
import { verify } from "./verify.mjs";
const asked = JSON.parse(readFileSync(0, "utf8"));
try {
  verify(asked.secret, asked.headers, Buffer.from(asked.body));
  console.log("taken");
} catch {
  console.log("refused");
}
"""


def signed(body=BODY, key=KEY, age=0, before=""):
    sent = str(int(time.time()) - age)
    mac = hmac.new(key, f"delivery_x.{sent}.{body}".encode(), hashlib.sha256).digest()
    signature = before + "v1," + base64.b64encode(mac).decode()
    headers = {"webhook-id": "delivery_x", "webhook-timestamp": sent, "webhook-signature": signature}
    return {"secret": SECRET, "headers": headers, "body": body}


CASES = [
    ("as it was sent", signed(), "taken"),
    ("with two signatures", signed(before="v1,AAAA v1a,AAAA "), "taken"),
    ("with another secret", signed(key=b"x" * 32), "refused"),
    ("too old", signed(age=301), "refused"),
    ("from the future", signed(age=-330), "refused"),
    ("changed", {**signed(), "body": BODY + " "}, "refused"),
    ("with another id", {**signed(), "headers": {**signed()["headers"], "webhook-id": "delivery_y"}}, "refused"),
]


def main():
    blocks = {title: text for _, title, text in BLOCK.findall(PAGE.read_text())}
    assert set(blocks) == {"verify.py", "verify.mjs"}, f"other snippets than are tried here: {sorted(blocks)}"
    with tempfile.TemporaryDirectory() as folder:
        for title, text in blocks.items():
            Path(folder, title).write_text(text)
        Path(folder, "try.py").write_text(PYTHON)
        Path(folder, "try.mjs").write_text(NODE)
        for command in ([sys.executable, "try.py"], ["node", "try.mjs"]):
            for what, asked, expected in CASES:
                told = subprocess.run(
                    command, cwd=folder, input=json.dumps(asked), capture_output=True, text=True, check=True
                )
                assert told.stdout.strip() == expected, f"{command[1]}, {what}: {told.stdout}{told.stderr}"
    print("docs/WEBHOOKS.md: both snippets verify")


if __name__ == "__main__":
    main()
