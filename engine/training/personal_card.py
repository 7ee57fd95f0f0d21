"""What is said of a model trained on a writer's texts: the sentence at the end, and its card."""

from __future__ import annotations

from dataclasses import replace

from engine.card import ModelCard
from engine.languages import language_name
from engine.purposes import Purpose
from engine.training.canary import Exposure
from engine.training.personal_plan import Plan
from engine.training.personal_scores import MOST_CHARACTERS, MOST_ROWS, Score

_WHAT = {
    Purpose.CONTINUE: ("texts", "continues in the voice of the texts it was trained on; it keeps a tone, not a plot"),
    Purpose.TRANSLATE: ("pairs", "translates sentences like those it was trained on; check names and numbers"),
    Purpose.TITLES: ("texts with titles", "finds titles for texts like those it was trained on; check every claim"),
    Purpose.VARY: ("sentences", "varies sentences like those it was trained on, loosely: the sense may change"),
}


def verdict(score: Score, worse_than: str) -> str:
    """Return the sentence for the writer; `worse_than` names the model that stays in the place of this one, or "".

    "the one you had" and the name of a start are such names.
    """
    parts = [f"{name} has {value:.2f}" for name, value in score.baselines.items()]
    better = "less" if score.lower_is_better else "more"
    said = f"On the part held out it has {score.value:.2f} {score.measure} ({better} is better); {', '.join(parts)}."
    beaten = [name for name, value in score.baselines.items() if score.beats(value)]
    if worse_than:
        return f"{said} It is worse than {worse_than}, which is kept in its place."
    if len(beaten) == len(score.baselines):
        return f"{said} It is better than {'all of these' if len(beaten) > 1 else 'that'} and ready to use."
    lost = " and ".join(name for name in score.baselines if name not in beaten)
    return f"{said} It is ready to use, but not better than {lost}: more text would help."


def canary_sentence(exposure: Exposure) -> str:
    """Return what the canary test came to."""
    measured = f"exposure {exposure.bits:.1f} of at most {exposure.most:.1f} bits"
    if exposure.memorised:
        return f"Test numbers put among the texts can be read out of the model ({measured}): do not share it."
    return f"Test numbers put among the texts cannot be read out of the model ({measured})."


def final_card(plan: Plan, score: Score, exposure: Exposure | None) -> ModelCard:
    """Return the card of the trained model: what it was trained on by counts, its score, its limits."""
    material, request = plan.material, plan.request
    noun, strength = _WHAT[request.purpose]
    counted = f"{len(material.rows):,} {noun} of {material.files:,} files, {material.words:,} words"
    languages = ", ".join(
        f"{language_name(code)} ({count:,})" for code, count in material.languages.most_common() if code
    )
    notes = [
        f"Trained on this machine on the writer's own files: {counted}.",
        f"Languages: {languages or 'not recognised'}.",
        f"{material.duplicates:,} duplicates were left out first.",
    ]
    if request.mask:
        notes.append(f"{material.masked:,} names, addresses and numbers were hidden before training.")
    if plan.start is not None:
        how = "adapters, merged into its weights" if request.lora else "all its weights"
        notes.append(f"It began with the model {plan.start_title} ({how}), whose licence holds for it too.")
    rows = [(plan.request.name, score.value), *score.baselines.items()]
    table = "\n".join(f"| {name} | {value:.3f} |" for name, value in rows)
    details = "".join(f"- {name}: {value:.2f}\n" for name, value in score.details.items())
    held = plan.split.held_out
    scored = f"{len(held):,} {'passage' if len(held) == 1 else noun}"
    if len(held) > MOST_ROWS or sum(len(text) for _, text in held) > MOST_CHARACTERS:
        scored += f", of which at most {MOST_ROWS} and {MOST_CHARACTERS:,} characters are scored"
    body = (
        "## Data\n\n" + "\n".join(f"- {note}" for note in notes) + "\n\n## Scores\n\n"
        f"On the tenth held out of training ({scored}).\n\n"
        f"| model | {score.measure} |\n|---|---|\n{table}\n\n{details}"
    )
    if exposure is not None:
        body += f"- {canary_sentence(exposure)}\n"
    body += (
        f"\n## Limits\n\nIt {strength}. It may repeat what it was trained on: share it as you would share the texts.\n"
    )
    told = f"{score.value:.2f} {score.measure} on what was held out"
    return replace(plan.recipe.card, strength=f"your own: {strength}", score=told, body=body)
