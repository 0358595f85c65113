"""A run in one language: what every writer of it needs, and the names of its files.

The language of the run gives the plain names; what is made in another language has it in the name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released
from kumppanuus.drawing import Chart
from kumppanuus.language.say import Say
from kumppanuus.report.account import account_of
from kumppanuus.report.changes import Changes
from kumppanuus.report.exhibits import Exhibit
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.figures import Figures
from kumppanuus.report.words import say_of_report
from kumppanuus.study import Study

Format = Literal["html", "svg", "png", "pptx", "xlsx"]
FORMATS: tuple[Format, ...] = ("html", "svg", "png", "pptx", "xlsx")
CHARTS = "charts"
_DRAWN_ANEW = Figures()


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """A run, said in one language.

    shown : its exhibits. rule_words : rule of intake → short text. changes : since the last run, if there was one.
    first : whether it is in the language of the run itself.
    """

    released: Released
    analyses: Sequence[Analysis]
    shown: tuple[Exhibit, ...]
    study: Study
    say: Say
    facts: RunFacts
    rule_words: Mapping[str, str] = field(default_factory=dict)
    changes: Changes | None = None
    figures: Figures = _DRAWN_ANEW
    first: bool = True

    @property
    def page(self) -> str:
        """Name of the page: ``raportti.html``, ``rapport.html``, ``report.html``."""
        return page_file(self.say)

    @property
    def slides(self) -> str:
        """Name of the slides: ``diat.pptx``, ``bilder.pptx``, ``slides.pptx``."""
        return f"{say_of_report(self.say)('report.slides_file')}.pptx"

    def named(self, stem: str, ending: str) -> str:
        """Return a file name, with the language in it where it is not the run's own."""
        return f"{stem}{ending}" if self.first else f"{stem}.{self.say.language}{ending}"

    def pictures(self, charts: Sequence[str] = ()) -> list[tuple[str, Chart]]:
        """Return charts with the names of their files: the account of the rows as number 0, then the exhibits.

        Parameters
        ----------
        charts : keys of the exhibits; empty for all, with the account.
        """
        drawn = [(chart_file(each), each.chart) for each in self.shown if not charts or each.key in charts]
        account = None if charts else account_of(self.released, self.study, self.say, self.rule_words)
        return [("00-data-account", account.chart), *drawn] if account and account.chart else drawn


def page_file(say: Say) -> str:
    """Return the name of the page in a language."""
    return f"{say_of_report(say)('report.file')}.html"


def chart_file(exhibit: Exhibit) -> str:
    """Return the name of a chart's files without its ending: ``02-lifecycle-durations-levels``."""
    slug = re.sub(r"[^a-z0-9]+", "-", exhibit.key.lower()).strip("-")
    return f"{exhibit.number:02d}-{slug}"
