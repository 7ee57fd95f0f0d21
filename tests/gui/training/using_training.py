"""What tests say for the engine that trains, and to whom."""

from engine.events import Finished, Survey, TrainingOutcome, TrainingReport
from engine.protocol import Look, Stop
from engine.purposes import Purpose, TrainingRequest

SURVEY = Survey(
    files=2,
    texts=312,
    words=84120,
    duplicates=12,
    languages={"en": 300, "de": 12},
    examples=["Once upon a time.", "老人独自住在海边的灯塔里。"],
    skipped=["cover.jpg was left out: only texts are read."],
    masked=38,
    seconds=1900,
    megabytes=18.4,
    memory=152.0,
)
REQUEST = TrainingRequest(Purpose.CONTINUE, ("/texts/novel.txt",), "My voice", start="story-en")


def report(step, loss=3.0, **more):
    return TrainingReport(step, 100, loss, 8000.0, 240.0, **more)


def make_model(folder):
    """Make a model directory that is whole as far as the window looks."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "llama"}')
    (folder / "tokenizer.json").write_text("{}")
    header = b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    (folder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    return folder


class Workshop:
    """The workspace in its window, with every command that would go to the engine."""

    def __init__(self, training, view):
        self.training, self.view = training, view
        self.commands = []
        self._answered = 0
        self.client = self.training._client
        self.client._command.connect(self.commands.append)

    @property
    def setup(self):
        return self.view.setup

    @property
    def run(self):
        return self.view.run

    def answer(self, event):
        """Let the engine say something of the latest job."""
        jobs = [command.job for command in self.commands if not isinstance(command, Stop)]
        self.client.event_received.emit(jobs[-1], event)

    def survey(self, qtbot, survey=SURVEY):
        """Answer the next look."""
        qtbot.waitUntil(lambda: len(self.commands) > self._answered and isinstance(self.commands[-1], Look))
        self._answered = len(self.commands)
        self.answer(survey)
        self.answer(Finished())


def outcome(folder, **changes):
    values = {"model": folder.name, "folder": str(folder), "kept": True, "measure": "bits per byte", "score": 1.8}
    more = {"baselines": {"Kneser-Ney 5-gram": 2.0, "the old one": 1.9}, "lower_is_better": True, "message": "Better."}
    return TrainingOutcome(**{**values, **more, **changes})


def end(workshop, event):
    workshop.answer(event)
    workshop.answer(Finished())
