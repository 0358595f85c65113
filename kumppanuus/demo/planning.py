"""How Esimerkkilä would plan: groups of families, what answers a need, what helps whom, contracts. Data only.

Rules and judgements are made up; whoever opens the study file as a model replaces them by her own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of families; a family belongs to the first one whose rule holds, in the last twelve months.

    needs : one of them recorded. levels : a service of one of them in use. services : at least so many in use.
    """

    code: str
    fi: str
    sv: str
    en: str
    needs: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    services: int = 0


@dataclass(frozen=True, slots=True)
class Contract:
    """What a contract binds the town to: families a year, at least and at most."""

    service: str
    production: str
    least: int
    most: int
    source: str


SEGMENTS: tuple[Segment, ...] = (
    Segment("korjaava", "Korjaavien palvelujen perheet", "Familjer i korrigerande vård",
            "Corrective-care families", levels=("corrective",)),
    Segment("kuormittunut", "Väkivallan tai päihteiden kuormittamat", "Våld eller missbruk",
            "Violence or substance use", needs=("vakivalta", "paihteet")),
    Segment("monipalvelu", "Monen palvelun perheet", "Familjer med många tjänster", "Several-service families",
            services=3),
    Segment("erityinen", "Erityispalvelujen perheet", "Familjer i specialtjänster", "Special-service families",
            levels=("special",)),
    Segment("varhainen", "Varhaisen tuen perheet", "Familjer med tidigt stöd", "Early-support families",
            levels=("early",)),
    Segment("koulu", "Koulun tuen perheet", "Familjer med stöd i skolan", "School-support families",
            levels=("universal",)),
)  # fmt: skip

NEED_SERVICES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "jaksaminen": ("neuvolan_perhetyo", "perhetyo", "kotipalvelu"),
    "kasvatus": ("neuvolan_perhetyo", "perhetyo", "perheneuvonta"),
    "ristiriidat": ("perheneuvonta", "perhetyo"),
    "ero": ("perheneuvonta",),
    "talous": ("aikuissosiaalityo",),
    "paihteet": ("paihdepalvelut",),
    "vakivalta": ("tehostettu_perhetyo", "avohuolto"),
    "koulu": ("kuraattori", "koulupsykologi"),
    "mieliala": ("koulupsykologi", "lastenpsykiatria", "nuorisopsykiatria"),
    "keskittyminen": ("koulupsykologi", "perheneuvonta", "lastenpsykiatria"),
    "kaverit": ("kuraattori", "perheneuvonta"),
    "rikkeet": ("nuorisopsykiatria", "tehostettu_perhetyo"),
})  # fmt: skip

# Points 0–10 of a year of the service for a family of the group: judged value, and its limits.
BENEFITS: Mapping[str, Mapping[str, tuple[float, float, float]]] = MappingProxyType({
    "korjaava": {
        "sijaishuolto": (7, 5, 9), "avohuolto": (5, 3, 7), "tehostettu_perhetyo": (6, 3.5, 8),
        "paihdepalvelut": (5, 2.5, 7), "nuorisopsykiatria": (5, 3, 7), "lastenpsykiatria": (5, 3, 7),
        "perhetyo": (3, 1, 5), "aikuissosiaalityo": (3, 1.5, 5),
    },
    "kuormittunut": {
        "paihdepalvelut": (7, 4.5, 9), "avohuolto": (6, 4, 8), "tehostettu_perhetyo": (7, 4, 9),
        "perheneuvonta": (4, 2, 6), "aikuissosiaalityo": (4, 2.5, 6), "perhetyo": (5, 3, 7), "kotipalvelu": (3, 1, 5),
    },
    "monipalvelu": {
        "perhetyo": (6, 4, 8), "tehostettu_perhetyo": (6, 4, 8), "perheneuvonta": (5, 3, 7),
        "koulupsykologi": (4, 2.5, 6), "kuraattori": (3, 2, 5), "lastenpsykiatria": (5, 3, 7),
        "nuorisopsykiatria": (5, 3, 7), "kotipalvelu": (4, 2, 6), "neuvolan_perhetyo": (5, 3, 7),
        "aikuissosiaalityo": (4, 2, 5), "avohuolto": (4, 2, 6), "puheterapia": (4, 2.5, 6),
    },
    "erityinen": {
        "lastenpsykiatria": (6, 4, 8), "nuorisopsykiatria": (6, 4, 8), "puheterapia": (6, 4.5, 7.5),
        "perheneuvonta": (4, 2.5, 6), "perhetyo": (5, 3, 7), "koulupsykologi": (4, 2, 6),
        "aikuissosiaalityo": (4, 2.5, 5.5), "avohuolto": (4, 2.5, 6), "tehostettu_perhetyo": (5, 3, 7),
    },
    "varhainen": {
        "neuvolan_perhetyo": (6, 4, 8), "perhetyo": (6, 4, 8), "perheneuvonta": (5, 3.5, 7),
        "kotipalvelu": (4.5, 3, 6), "kuraattori": (3, 2, 4.5), "koulupsykologi": (3, 2, 5),
    },
    "koulu": {
        "kuraattori": (4, 3, 5.5), "koulupsykologi": (5, 3, 7), "perheneuvonta": (4, 2, 6), "perhetyo": (3, 1, 5),
    },
})  # fmt: skip
WHOSE = (
    "Esimerkkilän työpajan arvio, keksitty",
    "Bedömning vid Esimerkkiläs workshop, påhittad",
    "Judgement of Esimerkkilä's workshop, made up",
)

# Families a year at the default size of the town. Care outside the home follows decisions about children: it is no
# reserve for other services, so its least volume is near today's.
CONTRACTS: tuple[Contract, ...] = (
    Contract("perhetyo", "purchased", 50, 110, "Perhetyön ostopalvelusopimus 2025–2027 (keksitty)"),
    Contract("kotipalvelu", "voucher", 60, 140, "Palvelusetelin sääntökirja 2025 (keksitty)"),
    Contract("puheterapia", "purchased", 160, 260, "Puheterapian puitesopimus 2024–2027 (keksitty)"),
    Contract("tehostettu_perhetyo", "purchased", 60, 120, "Tehostetun perhetyön puitesopimus 2025–2026 (keksitty)"),
    Contract("paihdepalvelut", "purchased", 40, 90, "Päihdepalvelujen ostosopimus 2025–2027 (keksitty)"),
    Contract("sijaishuolto", "purchased", 140, 190, "Sijaishuollon puitesopimus 2025–2028 (keksitty)"),
)
CHANGE_AT_MOST, PURCHASED_AT_MOST, COVERAGE_AT_LEAST, EQUITY_AT_LEAST = 0.25, 0.85, 0.5, 0.85
