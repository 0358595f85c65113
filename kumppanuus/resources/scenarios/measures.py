"""What measures and shifts keep away from a service, one after another, on what the ones before have left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.invest import Measure, present, reached
from kumppanuus.resources.scenarios.known import Course
from kumppanuus.study_scenarios import EffectAssumption, ShiftAssumption

Numbers = Mapping[str, Floats]
_EFFECT = ("reduction_percent", "cover_percent", "lag_months", "cashable_percent", "cost_eur_a_year")


@dataclass(frozen=True, slots=True)
class Flow:
    """What one measure or shift does, month by month.

    spent, saved, saved_at_one : euros (D, H); the last one at an effect of 100 %. entries : those without it,
    reached : those of them whom it reaches, avoided : those of these whom it keeps away (D, H). service : which it
    keeps them away from. effect : identity of its effect.
    """

    service: str
    effect: str
    spent: Floats
    saved: Floats
    saved_at_one: Floats
    entries: Floats
    reached: Floats
    avoided: Floats


@dataclass(frozen=True, slots=True)
class World:
    """What measures work on. left : arrivals that nobody keeps away yet. clients : who are there. Both (D, S, H).

    course : today's. numbers : assumed ones by identity, (D,). turn : so many times as many as forecast (D, S, H).
    month_eur : cost of a client in each month (D, S, H). flows : of the measures so far.
    """

    course: Course
    numbers: Numbers
    turn: Floats
    month_eur: Floats
    left: Floats
    clients: Floats
    flows: Mapping[str, Flow]

    def after_effect(self, part: EffectAssumption, *, saves: bool, costs: bool) -> World:
        """Return the world with a measure in it, one that saves nothing or costs nothing when asked so.

        A measure of a service without a forecast or a price changes nothing.
        """
        place, months = self.course.place(part.service), self.course.months
        if place is None:
            return self
        told = {name: self.numbers[f"effects/{part.code}/{name}"] for name in _EFFECT}
        measure = Measure(
            1.0, told["cover_percent"] / 100, told["lag_months"], ramp=part.ramp_months, start=part.from_month
        )
        flow = self._kept_away(
            place, f"effects/{part.code}/reduction_percent", self.left[:, place] * reached(months, measure),
            told["reduction_percent"] / 100 * saves, told["cashable_percent"] / 100 * saves,
        )  # fmt: skip
        spent = _spread_over(told["cost_eur_a_year"] / 12 * costs, part.from_month, months)
        return self._with(part.code, place, replace(flow, spent=spent))

    def after_shift(self, part: ShiftAssumption) -> World:
        """Return the world in which families are helped by the lighter service first; as above without a forecast."""
        source, target = self.course.place(part.source), self.course.place(part.target)
        if source is None or target is None:
            return self
        name, months = f"shifts/{part.code}", self.course.months
        a_month = self.numbers[f"{name}/a_year_{part.unit}"] / 12
        families = a_month if part.unit == "families" else a_month / self._family_eur(target)
        helped = _spread_over(families * self.course.per_family[target], part.from_month, months)
        there = present(helped, self.course.kept[target])
        spent = there * self.month_eur[:, target]
        if part.unit == "euros":
            spent = _spread_over(a_month, part.from_month, months)
        begun = reached(months, Measure(1.0, 1.0, self.numbers[f"{name}/lag_months"], start=part.from_month))
        at_one = np.minimum(families[:, None] * self.course.per_family[source] * begun, self.left[:, source])
        flow = self._kept_away(
            source, f"{name}/succeeds_percent", at_one, self.numbers[f"{name}/succeeds_percent"] / 100,
            self.numbers[f"{name}/cashable_percent"] / 100,
        )  # fmt: skip
        moved = replace(self, clients=_placed(self.clients, target, self.clients[:, target] + there))
        return moved._with(part.code, source, replace(flow, spent=spent))

    def _family_eur(self, place: int) -> float:
        """Return what helping a family costs in a service, at today's price, as far as the course goes."""
        stay = float(self.course.kept[place].sum())
        return float(self.course.month_eur[place]) * stay * float(self.course.per_family[place])

    def _kept_away(self, place: int, effect: str, at_one: Floats, share: Floats, cashable: Floats) -> Flow:
        """Return the flow of entries kept away, without its cost.

        at_one : entries kept away at an effect of 100 %. share : the effect. cashable : share of their cost not paid.
        """
        before = self.left[:, place]
        saved = self._there(place, at_one) * self.month_eur[:, place] * cashable[:, None]
        return Flow(self.course.services[place], effect, saved * 0, saved * share[:, None], saved,
                    before + at_one * 0, at_one, at_one * share[:, None])  # fmt: skip

    def _there(self, place: int, entries: Floats) -> Floats:
        return present(entries, self.course.kept[place]) * self.turn[:, min(place, self.turn.shape[1] - 1)]

    def _with(self, code: str, place: int, flow: Flow) -> World:
        """Return the world with a flow: those kept away are no arrivals of the measures after it."""
        there = self.clients[:, place] - self._there(place, flow.avoided)
        return replace(
            self, left=_placed(self.left, place, self.left[:, place] - flow.avoided),
            clients=_placed(self.clients, place, there), flows={**self.flows, code: flow},
        )  # fmt: skip


def _placed(whole: Floats, place: int, row: Floats) -> Floats:
    """Return (D, S, H) with the rows of one service replaced, with as many draws as either has."""
    made = np.array(np.broadcast_to(whole, np.broadcast_shapes(whole.shape, (row.shape[0], 1, row.shape[1]))))
    made[:, place] = row
    return made


def _spread_over(a_month: Floats, start: int, months: int) -> Floats:
    """Return an amount a month from a month on, (D, H)."""
    return np.asarray(a_month[:, None] * (np.arange(1, months + 1) >= start))
