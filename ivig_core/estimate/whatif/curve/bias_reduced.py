"""Many conditional Poisson models with Firth's penalty at once, as `estimate.bias_reduced` has one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ivig_core.estimate.whatif.curve.problems import At, Problems, inverse_all


class _Moments(NamedTuple):
    """Of a patient's infections (d, e, s, …): `share` of each pattern, `mean` of the covariates, their `spread`; the
    `inverse` information (d, e, p, p), zero for terms that do not enter it."""

    share: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    inverse: np.ndarray


@dataclass(frozen=True, eq=False)
class BiasReducedProblems(Problems):
    """Models whose likelihood has half the log determinant of its information added.

    `informed` (d, e, p): terms that enter the determinant. A term that is held at 0 (`without`) still does.
    """

    informed: np.ndarray

    @classmethod
    def of(cls, problems: Problems) -> BiasReducedProblems:
        """With every free term in the penalty."""
        parts = (problems.X, problems.days, problems.totals, problems.counts, problems.constant, problems.free)
        return cls(*parts, informed=problems.free)

    def take(self, d: np.ndarray, e: np.ndarray) -> BiasReducedProblems:
        """Some of the models, one a definition."""
        return replace(self.of(super().take(d, e)), informed=self.informed[d, e][:, None])

    def plain_information(self, beta: np.ndarray) -> np.ndarray:
        """Information without penalty (d, e, p, p), the identity for terms that are not in it."""
        return replace(self, free=self.informed).plain_at(beta).information

    def plain_at(self, beta: np.ndarray) -> At:
        """Values and derivatives without penalty."""
        return super().at(beta)

    def at(self, beta: np.ndarray) -> At:
        """Penalised values and scores; negative second derivatives, or the information where these do not curve."""
        plain, information = self.plain_at(beta), self.plain_information(beta)
        now = self._moments(beta, information)
        value = plain.value + np.linalg.slogdet(np.where(np.isnan(now.inverse), np.nan, information))[1] / 2
        pull, bend = self._penalty(now)
        both = self.free[..., :, None] & self.free[..., None, :]
        curved = np.where(both, plain.information - bend, plain.information)
        usable = np.isfinite(curved).all((-1, -2), keepdims=True)
        least = np.linalg.eigvalsh(np.where(usable, curved, plain.information))[..., :1, None]
        curved = np.where(usable & (least > 0), curved, plain.information)
        return At(value, plain.score + np.where(self.free, pull, 0.0), curved)

    def _moments(self, beta: np.ndarray, information: np.ndarray) -> _Moments:
        _, weight, norm = self._weights(beta)
        share = weight[:, :, None] * self.days[:, None] / norm[..., None]
        mean = share @ self.X
        p = self.X.shape[1]
        spread = (share @ self._products).reshape(*mean.shape, p) - mean[..., :, None] * mean[..., None, :]
        inverse = inverse_all(information)
        kept = self.informed[..., :, None] & self.informed[..., None, :]
        return _Moments(share, mean, spread, np.where(kept | np.isnan(inverse), inverse, 0.0))

    def _penalty(self, now: _Moments) -> tuple[np.ndarray, np.ndarray]:
        """First (d, e, p) and second (d, e, p, p) derivative of the penalty, by cumulants of the covariates."""
        X, mean, total = self.X, now.mean, self.totals[..., None]
        turned = mean @ now.inverse
        leverage = ((X @ now.inverse) * X).sum(-1)[:, :, None] - 2 * turned @ X.T
        leverage += (turned * mean).sum(-1)[..., None]
        weighed = now.share * leverage * total
        own = weighed.sum(-1, keepdims=True)
        of_pattern, shifted = weighed.sum(2), weighed @ X
        pull = (of_pattern @ X - (own * mean).sum(2)) / 2
        crossed = _over_patients(shifted, mean)
        p = X.shape[1]
        twice = (of_pattern @ self._products).reshape(*pull.shape, p) - crossed - crossed.swapaxes(-1, -2)
        twice += _over_patients(own * mean, mean) - (own[..., None] * now.spread).sum(2)
        flat = now.spread.reshape(*pull.shape[:2], -1, p)
        bent = now.inverse[:, :, None] @ (now.spread * total[..., None])
        twice -= 2 * flat.swapaxes(-1, -2) @ bent.reshape(flat.shape)
        return pull, (twice - self._of_third(now)) / 2

    def _of_third(self, now: _Moments) -> np.ndarray:
        """tr(I⁻¹ I_k I⁻¹ I_l), I_k the third cumulants of the covariates with the k-th (d, e, p, p)."""
        mean, total = now.mean, self.totals[..., None]
        p = self.X.shape[1]
        shape = (*mean.shape[:2], p, p, p)
        expected = (now.share * total).sum(2)
        raw = (self._products.T @ (expected[..., None] * self.X)).reshape(shape)
        flat = now.spread.reshape(*mean.shape[:3], p * p)
        pair = _over_patients(flat, total * mean).reshape(shape)
        squares = (mean[..., :, None] * mean[..., None, :]).reshape(flat.shape)
        cubes = _over_patients(squares, total * mean).reshape(shape)
        third = raw - cubes - pair - pair.swapaxes(-1, -2) - np.moveaxis(pair, -1, -3)
        # Symmetric in its three places, so the last one can stand first.
        seen = now.inverse[:, :, None] @ third
        one, two = seen.reshape(*shape[:3], p * p), seen.swapaxes(-1, -2).reshape(*shape[:3], p * p)
        return one @ two.swapaxes(-1, -2)


def _over_patients(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Σ over patients of left ⊗ right: (d, e, s, a) and (d, e, s, b) to (d, e, a, b)."""
    return left.swapaxes(-1, -2) @ right
