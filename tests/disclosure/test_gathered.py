"""Tables made after the gate: of released numbers only, exactly as declared, stamped with the rest."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest

from kumppanuus.analysis import Analysis, Column, Context, Params, Result, result_table
from kumppanuus.disclosure.gate import gathered_again, kept_text, release, released_again
from kumppanuus.disclosure.gathered import gatherer
from kumppanuus.disclosure.released import Released, ReleasedResult, demand
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.errors import DisclosureError
from kumppanuus.study import Disclosure

PEOPLE = MappingProxyType(
    {"area": Column("dimension", codes="areas"), "persons": Column("persons"), "families": Column("families")}
)
BOARD = MappingProxyType({"signal": Column("dimension", codes="signals"), "score": Column("released")})
MIXED = MappingProxyType({**BOARD, "persons": Column("persons")})


@dataclass(frozen=True, slots=True)
class Gathering(Result):
    people: pd.DataFrame = result_table("counts", PEOPLE, population="clients")
    board: pd.DataFrame = result_table("counts", BOARD, population="signals")


@dataclass(frozen=True, slots=True)
class Mixing(Result):
    people: pd.DataFrame = result_table("counts", PEOPLE, population="clients")
    board: pd.DataFrame = result_table("counts", MIXED, population="signals")


_PEOPLE = pd.DataFrame({"area": ["a", "b"], "persons": [64, 3], "families": [40, 3]})
_EMPTY = pd.DataFrame(columns=["signal", "score"])
_ONE = pd.DataFrame({"signal": ["s"], "score": [1.5]})


def _released(made: Mapping[str, pd.DataFrame], before: pd.DataFrame = _EMPTY) -> Released:
    result = Gathering(people=_PEOPLE, board=before)
    return release({"x.y": result}, Disclosure(), gather={"x.y": lambda _all: made})


def test_what_gathers_sees_protected_numbers_and_nothing_else() -> None:
    seen: list[Mapping[str, ReleasedResult]] = []

    def gather(released: Mapping[str, ReleasedResult]) -> Mapping[str, pd.DataFrame]:
        seen.append(released)
        return {"board": _ONE}

    result = Gathering(people=_PEOPLE, board=_EMPTY)
    done = release({"x.y": result}, Disclosure(), gather={"x.y": gather}, missing={"x.z": ("survey",)})
    people = seen[0]["x.y"]["people"]
    assert people["persons"].tolist()[0] == 63
    assert people["persons"].isna().tolist() == [False, True]
    assert set(seen[0]["x.y"].tables) == {"people"}
    assert seen[0]["x.z"].missing == ("survey",)
    board = done.results["x.y"].tables["board"]
    assert board.frame[["signal", "score"]].to_dict("list") == {"signal": ["s"], "score": [1.5]}
    assert (board.hidden, list(board.masked), bool(board.masked.to_numpy().any())) == (0, ["score"], False)


def test_it_is_stamped_and_kept_like_the_rest() -> None:
    done = _released({"board": _ONE})
    again = released_again(*kept_text(done, b"k" * 32), b"k" * 32)
    pd.testing.assert_frame_equal(again.results["x.y"]["board"], done.results["x.y"]["board"])
    table = done.results["x.y"].tables["board"]
    frame = table.frame.assign(score=99.0)
    changed = dataclasses.replace(done.results["x.y"], tables={"board": dataclasses.replace(table, frame=frame)})
    with pytest.raises(DisclosureError, match="KU501"):
        demand(dataclasses.replace(done, results={"x.y": changed}))


def test_nobody_gathers_and_the_table_is_empty() -> None:
    done = release({"x.y": Gathering(people=_PEOPLE, board=_EMPTY)}, Disclosure())
    assert done.results["x.y"]["board"].empty


@pytest.mark.parametrize(
    ("made", "code"),
    [
        ({}, "KU502"),
        ({"board": _ONE, "people": _PEOPLE}, "KU502"),
        ({"board": _ONE.assign(persons=3)}, "KU502"),
        ({"board": pd.concat([_ONE, _ONE])}, "KU503"),
        ({"board": _ONE.assign(signal=[None])}, "KU503"),
        ({"board": _ONE.assign(score=["1.5"])}, "KU504"),
    ],
)
def test_what_was_not_declared_is_refused(made: Mapping[str, pd.DataFrame], code: str) -> None:
    with pytest.raises(DisclosureError, match=code):
        _released(made)


def test_a_gathered_table_is_empty_before_the_gate_and_holds_no_people() -> None:
    with pytest.raises(DisclosureError, match="KU502"):
        _released({"board": _ONE}, before=_ONE)
    mixed = Mixing(people=_PEOPLE, board=pd.DataFrame(columns=["signal", "score", "persons"]))
    with pytest.raises(DisclosureError, match="KU502"):
        release({"x.y": mixed}, Disclosure(), gather={"x.y": lambda _all: {}})


def test_no_number_of_the_register_stands_beside_gathered_ones() -> None:
    board = pd.DataFrame(columns=["signal", "score", "persons"])
    made = {"board": pd.DataFrame({"signal": ["s"], "score": [1.5], "persons": [4.0]})}
    with pytest.raises(DisclosureError) as told:
        release({"x.y": Mixing(people=_PEOPLE, board=board)}, Disclosure(), gather={"x.y": lambda _all: made})
    assert (told.value.code, told.value.facts["found"]) == ("KU502", "persons")


def test_later_ones_see_the_gathered_tables_of_those_before() -> None:
    result = Gathering(people=_PEOPLE, board=_EMPTY)
    seen: list[list[float]] = []

    def later(released: Mapping[str, ReleasedResult]) -> Mapping[str, pd.DataFrame]:
        seen.append(released["x.z"]["board"]["score"].tolist())
        return {"board": _ONE.assign(score=released["x.z"]["board"]["score"] * 2)}

    order = {"x.z": lambda _all: {"board": _ONE}, "x.y": later}
    done = release({"x.y": result, "x.z": result}, Disclosure(), gather=order)
    assert (seen, done.results["x.y"]["board"]["score"].tolist()) == ([[1.5]], [3.0])


def test_a_release_is_gathered_again_and_nothing_else_changes() -> None:
    done = _released({"board": _ONE})
    again = gathered_again(done, "x.y", Gathering, lambda _all: {"board": _ONE.assign(score=7.0)})
    assert demand(again).results["x.y"]["board"]["score"].tolist() == [7.0]
    pd.testing.assert_frame_equal(again.results["x.y"]["people"], done.results["x.y"]["people"])
    assert done.results["x.y"]["board"]["score"].tolist() == [1.5]
    with pytest.raises(DisclosureError, match="KU502"):
        gathered_again(done, "x.y", Gathering, lambda _all: {"board": _ONE, "people": _PEOPLE})
    with pytest.raises(DisclosureError, match="KU501"):
        gathered_again(dataclasses.replace(done, audited=False), "x.y", Gathering, lambda _all: {"board": _ONE})


def _room(gather: Callable[..., Mapping[str, pd.DataFrame]], *uses: str) -> Analysis:
    nothing: Any = None
    return Analysis("x.y", {}, nothing, Params, Gathering, nothing, {}, nothing, uses=uses, gather=gather)


def test_what_gathers_sees_what_it_uses_and_what_may_be_known_of_the_study() -> None:
    seen: list[Gathered] = []

    def gather(_own: ReleasedResult, gathered: Gathered, _params: Params) -> Mapping[str, pd.DataFrame]:
        seen.append(gathered)
        return {"board": _ONE}

    room, context = _room(gather, "x.z", "x.absent"), Context({"s": "early"}, {}, 365, frozenset({"costs"}))
    result = Gathering(people=_PEOPLE, board=_EMPTY)
    make = gatherer(room, Params(), [room], (), context=context)
    release(dict.fromkeys(("x.y", "x.z", "x.w"), result), Disclosure(), gather={"x.y": make})
    assert set(seen[0].used) == {"x.z"}
    assert seen[0].context == context


def test_what_gathers_is_given_no_result_before_protection() -> None:
    seen: list[Gathered] = []

    def gather(_own: ReleasedResult, gathered: Gathered, _params: Params) -> Mapping[str, pd.DataFrame]:
        seen.append(gathered)
        return {"board": _ONE}

    result = Gathering(people=_PEOPLE, board=_EMPTY)
    room, context = _room(gather, "x.z"), Context({}, {}, 365, frozenset(), used={"x.z": result})
    make = gatherer(room, Params(), [room], (), context=context)
    release(dict.fromkeys(("x.y", "x.z"), result), Disclosure(), gather={"x.y": make})
    assert not seen[0].context.used
    assert seen[0].used["x.z"]["people"]["persons"].dropna().tolist() == [63]


def test_a_fault_while_gathering_names_the_room_and_the_run_goes_on() -> None:
    def gather(*_: object) -> Mapping[str, pd.DataFrame]:
        raise ZeroDivisionError

    room, failed = _room(gather), dict[str, tuple[str, ...]]()
    result = Gathering(people=_PEOPLE, board=_EMPTY)
    done = release({"x.y": result}, Disclosure(), gather={"x.y": gatherer(room, Params(), [room], (), failed)})
    assert done.results["x.y"]["board"].empty
    assert list(failed) == ["x.y"]
    with pytest.raises(ZeroDivisionError):
        release({"x.y": result}, Disclosure(), gather={"x.y": gatherer(room, Params(), [room], ())})
