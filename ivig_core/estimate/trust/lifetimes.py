"""Two families of lifetimes, with what a search for a maximum needs: logarithms and their slopes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammainc, gammaincc, gammaln

WEIBULL, GAMMA = "weibull", "gamma"
STEP = 1e-6
TINY = 1e-300


@dataclass(frozen=True)
class Lifetime:
    """A Weibull lifetime with scale `mu`, or a gamma one with mean `mu`, and shape `nu`; any unit of time.

    Methods take spans (n,) > 0. Those that end in `_slopes` return (3, n): the logarithm, and its derivatives by log μ
    and log ν.
    """

    family: str
    mu: float
    nu: float

    def log_survival(self, span: np.ndarray) -> np.ndarray:
        """Log probability to last for `span`."""
        if self.family == WEIBULL:
            return np.asarray(-((span / self.mu) ** self.nu))
        return np.log(np.maximum(gammaincc(self.nu, span * self.nu / self.mu), TINY))

    def log_density(self, span: np.ndarray) -> np.ndarray:
        """Log density of an end at `span`."""
        if self.family == WEIBULL:
            return np.log(self.nu / self.mu) + (self.nu - 1) * np.log(span / self.mu) + self.log_survival(span)
        scaled = span * self.nu / self.mu
        return np.asarray(np.log(self.nu / self.mu) + (self.nu - 1) * np.log(scaled) - scaled - gammaln(self.nu))

    def lived(self, span: np.ndarray) -> np.ndarray:
        """∫ of the probability to last, over 0 to `span`."""
        if self.family == WEIBULL:
            shape = 1 / self.nu
            whole = self.mu * shape * np.exp(gammaln(shape))
            return np.asarray(whole * gammainc(shape, (span / self.mu) ** self.nu))
        scaled = span * self.nu / self.mu
        return np.asarray(span * gammaincc(self.nu, scaled) + self.mu * gammainc(self.nu + 1, scaled))

    def log_survival_slopes(self, span: np.ndarray) -> np.ndarray:
        """`log_survival` and its slopes."""
        value = self.log_survival(span)
        if self.family == WEIBULL:
            return np.stack([value, -self.nu * value, self.nu * np.log(span / self.mu) * value])
        by_mu = span * np.exp(self.log_density(span) - value)
        # No closed form: by a difference, of a function that is exact to 1e-15.
        further = Lifetime(self.family, self.mu, self.nu * np.exp(STEP)).log_survival(span)
        return np.stack([value, by_mu, (further - value) / STEP])

    def log_density_slopes(self, span: np.ndarray) -> np.ndarray:
        """`log_density` and its slopes."""
        value = self.log_density(span)
        if self.family == WEIBULL:
            log_ratio = self.nu * np.log(span / self.mu)
            power = np.exp(log_ratio)
            return np.stack([value, self.nu * (power - 1), 1 + log_ratio * (1 - power)])
        scaled = span * self.nu / self.mu
        by_nu = self.nu * (1 + np.log(scaled) - digamma(self.nu)) - scaled
        return np.stack([value, scaled - self.nu, by_nu])
