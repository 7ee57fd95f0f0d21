"""An OpenAI-compatible server on loopback that answers with the words it is given, and misbehaves when told to."""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from engine.server import Server


class FakeServer:
    """What the server answers, and was asked. `faults` are statuses, used up one per request for text.

    `odds` is the logarithm of the probability that all its tokens have, which are words; None is not said.
    """

    def __init__(self):
        self.words = ["The ", "sea ", "was calm."]
        self.owner = "vllm"
        self.key = ""
        self.faults = []
        self.cut_after = None  # pieces, after which the connection is closed
        self.endless = False
        self.odds = None
        self.status = {}
        self.says_done = True
        self.silent = ""  # the method after which it says nothing, until the one who asked has gone
        self.models = b""  # the body for who asks for its models, in the place of its own
        self.reply = None  # status, heads and body of whatever text is asked for
        self.away = 0  # how often the connection is closed that asks for its models
        self.asked = []
        self.left = threading.Event()  # the one who asked has gone
        self.address = ""

    def server(self, *, chat=True):
        return Server(self.address, "big-model", chat)


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer

    def log_message(self, *_):
        pass

    def answer(self, status, values):
        body = json.dumps(values).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def allowed(self):
        if not self.fake.key or self.headers.get("Authorization") == f"Bearer {self.fake.key}":
            return True
        self.answer(401, {"error": {"message": "no"}})
        return False

    def misbehave(self):
        """Do what is no answer, if told to; tell whether that was so."""
        fake = self.fake
        if self.command == fake.silent:
            self.connection.recv(1)  # nothing: the other end has closed
            fake.left.set()
            return True
        if self.command == "POST" and fake.reply:
            status, heads, body = fake.reply
            self.send_response(status)
            for name, value in heads.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            return True
        return False

    def do_GET(self):
        if self.fake.away:
            self.fake.away -= 1
        elif self.fake.models:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.fake.models)
        elif not self.misbehave() and self.allowed():
            status = {"status": self.fake.status} if self.fake.status else {}
            self.answer(200, {"data": [{"id": "big-model", "owned_by": self.fake.owner, **status}]})

    def do_POST(self):
        fake = self.fake
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.allowed():
            return
        fake.asked.append((self.path, body))
        if self.misbehave():
            return
        if fake.faults:
            self.answer(fake.faults.pop(0), {"error": {"message": "top_k is not a thing"}})
            return
        if body.get("echo"):
            self.answer(200, {"choices": [{"text": body["prompt"], "logprobs": scored(body["prompt"], fake.odds)}]})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            self.stream(fake, chat=self.path.endswith("chat/completions"))
        except (BrokenPipeError, ConnectionResetError):
            fake.left.set()

    def stream(self, fake, *, chat):
        number = 0
        while fake.endless or number < len(fake.words):
            if number == fake.cut_after:
                return
            self.say(fake.words[number % len(fake.words)], None, chat=chat)
            number += 1
        self.say("", "stop", chat=chat)
        if fake.says_done:
            self.wfile.write(b"data: [DONE]\n\n")

    def say(self, text, reason, *, chat):
        choice = {"delta": {"content": text}} if chat else {"text": text}
        if text and self.fake.odds is not None:
            token = {"token": text, "logprob": self.fake.odds}
            choice["logprobs"] = {"content": [token]} if chat else {"token_logprobs": [self.fake.odds]}
        line = json.dumps({"choices": [{**choice, "index": 0, "finish_reason": reason}]})
        self.wfile.write(f": a comment\n\ndata: {line}\n\n".encode())
        self.wfile.flush()


def scored(text, odds):
    """Return the words of `text` as its tokens, and one more that the server wrote."""
    if odds is None:
        return None
    starts = [*(match.start() for match in re.finditer(r"\s*\S+|\s+", text)), len(text)]
    return {"text_offset": starts, "token_logprobs": [None, *[odds] * (len(starts) - 1)]}


@contextmanager
def fake_server():
    """Run the server."""
    fake = FakeServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": fake}))
    fake.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.endless = False
        server.shutdown()
        server.server_close()
        thread.join()
