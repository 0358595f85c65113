"""The command ``doctor``: is everything there that the program needs, and if not, how is it mended?"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from kumppanuus.console.speech import print_json, rule_texts, told_error
from kumppanuus.errors import KumppanuusError
from kumppanuus.study import STUDY_FILE, Study, load_study

if TYPE_CHECKING:
    from kumppanuus.language.say import Say

PROGRAM = "kumppanuus"
OLDEST, NEWEST = (3, 11), (3, 13)
LETTERS = "äöåÄÖÅš≥→−€"
CONSOLE_LETTERS = "äöåÄÖÅ"
ENOUGH_GB, LEAST_GB = 2.0, 0.2
State = Literal["ok", "warning", "error"]
_MARKS = {"ok": "ok", "warning": " !", "error": " x"}
_OPTIONAL = {"chromium": ("chromium", "chromium-browser", "google-chrome"), "libreoffice": ("soffice", "libreoffice")}


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing looked at.

    about : what; with `case` the key of its words. state : whether it is in order. facts : for the words.
    fault : the error that was met, whose own words then say what and how to mend.
    """

    about: str
    state: State
    case: str = "ok"
    facts: Mapping[str, object] = field(default_factory=dict)
    fault: KumppanuusError | None = None


def look_and_tell(path: Path | None, say: Say, *, as_json: bool) -> bool:
    """Look at everything and say what was found; returns whether a run can be expected to succeed."""
    found = tuple(look(path))
    good = all(one.state != "error" for one in found)
    if as_json:
        print_json({"ok": good, "checks": [_as_json(one, say) for one in found]})
        return good
    for one in found:
        told = _as_json(one, say)
        click.echo(f"{_MARKS[one.state]} {told['what']}")
        if told["mend"]:
            click.echo(f"   {say('error.mend')}: {told['mend']}")
    click.echo(say("doctor.good" if good else "doctor.bad"))
    return good


def look(path: Path | None) -> Iterator[Checked]:
    """Yield what was found: the program first, then the machine, then the study."""
    yield _python(sys.version_info[:3])
    yield _packages()
    yield _fonts()
    yield _console(getattr(sys.stdout, "encoding", None) or "ascii")
    study, told = _study(path)
    yield told
    root = study.root if study else Path()
    yield _disk(shutil.disk_usage(_standing(root)).free / 1e9)
    for about, folder in _folders(study, root).items():
        yield _writable(about, folder)
    if study is not None:
        yield _key(study)
    for name, programs in _OPTIONAL.items():
        there = any(map(shutil.which, programs))
        yield Checked(name, "ok", "ok" if there else "absent")


def _python(version: tuple[int, ...]) -> Checked:
    told = {"version": ".".join(map(str, version))}
    good = OLDEST <= version[:2] <= NEWEST
    return Checked("python", "ok" if good else "error", "ok" if good else "bad", told)


def _packages() -> Checked:
    """Hold the packages that are installed against what the program asks for, and against the pins of a checkout."""
    missing = [name for name, good in _wanted() if not good]
    if missing:
        return Checked("packages", "error", "bad", {"packages": ", ".join(missing)})
    other = [name for name, version in _pins().items() if version not in (None, _installed(name))]
    if other:
        return Checked("packages", "warning", "other", {"packages": ", ".join(other)})
    return Checked("packages", "ok", facts={"n": len(list(_wanted()))})


def _wanted() -> Iterator[tuple[str, bool]]:
    """Yield every package that the program needs, and whether a fitting version is there."""
    from packaging.requirements import Requirement

    for text in metadata.requires(PROGRAM) or ():
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            version = _installed(wanted.name)
            yield wanted.name, version is not None and wanted.specifier.contains(version, prereleases=True)


def _pins() -> dict[str, str]:
    """Return the pinned versions of the packages that are needed; nothing when not installed from a checkout."""
    file = Path(__file__).parents[2] / "constraints.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)$", "\n".join(lines), re.MULTILINE))
    by_name = {_plain(name): version for name, version in pinned.items()}
    return {name: by_name[_plain(name)] for name, _ in _wanted() if _plain(name) in by_name}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _fonts() -> Checked:
    """See whether the font of the charts is there, in both weights, with the letters that are printed."""
    from fontTools.ttLib import TTFont, TTLibError

    from kumppanuus.drawing.fonts import FAMILY, font_file

    for bold in (False, True):
        try:
            known = TTFont(font_file(bold), lazy=True).getBestCmap()
        except (OSError, TTLibError):
            return Checked("fonts", "error", "bad", {"font": FAMILY})
        if not set(map(ord, LETTERS)) <= set(known):
            return Checked("fonts", "error", "bad", {"font": FAMILY})
    return Checked("fonts", "ok", facts={"font": FAMILY})


def _console(encoding: str) -> Checked:
    try:
        CONSOLE_LETTERS.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return Checked("console", "warning", "bad", {"encoding": encoding})
    return Checked("console", "ok", facts={"encoding": encoding})


def _study(path: Path | None) -> tuple[Study | None, Checked]:
    """Read the settings: those given, else those of this folder, else there is nothing to look at."""
    if path is None and not (Path() / STUDY_FILE).is_file():
        return None, Checked("study", "warning", "absent")
    try:
        study = load_study(path or Path())
    except KumppanuusError as fault:
        return None, Checked("study", "error", fault=fault)
    except OSError as error:
        return None, Checked("study", "error", "bad", {"problem": type(error).__name__})
    return study, Checked("study", "ok", facts={"organiser": study.about.organiser, "n": len(study.sources)})


def _disk(free_gb: float) -> Checked:
    state: State = "ok" if free_gb >= ENOUGH_GB else "warning" if free_gb >= LEAST_GB else "error"
    return Checked("disk", state, "ok" if state == "ok" else "bad", {"free": free_gb, "least": ENOUGH_GB})


def _folders(study: Study | None, root: Path) -> dict[str, Path]:
    if study is None:
        return {"folder": root}
    return {"output": study.output_folder, "state": study.state_folder}


def _standing(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that exists."""
    return next(each for each in (folder.resolve(), *folder.resolve().parents) if each.is_dir())


def _writable(about: str, folder: Path) -> Checked:
    """Try to write where a run would; nothing stays there."""
    told = {"folder": folder}
    if folder.exists() and not folder.is_dir():
        return Checked(about, "error", "bad", told)
    try:
        with tempfile.TemporaryFile(dir=_standing(folder)):
            return Checked(about, "ok", facts=told)
    except OSError:
        return Checked(about, "error", "bad", told)


def _key(study: Study) -> Checked:
    """See whether the key can be used; a study that was never read gets one at its first run."""
    from kumppanuus.intake.pseudonym import load_or_make_key

    try:
        load_or_make_key(study.state_folder, may_make=False)
    except KumppanuusError as fault:
        if fault.code == "KU207" and not (study.state_folder / "register").exists():
            return Checked("key", "ok", "absent")
        return Checked("key", "error", fault=fault)
    return Checked("key", "ok")


def _as_json(one: Checked, say: Say) -> dict[str, Any]:
    what, mend = _words(one, say)
    return {"check": one.about, "state": one.state, "what": what, "mend": mend}


def _words(one: Checked, say: Say) -> tuple[str, str]:
    if one.fault is not None:
        what, mend = told_error(one.fault, say, rule_texts(say))
        return f"{say(f'doctor.{one.about}.name')}: {one.fault.code} {what}", mend
    key = f"doctor.{one.about}"
    mend = say(f"{key}.mend", **one.facts) if one.state != "ok" else ""
    return f"{say(f'{key}.name')}: {say(f'{key}.{one.case}', **one.facts)}", mend
