"""nginx and Caddy with the sample files of docs/samples, in which only addresses, paths and times are replaced."""

import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "docs" / "samples"
# In place of the samples' 75 seconds without a byte from the server.
IDLE = 3


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def replaced(text, *pairs):
    """Each pair must be there, or the sample is not what is tested."""
    for old, new in pairs:
        assert old in text, f"the sample has no {old!r}"
        text = text.replace(old, new)
    return text


class Proxy:
    """A proxy in front of the server at `upstream`; stopped at the end of `with`."""

    def __init__(self, upstream, folder, certificate, key):
        self.upstream, self.folder, self.certificate, self.key = upstream, Path(folder), certificate, key
        self.port = free_port()

    def __enter__(self):
        self.log = open(self.folder / f"{self.name}.log", "wb")
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log, cwd=self.folder)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                assert self.process.poll() is None, Path(self.log.name).read_text()
                time.sleep(0.05)
        raise AssertionError(Path(self.log.name).read_text())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()

    @classmethod
    def is_here(cls):
        return shutil.which(cls.name) is not None


class Nginx(Proxy):
    name = "nginx"
    # It cuts a stream from which nothing comes.
    cuts_silence = True

    def command(self):
        sample = replaced(
            (SAMPLES / "nginx.conf").read_text(),
            ("listen 443 ", f"listen 127.0.0.1:{self.port} "),
            ("127.0.0.1:8000", self.upstream),
            ("/etc/ssl/ai.example.org.pem", str(self.certificate)),
            ("/etc/ssl/private/ai.example.org.key", str(self.key)),
            ("proxy_read_timeout 75s", f"proxy_read_timeout {IDLE}s"),
        )
        (self.folder / "sample.conf").write_text(sample)
        paths = "".join(
            f"    {kind}_temp_path {self.folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # As Debian's nginx.conf includes the files of conf.d.
        (self.folder / "nginx.conf").write_text(
            f"daemon off;\npid {self.folder}/nginx.pid;\nerror_log stderr;\nworker_processes 1;\n"
            f"events {{}}\nhttp {{\n    access_log off;\n{paths}    include {self.folder}/sample.conf;\n}}\n"
        )
        return ["nginx", "-p", str(self.folder), "-e", "stderr", "-c", str(self.folder / "nginx.conf")]


class Caddy(Proxy):
    name = "caddy"
    cuts_silence = False

    def command(self):
        sample = replaced(
            (SAMPLES / "Caddyfile").read_text(),
            ("\nai.example.org {\n", f"\nhttps://ai.example.org:{self.port} {{\n\ttls {self.certificate} {self.key}\n"),
            ("127.0.0.1:8000", self.upstream),
        )
        settings = (
            f"{{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n\tstorage file_system {self.folder}/caddy\n}}\n"
        )
        # The settings for all sites come before the first of them.
        comment = re.match(r"(?:#.*\n)*", sample).group()
        (self.folder / "Caddyfile").write_text(comment + settings + sample[len(comment) :])
        return ["caddy", "run", "--config", str(self.folder / "Caddyfile"), "--adapter", "caddyfile"]


PROXIES = [Nginx, Caddy]
