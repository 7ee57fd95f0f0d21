"""Searching a text: what counts as a match, and what replaces it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import InputError


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for and how strictly."""

    pattern: str
    case: bool = False
    words: bool = False
    regex: bool = False

    def compile(self) -> re.Pattern[str]:
        """Return the pattern to search with. Raises InputError for a regular expression that is none."""
        pattern = self.pattern if self.regex else re.escape(self.pattern)
        if self.words:
            pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
        try:
            return re.compile(pattern, re.MULTILINE | (0 if self.case else re.IGNORECASE))
        except re.error as error:
            raise InputError(f"The pattern is not a regular expression: {error}.") from error

    def matches(self, text: str) -> list[re.Match[str]]:
        """Return all matches in order, empty ones left out. Raises InputError as `compile` does."""
        if not self.pattern:
            return []
        return [match for match in self.compile().finditer(text) if match.end() > match.start()]

    def replacement(self, match: re.Match[str], template: str) -> str:
        r"""Return what stands in for `match`; `\1` and `\n` mean something with a regular expression only.

        Raises InputError for a reference to a group that is not there.
        """
        if not self.regex:
            return template
        try:
            return match.expand(template)
        except (re.error, IndexError) as error:
            raise InputError(f"The replacement cannot be used: {error}.") from error
