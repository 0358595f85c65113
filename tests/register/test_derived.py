"""Derived tables are made when asked for, once, and a register that is whole need not be built again."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from kumppanuus.register import (
    cost_tallies,
    flows,
    ladder,
    needs,
    outcomes,
    segments,
    shared,
    workers,
    year_children,
    year_people,
)
from kumppanuus.register.derived import DERIVED, derivations, needed
from kumppanuus.register.peak_tallies import PEAK_TALLIES
from kumppanuus.register.store import Register, build_register, derive, standing_register
from kumppanuus.register.tallies import TALLIES
from kumppanuus.study import Study
from tests.studies import clients, register, relationships, toy_study

ROWS = [
    row
    for n in range(1, 40)
    for row in (
        (n, "early", "2020-11-20", "2021-01-10"), (n, "special", "2020-12-10", "2021-02-01"),
        (n, "corrective", "2021-05-01", None), (100 + n, "early", "2020-02-01", None),
    )
]  # fmt: skip


WORKERS = pa.array([row[0] % 4 or None for row in ROWS], pa.uint64())
GIVEN = {
    "relationships": relationships(ROWS).append_column("worker", WORKERS),
    "clients": clients([(1, 9, "2012-01-01"), (2, 9, "2012-01-01"), (3, 3, "2012-01-01")]),
    "visits": pa.table({
        "client": pa.array([1, 1, 2, 2, 3], pa.uint64()), "service": ["early"] * 5,
        "date": [datetime.date(2021, 1, day) for day in (2, 3, 4, 5, 6)],
        "worker": pa.array([1, 2, 2, 1, 1], pa.uint64()),
    }),
}  # fmt: skip


def _built(folder: Path, study: Study, made_of: str = "x") -> Register:
    return build_register(GIVEN, study, folder / "register", buckets=3, made_of=made_of)


def _there(built: Register, study: Study) -> set[str]:
    return {path.name for path in built.derived(study).glob("*")}


def test_every_derived_table_needs_earlier_ones_only() -> None:
    made = derivations(0)
    assert tuple(made) == DERIVED
    for place, name in enumerate(DERIVED):
        assert set(needed([name], (), made)) <= {*DERIVED[: place + 1]}
    assert list(needed(["family_level_years"], (), made)) == ["stays", "presence", "family_level_years"]
    assert list(needed(["family_level_years"], ["presence"], made)) == ["family_level_years"]
    assert needed(["relationships"], (), made) == {}


def test_only_what_is_asked_for_is_made(tmp_path: Path) -> None:
    study = toy_study()
    built = _built(tmp_path, study)
    assert _there(built, study) == set()
    derive(built, study, ["family_services", "relationships", "years"])
    assert _there(built, study) == {"family_services"}
    first = Path(built.files("family_services", 0, study=study)[0]).stat().st_mtime_ns
    derive(built, study, ["families", "family_services"])
    assert _there(built, study) == {"family_services", "families"}
    assert Path(built.files("family_services", 0, study=study)[0]).stat().st_mtime_ns == first


def test_a_table_is_the_same_alone_after_others_and_in_one_bucket(tmp_path: Path) -> None:
    """Alone: what it stands on is made with it and not kept. Every fifth table is, as each takes a second."""
    study = toy_study()
    alone, after = _built(tmp_path / "a", study), _built(tmp_path / "b", study)
    whole = register(tmp_path / "c", study, buckets=1, **GIVEN)
    derive(whole, study, DERIVED)
    derive(after, study, DERIVED[::2])
    derive(after, study, DERIVED)
    for place, name in enumerate(DERIVED):
        builds = [after, whole]
        if place % 5 == 0:
            shutil.rmtree(alone.derived(study), ignore_errors=True)
            derive(alone, study, [name])
            builds.append(alone)
        rows = [
            duckdb.sql(
                f"SELECT {_all_of(name)} FROM read_parquet({built.files(name, study=study)}) {_ordered(name)}"
            ).fetchall()
            for built in builds
        ]
        assert all(each == rows[0] for each in rows), name
        assert rows[0] or name in NO_ROWS, name


NO_ROWS = {"expenses", "clocked", "waits", *(name for name in DERIVED if name.endswith("_costs")), *needs.TABLES,
           *(name for name in shared.TABLES if name.startswith("goal"))}  # fmt: skip
"""Of a register without costs, needs, goals and contacts."""
SUMS = {*TALLIES, *PEAK_TALLIES, *outcomes.TALLIES, *ladder.TALLIES, *flows.TALLIES, *year_people.TALLIES,
        *year_children.TALLIES,
        *cost_tallies.TABLES, *needs.TALLIES, *shared.TALLIES, *workers.TALLIES, *segments.TALLIES}  # fmt: skip
KEYS = ("what", "code", "service", "family_group", "day", "month", "moment",
        "who", "year", "most", "k", "rung", "low", "high",
        "level", "cause", "quarter", "whose", "kind", "kinds", "state", "target", "direction", "origin",
        "breakdown", "period", "start_type", "need", "first", "second",
        "in_force", "area", "worker", "workers", "segment", "earlier")  # fmt: skip


def _all_of(name: str) -> str:
    """Tallies have rows of their own in each bucket, which add up; other tables have the same rows."""
    key = f"lambda each: each IN {KEYS}"
    return f"COLUMNS({key}), sum(COLUMNS(lambda each: each NOT IN {KEYS}))" if name in SUMS else "*"


def _ordered(name: str) -> str:
    return "GROUP BY ALL ORDER BY ALL" if name in SUMS else "ORDER BY ALL"


def test_other_rules_have_derived_tables_of_their_own(tmp_path: Path) -> None:
    study = toy_study()
    built = _built(tmp_path, study)
    derive(built, study, ["spells"])
    other = study.model_copy(update={"spells": study.spells.model_copy(update={"tolerance_days": 30})})
    assert _there(built, other) == set()


def test_a_register_made_of_the_same_stands(tmp_path: Path) -> None:
    built = _built(tmp_path, toy_study())
    assert standing_register(built.folder, "x") == built
    assert standing_register(built.folder, "y") is None
    assert standing_register(tmp_path / "nowhere", "x") is None


def test_a_damaged_register_does_not_stand(tmp_path: Path) -> None:
    for damage in ("changed", "gone", "seal"):
        built = _built(tmp_path / damage, toy_study())
        file = built.folder / ("seal.json" if damage == "seal" else "relationships/1.parquet")
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2])
        if damage == "gone":
            file.unlink()
        assert standing_register(built.folder, "x") is None


def test_a_damaged_derived_table_is_made_again(tmp_path: Path) -> None:
    study = toy_study()
    built = _built(tmp_path, study)
    derive(built, study, ["spells", "stays"])
    file = Path(built.files("stays", 1, study=study)[0])
    rows = _rows(file)
    file.write_bytes(file.read_bytes()[:-1])
    assert standing_register(built.folder, "x") == built
    assert _there(built, study) == {"spells"}
    derive(built, study, ["stays"])
    assert rows
    assert _rows(file) == rows


def _rows(file: Path) -> list[tuple[Any, ...]]:
    """Read with a database of its own: one that has read the file before may remember parts of it."""
    with duckdb.connect() as connection:
        return sorted(connection.execute(f"FROM '{file}'").fetchall())
