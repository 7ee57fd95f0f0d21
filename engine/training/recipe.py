"""Recipes: everything that a training run depends on, validated."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.card import ModelCard
from engine.checkpoint import END
from engine.errors import SettingsError
from engine.training.augmentation import AugmentationSettings

FAMILIES = ("llama", "qwen3", "marian", "recurrent", "recurrent-seq2seq", "vae", "finetune")
_KINDS = ("pairs", "documents", "prose", "gaps", "sentences")
TOKENIZERS = ("metaspace", "byte-level", "wordpiece", "words", "whitespace", "characters")


@dataclass(frozen=True, slots=True)
class Source:
    """One file of training text below the data folder.

    `kind` is "pairs" (source<TAB>target lines), "documents" (blank-line separated texts), "prose" (documents whose
    verse is left out), "gaps" (passages of English documents, and a sentence taken out of each) or "sentences"
    (one in a line up to the first tab; each counts once, in whichever source it is first).
    An epoch holds each line `weight` times (a fraction draws that share anew each epoch).
    Pairs in `tags` order: the input begins with the tag of its target; two tags train both
    directions, one tag only source to target. Where the two `languages` of its columns are named, pairs that do
    not look like translations between them are left out.
    """

    path: str
    kind: str = "pairs"
    weight: float = 1.0
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenizerSettings:
    """`kind` is "byte-level" or "metaspace" (both BPE), "wordpiece", "words" or "characters".

    "whitespace" is for text whose words stand between spaces. `sample` is the characters learnt
    from. Words and characters seen less than `min_count` times are unknown, as are those beyond
    `vocab_size`. `end` is the token that ends a text, for a vocabulary of others.
    """

    kind: str = "metaspace"
    vocab_size: int = 8000
    min_count: int = 1
    sample: int = 30_000_000
    end: str = END


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Shape of the model; a family reads the fields that it has.

    `family` is "llama" or "qwen3" (causal) or "marian" (encoder-decoder), all Transformers; "recurrent" or
    "recurrent-seq2seq" with `cell` "lstm" or "gru"; or "vae". `attention` is "none", "additive" or
    "multiplicative". `init` draws all weights from [-init, init]; 0 is the family's own way.
    A VAE has `latent` units, drops `word_dropout` of the decoder's inputs, and weights its KL term
    by a ramp over `kl_steps` steps, of which `free_bits` nats per unit cost nothing. "finetune" is any
    causal model of transformers to start from, with adapters of rank `adapters` (0 trains all of it).
    """

    family: str
    hidden: int = 256
    feed_forward: int = 1024
    layers: int = 4
    decoder_layers: int = 2
    heads: int = 4
    context: int = 512
    dropout: float = 0.0
    cell: str = "lstm"
    embedding: int = 0  # 0 is `hidden`
    tied: bool = False
    init: float = 0.0
    attention: str = "additive"
    input_feeding: bool = True
    copy: bool = False
    latent: int = 32
    word_dropout: float = 0.0
    kl_steps: int = 0
    free_bits: float = 0.0
    adapters: int = 0

    @property
    def seq2seq(self) -> bool:
        """True where one text is turned into another."""
        return self.family in ("marian", "recurrent-seq2seq")


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """`tokens` counts padded target positions a step (source ones where they are more).

    With `streams`, plain text is cut into that many streams instead, read side by side `bptt` tokens
    a step, and a recurrent model carries its state along. Their documents are shuffled anew for
    each epoch unless `shuffle` is off.
    """

    tokens: int = 6000
    longest_source: int = 128
    longest_target: int = 128
    streams: int = 0
    bptt: int = 35
    shuffle: bool = True


@dataclass(frozen=True, slots=True)
class OptimizerSettings:
    """How weights follow gradients, which are those of the mean loss per token.

    `kind` is "muon" (for matrices, with AdamW for the rest), "adamw", "adam" or "sgd". `schedule` is
    "wsd" (warm-up, plateau, linear decay to zero, in which the share `decay` of all steps is spent),
    "inverse-sqrt" (warm-up to the peak, then falling with the root of the step: Vaswani et al. 2017) or
    "halving" (times `factor` at each epoch after `hold` of them: Zaremba et al. 2014).
    Measured and saved are the weights' moving average with memory `ema`, or the mean of the weights
    at the last `average` evaluations; 0 is off.
    """

    learning_rate: float = 2e-3
    weight_decay: float = 0.1
    kind: str = "muon"
    schedule: str = "wsd"
    warmup: int = 300
    decay: float = 0.4
    factor: float = 0.5
    hold: int = 4
    clip: float = 1.0
    label_smoothing: float = 0.0
    ema: float = 0.0
    average: int = 0


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """When things happen, in steps; `validation` is the examples held out of every source.

    `epochs`, where given, takes the place of `steps`. Training also ends after `minutes` (0: never),
    which the decay is fitted to, and after `patience` evaluations without a lower validation loss
    (0: never); with patience, the model of the lowest loss is kept. `evaluate_every` 0 is at the end
    of each epoch. An evaluation reads the first `validation_batches`, 0 reads all.
    """

    steps: int = 1000
    epochs: int = 0
    minutes: float = 0.0
    patience: int = 0
    evaluate_every: int = 250
    checkpoint_every: int = 100
    validation: int = 100
    validation_batches: int = 64


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole training run; the same recipe, data and seed give the same model on one machine.

    `start` is the id or folder of a trained model of the same shape: the run begins with its
    tokenizer and weights instead of new ones. What is in the tables of the folders `exclude` (below the
    data folder), or nearly the same, is not learnt.
    """

    name: str
    sources: tuple[Source, ...]
    model: ModelSettings
    card: ModelCard
    tokenizer: TokenizerSettings = field(default_factory=TokenizerSettings)
    batch: BatchSettings = field(default_factory=BatchSettings)
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    augmentation: AugmentationSettings = field(default_factory=AugmentationSettings)
    precision: str = "auto"
    seed: int = 1
    start: str = ""
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _among("model.family", self.model.family, FAMILIES)
        _among("model.cell", self.model.cell, ("lstm", "gru"))
        _among("model.attention", self.model.attention, ("none", "additive", "multiplicative"))
        _among("tokenizer.kind", self.tokenizer.kind, TOKENIZERS)
        _among("optimizer.kind", self.optimizer.kind, ("muon", "adamw", "adam", "sgd"))
        _among("optimizer.schedule", self.optimizer.schedule, ("wsd", "inverse-sqrt", "halving"))
        _among("precision", self.precision, ("auto", "float32", "bfloat16"))
        for source in self.sources:
            _among("sources.kind", source.kind, _KINDS)
            if source.languages and (source.kind != "pairs" or len(source.languages) != 2):
                raise SettingsError("sources.languages must name the languages of the two columns of a table of pairs.")
        if not self.sources:
            raise SettingsError("The recipe names no sources: add at least one [[sources]] with a path.")


def _among(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SettingsError(f'{name} must be one of {", ".join(allowed)}, not "{value}".')
