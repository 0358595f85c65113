"""The one gate: all results of a run go in at once, one `Released` comes out. There is no other way to make one.

Anything the gate does not know is refused: an undeclared column, a missing one, a duplicate cell, a role without a
rule. Nothing falls through to a default.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kumppanuus.analysis import Result, Table
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.audit import audit
from kumppanuus.disclosure.base import make_base
from kumppanuus.disclosure.curve_twice import all_ends, in_step
from kumppanuus.disclosure.exact import exact_result
from kumppanuus.disclosure.gathered import Gather, nothing_gathered, with_gathered, without_gathered
from kumppanuus.disclosure.guard import guarded_result, whole_of
from kumppanuus.disclosure.kept import parts_of, text_of
from kumppanuus.disclosure.money import audit_money, make_money
from kumppanuus.disclosure.placed import COUNTED, Name, code_text
from kumppanuus.disclosure.plan import Plan, coarser
from kumppanuus.disclosure.released import Face, Guarded, Released, ReleasedResult, ReleasedTable, Rules
from kumppanuus.errors import DisclosureError
from kumppanuus.methods.integer import Solved

if TYPE_CHECKING:
    from kumppanuus.study import Disclosure

_NUMBERS = ("persons", "families", "count", "public")
_COMPARED = ("ratio", "mark", "hazard_ratio", "evidence", "bounded")
_MEASURED = ("sum", "mean", "behind", "expected", *_COMPARED, "concentration", "quantile", "time", "survival",
             "incidence", "occupation", "recurrence", "margin", "external")  # fmt: skip
_CURVES = ("time", "survival", "incidence", "occupation", "recurrence", "lower", "upper")
_READ = ("lift", "from_curve", "quantile", "cumulative")
_OF_FORM = {
    "counts": (*_CURVES, "lift", "mark", "cumulative"),
    "curve": ("share", "sum", "mean", "margin", *_READ, *_COMPARED),
    "edges": (*_CURVES, "from_curve", "quantile", "hazard_ratio", "evidence", "cumulative", "margin", "bounded"),
    "lorenz": (*_CURVES, *_READ[:-1], *_COMPARED, "margin"),
    **dict.fromkeys(
        ("histogram", "combinations", "paths", "likert", "queue"), (*_CURVES, *_READ, *_COMPARED, "margin")
    ),
}
"""Roles that have no rule in a form of table."""
ROUNDS = 200
"""Most audits of a run; each makes some table coarser."""


def release(
    results: Mapping[str, Result], settings: Disclosure, *, missing: Mapping[str, tuple[str, ...]] | None = None,
    face: Face = "public", show: Collection[str] | None = None, gather: Mapping[str, Gather] | None = None,
) -> Released:  # fmt: skip
    """Protect all results of a run, audit them together and stamp them.

    Parameters
    ----------
    results : analysis key → result, all of the run at once.
    settings : the study's thresholds.
    missing : analysis key → tables that were not given; such an analysis says so instead of a result.
    show : keys of the results that may be written; the others are protected and audited with them and stay behind.
    face : ``internal``: the exact numbers, for the organiser's own authorised staff; nothing is protected.
    gather : analysis key → what makes its gathered tables of all that was released (`Table.gathered`). It sees
        released results only, so what it makes says nothing that they do not; in this order, so that a later one
        sees the gathered tables of those before it.

    Raises
    ------
    DisclosureError
        KU502 undeclared or missing column, KU503 duplicate cell, KU504 a number that cannot be a count, KU505 a
        sibling table that does not exist, KU506 a rule broken after protection (a fault of the gate itself), KU508
        two different numbers for one cell, KU520 a hidden number could be worked out whatever is made coarser.
    """
    rules = Rules(settings.k, settings.f, settings.base, settings.n_min)
    accepted = {key: _accepted(key, result) for key, result in results.items()}
    full = {key: each for key, each in accepted.items() if not all(frame.empty for frame in each.frames.values())}
    guarded = _exact(full) if face == "internal" else _audited(full, rules)
    done = {key: _result(key, guarded.get(key)) for key in results}
    absent = {key: ReleasedResult(key, "missing", {}, tables) for key, tables in (missing or {}).items()}
    gather = gather or {}
    for key in (*(key for key in gather if key in guarded), *(key for key in guarded if key not in gather)):
        declared = type(results[key]).tables()
        if any(table.gathered for table in declared.values()):
            make = gather.get(key, nothing_gathered(declared))
            done[key] = with_gathered(done[key], declared, make({**done, **absent}))
    shown = {key: each for key, each in done.items() if show is None or key in show}
    return Released({**shown, **absent}, rules, stamped._SEAL, audited=face == "public", face=face)


def gathered_again(released: Released, key: str, result: type[Result], make: Gather) -> Released:
    """Return a release whose gathered tables of one analysis are made anew, stamped: of the same protected numbers.

    Raises
    ------
    DisclosureError
        KU501 when it does not carry the stamp; KU502-KU504 as in `release`.
    """
    stamped.demand(released)
    again = with_gathered(released.results[key], result.tables(), make(released.results))
    results = {**released.results, key: again}
    return Released(results, released.rules, stamped._SEAL, audited=released.audited, face=released.face)


def kept_text(released: Released, key: bytes) -> tuple[str, str]:
    """Return a release written down, and its mark under the study's key: what `released_again` takes.

    Raises
    ------
    DisclosureError
        KU501 when it does not carry the stamp.
    """
    text = text_of(released)
    return text, _mark_of(text, key)


def released_again(text: str, mark: str, key: bytes) -> Released:
    """Return what `kept_text` wrote, stamped: the same protected numbers, to the last digit.

    Raises
    ------
    DisclosureError
        KU527 when the text is not what this study's gate once released.
    """
    if not hmac.compare_digest(mark.encode(), _mark_of(text, key).encode()):
        raise DisclosureError("KU527")
    try:
        results, rules, audited, face = parts_of(text)
    except (ValueError, KeyError, TypeError):  # written by another version
        raise DisclosureError("KU527") from None
    return Released(results, rules, stamped._SEAL, audited=audited, face="internal" if face == "internal" else "public")


def _mark_of(text: str, key: bytes) -> str:
    return hashlib.blake2b(text.encode(), key=key, person=b"kept release").hexdigest()


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A result that is exactly what was declared."""

    declared: Mapping[str, Table]
    frames: Mapping[str, pd.DataFrame]


def _accepted(key: str, result: Result) -> _Accepted:
    declared = without_gathered(key, type(result).tables(), result)
    frames = {name: _accept(key, name, table, getattr(result, name)) for name, table in declared.items()}
    for name, table in declared.items():
        _siblings_exist(key, name, table, declared)
    return _Accepted(declared, frames)


def _result(key: str, tables: Mapping[str, Guarded] | None) -> ReleasedResult:
    if tables is None:
        return ReleasedResult(key, "empty", {})
    return ReleasedResult(key, "ok", {name: each.table for name, each in tables.items()})


def _exact(accepted: Mapping[str, _Accepted]) -> dict[str, dict[str, Guarded]]:
    return {key: exact_result(each.declared, each.frames) for key, each in accepted.items()}


def _audited(accepted: Mapping[str, _Accepted], rules: Rules) -> dict[str, dict[str, Guarded]]:
    """Protect and audit, and make coarser what the audit found, until nothing can be worked out.

    Raises
    ------
    DisclosureError
        KU520 naming the tables for which nothing more can be done.
    """
    plan, solved = Plan(), Solved()
    guarded: dict[str, dict[str, Guarded]] = {}
    ends = {(key, name): all_ends(table, each.frames[name])
            for key, each in accepted.items() for name, table in each.declared.items()}  # fmt: skip
    stale, stuck = set(accepted), tuple[Name, ...]()
    for _ in range(ROUNDS):
        guarded |= {key: _guarded(key, accepted[key], rules, plan) for key in accepted if key in stale}
        shown = in_step(guarded, ends, rules)
        tables = {(key, name): each for key, found in shown.items() for name, each in found.items()}
        after, stuck = _next(plan, tables, rules, solved)
        if after is None:
            return shown
        if after == plan:
            break
        stale = {name[0] for name in tables if after.of(name) != plan.of(name)}
        plan = after
    raise DisclosureError("KU520", where=", ".join("/".join(name) for name in stuck) or "-")


def _next(
    plan: Plan, tables: Mapping[Name, Guarded], rules: Rules, solved: Solved
) -> tuple[Plan | None, tuple[Name, ...]]:  # fmt: skip
    """Audit counts, then sums; return the next plan (None: all is well) and tables for which nothing can be done."""
    for base in (make_base(tables, rules), make_money(tables)):
        after = plan.hiding(base.unequal)
        if after != plan:
            return after, ()
        finding = audit(base, solved) if base.most else audit_money(base)
        if not finding.clean:
            return coarser(base, finding.told, tables, plan)
    return None, ()


def _guarded(key: str, accepted: _Accepted, rules: Rules, plan: Plan) -> dict[str, Guarded]:
    tables = guarded_result(key, accepted.declared, accepted.frames, rules, plan)
    for done in tables.values():
        _verify(key, done.table, rules)
    return tables


def _siblings_exist(key: str, name: str, table: Table, declared: Mapping[str, Table]) -> None:
    wanted = {table.within, table.nodes, table.beside, whole_of(table)} - {""}
    for column in table.columns.values():
        wanted |= {total.split(".")[0] for total in column.part_of if "." in total}
        wanted |= {column.of[0]} if column.role in ("lift", "from_curve") else set()
    for sibling in sorted(wanted - set(declared)):
        raise DisclosureError("KU505", analysis=key, table=name, sibling=sibling)
    base = declared[table.within] if table.within and table.form == "counts" else None
    people = table.names("persons") or [each for each in table.names("count") if table.columns[each].of]
    if base and not (people and "persons" in base.columns):  # R2 asks for them
        raise DisclosureError("KU502", analysis=key, table=name, found=f"within {table.within}")


def _accept(key: str, name: str, table: Table, frame: object) -> pd.DataFrame:
    """Take a frame that is exactly what was declared, or refuse."""
    strangers = [each for each in table.columns if table.columns[each].role in _OF_FORM.get(table.form, ())]
    if table.form != "counts" or set(table.names(*COUNTED, "sum", "mean", "behind", "expected")):
        strangers += table.names("external")  # numbers of others stand in tables of their own
    if strangers:
        raise DisclosureError("KU502", analysis=key, table=name, found=", ".join(strangers))
    if not isinstance(frame, pd.DataFrame) or list(frame.columns) != list(table.columns):
        found = ", ".join(map(str, frame.columns)) if isinstance(frame, pd.DataFrame) else type(frame).__name__
        raise DisclosureError("KU502", analysis=key, table=name, found=found)
    dimensions = list(table.dimensions)
    codes = pd.DataFrame({each: code_text(frame[each]) for each in dimensions})
    if dimensions and (codes.duplicated().any() or frame[dimensions].isna().any(axis=None)):
        raise DisclosureError("KU503", analysis=key, table=name)
    if not dimensions and len(frame) > 1:
        raise DisclosureError("KU503", analysis=key, table=name)
    if frame.empty:
        return frame.astype({column: object if column in dimensions else float for column in table.columns})
    for column in table.names(*_NUMBERS):
        values = frame[column]
        whole = pd.api.types.is_numeric_dtype(values) and ((values.dropna() >= 0) & (values.dropna() % 1 == 0)).all()
        if not whole:
            raise DisclosureError("KU504", analysis=key, table=name, column=column)
    for column in table.names(*_MEASURED):
        if not pd.api.types.is_numeric_dtype(frame[column]):
            raise DisclosureError("KU504", analysis=key, table=name, column=column)
    unknown = [each for each in table.names(*_NUMBERS[:3], "behind") if frame[each].isna().any()]
    if unknown and table.form in ("combinations", "paths", "edges"):  # what is not known cannot be pooled
        raise DisclosureError("KU504", analysis=key, table=name, column=unknown[0])
    return frame.reset_index(drop=True)


def _verify(key: str, table: ReleasedTable, rules: Rules) -> None:
    """Look at what is about to leave once more.

    No number of 1 to 6, nothing but class middles; no share, sum or mean beside hidden people.
    """
    declared, frame = table.declaration, table.frame
    for column in declared.names("persons", "families", "count"):
        if column not in frame:
            continue
        values = frame[column].dropna()
        if (((values != 0) & (values < rules.base)) | ((values > 0) & (values % rules.base != rules.base // 2))).any():
            raise DisclosureError("KU506", analysis=key, table=table.name, column=column)
    for column in (each for each in declared.names("share", "sum", "mean") if each in frame):
        behind = [each for each in declared.columns[column].of if each in frame]
        if (frame[column].notna() & frame[behind].isna().any(axis=1)).any():
            raise DisclosureError("KU506", analysis=key, table=table.name, column=column)
