"""Every code the program can say, and how to put it right, in the three languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from docs_build.markdown import escaped, spoken
from kumppanuus.intake.rules import load_rules
from kumppanuus.language.catalogue import read_texts
from kumppanuus.study import LANGUAGES, Language

TITLES = {"fi": "Koodit", "sv": "Koder", "en": "Codes"}
LEADS = {
    "fi": "Saman kertoo komento `kumppanuus explain KOODI`. Aaltosuluissa on kohta, jonka ohjelma täyttää.",
    "sv": "Samma berättar kommandot `kumppanuus explain KOD`. Inom klammer står det som programmet fyller i.",
    "en": "The command `kumppanuus explain CODE` tells the same. What the program fills in stands in braces.",
}
KINDS = {
    "fatal": {"fi": "pysäyttää ajon", "sv": "stoppar körningen", "en": "stops the run"},
    "error": {"fi": "rivi pannaan karanteeniin", "sv": "raden sätts i karantän", "en": "the row is put aside"},
    "warning": {"fi": "huomautus, rivi käytetään", "sv": "anmärkning, raden används", "en": "a note, the row is used"},
    "": {"fi": "virhe", "sv": "fel", "en": "an error"},
}


@dataclass(frozen=True, slots=True)
class Code:
    """A code: how grave it is, what it says, how to mend it, by language."""

    name: str
    severity: str
    what: Mapping[str, str]
    mend: Mapping[str, str]


def every_code() -> tuple[Code, ...]:
    """Return the codes of intake and of all errors, in their order."""
    texts = read_texts(files("kumppanuus.language") / "errors.toml")
    names = {key.split(".")[0] for key in texts if key.startswith("KU")}
    told = [Code(name, "", texts[f"{name}.what"], texts[f"{name}.mend"]) for name in names]
    told += [Code(rule.code, rule.severity, rule.what, rule.mend) for rule in load_rules().values()]
    return tuple(sorted(told, key=lambda code: code.name))


def code_pages() -> dict[str, str]:
    """Return place → content, a page for each language."""
    return {f"codes/{language}.md": spoken("\n".join(_page(language)), language) for language in LANGUAGES}


def _page(language: Language) -> Iterator[str]:
    yield f"# {TITLES[language]}\n\n{LEADS[language]}\n"
    for code in every_code():
        yield f"## {code.name} {{ #{code.name.lower()} }}\n"
        yield f"{escaped(code.what[language])} *({KINDS[code.severity][language]})*\n"
        yield f"→ {escaped(code.mend[language])}\n"
