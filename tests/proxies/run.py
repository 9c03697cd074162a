#!/usr/bin/env python3
"""Runs the server behind nginx and Caddy with the sample files of docs/samples, and looks whether all goes through.

    tests/proxies/run.py target/debug/elenchus

Each proxy that is not installed is skipped, and that is said. That a stream is not held back is shown by order: the model
goes on only after its first words have arrived at the client.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from client import CALLER, NAME, Client
from provider import FIRST, SECOND, Provider
from proxy import IDLE, PROXIES

MARK = "Elenchus is running at "
LARGEST = 10 * 1024 * 1024
ANSWER = FIRST + SECOND

REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { accessToken } }"
SEND = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { conversation { id } reply { generation { id } } } }"
FOLLOW = """subscription ($id: ID!, $after: String) { generation(id: $id, after: $after) {
    __typename cursor ... on TextAppended { text } } }"""
UPLOAD = "mutation ($files: [Upload!]!) { uploadDocuments(input: { files: $files }) { documents { id byteSize } } }"
WATCH = "subscription ($id: ID!) { conversation(id: $id) { __typename } }"


class Server:
    """The server, told to believe a proxy on this machine; its log is JSON."""

    def __init__(self, binary, folder, provider):
        self.log = Path(folder, "log")
        data = Path(folder, "data")
        data.mkdir(mode=0o711)
        # What was fetched for ./.data before need not be fetched again.
        fetched = Path(".data", "wheels").resolve()
        if fetched.is_dir():
            (data / "wheels").symlink_to(fetched)
        environment = {
            **os.environ,
            "PORT": "0",
            "HOST": "127.0.0.1",
            "DATA_DIR": str(data),
            "ENVIRONMENT": "development",
            "CHAT_MODEL": "openai/scripted",
            "OPENAI_BASE_URL": provider.url,
            "OPENAI_API_KEY": "sk-test",
            "EMBEDDING_MODEL": "none",
            "TRUSTED_PROXIES": "127.0.0.1",
            # A test is one caller who does in a minute what people do in a day.
            "RATE_LIMIT_DEFAULT": "0",
            "RATE_LIMIT_SIGN_IN": "0",
            "RATE_LIMIT_CHAT": "0",
            "RATE_LIMIT_UPLOAD": "0",
            "SOCKET_IDLE_SECONDS": str(IDLE),
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "info,elenchus::http=debug",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([binary, "serve"], env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
        url = next((line.split(MARK)[1].strip() for line in self.process.stdout if MARK in line), None)
        if url is None:
            sys.exit(self.log.read_text(errors="replace"))
        self.address = url.removeprefix("http://")

    def caller_of(self, request_id):
        """The address that the log has for a request."""
        for _ in range(100):
            for line in self.log.read_text(errors="replace").splitlines():
                found = request_id in line and re.search(r'"client":"([^"]+)"', line)
                if found:
                    return found.group(1)
            time.sleep(0.05)
        raise AssertionError(f"the log has no request {request_id}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.close()
        self.process.wait()


def equal(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


def question(client, provider, word):
    """A question whose answer stops in the middle."""
    provider.hold(word)
    sent = client.ask(SEND, {"input": {"text": f"Tell me of {word}."}})["sendMessage"]
    return sent["reply"]["generation"]["id"]


def a_query_goes_through(client, server, **_):
    answer = client.post("{ __typename }", {}, "application/graphql-response+json")
    equal(answer.status, 200)
    equal(answer.headers["content-type"], "application/graphql-response+json; charset=utf-8")
    assert "Accept" in ",".join(answer.headers.get_all("vary"))
    equal(json.loads(answer.read()), {"data": {"__typename": "Query"}})
    # The caller, not the proxy, and not what the caller said of itself.
    equal(server.caller_of(answer.headers["x-request-id"]), CALLER)
    refused = client.post("{", {}, "application/graphql-response+json")
    equal(refused.status, 400)
    equal(json.loads(refused.read())["errors"][0]["extensions"]["code"], "BAD_USER_INPUT")


def http_2_is_spoken_to_browsers(client, proxy, **_):
    command = ["curl", "-sS", "--http2", "--cacert", str(proxy.certificate), "-w", " %{http_version}"]
    command += ["--resolve", f"{NAME}:{proxy.port}:127.0.0.1", "-H", "content-type: application/json"]
    command += ["-d", '{"query":"{ __typename }"}', f"https://{NAME}:{proxy.port}/graphql"]
    equal(subprocess.run(command, capture_output=True, text=True, check=True).stdout, '{"data":{"__typename":"Query"}} 2')


def a_large_file_goes_through(client, **_):
    line = b"Nothing but a line of sixty-four bytes, again and yet again....\n"
    content = (line * (LARGEST // len(line)))[:LARGEST]
    answer = json.loads(client.upload(UPLOAD, "large.txt", content).read())
    [document] = answer["data"]["uploadDocuments"]["documents"]
    equal(document["byteSize"], LARGEST)
    client.ask("mutation ($id: ID!) { deleteDocument(input: { id: $id }) { __typename } }", {"id": document["id"]})
    # The limit is the server's own, and the answer is in GraphQL's shape.
    refused = client.upload(UPLOAD, "larger.txt", content + b"x")
    equal(refused.status, 413)
    equal(json.loads(refused.read())["errors"][0]["extensions"]["code"], "PAYLOAD_TOO_LARGE")


def events(response):
    """The events of a stream of server-sent events, as they come."""
    event = {}
    for line in iter(response.readline, b""):
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if line == b"\n" and event:
            yield event
            event = {}
        # A line without a name is a comment: a sign of life.
        elif name.rstrip(":"):
            event[name] = value


def server_sent_events_are_not_held_back(client, provider, word, **_):
    generation = question(client, provider, word)
    response = client.post(FOLLOW, {"id": generation}, "text/event-stream")
    equal(response.headers["content-type"], "text/event-stream; charset=utf-8")
    text, last, complete = "", None, False
    for event in events(response):
        if event["event"] == "complete":
            complete = True
            break
        step = json.loads(event["data"])["data"]["generation"]
        equal(event["id"], step["cursor"])
        if not text and step.get("text"):
            # The answer's end does not exist yet.
            provider.go_on(word)
            last = event["id"]
        text += step.get("text", "")
    equal((text.strip(), complete), (ANSWER, True))
    # From the first step on, the rest.
    body = json.dumps({"query": FOLLOW, "variables": {"id": generation}})
    headers = {"content-type": "application/json", "accept": "text/event-stream", "last-event-id": last}
    rest = client.request("/graphql", body, headers)
    steps = [json.loads(event["data"])["data"]["generation"] for event in events(rest) if event["event"] == "next"]
    assert "".join(step.get("text", "") for step in steps).strip() == SECOND, steps


def parts_are_not_held_back(client, provider, word, **_):
    generation = question(client, provider, word)
    accept = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json'
    response = client.post(FOLLOW, {"id": generation}, accept)
    assert response.headers["content-type"].startswith("multipart/mixed"), response.headers["content-type"]
    text, seen = "", []
    for line in iter(response.readline, b""):
        if line.startswith(b"--graphql--"):
            seen.append("end")
            break
        if line.startswith(b"{"):
            payload = json.loads(line).get("payload")
            step = payload and payload["data"]["generation"]
            if step and step.get("text"):
                if not text:
                    provider.go_on(word)
                text += step["text"]
    equal((text.strip(), seen), (ANSWER, ["end"]))


def a_websocket_streams_and_outlives_the_proxys_patience(client, provider, word, **_):
    generation = question(client, provider, word)
    socket = client.websocket()
    socket.say({"id": "1", "type": "subscribe", "payload": {"query": FOLLOW, "variables": {"id": generation}}})
    text = ""
    while not text:
        text = socket.hear()["payload"]["data"]["generation"].get("text", "")
    # Pings come three times in IDLE seconds: now there is nothing else for longer than the proxy waits.
    while socket.pings <= 5:
        socket.frame()
    provider.go_on(word)
    while (message := socket.hear())["type"] != "complete":
        text += message["payload"]["data"]["generation"].get("text", "")
    equal(text.strip(), ANSWER)


def silence_is_cut_where_it_should_be(client, proxy, **_):
    """That the time was shortened at all: a stream over HTTP whose heartbeat comes later is cut."""
    if not proxy.cuts_silence:
        return
    create = "mutation { createConversation(input: {}) { conversation { id } } }"
    conversation = client.ask(create)["createConversation"]["conversation"]["id"]
    response = client.post(WATCH, {"id": conversation}, "text/event-stream")
    equal([event for event in events(response)], [])


CHECKS = [
    a_query_goes_through,
    http_2_is_spoken_to_browsers,
    a_large_file_goes_through,
    server_sent_events_are_not_held_back,
    parts_are_not_held_back,
    a_websocket_streams_and_outlives_the_proxys_patience,
    silence_is_cut_where_it_should_be,
]


def certificate(folder):
    """A certificate for the name in the samples, signed by itself."""
    paths = Path(folder, "certificate.pem"), Path(folder, "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
    command += ["-addext", f"subjectAltName=DNS:{NAME}", "-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run(command, check=True, capture_output=True)
    return paths


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    here = [kind for kind in PROXIES if kind.is_here()]
    skipped = [kind.name for kind in PROXIES if kind not in here]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="elenchus-proxies-") as folder, Provider() as provider:
        # Root runs Postgres and nginx as other accounts, which must be able to pass through.
        os.chmod(folder, 0o711)
        pem, key = certificate(folder)
        server = Server(sys.argv[1], folder, provider) if here else None
        try:
            for kind in here:
                with kind(server.address, folder, pem, key) as proxy:
                    client = Client(proxy.port, pem)
                    email = f"{kind.name}@example.org"
                    account = {"input": {"email": email, "password": "a long enough password"}}
                    client.token = client.ask(REGISTER, account)["register"]["accessToken"]
                    for number, check in enumerate(CHECKS):
                        parts = {"client": client, "server": server, "proxy": proxy, "provider": provider}
                        try:
                            check(**parts, word=f"{kind.name}-{number}")
                            print(f"ok      {kind.name}: {check.__name__}", flush=True)
                        except Exception as error:
                            failed += 1
                            print(f"FAILED  {kind.name}: {check.__name__}: {error!r}", flush=True)
        finally:
            if server:
                server.stop()
    for name in skipped:
        print(f"SKIPPED: {name} is not installed (Debian: apt install {name})")
    print(f"{len(CHECKS) * len(here) - failed} passed, {failed} failed, {len(CHECKS) * len(skipped)} skipped")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
