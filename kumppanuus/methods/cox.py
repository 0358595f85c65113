"""What goes with a faster end: Cox regression on grouped counts.

The hazard ratio of a group says how many times as fast its relationships end as those of the reference, at the same
age of the relationship, in the same stratum, other things in the model alike. It describes; it does not say why.

The partial likelihood needs, on each day with ends, how many of each pattern of covariates are at risk and end. So
counts are enough, ties are exact (Efron's and Breslow's), and the cost depends on the number of patterns and days, not
of people. Somebody is at risk on ``(entry, exit]``: late entry is part of the numbers at risk.

References
----------
Cox, J. R. Statist. Soc. B 34 (1972) 187–220; ties: Efron, JASA 72 (1977) 557–565, Breslow, Biometrics 30 (1974) 89–99;
clusters: Lin & Wei, JASA 84 (1989) 1074–1078; proportionality: Grambsch & Therneau, Biometrika 81 (1994) 515–526, as
the score test of R's survival ≥ 3.0; events per variable: Peduzzi et al., J. Clin. Epidemiol. 48 (1995) 1503–1510.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr

from kumppanuus.methods.cox_checks import FactorTests, factors_of, proportionality, sandwich
from kumppanuus.methods.cox_fit import fit, told_apart
from kumppanuus.methods.cox_rows import comparable, rows_of, strata_of
from kumppanuus.methods.cox_sums import Ties
from kumppanuus.methods.intervals import Floats, normal_quantile

LEAST_EVENTS_PER_VARIABLE = 10
_NO_REFERENCES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Cox:
    """A fitted Cox model.

    names : of the variables, (variables,); of a categorical factor ``factor=code``.
    left_out : variables of which nothing can be said: no stratum tells them from others, or they are never in a stratum
        with those that the reference is compared with. They are in the model and in none of the fields above or below.
    coefficients : log hazard ratios. covariance : from the information, (variables, variables).
    covariance_robust : Lin and Wei's sandwich over clusters; NaN when no clusters were given.
    log_likelihood : with all coefficients 0, and fitted. score_test : chi-squared at 0.
    events, n : ends and rows (by their n). ties : how tied ends are treated. converged : whether it did.
    proportionality : whether ratios stay the same over time. A small p says that the ratio changes as the relationship
        gets older, so that one number for all of it is an average at best.
    """

    names: tuple[str, ...]
    left_out: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    covariance_robust: Floats
    log_likelihood: tuple[float, float]
    score_test: float
    events: float
    n: float
    ties: Ties
    converged: bool
    proportionality: FactorTests

    @property
    def events_per_variable(self) -> float:
        """Ends for each coefficient of the model."""
        return self.events / max(len(self.names) + len(self.left_out), 1)

    @property
    def supported(self) -> bool:
        """Whether it may be shown: it converged on at least 10 ends a variable."""
        return self.converged and bool(self.names) and self.events_per_variable >= LEAST_EVENTS_PER_VARIABLE

    @property
    def differences(self) -> FactorTests:
        """Whether there is any difference between the codes of a factor (Wald), by the covariance of `ratios`."""
        names, places = factors_of(self.names)
        covariance, tests = self._covariance, [*places, list(range(len(self.names)))]
        b = self.coefficients
        statistic = np.array([b[x] @ np.linalg.pinv(covariance[np.ix_(x, x)], hermitian=True) @ b[x] for x in tests])
        df = np.array([len(each) for each in tests], dtype=np.int64)
        return FactorTests((*names, "GLOBAL"), statistic, df, np.asarray(chdtrc(df, statistic)))

    @property
    def _covariance(self) -> Floats:
        return self.covariance if np.isnan(self.covariance_robust).all() else self.covariance_robust

    def ratios(self, confidence: float = 0.95) -> pd.DataFrame:
        """Return hazard ratios.

        Returns
        -------
        Index = names; ``ratio``, ``lower``, ``upper``, ``p`` (Wald) by the robust covariance, where there is one,
        and ``standard_error`` of the log ratio.
        """
        error = np.sqrt(np.diag(self._covariance))
        half = normal_quantile(confidence) * error
        with np.errstate(over="ignore"):
            limits = {"lower": np.exp(self.coefficients - half), "upper": np.exp(self.coefficients + half)}
        p = 2 * ndtr(-np.abs(self.coefficients / error))
        columns = {"ratio": np.exp(self.coefficients), **limits, "standard_error": error, "p": p}
        return pd.DataFrame(columns, index=pd.Index(self.names, name="variable"))


def cox(
    frame: pd.DataFrame, factors: Sequence[str] = (), numbers: Sequence[str] = (), strata: Sequence[str] = (), *,
    references: Mapping[str, str] = _NO_REFERENCES, cluster: str = "", ties: Ties = "efron",
) -> Cox:  # fmt: skip
    """Fit a Cox model to a frame of counts.

    Parameters
    ----------
    frame : columns ``entry`` (days; missing column = all 0), ``duration`` (days), ``event`` (bool or 0/1), ``n``
        (missing column = 1 a row) and those named below. The order of rows does not matter.
    factors : categorical columns; each code but the reference gets a variable ``factor=code``, codes in their order.
    numbers : columns that are numbers.
    strata : columns whose combinations have a baseline each (services): only people of one stratum are compared.
    references : factor → the code others are compared with; else the one with the most ends, the first of equals.
    cluster : column that names groups of whole families; the robust covariance is then theirs.
    ties : Efron's correction (as R), or Breslow's.

    Raises
    ------
    ValueError
        When there is no variable, or a duration is not longer than its entry.
    """
    every = rows_of(frame, factors, numbers, strata, references)
    parts = [*strata_of(every)]
    told, compared = told_apart(parts, len(every.names)), comparable(parts, every.names)
    rows, parts = every.with_variables(told), [part.with_variables(told) for part in parts]
    fitted = fit(parts, len(rows.names), ties)
    robust = np.full_like(fitted.covariance, np.nan)
    if cluster:
        robust = sandwich(rows, parts, fitted, frame[cluster].factorize(sort=True)[0])
    kept = np.flatnonzero(np.isin(told, compared))
    names = tuple(np.array(rows.names, dtype=object)[kept])
    return Cox(
        names, tuple(name for name in every.names if name not in names), fitted.beta[kept],
        fitted.covariance[np.ix_(kept, kept)], robust[np.ix_(kept, kept)], fitted.likelihood, fitted.score_test,
        float((rows.n * rows.event).sum()), float(rows.n.sum()), ties, fitted.converged,
        proportionality(rows, parts, fitted, kept),
    )  # fmt: skip
