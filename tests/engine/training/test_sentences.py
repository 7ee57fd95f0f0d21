from engine.card import ModelCard
from engine.training.corpus import read_texts
from engine.training.recipe import ModelSettings, Recipe, ScheduleSettings, Source


def test_sentences_are_read_up_to_the_tab_and_each_in_one_source_alone(tmp_path):
    (tmp_path / "one.tsv").write_text("".join(f"Sentence {n}.\tSatz {n}.\n" for n in range(20)) * 2, encoding="utf-8")
    (tmp_path / "two.txt").write_text("".join(f"Sentence {n}.\n" for n in range(10, 40)), encoding="utf-8")
    recipe = Recipe(
        "sentences",
        (Source("one.tsv", "sentences"), Source("two.txt", "sentences")),
        ModelSettings("vae"),
        ModelCard("t", ("vary",)),
        schedule=ScheduleSettings(validation=2),
    )
    texts = [entry.training + entry.validation for entry in read_texts(recipe, tmp_path)]
    assert [sorted(rows) for rows in texts] == [
        sorted(("", f"Sentence {n}.") for n in range(20)),
        sorted(("", f"Sentence {n}.") for n in range(20, 40)),
    ]
    assert all(len(entry.validation) == 2 for entry in read_texts(recipe, tmp_path))
