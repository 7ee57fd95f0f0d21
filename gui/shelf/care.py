"""The engine's devices and memory as the window knows them: asked for, measured, freed by hand or after a rest."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.amounts import size_words
from engine.events import DeviceFound, Event, Failed, Finished, Notice, Progress
from engine.fit import Fit, Verdict, fit, rate_words, tokens_per_second
from engine.model_shape import ModelShape
from engine.placement import Placement
from engine.protocol import Care
from engine.room import Remedy, remedies_for, ways_out
from engine.splitting import split_tokens_per_second
from gui.background import Background
from gui.engine_client import EngineClient
from gui.jobs import Jobs
from gui.settings import Settings
from gui.timers import after

_MINUTE = 60_000  # milliseconds


class MachineCare(QObject):
    """Tend the engine that writes; nothing is asked of it while a job of the writer's runs."""

    changed = Signal()  # the devices
    progressed = Signal(str)
    noticed = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        client: EngineClient,
        jobs: Jobs,
        background: Background,
        settings: Settings,
    ) -> None:
        super().__init__(jobs)
        self._client, self._jobs, self._background, self._settings = client, jobs, background, settings
        self._asked: dict[int, Care] = {}
        self._wanted: Placement | None = None  # which waits for a job to end
        self._found: list[DeviceFound] = []
        self.devices: list[DeviceFound] = []
        self._rest = after(self, 0, self.unload)  # the milliseconds are given at each start
        client.event_received.connect(self._on_event)
        client.busy_changed.connect(self.rest)
        client.engine_died.connect(self._on_died)
        jobs.ended.connect(self._take_place)

    @property
    def chosen(self) -> DeviceFound | None:
        """Return the device that models run on, None before the engine said so."""
        return next((device for device in self.devices if device.chosen), None)

    @Slot()
    def look(self) -> None:
        """Ask which devices there are, and how much memory is free."""
        self._ask(Care.DEVICES)

    @Slot()
    def measure(self) -> None:
        """Have the speed of the device in use measured."""
        self._ask(Care.MEASURE)

    @Slot()
    def unload(self) -> None:
        """Free the memory of all models; the next job loads its own again."""
        if not self._jobs.running:
            self._background.forget_models()
            self._jobs.forget_models()
            self._ask(Care.UNLOAD)

    @property
    def placement(self) -> Placement:
        """Return where models run, and how their weights are held, by the writer's choice."""
        return self._wanted or self._client.placement

    def place(self, placement: Placement) -> None:
        """Have models run as `placement` says, from now on or from the end of the job that runs."""
        self._settings.device, self._settings.weights = placement.device, placement.weights
        self._settings.split, self._settings.context = placement.split, placement.context
        self._wanted = placement
        if not self._jobs.running:
            self._take_place()

    @Slot()
    def _take_place(self) -> None:
        if self._wanted is not None:
            self._client.place(self._wanted)
            self._wanted = None
            self._background.forget_models()
            self._jobs.forget_models()
            self.look()

    @Slot()
    def rest(self) -> None:
        """Begin to count the minutes after which models are unloaded, if they are to be and none is in use."""
        if self._settings.unload_minutes > 0 and not self._client.busy:
            self._rest.start(self._settings.unload_minutes * _MINUTE)
        else:
            self._rest.stop()

    def fit(self, shape: ModelShape) -> tuple[Fit, str] | None:
        """Return how a model fits the device in use, and in words its speed or what may help; None while unknown."""
        device = self.chosen
        if device is None:
            return None
        held = device.weights_of(shape)
        found = self._fit(shape, held, device)
        if found.verdict is Verdict.NO:
            return found, self._help(shape, held, device)
        if device.speeds is None:
            return found, ""
        accelerated = device.name != "cpu"
        rate = tokens_per_second(shape, held, device.speeds, found.context // 2, accelerated=accelerated)
        return found, rate_words(rate) + "."

    def otherwise(self, shape: ModelShape) -> str:
        """Return a line on what a model needs in other weight formats, "" where it has but one or nothing is known."""
        device = self.chosen
        if device is None or shape.file_bytes:
            return ""
        words = {
            "float32": self.tr("32 bits"),
            "bfloat16": self.tr("16 bits"),
            "int8": self.tr("8 bits"),
            "int4": self.tr("4 bits"),
        }
        lacks = self.tr("{0} (does not fit)")
        told = []
        for name in words:
            if name != device.weights_of(shape):
                found = self._fit(shape, name, device)
                size = size_words(found.need.total)
                told.append(f"{words[name]} {lacks.format(size) if found.verdict is Verdict.NO else size}")
        return self.tr("Held otherwise: {0}.").format(", ".join(told))

    def _fit(self, shape: ModelShape, weights: str, device: DeviceFound) -> Fit:
        return fit(
            shape,
            weights,
            device.free_bytes,
            self.placement.context,
            accelerated=device.name != "cpu",
            copied=device.copies,
        )

    def _help(self, shape: ModelShape, held: str, device: DeviceFound) -> str:
        memory = next((each.free_bytes for each in self.devices if each.name == "cpu"), 0)
        remedies = remedies_for(shape, held, device.name, device.free_bytes, memory, copied=device.copies)
        if not remedies:
            return ""
        words = self.tr("Or {0}: see This computer.").format(ways_out(remedies))
        if Remedy.SPLIT not in remedies or device.speeds is None:
            return words
        rate = split_tokens_per_second(shape, held, device.speeds, device.free_bytes)
        return self.tr("{0} {1} where it is split.").format(words, rate_words(rate)) if rate else words

    def _ask(self, care: Care) -> None:
        if care not in self._asked.values():
            self._asked[self._client.tend(care)] = care

    @Slot(int, object)
    def _on_event(self, job: int, event: Event) -> None:
        if job not in self._asked:
            return
        match event:
            case DeviceFound():
                self._found.append(event)
            case Progress():
                self.progressed.emit(event.note)
            case Notice(message):
                self.noticed.emit(message)
            case Failed(message):
                del self._asked[job]
                self._fail(message)
            case Finished():
                del self._asked[job]
                self._take()
            case _:
                pass

    def _take(self) -> None:
        if self._found:
            self.devices, self._found = self._found, []
            self.changed.emit()

    def _fail(self, sentence: str) -> None:
        self._found = []
        self.failed.emit(sentence)

    @Slot(str)
    def _on_died(self, sentence: str) -> None:
        self._rest.stop()  # its models went with it
        if self._asked:
            self._asked.clear()
            self._fail(sentence)
