"""A server that behaves like the hub, and misbehaves when told to: files lie on a second server, as on a CDN."""

import hashlib
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.engine.tiny_models import tiny_causal

COMMIT = "c0ffee" + "0" * 34
PIECE = 16_384


@dataclass
class FakeRepo:
    """A repository: its files by name, and who may have them."""

    files: dict[str, bytes]
    gated: bool = False
    task: str = "text-generation"
    tags: tuple[str, ...] = ("safetensors", "license:apache-2.0")
    card: dict = field(default_factory=lambda: {"language": "en", "license": "apache-2.0"})


class FakeHub:
    """What the servers know and were asked; `faults` are used up one per request for a file, then all is well.

    A fault is a status, ("cut", bytes), ("wrong", position), ("pause", seconds), or "whole" for ignoring ranges.
    """

    def __init__(self, repos):
        self.repos = repos
        self.faults = []
        self.asked = []  # (path, Range or "", Authorization or "") of every request for bytes on the CDN
        self.tokens = {"good"}
        self.api_status = 200
        self.renamed = {}  # old names, which lead to the new ones as the hub has them
        self.odd_answer = b""  # to whatever the API is asked
        self.piece = PIECE  # bytes that are sent at once
        self.seconds_per_piece = 0.0
        self.queries = []
        self.agents = set()
        self.leaked = []  # tokens that reached the CDN
        self.wake = threading.Event()
        self.endpoint = self.cdn = ""

    def info(self, repo, *, blobs):
        held = self.repos[repo]
        siblings = [_sibling(name, data, blobs) for name, data in held.files.items()]
        weights = next((data for name, data in held.files.items() if name == "model.safetensors"), b"")
        return {
            "id": repo,
            "sha": COMMIT,
            "gated": "manual" if held.gated else False,
            "downloads": 1234,
            "lastModified": "2026-05-01T10:00:00.000Z",
            "pipeline_tag": held.task,
            "tags": list(held.tags),
            "cardData": held.card,
            "safetensors": {"parameters": {"BF16": len(weights) // 2}, "total": len(weights) // 2},
            "siblings": siblings,
        }


def _sibling(name, data, blobs):
    if not blobs:
        return {"rfilename": name}
    facts = {"rfilename": name, "size": len(data), "blobId": hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()}
    if name.endswith(".safetensors"):
        facts["lfs"] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "pointerSize": 130}
    return facts


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: FakeHub

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class _Front(_Handler):
    def do_GET(self):
        hub, url = self.hub, urlsplit(self.path)
        hub.agents.add(self.headers.get("User-Agent", ""))
        if hub.api_status != 200:
            self.answer(hub.api_status)
        elif hub.odd_answer:
            self.answer(200, hub.odd_answer, Content_Type="application/json")
        elif url.path == "/api/models":
            query = parse_qs(url.query)
            hub.queries.append(query)
            word = query.get("search", [""])[0].lower()
            found = [hub.info(repo, blobs=False) for repo in hub.repos if word in repo.lower()]
            self.answer(200, json.dumps(found).encode(), Content_Type="application/json")
        elif url.path.startswith("/api/models/"):
            repo = url.path.removeprefix("/api/models/").split("/revision/")[0]
            repo = hub.renamed.get(repo, repo)
            if repo not in hub.repos:
                self.answer(401, X_Error_Code="RepoNotFound")
            else:
                self.answer(200, json.dumps(hub.info(repo, blobs=True)).encode(), Content_Type="application/json")
        else:
            self.resolve(url.path)

    def resolve(self, path):
        repo, _, rest = path.strip("/").partition("/resolve/")
        name = rest.partition("/")[2]
        held = self.hub.repos.get(repo)
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if held is None or name not in held.files:
            self.answer(404, X_Error_Code="EntryNotFound")
        elif held.gated and token not in self.hub.tokens:
            self.answer(403 if token else 401, X_Error_Code="GatedRepo")
        else:
            tag = hashlib.sha256(held.files[name]).hexdigest()
            self.answer(302, Location=f"{self.hub.cdn}/{repo}/{name}", X_Linked_Etag=tag, X_Repo_Commit=COMMIT)


class _Cdn(_Handler):
    def do_GET(self):
        hub = self.hub
        if self.headers.get("Authorization"):
            hub.leaked.append(self.headers["Authorization"])
        owner, name, path = self.path.strip("/").split("/")
        data = hub.repos[f"{owner}/{name}"].files[path]
        asked = self.headers.get("Range", "")
        fault = hub.faults.pop(0) if hub.faults and path.endswith(".safetensors") else None
        hub.asked.append((path, asked))
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if isinstance(fault, int):
            self.answer(fault)
        elif isinstance(fault, tuple) and fault[0] == "pause":
            self.answer(429, Retry_After=fault[1])
        else:
            self.send(data, 0 if fault == "whole" else start, asked and fault != "whole", fault)

    def send(self, data, start, partial, fault):
        body = bytearray(data[start:])
        end = len(body)
        if isinstance(fault, tuple) and fault[0] == "wrong":
            body[fault[1]] ^= 0xFF
        if isinstance(fault, tuple) and fault[0] == "cut":
            end = fault[1]
        self.send_response(206 if partial else 200)
        self.send_header("Content-Length", str(len(body)))
        if partial:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        try:
            for place in range(0, end, self.hub.piece):
                self.wfile.write(body[place : min(place + self.hub.piece, end)])
                self.wfile.flush()
                if self.hub.seconds_per_piece:
                    self.hub.wake.wait(self.hub.seconds_per_piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the one who asked was killed
        if end < len(body):
            self.close_connection = True


@contextmanager
def fake_hub(repos):
    """Run the two servers on loopback."""
    hub = FakeHub(repos)
    servers = [
        ThreadingHTTPServer(("127.0.0.1", 0), type(kind.__name__, (kind,), {"hub": hub})) for kind in (_Front, _Cdn)
    ]
    hub.endpoint, hub.cdn = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    threads = [threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield hub
    finally:
        hub.wake.set()
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()


def model_files(folder, padding=0):
    """Return the files of a tiny model, the weights made `padding` bytes longer, with a card and what nobody needs."""
    tiny_causal(folder, "llama")
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    if padding:
        files["model.safetensors"] = _padded(files["model.safetensors"], padding)
    files["README.md"] = b"---\nlicense: apache-2.0\n---\n\n# Tiny\n\nA model for tests.\n"
    files["pytorch_model.bin"] = b"a pickle"
    files["onnx/model.onnx"] = b"another kind"
    files["../escape.json"] = b"{}"
    return files


def _padded(data, padding):
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    end = len(data) - 8 - length
    header["padding"] = {"dtype": "U8", "shape": [padding], "data_offsets": [end, end + padding]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    noise = hashlib.shake_256(b"padding").digest(padding)
    return len(text).to_bytes(8, "little") + text + data[8 + length :] + noise
