"""Figures are drawn once; what was changed on the disk is drawn anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from kumppanuus import drawing
from kumppanuus.drawing import Bar, Bars, Chart
from kumppanuus.report import figures as module
from kumppanuus.report.figures import Figures


def _chart(text: str = "noin 9") -> Chart:
    return Chart(Bars((Bar("Perhetyö", 9.0, text, "early"),)), "Otsikko", "", "", "Otsikko")


def _count(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    drawn: list[str] = []
    draw = drawing.svg_text
    monkeypatch.setattr(drawing, "svg_text", lambda chart, **rest: drawn.append(chart.headline) or draw(chart, **rest))
    return drawn


def test_a_figure_is_drawn_once_and_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = _count(monkeypatch)
    plain = Figures().svg(_chart(), prefix="k1")
    keeping = Figures(tmp_path / "figures", b"key")
    assert [keeping.svg(_chart(), prefix="k1") for _ in range(3)] == [plain] * 3
    assert len(drawn) == 2


def test_what_differs_is_drawn_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping = Figures(tmp_path / "figures", b"key")
    keeping.svg(_chart(), prefix="k1")
    drawn = _count(monkeypatch)
    keeping.svg(_chart("noin 15"), prefix="k1")
    keeping.svg(_chart(), prefix="k2")
    keeping.svg(_chart(), prefix="k1", frame="full")
    keeping.svg(_chart(), prefix="k1", embed_font=True)
    Figures(tmp_path / "figures", b"other").svg(_chart(), prefix="k1")
    assert len(drawn) == 5
    keeping.svg(_chart(), prefix="k1")
    assert len(drawn) == 5


def test_a_figure_changed_on_the_disk_is_not_believed(tmp_path: Path) -> None:
    keeping = Figures(tmp_path / "figures", b"key")
    right = keeping.svg(_chart(), prefix="k1")
    (file,) = (path for path in (tmp_path / "figures").rglob("*") if path.is_file())
    file.write_bytes(file.read_bytes().replace(b"noin 9", b"noin 5"))
    assert keeping.svg(_chart(), prefix="k1") == right
    assert b"noin 9" in file.read_bytes()
    other = keeping.svg(_chart("noin 15"), prefix="k1")
    two = [path for path in (tmp_path / "figures").rglob("*") if path.is_file()]
    first, second = (path.read_bytes() for path in two)
    two[0].write_bytes(second), two[1].write_bytes(first)  # each is a figure of ours, but of another chart
    assert (keeping.svg(_chart(), prefix="k1"), keeping.svg(_chart("noin 15"), prefix="k1")) == (right, other)


def test_the_folder_is_private_and_kept_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    keeping = Figures(tmp_path / "figures", b"key")
    for n in range(4):
        keeping.svg(_chart(str(n)), prefix="k1")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "figures").rglob("*"))
    keeping.tidy()
    assert sum(path.is_file() for path in (tmp_path / "figures").rglob("*")) == 2


def test_a_folder_that_cannot_be_written_does_not_stop_a_report(tmp_path: Path) -> None:
    (tmp_path / "figures").write_text("a file where the folder should be")
    assert Figures(tmp_path / "figures", b"key").svg(_chart(), prefix="k1") == Figures().svg(_chart(), prefix="k1")
