"""A client over TLS: queries, streams over HTTP, and websockets, by the standard library alone."""

import base64
import http.client
import json
import os
import socket
import ssl
import struct

NAME = "ai.example.org"
# Whoever calls; the proxy sees this address, and none of ours stands in TRUSTED_PROXIES.
CALLER = "127.0.0.7"
# A stream that is held back would be waited for until then.
PATIENCE = 30


class Client:
    """Talks to one proxy, as somebody who says to call from elsewhere."""

    def __init__(self, port, certificate):
        self.port = port
        self.context = ssl.create_default_context(cafile=certificate)
        self.token = None

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE, source_address=(CALLER, 0))
        return self.context.wrap_socket(plain, server_hostname=NAME)

    def request(self, path, body=None, headers=None):
        """The answer to a GET, or to a POST of `body`; its body is read by the caller."""
        connection = http.client.HTTPConnection(NAME)
        connection.sock = self.connect()
        spoofed = {"x-forwarded-for": "198.51.100.1", "forwarded": "for=198.51.100.2"}
        headers = {"host": NAME, "connection": "close", **spoofed, **(headers or {})}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        connection.request("GET" if body is None else "POST", path, body, headers)
        return connection.getresponse()

    def post(self, query, variables, accept="application/json"):
        body = json.dumps({"query": query, "variables": variables})
        return self.request("/graphql", body, {"content-type": "application/json", "accept": accept})

    def ask(self, query, variables=None):
        answer = json.loads(self.post(query, variables or {}).read())
        assert "errors" not in answer, answer
        return answer["data"]

    def upload(self, query, name, content):
        boundary = "elenchus-proxies"
        parts = [
            ("operations", "", json.dumps({"query": query, "variables": {"files": [None]}}).encode()),
            ("map", "", b'{"0":["variables.files.0"]}'),
            ("0", f'; filename="{name}"', content),
        ]
        body = b"".join(
            f'--{boundary}\r\ncontent-disposition: form-data; name="{field}"{more}\r\n\r\n'.encode() + text + b"\r\n"
            for field, more, text in parts
        )
        body += f"--{boundary}--\r\n".encode()
        headers = {"content-type": f"multipart/form-data; boundary={boundary}", "apollo-require-preflight": "true"}
        return self.request("/graphql", body, headers)

    def websocket(self):
        return WebSocket(self.connect(), self.token)


class WebSocket:
    """RFC 6455 with the subprotocol graphql-transport-ws; answers pings, and counts them."""

    def __init__(self, stream, token):
        self.stream = stream
        self.pings = 0
        self.buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        stream.sendall(
            f"GET /graphql/ws HTTP/1.1\r\nHost: {NAME}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self.buffer:
            self.fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101"), head
        self.say({"type": "connection_init", "payload": {"token": token}})
        assert self.hear() == {"type": "connection_ack"}

    def fill(self):
        more = self.stream.recv(65536)
        assert more, "the connection was closed"
        self.buffer += more

    def take(self, count):
        while len(self.buffer) < count:
            self.fill()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def send(self, kind, payload):
        length = len(payload)
        size = bytes([0x80 | length]) if length < 126 else bytes([0x80 | 126]) + struct.pack(">H", length)
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        self.stream.sendall(bytes([0x80 | kind]) + size + mask + masked)

    def say(self, message):
        self.send(1, json.dumps(message).encode())

    def frame(self):
        """One frame; pings are answered."""
        kind, length = self.take(2)
        if length == 126:
            (length,) = struct.unpack(">H", self.take(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self.take(8))
        payload = self.take(length)
        if kind & 15 == 9:
            self.pings += 1
            self.send(10, payload)
        assert kind & 15 != 8, f"closed: {payload!r}"
        return kind & 15, payload

    def hear(self):
        """The next message of the protocol."""
        while True:
            kind, payload = self.frame()
            if kind == 1:
                return json.loads(payload)
