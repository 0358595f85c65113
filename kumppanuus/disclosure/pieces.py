"""Tables whose rows are neighbours: rows of a group in order, several rows as one piece, shares of their sum."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.protect import GATE_ONLY, protected_table
from kumppanuus.disclosure.released import Guarded, Rules
from kumppanuus.disclosure.rules_forms import Run, range_code
from kumppanuus.errors import DisclosureError

Group = tuple[tuple[Hashable, ...], pd.DataFrame]
Runs = Callable[[pd.DataFrame], list[Run]]


def refuse(table: str, column: str, form: str) -> DisclosureError:
    """Return the refusal of a column that does not fit the form of its table (KU525)."""
    return DisclosureError("KU525", table=table, column=column, form=form)


def fits(name: str, table: Table, frame: pd.DataFrame, roles: Iterable[str]) -> None:
    """Check that a table has its dimensions, one column each of persons and families, and no role without a rule.

    Raises
    ------
    DisclosureError
        KU525 naming the first column that does not fit.
    """
    known = {"dimension", "persons", "families", *roles}
    strangers = [each for each in table.columns if table.columns[each].role not in known]
    counted = [table.names(role) for role in ("persons", "families")]
    wrong = [*strangers, *(each for columns in counted for each in columns[1:])]
    wrong += [role for role, columns in zip(("persons", "families"), counted, strict=True) if not columns]
    wrong += [] if table.dimensions else ["dimension"]
    wrong += [columns[0] for columns in counted if columns and frame[columns[0]].isna().any()]
    if wrong:
        raise refuse(name, wrong[0], table.form)


def groups_in_order(frame: pd.DataFrame, groups: list[str], order: pd.Series[float]) -> list[Group]:
    """Return the rows of each group in order, the groups in the order of their codes."""
    rows = frame.assign(_order=order.to_numpy()).sort_values([*groups, "_order"], kind="stable")
    rows = rows.drop(columns="_order")
    if not groups:
        return [((), rows)] if len(rows) else []
    grouped = rows.groupby(groups, sort=True)
    return [(key if isinstance(key, tuple) else (key,), part) for key, part in grouped]


def numbers_of_codes(name: str, table: Table, frame: pd.DataFrame) -> pd.Series[float]:
    """Return the codes of the last dimension as numbers: they are in order.

    Raises
    ------
    DisclosureError
        KU525 when one is no number.
    """
    numbers = pd.to_numeric(frame[table.dimensions[-1]], errors="coerce").astype(float)
    if numbers.isna().any():
        raise refuse(name, table.dimensions[-1], table.form)
    return numbers


def adds_up(table: Table) -> bool:
    """Return whether no family is in two rows of a group."""
    return table.columns[table.dimensions[-1]].adds


def merged_rows(table: Table, part: pd.DataFrame, runs: list[Run]) -> pd.DataFrame:
    """Return the exact numbers of pieces of one group.

    Persons add up. Families do where the dimension is declared to (`Column.adds`); else they are known only where one
    row of the piece holds all of its people, and NaN otherwise.
    """
    pieces = [part.iloc[first:after] for first, after in runs]
    rows = pd.concat([piece.iloc[[0]] for piece in pieces], ignore_index=True)
    persons, families = table.names("persons")[0], table.names("families")[0]
    rows[table.dimensions[-1]] = [range_code(piece[table.dimensions[-1]].astype(str).tolist()) for piece in pieces]
    rows[persons] = [float(piece[persons].sum()) for piece in pieces]
    held = [piece.loc[piece[persons] > 0, families] for piece in pieces]
    rows[families] = [float(each.sum()) if adds_up(table) or len(each) < 2 else np.nan for each in held]
    return rows


def protected_pieces(
    name: str, table: Table, kept: list[pd.DataFrame], frame: pd.DataFrame, left_out: int, told: tuple[str, ...],
    rules: Rules,
) -> Guarded:  # fmt: skip
    """Publish pieces none of which is small: counts by R1, shares (R4) over the sum of the published counts, L in
    whole percent; sums are not published.

    Parameters
    ----------
    kept : exact rows of the pieces, one frame a group. frame : the table before. left_out : rows of groups left out.
    told : what else was done.
    """
    exact = pd.concat(kept, ignore_index=True) if kept else frame.iloc[:0].reset_index(drop=True)
    columns = [each for each in table.columns if each not in table.names(*GATE_ONLY, "sum")]
    shown = exact[columns].astype({each: float for each in columns if each not in table.dimensions})
    masked = pd.DataFrame(False, index=exact.index, columns=[each for each in columns if each not in table.dimensions])
    persons, families = table.names("persons")[0], table.names("families")[0]
    shown[persons] = rule.round_counts(exact[persons].to_numpy(dtype=float), rules.base)
    homes = exact[families].to_numpy(dtype=float)
    masked[families] = np.isnan(homes) | rule.few(homes, rules)
    shown[families] = np.where(masked[families], np.nan, rule.round_counts(homes, rules.base))
    for column in table.names("share"):
        shown[column] = rule.share(shown[persons].to_numpy(), _sums(table, shown, persons))
        masked[column] = shown[column].isna()
    for column in table.names("cumulative"):
        shown[column] = np.round(np.round(shown[column] * 100, 6)) / 100
    done = protected_table(name, table, shown, masked, np.zeros(len(exact), dtype=bool))
    return Guarded(replace(done, hidden=done.hidden + left_out, told=(*told, *_gone(left_out, len(kept)))), exact)


def _gone(left_out: int, kept: int) -> tuple[str, ...]:
    """Return the word for groups that are not shown; another one when no group is left."""
    return () if not left_out else ("left_out",) if kept else ("dropped",)


def _sums(table: Table, shown: pd.DataFrame, persons: str) -> rule.Floats:
    groups = list(table.dimensions[:-1])
    if not groups:
        return np.full(len(shown), shown[persons].sum())
    return shown.groupby(groups)[persons].transform("sum").to_numpy(dtype=float)
