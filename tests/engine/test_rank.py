import shutil

import pytest
import torch
from tokenizers import Tokenizer

from engine.card import ModelCard
from engine.device import choose_device
from engine.errors import InputError, ModelError
from engine.events import Result
from engine.models.discriminator import Discriminator, DiscriminatorSettings
from engine.models.loaded import load_model
from engine.modes import Mode, Request
from engine.naturalness import PIECE, Discriminated, Likelihood, Typicality, cut_pieces, mean_nats, usual_nats
from engine.rank import FOLDER, rank
from engine.training.ngram import save_ngram, train_ngram
from tests.engine.tiny_loaded import tiny, value_of
from tests.engine.tiny_models import SENTENCES, byte_level

PROMPT = "Once upon a time there was an old king"
PLAIN, ODD, JUMBLED = (
    " who lived in a castle by the sea.",
    " who 😀 in a café by the Bahnhof.",
    " sea the by castle a in.",
)
TEXTS = (JUMBLED, PLAIN, ODD)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model that has read `SENTENCES` and nothing else."""
    tokenizer = byte_level()
    model = train_ngram([tokenizer.encode(text).ids for text in SENTENCES * 3], tokenizer.get_vocab_size())
    path = tmp_path_factory.mktemp("models") / "ngram"
    save_ngram(path, model, tokenizer, ModelCard("Reader", ("write",)))
    return path


@pytest.fixture
def model(folder, tmp_path):
    own = tmp_path / "ngram"
    shutil.copytree(folder, own)
    return value_of(load_model(own, choose_device("cpu")))


def ranked(model, *texts, prompt=PROMPT):
    (result,) = [event for event in rank(model, Request(Mode.RANK, prompt, texts=texts)) if isinstance(event, Result)]
    return result.values


def give_discriminator(model, **measured):
    """Save a discriminator that takes the jumbled variant for a person's, whatever the figures say."""
    tokenizer = Tokenizer.from_file(str(model.folder / "tokenizer.json"))
    torch.manual_seed(1)
    judge = Discriminator(
        DiscriminatorSettings(tokenizer.get_vocab_size(), embedding=8, windows=(1, 2), filters=(8, 8))
    )
    rows = torch.tensor([tokenizer.encode(text).ids[:8] for text in TEXTS])
    optimizer = torch.optim.Adam(judge.parameters(), lr=0.02)
    for _ in range(40):
        optimizer.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(judge(rows), torch.tensor([1.0, 0.0, 0.0])).backward()
        optimizer.step()
    judge.save(model.folder / FOLDER, tokenizer, ModelCard("Judge", ()), {"usual_nats": 1.0, "pairs": 9.0, **measured})


LIKELIHOOD = {"discriminator": 0.5, "likelihood": 0.9, "typicality": 0.6}


def test_the_likeliest_comes_first_where_that_measured_best_and_the_method_is_told(model):
    give_discriminator(model, **LIKELIHOOD)
    values = ranked(model, *TEXTS)
    assert values["order"][0] == 1
    assert values["method"] == "likelihood"
    assert values["measured"] == "held-out 0.90 against 0.50 for discriminator and 0.60 for typicality"
    assert sorted(values["scores"], reverse=True) == [values["scores"][number] for number in values["order"]]


def test_without_figures_what_is_as_usual_as_the_text_before_comes_first(model):
    before = " ".join(SENTENCES)[-3000:]
    values = ranked(model, *TEXTS, prompt=before)
    assert values["method"] == "typicality"
    assert values["measured"] == "not measured for this model"
    ids = model.tokenizer.encode(before)
    usual = mean_nats(model.decoder, [], ids)
    found = model.tokenizer.encode(before + PLAIN)[len(ids) :]
    assert values["scores"][1] == pytest.approx(-abs(mean_nats(model.decoder, ids, found) - usual))


def test_too_little_text_before_says_nothing_of_what_is_usual(model):
    ids = model.tokenizer.encode(" ".join(SENTENCES))
    assert usual_nats(model.decoder, ids[:64]) == mean_nats(model.decoder, [], ids[:64])
    assert usual_nats(model.decoder, ids[:63]) == usual_nats(model.decoder, []) == 4.2


def test_a_reason_quotes_the_part_that_reads_least_natural(model):
    give_discriminator(model, **LIKELIHOOD)
    values = ranked(model, PLAIN + " 😀 café Bahnhof 😀 nein.", PLAIN)
    assert "😀" in values["reasons"][0]
    assert "expects least" in values["reasons"][0]
    assert "castle" in values["reasons"][1]


def test_a_long_part_is_quoted_shortened(model):
    reason = ranked(model, " and" + " who lived in a castle" * 9 + ".", PLAIN)["reasons"][0]
    assert "…" in reason
    assert len(reason) < 120


def test_the_prompt_counts(model):
    give_discriminator(model, **LIKELIHOOD)
    first = " Wo ist der Bahnhof?"
    assert ranked(model, first, " 火车站在哪里？", prompt="Das Wetter ist heute schön.")["order"][0] == 0
    assert ranked(model, first, "火车站在哪里？", prompt="今天天气很好。")["order"][0] == 1


def test_a_discriminator_that_measured_better_is_used(model):
    give_discriminator(model, discriminator=0.9, likelihood=0.6, typicality=0.7)
    values = ranked(model, *TEXTS)
    assert values["method"] == "discriminator"
    assert values["order"][0] == 0
    assert values["measured"] == "held-out 0.90 against 0.60 for likelihood and 0.70 for typicality"


@pytest.mark.parametrize(
    ("figures", "method"),
    [
        ({"discriminator": 0.6, "likelihood": 0.7, "typicality": 0.5}, "likelihood"),
        ({"discriminator": 0.7, "likelihood": 0.7, "typicality": 0.7}, "typicality"),
        ({"discriminator": 0.6, "likelihood": 0.2, "typicality": 0.8}, "typicality"),
    ],
)
def test_a_discriminator_that_measured_no_better_is_not(model, figures, method):
    give_discriminator(model, **figures)
    assert ranked(model, *TEXTS)["method"] == method


@pytest.mark.parametrize("config", [None, "{", "[]", '{"measured": 3}', '{"measured": {"likelihood": 0.9}}'])
def test_a_damaged_discriminator_is_told(model, config):
    (model.folder / FOLDER).mkdir()
    if config is not None:
        (model.folder / FOLDER / "config.json").write_text(config)
    with pytest.raises(ModelError, match="damaged"):
        ranked(model, *TEXTS)


@pytest.mark.parametrize("texts", [(), (PLAIN,), (PLAIN, "  ")])
def test_nothing_to_rank_is_told(model, texts):
    with pytest.raises(InputError, match="two variants"):
        ranked(model, *texts)


def test_a_translator_cannot_rank():
    with pytest.raises(ModelError, match="one that writes"):
        ranked(tiny("marian"), *TEXTS)


def test_likelihood_is_the_mean_of_the_parts():
    model = tiny("llama")
    before, ids = model.tokenizer.encode("The weather"), model.tokenizer.encode(" is nice today")
    one = [-mean_nats(model.decoder, [*before, *ids[:place]], [ids[place]]) for place in range(len(ids))]
    assert Likelihood(model.decoder).score(before, ids) == pytest.approx(sum(one) / len(one), abs=1e-4)


def test_typicality_is_best_at_the_usual_surprise():
    model = tiny("llama")
    before, ids = model.tokenizer.encode("The weather"), model.tokenizer.encode(" is nice today")
    usual = mean_nats(model.decoder, before, ids)
    assert Typicality(model.decoder, usual).score(before, ids) == pytest.approx(0, abs=1e-5)
    assert Typicality(model.decoder, usual + 2).score(before, ids) == pytest.approx(-2, abs=1e-5)
    assert "predictable" in Typicality(model.decoder, usual + 2).fault(before, ids)
    assert "startling" in Typicality(model.decoder, usual - 2).fault(before, ids)


def test_pieces_cover_a_text_and_are_alike_in_length():
    assert cut_pieces([1, 2]) == [[1, 2]]
    ids = list(range(2 * PIECE + 5))
    pieces = cut_pieces(ids)
    assert {len(piece) for piece in pieces} == {PIECE}
    assert {token for piece in pieces for token in piece} == set(ids)


def test_a_discriminator_judges_by_pieces():
    torch.manual_seed(1)
    judge = Discriminator(DiscriminatorSettings(50, embedding=4, windows=(2,), filters=(4,))).eval()
    first, second = list(range(1, PIECE + 1)), list(range(PIECE, 0, -1))
    whole, one, other = (Discriminated(judge).score([], ids) for ids in (first + second, first, second))
    assert whole == pytest.approx((one + other) / 2, abs=1e-5)
