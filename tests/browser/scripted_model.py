"""A chat model on this machine that speaks the stream of OpenAI's chat completions, as slowly as a test wants."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TITLE = "Notice and repairs"


class ScriptedModel:
    """Answers every question with the same words, and no word before it is `allow`ed. Close it with `with`."""

    def __init__(self, answer):
        self.words = [f"{word} " for word in answer.split(" ")]
        self.words[-1] = self.words[-1].rstrip(" ")
        self._changed = threading.Condition()
        self._allowed = 0
        self.said = 0
        self.left = 0

    def __enter__(self):
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("connection", "close")
                self.end_headers()
                try:
                    model._answer(request["messages"], self._say)
                    self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
                    self.wfile.write(b"data: [DONE]\n\n")
                except OSError:
                    model._note_left()
                self.close_connection = True

            def _say(self, text):
                self._event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})

            def _event(self, data):
                self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
                self.wfile.flush()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.allow(len(self.words))
        self._server.shutdown()
        self._server.server_close()

    def allow(self, words):
        """From now on an answer goes up to this many words."""
        with self._changed:
            self._allowed = words
            self._changed.notify_all()

    def text(self, words=None):
        """The answer, or the beginning of it."""
        return "".join(self.words[:words])

    def _answer(self, messages, say):
        if "Write a title" in str(messages[0]["content"]):
            say(TITLE)
            return
        self.said = 0
        for place, word in enumerate(self.words):
            with self._changed:
                self._changed.wait_for(lambda: self._allowed > place)
            say(word)
            self.said = place + 1

    def _note_left(self):
        self.left += 1
