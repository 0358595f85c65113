"""The command ``fetch-indicators``: public indicators from Sotkanet, or from answers saved by hand, beside the study.

The only place of the program that opens a connection, and only when this command is given.
"""

from __future__ import annotations

import datetime
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kumppanuus.errors import InputError, StudyError
from kumppanuus.intake.sotkanet import (
    ADDRESS,
    FACTS,
    LICENCE,
    PUBLISHER,
    REGIONS,
    TOLD,
    VALUES,
    Answers,
    address_of,
    address_of_values,
    by_title,
    made_files,
    usual,
)
from kumppanuus.study import STUDY_FILE, load_study

if TYPE_CHECKING:
    from kumppanuus.language.say import Say

SECONDS = 30.0
LARGEST = 64 * 2**20
"""Bytes of an answer; the longest ones known are a hundredth of it."""
USUAL_YEARS = 10
FOLDER = "sotkanet"
_SUFFIXES = (".json", ".csv", ".txt")
_MOST_TOLD = 5
_REGIONS, _LISTED = "regions", "indicators"

Get = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted.

    indicators : numbers; empty for those of the study, else the usual ones. years : (first, last), or None.
    saved : folder of answers saved by hand, read in place of the network. address : where Sotkanet answers.
    """

    indicators: tuple[str, ...]
    years: tuple[int, int] | None
    saved: Path | None
    address: str


def asked_for(
    indicators: tuple[str, ...], years: str | None, saved: Path | None, address: str | None, say: Say
) -> Asked:
    """Return what the words of the command line ask for; years are written ``2018-2024``, or one of them."""
    first, _, last = (years or "").partition("-")
    if years and not (first.isdigit() and (last or first).isdigit() and int(first) <= int(last or first)):
        raise click.UsageError(say("fetch.bad_years", years=years))
    span = (int(first), int(last or first)) if years else None
    return Asked(indicators, span, saved, (address or ADDRESS).rstrip("/"))


def fetch_and_tell(study: Path, folder: Path | None, asked: Asked, say: Say) -> None:
    """Fetch the values, their regions and descriptions, put them in place whole and say what is there.

    Raises
    ------
    StudyError
        KU206 the folder cannot be written to, KU234 no answer, KU236 an indicator is not the one that was meant.
    InputError
        KU235 an answer is not in the form in which Sotkanet gives them.
    """
    known = load_study(study) if (study / STUDY_FILE).is_file() or study.suffix == ".toml" else None
    years = asked.years or (
        (known.window.first.year, known.window.last.year) if known
        else (datetime.date.today().year - USUAL_YEARS, datetime.date.today().year)
    )  # fmt: skip
    wanted = asked.indicators or tuple(each.indicator for each in (known.peers.indicators if known else ()))
    target = folder or (known.root if known else study) / FOLDER
    if asked.saved is not None:
        answers, addresses = _saved(asked.saved, wanted, years, asked.address, say), [str(asked.saved)]
    else:
        answers, addresses = _answered(wanted, years, asked.address, say)
    written = made_files(answers, _source(answers, addresses, say))
    _put_in_place(target, written)
    _tell(answers, target, say)


def _answered(wanted: Sequence[str], years: tuple[int, int], base: str, say: Say) -> tuple[Answers, list[str]]:
    """Ask the network; what it cannot give is told with all the addresses that a browser would have to open."""
    answers, asked = Answers(), list[str]()
    span = range(years[0], years[1] + 1)

    def take(address: str, names: Sequence[str]) -> None:
        asked.append(address)
        try:
            answers.take(address, _got(address))
        except (OSError, http.client.HTTPException, ValueError) as error:
            still = "\n".join([*(() if wanted else (address_of(_LISTED, base),)), *_addresses(names, span, base)])
            raise StudyError("KU234", problem=_words_of(error), addresses=still) from None

    numbers = list(wanted) or [each.number for each in usual() if each.number]
    for what in (_REGIONS, *(() if wanted else (_LISTED,))):
        take(address_of(what, base), numbers)
    numbers = list(wanted) or _resolved(answers, say)
    for number in numbers:
        take(address_of(f"{_LISTED}/{number}", base), numbers)
        _demand_title(answers, number)
        take(address_of_values(number, span, base), numbers)
    return answers, asked


def _addresses(numbers: Sequence[str], years: Sequence[int], base: str) -> Iterator[str]:
    yield address_of(_REGIONS, base)
    for number in numbers:
        yield address_of(f"{_LISTED}/{number}", base)
        yield address_of_values(number, years, base)


def _got(address: str) -> str:
    """Return an answer as text.

    Raises
    ------
    OSError
        No connection, no answer in time, or a status that is none of success.
    ValueError
        The address is none of the web, or the answer is no text.
    """
    if not address.startswith(("https://", "http://")):
        raise ValueError(address)
    request = urllib.request.Request(address, headers={"User-Agent": "kumppanuus", "Accept": "*/*"})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        body: bytes = answer.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise OSError(f"> {LARGEST // 2**20} MB")
    return body.decode("utf-8-sig")


def _words_of(error: Exception) -> str:
    """Return what went wrong: the status, or the reason that the system gives."""
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code}"
    reason = getattr(error, "reason", error)
    return f"{type(reason).__name__}" if not str(reason) or isinstance(reason, UnicodeDecodeError) else str(reason)


def _resolved(answers: Answers, say: Say) -> list[str]:
    """Return the numbers of the usual indicators; say which title none or several have, and leave it out."""
    numbers = []
    for each in usual():
        found = [(each.number, "")] if each.number else by_title(answers.listed, each)
        if len(found) == 1:
            numbers.append(found[0][0])
            continue
        told = "; ".join(f"{number} {title}" for number, title in found[:_MOST_TOLD])
        click.echo(say("fetch.several" if found else "fetch.none", words=" + ".join(each.words), found=told), err=True)
    return numbers


def _demand_title(answers: Answers, number: str) -> None:
    """Refuse an indicator that no longer is what it was when its number was written down."""
    title = str((answers.described.get(number, {}).get("title") or {}).get("fi") or "–")
    if any(each.number == number and not each.named(title) for each in usual()):
        raise StudyError("KU236", indicator=number, title=title)


def _saved(folder: Path, wanted: Sequence[str], years: tuple[int, int], base: str, say: Say) -> Answers:
    """Read answers that somebody saved by hand, under whatever names; say which addresses still lack."""
    answers = Answers()
    if not folder.is_dir():
        raise StudyError("KU206", folder=str(folder), problem="NotADirectoryError")
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() in _SUFFIXES and file.name[0] != "." and file.name not in (REGIONS, FACTS):
            try:
                answers.take(file.name, file.read_text(encoding="utf-8-sig"))
            except (OSError, UnicodeDecodeError):
                raise InputError("KU235", file=file.name) from None
    resolved = _resolved(answers, say) if answers.listed and not wanted else []
    numbers = list(wanted) or resolved or sorted(answers.values) or [each.number for each in usual() if each.number]
    lacking = [address for address, there in _there(answers, numbers, years, base) if not there]
    if lacking:
        raise StudyError("KU234", problem=str(folder), addresses="\n".join(lacking))
    for number in numbers:
        _demand_title(answers, number)
    return answers


def _there(answers: Answers, numbers: Sequence[str], years: tuple[int, int], base: str) -> Iterator[tuple[str, bool]]:
    yield address_of(_REGIONS, base), bool(answers.regions)
    for number in numbers:
        yield address_of(f"{_LISTED}/{number}", base), number in answers.described
        yield address_of_values(number, range(years[0], years[1] + 1), base), number in answers.values


def _source(answers: Answers, addresses: Sequence[str], say: Say) -> str:
    """Return where the values come from, when they were fetched and on what terms they may be used."""
    titles = [f"{number} {each['title']['fi']}" for number, each in sorted(answers.described.items())]
    told = say("fetch.source", publisher=PUBLISHER, licence=LICENCE, day=say.date(datetime.date.today()))
    return "\n".join([told, "", *titles, "", *addresses, ""])


def _put_in_place(folder: Path, written: Mapping[str, str]) -> None:
    """Write every file aside, and rename them when all are written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in written.items():
            (folder / f".{name}.new").write_text(text, encoding="utf-8", newline="")
        for name in written:
            os.replace(folder / f".{name}.new", folder / name)
    except OSError as error:
        raise StudyError("KU206", folder=str(folder), problem=type(error).__name__) from None


def _tell(answers: Answers, folder: Path, say: Say) -> None:
    for number, rows in sorted(answers.values.items()):
        title = str((answers.described.get(number, {}).get("title") or {}).get("fi") or number)
        years = sorted({row[2] for row in rows})
        span = f"{years[0]}–{years[-1]}" if years else "–"
        click.echo(say("fetch.indicator", number=number, title=title, rows=len(rows), years=span))
    click.echo(say("fetch.written", folder=folder, values=VALUES, regions=REGIONS, facts=FACTS, source=TOLD))
    click.echo(say("fetch.next"))
