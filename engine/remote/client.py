"""One answer of an OpenAI-compatible server, as it comes: pieces of text, tries again before the first of them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import closing
from typing import Any, TypeVar

import httpx2

from engine.errors import ModelError, NetworkError
from engine.json_files import parse_json
from engine.remote.pieces import Complaint, Piece, ScoredToken, read_piece, read_scores
from engine.remote.refusals import RefusalError, away, complained, explaining, refused, strange
from engine.remote.waiting import Pause, Stepper
from engine.server import Server, check_key
from engine.tries import Waiting, wait

PATIENCE = (1.0, 2.0, 4.0, 8.0)  # seconds before the next try
_TIMEOUT = httpx2.Timeout(600.0, connect=10.0)  # a large model may read a long text for minutes; a stop is heard
_KINDS = {"vllm": "vllm", "llamacpp": "llamacpp", "me": "llama-cpp-python"}  # by what they say owns their models
_UNKNOWN = (400, 422, 500, 501)  # with which servers refuse a field that they do not know

Given = TypeVar("Given")
Value = TypeVar("Value")


class RemoteClient:
    """Talk to `server`, with `key` where it wants one. To close a generator ends the server's work on it.

    Raises SettingsError for a key that cannot be sent.
    """

    def __init__(self, server: Server, key: str = "", patience: Sequence[float] = PATIENCE) -> None:
        check_key(key)
        self._server = server
        self._patience = patience
        self._odds = True  # whether to ask for the probabilities of what comes; not once that was refused
        headers = {"user-agent": "penwright", **({"authorization": f"Bearer {key}"} if key else {})}
        self._http = httpx2.AsyncClient(headers=headers, timeout=_TIMEOUT)  # no redirects: text goes to the host named
        self._stepper = Stepper()

    def close(self) -> None:
        """End the connections."""
        self._stepper.finish(self._http.aclose())
        self._stepper.close()

    def kind(self) -> Generator[Pause, None, str]:
        """Return which program answers, "vllm" for instance, or "" for one not known. Raises NetworkError for none."""
        return (yield from self._patiently(self._ask_kind))

    def stream(
        self, prompt: str, settings: dict[str, Any], earlier: Sequence[dict[str, str]] = ()
    ) -> Generator[Piece | Pause, None, None]:
        """Yield the answer to `prompt`, after the messages of a chat that came `earlier`.

        Raises NetworkError; what came until then stays.
        """
        yield from self._patiently(lambda: self._ask(prompt, settings, earlier))

    def scored(self, text: str) -> Generator[Pause, None, list[ScoredToken]]:
        """Return the tokens of `text`, which is not empty. Raises ModelError where the server does not say them."""
        return (yield from self._patiently(lambda: self._ask_scores(text)))

    def _patiently(self, ask: Callable[[], Generator[Given, None, Value]]) -> Generator[Given | Waiting, None, Value]:
        """Return what `ask` does, asking again after a while where the refusal passes by itself."""
        failures = 0
        while True:
            try:
                return (yield from ask())
            except RefusalError as refusal:
                if not refusal.passes or failures == len(self._patience):
                    raise refusal.error from refusal
            yield from wait(self._patience[failures])
            failures += 1

    def _ask_kind(self) -> Generator[Pause, None, str]:
        data = yield from self._read("GET", "models")
        try:
            models = parse_json(data)["data"]
            owners = {str(model.get("owned_by", "")).lower() for model in models}
            loading = any(isinstance(model.get("status"), dict) for model in models)  # as transformers tells of it
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise strange(self._server) from error
        return next((kind for owner, kind in _KINDS.items() if owner in owners), "transformers" if loading else "")

    def _ask_scores(self, text: str) -> Generator[Pause, None, list[ScoredToken]]:
        body = {"model": self._server.model, "prompt": text, "max_tokens": 1, "temperature": 0, "echo": True}
        unsaid = ModelError(f"{self._server.host} does not say how likely a text is: choose a model on this machine.")
        try:
            data = yield from self._read("POST", "completions", {**body, "logprobs": 1})
        except RefusalError as refusal:
            if refusal.status in _UNKNOWN:
                raise unsaid from refusal
            raise
        tokens = read_scores(data, len(text))
        if not tokens:
            raise unsaid
        return tokens

    def _ask(
        self, prompt: str, settings: dict[str, Any], earlier: Sequence[dict[str, str]]
    ) -> Generator[Piece | Pause, None, None]:
        chat = self._server.chat
        body = {"model": self._server.model, "stream": True, **settings}
        body |= {"messages": [*earlier, {"role": "user", "content": prompt}]} if chat else {"prompt": prompt}
        path, odds = (
            ("chat/completions", {"logprobs": True, "top_logprobs": 1}) if chat else ("completions", {"logprobs": 1})
        )
        if self._odds:
            try:
                yield from self._answer(path, {**body, **odds})
                return
            except RefusalError as refusal:
                if refusal.status not in _UNKNOWN:
                    raise
                self._odds = False
        yield from self._answer(path, body)

    def _answer(self, path: str, body: dict[str, Any]) -> Generator[Piece | Pause, None, None]:
        """Yield the pieces of an answer; refuse where there is none, and raise NetworkError where it ends too early."""
        begun = False
        try:
            with explaining(self._server, _TIMEOUT):
                response = yield from self._open("POST", path, body)
                try:
                    with closing(self._pieces(response)) as pieces:
                        for found in pieces:
                            begun = begun or isinstance(found, Piece)
                            yield found
                finally:
                    self._stepper.finish(response.aclose())
        except RefusalError as refusal:
            if not begun:
                raise
            reason = f" It says: {refusal.words}" if refusal.words else ""
            raise NetworkError(f"{self._server.host} stopped in the middle: what came is kept.{reason}") from refusal

    def _pieces(self, response: httpx2.Response) -> Generator[Piece | Pause, None, None]:
        if "json" in response.headers.get("content-type", ""):  # all at once: it does not stream
            yield self._checked((yield from self._stepper.steps(response.aread())).decode(errors="replace"))
            return
        lines, ended = response.aiter_lines(), False
        while (line := (yield from self._stepper.steps(_next_line(lines)))) is not None:
            mark, _, data = line.partition("data:")
            data = "" if mark else data.strip()
            if data == "[DONE]":
                return
            if data:
                piece = self._checked(data)
                ended = ended or bool(piece.reason)
                if piece.text or piece.reason:
                    yield piece
        if ended:  # not all servers say [DONE]; all say why they end
            return
        streams = "event-stream" in response.headers.get("content-type", "")
        raise away(self._server) if streams else strange(self._server)

    def _checked(self, data: str) -> Piece:
        match read_piece(data):
            case Piece() as piece:
                return piece
            case Complaint(words):
                raise complained(self._server, words)
            case None:
                raise strange(self._server)

    def _read(self, method: str, path: str, body: dict[str, Any] | None = None) -> Generator[Pause, None, str]:
        """Return the whole of an answer."""
        with explaining(self._server, _TIMEOUT):
            response = yield from self._open(method, path, body)
            try:
                return (yield from self._stepper.steps(response.aread())).decode(errors="replace")
            finally:
                self._stepper.finish(response.aclose())

    def _open(self, method: str, path: str, body: dict[str, Any] | None) -> Generator[Pause, None, httpx2.Response]:
        """Return an answer of which the head has come; refuse where it tells of a failure."""
        address = f"{self._server.address.rstrip('/')}/{path}"
        content = None if body is None else json.dumps(body).encode()  # in ASCII: half a character crosses unharmed
        request = self._http.build_request(
            method, address, content=content, headers={"content-type": "application/json"} if content else None
        )
        response = yield from self._stepper.steps(self._http.send(request, stream=True))
        if response.is_success:
            return response
        try:
            data = (yield from self._stepper.steps(response.aread())).decode(errors="replace")
        finally:
            self._stepper.finish(response.aclose())
        raise refused(self._server, response, data, path)


async def _next_line(lines: AsyncIterator[str]) -> str | None:
    return await anext(lines, None)
