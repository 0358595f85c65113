"""One person under several numbers: in several systems, or twice in one.

Identity codes link numbers of clients wherever both stand on a row; a mapping file (table ``identities``) says the
rest.
A person who has several identity codes is known by a mapping only: a number with two codes links nobody by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.intake.canonical import OTHER_PERSON, PERSON, ROW
from kumppanuus.intake.merge import FILE, RANK
from kumppanuus.intake.zeros import Padded
from kumppanuus.methods.components import components
from kumppanuus.register.tables import TABLES

Warnings = Mapping[str, Sequence[tuple[int, int, int | None]]]
SAME_PERSON = "same_person"
SEVERAL_CODES, SEVERAL_NUMBERS = "KU420", "KU421"
_NOBODY = np.empty(0, np.uint64)
_FILLED = ("family", "birth_date", "sex", "language", "area")


@dataclass(frozen=True, slots=True)
class Persons:
    """Numbers that give way to another number of the same person, and that number.

    other, main : pseudonyms, ascending by `other`.
    torn : numbers that stand with several identity codes.
    """

    other: np.ndarray = field(default_factory=lambda: _NOBODY)
    main: np.ndarray = field(default_factory=lambda: _NOBODY)
    torn: np.ndarray = field(default_factory=lambda: _NOBODY)

    def relabel(self, table: str, rows: pa.Table) -> pa.Table:
        """Return the rows of a table with everybody under her main number."""
        if not len(self.other):
            return rows
        given = Padded(self.other, self.main)
        for name, spec in TABLES[table].columns.items():
            if spec.kind == "id" and not spec.domain:
                place = rows.schema.get_field_index(name)
                rows = rows.set_column(place, name, given.apply(rows[name])[0])
        return rows


def find_persons(clients: pa.Table | None, identities: pa.Table | None) -> Persons:
    """Find the numbers that belong to one person.

    Parameters
    ----------
    clients, identities : rows of all files with ``_file``, ``_rank``, ``_row``, ``_person`` and ``_other_person``;
        None when there is no such table.
    """
    known = _pairs(clients, "client", PERSON)
    mapped = [_pairs(identities, a, b) for a, b in _WAYS] if identities is not None else []
    joins = [np.concatenate([_NOBODY, *(pair[end] for pair in mapped)]) for end in (0, 1)]
    if len(np.unique(known[1])) == len(known[1]) and not len(joins[0]) and len(np.unique(known[0])) == len(known[0]):
        return Persons()
    torn = _torn(known, joins)
    loose = np.isin(known[0], torn)
    edges = [np.concatenate([known[end][~loose], joins[end]]) for end in (0, 1)]
    return _main_numbers(edges, clients, identities, torn)


_WAYS = (
    ("client", "other"), ("client", PERSON), ("client", OTHER_PERSON), ("other", PERSON), ("other", OTHER_PERSON),
    (PERSON, OTHER_PERSON),
)  # fmt: skip


def _pairs(rows: pa.Table | None, first: str, second: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the different pairs of two columns where both are given."""
    if rows is None:
        return _NOBODY, _NOBODY
    both = rows.select([first, second]).filter(pc.and_(pc.is_valid(rows[first]), pc.is_valid(rows[second])))
    pairs = both.group_by([first, second]).aggregate([]).sort_by([(first, "ascending"), (second, "ascending")])
    return pairs[first].to_numpy(), pairs[second].to_numpy()


def _torn(known: tuple[np.ndarray, np.ndarray], joins: Sequence[np.ndarray]) -> np.ndarray:
    """Return the numbers whose identity codes differ, unless the mapping says that the codes are one person's."""
    mapping = components(joins[0], joins[1])
    place = np.searchsorted(mapping.nodes, known[1]).clip(max=max(len(mapping.nodes) - 1, 0))
    found = mapping.nodes[place] == known[1] if len(mapping.nodes) else np.zeros(len(known[1]), bool)
    _, own = np.unique(known[1], return_inverse=True)
    group = np.where(found, mapping.groups[place] if len(mapping.nodes) else 0, own + len(mapping.nodes))
    pairs = np.unique(np.stack([known[0], group.astype(np.uint64)]), axis=1)
    numbers, counts = np.unique(pairs[0], return_counts=True)
    return np.asarray(numbers[counts > 1])


def _main_numbers(
    edges: Sequence[np.ndarray], clients: pa.Table | None, identities: pa.Table | None, torn: np.ndarray
) -> Persons:
    """Choose the number of each person: of the source that is believed first, there the smallest pseudonym."""
    told = [_NOBODY]
    if clients is not None:
        told.append(pc.drop_null(clients["client"].combine_chunks()).to_numpy())
    if identities is not None:
        told += [pc.drop_null(identities[name].combine_chunks()).to_numpy() for name in ("client", "other")]
    people = components(edges[0], edges[1])
    is_number = np.isin(people.nodes, np.unique(np.concatenate(told)))
    several = people.sizes(is_number)[people.groups] > 1
    nodes, groups = people.nodes[is_number & several], people.groups[is_number & several]
    order = np.lexsort([nodes, -_best_rank(nodes, clients), groups])
    nodes, groups = nodes[order], groups[order]
    first = np.unique(groups, return_index=True)[1]
    main = np.repeat(nodes[first], np.diff([*first, len(nodes)]))
    gives_way = nodes != main
    other, main = nodes[gives_way], main[gives_way]
    by_number = np.argsort(other)
    return Persons(other[by_number], main[by_number], torn)


def _best_rank(nodes: np.ndarray, clients: pa.Table | None) -> np.ndarray:
    """Return the highest rank of the rows of each number; −1 for numbers without a row."""
    ranks = np.full(len(nodes), -1, np.int64)
    if clients is not None:
        best = clients.select(["client", RANK]).group_by("client").aggregate([(RANK, "max")]).sort_by("client")
        places = np.searchsorted(best["client"].to_numpy(), nodes).clip(max=max(len(best) - 1, 0))
        hit = best["client"].to_numpy()[places] == nodes if len(best) else np.zeros(len(nodes), bool)
        ranks[hit] = best[f"{RANK}_max"].to_numpy()[places[hit]]
    return ranks


def told_of_persons(persons: Persons, clients: pa.Table) -> tuple[np.ndarray, Warnings]:
    """Return which rows of clients stand under a number that gives way, and what to say by file."""
    numbers = clients["client"].to_numpy()
    aside = np.isin(numbers, persons.other)
    warnings = {
        code: _by_file(clients, rows)
        for code, rows in ((SEVERAL_CODES, np.isin(numbers, persons.torn)), (SEVERAL_NUMBERS, aside))
    }
    return aside, {code: told for code, told in warnings.items() if told}


def filled_from(engine: duckdb.DuckDBPyConnection, settled: pa.Table, aside: pa.Table) -> pa.Table:
    """Return settled clients with what only their other numbers tell: the best file's word, column by column.

    Parameters
    ----------
    aside : rows that gave way, already under their main numbers, with ``_file``, ``_rank`` and ``_row``.
    """
    if not len(aside):
        return settled
    engine.register("settled", settled)
    engine.register("aside", aside)
    best = ", ".join(
        f'first("{n}" ORDER BY _rank DESC, _file, _row) FILTER ("{n}" IS NOT NULL) AS "{n}"' for n in _FILLED
    )
    columns = ", ".join(f'coalesce(settled."{n}", told."{n}") AS "{n}"' if n in _FILLED else f'settled."{n}"'
                        for n in settled.column_names)  # fmt: skip
    filled = engine.execute(f"""SELECT {columns} FROM settled
        LEFT JOIN (SELECT client, {best} FROM aside GROUP BY client) AS told USING (client) ORDER BY ALL""")
    return filled.to_arrow_table().cast(settled.schema)


def _by_file(rows: pa.Table, chosen: np.ndarray) -> list[tuple[int, int, int | None]]:
    files, lines = rows[FILE].to_numpy()[chosen], rows[ROW].to_numpy()[chosen]
    numbers, counts = np.unique(files, return_counts=True)
    return [(int(file), int(n), int(lines[files == file].min())) for file, n in zip(numbers, counts, strict=True)]
