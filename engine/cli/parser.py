"""The grammar of `penwright-cli`; every field of SamplingParams is a flag of the same name. Torch-free."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from engine.cli import answers, evaluating, inventory, options, ranking, shelf, texts, training, varying
from engine.cli.sampling_flags import add_sampling_flags
from engine.instructions import REWRITES
from engine.modes import Mode, SummaryStyle

# What a text command does not ask for.
_TEXT_DEFAULTS = {
    "prompt": None,
    "memory": None,
    "note": None,
    "lorebook": None,
    "source_language": "",
    "target_language": "en",
    "style": SummaryStyle.KEY_SENTENCES,
    "sentences": 5,
    "instruction": "",
    "voice": "",
    "turns": None,
    "draft": "",
}


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; the namespace it gives holds the command as `run`."""
    parser = argparse.ArgumentParser(
        prog="penwright-cli",
        description="Write, translate and summarise with language models on this machine.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_write(commands)
    _add_translate(commands)
    _add_summarize(commands)
    _add_rewrite(commands)
    _add_dialogue(commands)
    _add_complete(commands)
    _add_surprise(commands)
    _add_varying(commands)
    _add_rank(commands)
    models = _command(commands, "models", inventory.show_models, "list the models on this machine, or get others")
    devices = _command(commands, "devices", inventory.show_devices, "list the devices models can run on")
    for listing in (models, devices):
        listing.add_argument("--json", action="store_true", help="one JSON object per line")
    devices.add_argument("--measure", action="store_true", help="measure the best one first, for estimates of speed")
    shelf.add_arguments(models)
    _add_train(commands)
    _add_evaluate(commands)
    return parser


def _command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], None], summary: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
    )
    parser.set_defaults(run=run, parser=parser, network=False)
    return parser


def _add_write(commands: Any) -> None:
    parser = _command(commands, "write", texts.run, "continue a text")
    parser.set_defaults(mode=Mode.WRITE, **_TEXT_DEFAULTS)
    parser.add_argument("--prompt", metavar="TEXT", help="the text to continue, instead of files or standard input")
    parser.add_argument("--memory", metavar="FILE", help="facts that the model always sees first")
    parser.add_argument("--note", metavar="FILE", help="the author's note, seen close to the end of the text")
    parser.add_argument("--lorebook", metavar="FILE", help='JSON: [{"keys": ["Ada"], "text": "..."}, ...]')
    texts.add_draft(parser)
    _add_text_options(parser)


def _add_translate(commands: Any) -> None:
    parser = _command(commands, "translate", texts.run, "translate a text, line by line")
    parser.set_defaults(mode=Mode.TRANSLATE, **_TEXT_DEFAULTS)
    parser.add_argument("--from", dest="source_language", metavar="CODE", help="detected by default")
    parser.add_argument("--to", dest="target_language", metavar="CODE", help="default: en")
    _add_text_options(parser)


def _add_summarize(commands: Any) -> None:
    parser = _command(commands, "summarize", texts.run, "summarise a text")
    parser.set_defaults(mode=Mode.SUMMARISE, **_TEXT_DEFAULTS)
    parser.add_argument("--style", type=SummaryStyle, choices=list(SummaryStyle))
    parser.add_argument("--sentences", type=int, metavar="N", help="number of key sentences (default: 5)")
    _add_text_options(parser)


def _add_rewrite(commands: Any) -> None:
    parser = _command(commands, "rewrite", texts.run, "rewrite a text as an instruction says")
    parser.set_defaults(mode=Mode.REWRITE, **_TEXT_DEFAULTS)
    parser.add_argument(
        "--instruction", required=True, metavar="WORDS", help=f"{', '.join(REWRITES)}, or what to do in your own words"
    )
    texts.add_draft(parser)
    _add_text_options(parser)


def _add_dialogue(commands: Any) -> None:
    parser = _command(commands, "dialogue", texts.run, "ask about a text, or talk to one of its characters")
    parser.set_defaults(mode=Mode.DIALOGUE, **_TEXT_DEFAULTS)
    parser.add_argument("--question", dest="instruction", required=True, metavar="WORDS", help="what to ask")
    parser.add_argument("--voice", metavar="NAME", help="a character who answers (default: a reader)")
    parser.add_argument(
        "--turn",
        dest="turns",
        action="append",
        metavar="WORDS",
        help="what was said before, yours first; may be given again",
    )
    texts.add_draft(parser)
    _add_text_options(parser)


def _add_complete(commands: Any) -> None:
    parser = _command(commands, "complete", answers.complete, "a few words that may come next at the end of a text")
    parser.add_argument("--prompt", metavar="TEXT", help="the text to complete, instead of files or standard input")
    parser.add_argument("--variants", type=int, default=5, metavar="N", help="1 to 5 candidates (default: 5)")
    parser.add_argument("--max-new-tokens", type=int, default=8, metavar="N", help="of a candidate (default: 8)")
    parser.add_argument("--no-learn", dest="learn", action="store_false", help="do not follow the words of the text")
    options.add_files(parser)
    options.add_model(parser)


def _add_surprise(commands: Any) -> None:
    parser = _command(commands, "surprise", answers.surprise, "how startling each word of a text is, in bits")
    parser.set_defaults(prompt=None)
    parser.add_argument("--from", dest="source_language", default="", metavar="CODE", help="detected by default")
    options.add_files(parser)
    options.add_model(parser)


def _add_varying(commands: Any) -> None:
    vary = _command(commands, "vary", varying.run, "find new wordings around a sentence")
    blend = _command(commands, "blend", varying.run, "find steps between two sentences")
    vary.set_defaults(mode=Mode.VARY, other="")
    blend.set_defaults(mode=Mode.BLEND)
    for parser in (vary, blend):
        parser.add_argument("sentence", metavar="SENTENCE")
    blend.add_argument("other", metavar="OTHER")
    for parser in (vary, blend):
        parser.add_argument("--variants", type=int, default=5, metavar="N", help="1 to 5 sentences (default: 5)")
        parser.add_argument("--seed", type=int, default=-1, metavar="N", help="fixes the draw; -1 draws one")
        parser.add_argument("--beams", type=int, default=1, metavar="N", help="hypotheses of beam search (default: 1)")
        options.add_model(parser)


def _add_rank(commands: Any) -> None:
    parser = _command(commands, "rank", ranking.run, "order variants of a text, the most natural first")
    parser.add_argument("files", nargs="+", metavar="FILE", help='a variant each, or "-" for one per line of input')
    parser.add_argument("--prompt", default="", metavar="TEXT", help="the text that the variants continue")
    options.add_model(parser)


def _add_train(commands: Any) -> None:
    parser = _command(commands, "train", training.run, "train a model by a recipe, or on your own texts")
    training.add_arguments(parser)
    back = _command(
        commands, "back-translate", training.back_translate, "make pairs to train a translator on, of books"
    )
    training.add_back_arguments(back)


def _add_evaluate(commands: Any) -> None:
    evaluate = commands.add_parser("evaluate", help="measure models and texts", allow_abbrev=False)
    measures = evaluate.add_subparsers(metavar="MEASURE", required=True)
    perplexity = _command(measures, "perplexity", evaluating.perplexity, "perplexity and bits per byte of a file")
    perplexity.add_argument("file", metavar="FILE")
    perplexity.add_argument("--model", required=True, help="id or folder")
    perplexity.add_argument("--stride", type=options.count, help="tokens scored per window (default: half of it)")
    weights = _command(measures, "weights", evaluating.weights, "what 8 and 4 bits cost a model, by a file")
    weights.add_argument("file", metavar="FILE")
    weights.add_argument("--model", required=True, help="id or folder")
    weights.add_argument(
        "--characters", type=options.count, default=40_000, metavar="N", help="read only the first N (default: 40000)"
    )
    weights.add_argument("--keep", action="store_true", help="write it into the card of a model of your own")
    weights.add_argument("--device", default="cpu", help='"cpu" (default), "cuda", "mps"')
    bleu = _command(measures, "bleu", evaluating.bleu, "BLEU and chrF of a translation")
    bleu.add_argument("--tokenize", default="13a", help='sacrebleu\'s tokenizer; "zh" for Chinese (default: 13a)')
    rouge = _command(measures, "rouge", evaluating.rouge, "ROUGE-1, -2 and -L of summaries, one per line")
    for pair in (bleu, rouge):
        pair.add_argument("hypotheses", metavar="HYP")
        pair.add_argument("references", metavar="REF")
    scorecard = _command(measures, "scorecard", answers.scorecard, "all scores of a text, with one for every line")
    scorecard.add_argument("file", metavar="HYP")
    scorecard.add_argument("reference", nargs="?", metavar="REF", help="without one a model scores the text")
    scorecard.add_argument("--model", default="", help="id or folder (default: the mode's own)")
    starter = _command(measures, "starter", evaluating.starter, "score the embedded models")
    starter.add_argument("--data", default="data/eval", metavar="DIR", help="test sets (default: data/eval)")
    starter.add_argument(
        "--table", action="append", choices=evaluating.TABLES, help="only this one; may be given again (default: all)"
    )
    starter.add_argument("--limit", type=options.count, metavar="N", help="use only the first N lines of each set")
    for measure in (perplexity, weights, bleu, rouge, scorecard, starter):
        measure.add_argument("--json", action="store_true", help="the result as one JSON line")
    for measure in (perplexity, starter):
        options.add_device(measure)
    options.add_placement(scorecard)
    for measure in (perplexity, weights, scorecard, starter):
        options.add_progress(measure)


def _add_text_options(parser: argparse.ArgumentParser) -> None:
    options.add_files(parser)
    parser.add_argument("--model", default="", help="id or folder (default: the mode's own)")
    parser.add_argument("--server", default="", metavar="URL", help="ask --model there; the text leaves this machine")
    parser.add_argument("--no-chat", dest="chat", action="store_false", help="the server's model continues texts")
    parser.add_argument("--preset", metavar="NAME", help="settings by name; flags override them")
    parser.add_argument("--raw", action="store_true", help="give the model the text as it is, print just its answer")
    parser.add_argument("--variants", type=int, default=1, metavar="N", help="1 to 5 answers (default: 1)")
    options.add_placement(parser)
    options.add_output(parser)
    add_sampling_flags(parser.add_argument_group("sampling and search settings"))
