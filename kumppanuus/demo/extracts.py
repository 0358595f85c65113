"""The registers of Esimerkkilä as a consultant gets them: yearly snapshots, Finnish headers, mess and all."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xlsxwriter
from numpy.typing import NDArray

from kumppanuus.demo import mess
from kumppanuus.demo.catalogue import (
    AREAS,
    END_REASONS,
    LAST_YEAR_OF_OLD_WORDS,
    OLD_PRODUCTION_TEXTS,
    OLD_SERVICE_TEXTS,
    PRODUCTION_TEXTS,
    SERVICES,
    YEARS,
)
from kumppanuus.demo.durations import Days
from kumppanuus.demo.identity import Texts, with_wrong_check
from kumppanuus.demo.mess import FileAccount
from kumppanuus.demo.naming import Numbers
from kumppanuus.demo.town import Town, day
from kumppanuus.demo.workers import names

RELATIONSHIP_HEADER = "Asiakasnumero;Palvelu;Alkupvm;Loppupvm;Päättymissyy;Tuotantotapa;Alue;Työntekijä"
CLIENT_HEADER = "Asiakasnumero;Henkilötunnus;Perhenumero;Alue;Sukunimi;Äidinkieli"
COST_HEADER = "Palvelu;Laskun pvm;Summa (€);Asiakasnumero;Tuotantotapa"
VISIT_HEADER = ("Asiakasnumero", "Palvelu", "Käyntipäivä", "Työntekijä")
VISIT_TITLE = "Käynnit 2021–2025 (Esimerkkilä, keksitty aineisto)"
VISIT_SHEET = "Käynnit"
LANGUAGE_TEXTS = ("Suomi", "Ruotsi", "Muu")
NO_BREAK_SPACE = "\u00a0"
AREA_NOT_RECORDED_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Extract:
    """One file: its bytes and what should become of its rows."""

    table: str
    content: bytes
    account: FileAccount


@dataclass(frozen=True, slots=True)
class Known:
    """What the client register knows besides relationships.

    worker : number of the responsible worker of each relationship of the window; of a visit, who made it.
    language : of each family, as its place in `staff.LANGUAGES`.
    contacts : ``client`` and ``date`` of the contacts that name somebody.
    """

    worker: Days
    visitor: Days
    language: Days
    contacts: pd.DataFrame


def write_extracts(town: Town, known: Known, numbers: Numbers, rng: np.random.Generator) -> dict[str, Extract]:
    """Return the extracts of the client register and its bills by file name."""
    extracts = _relationship_files(town, known, numbers, rng)
    extracts |= _client_files(town, known, numbers, rng)
    extracts["kaynnit.xlsx"] = _visit_file(town, known, numbers)
    extracts["kustannukset.csv"] = _cost_file(town, numbers)
    return extracts


def date_texts(days: Days) -> Texts:
    """Write days since 1970-01-01 as ``dd.mm.yyyy``."""
    iso = np.datetime_as_string(np.asarray(days, dtype="int64").astype("datetime64[D]")).astype("U10")
    letters = iso.view("U1").reshape(len(iso), 10)[:, [8, 9, 4, 5, 6, 4, 0, 1, 2, 3]]
    letters[:, [2, 5]] = "."
    return np.ascontiguousarray(letters).view("U10").reshape(len(iso)).astype(object)


def shown_in(town: Town, year: int) -> NDArray[np.bool_]:
    """Tell which relationships have a day in the year, so that its snapshot shows them."""
    in_year = (town.relationships["start"] < day(year + 1)) & (town.relationships["end"] > day(year))
    return in_year.to_numpy(dtype=bool)


def _relationship_files(town: Town, known: Known, numbers: Numbers, rng: np.random.Generator) -> dict[str, Extract]:
    """One file a year: every relationship open on some day of it, as known on its last day."""
    relationships = town.relationships
    area = np.array([place.fi for place in AREAS], dtype=object)[town.people.area[relationships["family"]]]
    area[rng.random(len(area)) < AREA_NOT_RECORDED_SHARE] = "-"
    fixed = pd.DataFrame({"area": area, "worker": names(known.worker)})
    files = {}
    before = np.zeros(len(relationships), dtype=bool)
    for year in YEARS:
        shown = shown_in(town, year)
        rows = _snapshot(relationships[shown], fixed[shown], numbers, year, rng)
        account = FileAccount(repeated=int((before & shown).sum()))
        before |= shown
        models = _models(rows, relationships[shown], year)
        lines = _messy_lines(rows, models, year, account, rng)
        files[f"asiakkuudet_{year}.csv"] = csv_extract("relationships", RELATIONSHIP_HEADER, lines, account)
    return files


def _snapshot(
    shown: pd.DataFrame, fixed: pd.DataFrame, numbers: Numbers, year: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Write the rows of one year in its words; ends after the year are not known yet."""
    old = year <= LAST_YEAR_OF_OLD_WORDS
    services = np.array([OLD_SERVICE_TEXTS.get(s.code, s.fi) if old else s.fi for s in SERVICES], dtype=object)
    ended = (shown["end"] <= day(year + 1)).to_numpy()
    open_text = np.where(rng.random(len(shown)) < 0.5, "", "31.12.9999")
    reasons = np.array([text for _, text, _ in END_REASONS], dtype=object)
    return pd.DataFrame({
        "Asiakasnumero": numbers.client[shown["client"]],
        "Palvelu": services[shown["service"]],
        "Alkupvm": date_texts(shown["start"].to_numpy()),
        "Loppupvm": np.where(ended, date_texts(shown["end"].to_numpy() - 1), open_text),
        "Päättymissyy": np.where(ended, reasons[shown["end_reason"]], ""),
        "Tuotantotapa": shown["production"].map(OLD_PRODUCTION_TEXTS if old else PRODUCTION_TEXTS).to_numpy(),
        "Alue": fixed["area"].to_numpy(),
        "Työntekijä": fixed["worker"].to_numpy(),
    })  # fmt: skip


def _models(rows: pd.DataFrame, shown: pd.DataFrame, year: int) -> pd.DataFrame:
    """Ended relationships begun early in the year, moved by a week: no true one of the client starts there."""
    begun = (shown["start"] >= day(year)) & (shown["start"] < day(year, 9))
    usable = ((shown["end"] <= day(year + 1)) & begun).to_numpy()
    start = shown["start"].to_numpy()[usable] + 7
    models = rows[usable].assign(Alkupvm=date_texts(start), earlier=date_texts(start - 40))
    return models.assign(Loppupvm=date_texts(start + 60))


def _messy_lines(
    rows: pd.DataFrame, models: pd.DataFrame, year: int, account: FileAccount, rng: np.random.Generator
) -> Texts:
    lines = mess.joined(mess.forgivable(rows, account, rng))
    strays = (
        mess.copies(lines, mess.DUPLICATES, rng),
        mess.refusable(models, year, account, rng),
        mess.blank_lines(mess.BLANK_LINES),
    )
    account.repeated += mess.DUPLICATES
    account.blank = mess.BLANK_LINES
    account.harmless["exact_duplicate"] = mess.DUPLICATES
    account.quarantined["totals_row"] = 1
    total = f"Yhteensä;;;;;;;{len(lines)}"
    return np.append(mess.scattered(lines, np.concatenate(strays), rng), total)


def _client_files(town: Town, known: Known, numbers: Numbers, rng: np.random.Generator) -> dict[str, Extract]:
    """One file a year: everybody with a relationship or contact in it. A code mistyped in the first is right later."""
    by_year = {year: _clients_of(town, known, year) for year in YEARS}
    mistyped = rng.choice(np.intersect1d(by_year[YEARS[0]], by_year[YEARS[1]]), mess.WRONG_CHECKS, replace=False)
    twins = {"codes_differing_in_sign_only": numbers.sign_twins}
    files = {}
    before = np.zeros(len(town.people.birth), dtype=bool)
    for year, clients in by_year.items():
        repeated = int(before[clients].sum()) + mess.CLIENT_DUPLICATES
        account = FileAccount(repeated=repeated, blank=mess.CLIENT_BLANK_LINES)
        account.harmless["exact_duplicate"] = mess.CLIENT_DUPLICATES
        codes = numbers.identity[clients]
        wrong = np.isin(clients, mistyped) & (year == YEARS[0])
        if year == YEARS[0]:
            account.harmless |= twins
            codes[wrong] = with_wrong_check(codes[wrong])
            account.quarantined["invalid_identity_code"] = int(wrong.sum())
        before[clients[~wrong]] = True
        lines = _client_lines(town, known, numbers, clients, codes)
        strays = np.concatenate(
            [mess.copies(lines[~wrong], mess.CLIENT_DUPLICATES, rng), mess.blank_lines(account.blank)]
        )
        files[f"asiakkaat_{year}.csv"] = csv_extract(
            "clients", CLIENT_HEADER, mess.scattered(lines, strays, rng), account
        )
    return files


def _clients_of(town: Town, known: Known, year: int) -> Days:
    """Return who stands in the register of a year."""
    date = known.contacts["date"]
    contacting = known.contacts.loc[(date >= day(year)) & (date < day(year + 1)), "client"]
    return np.union1d(town.relationships.loc[shown_in(town, year), "client"], contacting)


def _client_lines(town: Town, known: Known, numbers: Numbers, clients: Days, codes: Texts) -> Texts:
    family = town.people.family[clients]
    columns = {
        "client": numbers.client[clients],
        "identity": codes.astype(object),
        "family": numbers.family[family],
        "area": np.array([place.fi for place in AREAS], dtype=object)[town.people.area[family]],
        "surname": "Esimerkki" + pd.Series(family % 400 + 1).astype(str),
        "language": np.array(LANGUAGE_TEXTS, dtype=object)[known.language[family]],
    }
    return mess.joined(pd.DataFrame(columns))


def _visit_file(town: Town, known: Known, numbers: Numbers) -> Extract:
    """A workbook with a title row above the header; every cell is a text. Health services name no worker."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": datetime.datetime(YEARS[-1] + 1, 1, 15), "author": "Esimerkkilä"})
        sheet = workbook.add_worksheet(VISIT_SHEET)
        sheet.write_string(0, 0, VISIT_TITLE)
        sheet.write_row(1, 0, VISIT_HEADER)
        sheet.write_column(2, 0, numbers.client[town.visits["client"]].tolist())
        sheet.write_column(2, 1, np.array([s.fi for s in SERVICES], object)[town.visits["service"]].tolist())
        sheet.write_column(2, 2, date_texts(town.visits["date"].to_numpy()).tolist())
        social = np.array([service.sector == "social" for service in SERVICES])[town.visits["service"]]
        sheet.write_column(2, 3, np.where(social, names(known.visitor), "").tolist())
    return Extract("visits", memory.getvalue(), FileAccount(read=len(town.visits)))


def _cost_file(town: Town, numbers: Numbers) -> Extract:
    """Invoices with decimal comma and no-break space, a totals row at the end."""
    invoices = town.invoices
    columns = {
        "service": np.array([s.fi for s in SERVICES], object)[invoices["service"]],
        "date": date_texts(invoices["date"].to_numpy()),
        "amount": euro_texts(invoices["cents"].to_numpy()),
        "client": numbers.client[invoices["client"]],
        "production": PRODUCTION_TEXTS["purchased"],
    }
    total = euro_texts(np.array([invoices["cents"].sum()]))[0]
    lines = np.append(mess.joined(pd.DataFrame(columns)), f"Yhteensä;;{total};;")
    return csv_extract("costs", COST_HEADER, lines, FileAccount(quarantined={"totals_row": 1}))


def euro_texts(cents: NDArray[np.int64]) -> Texts:
    """Write cents as euros: decimal comma, no-break space between thousands."""
    whole, rest = np.divmod(cents, 100)
    groups = pd.Series(whole.astype(str)).str.replace(r"(?<=\d)(?=(\d{3})+$)", NO_BREAK_SPACE, regex=True)
    return (groups + "," + pd.Series(rest.astype(str)).str.zfill(2)).to_numpy(dtype=object)


def csv_extract(table: str, header: str, lines: Texts, account: FileAccount) -> Extract:
    """Return a register's file: Windows-1252 with CRLF."""
    account.read = len(lines)
    return Extract(table, "\r\n".join([header, *lines, ""]).encode("cp1252"), account)
