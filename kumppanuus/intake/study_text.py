"""Write a proposed study file: TOML that loads as it is, with a comment for whoever has to judge it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kumppanuus.intake.code_drafts import Catalogue, CodeDraft
from kumppanuus.intake.codebook import ValueDraft
from kumppanuus.intake.draft import SourceDraft
from kumppanuus.intake.questionnaire_text import questionnaire_text
from kumppanuus.intake.sample import ROWS
from kumppanuus.intake.source_text import no_source_text, source_text, title_text
from kumppanuus.intake.toml_lines import TODO, comment, line, quoted
from kumppanuus.intake.window import WindowDraft
from kumppanuus.language.say import Say


@dataclass(frozen=True, slots=True)
class StudyDraft:
    """All that goes into the proposed file.

    values : per source, canonical column → meaning of its texts.
    catalogue : texts of services and their codes.
    left_out : files that are not read, and why.
    query : of the database, when there is one.
    organiser : empty when nobody has told it.
    synthetic : the user has said that all data are made up.
    """

    window: WindowDraft
    sources: tuple[SourceDraft, ...]
    values: tuple[Mapping[str, ValueDraft], ...]
    areas: tuple[CodeDraft, ...]
    needs: tuple[CodeDraft, ...]
    services: tuple[CodeDraft, ...]
    catalogue: Catalogue
    left_out: tuple[tuple[str, str], ...]
    query: str = ""
    organiser: str = ""
    synthetic: bool = False


def study_text(draft: StudyDraft, say: Say) -> tuple[str, int]:
    """Return the file's text and how many of its lines wait for a decision.

    Parameters
    ----------
    say : speaks the texts of ``language/init.toml``.
    """
    asked = questionnaire_text(draft.sources, draft.values, say)
    named = [*_named("areas", draft.areas, say), *_named("needs", draft.needs, say), *asked]
    body = "\n".join([*_study(draft, say), *_sources(draft, say), *named, *_services(draft, say), *_peers(draft, say)])
    todo = sum(TODO in each for each in body.splitlines())
    head = [say("propose.head"), say("propose.how", n=ROWS), say("propose.todo_some" if todo else "propose.todo_none")]
    return "\n".join([*(comment(each) for each in head), *_left_out(draft, say), body]) + "\n", todo


def _left_out(draft: StudyDraft, say: Say) -> Iterator[str]:
    if draft.left_out:
        yield comment(say("propose.left_out.head"))
    for file, code in draft.left_out:
        yield comment(f"  {file}: {code or say('propose.left_out.header')}")


def _study(draft: StudyDraft, say: Say) -> Iterator[str]:
    yield from ("schema = 1", "", comment(say("propose.study")), "[study]")
    told = say("propose.organiser_told" if draft.organiser else "propose.organiser_note")
    yield line("organiser", quoted(draft.organiser or say("propose.organiser")), told)
    yield line("language", quoted(say.language))
    if draft.synthetic:
        yield line("synthetic", "true")
    elif any(one.temporary and not one.accepted for source in draft.sources for one in source.found):
        yield from (comment(say("propose.synthetic")), "# synthetic = true")
    window, why = draft.window, say(f"propose.window.{draft.window.why}")
    yield from ("", comment(say("propose.window.head")), comment(say("propose.window.about")), "[window]")
    yield line("from", window.first.isoformat(), why)
    yield line("to", window.last.isoformat(), why)
    if window.year_starts != "01-01":
        yield line("year_starts", quoted(window.year_starts), say("propose.window.year_starts"))
    yield from ("", comment(say("propose.spells.head")), "[spells]", "tolerance_days = 0")


def _sources(draft: StudyDraft, say: Say) -> Iterator[str]:
    if not draft.sources:
        yield from no_source_text(say)
    earlier: set[tuple[str, ...]] = set()
    for source, values in zip(draft.sources, draft.values, strict=True):
        files = (source.folder, *source.files, source.found[0].sample.sheet or "")
        yield from title_text(source, say)
        if files in earlier:
            yield comment(say("propose.source.same_file"))
        earlier.add(files)
        yield from source_text(source, values, draft.catalogue.codes, draft.query, say)


def _named(part: str, drafts: tuple[CodeDraft, ...], say: Say) -> Iterator[str]:
    """Yield the areas, or the needs: their codes and names."""
    if drafts:
        yield from ("", comment(say(f"propose.{part}.head")))
    for number, each in enumerate(drafts):
        yield from ([""] if number else [])
        yield from (f"[[{part}]]", line("code", quoted(each.code)), _name(each.name))


def _services(draft: StudyDraft, say: Say) -> Iterator[str]:
    given = any(source.table == "services" for source in draft.sources)
    if given and not draft.services:
        yield from ("", comment(say("propose.services.given")))
        return
    yield from ("", *(comment(say(f"propose.services.{part}")) for part in ("head", "levels", "sectors", "costs")))
    services = draft.services or (CodeDraft("todo", say("propose.services.none")),)
    for number, service in enumerate(services):
        yield from ([""] if number else [])
        yield from ("[[services]]", line("code", quoted(service.code)), _name(service.name))
        yield line("level", quoted(service.level or "early"), say(f"propose.services.level_{_doubt(service)}"))
        yield from (line("sector", quoted(service.sector or "social")), line("unit", quoted(service.unit or "day")))


def _peers(draft: StudyDraft, say: Say) -> Iterator[str]:
    """Yield, when there are public indicators, what has to be told of the peers: nobody but the user knows it."""
    if any(source.table == "indicators" for source in draft.sources):
        yield from ("", comment(say("propose.peers.head")), "# [peers]")
        yield comment(line("region", quoted(draft.organiser or say("propose.organiser")), say("propose.peers.region")))
        yield comment(line("peers", f"[{quoted('…')}, {quoted('…')}]", say("propose.peers.peers")))


def _doubt(service: CodeDraft) -> str:
    return "told" if service.told else ("guess" if service.level else "unknown")


def _name(text: str) -> str:
    return line("name", f"{{ fi = {quoted(text)} }}")
