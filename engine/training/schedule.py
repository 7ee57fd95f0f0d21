"""The learning rate over a run: warm-up and plateau with a linear decay, inverse root, or halving by epoch."""

from __future__ import annotations

from engine.training.recipe import OptimizerSettings, ScheduleSettings


def learning_rate_factor(
    step: int, settings: OptimizerSettings, schedule: ScheduleSettings, epoch: int = 0, spent: float = 0.0
) -> float:
    """Return the factor of the learning rate at `step` (from 0) of `epoch` (from 0).

    `spent` is the share of the run's time that is over, where its time is bounded.
    """
    warmup = min(1.0, (step + 1) / max(1, settings.warmup))
    if settings.schedule == "halving":
        return settings.factor ** max(0, epoch + 1 - settings.hold)
    if settings.schedule == "inverse-sqrt":
        return min(warmup, (max(1, settings.warmup) / (step + 1)) ** 0.5)
    return warmup * _decay(step, settings, schedule, spent)


def _decay(step: int, settings: OptimizerSettings, schedule: ScheduleSettings, spent: float) -> float:
    """Return 1 on the plateau, then a line to zero.

    The plateau does not depend on the number of steps (Hu et al. 2024, MiniCPM: WSD), so a run
    may be shortened or prolonged before its decay begins.
    """
    decay_steps = max(1, round(schedule.steps * settings.decay))
    by_steps = (schedule.steps - step) / decay_steps
    by_time = (1 - spent) / max(1e-9, settings.decay)
    return min(1.0, max(0.0, min(by_steps, by_time)))
