import json
import random
from dataclasses import replace

import pytest
import torch
from transformers import AutoModelForCausalLM

from engine.card import read_card
from engine.errors import ModelError, SettingsError
from engine.events import Finished, Notice, Survey, TextChunk, TrainingOutcome, TrainingReport
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.paths import data_dir
from engine.purposes import Purpose, TrainingRequest
from engine.runs import past_reports, run_folder, unfinished_runs
from engine.session import Session
from engine.training.personal import survey, train_personal
from tests.engine.tiny_models import tiny_causal

ENGLISH = ["cat", "dog", "king", "sea", "ship", "house", "tree", "bird", "horse", "river"]
GERMAN = ["Katze", "Hund", "König", "Meer", "Schiff", "Haus", "Baum", "Vogel", "Pferd", "Fluss"]
STEPS = 12  # there is a report after ten
MINUTES = 0.03


@pytest.fixture
def pairs(tmp_path):
    rng = random.Random(0)
    rows = {tuple(rng.sample(range(10), 3)) for _ in range(300)}
    lines = [
        f"The {' '.join(ENGLISH[n] for n in row)} is old.\tDer {' '.join(GERMAN[n] for n in row)} ist alt.\n"
        for row in sorted(rows)
    ]
    path = tmp_path / "memory.tsv"
    path.write_text("en\tde\n" + "".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def novel(tmp_path):
    rng = random.Random(0)
    lines = [
        f"The {rng.choice(ENGLISH)} and the {rng.choice(ENGLISH)} went to the {rng.choice(ENGLISH)}."
        for _ in range(900)
    ]
    path = tmp_path / "novel.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def translator(pairs, **options):
    return TrainingRequest(Purpose.TRANSLATE, (str(pairs),), "mine", **{"steps": STEPS, **options})


def voice(novel, **options):
    return TrainingRequest(Purpose.CONTINUE, (str(novel),), "voice", steps=STEPS, **options)


def only(events, kind):
    (found,) = [event for event in events if isinstance(event, kind)]
    return found


def notices(events):
    return " ".join(event.message for event in events if isinstance(event, Notice))


def test_a_survey_says_what_would_be_read_and_leaves_nothing(pairs):
    events = list(survey(translator(pairs, steps=0, minutes=MINUTES)))
    found = only(events, Survey)
    assert (found.languages, found.pair) == ({"en": found.texts, "de": found.texts}, "en-de")
    assert found.examples[0].startswith("The ")
    assert 0 < found.seconds < 60 * MINUTES * 1.5
    assert found.megabytes > 0
    assert isinstance(events[-1], Finished)
    assert unfinished_runs() == []


def test_a_translator_is_trained_scored_installed_and_used(pairs):
    events = list(train_personal(translator(pairs), "cpu"))
    outcome = only(events, TrainingOutcome)
    assert outcome.kept
    assert outcome.measure == "BLEU"
    assert not outcome.lower_is_better
    assert outcome.baselines["the most similar sentence"] > 20
    assert isinstance(events[-1], Finished)
    assert not run_folder("mine").exists()

    folder = data_dir() / "models" / "mine"
    assert outcome.folder == str(folder)
    card = read_card(folder)
    assert card.languages == ("en-de",)
    assert card.score == f"{outcome.score:.2f} {outcome.measure} on what was held out"
    assert "most similar sentence" in card.body
    assert not any(word in card.body for word in (*GERMAN, pairs.name)), "counts, not contents"
    request = Request(
        Mode.TRANSLATE, "The cat is old.", SamplingParams(max_new_tokens=8, seed=1), "mine", target_language="de"
    )
    assert any(isinstance(event, TextChunk) for event in Session("cpu").run(request))


def test_a_training_closed_half_way_is_listed_and_taken_up(pairs):
    request = translator(pairs)
    run = train_personal(request, "cpu")
    report = next(event for event in run if isinstance(event, TrainingReport))
    run.close()
    assert unfinished_runs() == [request]
    assert past_reports("mine") == [report]
    events = list(train_personal(request, "cpu"))
    assert f"Resuming at step {report.step}" in notices(events)
    assert only(events, TrainingOutcome).kept
    assert unfinished_runs() == []


def test_a_training_whose_files_have_changed_begins_anew(pairs):
    run = train_personal(translator(pairs), "cpu")
    next(event for event in run if isinstance(event, TrainingReport))
    run.close()
    pairs.write_text(pairs.read_text(encoding="utf-8") + "The end is near.\tDas Ende ist nah.\n", encoding="utf-8")
    events = list(train_personal(translator(pairs), "cpu"))
    assert "begins anew" in notices(events)
    assert "Resuming" not in notices(events)


def test_finishing_takes_no_further_step(pairs):
    run = train_personal(translator(pairs), "cpu")
    next(event for event in run if isinstance(event, TrainingReport))
    run.close()
    events = list(train_personal(replace(translator(pairs), finish=True), "cpu"))
    assert not any(isinstance(event, TrainingReport) for event in events)
    assert only(events, TrainingOutcome).kept


def test_a_better_model_of_that_name_stays(novel):
    list(train_personal(voice(novel), "cpu"))
    folder = data_dir() / "models" / "voice"
    record = json.loads((folder / "training.json").read_text())
    (folder / "training.json").write_text(json.dumps(record | {"score": 0.0}))
    before = (folder / "model.safetensors").read_bytes()
    outcome = only(list(train_personal(voice(novel, seed=1), "cpu")), TrainingOutcome)
    assert not outcome.kept
    assert "the one you had" in outcome.message
    assert (folder / "model.safetensors").read_bytes() == before


@pytest.mark.parametrize("lora", [False, True])
def test_any_causal_model_is_taken_up_and_any_loader_reads_the_result(novel, tmp_path, lora):
    start = tiny_causal(tmp_path / "start", "gpt2")
    outcome = only(list(train_personal(voice(novel, start=str(start), lora=lora), "cpu")), TrainingOutcome)
    assert outcome.kept
    assert outcome.score < outcome.baselines["start"], "it learnt"
    before, after = (AutoModelForCausalLM.from_pretrained(folder).state_dict() for folder in (start, outcome.folder))
    assert before.keys() == after.keys()
    changed = {name for name in before if not torch.equal(before[name].bfloat16(), after[name].bfloat16())}
    assert any("attn" in name for name in changed)
    assert any("wte" in name for name in changed) is not lora, "adapters leave the embeddings alone"


def test_a_masked_training_says_whether_secrets_can_be_read_out(novel):
    events = list(train_personal(voice(novel, mask=True), "cpu"))
    assert "exposure" in notices(events)
    assert "exposure" in read_card(data_dir() / "models" / "voice").body


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        ({"start": "no-such-model"}, ModelError, "no-such-model"),
        ({"source": "xx"}, SettingsError, "xx"),
    ],
)
def test_what_cannot_be_trained_is_told_before_anything_is_kept(pairs, change, error, sentence):
    with pytest.raises(error, match=sentence):
        list(train_personal(translator(pairs, **change)))
    assert unfinished_runs() == []


@pytest.mark.parametrize(
    ("purpose", "name", "line", "task", "baseline"),
    [
        (
            Purpose.TITLES,
            "a.tsv",
            "The {0} met the {1} and went home late.\tThe {0}\n",
            "summarise",
            "the first sentence",
        ),
        (Purpose.VARY, "a.txt", "The {0} met the {1} and went home late.\n\n", "vary", "Kneser-Ney 5-gram"),
    ],
)
def test_titles_and_variations_are_learnt_beside_their_baselines(tmp_path, purpose, name, line, task, baseline):
    path = tmp_path / name
    lines = [line.format(one, other) for one in (*ENGLISH, *GERMAN) for other in (*ENGLISH, *GERMAN)]
    path.write_text("".join(lines), encoding="utf-8")
    request = TrainingRequest(purpose, (str(path),), "small", steps=STEPS)
    outcome = only(list(train_personal(request, "cpu")), TrainingOutcome)
    assert list(outcome.baselines) == [baseline]
    assert read_card(data_dir() / "models" / "small").tasks == (task,)
