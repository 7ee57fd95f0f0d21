"""The languages that Penwright's own models and texts are made for. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its ISO 639-1 code, its English name, and its name for itself."""

    code: str
    english: str
    native: str


LANGUAGES = {
    language.code: language
    for language in (
        Language("en", "English", "English"),
        Language("de", "German", "Deutsch"),
        Language("fr", "French", "Français"),
        Language("es", "Spanish", "Español"),
        Language("zh", "Chinese", "中文"),
    )
}

_ALIASES = {
    "eng": "en",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "francais": "fr",
    "spa": "es",
    "espanol": "es",
    "castellano": "es",
    "castilian": "es",
    "zho": "zh",
    "chi": "zh",
    "cmn": "zh",
    "mandarin": "zh",
    "simplified chinese": "zh",
    "chinese (simplified)": "zh",
    "汉语": "zh",
    "漢語": "zh",
    "简体中文": "zh",
    "简体": "zh",
    "英语": "en",
    "德语": "de",
    "法语": "fr",
    "西班牙语": "es",
}


def parse_language(name: str) -> str:
    """Return the code of a language given as code, locale or name ("de", "zh-CN", "German", "Deutsch").

    Raises SettingsError that lists the known languages.
    """
    wanted = " ".join(name.split()).casefold()
    codes = {wanted, wanted.replace("_", "-").split("-")[0]}
    for language in LANGUAGES.values():
        if codes & {language.code, language.english.casefold(), language.native.casefold()}:
            return language.code
    for alias in codes & _ALIASES.keys():
        return _ALIASES[alias]
    known = ", ".join(f"{language.english} ({language.code})" for language in LANGUAGES.values())
    raise SettingsError(f'"{name}" is not a language known here: choose one of {known}.')


def language_name(code: str) -> str:
    """Return the English name of a code, or the code itself where it has none."""
    return LANGUAGES[code].english if code in LANGUAGES else code
