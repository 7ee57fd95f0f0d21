"""The hub as Penwright asks it: what there is, what a model consists of, and a sentence for whatever goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
from huggingface_hub import HfApi, close_session, get_session, hf_hub_url, set_client_factory
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import ModelInfo
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

from engine.errors import EngineError, ModelError, NetworkError
from engine.events import ModelDetails, ModelFound
from engine.hub.answers import Repository, found_of, repository_of
from engine.hub.estimates import estimated_parameters
from engine.hub.files import HubFile, fetched_files, pickled_among
from engine.hub.passwords import names_user, without_user
from engine.hub.request import Connection
from engine.json_files import parse_json
from engine.modes import Mode

_TASKS = {
    Mode.WRITE.value: "text-generation",
    Mode.TRANSLATE.value: "translation",
    Mode.SUMMARISE.value: "summarization",
    Mode.REWRITE.value: "text-generation",
    Mode.DIALOGUE.value: "text-generation",
}
_MOST_FOUND = 40
_CARD_LIMIT = 200_000  # characters
_SMALL = 2_000_000  # bytes of a file that is read whole
_FIELDS = ("downloads", "gated", "lastModified", "pipeline_tag", "safetensors", "tags")
_WANTS_USER = 407
_REFUSED_BY_PROXY = (
    "The proxy refuses its user or password: give it both in its address, like http://user:password@host:3128, by "
    "Connection… or `--proxy`."
)
_TIMEOUT = httpx2.Timeout(15.0, connect=10.0)


class Hub:
    """Ask the hub over `connection`, with `token` where there is one. One at a time per process."""

    def __init__(self, connection: Connection, token: str = "") -> None:
        self._endpoint = connection.endpoint.rstrip("/")
        self._shown = without_user(self._endpoint)
        # False: no token is looked for in files. The library would tell the hub which others are installed.
        known = token or False
        self.headers = build_hf_headers(token=known, headers={"user-agent": "penwright"})
        self._api = HfApi(endpoint=self._endpoint, token=known, headers={"user-agent": "penwright"})
        # The library's own client refuses once the process was started off the network, as all but this one are.
        set_client_factory(
            lambda: httpx2.Client(proxy=connection.proxy or None, follow_redirects=True, timeout=_TIMEOUT)
        )
        with self.sentences(self._endpoint):
            get_session()  # which the proxy of the system may prevent

    def close(self) -> None:
        """End the connections."""
        close_session()

    def search(self, words: str, task: str = "") -> list[ModelFound]:
        """Return the models for `words` that are loaded from safetensors, the most used first; `task` is a mode's."""
        query = {"search": words, "filter": "safetensors", "sort": "downloads", "limit": _MOST_FOUND, "expand": _FIELDS}
        if task:
            query["pipeline_tag"] = _TASKS[task]
        with self.sentences(words):  # HfApi.list_models asks again for half a minute where there is no network
            answer = get_session().get(f"{self._endpoint}/api/models", params=query, headers=self.headers)
            hf_raise_for_status(answer)
            return [found_of(ModelInfo(**each)) for each in parse_json(answer.content)]

    def repository(self, repo: str, revision: str = "") -> Repository:
        """Return the files of `repo` with their sizes and hashes."""
        with self.sentences(repo):
            info = self._api.model_info(repo, revision=revision or None, files_metadata=True, timeout=15.0)
            return repository_of(info, revision or "main")

    def details(self, repo: str, revision: str = "") -> ModelDetails:
        """Return what a writer wants to know before the download."""
        found = self.repository(repo, revision)
        problem, files = "", list[HubFile]()
        try:
            files = fetched_files(found.files, repo)
        except ModelError as error:
            problem = str(error)
        config = _object(self._small_file(found, "config.json"))
        return ModelDetails(
            repo=found.repo,
            revision=found.commit,
            task=found.task,
            licence=found.licence,
            languages=list(found.languages),
            gated=found.gated,
            files=[(file.path, file.size) for file in files],
            card=_without_head(self._small_file(found, "README.md")[:_CARD_LIMIT]),
            problem=problem,
            parameters=found.parameters or estimated_parameters(files, config),
            config=config,
            pickled=bool(pickled_among(files)),
            estimated=not found.parameters,
        )

    def address(self, repo: str, commit: str, path: str) -> str:
        """Return where a file lies."""
        return hf_hub_url(repo, path, revision=commit, endpoint=self._endpoint)

    @contextmanager
    def sentences(self, repo: str) -> Iterator[None]:
        """Turn whatever the hub or the way to it raises into an EngineError."""
        try:
            yield
        except (HFValidationError, EntryNotFoundError, httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise self.explained(error, repo) from error
        except (ImportError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise self.explained(error, repo) from error

    def explained(self, error: Exception, repo: str) -> EngineError:
        """Return the error with a sentence for the writer that `error` stands for."""
        match error:
            case EngineError():
                return error
            case GatedRepoError():
                return ModelError(
                    f"{repo} is given only to those who accepted its terms: do so at {self._shown}/{repo}, "
                    "then give Penwright an access token of yours, by Connection… or `penwright-cli models token`."
                )
            case HfHubHTTPError(response=response) if names_user(self._endpoint) and _asks_who(response):
                return NetworkError(
                    "The hub refuses its user or password: give it both in its address, like "
                    "https://user:password@host, by Connection… or `--endpoint`."
                )
            case RepositoryNotFoundError() | HFValidationError():
                return ModelError(f"The hub has no model {repo}, or it is private: check the name.")
            case RevisionNotFoundError():
                return ModelError(f"{repo} has no such version: leave it empty for the latest.")
            case EntryNotFoundError():
                return ModelError(f"A file of {repo} is gone from the hub: look the model up again.")
            case HfHubHTTPError(response=response) if response.status_code == 429:
                return NetworkError(f"The hub at {self._shown} asks for a pause: try again in some minutes.")
            case HfHubHTTPError(response=response) if response.status_code in (401, 403):
                return NetworkError(
                    "The hub refuses the access token: make a new one there and give it to Penwright by Connection… or "
                    "`penwright-cli models token`."
                )
            case HfHubHTTPError(response=response) if response.status_code == _WANTS_USER:
                return NetworkError(_REFUSED_BY_PROXY)
            case HfHubHTTPError(response=response):
                return NetworkError(f"The hub at {self._shown} has a fault ({response.status_code}): try later.")
            case httpx2.ProxyError() if str(error).startswith(str(_WANTS_USER)):
                return NetworkError(_REFUSED_BY_PROXY)
            case ImportError():  # of what SOCKS needs, which Connection refuses by itself
                return NetworkError("The proxy of the system is a SOCKS proxy, which is not supported: name another.")
            case UnicodeEncodeError():
                return NetworkError("The access token holds letters that none has: give it to Penwright anew.")
            case ValueError() | TypeError() | KeyError() | AttributeError() | RecursionError():
                return NetworkError(
                    f"{self._shown} answers in a form that is not a hub's: check the address, or try another mirror."
                )
            case _:
                return NetworkError(
                    f"The hub at {self._shown} does not answer: check the network, its address and the proxy."
                )

    def _small_file(self, found: Repository, path: str) -> str:
        """Return the text of a file that a model can be told of without: "" where it is not to be had."""
        size = next((file.size for file in found.files if file.path == path), _SMALL)
        if size >= _SMALL:
            return ""
        try:
            response = get_session().get(self.address(found.repo, found.commit, path), headers=self.headers)
            hf_raise_for_status(response)
        except (httpx2.HTTPError, OSError):
            return ""
        return response.text


def _asks_who(response: httpx2.Response) -> bool:
    """Tell whether a server wants a user, which the library takes for a model that is not there."""
    return response.status_code == 401 and "X-Error-Code" not in response.headers


def _object(text: str) -> dict[str, Any]:
    try:
        values = parse_json(text)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def _without_head(card: str) -> str:
    """Return a card without its YAML, which is for machines."""
    if not card.startswith("---"):
        return card.strip()
    return card.split("\n---", 1)[-1].lstrip("-").strip()
