"""One answer of an OpenAI-compatible server, as it comes: pieces of text, tries again before the first of them."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from engine.errors import EngineError, ModelError, NetworkError
from engine.server import Server

PATIENCE = (1.0, 2.0, 4.0, 8.0)  # seconds before the next try
_NAP = 0.1
_TIMEOUT = httpx2.Timeout(120.0, connect=10.0)
_KINDS = {"vllm": "vllm", "llamacpp": "llamacpp", "me": "llama-cpp-python"}  # by what they say owns their models
_BUSY = (408, 429, 500, 502, 503, 504)
_UNKNOWN = (400, 422, 500, 501)  # with which servers refuse a field that they do not know


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that came; `reason` is "stop" or "length" with the last one, `nats` of its tokens where they are said."""

    text: str
    reason: str = ""
    nats: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredToken:
    """A token of a text: where it begins, in code points, and its -ln p after all before it (the first: 0)."""

    start: int
    nats: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """The server does not answer; the next try is in `seconds`."""

    seconds: float


class RemoteClient:
    """Talk to `server`, with `key` where it wants one. To close a stream ends the server's work on it."""

    def __init__(self, server: Server, key: str = "", patience: Sequence[float] = PATIENCE) -> None:
        self._server = server
        self._patience = patience
        self._odds = True  # whether to ask for the probabilities of what comes; not once that was refused
        headers = {"user-agent": "penwright", **({"authorization": f"Bearer {key}"} if key else {})}
        self._http = httpx2.Client(headers=headers, timeout=_TIMEOUT)  # no redirects: text goes to the host named

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def kind(self) -> str:
        """Return which program answers, "vllm" for instance, or "" for one not known. Raises NetworkError for none."""
        try:
            answer = self._http.get(self._address("models"))
            answer.raise_for_status()
            models = answer.json()["data"]
            owners = {str(model.get("owned_by", "")).lower() for model in models}
            loading = any(isinstance(model.get("status"), dict) for model in models)  # as transformers tells of it
        except httpx2.HTTPStatusError as error:
            raise self._explained(error.response) from error
        except (httpx2.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._away() from error
        return next((kind for owner, kind in _KINDS.items() if owner in owners), "transformers" if loading else "")

    def stream(
        self, prompt: str, settings: dict[str, Any], earlier: Sequence[dict[str, str]] = ()
    ) -> Generator[Piece | Waiting, None, None]:
        """Yield the answer to `prompt`, after the messages of a chat that came `earlier`.

        Raises NetworkError; what came until then stays.
        """
        failures = 0
        while True:
            begun = False
            try:
                for piece in self._ask(prompt, settings, earlier):
                    begun = True
                    yield piece
                return
            except _RefusalError as refusal:
                if begun:
                    raise NetworkError(f"{self._server.host} stopped in the middle: what came is kept.") from refusal
                if self._odds and refusal.status in _UNKNOWN:
                    self._odds = False
                    continue
                if not refusal.passes or failures == len(self._patience):
                    raise refusal.error from refusal
            yield from _wait(self._patience[failures])
            failures += 1

    def scored(self, text: str) -> list[ScoredToken]:
        """Return the tokens of `text`, which is not empty. Raises ModelError where the server does not say them."""
        body = {"model": self._server.model, "prompt": text, "max_tokens": 1, "temperature": 0, "echo": True}
        unsaid = ModelError(f"{self._server.host} does not say how likely a text is: choose a model on this machine.")
        try:
            response = self._http.post(self._address("completions"), json={**body, "logprobs": 1})
            if response.status_code in _UNKNOWN:
                raise unsaid
            if response.is_error:
                raise self._explained(response)
            odds = response.json()["choices"][0]["logprobs"]
            pairs = zip(odds["text_offset"], odds["token_logprobs"], strict=True)
            # What the server added to the text comes last.
            tokens = [ScoredToken(int(start), -float(odd or 0)) for start, odd in pairs if start < len(text)]
        except httpx2.TransportError as error:
            raise self._away() from error
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise unsaid from error
        if not tokens:
            raise unsaid
        return tokens

    def _ask(
        self, prompt: str, settings: dict[str, Any], earlier: Sequence[dict[str, str]]
    ) -> Generator[Piece, None, None]:
        chat = self._server.chat
        body = {"model": self._server.model, "stream": True, **settings}
        body |= {"messages": [*earlier, {"role": "user", "content": prompt}]} if chat else {"prompt": prompt}
        if self._odds:
            body |= {"logprobs": True, "top_logprobs": 1} if chat else {"logprobs": 1}
        address = self._address("chat/completions" if chat else "completions")
        try:
            with self._http.stream("POST", address, json=body) as response:
                if response.is_error:
                    response.read()
                    status = response.status_code
                    raise _RefusalError(self._explained(response), status, passes=status in _BUSY)
                yield from self._pieces(response)
        except httpx2.TransportError as error:
            raise _RefusalError(self._away(), passes=True) from error

    def _pieces(self, response: httpx2.Response) -> Generator[Piece, None, None]:
        ended = False
        for line in response.iter_lines():
            if not line.startswith("data:"):
                continue
            data = line.removeprefix("data:").strip()
            if data == "[DONE]":
                return
            piece = _piece(data)
            if piece is None:
                raise NetworkError(f"{self._server.host} answered in a form that is not known: is it compatible?")
            ended = ended or bool(piece.reason)
            if piece.text or piece.reason:
                yield piece
        if not ended:  # not all servers say [DONE]; all say why they end
            raise _RefusalError(self._away(), passes=True)

    def _address(self, path: str) -> str:
        return f"{self._server.address.rstrip('/')}/{path}"

    def _away(self) -> NetworkError:
        return NetworkError(f"{self._server.host} does not answer: is the server running, and the address right?")

    def _explained(self, response: httpx2.Response) -> EngineError:
        host, status = self._server.host, response.status_code
        if status in (401, 403):
            return NetworkError(f"{host} refuses the key: give the right one in Models > Manage models, Servers.")
        if status == 404:
            return NetworkError(f"{host} has no model {self._server.model}, or no such address: check both.")
        if status in _BUSY:
            return NetworkError(f"{host} is busy or has a fault ({status}): try again later.")
        return NetworkError(f"{host} refuses the request ({status}): {_said(response)}")


class _RefusalError(Exception):
    """No answer: `status` where there was one, whether it `passes` by itself, and the `error` to be said if not."""

    def __init__(self, error: EngineError, status: int = 0, *, passes: bool) -> None:
        super().__init__(str(error))
        self.error = error
        self.status = status
        self.passes = passes


def _piece(data: str) -> Piece | None:
    """Return what a line of the stream holds, None for a line that is none."""
    try:
        choices = json.loads(data)["choices"]
        if not choices:
            return Piece("")  # usage alone
        choice = choices[0]
        text = choice["delta"].get("content") if "delta" in choice else choice["text"]
        return Piece(text or "", choice.get("finish_reason") or "", _nats(choice.get("logprobs") or {}))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def _nats(odds: dict[str, Any]) -> tuple[float, ...]:
    """Return -ln p of the tokens of a piece, in either form that servers have for it."""
    said = odds.get("token_logprobs") or [token["logprob"] for token in odds.get("content") or []]
    return tuple(-float(odd) for odd in said if odd is not None)


def _said(response: httpx2.Response) -> str:
    """Return what a server says of its refusal, in one short line."""
    try:
        error = response.json().get("error", "")
        words = str(error.get("message", error) if isinstance(error, dict) else error)
    except (ValueError, AttributeError):
        words = ""
    return " ".join(words.split())[:200] or "it does not say why."


def _wait(seconds: float) -> Generator[Waiting, None, None]:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        yield Waiting(left)
        time.sleep(min(_NAP, left))  # a nap between two chances to stop
