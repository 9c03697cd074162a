"""A TCP proxy whose connections a test can cut, as a bad network does."""

import socket
import threading
from urllib.parse import urlsplit


class Cuttable:
    """Passes on to a server until it is cut, and again once mended. Close it with `with`."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._target = None
        self._open = set()
        self._is_cut = False
        self._lock = threading.Lock()

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()
        self.cut()

    def lead_to(self, url):
        address = urlsplit(url)
        self._target = (address.hostname, address.port)

    def cut(self):
        """Ends all connections without a word, and lets none be made."""
        with self._lock:
            self._is_cut = True
            ending, self._open = self._open, set()
        for each in ending:
            close(each)

    def mend(self):
        with self._lock:
            self._is_cut = False

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near):
        with self._lock:
            if self._is_cut:
                close(near)
                return
            far = socket.create_connection(self._target)
            self._open |= {near, far}
        back = threading.Thread(target=pump, args=(far, near), daemon=True)
        back.start()
        pump(near, far)
        back.join()
        with self._lock:
            self._open -= {near, far}
        close(near)
        close(far)


def pump(source, sink):
    """Copies until the source ends."""
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def close(each):
    try:
        # A thread that waits in `recv` wakes up by this, and not by `close`.
        each.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    each.close()
