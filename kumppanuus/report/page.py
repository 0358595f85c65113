"""The report as one HTML file: no server, no network, one small script of our own for workshops."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kumppanuus import drawing
from kumppanuus.analysis import files
from kumppanuus.disclosure.released import Released, demand
from kumppanuus.language.say import Say
from kumppanuus.report.account import Account, account_of
from kumppanuus.report.catalogue import catalogue_of
from kumppanuus.report.exhibits import Exhibit, main_findings
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.figures import Figures
from kumppanuus.report.manifest import hidden_in
from kumppanuus.report.protection import line_of, protected, rules_of, status_of
from kumppanuus.report.shown import ShownTable, show_table
from kumppanuus.report.table_markup import table_markup
from kumppanuus.report.words import faced, mark_of, plain, report_texts, say_of_report, say_of_room
from kumppanuus.study import Study

if TYPE_CHECKING:
    from kumppanuus.report.changes import Changes

_POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
    "script-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
)
_TYPED = "abcdefghijklmnopqrstuvwxyzåäöABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ0123456789 .,:;!?()-–/%+=\"'&@€"
"""Letters of notes, which are in the page's font even when the report itself uses none of them."""
_DRAWN_ANEW = Figures()


@dataclass(frozen=True, slots=True)
class Section:
    """An exhibit as the page shows it: its picture as inline SVG, its tables in words and numbers by locale.

    protection : the line that tells what is hidden; empty when there is nothing to tell.
    """

    exhibit: Exhibit
    svg: Markup
    protection: str
    tables: tuple[ShownTable, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """An analysis in the contents and among the methods."""

    key: str
    sections: tuple[Section, ...]
    title: str
    question: str
    method: str
    source: str


@dataclass(frozen=True, slots=True)
class Wing:
    """A wing of the contents, with its rooms in order."""

    key: str
    title: str
    rooms: tuple[Room, ...]


def render_page(
    released: Released,
    shown: Sequence[Exhibit],
    study: Study,
    *,
    say: Say,
    facts: RunFacts,
    rule_words: Mapping[str, str],
    figures: Figures = _DRAWN_ANEW,
    changes: Changes | None = None,
) -> str:
    """Return the whole page.

    Parameters
    ----------
    shown : the exhibits of the run, in order.
    rule_words : rule of intake → short text in the language of the report.
    figures : draws the charts, or knows them.
    changes : what differs from the last run and why; None when there was none.

    Raises
    ------
    DisclosureError
        KU501 when the results have not passed the gate.
    """
    demand(released)
    say = faced(say, released)
    account = account_of(released, study, say, rule_words)
    words = {
        "t": say_of_report(say),
        "say": say,
        "study": study,
        "facts": facts,
        "title": study.about.title_in(say.language) or say_of_report(say)("report.title"),
        "account": account,
        "account_svg": _account_svg(account, figures),
        "account_protection": line_of(account.tables, say) if account else "",
        "wings": _wings(shown, say, figures),
        "total": len(shown),
        "findings": main_findings(shown),
        "shown": shown,
        "status": status_of(released, say),
        "rules": rules_of(released, say),
        "protected": protected(released, shown, say),
        "hidden": hidden_in(released, (exhibit.analysis.key for exhibit in shown)),
        "mark": mark_of(say),
        "catalogue": catalogue_of(study, say),
        "changes": changes,
        "places": {exhibit.key: anchor(exhibit) for exhibit in shown},
        "table": partial(table_markup, say=say),
        "script": script(),
        "policy": policy_of(script()),
    }
    gallery = rendered("gallery.html.j2", words)
    glossary = _glossary(gallery.striptags().lower(), say)
    body = rendered("body.html.j2", words, gallery=gallery, glossary=glossary)
    face = Markup(drawing.font_face_css("".join(sorted({*body.unescape(), *mark_of(say), *_TYPED}))))
    sheets = ("style.css", "workshop.css", *(("secret.css",) if words["mark"] else ()))
    style = Markup("").join(rendered(sheet, words) for sheet in sheets)
    return str(rendered("page.html.j2", words, body=body, face=face, style=style))


def anchor(exhibit: Exhibit) -> str:
    """Return the name of an exhibit's place on the page, the same from run to run: ``lifecycle-durations-levels``."""
    return exhibit.key.replace(".", "-").replace("/", "-").replace("_", "-")


@lru_cache(maxsize=1)
def script() -> Markup:
    """Return the page's only script as it is written into the page: workshop mode and its notes."""
    text = (files("kumppanuus.report") / "templates" / "workshop.js").read_text(encoding="utf-8")
    return Markup("\n".join(text.splitlines()))


def policy_of(script: str) -> str:
    """Return what a browser may load or run for the page: what stands in the file, and no script but this one."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return _POLICY.format(base64.b64encode(digest).decode("ascii"))


@lru_cache(maxsize=1)
def _templates() -> Environment:
    def finish(value: object) -> object:
        return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=PackageLoader("kumppanuus.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finish,
    )
    environment.globals["anchor"] = anchor
    return environment


def rendered(template: str, words: Mapping[str, object], **more: object) -> Markup:
    """Return a template of the report filled in."""
    return Markup(_templates().get_template(template).render(words, **more))


def _account_svg(account: Account | None, figures: Figures) -> Markup:
    if account is None or account.chart is None:
        return Markup("")
    return Markup(plain(figures.svg(account.chart, prefix="rows")))


def _wings(shown: Sequence[Exhibit], say: Say, figures: Figures) -> tuple[Wing, ...]:
    return tuple(
        Wing(wing, say(f"wings.{wing}"), tuple(rooms_of(list(inside), say, figures)))
        for wing, inside in groupby(shown, key=lambda exhibit: exhibit.analysis.wing)
    )


def rooms_of(shown: Sequence[Exhibit], say: Say, figures: Figures) -> list[Room]:
    """Return the analyses of some exhibits as a page shows them."""
    rooms = []
    for key, inside in groupby(shown, key=lambda exhibit: exhibit.analysis.key):
        sections = tuple(_section(exhibit, say, figures) for exhibit in inside)
        room = say_of_room(sections[0].exhibit.analysis, say)
        texts = {name: room(f"room.{name}") for name in ("title", "question", "method", "source")}
        rooms.append(Room(key, sections, **texts))
    return rooms


def _section(exhibit: Exhibit, say: Say, figures: Figures) -> Section:
    room = say_of_room(exhibit.analysis, say)
    svg = figures.svg(exhibit.chart, prefix=f"k{exhibit.number}")
    tables = tuple(show_table(table, room) for table in exhibit.tables)
    return Section(exhibit, Markup(plain(svg)), line_of(exhibit.tables, say), tables)


def _glossary(text: str, say: Say) -> list[tuple[str, str]]:
    """Return the terms the report uses, with their meanings, in alphabetical order of the language.

    A term without a stem is a word of the protection: every protected report uses it, an exact one never.
    """
    report = say_of_report(say)
    terms = sorted(key.split(".")[1] for key in report_texts() if key.startswith("glossary.") and key.endswith(".term"))
    stems = {term: report(f"glossary.{term}.stem") for term in terms}
    used = [term for term in terms if (stems[term] in text if stems[term] else not say.exact)]
    meanings = [(report(f"glossary.{term}.term"), report(f"glossary.{term}.text")) for term in used]
    return sorted(meanings, key=lambda entry: entry[0].casefold())
