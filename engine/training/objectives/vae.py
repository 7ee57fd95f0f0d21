"""The sentence VAE in training: the evidence lower bound, with its KL term let in slowly and partly for free."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from engine.card import ModelCard
from engine.checkpoint import PAD_ID, load_tensors, save_tensors
from engine.errors import ModelError
from engine.models.base import Decoder
from engine.models.vae import SentenceVAE, VAEDecoder, VAEShape, config_of, gaussian_kl, reparametrised
from engine.training.batches import Batch
from engine.training.loss import fused_cross_entropy
from engine.training.objective import BatchLoss
from engine.training.recipe import ModelSettings

_UNKNOWN_ID = 2  # of every tokenizer trained here
ACTIVE = 0.01  # variance of a unit's posterior mean over sentences that makes it active (Burda et al. 2016)


class ActiveUnits:
    """Count the latent units whose posterior mean varies with the sentence (Burda et al. 2016, section 5.1.2)."""

    def __init__(self) -> None:
        self._rows = 0
        self._sum = self._squares = torch.zeros(0)

    def add(self, mean: Tensor) -> float:
        """Note the means (B, Z) of more sentences.

        Returns what is to be added up over batches to give, divided by all sentences, the number
        of active units: a mean over sentences is all that reports know.
        """
        before = self._rows * self.count
        mean = mean.double().cpu()
        self._sum = mean.sum(0) + (self._sum if self._rows else 0)
        self._squares = mean.square().sum(0) + (self._squares if self._rows else 0)
        self._rows += len(mean)
        return float(self._rows * self.count - before)

    @property
    def count(self) -> int:
        """Active units over all the sentences noted."""
        if not self._rows:
            return 0
        variance = self._squares / self._rows - (self._sum / self._rows).square()
        return int((variance > ACTIVE).sum())


class VAEObjective:
    """The negative evidence lower bound per sentence (Kingma and Welling 2014; for sentences Bowman et al. 2016).

    In training the KL term's weight rises over `kl_steps` steps, each unit has `free_bits` nats a
    sentence for free (Kingma et al. 2016, appendix C.8), and words that the decoder reads are unknown
    to it with probability `word_dropout`. In evaluation nothing of that holds, and the noise is fixed.
    """

    def __init__(self, settings: ModelSettings, vocab_size: int) -> None:
        self._settings = settings
        embedding = settings.embedding or settings.hidden
        shape = VAEShape(vocab_size, embedding, settings.hidden, settings.latent, settings.context)
        self._network = SentenceVAE(shape, settings.dropout)
        self.module: nn.Module = self._network
        self._active = ActiveUnits()

    def loss(self, batch: Batch, step: int, smoothing: float = 0.0) -> BatchLoss:
        """Return the sums over `batch`, whose targets are the sentences.

        `nll` of the result is the bound itself; the parts are "nll" of the words and "kl", and in
        evaluation "active_units".
        """
        mean, log_variance = self._network.encode(batch.targets, batch.target_mask)
        kl = gaussian_kl(mean, log_variance)
        latent = reparametrised(mean, log_variance, self._noise(mean))
        smoothed, nll, tokens = self._reconstruction(batch, latent, smoothing)
        parts = {"nll": float(nll), "kl": float(kl.detach().sum())}
        if self.module.training:
            self._active = ActiveUnits()
        else:
            parts["active_units"] = self._active.add(mean)
        return BatchLoss(smoothed + self._penalty(kl, step), nll + kl.sum().detach(), tokens, parts)

    def _noise(self, like: Tensor) -> Tensor:
        if self.module.training:
            return torch.randn_like(like)
        return torch.randn(like.shape, generator=torch.Generator().manual_seed(0)).to(like.device)

    def _reconstruction(self, batch: Batch, latent: Tensor, smoothing: float) -> tuple[Tensor, Tensor, int]:
        inputs = self._with_words_dropped(batch.inputs) if self.module.training else batch.inputs
        words = self._network.decode(inputs, latent)
        targets = batch.targets[batch.target_mask]
        weight = self._network.embedding.weight
        smoothed, nll = fused_cross_entropy(words[batch.target_mask], weight, targets, smoothing)
        return smoothed, nll, targets.numel()

    def _with_words_dropped(self, inputs: Tensor) -> Tensor:
        if not self._settings.word_dropout:
            return inputs
        dropped = torch.rand(inputs.shape, device=inputs.device) < self._settings.word_dropout
        return torch.where(dropped & (inputs != PAD_ID), _UNKNOWN_ID, inputs)

    def _penalty(self, kl: Tensor, step: int) -> Tensor:
        """Return what the KL per unit, (B, Z), costs at `step`."""
        if not self.module.training:
            return kl.sum()
        weight = min(1.0, (step + 1) / max(1, self._settings.kl_steps))
        return weight * len(kl) * kl.mean(0).clamp(min=self._settings.free_bits).sum()

    def begin_epoch(self) -> None:
        """Count active units anew."""
        self._active = ActiveUnits()

    def decoder(self) -> Decoder:
        """Return the module behind the one search."""
        return VAEDecoder(self._network)

    def load(self, folder: Path) -> None:
        """Take the weights of the model in `folder`. Raises ModelError where it is of another shape."""
        config, tensors = load_tensors(folder, self._network.embedding.weight.device)
        try:
            self.module.load_state_dict(tensors)
        except RuntimeError as error:
            kind = config.get("model_type")
            raise ModelError(
                f"The model in {folder} ({kind}) does not have the recipe's shape: choose another to start from."
            ) from error

    def save(self, folder: Path, tokenizer: Tokenizer, card: ModelCard) -> None:
        """Write the model, its weights in bfloat16, as a directory of the one checkpoint format."""
        tensors = {name: value.to(torch.bfloat16) for name, value in self.module.state_dict().items()}
        save_tensors(folder, config_of(self._network.shape), tensors, tokenizer, card)
