"""Errors whose message is a sentence for the writer: what happened, and what to do."""


class EngineError(Exception):
    """Report something the writer can act on; `str(error)` is shown as it is."""


class InputError(EngineError):
    """A text or file cannot be used: missing, binary, wrong encoding, empty, too large."""


class SettingsError(EngineError):
    """A preset, recipe or option cannot be used; the message names the key and the value."""


class ModelError(EngineError):
    """A model is unknown, incomplete, damaged, or cannot do what was asked of it."""


class DeviceError(EngineError):
    """A device is missing or out of memory; `remedies` are names of what may help, the best first."""

    def __init__(self, message: str, *remedies: str) -> None:
        super().__init__(message)
        self.remedies = remedies


class StorageError(EngineError):
    """A file or folder cannot be written: read-only, full disk."""


class NetworkError(EngineError):
    """A server cannot be reached, refuses, or sends something else than was asked for."""


class TrainingStateError(EngineError):
    """A saved training run is damaged or belongs to another recipe."""
