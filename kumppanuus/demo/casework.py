"""What is recorded about families in Esimerkkilä: reasons for support, and goals with what came of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kumppanuus.demo.catalogue import SERVICES
from kumppanuus.demo.contacts import NONE
from kumppanuus.demo.durations import Days
from kumppanuus.demo.evenly import normals, uniforms, uniforms_within
from kumppanuus.demo.people import YEAR_DAYS
from kumppanuus.demo.town import WINDOW_END, WINDOW_START, Town


@dataclass(frozen=True, slots=True)
class Need:
    """A reason for support: its words, and how common it is for small children, school children, teenagers, adults.

    goes_with : code of the reason that often comes with it.
    """

    code: str
    fi: str
    sv: str
    en: str
    weights: tuple[float, float, float, float]
    goes_with: str = ""


NEEDS: tuple[Need, ...] = (
    Need("jaksaminen", "Vanhemman jaksaminen", "Föräldrarnas ork", "Parents' strength running out", (20, 11, 8, 14)),
    Need("kasvatus", "Kasvatus ja arjen rutiinit", "Fostran och rutiner i vardagen", "Upbringing and daily routines",
         (18, 13, 8, 6)),
    Need("ristiriidat", "Perheen ristiriidat", "Konflikter i familjen", "Conflicts in the family", (8, 9, 11, 8),
         "ero"),
    Need("ero", "Vanhempien ero", "Föräldrarnas skilsmässa", "Parents' separation", (9, 9, 7, 9), "ristiriidat"),
    Need("talous", "Toimeentulo ja asuminen", "Utkomst och boende", "Income and housing", (8, 6, 5, 24), "paihteet"),
    Need("paihteet", "Vanhemman päihteet", "Förälderns missbruk", "Parent's substance use", (6, 5, 4, 16), "talous"),
    Need("vakivalta", "Väkivalta perheessä", "Våld i familjen", "Violence in the family", (6, 6, 5, 5)),
    Need("koulu", "Koulunkäynnin vaikeudet", "Svårigheter i skolgången", "Difficulties at school", (1, 14, 15, 2),
         "mieliala"),
    Need("mieliala", "Lapsen mieliala ja ahdistus", "Barnets nedstämdhet och ångest", "Child's low mood and anxiety",
         (4, 11, 16, 4), "koulu"),
    Need("keskittyminen", "Keskittyminen ja käytös", "Koncentration och beteende", "Concentration and behaviour",
         (9, 11, 6, 2)),
    Need("kaverit", "Yksinäisyys ja kiusaaminen", "Ensamhet och mobbning", "Loneliness and bullying", (3, 8, 8, 2)),
    Need("rikkeet", "Nuoren päihteet ja rikkeet", "Ungdomars droger och förseelser",
         "Young people's drugs and offences", (0.5, 2, 12, 2)),
)  # fmt: skip
AGES = (7, 13, 18)
SECOND_NEED, THIRD_NEED, TOGETHER = 0.55, 0.2, 0.5
KEPT_AT_ASSESSMENT, FOUND_AT_ASSESSMENT = 0.8, 0.7
GOALS_OF_RELATIONSHIP = (0.65, 0.35)
FIRST_GOAL_DAYS = (10, 46)
WITH_FAMILY, NEVER_ASSESSED = 0.7, 0.15
MEDIAN_ASSESSMENT_DAYS, ASSESSMENT_SPREAD = 210, 0.45
OUTCOMES = {"met": 0.45, "partly": 0.35, "not_met": 0.20}
_CODES = [need.code for need in NEEDS]
_PARTNER = np.array([_CODES.index(need.goes_with) if need.goes_with else NONE for need in NEEDS])
_WEIGHTS = np.array([need.weights for need in NEEDS]).T
_SHARES = _WEIGHTS.cumsum(axis=1) / _WEIGHTS.sum(axis=1, keepdims=True)

Sets = NDArray[np.bool_]


def make_needs(town: Town, contacts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Record reasons at contacts of known clients and again at assessments.

    Returns
    -------
    ``client``, ``date``, ``need`` (place), ``stage``, ``area`` (place).

    Parameters
    ----------
    contacts : as the register knows them. A redirected contact leaves its reasons to the next one.
    """
    # in the order of time, along which the shares of the reasons are even
    told = contacts[contacts["numbered"] & (contacts["outcome"] != "redirected")]
    group = age_group(town, told["client"].to_numpy(), told["date"].to_numpy())
    at_contact = _drawn(group, rng)
    assessed = (told["assessed"] >= 0).to_numpy()
    parts = [
        _rows(told, at_contact, "date", "contact"),
        _rows(told[assessed], _again(at_contact[assessed], group[assessed], rng), "assessed", "assessment"),
    ]
    return pd.concat(parts).sort_values(["date", "client", "need", "stage"], ignore_index=True)


def age_group(town: Town, client: Days, date: Days) -> Days:
    """Return the place of each client among small children, school children, teenagers and adults."""
    years = (date - town.people.birth[client]) / YEAR_DAYS
    return np.searchsorted(AGES, years, side="right")


def _one(group: Days, rng: np.random.Generator) -> Days:
    return np.asarray((uniforms_within(group, rng)[:, None] > _SHARES[group]).sum(axis=1))


def _drawn(group: Days, rng: np.random.Generator) -> Sets:
    """Draw one to three reasons for each contact; some come in pairs."""
    first, second, third = (_one(group, rng) for _ in range(3))
    paired = (_PARTNER[first] >= 0) & (rng.random(len(group)) < TOGETHER)
    second = np.where(paired, _PARTNER[first], second)
    found = np.zeros((len(group), len(NEEDS)), dtype=bool)
    every = np.arange(len(group))
    found[every, first] = True
    for more, share in ((second, SECOND_NEED), (third, THIRD_NEED)):
        has = uniforms(len(group), rng) < share
        found[every[has], more[has]] = True
    return found


def _again(at_contact: Sets, group: Days, rng: np.random.Generator) -> Sets:
    """Return what the assessment finds: most of what was told, often something else, never nothing."""
    found = at_contact & (rng.random(at_contact.shape) < KEPT_AT_ASSESSMENT)
    more = _one(group, rng)
    has = (rng.random(len(group)) < FOUND_AT_ASSESSMENT) | ~found.any(axis=1)
    found[np.arange(len(group))[has], more[has]] = True
    return found


def _rows(contacts: pd.DataFrame, found: Sets, date: str, stage: str) -> pd.DataFrame:
    row, need = np.nonzero(found)
    return pd.DataFrame({
        "client": contacts["client"].to_numpy()[row], "date": contacts[date].to_numpy()[row], "need": need,
        "stage": stage, "area": contacts["area"].to_numpy()[row],
    })  # fmt: skip


def make_goals(town: Town, rng: np.random.Generator) -> pd.DataFrame:
    """Set goals in relationships of social services that began by themselves in the window.

    Returns
    -------
    ``client``, ``service``, ``date``, ``need`` (place, -1 = not told), ``with_family``, ``assessed`` (-1 = not by the
    end of the window), ``outcome`` (empty when not assessed).
    """
    social = np.array([service.sector == "social" for service in SERVICES])
    rows = town.relationships
    began = (rows["start"] >= WINDOW_START) & (rows["link"] < 0) & social[rows["service"]]
    of = rows[began]
    number = 1 + rng.choice(len(GOALS_OF_RELATIONSHIP), len(of), p=GOALS_OF_RELATIONSHIP)
    place = np.repeat(np.arange(len(of)), number)
    date = of["start"].to_numpy()[place] + rng.integers(*FIRST_GOAL_DAYS, len(place))
    client = of["client"].to_numpy()[place]
    days = MEDIAN_ASSESSMENT_DAYS * np.exp(ASSESSMENT_SPREAD * normals(len(place), rng))
    assessed = date + np.maximum(days.astype(np.int64), 1)
    need = _one(age_group(town, client, date), rng)
    goals = pd.DataFrame({
        "client": client,
        "service": of["service"].to_numpy()[place],
        "date": date,
        "need": np.where(rng.random(len(place)) < 0.1, NONE, need),
        "with_family": uniforms(len(place), rng) < WITH_FAMILY,
        "assessed": np.where((uniforms(len(place), rng) < NEVER_ASSESSED) | (assessed >= WINDOW_END), NONE, assessed),
        "outcome": rng.choice(list(OUTCOMES), len(place), p=list(OUTCOMES.values())),
    })  # fmt: skip
    goals["outcome"] = goals["outcome"].mask(goals["assessed"] < 0, "")
    in_window = goals[goals["date"] < WINDOW_END]
    return in_window.sort_values(["date", "client", "service"], kind="stable", ignore_index=True)
