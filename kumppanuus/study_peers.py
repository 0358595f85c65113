"""The part ``[peers]`` of the study file: who the organiser is among the regions of the public indicators."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from kumppanuus.study_parts import Code, Part, Words


def _as_text(value: object) -> object:
    """Take a number written without quotation marks as the text it is."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class PeerIndicator(Part):
    """A public indicator that the organiser is compared by.

    indicator : its number in Sotkanet. worse : which way is worse, when that is known; nothing is judged otherwise.
    services : services of the catalogue whose clients aged 0-17 it counts, as a share of inhabitants of that age: the
        register's own number is then set beside it (``baseline.coverage``).
    title, definition, source : in place of what the table ``indicator_facts`` says.
    """

    indicator: Annotated[Code, BeforeValidator(_as_text)]
    worse: Literal["higher", "lower"] | None = None
    services: tuple[Code, ...] = ()
    title: Words | None = None
    definition: Words | None = None
    source: Words | None = None

    @property
    def per(self) -> int:
        """What its rate is of, as the Finnish title says: 100 for per cents, 1 000 and more for rates; 0 untold."""
        title = "".join((self.title.fi if self.title else "").split())
        if "euro" in title.casefold() or "€" in title:
            return 0
        return 100 if "%" in title else next((n for n in (100_000, 10_000, 1_000) if f"/{n}" in title), 0)


class PeerRegion(Part):
    """A region of the indicators: its numbers in the source (the one in use first), its name, and what it is to us."""

    code: Code
    name: Words
    part: Literal["own", "peer", "county", "country"]
    numbers: tuple[str, ...] = Field(min_length=1)


class Peers(Part):
    """Who the organiser and its peers are among the regions of the public indicators.

    region, county, country, peers : names (or numbers) as Sotkanet has them; without `region` the organiser's name.
    category : what kind of region the organiser and its peers are (KUNTA, HYVINVOINTIALUE, …).
    nearest, nearest_by : without `peers`, so many regions of the category, the nearest by an indicator (such as 127,
        population) in its last year.
    indicators : what is compared, in this order; empty for all that the organiser has values of.
    regions : the regions with their numbers; found in the table ``regions`` when not written down.
    """

    region: Annotated[str, BeforeValidator(_as_text)] = ""
    category: str = "KUNTA"
    peers: tuple[Annotated[str, BeforeValidator(_as_text)], ...] = ()
    nearest: int = Field(default=8, ge=3, le=30)
    nearest_by: Annotated[str, BeforeValidator(_as_text)] = ""
    county: Annotated[str, BeforeValidator(_as_text)] = ""
    country: Annotated[str, BeforeValidator(_as_text)] = "Koko maa"
    indicators: tuple[PeerIndicator, ...] = ()
    regions: tuple[PeerRegion, ...] = ()
