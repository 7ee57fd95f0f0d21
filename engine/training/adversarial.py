"""SeqGAN (Yu et al. 2017): a language model taught by a discriminator, through policy gradients."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.events import Progress, TrainingReport
from engine.models.discriminator import Discriminator
from engine.training.policy import Policy
from engine.training.rollouts import rollout_rewards

Measure = Callable[[Policy], dict[str, float]]


@dataclass(frozen=True, slots=True)
class AdversarialSettings:
    """The schedule of Yu et al. 2017, algorithm 1, in its names; the defaults are those of their program.

    `likelihood_epochs` of maximum likelihood come first, then `warmups` lessons of the discriminator,
    then `rounds` of `generator_steps` policy gradients and `lessons` lessons. A lesson draws
    `negatives` texts (0: as many as there are) and goes over them `lesson_epochs` times. The roll-out
    policy keeps `update_rate` of itself each round. Rewards count less `baseline` times their mean at each
    place; their program has none, which Adam turns into sharpening whatever the rewards are (docs/results/gan.md).
    """

    length: int = 20
    batch: int = 64
    likelihood_epochs: int = 120
    warmups: int = 50
    rounds: int = 150
    generator_steps: int = 1
    rollouts: int = 16
    update_rate: float = 0.8
    baseline: float = 1.0
    lessons: int = 5
    lesson_epochs: int = 3
    lesson_batch: int = 64
    negatives: int = 0
    likelihood_rate: float = 0.01
    policy_rate: float = 0.01
    lesson_rate: float = 1e-4
    clip: float = 5.0
    report_every: int = 10


def train_adversarially(
    policy: Policy,
    discriminator: Discriminator,
    texts: Tensor,
    settings: AdversarialSettings,
    seed: int,
    measure: Measure | None = None,
) -> Iterator[TrainingReport | Progress]:
    """Train `policy` to write like `texts` (N, T), and `discriminator` to tell the two apart.

    Yields after every epoch, lesson and round; a TrainingReport now and then has `measure`'s values
    in its parts, and "phase": 0 likelihood, 1 discriminator, 2 rounds. Its loss is nats a token in
    phase 0 and the discriminator's after. The same seed gives the same weights on one machine.
    """
    training = _Training(policy, discriminator, texts, settings, seed, measure or (lambda _: {}))
    yield from training.likelihood()
    yield from training.warm_up()
    yield from training.play()


class _Training:
    def __init__(
        self,
        policy: Policy,
        discriminator: Discriminator,
        texts: Tensor,
        settings: AdversarialSettings,
        seed: int,
        measure: Measure,
    ) -> None:
        self._policy = policy
        self._discriminator = discriminator
        self._texts = texts
        self._settings = settings
        self._measure = measure
        self._random = torch.Generator().manual_seed(seed)
        torch.manual_seed(seed)  # dropout draws from the global generator
        self._student = torch.optim.Adam(policy.model.parameters(), lr=settings.likelihood_rate)
        self._judge = torch.optim.Adam(discriminator.parameters(), lr=settings.lesson_rate)
        self._step = 0
        self._total = settings.likelihood_epochs + settings.warmups + settings.rounds
        self._started = time.monotonic()
        self._tokens = 0

    def likelihood(self) -> Iterator[TrainingReport | Progress]:
        """Train the generator by maximum likelihood."""
        settings = self._settings
        for epoch in range(1, settings.likelihood_epochs + 1):
            total, count = 0.0, 0
            for rows in torch.randperm(len(self._texts), generator=self._random).split(settings.batch):
                texts = self._texts[rows]
                tokens = int(self._policy.mask(texts).sum())
                loss = self._policy.loss(texts)
                self._update_student(loss / tokens)
                total, count = total + loss.item(), count + tokens
                self._tokens += tokens
                yield Progress(self._step, self._total, "steps", "learning from the texts")
            yield self._after_step(0, total / count, last=epoch == settings.likelihood_epochs)

    def warm_up(self) -> Iterator[TrainingReport | Progress]:
        """Train the discriminator against the generator as it stands."""
        for lesson in range(1, self._settings.warmups + 1):
            loss, accuracy = yield from self._lesson()
            last = lesson == self._settings.warmups
            yield self._after_step(1, loss, last=last, accuracy=accuracy)

    def play(self) -> Iterator[TrainingReport | Progress]:
        """Train both in turn."""
        settings = self._settings
        self._student = torch.optim.Adam(self._policy.model.parameters(), lr=settings.policy_rate)
        follower = Policy(copy.deepcopy(self._policy.model), self._policy.alphabet, self._policy.dtype)
        for number in range(1, settings.rounds + 1):
            reward = 0.0
            for _ in range(settings.generator_steps):
                reward += self._reinforce(follower) / settings.generator_steps
                yield Progress(self._step, self._total, "steps", "writing for the discriminator")
            follow(follower.model, self._policy.model, settings.update_rate)
            loss, accuracy = 0.0, 0.0
            for _ in range(settings.lessons):
                loss, accuracy = yield from self._lesson()
            last = number == settings.rounds
            yield self._after_step(2, loss, last=last, accuracy=accuracy, reward=reward)

    def _reinforce(self, follower: Policy) -> float:
        """Take one policy gradient step; return the mean reward of its texts."""
        settings = self._settings
        ids = self._policy.sample(settings.batch, settings.length, self._random)
        rewards = rollout_rewards(follower, self._score, ids, settings.rollouts, self._random)
        self._update_student(policy_loss(self._policy, ids, rewards, settings.baseline))
        self._tokens += ids.numel() * settings.rollouts * settings.length // 2
        return rewards[:, -1].mean().item()

    def _score(self, texts: Tensor) -> Tensor:
        return self._discriminator.probabilities(self._shown(texts))

    def _shown(self, texts: Tensor) -> Tensor:
        """Return texts as the discriminator reads them: its own padding after their end."""
        return texts.masked_fill(~self._policy.mask(texts), self._discriminator.settings.pad_id)

    def _lesson(self) -> Generator[Progress, None, tuple[float, float]]:
        """Go over new texts of the generator and as many of a person; return the mean loss and accuracy."""
        settings = self._settings
        count = settings.negatives or len(self._texts)
        drawn = self._policy.sample(count, settings.length, self._random)
        chosen = torch.randperm(len(self._texts), generator=self._random)[:count]
        texts = self._shown(torch.cat((self._texts[chosen], drawn)))
        human = torch.cat((torch.ones(len(chosen)), torch.zeros(count)))
        losses, right, seen = 0.0, 0, 0
        for _ in range(settings.lesson_epochs):
            for rows in torch.randperm(len(texts), generator=self._random).split(settings.lesson_batch):
                logits = self._discriminator(texts[rows])
                loss = nn.functional.binary_cross_entropy_with_logits(logits, human[rows])
                self._judge.zero_grad(set_to_none=True)
                (loss + self._discriminator.penalty()).backward()
                self._judge.step()
                losses += loss.item() * len(rows)
                right += int(((logits > 0) == (human[rows] > 0)).sum())
                seen += len(rows)
                yield Progress(self._step, self._total, "steps", "learning to tell texts apart")
        return losses / seen, right / seen

    def _after_step(self, phase: int, loss: float, *, last: bool, **parts: float) -> TrainingReport | Progress:
        """Count an epoch, lesson or round; measure now and then."""
        self._step += 1
        seconds = time.monotonic() - self._started
        left = (self._total - self._step) * seconds / self._step
        values = {"phase": float(phase), **parts}
        if last or self._step % self._settings.report_every == 0:
            values |= self._measure(self._policy)
        speed = self._tokens / max(1e-9, seconds)
        return TrainingReport(self._step, self._total, loss, speed, left, parts=values)

    def _update_student(self, loss: Tensor) -> None:
        self._student.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self._policy.model.parameters(), self._settings.clip)
        self._student.step()


def policy_loss(policy: Policy, ids: Tensor, rewards: Tensor, baseline: float = 1.0) -> Tensor:
    """Return the loss whose gradient is REINFORCE's (Williams 1992): `rewards` (B, T) of each word of `ids` (B, T).

    A reward counts less `baseline` times the mean at its place over the texts that reach it, which
    leaves the gradient's direction and takes most of its noise. Scaled to a text.
    """
    mask = policy.mask(ids).float()
    mean = (rewards * mask).sum(dim=0) / mask.sum(dim=0).clamp(min=1)
    return policy.loss(ids, rewards - baseline * mean) / len(ids)


@torch.no_grad()
def follow(follower: nn.Module, leader: nn.Module, rate: float) -> None:
    """Move every weight of `follower` to `rate` of itself and the rest of `leader`'s."""
    for behind, ahead in zip(follower.parameters(), leader.parameters(), strict=True):
        behind.lerp_(ahead, 1 - rate)
