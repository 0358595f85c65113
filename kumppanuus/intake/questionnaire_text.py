"""The proposed part of a study for a questionnaire to staff and partners: its statements, as one theme at first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kumppanuus.intake.codebook import ValueDraft
from kumppanuus.intake.draft import SourceDraft
from kumppanuus.intake.toml_lines import comment, line, quoted
from kumppanuus.language.say import Say

_CODE, _THEME = "kysely", "kaikki"


def questionnaire_text(
    sources: Sequence[SourceDraft], values: Sequence[Mapping[str, ValueDraft]], say: Say
) -> Iterator[str]:
    """Yield the part, when there is a survey: its code, one theme and what the files ask.

    Parameters
    ----------
    values : per source, canonical column → meaning of its texts.
    """
    surveys = [(source, meant) for source, meant in zip(sources, values, strict=True) if source.table == "survey"]
    items = {code: text for source, meant in surveys for text, code in _asked(source, meant)}
    if not items:
        return
    codes = list(dict.fromkeys(code for _, meant in surveys for code in _instruments(meant))) or [_CODE]
    yield from ("", comment(say("propose.questionnaires.head")), comment(say("propose.questionnaires.themes")))
    for number, code in enumerate(codes):
        yield from ([""] if number else [])
        name = _words("name", say("propose.questionnaires.name"))
        yield from ("[[questionnaires]]", line("code", quoted(code)), name)
        yield comment(line("invited", "{ leader = 1, worker = 1, partner = 1 }", say("propose.questionnaires.invited")))
        theme = _words("name", say("propose.questionnaires.theme"))
        yield from ("", "[[questionnaires.themes]]", line("code", quoted(_THEME)), theme)
        for item, text in items.items():
            yield from ("", "[[questionnaires.items]]", line("code", quoted(item)), line("theme", quoted(_THEME)))
            yield _words("text", text)


def _asked(source: SourceDraft, meant: Mapping[str, ValueDraft]) -> list[tuple[str, str]]:
    """Return the texts and codes of the statements of a source: its headers, or what its column of questions holds."""
    listed = meant["question"].codes if "question" in meant else {}
    return [*source.questions.items(), *listed.items()]


def _instruments(meant: Mapping[str, ValueDraft]) -> list[str]:
    return list(meant["instrument"].codes.values()) if "instrument" in meant else []


def _words(key: str, text: str) -> str:
    return line(key, f"{{ fi = {quoted(text)} }}")
