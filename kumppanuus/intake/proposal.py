"""Look at a folder of extracts and propose the study file that would read them.

Only the beginning of each file is looked at. Values are neither kept nor shown, but for the texts of code columns
(services, areas, ways of production, sexes, reasons), which the study file has to name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kumppanuus.analysis import files
from kumppanuus.errors import KumppanuusError, StudyError
from kumppanuus.intake.codebook import ValueDraft, codebook, meaning_of, written_texts
from kumppanuus.intake.draft import SourceDraft, group_sources, window_of
from kumppanuus.intake.recognise import Recognised, personal, recognise, recognise_as
from kumppanuus.intake.sample import read_samples
from kumppanuus.intake.study_text import CodeDraft, StudyDraft, study_text
from kumppanuus.intake.vocabulary import vocabulary
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import Say
from kumppanuus.register.codes import LEVELS
from kumppanuus.register.tables import TABLES
from kumppanuus.study import Outputs

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx")
_OWN_FOLDERS = (Outputs().folder, Outputs().state)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed study file.

    text : commented TOML that loads as it is.
    told : lines for the console: what each file seems to be.
    todo : lines of the text that wait for a decision.
    """

    text: str
    told: tuple[str, ...]
    todo: int


def propose(folder: Path, say: Say) -> Proposal:
    """Propose a study file for the extracts of a folder and of its subfolders, one level down.

    Parameters
    ----------
    say : speaks the language of the comments; knows the texts ``init.file`` and ``init.unknown``.

    Raises
    ------
    StudyError
        KU216 when there is no CSV or XLSX file.
    """
    extracts = _extracts(folder)
    if not extracts:
        raise StudyError("KU216", folder=folder.resolve().name)
    words = say.with_texts({**say.texts, **read_texts(files("kumppanuus.language") / "init.toml")})
    found: list[tuple[str, Recognised]] = []
    left_out: list[tuple[str, str]] = []
    for path in extracts:
        _look_at(path, _subfolder(path, folder), found, left_out)
    names: dict[str, list[str]] = {}
    for path in extracts:
        names.setdefault(_subfolder(path, folder), []).append(path.name)
    sources = group_sources([*found, *_clients_within(found)], names)
    text, todo = study_text(_draft(sources, left_out), words)
    return Proposal(text, tuple(_told(sources, left_out, words)), todo)


def _extracts(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    folders = [each for each in folder.iterdir() if each.is_dir() and not _hidden(each)]
    near = [each for each in folders if each.name not in _OWN_FOLDERS]
    paths = [path for place in (folder, *near) for path in place.iterdir() if path.is_file() and not _hidden(path)]
    return sorted(path for path in paths if path.suffix.lower() in SUFFIXES)


def _hidden(path: Path) -> bool:
    """Hidden files, and those that a spreadsheet program keeps beside an open workbook."""
    return path.name.startswith((".", "~$"))


def _subfolder(path: Path, folder: Path) -> str:
    return path.parent.relative_to(folder).as_posix()


def _look_at(path: Path, place: str, found: list[tuple[str, Recognised]], left_out: list[tuple[str, str]]) -> None:
    try:
        samples = read_samples(path, vocabulary().known)
    except KumppanuusError as error:
        left_out.append((path.name, error.code))
        return
    if not samples:
        left_out.append((path.name, ""))
    for sample in samples:
        one = recognise(sample)
        if one is None:
            left_out.append((sample.title, ""))
        else:
            found.append((place, one))


def _clients_within(found: Sequence[tuple[str, Recognised]]) -> list[tuple[str, Recognised]]:
    """Where no file is about clients, those of relationships may tell about them beside."""
    if any(one.table == "clients" for _, one in found):
        return []
    flat = [(place, recognise_as(one.sample, "clients")) for place, one in found if one.table == "relationships"]
    return [(place, one) for place, one in flat if personal(one) and not one.lacking]


def _draft(sources: Sequence[SourceDraft], left_out: Sequence[tuple[str, str]]) -> StudyDraft:
    services, areas = _catalogue(sources, "service"), _catalogue(sources, "area")
    return StudyDraft(
        window=window_of(sources),
        sources=tuple(sources),
        values=tuple(_values(source, {"service": services, "area": areas}) for source in sources),
        areas=tuple(CodeDraft(code, name) for name, code in sorted(_first_names(areas))),
        services=_services(sources, services),
        left_out=tuple(left_out),
    )


def _catalogue(sources: Sequence[SourceDraft], column: str) -> dict[str, str]:
    return codebook(written_texts(source, column) for source in sources if column in source.columns)


def _values(source: SourceDraft, catalogues: Mapping[str, Mapping[str, str]]) -> dict[str, ValueDraft]:
    """Return what the texts of each code column of a source mean."""
    specs = TABLES[source.table].columns
    return {
        name: meaning_of(source, name, catalogues.get(name)) for name in source.columns if specs[name].kind == "code"
    }


def _services(sources: Sequence[SourceDraft], catalogue: Mapping[str, str]) -> tuple[CodeDraft, ...]:
    """Return the services by level and name; a service that has visits is priced by the visit."""
    words = vocabulary()
    visited = {
        catalogue[text]
        for source in sources
        if source.table == "visits" and (counts := written_texts(source, "service")) is not None
        for text in counts.index
    }
    services = [
        CodeDraft(code, name, words.level(name), words.sector(name), "visit" if code in visited else "day")
        for name, code in _first_names(catalogue)
    ]
    return tuple(sorted(services, key=lambda each: (LEVELS.index(each.level or "early"), each.name)))


def _first_names(catalogue: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the commonest text of every code, and the code."""
    seen: set[str] = set()
    for text, code in catalogue.items():
        if code not in seen:
            seen.add(code)
            yield text, code


def _told(sources: Sequence[SourceDraft], left_out: Sequence[tuple[str, str]], say: Say) -> Iterator[str]:
    for source in sources:
        sheet = source.found[0].sample.sheet
        name = ", ".join(source.files) + (f" [{sheet}]" if sheet else "")
        count = f", {say('propose.source.files', n=len(source.found))}" if len(source.found) > 1 else ""
        sure = say(f"propose.told.{source.certainty}")
        yield say("init.file", file=name + count, table=say.label("tables", source.table), sure=sure)
    for file, _ in left_out:
        yield say("init.unknown", file=file)
