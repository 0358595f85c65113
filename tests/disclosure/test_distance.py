"""R15 over a folder of runs: which earlier runs count, which are withdrawn, what is refused and what is kept."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from kumppanuus import __version__
from kumppanuus.console.towns import earlier_towns
from kumppanuus.demo import DemoFiles
from kumppanuus.errors import DisclosureError, StudyError
from kumppanuus.report.distance import NewRun, keep_distance
from kumppanuus.report.earlier import Earlier, believed, demand_known, find_manifests, withdrawn
from kumppanuus.report.facts import Kept, Made
from kumppanuus.report.manifest import MANIFEST_FILE, SCHEMA
from kumppanuus.study import Study
from tests.studies import TOY

KEY, KEY_ID = bytes(range(32)), "0123456789abcdef"
RULES = {"k": 5, "f": 3, "base": 6, "n_min": 20}
WINDOW = {"from": "2021-01-01", "to": "2025-12-31"}


def new_run(name: str, persons: int = 200, families: int = 90, **changes: Any) -> NewRun:
    """Return a run of one base cell of persons and one of families."""
    cells = {"persons|clients|persons": persons, "families|clients|families": families}
    made = {
        "window": WINDOW, "rules": RULES, "version": "1", "inputs": {"a.csv": f"{persons}/{families}"},
        "together": ("x.town",), **{name: each for name, each in changes.items() if name not in ("cells", "groups")},
    }  # fmt: skip
    counted = changes.get("cells", cells)
    return NewRun(Made(name, **made), counted, changes.get("groups", frozenset(counted)))


def put(folder: Path, run: NewRun, kept: Kept, **changes: Any) -> Path:
    """Put a run in a folder: its manifest, as far as later runs look at it."""
    made = run.made
    content = {
        "schema": SCHEMA, "run": made.run, "face": "public", "key": KEY_ID, "window": made.window,
        "disclosure": {"rules": made.rules}, "version": made.version, "inputs": made.inputs, **asdict(kept), **changes,
    }  # fmt: skip
    (folder / made.run).mkdir(exist_ok=True)
    file = folder / made.run / MANIFEST_FILE
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def earlier_in(folder: Path) -> Earlier:
    return believed(find_manifests(folder), KEY, KEY_ID)


def publish(folder: Path, run: NewRun, supersedes: Sequence[str] = ()) -> Kept:
    """Do with a run what the pipeline does: compare, then put in place."""
    kept = keep_distance(run, earlier_in(folder), demand_known(supersedes, find_manifests(folder)), KEY)
    put(folder, run, kept)
    return kept


def refused(code: str, act: Callable[[], object]) -> Mapping[str, object]:
    """Return the facts of a refusal."""
    with pytest.raises(DisclosureError) as caught:
        act()
    assert caught.value.code == code
    return caught.value.facts


def test_the_first_run_is_compared_with_nothing(tmp_path: Path) -> None:
    kept = publish(tmp_path, new_run("a"))
    assert (kept.supersedes, kept.compared_with) == ((), {})
    assert len(kept.cells) % 64 == 0


def test_a_run_that_is_nearly_an_earlier_one_is_refused(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    facts = refused("KU510", lambda: publish(tmp_path, new_run("b", persons=197, families=89)))
    assert facts == {"runs": "a", "n": 2, "k": 5, "f": 3, "supersede": "--supersedes a"}
    assert not (tmp_path / "b").exists()


def test_every_earlier_run_counts(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    publish(tmp_path, new_run("b", persons=300, families=140))
    facts = refused("KU510", lambda: publish(tmp_path, new_run("c", persons=203)))
    assert facts["runs"] == "a"
    kept = publish(tmp_path, new_run("d", persons=400, families=180))
    assert set(kept.compared_with) == {"a", "b"}


def test_a_superseded_run_is_ignored_now_and_later(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    kept = publish(tmp_path, new_run("b", persons=198), ["a"])
    assert (kept.supersedes, kept.compared_with) == (("a",), {})
    assert refused("KU510", lambda: publish(tmp_path, new_run("c", persons=199)))["runs"] == "b"
    kept = publish(tmp_path, new_run("c", persons=199), ["b"])
    assert kept.supersedes == ("b",)
    assert kept.compared_with == {}


def test_a_rerun_keeps_its_bytes_whatever_came_after(tmp_path: Path) -> None:
    first = publish(tmp_path, new_run("a"))
    second = publish(tmp_path, new_run("b", persons=300, families=140))
    assert second.compared_with.keys() == {"a"}
    assert publish(tmp_path, new_run("a")) == first
    assert publish(tmp_path, new_run("b", persons=300, families=140)) == second


def test_a_rerun_remembers_what_it_superseded(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    kept = publish(tmp_path, new_run("b", persons=198), ["a"])
    assert publish(tmp_path, new_run("b", persons=198)) == kept
    (tmp_path / "a" / MANIFEST_FILE).unlink()
    assert publish(tmp_path, new_run("b", persons=198), ["a"]) == kept


def test_a_withdrawn_run_does_not_come_back_by_itself(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    publish(tmp_path, new_run("b", persons=198), ["a"])
    facts = refused("KU512", lambda: publish(tmp_path, new_run("a")))
    assert facts == {"run": "a", "by": "b", "supersede": "--supersedes b"}
    publish(tmp_path, new_run("a"), ["b"])
    # both have been out: later runs keep their distance from both
    assert refused("KU510", lambda: publish(tmp_path, new_run("c", persons=199)))["runs"] == "a, b"
    assert publish(tmp_path, new_run("c", persons=199), ["a", "b"]).compared_with == {}
    assert refused("KU510", lambda: publish(tmp_path, new_run("d", persons=201)))["runs"] == "c"


def test_a_run_does_not_supersede_itself(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    assert publish(tmp_path, new_run("a"), ["a"]).supersedes == ()
    assert refused("KU510", lambda: publish(tmp_path, new_run("b", persons=199)))["runs"] == "a"


@pytest.mark.parametrize(
    "change", [{"rules": {**RULES, "k": 10}}, {"together": ("x.town", "y.roads")}, {"version": "2"}]
)
def test_the_same_people_protected_in_another_way_are_refused(change: dict[str, Any], tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    tighter = new_run("b", **change)
    assert refused("KU511", lambda: publish(tmp_path, tighter))["supersede"] == "--supersedes a"
    assert publish(tmp_path, tighter, ["a"]).supersedes == ("a",)
    other_people = new_run("c", persons=300, families=140)
    assert publish(tmp_path, other_people).compared_with.keys() == {"b"}


def test_the_same_files_are_the_same_people_also_without_a_shared_number(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    rest = {"cells": {"persons|costs|persons": 77}, "groups": frozenset({"persons|costs|persons"})}
    assert refused("KU511", lambda: publish(tmp_path, new_run("b", together=("y.roads",), **rest)))["runs"] == "a"


def test_the_same_people_in_other_files_are_the_same(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    again = new_run("b", inputs={"b.csv": "other bytes"}, together=("y.roads",))
    assert refused("KU511", lambda: publish(tmp_path, again))["runs"] == "a"


def test_the_tighter_of_two_thresholds_holds(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a", rules={**RULES, "k": 10}))
    assert refused("KU510", lambda: publish(tmp_path, new_run("b", persons=192)))["k"] == 10


def test_the_same_people_in_other_words_are_allowed(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    assert publish(tmp_path, new_run("a_in_swedish")).compared_with.keys() == {"a"}


def test_runs_of_other_analyses_compare_what_they_share(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    other = {"persons|costs|persons": 3, "persons|clients|persons": 200}
    publish(tmp_path, new_run("b", cells=other, groups=frozenset(other)))
    costs = {"persons|costs|persons": 5}
    facts = refused("KU510", lambda: publish(tmp_path, new_run("c", cells=costs, groups=frozenset(costs))))
    assert facts["runs"] == "b"


def test_a_small_cell_that_vanished_is_seen_in_the_same_window_only(tmp_path: Path) -> None:
    area = "persons|open|persons|area"
    publish(tmp_path, new_run("a", cells={f"{area}=north": 30, f"{area}=west": 2}, groups=frozenset({area})))
    gone = {"cells": {f"{area}=north": 30}, "groups": frozenset({area})}
    assert refused("KU510", lambda: publish(tmp_path, new_run("b", **gone)))["n"] == 1
    longer = {**WINDOW, "to": "2026-12-31"}
    assert publish(tmp_path, new_run("b", window=longer, **gone)).compared_with.keys() == {"a"}


def test_a_window_moved_by_a_few_days_is_compared(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    moved = new_run("b", persons=201, window={**WINDOW, "to": "2025-12-30"})
    assert refused("KU510", lambda: publish(tmp_path, moved))["n"] == 1


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda content: {**content, "cells": content["cells"][1:]}, "broken"),
        (lambda content: {**content, "supersedes": ["b"]}, "broken"),
        (lambda content: {**content, "window": {**WINDOW, "to": "2024-12-31"}}, "broken"),
        (lambda content: {**content, "disclosure": {"rules": {**RULES, "k": 4}}}, "broken"),
        (lambda content: {**content, "run": "b"}, "broken"),
        (lambda content: {**content, "inputs": {}}, "broken"),
        (lambda content: {**content, "version": "0"}, "broken"),
        (lambda content: {**content, "protected_together": []}, "broken"),
        (lambda content: {**content, "seal": "ä"}, "broken"),
        (lambda content: {**content, "seal": None}, "broken"),
        (lambda content: {**content, "cells": ["x"]}, "broken"),
        (lambda content: {**content, "cells": 5}, "broken"),
        (lambda content: {**content, "disclosure": []}, "broken"),
        (lambda content: {**content, "schema": "something/9"}, "broken"),
        (lambda content: {**content, "run": 7}, "broken"),
        (lambda content: {**content, "key": "another"}, "key"),
        (lambda content: {name: each for name, each in content.items() if name not in ("cells", "seal")}, "old"),
    ],
)
def test_a_manifest_that_cannot_be_believed_is_told(
    spoil: Callable[[dict[str, Any]], dict[str, Any]], why: str, tmp_path: Path
) -> None:
    publish(tmp_path, new_run("a"))
    file = tmp_path / "a" / MANIFEST_FILE
    file.write_text(json.dumps(spoil(json.loads(file.read_text(encoding="utf-8")))), encoding="utf-8")
    assert earlier_in(tmp_path) == Earlier((), (("a", why),))
    assert publish(tmp_path, new_run("c", persons=199)).compared_with == {}


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "\x00\xff", "[" * 100_000])
def test_what_is_no_manifest_at_all_breaks_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / MANIFEST_FILE).write_bytes(text.encode("latin-1"))
    assert earlier_in(tmp_path) == Earlier((), (("a", "broken"),))


def test_a_folder_without_manifest_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "file.txt").write_text("x", encoding="utf-8")
    assert find_manifests(tmp_path) == ()
    assert find_manifests(tmp_path / "nowhere") == ()


def test_a_run_moved_aside_by_a_broken_off_one_still_counts(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    (tmp_path / "a").rename(tmp_path / ".a.earlier")
    (tmp_path / ".a.new").mkdir()
    assert [each.run for each in earlier_in(tmp_path).runs] == ["a"]
    publish(tmp_path, new_run("a"))
    assert len(find_manifests(tmp_path)) == 1
    assert [each.run for each in earlier_in(tmp_path).runs] == ["a"]


def test_a_renamed_folder_is_still_its_run(tmp_path: Path) -> None:
    publish(tmp_path, new_run("a"))
    (tmp_path / "a").rename(tmp_path / "spring report")
    assert refused("KU510", lambda: publish(tmp_path, new_run("b", persons=199)))["runs"] == "a"
    assert publish(tmp_path, new_run("b", persons=199), ["spring report"]).supersedes == ("a",)


def test_a_run_that_lies_in_two_folders_is_one_run(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
        kept = publish(folder, new_run("a"))
    found = find_manifests(here, there, here / ".." / "here", tmp_path / "nowhere")
    assert len(found) == 2
    earlier = believed(found, KEY, KEY_ID)
    assert keep_distance(new_run("a"), earlier, (), KEY) == kept
    assert refused("KU510", lambda: keep_distance(new_run("b", persons=199), earlier, (), KEY))["runs"] == "a"


def test_an_internal_run_is_not_looked_at(tmp_path: Path) -> None:
    put(tmp_path, new_run("a"), publish(tmp_path, new_run("a")), face="internal")
    assert earlier_in(tmp_path) == Earlier()


def test_an_unknown_run_is_told_with_the_nearest(tmp_path: Path) -> None:
    publish(tmp_path, new_run("4f1e20aa31"))
    with pytest.raises(StudyError) as caught:
        demand_known(["4f1e20aa13"], find_manifests(tmp_path))
    assert (caught.value.code, caught.value.facts) == ("KU518", {"run": "4f1e20aa13", "near": "4f1e20aa31"})


@pytest.mark.parametrize(
    ("supersedes", "gone"),
    [
        ({}, {}),
        ({"b": ["a"]}, {"a": {"b"}}),
        ({"c": ["b"], "b": ["a"]}, {"a": {"b"}, "b": {"c"}}),
        ({"a": ["b"], "b": ["a"]}, {}),
        ({"a": ["c"], "b": ["a"], "c": ["b"]}, {}),
        ({"a": ["b"], "b": ["a"], "c": ["a", "b"]}, {"a": {"c"}, "b": {"c"}}),
        ({"a": ["a"]}, {}),
    ],
)
def test_who_is_withdrawn_by_whom(supersedes: dict[str, list[str]], gone: dict[str, set[str]]) -> None:
    assert withdrawn(supersedes) == gone


def test_the_demo_withdraws_reports_on_other_towns_only(tmp_path: Path) -> None:
    extract = tmp_path / "aineisto.csv"
    extract.write_bytes(b"a;b\n")
    study = Study.model_validate({**tomllib.loads(TOY), "root": tmp_path})
    runs = study.output_folder
    runs.mkdir()
    present = {"aineisto.csv": hashlib.sha256(b"a;b\n").hexdigest()}
    for name, change in {
        "present": {"inputs": present, "version": __version__},
        "other_town": {"inputs": {"aineisto.csv": "0" * 64}, "version": __version__},
        "other_version": {"inputs": present, "version": "0.0.1"},
    }.items():
        put(runs, new_run(name, **change), Kept())
    written = DemoFiles(tmp_path / "kumppanuus.toml", (extract,), tmp_path / "totuus.json", ())
    assert earlier_towns(study, written) == ("other_town", "other_version")
