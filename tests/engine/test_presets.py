import pytest

from engine import presets
from engine.modes import Mode
from engine.params import SamplingParams
from engine.presets import DEFAULT_PRESETS, apply_sliders, load_presets, preset_faults


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(presets, "config_dir", lambda: tmp_path)
    (tmp_path / "presets").mkdir()
    return tmp_path / "presets"


@pytest.mark.parametrize("mode", list(Mode))
def test_a_mode_without_a_default_has_what_the_writer_keeps_for_it(own_folder, mode):
    assert mode in DEFAULT_PRESETS or load_presets(mode) == {}
    text = f'name = "mine"\nmode = "{mode.value}"\n[params]\ntemperature = 0.5\n'
    (own_folder / "mine.toml").write_text(text)
    assert "mine" in load_presets(mode)


@pytest.mark.parametrize("mode", list(DEFAULT_PRESETS))
def test_every_mode_has_its_default_first(mode):
    found = load_presets(mode)
    assert next(iter(found)) == DEFAULT_PRESETS[mode]
    assert all(preset.mode is mode and preset.title for preset in found.values())


def test_translation_and_summary_search_without_repetition_penalty():
    for mode in (Mode.TRANSLATE, Mode.SUMMARISE):
        params = load_presets(mode)[DEFAULT_PRESETS[mode]].params
        assert params.beams > 1
        assert params.repetition_penalty == 1


def test_writers_preset_replaces_ours(own_folder):
    (own_folder / "mine.toml").write_text('name = "story"\nmode = "write"\n[params]\ntemperature = 0.3\n')
    assert load_presets(Mode.WRITE)["story"].params == SamplingParams(temperature=0.3)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('name = "a"\nmode = "write"\ncolour = 1\n[params]\n', '"colour"'),
        ('name = "a"\nmode = "write"\n[params]\ntemprature = 1.0\n', '"temprature"'),
        ('name = "a"\nmode = "write"\n[params]\ntop_p = 2.0\n', "top_p"),
        ('name = "a"\nmode = "sing"\n[params]\n', "sing"),
        ('name = "a"\nmode = ["write"]\n[params]\n', "write"),
        ('name = "a"\nmode = "write"\n', '"params"'),
        ('name = "a"\nmode = "write"\nparams = 3\n', '"params"'),
        ('name = "a"\nmode = "write"\n[params]\nbanned_phrases = 3\n', "int"),
        ("name = ", "cannot be read"),
    ],
)
def test_wrong_preset_names_the_key_and_the_file(own_folder, text, named):
    (own_folder / "mine.toml").write_text(text)
    (fault,) = preset_faults()
    assert named in fault
    assert "mine.toml" in fault


def test_a_wrong_preset_hides_no_other(own_folder):
    (own_folder / "a.toml").write_text('name = "story"\n')
    (own_folder / "b.toml").write_text('name = "mine"\nmode = "write"\n[params]\n')
    assert {*DEFAULT_PRESETS.values()} <= {name for mode in Mode for name in load_presets(mode)}
    assert "mine" in load_presets(Mode.WRITE)


@pytest.mark.parametrize("preset", [preset for mode in Mode for preset in load_presets(mode).values()])
def test_sliders_at_rest_change_nothing_and_move_the_right_way(preset):
    params = preset.params
    assert apply_sliders(params, 0, 0, 0) == params
    bold = apply_sliders(params, 1, 0, 0)
    tame = apply_sliders(params, -1, 0, 0)
    assert bold.temperature >= params.temperature >= tame.temperature
    assert bold.min_p <= params.min_p <= tame.min_p
    assert apply_sliders(params, 0, 1, 0).dry_multiplier == 0
    assert apply_sliders(params, 0, -1, 0).dry_multiplier == pytest.approx(2.5 * params.dry_multiplier)
    assert apply_sliders(params, 0, 0, 1).max_new_tokens == 4 * params.max_new_tokens
    assert apply_sliders(params, 0, 0, -1).max_new_tokens == params.max_new_tokens // 4


@pytest.mark.parametrize("corner", [(s, r, n) for s in (-1, 1) for r in (-1, 1) for n in (-1, 1)])
def test_sliders_stay_in_range_from_the_edges(corner):
    low = SamplingParams(temperature=0, top_p=0, min_p=0, max_new_tokens=1)
    high = SamplingParams(
        temperature=2, top_k=200, min_p=1, dry_multiplier=5, repetition_penalty=1.5, max_new_tokens=1_000_000
    )
    assert apply_sliders(low, *corner).temperature == 0
    assert apply_sliders(high, *corner).max_new_tokens <= 1_000_000


def test_slider_outside_its_range_is_a_programming_error():
    with pytest.raises(ValueError, match="surprise"):
        apply_sliders(SamplingParams(), 1.5, 0, 0)
