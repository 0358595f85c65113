"""baseline.concentration: twenty families by hand, a thousand against numpy, and what charts say of known numbers."""

from __future__ import annotations

import datetime
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from kumppanuus import drawing, pipeline
from kumppanuus.baseline.concentration import ANALYSIS
from kumppanuus.baseline.concentration.compute import ConcentrationResult
from kumppanuus.baseline.concentration.shown import dearest_share, gini, top_shares
from kumppanuus.baseline.concentration.signals import signals
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Chart, Lines, Lorenz, Notice
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.register.store import build_register
from tests.resources import test_spending as by_hand
from tests.studies import toy_study

STUDY = toy_study()
DAY = {"2020": datetime.date(2020, 5, 1), "2021": datetime.date(2021, 5, 1)}
Euros = npt.NDArray[Any]


def result(
    costs: dict[str, Euros], members: npt.NDArray[np.int64], days: list[int], buckets: int = 1
) -> ConcentrationResult:  # fmt: skip
    """Return the result of families with these costs by year (0: none), and of clients with these days in 2021.

    The cost of a family is told of its members in equal parts.
    """
    homes = np.repeat(np.arange(len(members)), members)
    rows = [(int(client) + 1, int(home), year, euros[home] / members[home])
            for year, euros in costs.items() for client, home in enumerate(homes) if euros[home]]  # fmt: skip
    paid = pa.table(
        {
            "client": pa.array([row[0] for row in rows], pa.uint64()),
            "service": ["corrective"] * len(rows),
            "date": pa.array([DAY[row[2]] for row in rows], pa.date32()),
            "cost_cents": pa.array([round(row[3] * 100) for row in rows], pa.int64()),
        }
    )
    stays = by_hand.relationships(
        *((home + 1, "special", None, "2021-01-01", str(datetime.date(2021, 1, 1) + datetime.timedelta(n)))
          for home, n in enumerate(days))
    )  # fmt: skip
    people = by_hand.clients(*((client + 1, 1000 + int(home)) for client, home in enumerate(homes)))
    with tempfile.TemporaryDirectory() as folder:
        given = {"relationships": stays, "costs": paid, "clients": people}
        register = build_register(given, STUDY, Path(folder) / "register", buckets=buckets)
        return pipeline.results_of([ANALYSIS], register, STUDY)[ANALYSIS.key]  # type: ignore[return-value]


class TestTwentyFamilies:
    """Family n costs n x 100 € in 2021, in 2020 (21 - n) x 100 €, but the twentieth nothing; half have two members."""

    @staticmethod
    @cache
    def found() -> ConcentrationResult:
        cheap_to_dear = np.arange(1, 21) * 100.0
        before = np.where(np.arange(20) == 19, 0.0, cheap_to_dear[::-1])
        members = np.where(np.arange(20) % 2 == 1, 2, 1)
        return result({"2020": before, "2021": cheap_to_dear}, members, [10] * 30)

    def test_years(self) -> None:
        assert by_hand.rows(self.found().years, "year", "persons", "families", "cost_eur") == [
            ("2020", 28, 19, 20_900), ("2021", 30, 20, 21_000)]  # fmt: skip
        squares = (np.arange(1, 21) ** 2).sum() / 210**2
        assert self.found().years["concentration"].iloc[1] == pytest.approx(squares)

    def test_the_dearest_tenth(self) -> None:
        """Two families of twenty: 1,900 and 2,000 €; of nineteen too, as 17.1 is 17: 1,900 and 2,000 €."""
        assert by_hand.rows(self.found().dearest, "year", "persons", "families", "cost_eur") == [
            ("2020", 3, 2, 3900), ("2021", 3, 2, 3900)]  # fmt: skip

    def test_tenths(self) -> None:
        groups = self.found().groups
        assert groups["families"].tolist() == [2] * 10
        assert groups["cost_eur"].tolist() == pytest.approx([300 + 400 * n for n in range(10)])
        assert groups["tenth"].tolist() == [str(n) for n in range(1, 11)]

    def test_where_they_were(self) -> None:
        """The nineteenth was the second cheapest, the twentieth cost nothing."""
        before = self.found().before
        assert by_hand.rows(before, "origin", "year", "families") == [("lower", "2021", 1), ("none", "2021", 1)]
        assert before["persons"].sum() == 3

    def test_days(self) -> None:
        """Every client has ten days, so ten families have ten and ten have twenty."""
        days = self.found().days
        assert days["families"].tolist() == [2] * 10
        assert days["service_days"].tolist() == [20] * 5 + [40] * 5


@dataclass(frozen=True, slots=True)
class Thousand:
    members: npt.NDArray[np.int64]
    costs: dict[str, Euros]
    found: ConcentrationResult


@cache
def thousand() -> Thousand:
    dice = np.random.default_rng(6)
    size = 1000
    lasting = dice.normal(0, 1, size)
    costs = {year: np.round(np.exp(6 + lasting + 0.8 * dice.normal(0, 1, size)), 2) for year in DAY}
    costs["2020"][dice.random(size) < 0.2] = 0
    members = dice.integers(1, 4, size)
    return Thousand(members, costs, result(costs, members, [1 + n % 300 for n in range(size)], buckets=3))


def _shared(euros: Euros, members: npt.NDArray[np.int64]) -> Euros:
    """Costs as they come out of whole cents of each member."""
    return np.round(euros / members * 100) * members / 100


def test_a_thousand_families_against_numpy() -> None:
    town = thousand()
    now, then = (_shared(town.costs[year], town.members) for year in ("2021", "2020"))
    dearest, before = np.argsort(-now)[:100], np.argsort(-then)[: round((then > 0).sum() / 10)]
    found = town.found
    assert found.years["families"].tolist() == [(then > 0).sum(), 1000]
    assert found.dearest["families"].tolist() == [len(before), 100]
    assert found.years["cost_eur"].tolist() == pytest.approx([then.sum(), now.sum()])
    shares = found.dearest["cost_eur"] / found.years["cost_eur"]
    assert shares.tolist() == pytest.approx([then[before].sum() / then.sum(), now[dearest].sum() / now.sum()], abs=2e-3)
    where = found.before.set_index("origin")["families"]
    assert where.sum() == 100
    assert where["tenth"] == pytest.approx(np.isin(dearest, before).sum(), abs=2)
    assert where["none"] == pytest.approx((then[dearest] == 0).sum(), abs=1)
    assert (found.before["persons"] >= found.before["families"]).all()
    assert found.before["persons"].sum() == found.dearest["persons"].iloc[1] == found.tops["persons"].sum()
    assert found.tops["families"].tolist() == [10, 40, 50]
    tops = [now[np.argsort(-now)[a:b]].sum() for a, b in ((0, 10), (10, 50), (50, 100))]
    assert found.tops["cost_eur"].tolist() == pytest.approx(tops, rel=0.01)


def test_margins_against_resampled_families() -> None:
    town = thousand()
    now, dice = _shared(town.costs["2021"], town.members), np.random.default_rng(7)
    samples = np.sort(now[dice.integers(0, 1000, (600, 1000))], axis=1)
    totals, ranks = samples.sum(axis=1), np.arange(1, 1001)
    tenths = samples[:, 900:].sum(axis=1) / totals
    spread = 1.96 * np.std([(2 * samples @ ranks) / (1000 * totals) - 1.001, tenths], axis=1)
    margins = [town.found.years["gini_margin"].iloc[1], town.found.dearest["share_margin"].iloc[1]]
    assert margins == pytest.approx(spread.tolist(), rel=0.12)


@cache
def released() -> ReleasedResult:
    return release({ANALYSIS.key: thousand().found}, STUDY.disclosure).results[ANALYSIS.key]


def say(language: str = "en") -> Say:
    return speaker(STUDY, language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]


def drawn(name: str, found: ReleasedResult, language: str = "en") -> Chart:
    chart = ANALYSIS.charts[name](found, say(language))
    assert isinstance(chart, Chart)
    return chart


@pytest.mark.parametrize(("name", "language"), [*((name, "sv") for name in ANALYSIS.charts), ("costs", "fi")])
def test_every_chart_is_legible(name: str, language: str) -> None:
    chart = drawn(name, released(), language)
    assert not isinstance(chart.form, Notice)
    assert drawing.lint_figure(drawing.figure(chart)) == []


def test_what_the_charts_say() -> None:
    found, now = released(), np.sort(_shared(thousand().costs["2021"], thousand().members))
    share, half = dearest_share(found, "2021")
    assert share == pytest.approx(now[900:].sum() / now.sum(), abs=0.01)
    assert half > thousand().found.dearest["share_margin"].iloc[1]  # rounded up, and sums are rounded
    index, margin = gini(found)
    exact = 2 * (np.arange(1, 1001) @ now) / (1000 * now.sum()) - 1.001
    assert exact - 0.03 < index <= exact + 0.005
    assert margin >= thousand().found.years["gini_margin"].iloc[1]
    assert top_shares(found)[0.01] == pytest.approx(now[990:].sum() / now.sum(), abs=0.01)
    chart = drawn("costs", found)
    limits = {"low": f"{share - half:.0%}", "high": f"{share + half:.0%}"}
    assert chart.headline == say()("costs.headline.share", share=f"{share:.0%}", year="2021", **limits)
    assert isinstance(chart.form, Lorenz)
    assert [bar.text for bar in chart.form.bars] == [
        f"{now[1000 - top :].sum() / now.sum():.0%}" for top in (10, 50, 100)] + [chart.form.bars[-1].text]  # fmt: skip
    stay, trend = drawn("stay", found), drawn("trend", found)
    assert isinstance(stay.form, Bars)
    assert sum(bar.value or 0 for bar in stay.form.bars) == pytest.approx(100, abs=12)
    assert isinstance(trend.form, Lines)
    shares = {name: f"{dearest_share(found, year)[0]:.0%}" for name, year in (("before", "2020"), ("after", "2021"))}
    assert trend.headline == say()("trend.headline.unclear", first="2020", last="2021", **shares)


def test_a_dearer_tenth_is_a_signal_and_chance_is_none() -> None:
    assert [signal.gap * signal.certainty for signal in signals(released())] == [0]
    dearest = thousand().found.dearest
    dearer = dearest.assign(cost_eur=dearest["cost_eur"] * np.where(dearest["year"] == "2020", 0.6, 1))
    tables = {name: getattr(thousand().found, name) for name in ConcentrationResult.tables()}
    found = ConcentrationResult(**{**tables, "dearest": dearer})
    (signal,) = signals(release({ANALYSIS.key: found}, STUDY.disclosure).results[ANALYSIS.key])
    assert signal.gap * signal.certainty > 0.3
    assert signal.families == 99


def test_few_families_publish_nothing() -> None:
    euros = np.arange(1, 5) * 100.0
    few = result({"2020": euros, "2021": euros}, np.ones(4, dtype=np.int64), [10] * 4)
    found = release({ANALYSIS.key: few}, STUDY.disclosure).results[ANALYSIS.key]
    for table in found.tables.values():
        numbers = [name for name in table.frame.select_dtypes("number") if name != "days_seen"]
        assert table.frame[numbers].isna().all(axis=None), table.name
    assert all(isinstance(drawn(name, found).form, Notice) for name in ANALYSIS.charts)
    assert few.dearest.empty
