"""The sentence VAE (Bowman et al. 2016): a GRU that reads a sentence into a point, and one that writes it from there.

Shapes: B rows, T tokens, V vocabulary, E embedding, H hidden width, Z latent units.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from engine.checkpoint import END_ID, PAD_ID, load_tensors
from engine.device import Device
from engine.errors import ModelError
from engine.models.base import DecoderState

MODEL_TYPE = "penwright-vae"


@dataclass(frozen=True, slots=True)
class VAEShape:
    """The numbers that a VAE's weights depend on; `context` is the most tokens of a sentence."""

    vocab_size: int
    embedding: int
    hidden: int
    latent: int
    context: int


class SentenceVAE(nn.Module):
    """Encoder, Gaussian latent and decoder; words have one embedding for reading, writing and prediction.

    The latent enters the decoder as its first state, at every step, and beside its output: the
    more ways it has, the less it is ignored (Dieng et al. 2019, section 3).
    """

    def __init__(self, shape: VAEShape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.dropout = nn.Dropout(dropout)
        self.embedding = nn.Embedding(shape.vocab_size, shape.embedding)
        self.encoder = nn.GRU(shape.embedding, shape.hidden, batch_first=True)
        self.to_latent = nn.Linear(shape.hidden, 2 * shape.latent)
        self.to_state = nn.Linear(shape.latent, shape.hidden)
        self.decoder = nn.GRU(shape.embedding + shape.latent, shape.hidden, batch_first=True)
        self.to_word = nn.Linear(shape.hidden + shape.latent, shape.embedding)
        nn.init.normal_(self.embedding.weight, std=shape.embedding**-0.5)

    def encode(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log variance (B, Z), float32, of the posterior of `ids` (B, T).

        `mask` (B, T) bool is False on right padding.
        """
        outputs, _ = self.encoder(self.dropout(self.embedding(ids)))
        last = (mask.sum(dim=1) - 1).clamp_(min=0)
        summary = outputs[torch.arange(len(ids), device=ids.device), last]
        mean, log_variance = self.to_latent(self.dropout(summary)).float().chunk(2, dim=1)
        return mean, log_variance

    def decode(self, ids: Tensor, latent: Tensor) -> Tensor:
        """Return what is compared with the words that follow `ids` (B, T), as (B, T, E), from `latent` (B, Z)."""
        outputs, _ = self.read(ids, latent, self.first_state(latent))
        return outputs

    def first_state(self, latent: Tensor) -> Tensor:
        """Return the decoder's state (B, H) before the first word."""
        return torch.tanh(self.to_state(latent.to(self.to_state.weight.dtype)))

    def read(self, ids: Tensor, latent: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Read `ids` (B, T) from `state` (B, H) on; return outputs (B, T, E) and the new state."""
        beside = latent.to(state.dtype)[:, None].expand(-1, ids.shape[1], -1)
        inputs = torch.cat((self.dropout(self.embedding(ids)), beside), dim=2)
        hidden, last = self.decoder(inputs, state[None].contiguous())
        words = self.to_word(torch.cat((self.dropout(hidden), beside), dim=2))
        return words, last[0]


def gaussian_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return KL(N(mean, variance) || N(0, 1)) per unit in nats, of any shape (Kingma and Welling 2014, appendix B)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)


def reparametrised(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """Return the sample of N(mean, variance) that standard normal `noise` stands for."""
    return mean + noise * (0.5 * log_variance).exp()


@dataclass(slots=True)
class VAEState:
    """The points (B, Z) that the rows are written from, and the decoder's state (B, H) after every position."""

    latent: Tensor
    hidden: list[Tensor]

    @property
    def length(self) -> int:
        """Number of positions held, padding included."""
        return len(self.hidden) - 1

    @torch.inference_mode()
    def select(self, rows: Tensor) -> None:
        """Keep `rows` (N,) in that order."""
        self.latent = self.latent[rows]
        self.hidden = [state[rows] for state in self.hidden]

    def rewind(self, count: int) -> None:
        """Forget the last `count` positions of every row."""
        del self.hidden[len(self.hidden) - count :]


class VAEDecoder:
    """Write sentences from points of the latent space, behind the one search."""

    def __init__(self, module: SentenceVAE) -> None:
        self._module = module
        weight = module.embedding.weight
        self.vocab_size = module.shape.vocab_size
        self.context_length = module.shape.context
        self.latent_size = module.shape.latent
        self.device = weight.device
        self.start_ids: tuple[int, ...] = (PAD_ID,)
        self.end_ids = frozenset({END_ID})
        self.pad_id = PAD_ID

    def new_state(self, rows: int) -> DecoderState:
        """Return the state of `rows` sentences drawn from the prior, the same ones each time."""
        return self.state_of(self.prior(rows, seed=0))

    @torch.inference_mode()
    def state_of(self, latent: Tensor) -> VAEState:
        """Return the state of a sentence for each point of `latent` (B, Z)."""
        return VAEState(latent, [self._module.first_state(latent)])

    def prior(self, rows: int, seed: int) -> Tensor:
        """Return `rows` points (B, Z) drawn from the prior; the seed decides which."""
        generator = torch.Generator().manual_seed(seed)
        return torch.randn(rows, self.latent_size, generator=generator).to(self.device)

    @torch.inference_mode()
    def encode_text(self, ids: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return mean and log variance (B, Z) of sentences `ids` (B, T), end ids included, padded on the right."""
        return self._module.encode(ids, torch.ones_like(ids, dtype=torch.bool) if mask is None else mask)

    @torch.inference_mode()
    def nll(self, ids: Tensor, latent: Tensor) -> Tensor:
        """Return the nats (B, T) that each of `ids` (B, T) costs when written from `latent` (B, Z)."""
        inputs = nn.functional.pad(ids[:, :-1], (1, 0), value=PAD_ID)
        logits = self._logits(self._module.decode(inputs, latent))
        return -logits.log_softmax(dim=-1).gather(-1, ids[..., None]).squeeze(-1)

    @torch.inference_mode()
    def prefill(self, ids: Tensor, state: DecoderState, mask: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V) after the last. `mask` (B, T) is False on left padding."""
        assert isinstance(state, VAEState)
        words = state.latent.new_empty(0)
        for place in range(ids.shape[1]):
            words, new = self._module.read(ids[:, place : place + 1], state.latent, state.hidden[-1])
            if mask is not None:
                new = torch.where(mask[:, place, None], new, state.hidden[-1])
            state.hidden.append(new)
        return self._logits(words[:, -1]), state

    def step(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read one id per row, (B,); return logits (B, V)."""
        return self.prefill(ids[:, None], state)

    def _logits(self, words: Tensor) -> Tensor:
        logits = (words @ self._module.embedding.weight.t()).float()
        logits[..., PAD_ID] = -torch.inf  # it begins a sentence and is never part of one
        return logits


def config_of(shape: VAEShape) -> dict[str, object]:
    """Return the `config.json` of a model of this shape."""
    return {"model_type": MODEL_TYPE, **asdict(shape)}


def load(folder: Path, device: Device) -> VAEDecoder:
    """Return the VAE in `folder` on `device`. Raises ModelError where it is incomplete or damaged."""
    return VAEDecoder(load_module(folder, device).eval())


def load_module(folder: Path, device: Device) -> SentenceVAE:
    """Return the network in `folder` on `device`. Raises ModelError where it is incomplete or damaged."""
    config, tensors = load_tensors(folder, device.torch_device)
    try:
        shape = VAEShape(**{name: int(config[name]) for name in VAEShape.__dataclass_fields__})
        module = SentenceVAE(shape).to(device.torch_device)
        module.load_state_dict(tensors)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"The model in {folder} is incomplete or damaged: restore it or train it again.") from error
    return module.to(device.dtype)
