"""The questionnaire to leaders, workers and partners of Esimerkkilä: what is asked, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.demo.catalogue import AREAS
from kumppanuus.demo.planted import DISAGREEMENT
from kumppanuus.demo.town import day

CODE = "itsearviointi"
LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme and what everybody thinks of it on average, unless it is the planted one."""

    code: str
    fi: str
    sv: str
    en: str
    mean: float


@dataclass(frozen=True, slots=True)
class Item:
    """One statement. above : how far its mean lies above its theme's. reversed : who agrees sees a fault."""

    code: str
    theme: str
    fi: str
    sv: str
    en: str
    above: float = 0.0
    reversed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A group of respondents: its word in the file, how many were asked and how many answered."""

    code: str
    text: str
    invited: int
    answered: int


THEMES: tuple[Theme, ...] = (
    Theme("johtaminen", "Johtaminen", "Ledning", "Leading", 3.5),
    Theme("yhteistyo", "Yhteistyö", "Samarbete", "Cooperation", 3.5),
    Theme("voimavarat", "Voimavarat", "Resurser", "Resources", 3.3),
    Theme("osaaminen", "Osaaminen", "Kunnande", "Skills", 3.8),
    Theme("ajoissa", "Tuki ajoissa", "Stöd i tid", "Support in time", 3.4),
)
ITEMS: tuple[Item, ...] = (
    Item("j1", "johtaminen", "Perhepalveluilla on yhteinen suunta", "Familjeservicen har en gemensam riktning",
         "Family services share one direction", 0.2),
    Item("j2", "johtaminen", "Päätökset tehdään tiedon pohjalta", "Besluten bygger på fakta",
         "Decisions rest on facts", -0.2),
    Item("j3", "johtaminen", "Tiedän, kuka vastaa perheen kokonaisuudesta", "Jag vet vem som ansvarar för helheten",
         "I know who is responsible for the whole of a family's support"),
    Item("y1", "yhteistyo", "Tieto kulkee palvelusta toiseen", "Informationen går från en tjänst till en annan",
         "Information passes from one service to another", -0.1),
    Item("y2", "yhteistyo", "Perhe kertoo asiansa moneen kertaan",
         "Familjen berättar sin sak många gånger",
         "A family tells its story many times over", -0.1, reversed=True),
    Item("y3", "yhteistyo", "Sovimme yhdessä, kuka tekee mitä", "Vi kommer överens om vem som gör vad",
         "We agree together on who does what", 0.1),
    Item("y4", "yhteistyo", "Kumppanit otetaan ajoissa mukaan", "Samarbetspartner tas med i tid",
         "Partners are brought in early", 0.1),
    Item("v1", "voimavarat", "Aikaa perheelle on riittävästi", "Det finns tillräckligt med tid för familjen",
         "There is enough time for a family", -0.2),
    Item("v2", "voimavarat", "Sijainen löytyy, kun joku on poissa", "En vikarie finns när någon är borta",
         "A substitute is found when somebody is away"),
    Item("v3", "voimavarat", "Jaksan työssäni hyvin", "Jag orkar bra i mitt arbete", "I cope well with my work", 0.2),
    Item("o1", "osaaminen", "Osaamme kohdata koko perheen", "Vi kan möta hela familjen",
         "We know how to meet the whole family", 0.1),
    Item("o2", "osaaminen", "Tunnen muiden palvelujen tarjonnan", "Jag känner till de andra tjänsternas utbud",
         "I know what the other services offer", -0.2),
    Item("o3", "osaaminen", "Saan tukea vaikeissa tilanteissa", "Jag får stöd i svåra situationer",
         "I get support in hard situations", 0.1),
    Item("a1", "ajoissa", "Perhe saa apua ennen kuin tilanne kärjistyy", "Familjen får hjälp innan läget förvärras",
         "A family gets help before things come to a head", -0.1),
    Item("a2", "ajoissa", "Perhe odottaa palvelua liian kauan", "Familjen väntar för länge på tjänsten",
         "A family waits too long for a service", reversed=True),
    Item("a3", "ajoissa", "Tuki kestää niin kauan kuin sitä tarvitaan", "Stödet varar så länge det behövs",
         "Support lasts as long as it is needed", 0.1),
)  # fmt: skip
GROUPS: tuple[Group, ...] = (
    Group("leader", "Johto", 30, 27),
    Group("worker", "Työntekijä", 110, 84),
    Group("partner", "Kumppani", 45, 33),
)
PERSON_SPREAD, ANSWER_SPREAD = 0.35, 0.7
UNANSWERED = 0.02
FIRST_DAY, DAYS_OPEN = day(2025, 10, 6), 19
FIRST_NUMBER = 1001


def true_mean(group: str, theme: Theme) -> float:
    """Return what a group thinks of a theme on average."""
    planted: Mapping[str, float] = MappingProxyType(
        {"leader": DISAGREEMENT.leader, "worker": DISAGREEMENT.worker, "partner": DISAGREEMENT.partner}
    )
    return planted[group] if theme.code == DISAGREEMENT.theme else theme.mean


def make_answers(rng: np.random.Generator) -> pd.DataFrame:
    """Let everybody answer: ``respondent``, ``date``, ``group``, ``area`` (-1 but of workers), ``item``, ``answer``.

    Spreads are taken around the mean of the group, so that groups differ by what is planted and little else.
    """
    parts = [_answers(group, rng) for group in GROUPS]
    answers = pd.concat(parts, ignore_index=True)
    people = answers.groupby(["group", "person"], sort=False).ngroup()
    shuffled = rng.permutation(people.max() + 1)
    answers = answers.assign(respondent=FIRST_NUMBER + shuffled[people])
    answers = answers[rng.random(len(answers)) >= UNANSWERED]
    return answers.sort_values(["respondent", "item"], ignore_index=True)


def _answers(group: Group, rng: np.random.Generator) -> pd.DataFrame:
    theme = {each.code: each for each in THEMES}
    mean = np.array([true_mean(group.code, theme[item.theme]) + item.above for item in ITEMS])
    person = _centred(PERSON_SPREAD * rng.standard_normal((group.answered, 1)))
    own = _centred(ANSWER_SPREAD * rng.standard_normal((group.answered, len(ITEMS))))
    agreed = np.rint(mean + person + own).clip(LOWEST, HIGHEST).astype(np.int64)
    turned = np.array([item.reversed for item in ITEMS])
    given = np.where(turned, LOWEST + HIGHEST - agreed, agreed)
    place, item = np.divmod(np.arange(given.size), len(ITEMS))
    date = FIRST_DAY + rng.integers(0, DAYS_OPEN, group.answered)
    area = rng.choice(len(AREAS), group.answered, p=[each.share for each in AREAS])
    return pd.DataFrame({
        "group": group.code, "person": place, "date": date[place],
        "area": area[place] if group.code == "worker" else -1, "item": item, "answer": given.reshape(-1),
    })  # fmt: skip


def _centred(
    spread: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.asarray(spread - spread.mean(axis=0))


def theme_means(answers: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the mean of the answers by theme and group, agreeing with a fault turned around."""
    turned = np.array([item.reversed for item in ITEMS])[answers["item"]]
    good = np.where(turned, LOWEST + HIGHEST - answers["answer"], answers["answer"])
    theme = np.array([item.theme for item in ITEMS], dtype=object)[answers["item"]]
    means = answers.assign(good=good, theme=theme).groupby(["theme", "group"])["good"].mean()
    groups = [group.code for group in GROUPS]
    return {each.code: {group: float(means[each.code, group]) for group in groups} for each in THEMES}
