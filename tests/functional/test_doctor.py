"""``doctor``: what is in order is said to be so, what is not is named with how to mend it, and nothing is changed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kumppanuus import cli
from kumppanuus.console import doctor
from kumppanuus.console.doctor import Checked, look, look_and_tell
from kumppanuus.console.speech import console_say
from kumppanuus.language.catalogue import LANGUAGES
from tests.functional.small_town import write_town

Told = Callable[..., tuple[int, str, str]]
KEY = "ab" * 32


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("KUMPPANUUS_KEY", raising=False)
    write_town(tmp_path / "pikkula")
    return tmp_path / "pikkula"


@pytest.fixture
def kumppanuus(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kumppanuus", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        return int(str(left.value.code)), said.out, said.err

    return run


def found(path: Path | None) -> dict[str, Checked]:
    return {one.about: one for one in look(path)}


def with_key(town: Path, text: str, mode: int = 0o600) -> None:
    state = town / ".kumppanuus"
    state.mkdir(mode=0o700, exist_ok=True)
    (state / "key").write_text(text)
    (state / "key").chmod(mode)


def test_a_good_study_is_good(town: Path, kumppanuus: Told) -> None:
    before = sorted(town.rglob("*"))
    code, out, err = kumppanuus("kunto", town)
    assert (code, err) == (0, "")
    assert "ok Asetukset: Pikkula, lähteitä 2" in out
    assert "ok Tutkimuksen avain: luodaan ensimmäisessä ajossa" in out
    assert out.endswith("Kaikki tarvittava on kunnossa.\n")
    assert " x" not in out
    assert sorted(town.rglob("*")) == before


def test_as_json(town: Path, kumppanuus: Told) -> None:
    told = json.loads(kumppanuus("doctor", town, "--json")[1])
    assert told["ok"] is True
    names = [check["check"] for check in told["checks"]]
    assert names[:4] == ["python", "packages", "fonts", "console"]
    assert {"study", "disk", "output", "state", "key", "chromium", "libreoffice"} <= set(names)
    assert all(set(check) == {"check", "state", "what", "mend"} for check in told["checks"])


def test_without_a_study_only_the_program_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kumppanuus: Told
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = kumppanuus("doctor")
    assert code == 0
    assert " ! Asetukset: tässä kansiossa ei ole" in out
    assert "key" not in found(None)


def test_broken_settings_are_an_obstacle(town: Path, kumppanuus: Told) -> None:
    (town / "kumppanuus.toml").write_text("schema = 1\n[study]\norganiserr = 'x'\n", encoding="utf-8")
    code, out, _ = kumppanuus("doctor", town)
    assert code == 1
    assert " x Asetukset: KU203" in out
    assert "organiserr" in out
    assert "Ohje: Korjaa nimetty kohta." in out


@pytest.mark.skipif(os.name == "nt", reason="rights of files are not kept this way on Windows")
def test_a_key_that_others_may_read(town: Path) -> None:
    with_key(town, KEY)
    assert found(town)["key"].state == "ok"
    with_key(town, KEY, 0o644)
    assert found(town)["key"].fault is not None
    assert found(town)["key"].fault.code == "KU208"  # type: ignore[union-attr]


def test_a_key_that_is_none_or_lost(town: Path) -> None:
    with_key(town, "x")
    assert found(town)["key"].fault.code == "KU209"  # type: ignore[union-attr]
    (town / ".kumppanuus" / "key").unlink()
    (town / ".kumppanuus" / "register").mkdir()
    assert found(town)["key"].fault.code == "KU207"  # type: ignore[union-attr]


def test_the_key_is_never_said(town: Path, kumppanuus: Told) -> None:
    with_key(town, KEY[:-1] + "x")
    code, out, err = kumppanuus("doctor", town)
    assert code == 1
    assert "abab" not in out + err


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever may do everything can write everywhere")
def test_a_folder_that_cannot_be_written_to(town: Path) -> None:
    (town / "runs").mkdir(mode=0o500)
    assert found(town)["output"].state == "error"


def test_a_folder_that_is_a_file(town: Path, kumppanuus: Told) -> None:
    (town / "runs").write_text("x")
    assert found(town)["output"].state == "error"
    assert kumppanuus("doctor", town)[0] == 1


@pytest.mark.parametrize(("version", "state"), [((3, 10, 9), "error"), ((3, 11, 0), "ok"), ((3, 14, 0), "error")])
def test_the_versions_of_python(version: tuple[int, int, int], state: str) -> None:
    assert doctor._python(version).state == state


@pytest.mark.parametrize(("free", "state"), [(50.0, "ok"), (1.0, "warning"), (0.1, "error")])
def test_the_room_on_the_disk(free: float, state: str) -> None:
    assert doctor._disk(free).state == state


@pytest.mark.parametrize(("encoding", "state"), [("utf-8", "ok"), ("cp1252", "ok"), ("cp850", "ok"),
                                                 ("ascii", "warning"), ("nonsense", "warning")])  # fmt: skip
def test_the_letters_of_the_console(encoding: str, state: str) -> None:
    assert doctor._console(encoding).state == state


def test_packages_that_are_missing_or_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor._packages().state in ("ok", "warning")
    versions = {"click": "7.0"}
    real = doctor._installed
    monkeypatch.setattr(doctor, "_installed", lambda name: versions.get(name, real(name)))
    assert doctor._packages().facts["packages"] == "click"
    assert doctor._packages().state == "error"
    versions["click"] = "8.99"
    assert (doctor._packages().state, doctor._packages().case) == ("warning", "other")


def test_a_font_that_is_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert doctor._fonts().state == "ok"
    from kumppanuus.drawing import fonts

    monkeypatch.setattr(fonts, "font_file", lambda bold=False: tmp_path / "none.ttf")
    assert doctor._fonts().state == "error"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_has_words(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    say = console_say(language)  # type: ignore[arg-type]
    needed = ("version", "packages", "n", "font", "encoding", "organiser", "problem", "free", "least", "folder")
    facts = dict.fromkeys(needed, 1.5)
    outcomes = [
        Checked(about, "error" if case == "bad" else "warning" if mended else "ok", case, facts)
        for about, cases in {
            "python": ("ok", "bad"), "packages": ("ok", "bad", "other"), "fonts": ("ok", "bad"),
            "console": ("ok", "bad"), "study": ("ok", "absent", "bad"), "disk": ("ok", "bad"),
            "folder": ("ok", "bad"), "output": ("ok", "bad"), "state": ("ok", "bad"), "key": ("ok", "absent"),
            "chromium": ("ok", "absent"), "libreoffice": ("ok", "absent"),
        }.items()
        for case in cases
        for mended in (case == "other",)
    ]  # fmt: skip
    monkeypatch.setattr(doctor, "look", lambda _path: outcomes)
    said: list[str] = []
    monkeypatch.setattr(doctor.click, "echo", lambda text, **_: said.append(text))
    assert look_and_tell(None, say, as_json=False) is False
    assert len([line for line in said if line[:3] in ("ok ", " ! ", " x ")]) == len(outcomes)
