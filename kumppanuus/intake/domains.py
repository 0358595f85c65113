"""Whose numbers the clients of each source have, so that equal numbers of two systems are not taken for one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kumppanuus.intake.draft import USUAL, Found, SourceDraft
from kumppanuus.intake.recognise import Guess, Recognised, about_persons, personal, recognise_as
from kumppanuus.intake.vocabulary import vocabulary

IDENTITY = "hetu"
"""Domain of clients who go by identity code where others have numbers."""


def domain_of(one: Recognised, column: str = "client") -> str:
    """Return whose numbers a column of clients holds: an empty text for the usual ones."""
    if column not in one.columns:
        return ""
    if one.by_identity_code and column == "client":
        return IDENTITY
    return vocabulary().domain(one.columns[column].header)


def with_domains(sources: Sequence[SourceDraft]) -> list[SourceDraft]:
    """Return the sources with domains of their own, where clients of different systems meet."""
    met = {domain_of(one) for source in sources for one in source.found if "client" in one.columns}
    met |= {domain_of(one, "other") for source in sources for one in source.found if "other" in one.columns}
    if len(met) < 2:
        return list(sources)
    usual = "" if "" in met else domain_of(sources[0].found[0])
    return [
        replace(
            source,
            domain=_named(domain_of(source.found[0]), usual),
            other_domain=_named(domain_of(source.found[0], "other"), usual),
        )
        for source in sources
    ]


def clients_within(found: Sequence[Found]) -> list[Found]:
    """Return the clients that other registers tell about beside.

    Clients of a register that goes by identity code, where another one has numbers, are linked by reading them there.
    Where no file is about clients, those of relationships may tell about them.
    """
    numbered = any("client" in one.columns and not one.by_identity_code for _, one in found)
    has_clients = any(one.table == "clients" for _, one in found)
    flat: list[Found] = []
    for place, one in found:
        linking = one.by_identity_code and numbered and one.table not in ("clients", "identities")
        if linking or (not has_clients and one.table == "relationships"):
            flat.append((place, about_persons(recognise_as(one.sample, "clients"))))
    return [(place, one) for place, one in flat if personal(one) and not one.lacking]


def links_within(found: Sequence[Found]) -> list[Found]:
    """Return the pairs of child and guardian that extracts of clients hold, where nothing else tells of families."""
    tables = {one.table for _, one in found}
    if "family_links" in tables or any("family" in one.columns for _, one in found):
        return []
    pairs = [(place, recognise_as(one.sample, "family_links")) for place, one in found if one.table == "clients"]
    return [(place, one) for place, one in pairs if not one.lacking and one.certainty != "guess"]


def guardians_within(found: Sequence[Found]) -> list[Found]:
    """Return the pairs with the second and further guardians of a row."""
    more = [
        (place, one.with_column("guardian", header))
        for place, one in found
        if one.table == "family_links"
        for header in one.unread
        if vocabulary().fit("family_links", "guardian", header)[0]
    ]
    return [(place, one) for place, one in more if one.columns["guardian"].certainty != "guess"]


def needs_within(found: Sequence[Found]) -> list[Found]:
    """Return the needs that contacts give as their reasons."""
    contacts = [(place, one) for place, one in found if one.table == "contacts" and "date" in one.columns]
    flat = [(place, _with_date(recognise_as(one.sample, "needs"), one.columns["date"])) for place, one in contacts]
    return [
        (place, one if "stage" in one.columns else one.with_constant("stage", "contact", "sure"))
        for place, one in flat
        if not one.lacking and one.certainty != "guess"
    ]


def _with_date(one: Recognised, date: Guess) -> Recognised:
    dated = one.with_column("date", date.header)
    return replace(dated, columns={**dated.columns, "date": date})


def _named(domain: str, usual: str) -> str:
    return USUAL if domain in ("", usual) else domain
