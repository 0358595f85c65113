"""Keeping the distance from earlier runs (R15): what a run is held against, and what it keeps for later ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from kumppanuus.disclosure.differencing import Marker, Near, base_cells, fingerprints, groups_of, same_cells, too_near
from kumppanuus.errors import DisclosureError
from kumppanuus.report.earlier import Earlier, EarlierRun, sealed_text, withdrawn
from kumppanuus.report.facts import Kept, Made, RunFacts

if TYPE_CHECKING:
    from kumppanuus.analysis import Result
    from kumppanuus.disclosure.released import Rules
    from kumppanuus.study import Window


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run before it is put in place, with its exact base cells and what they were counted by."""

    made: Made
    cells: Mapping[str, int]
    groups: frozenset[str]


def new_run(facts: RunFacts, window: Window, rules: Rules, results: Mapping[str, Result]) -> NewRun:
    """Return what is compared of a run, from its exact results."""
    days = {"from": window.first.isoformat(), "to": window.last.isoformat()}
    made = Made(facts.run_id, days, asdict(rules), facts.version, facts.inputs, tuple(sorted(results)))
    return NewRun(made, base_cells(results), groups_of(results))


def keep_distance(new: NewRun, earlier: Earlier, supersedes: Sequence[str], key: bytes) -> Kept:
    """Hold a run against all earlier ones that are not withdrawn, and return what it keeps for later ones.

    A run that stands already and is made again keeps what it kept: nothing new is published.

    Parameters
    ----------
    supersedes : earlier runs declared withdrawn now; what the run declared before stays declared.

    Raises
    ------
    DisclosureError
        KU510 nearly the same people as in an earlier run, KU511 the same people protected in another way (other
        thresholds, other analyses left out, another version), KU512 the run itself was withdrawn by another one.
    """
    own = earlier.named(new.made.run)
    before = own.kept.supersedes if own else ()
    dropped = tuple(sorted({*before, *supersedes} - {new.made.run}))
    declared = {each.run: each.kept.supersedes for each in earlier.runs} | {new.made.run: dropped}
    by = withdrawn(declared)
    if new.made.run in by:
        raise DisclosureError(
            "KU512", run=new.made.run, by=", ".join(sorted(by[new.made.run])), supersede=_words(by[new.made.run])
        )
    if own and own.kept.supersedes == dropped and _same(new, own, key):
        return own.kept
    others = [each for each in earlier.runs if each.run not in {new.made.run, *dropped, *by}]
    _demand_distance(new, others, key)
    marker = Marker(key, new.made.run)
    cells = tuple(str(each) for each in fingerprints(new.cells, new.groups, marker))
    kept = Kept(dropped, {each.run: each.sha256 for each in others}, new.made.together, cells)
    return replace(kept, seal=marker.seal(sealed_text(new.made, kept)))


def _same(new: NewRun, own: EarlierRun, key: bytes) -> bool:
    return new.made == own.made and own.cells == fingerprints(new.cells, new.groups, Marker(key, new.made.run))


def _demand_distance(new: NewRun, others: Sequence[EarlierRun], key: bytes) -> None:
    near = {each.run: n for each in others if (n := _near(new, each, key))}
    if near:
        runs = ", ".join(near)
        k, f = (max(made.rules[name] for made in (new.made, *(each.made for each in others))) for name in ("k", "f"))
        raise DisclosureError("KU510", runs=runs, n=sum(near.values()), k=k, f=f, supersede=_words(near))
    again = [each.run for each in others if each.made.protection != new.made.protection and _equal(new, each, key)]
    if again:
        raise DisclosureError("KU511", runs=", ".join(again), supersede=_words(again))


def _near(new: NewRun, earlier: EarlierRun, key: bytes) -> int:
    rules = {name: max(new.made.rules[name], earlier.made.rules[name]) for name in ("k", "f")}
    counted = new.groups if earlier.made.window == new.made.window else frozenset[str]()
    return too_near(new.cells, earlier.cells, Marker(key, earlier.run), Near(rules["k"], rules["f"]), counted)


def _equal(new: NewRun, earlier: EarlierRun, key: bytes) -> bool:
    return earlier.made.inputs == new.made.inputs or same_cells(earlier.cells, new.cells, Marker(key, earlier.run))


def _words(runs: Sequence[str] | frozenset[str] | Mapping[str, int]) -> str:
    """Return what to add to the command."""
    return " ".join(f"--supersedes {run}" for run in sorted(runs))
