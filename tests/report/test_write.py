from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released
from kumppanuus.disclosure.scan import make_knows, numbers_of, scan_outputs
from kumppanuus.errors import DeclarationError, DisclosureError
from kumppanuus.language.say import Say
from kumppanuus.report import place
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.write import put_in_place, write_report
from kumppanuus.study import Study


def folder_of(path: Path) -> Path:
    path.mkdir()
    return path


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_everything_is_written_the_manifest_last_and_twice_the_same(
    tmp_path: Path, released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
):
    steps: list[tuple[int, int]] = []
    first, second = folder_of(tmp_path / "first"), folder_of(tmp_path / "second")
    written = write_report(
        released, analyses, study, say=say, facts=facts, folder=first, png=True,
        progress=lambda *step: steps.append(step),
    )  # fmt: skip
    write_report(released, analyses, study, say=say, facts=facts, folder=second, png=True)
    assert [path.relative_to(first).as_posix() for path in written] == [
        "raportti.html",
        "charts/00-data-account.svg",
        "charts/00-data-account.png",
        "charts/01-lifecycle-durations-services-chart.svg",
        "charts/01-lifecycle-durations-services-chart.png",
        "charts/02-lifecycle-durations-levels.svg",
        "charts/02-lifecycle-durations-levels.png",
        "charts/03-lifecycle-network-notice.svg",
        "charts/03-lifecycle-network-notice.png",
        "charts/04-resources-spending-notice.svg",
        "charts/04-resources-spending-notice.png",
        "tables.xlsx",
        "publication-list.csv",
        "manifest.json",
    ]
    assert steps == [(n, 14) for n in range(1, 15)]
    assert bytes_of(first) == bytes_of(second)
    assert set(bytes_of(first)) == {path.relative_to(first).as_posix() for path in written}
    picture = written[2].read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (1920, 1080)
    knows = make_knows(lambda value, domain: 1, ("client",), np.array([2], dtype="uint64"))
    assert scan_outputs(first, knows=knows, released_numbers=numbers_of(released)) == ()


def test_the_manifest_tells_what_was_made_of_what(
    tmp_path: Path, released: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
):
    folder = folder_of(tmp_path / "run")
    written = write_report(released, analyses, study, say=say, facts=facts, folder=folder, png=False)
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest["schema"] == "kumppanuus.manifest/1"
    assert manifest["disclosure"] == {
        "audited": False,
        "hidden": 6,
        "rules": {"k": 5, "f": 3, "base": 6, "n_min": 20},
    }
    assert [exhibit["hidden"] for exhibit in manifest["exhibits"]] == [6, 0, 0, 0]
    assert manifest["inputs"] == {"asiakkuudet_2021.csv": "ab" * 32}
    assert manifest["outputs"] == {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in written[:-1]
    }
    assert list(manifest) == sorted(manifest)
    assert str(tmp_path) not in text


def test_nothing_is_written_without_the_stamp(
    tmp_path: Path, unstamped: Released, analyses: Sequence[Analysis], study: Study, say: Say, facts: RunFacts
):
    with pytest.raises(DisclosureError, match="KU501"):
        write_report(unstamped, analyses, study, say=say, facts=facts, folder=tmp_path)
    assert not (tmp_path / "raportti.html").exists()
    assert not (tmp_path / "charts").exists()


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    staging = folder_of(tmp_path / "staging")
    (staging / "charts").mkdir()
    (staging / "charts" / "a.svg").write_text("new")
    (staging / "manifest.json").write_text("new")
    return staging


def earlier_run(target: Path) -> Path:
    target.mkdir()
    (target / "manifest.json").write_text("old")
    (target / "gone.html").write_text("old")
    return target


def test_a_run_is_put_in_place_whole(tmp_path: Path, staged: Path):
    target = earlier_run(tmp_path / "7f3a9c")
    put_in_place(staged, target)
    assert bytes_of(target) == {"charts/a.svg": b"new", "manifest.json": b"new"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["7f3a9c"]


def test_a_failing_rename_leaves_the_earlier_run(tmp_path: Path, staged: Path, monkeypatch: pytest.MonkeyPatch):
    target = earlier_run(tmp_path / "7f3a9c")
    rename = Path.rename

    def refuse(self: Path, to: Path) -> Path:
        if self == staged:
            raise OSError("no space left on device")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="no space"):
        put_in_place(staged, target)
    assert bytes_of(target) == {"gone.html": b"old", "manifest.json": b"old"}
    assert staged.exists()


def test_a_disk_that_refuses_leaves_the_earlier_run(tmp_path: Path, staged: Path, monkeypatch: pytest.MonkeyPatch):
    target = earlier_run(tmp_path / "7f3a9c")

    def refuse(handle: int) -> None:
        raise OSError("input/output error")

    monkeypatch.setattr(place.os, "fsync", refuse)
    with pytest.raises(OSError, match="input/output"):
        put_in_place(staged, target)
    assert bytes_of(target) == {"gone.html": b"old", "manifest.json": b"old"}


def test_a_run_killed_between_the_renames_is_mended_by_the_next(tmp_path: Path, staged: Path):
    target = tmp_path / "7f3a9c"
    earlier_run(tmp_path / ".7f3a9c.earlier")
    place.restore(target)
    assert bytes_of(target) == {"gone.html": b"old", "manifest.json": b"old"}
    earlier_run(tmp_path / ".7f3a9c.earlier")
    put_in_place(staged, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["7f3a9c"]
    assert bytes_of(target)["manifest.json"] == b"new"


def test_a_folder_without_a_manifest_is_no_run(tmp_path: Path, staged: Path):
    (staged / "manifest.json").unlink()
    with pytest.raises(DeclarationError, match="KU906"):
        put_in_place(staged, tmp_path / "7f3a9c")
    assert staged.exists()
