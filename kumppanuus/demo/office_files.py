"""Extracts of the office: the ledger, capacity and budgets, who works where, and what the personnel answered."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumppanuus.demo import mess
from kumppanuus.demo.catalogue import AREAS, SERVICES
from kumppanuus.demo.extracts import LANGUAGE_TEXTS, Extract, csv_extract, date_texts, euro_texts
from kumppanuus.demo.ledger import Cents
from kumppanuus.demo.mess import FileAccount
from kumppanuus.demo.questionnaire import GROUPS, ITEMS
from kumppanuus.demo.staff import LANGUAGES
from kumppanuus.demo.town import month_starts
from kumppanuus.demo.workers import names

LEDGER_HEADER = "Kausi;Palvelu;Toteuma (€)"
CAPACITY_HEADER = "Palvelu;Alue;Voimassa alkaen;Paikkoja;Henkilötyövuodet;Talousarvio (€)"
WORKER_HEADER = "Työntekijä;Palvelu;Alue;Työkieli;Työosuus"
SURVEY_HEADER = "Vastaajan numero;Vastattu;Vastaajaryhmä;Alue;Kysymys;Vastaus"
GROUP_TEXTS: Mapping[str, str] = {group.code: group.text for group in GROUPS}
_AREA_TEXTS = np.array([*(area.fi for area in AREAS), ""], dtype=object)
_SERVICE_TEXTS = np.array([service.fi for service in SERVICES], dtype=object)


def ledger_file(ledger: Cents) -> Extract:
    """Write the ledger by month and service, with its totals row."""
    month, service = np.divmod(np.arange(ledger.size), len(SERVICES))
    columns = {
        "date": date_texts(month_starts()[month]),
        "service": _SERVICE_TEXTS[service],
        "amount": euro_texts(ledger[service, month]),
    }
    total = euro_texts(np.array([ledger.sum()]))[0]
    lines = np.append(mess.joined(pd.DataFrame(columns)), f"Yhteensä;;{total}")
    return csv_extract("costs", LEDGER_HEADER, lines, FileAccount(quarantined={"totals_row": 1}))


def capacity_file(capacity: pd.DataFrame) -> Extract:
    """Write places, person-years and budgets from the first day of each year."""
    columns = {
        "service": _SERVICE_TEXTS[capacity["service"]],
        "area": _AREA_TEXTS[capacity["area"]],
        "date": date_texts(capacity["date"].to_numpy()),
        "places": capacity["places"].astype(str),
        "fte": capacity["fte"].map("{:.1f}".format).str.replace(".", ",", regex=False),
        "budget": capacity["budget"].astype(str),
    }
    return csv_extract("capacity", CAPACITY_HEADER, mess.joined(pd.DataFrame(columns)), FileAccount())


def worker_file(staff: pd.DataFrame) -> Extract:
    """Write who works where, in which languages and how much; a row for each language."""
    columns = {
        "worker": names(staff["worker"].to_numpy()),
        "service": _SERVICE_TEXTS[staff["service"]],
        "area": _AREA_TEXTS[staff["area"]],
        "language": staff["language"].map(dict(zip(LANGUAGES, LANGUAGE_TEXTS, strict=True))),
        "fte": staff["fte"].map("{:.1f}".format).str.replace(".", ",", regex=False),
    }
    return csv_extract("workers", WORKER_HEADER, mess.joined(pd.DataFrame(columns)), FileAccount())


def survey_file(answers: pd.DataFrame) -> Extract:
    """Write a row for every answer; partners and leaders belong to no area."""
    columns = {
        "respondent": "V" + answers["respondent"].astype(str),
        "date": date_texts(answers["date"].to_numpy()),
        "group": answers["group"].map(GROUP_TEXTS),
        "area": _AREA_TEXTS[answers["area"]],
        "question": np.array([item.code for item in ITEMS], dtype=object)[answers["item"]],
        "answer": answers["answer"].astype(str),
    }
    return csv_extract("survey", SURVEY_HEADER, mess.joined(pd.DataFrame(columns)), FileAccount())
