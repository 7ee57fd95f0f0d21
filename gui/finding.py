"""Searching a text: what counts as a match, and what replaces it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from engine.errors import InputError

_PATIENCE = 0.5  # seconds of computing; a million words and a plain pattern need less


Match = re.Match[str] | regex.Match[str]


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for and how strictly."""

    pattern: str
    case: bool = False
    words: bool = False
    regex: bool = False

    def matches(self, text: str) -> list[Match]:
        """Return all matches in order, empty ones left out.

        Raises InputError for a regular expression that is none, or that tries too many ways to match.
        """
        if not self.pattern:
            return []
        try:
            return [match for match in self._found(text) if match.end() > match.start()]
        except regex.error as error:
            raise InputError(f"The pattern is not a regular expression: {error}.") from error
        except TimeoutError as error:
            raise InputError("The search took too long and was stopped: make the pattern simpler.") from error

    def replacement(self, match: Match, template: str) -> str:
        r"""Return what stands in for `match`; `\1` and `\n` mean something with a regular expression only.

        Raises InputError for a reference to a group that is not there.
        """
        if not self.regex:
            return template
        try:
            return match.expand(template)
        except (regex.error, IndexError) as error:
            raise InputError(f"The replacement cannot be used: {error}.") from error

    def _found(self, text: str) -> Iterator[re.Match[str]] | Iterator[regex.Match[str]]:
        """Look for `pattern`; only a writer's own expression can take forever, and only `regex` has a time limit."""
        pattern = self.pattern if self.regex else re.escape(self.pattern)
        if self.words:
            pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
        if self.regex:
            flags = regex.MULTILINE | (0 if self.case else regex.IGNORECASE)
            return regex.compile(pattern, flags).finditer(text, timeout=_PATIENCE)
        return re.compile(pattern, 0 if self.case else re.IGNORECASE).finditer(text)
