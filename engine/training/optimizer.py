"""The optimiser: Muon, AdamW, Adam or plain gradient descent on float32 masters of the model's weights."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from engine.training.muon import Muon
from engine.training.recipe import OptimizerSettings

_BETAS = (0.9, 0.98)


def is_matrix_of(model: nn.Module) -> Callable[[Tensor], bool]:
    """Return what tells whether a weight of `model` is a matrix that Muon takes."""
    embeddings = {id(module.weight) for module in model.modules() if isinstance(module, nn.Embedding)}
    return lambda weight: weight.ndim == 2 and id(weight) not in embeddings


class Optimizer:
    """Hold float32 masters of a model's weights, their moments, and averages of the masters.

    A bfloat16 weight cannot take small updates; its master can, and is copied back after each
    step. Muon takes two-dimensional weights that are not embeddings, with AdamW's step size, so that one
    learning rate serves both.
    """

    def __init__(self, model: nn.Module, settings: OptimizerSettings) -> None:
        self._settings = settings
        named = [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]
        self._weights = [weight for _, weight in named]
        self.names = [name for name, _ in named]
        self.masters = [weight.detach().to(torch.float32, copy=True) for weight in self._weights]
        self.average = [master.clone() for master in self.masters] if settings.ema else []
        self._kept: list[list[Tensor]] = []  # masters at the last evaluations, the latest at the end
        self.parts = self._parts(model)

    def _parts(self, model: nn.Module) -> list[torch.optim.Optimizer]:
        rate = self._settings.learning_rate
        match self._settings.kind:
            case "sgd":
                return [torch.optim.SGD(self.masters, lr=rate)]
            case "adam":
                return [torch.optim.Adam(self.masters, lr=rate, betas=_BETAS)]
            case "adamw":
                return [self._adamw(self.masters)]
        matrices = list(map(is_matrix_of(model), self._weights))
        chosen = [master for master, matrix in zip(self.masters, matrices, strict=True) if matrix]
        others = [master for master, matrix in zip(self.masters, matrices, strict=True) if not matrix]
        muon = [Muon(chosen, rate, self._settings.weight_decay)] if chosen else []
        return muon + ([self._adamw(others)] if others else [])

    def _adamw(self, others: list[Tensor]) -> torch.optim.Optimizer:
        groups = [
            {"params": [other for other in others if other.ndim > 1], "weight_decay": self._settings.weight_decay},
            {"params": [other for other in others if other.ndim <= 1], "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(
            [group for group in groups if group["params"]], lr=self._settings.learning_rate, betas=_BETAS
        )

    @torch.no_grad()
    def step(self, number: int, factor: float, scale: float) -> Tensor:
        """Take step `number` (from 0) with the gradients times `scale`, the learning rate times `factor`.

        Returns the gradients' norm before clipping.
        """
        for master, weight in zip(self.masters, self._weights, strict=True):
            master.grad = None if weight.grad is None else weight.grad.to(torch.float32, copy=True).mul_(scale)
            weight.grad = None
        norm = torch.nn.utils.clip_grad_norm_(self.masters, self._settings.clip)
        for part in self.parts:
            for group in part.param_groups:
                group["lr"] = self._settings.learning_rate * factor
            part.step()
        self._publish(self.masters)
        if self.average:
            # A short memory at first, or the average would drag the random start along.
            memory = min(self._settings.ema, (1 + number) / (10 + number))
            for average, master in zip(self.average, self.masters, strict=True):
                average.lerp_(master, 1 - memory)
        return norm

    @torch.no_grad()
    def _publish(self, values: list[Tensor]) -> None:
        for weight, value in zip(self._weights, values, strict=True):
            weight.copy_(value)

    def keep_masters(self) -> None:
        """Take the weights as they are into the mean of the last ones, where that is on; the same ones only once."""
        known = bool(self._kept) and all(map(torch.equal, self._kept[-1], self.masters))
        if self._settings.average and not known:
            self._kept.append([master.detach().clone() for master in self.masters])
            del self._kept[: -self._settings.average]

    def use_average(self) -> None:
        """Put the averaged weights, if any, into the model (for measuring and saving)."""
        if self._kept:
            self._publish([torch.stack(values).mean(0) for values in zip(*self._kept, strict=True)])
        else:
            self._publish(self.average or self.masters)

    def use_masters(self) -> None:
        """Put the current weights back into the model."""
        self._publish(self.masters)

    def state(self) -> dict[str, Tensor]:
        """Return everything a resumed run needs, as named tensors."""
        tensors = {f"master.{name}": value for name, value in zip(self.names, self.masters, strict=True)}
        tensors |= {f"average.{index}": value for index, value in enumerate(self.average)}
        for age, values in enumerate(self._kept):
            tensors |= {f"kept{age}.{index}": value for index, value in enumerate(values)}
        for number, part in enumerate(self.parts):
            for index, values in part.state_dict()["state"].items():
                tensors |= {f"part{number}.{index}.{key}": value for key, value in values.items() if value is not None}
        return tensors

    @torch.no_grad()
    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Take up what `state` returned. Raises KeyError or ValueError where it does not fit."""
        for name, master in zip(self.names, self.masters, strict=True):
            master.copy_(tensors[f"master.{name}"])
        for index, value in enumerate(self.average):
            value.copy_(tensors[f"average.{index}"])
        ages = range(sum(name.endswith(".0") and name.startswith("kept") for name in tensors))
        self._kept = [[tensors[f"kept{age}.{index}"] for index in range(len(self.masters))] for age in ages]
        for number, part in enumerate(self.parts):
            described = part.state_dict()
            described["state"] = _nested(tensors, f"part{number}.")
            part.load_state_dict(described)
        self.use_masters()


def _nested(tensors: dict[str, Tensor], prefix: str) -> dict[int, dict[str, Tensor]]:
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith(prefix):
            index, key = name.removeprefix(prefix).split(".", 1)
            state.setdefault(int(index), {})[key] = value
    return state
