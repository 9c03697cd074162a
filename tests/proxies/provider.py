"""A chat model that stops in the middle of its answer until it is told to go on, in the wire format of OpenAI."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FIRST, SECOND = "The first part.\n\n", "The second part."


class Provider:
    """Answers every question in two parts; the second comes after `go_on` with a word of the question."""

    def __enter__(self):
        self.gates = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                asked = self.rfile.read(int(self.headers["content-length"])).decode()
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("connection", "close")
                self.end_headers()
                try:
                    self.answer(asked)
                except ConnectionError:
                    # Whoever asked went away.
                    pass

            def answer(self, asked):
                self.say({"choices": [{"index": 0, "delta": {"content": FIRST}, "finish_reason": None}]})
                for word, gate in list(provider.gates.items()):
                    if word in asked:
                        gate.wait(60)
                self.say({"choices": [{"index": 0, "delta": {"content": SECOND}, "finish_reason": None}]})
                self.say({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
                self.wfile.write(b"data: [DONE]\n\n")
                self.close_connection = True

            def say(self, event):
                self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
                self.wfile.flush()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def hold(self, word):
        """Answers to questions with this word stop after their first part."""
        self.gates[word] = threading.Event()

    def go_on(self, word):
        self.gates[word].set()

    def __exit__(self, *_):
        for gate in self.gates.values():
            gate.set()
        self.server.shutdown()
        self.server.server_close()
