"""The Train workspace by its keys; the engine's part comes when a test says so."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog, QLineEdit, QSpinBox

from engine.events import Failed, Finished, Notice, Progress, Survey, TrainingOutcome, TrainingReport
from engine.modes import Mode
from engine.paths import data_dir
from engine.protocol import Look, Stop, Train
from engine.purposes import Purpose, TrainingRequest
from engine.runs import keep_report, keep_request, unfinished_runs
from gui.engine_client import EngineClient
from gui.engine_process import TRAINING
from gui.training.menu import TrainMenu
from gui.training.training import Stage, Training
from gui.training.window import TrainWindow

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
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


@pytest.fixture
def unstarted(monkeypatch):
    """Let no engine process start: what it would say, a test says."""
    monkeypatch.setattr(EngineClient, "start", lambda _client: None)


@pytest.fixture
def workshop(qapp, qtbot, unstarted):
    training = Training(EngineClient(kind=TRAINING))
    view = TrainWindow(training, None)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.open()
    view.resize(1080, 800)
    return Workshop(training, view)


@pytest.fixture
def window(open_window, unstarted):
    return open_window("It rained.")


@pytest.fixture
def novel(tmp_path):
    path = tmp_path / "novel.txt"
    path.write_text("It rained. " * 50)
    return path


@pytest.fixture
def running(workshop, novel, qtbot):
    """A training that was started by the keyboard."""
    workshop.setup.files.add([novel])
    workshop.survey(qtbot)
    QTest.keyClick(workshop.setup.start, Qt.Key.Key_Space)
    assert isinstance(workshop.commands[-1], Train)
    return workshop


def test_the_keys_lead_from_the_text_through_the_purposes(workshop):
    cards = workshop.setup.purposes
    assert QApplication.focusWidget() is cards.card(Purpose.CONTINUE)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert cards.purpose is Purpose.TRANSLATE
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert cards.purpose is Purpose.VARY
    QTest.keyClick(cards.card(Purpose.TITLES), Qt.Key.Key_Space)
    assert cards.purpose is Purpose.TITLES
    QTest.keyClick(workshop.view, Qt.Key.Key_Escape)
    assert not workshop.view.isVisible()


def test_a_name_that_was_typed_stays_and_the_usual_one_follows_the_purpose(workshop):
    name = workshop.setup.wishes._name
    assert name.text() == "My voice"
    workshop.setup.purposes.card(Purpose.TRANSLATE).click()
    assert name.text() == "My translator"
    name.selectAll()
    QTest.keyClicks(name, "Saga")
    workshop.setup.purposes.card(Purpose.VARY).click()
    assert name.text() == "Saga"


def test_files_are_added_by_dialog_and_by_dropping_and_taken_out_by_a_key(workshop, novel, monkeypatch):
    files = workshop.setup.files
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(novel)], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(novel.parent))
    QTest.keyClick(files._files, Qt.Key.Key_Space)
    QTest.keyClick(files._folder, Qt.Key.Key_Space)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (novel, novel.with_name("memory.tmx"))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    files.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, Qt.KeyboardModifier.NoModifier))
    assert [Path(path).name for path in files.paths] == ["novel.txt", novel.parent.name, "memory.tmx"]
    QTest.keyClick(files._list, Qt.Key.Key_Home)
    QTest.keyClick(files._list, Qt.Key.Key_Delete)
    assert [Path(path).name for path in files.paths] == [novel.parent.name, "memory.tmx"]


def test_what_was_read_is_shown_at_once(workshop, novel, qtbot):
    setup = workshop.setup
    assert "you see here" in setup.view.words
    assert not setup.start.isEnabled()
    setup.files.add([novel])
    assert setup.view.words == "Reading…"
    workshop.survey(qtbot)
    assert workshop.commands[-1].request == replace(REQUEST, files=(str(novel),))
    for words in ("Texts: 312", "Words: 84,120", "English 96 %", "12 duplicates", "38 names", "cover.jpg", "老人"):
        assert words in setup.view.words
    assert setup.words.startswith(
        "This takes about 32 minutes at most, less where nothing more is learnt. "
        "It needs at least 152 MB of memory, and the model 18 MB of disk."
    )
    assert setup.start.isEnabled()


@pytest.mark.parametrize(("remarks", "more"), [(6, ""), (7, "And 1 more like these."), (1206, "And 1,200 more like")])
def test_of_many_remarks_on_files_the_first_are_shown_and_the_others_counted(workshop, novel, qtbot, remarks, more):
    workshop.setup.files.add([novel])
    workshop.survey(qtbot, replace(SURVEY, skipped=[f"{number}.txt was left out." for number in range(remarks)]))
    assert "5.txt was left out." in workshop.setup.view.words
    assert "6.txt was left out." not in workshop.setup.view.words
    assert more in workshop.setup.view.words
    assert ("more like" in workshop.setup.view.words) is bool(more)


def test_a_short_estimate_and_the_two_sides_of_pairs_are_said_as_one_says_them(workshop, novel, qtbot):
    workshop.setup.purposes.card(Purpose.TRANSLATE).click()
    workshop.setup.files.add([novel])
    short = replace(SURVEY, seconds=20.0, languages={"en": 256, "de": 256}, pair="en-de")
    for _ in range(2):  # the second time with the translator that it goes on from
        workshop.survey(qtbot, short)
    assert workshop.setup.words.startswith("This takes less than a minute. ")
    assert "English → German" in workshop.setup.view.words


def test_pairs_are_shown_in_two_lines(workshop, novel, qtbot):
    pair = replace(SURVEY, examples=["Er ging. → He went."], languages={"de": 312, "en": 312}, pair="de-en")
    workshop.setup.files.add([novel])
    workshop.survey(qtbot, replace(pair, languages={"en": 312}, pair=""))
    assert "Er ging. → He went." in workshop.setup.view.words, "an arrow in a writer's own text stays"
    workshop.setup.purposes.card(Purpose.TRANSLATE).click()
    workshop.survey(qtbot, pair)
    workshop.survey(qtbot, pair)  # once more, with the translator that it goes on from
    assert "Pairs: 312" in workshop.setup.view.words
    assert "Er ging.\nHe went." in workshop.setup.view.words


def test_a_survey_comes_before_its_estimate_and_again_with_it(workshop, novel, qtbot):
    workshop.setup.files.add([novel])
    qtbot.waitUntil(lambda: bool(workshop.commands))
    workshop.answer(Progress(1, 2, "files", "reading novel.txt"))
    assert "reading novel.txt" in workshop.setup.view.words
    workshop.answer(replace(SURVEY, seconds=0.0, megabytes=0.0))
    workshop.answer(Progress(0, 0, "steps", "measuring how long a step takes"))
    assert workshop.setup.words == "You can go on writing meanwhile."
    assert "Texts: 312" in workshop.setup.view.words
    workshop.answer(SURVEY)
    assert "32 minutes" in workshop.setup.words


def test_in_a_small_window_the_reading_is_told_beside_start(workshop, novel, qtbot):
    workshop.view.resize(700, 500)
    workshop.setup.files.add([novel])
    assert workshop.setup.words == "Reading…"
    qtbot.waitUntil(lambda: bool(workshop.commands))
    workshop.answer(Progress(1, 2, "files", "reading novel.txt"))
    assert workshop.setup.words == "Reading novel.txt…"
    workshop.view.resize(1080, 800)
    assert workshop.setup.words != "Reading novel.txt…", "it stands above there"
    workshop.view.resize(700, 500)
    workshop.survey(qtbot)
    assert workshop.setup.words.startswith("84,120 words were read.")


def test_a_time_limit_is_part_of_what_is_asked(workshop, novel, qtbot):
    workshop.setup.files.add([novel])
    minutes = workshop.setup.wishes._minutes
    assert minutes.text() == "as suits the amount of text"
    minutes.setFocus()
    minutes.selectAll()
    QTest.keyClicks(minutes, "45")
    workshop.survey(qtbot)
    assert workshop.commands[-1].request.minutes == 45.0


def test_files_that_cannot_be_learnt_from_get_their_sentence_in_place(workshop, novel, qtbot):
    workshop.setup.files.add([novel])
    workshop.survey(qtbot, Failed("novel.txt holds two sentences: that is too little to learn from."))
    assert workshop.setup.view.words.startswith("novel.txt holds two sentences")
    assert not workshop.setup.start.isEnabled()
    assert QApplication.activeModalWidget() is None
    assert workshop.setup.words == ""
    workshop.view.resize(700, 500)
    assert workshop.setup.words.startswith("novel.txt holds"), "what was read is out of sight there"


def test_a_change_asks_anew_and_the_old_answer_is_not_shown(workshop, novel, qtbot):
    setup = workshop.setup
    setup.files.add([novel])
    workshop.survey(qtbot)
    setup.purposes.card(Purpose.TRANSLATE).click()
    assert not setup.start.isEnabled()
    workshop.answer(replace(SURVEY, texts=7))
    assert setup.view.words == "Reading…"
    QTest.keyClick(setup.wishes._mask, Qt.Key.Key_Space)
    setup.wishes._source.setCurrentIndex(setup.wishes._source.findData("de"))
    qtbot.waitUntil(lambda: workshop.commands[-1].request.source == "de")
    assert workshop.commands[-1].request.mask
    assert workshop.commands[-1].request.purpose is Purpose.TRANSLATE


@pytest.mark.parametrize("name", ["", "a/b", ".hidden"])
def test_a_name_that_is_none_is_said_beside_start(workshop, novel, qtbot, name):
    workshop.setup.files.add([novel])
    workshop.survey(qtbot)
    field = workshop.setup.wishes._name
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, name)
    assert workshop.setup.words == "Give the model a name of letters, digits, spaces or dashes."
    assert not workshop.setup.start.isEnabled()
    QTest.keyClicks(field, "")
    field.setText("Saga")
    assert workshop.setup.start.isEnabled()


def test_the_name_of_an_unfinished_training_is_not_given_twice(workshop, novel, qtbot):
    keep_request(REQUEST)
    workshop.setup.files.add([novel])
    workshop.survey(qtbot)
    assert "My voice is not finished" in workshop.setup.words
    assert not workshop.setup.start.isEnabled()
    workshop.setup.refresh()
    assert workshop.setup.wishes.name == "My voice 2"


def test_adapters_need_a_model_to_begin_with(workshop, novel, tmp_path, monkeypatch, qtbot):
    folder = make_model(tmp_path / "models" / "large")
    wishes = workshop.setup.wishes
    wishes._start.setCurrentIndex(0)
    wishes._start.activated.emit(0)
    assert not wishes._lora.isEnabled()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    box = wishes._start
    box.setCurrentIndex(box.count() - 1)
    box.activated.emit(box.currentIndex())
    assert wishes._lora.isEnabled()
    QTest.keyClick(wishes._lora, Qt.Key.Key_Space)
    workshop.setup.files.add([novel])
    workshop.survey(qtbot)
    assert (workshop.commands[-1].request.start, workshop.commands[-1].request.lora) == (str(folder), True)
    workshop.setup.purposes.card(Purpose.TRANSLATE).click()
    assert box.start == "", "a story model cannot become a translator"
    assert not wishes._lora.isEnabled()
    workshop.setup.purposes.card(Purpose.VARY).click()
    assert not box.isVisible(), "variation is always learnt anew"


def test_a_folder_without_a_fitting_model_is_said_beside_start(workshop, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    box = workshop.setup.wishes._start
    box.setCurrentIndex(box.count() - 1)
    box.activated.emit(box.currentIndex())
    assert "config.json is missing" in workshop.setup.words
    assert box.start == "story-en"


@pytest.mark.parametrize(("pair", "start"), [("en-de", "translate"), ("zh-en", "translate"), ("de-fr", "")])
def test_a_translation_memory_goes_on_from_a_translator_of_its_languages(workshop, novel, qtbot, pair, start):
    workshop.setup.purposes.card(Purpose.TRANSLATE).click()
    workshop.setup.files.add([novel])
    languages = dict.fromkeys(pair.split("-"), 312)
    workshop.survey(qtbot, replace(SURVEY, languages=languages, pair=pair))
    assert workshop.setup.wishes._start.start == start


def test_a_new_model_is_begun_where_none_writes_the_language(workshop, novel, qtbot):
    box = workshop.setup.wishes._start
    assert box.start == "story-en", "it learns far sooner than a new one"
    workshop.setup.files.add([novel])
    workshop.survey(qtbot, replace(SURVEY, languages={"zh": 312, "en": 2}))
    assert box.start == "story-zh"
    workshop.survey(qtbot, replace(SURVEY, languages={"fr": 312, "en": 2}))
    assert box.start == ""
    workshop.survey(qtbot, replace(SURVEY, languages={"fr": 312, "en": 2}))
    assert workshop.commands[-1].request.start == ""


def test_a_running_training_shows_curves_samples_and_figures(running):
    assert running.training.stage is Stage.RUNNING
    running.answer(Progress(1, 3, "preparation", "Learning the vocabulary"))
    assert "Learning the vocabulary" in running.run.words
    running.answer(report(10, 5.0))
    assert not running.run.finish.isEnabled(), "there is no best yet"
    running.answer(report(20, 3.5, validation_loss=3.0, sample="Er ging.\tHe went.", score=21.5, parts={"kl": 4.2}))
    running.answer(Notice("Training on cpu."))
    assert running.run.loss.accessibleDescription() == "training 3.50; validation 3.00 (perplexity 20.1)"
    assert running.run.score.isVisible()
    assert running.run.samples.texts == ["Er ging.\tHe went."]
    for words in (
        "At most about 4 minutes left",
        "step 20 of 100",
        "8,000 tokens/s",
        "best validation loss 3.00",
        "kl 4.20",
    ):
        assert words in running.run.words
    assert running.view.messages.sentence == "Training on cpu."
    assert running.run.finish.isEnabled()


def test_a_measurement_that_came_to_nothing_is_not_shown(running):
    nothing = float("nan")
    running.answer(report(10, validation_loss=nothing, score=nothing))
    assert running.run.loss.accessibleDescription() == "training 3.00"
    assert not running.run.score.isVisible()
    assert not running.run.finish.isEnabled()


def test_pausing_keeps_and_resuming_goes_on(running):
    running.answer(report(10, validation_loss=3.0))
    first = running.commands[-1]
    QTest.keyClick(running.run.pause, Qt.Key.Key_Space)
    assert running.commands[-1] == Stop(first.job)
    assert "being kept" in running.run.words
    running.answer(report(11))
    running.answer(Finished(cancelled=True))
    assert running.training.stage is Stage.PAUSED
    QTest.keyClick(running.run.resume, Qt.Key.Key_Space)
    assert running.commands[-1].request == first.request
    assert running.training.stage is Stage.RUNNING


def test_stopping_asks_for_the_best_so_far(running):
    running.answer(report(10, validation_loss=3.0))
    first = running.commands[-1]
    QTest.keyClick(running.run.finish, Qt.Key.Key_Space)
    assert running.commands[-2] == Stop(first.job)
    assert running.commands[-1].request == replace(first.request, finish=True)
    assert "Measuring the best" in running.run.words
    running.client.event_received.emit(first.job, Finished(cancelled=True))
    assert running.training.stage is Stage.FINISHING, "the end of the stopped job is not the end"


def outcome(folder, **changes):
    values = {"model": folder.name, "folder": str(folder), "kept": True, "measure": "bits per byte", "score": 1.8}
    more = {"baselines": {"Kneser-Ney 5-gram": 2.0, "the old one": 1.9}, "lower_is_better": True, "message": "Better."}
    return TrainingOutcome(**{**values, **more, **changes})


def end(workshop, event):
    workshop.answer(event)
    workshop.answer(Finished())


@pytest.fixture
def model():
    return make_model(data_dir() / "models" / "My voice")


def test_a_model_that_was_kept_is_put_to_use(running, model, qtbot):
    running.answer(report(100, validation_loss=2.0))
    running.answer(Notice("The numbers put in as a test cannot be read out of it."))
    end(running, outcome(model))
    words = running.run.card.words
    assert "Better.\nThe numbers put in as a test" in words
    assert "My voice is ready" in words
    assert "bits per byte, lower is better" in words
    assert words.index("the old one: 1.90 (the new one is 5.3 % better)") < words.index("Kneser-Ney 5-gram: 2.00")
    assert str(model) in words
    with qtbot.waitSignal(running.view.model_chosen) as chosen:
        QTest.keyClick(running.run.card.use, Qt.Key.Key_Space)
    assert chosen.args == [Mode.WRITE, "My voice"]


def test_a_model_that_a_baseline_beats_is_not_called_ready(running, model):
    end(running, outcome(model, score=4.5))
    assert "My voice can be used, but is still weak" in running.run.card.words
    assert "is ready" not in running.run.card.words
    assert running.run.card.use.isVisible()


def test_halves_of_signs_are_not_shown(running):
    running.answer(report(10, validation_loss=3.0, sample="The \ufffdold\x00 king"))
    assert running.run.samples.texts == ["The  old  king"]


def test_deleting_takes_two_presses_and_leads_back_to_the_start(running, model):
    end(running, outcome(model))
    QTest.keyClick(running.run.card.delete, Qt.Key.Key_Space)
    assert model.is_dir()
    QTest.keyClick(running.run.card.delete, Qt.Key.Key_Space)
    assert not model.exists()
    assert running.setup.isVisible()


def test_nothing_but_own_models_is_deleted(running, tmp_path):
    end(running, outcome(tmp_path))
    for _ in range(2):
        QTest.keyClick(running.run.card.delete, Qt.Key.Key_Space)
    assert tmp_path.is_dir()
    assert "lies elsewhere" in running.view.messages.sentence


def test_a_worse_model_offers_no_use(running, tmp_path):
    end(running, outcome(tmp_path, kept=False, score=2.2, message="The old one stays."))
    card = running.run.card
    assert "My voice was not kept\nThe old one stays." in card.words
    assert "16 % worse" in card.words
    assert not card.use.isVisible()
    assert not card.delete.isVisible()
    QTest.keyClick(card.another, Qt.Key.Key_Space)
    assert running.setup.isVisible()
    assert running.setup.files.paths, "the files are still there"


def test_scores_that_are_no_numbers_are_shown_as_none(running, model):
    end(running, outcome(model, score=float("nan"), baselines={"Kneser-Ney 5-gram": 2.0}))
    assert "My voice: –\nKneser-Ney 5-gram: 2.00" in running.run.card.words
    running.view.grab()


def test_a_training_process_that_dies_is_said_and_resumed(running):
    keep_request(running.commands[-1].request)
    running.answer(report(10, validation_loss=3.0))
    running.client.engine_died.emit("The training stopped unexpectedly.")
    assert running.run.words.startswith("The training stopped unexpectedly.")
    assert running.training.resumable
    QTest.keyClick(running.run.resume, Qt.Key.Key_Space)
    assert running.training.stage is Stage.RUNNING
    running.answer(Failed("The disk is full: free some space."))
    assert running.run.words.startswith("The disk is full")


def test_a_look_that_dies_is_a_sentence(workshop, novel, qtbot):
    workshop.setup.files.add([novel])
    qtbot.waitUntil(lambda: bool(workshop.commands))
    workshop.client.engine_died.emit("Gone.")
    assert "ended unexpectedly" in workshop.setup.view.words


def test_discarding_takes_two_presses(running):
    keep_request(running.commands[-1].request)
    running.training.pause()
    running.answer(Finished(cancelled=True))
    QTest.keyClick(running.run.discard, Qt.Key.Key_Space)
    assert unfinished_runs()
    QTest.keyClick(running.run.discard, Qt.Key.Key_Space)
    assert unfinished_runs() == []
    assert running.setup.isVisible()


def entries(menu):
    """Return what the Train menu offers when it opens."""
    menu.parent().aboutToShow.emit()
    return [action for action in menu.parent().actions() if action.text()]


def test_unfinished_trainings_are_resumed_from_the_menu_with_their_curve(window):
    menu = window.menuBar().findChild(TrainMenu)
    assert [action.text() for action in entries(menu)] == ["&Train a model…"]
    keep_request(REQUEST)
    for step in (10, 20):
        keep_report("My voice", report(step, validation_loss=3.0, sample=f"Sample {step}"))
    assert len(entries(menu)) == 2
    workshop = Workshop(window.training.training, window.training.view)
    resume = entries(menu)[-1]
    assert resume.text() == "Resume My voice"
    resume.trigger()
    assert workshop.commands[-1].request == REQUEST
    assert workshop.view.isVisible()
    assert [each.step for each in workshop.training.reports] == [10, 20]
    assert workshop.run.samples.texts == ["Sample 20", "Sample 10"]
    workshop.answer(report(20, validation_loss=2.9, sample="Again"))
    assert workshop.run.samples.texts == ["Again", "Sample 10"]
    assert not entries(menu)[-1].isEnabled(), "one training at a time"


def test_a_model_that_varies_is_put_to_use_and_taken_back(window):
    folder = make_model(data_dir() / "models" / "My variations")
    workshop = Workshop(window.training.training, window.training.view)
    workshop.training.start(replace(REQUEST, purpose=Purpose.VARY, name="My variations"))
    workshop.view.open()
    end(workshop, outcome(folder))
    QTest.keyClick(workshop.run.card.use, Qt.Key.Key_Space)
    assert window.parts.rewording.model == "My variations"
    assert "varies and blends" in window.parts.messages.sentence
    for _ in range(2):
        QTest.keyClick(workshop.run.card.delete, Qt.Key.Key_Space)
    assert window.parts.rewording.model == ""


def test_the_main_window_opens_the_workspace_and_hears_of_its_end(window, model, qtbot):
    QTest.keyClick(window.parts.workspace.current.editor, Qt.Key.Key_T, CTRL | SHIFT)
    workshop = Workshop(window.training.training, window.training.view)
    qtbot.waitUntil(workshop.view.isVisible)
    workshop.training.start(REQUEST)
    workshop.answer(report(40))
    workshop.view.close()
    texts = [button.text() for button in window.statusBar().findChildren(QAbstractButton)]
    assert texts == ["training 40 %"]
    end(workshop, outcome(model))
    assert window.parts.messages.sentence == "Better."
    window.parts.tabs.setCurrentIndex(1)
    workshop.view.open()
    QTest.keyClick(workshop.run.card.use, Qt.Key.Key_Space)
    assert (window.parts.mode, window.parts.write.controls.model) == (Mode.WRITE, "My voice")
    for _ in range(2):
        QTest.keyClick(workshop.run.card.delete, Qt.Key.Key_Space)
    assert window.parts.write.controls.model == "", "a model that is gone is used no more"


@pytest.mark.parametrize("size", [(1280, 820), (800, 600), (480, 400)])
def test_the_workspace_fits_small_windows(running, size):
    running.answer(report(10, validation_loss=3.0, sample="He went."))
    running.view.resize(*size)
    QApplication.processEvents()
    assert (running.view.width(), running.view.height()) == size
    for button in (running.run.pause, running.run.finish):
        assert running.view.rect().contains(button.mapTo(running.view, button.rect().bottomRight()))


def test_everything_is_named_and_reached_by_tab(workshop, novel, qtbot):
    workshop.setup.purposes.card(Purpose.TRANSLATE).click()
    workshop.setup.files.add([novel])
    workshop.survey(qtbot)
    fields = [
        field
        for kind in (QAbstractButton, QComboBox, QLineEdit, QSpinBox)
        for field in workshop.setup.findChildren(kind)
        if field.isVisible() and field.isEnabled() and field.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    seen, widget = set(), QApplication.focusWidget()
    for _ in range(60):
        seen.add(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
    for field in fields:
        inside = isinstance(field.parent(), (QComboBox, QSpinBox))
        grouped = field in workshop.setup.purposes.findChildren(QAbstractButton)
        assert inside or grouped or field in seen, field
        assert inside or field.accessibleName() or field.text(), field
