"""Extracts about the families' matters: contacts, visits of the social services, reasons for support, goals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumppanuus.demo import mess
from kumppanuus.demo.casework import NEEDS
from kumppanuus.demo.catalogue import AREAS, SERVICES
from kumppanuus.demo.contacts import NONE
from kumppanuus.demo.durations import Days
from kumppanuus.demo.extracts import Extract, csv_extract, date_texts
from kumppanuus.demo.identity import Texts
from kumppanuus.demo.mess import FileAccount
from kumppanuus.demo.naming import Numbers
from kumppanuus.demo.workers import names

CONTACT_HEADER = (
    "Yhteydenoton pvm;Asiakasnumero;Yhteydenoton laji;Ilmoittaja;Palvelu;Päätös pvm;Arviointi valmis;Lopputulos;Alue"
)
SOCIAL_VISIT_HEADER = "Asiakasnumero;Palvelu;Käyntipäivä;Työntekijä"
NEED_HEADER = "Asiakasnumero;Tarve kirjattu;Tuen tarve;Kirjausvaihe;Alue"
GOAL_HEADER = (
    "Asiakasnumero;Palvelu;Tavoite asetettu;Tuen tarve;Perheen kanssa;Tavoite arvioitu;Tavoitteen toteutuminen"
)
KIND_TEXTS: Mapping[str, str] = {
    "notification": "Lastensuojeluilmoitus", "application": "Hakemus", "contact": "Yhteydenotto",
}  # fmt: skip
SENDER_TEXTS: Mapping[str, str] = {
    "school": "Koulu", "health": "Terveydenhuolto", "police": "Poliisi", "daycare": "Varhaiskasvatus",
    "parent": "Vanhempi", "other": "Muu",
}  # fmt: skip
OUTCOME_TEXTS: Mapping[str, str] = {
    "service": "Palvelu aloitettiin", "assessment": "Arviointi aloitettiin", "redirected": "Ohjattiin muuhun palveluun",
    "advice": "Neuvonta ja ohjaus", "no_need": "Ei tuen tarvetta", "withdrew": "Perhe perui",
}  # fmt: skip
STAGE_TEXTS: Mapping[str, str] = {"contact": "Yhteydenotto", "assessment": "Palvelutarpeen arviointi"}
GOAL_TEXTS: Mapping[str, str] = {"met": "Toteutui", "partly": "Toteutui osittain", "not_met": "Ei toteutunut"}
YES_NO_TEXTS: Mapping[str, str] = {"yes": "Kyllä", "no": "Ei"}
NOT_RECORDED = "-"
_AREA_TEXTS = np.array([area.fi for area in AREAS], dtype=object)
_SERVICE_TEXTS = np.array([service.fi for service in SERVICES], dtype=object)
_NEED_TEXTS = np.array([need.fi for need in NEEDS], dtype=object)


def dates_or_blank(days: Days) -> Texts:
    """Write days, leaving out those there are none of."""
    return np.where(days == NONE, "", date_texts(np.maximum(days, 0)))


def contact_file(contacts: pd.DataFrame, numbers: Numbers) -> Extract:
    """Write the contacts that the register knows; a contact may name no client."""
    sender = contacts["sender"].map(SENDER_TEXTS).fillna(NOT_RECORDED)
    columns = {
        "date": date_texts(contacts["date"].to_numpy()),
        "client": np.where(contacts["numbered"], numbers.client[contacts["client"]], ""),
        "kind": contacts["kind"].map(KIND_TEXTS),
        "sender": sender,
        "service": _SERVICE_TEXTS[contacts["service"]],
        "decided": dates_or_blank(contacts["decided"].to_numpy()),
        "assessed": dates_or_blank(contacts["assessed"].to_numpy()),
        "outcome": contacts["outcome"].map(OUTCOME_TEXTS).fillna(""),
        "area": _AREA_TEXTS[contacts["area"]],
    }
    return _extract("contacts", CONTACT_HEADER, columns)


def social_visit_file(visits: pd.DataFrame, numbers: Numbers) -> Extract:
    """Write the visits of services whose days are priced, with who made them."""
    columns = {
        "client": numbers.client[visits["client"]],
        "service": _SERVICE_TEXTS[visits["service"]],
        "date": date_texts(visits["date"].to_numpy()),
        "worker": names(visits["worker"].to_numpy()),
    }
    return _extract("visits", SOCIAL_VISIT_HEADER, columns)


def need_file(needs: pd.DataFrame, numbers: Numbers) -> Extract:
    """Write the reasons for support."""
    columns = {
        "client": numbers.client[needs["client"]],
        "date": date_texts(needs["date"].to_numpy()),
        "need": _NEED_TEXTS[needs["need"]],
        "stage": needs["stage"].map(STAGE_TEXTS),
        "area": _AREA_TEXTS[needs["area"]],
    }
    return _extract("needs", NEED_HEADER, columns)


def goal_file(goals: pd.DataFrame, numbers: Numbers) -> Extract:
    """Write the goals."""
    need = goals["need"].to_numpy()
    columns = {
        "client": numbers.client[goals["client"]],
        "service": _SERVICE_TEXTS[goals["service"]],
        "date": date_texts(goals["date"].to_numpy()),
        "need": np.where(need == NONE, "", _NEED_TEXTS[need]),
        "with_family": np.where(goals["with_family"], YES_NO_TEXTS["yes"], YES_NO_TEXTS["no"]),
        "assessed": dates_or_blank(goals["assessed"].to_numpy()),
        "outcome": goals["outcome"].map(GOAL_TEXTS).fillna(""),
    }
    return _extract("goals", GOAL_HEADER, columns)


def _extract(table: str, header: str, columns: Mapping[str, object]) -> Extract:
    return csv_extract(table, header, mess.joined(pd.DataFrame(columns)), FileAccount())
