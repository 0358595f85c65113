"""The parts of the study file about the use of resources: groups of families, benefits, contracts, what binds."""

from __future__ import annotations

from kumppanuus.demo.planning import (
    BENEFITS,
    CHANGE_AT_MOST,
    CONTRACTS,
    COVERAGE_AT_LEAST,
    EQUITY_AT_LEAST,
    PURCHASED_AT_MOST,
    SEGMENTS,
    WHOSE,
    Contract,
    Segment,
)
from kumppanuus.demo.study_toml import quoted, words

SEGMENTS_HEAD = """
# --- Perheryhmät: perhe kuuluu ensimmäiseen ryhmään, jonka ehdot täyttyvät viimeisten 12 kuukauden ajalta --
# needs = jokin näistä tarpeista on kirjattu, levels = jokin palvelu tällä tasolla, services_at_least = palveluja
# ainakin näin monta. Muitakin ehtoja on; ne luetellaan asetusten ohjeessa.
"""
BENEFITS_HEAD = """
# --- Hyöty: paljonko vuosi palvelua auttaa ryhmän perhettä, pisteinä 0–10 ---------------------------------
# Hyöty on harkintaa, kunnes se on arvioitu. lower ja upper kertovat, kuinka epävarma arvio on, whose kenen se on.
# Palvelu, jota ei tässä mainita, ei auta ryhmää.
"""
CONTRACTS_HEAD = """
# --- Sopimukset: montako perhettä vuodessa ostetaan vähintään ja enintään ----------------------------------
"""
ALLOCATION = f"""
# --- Mitä ehdotuksen resurssien käytöstä pitää noudattaa ---------------------------------------------------
# Osuuksia 0–1. Ilman lukua budget_eur rahaa käytetään saman verran kuin nyt.
[allocation]
change_at_most = {CHANGE_AT_MOST}                 # palvelun määrä saa muuttua enintään näin paljon nykyisestä
purchased_at_most = {PURCHASED_AT_MOST}              # ostopalvelujen ja palvelusetelien osuus rahasta enintään
coverage_at_least = {COVERAGE_AT_LEAST}               # osuus ryhmän perheistä, joka saa jotakin auttavaa
equity_at_least = {EQUITY_AT_LEAST}                # heikoimman alueen hyöty perhettä kohti verrattuna kaikkiin
own_change_at_most = 0.1              # omaa henkilöstöä voi siirtää palvelusta toiseen enintään tämän osuuden
hours_per_fte = 1600                  # henkilötyövuoden tunnit
absence = 0.15                        # poissaolojen osuus niistä
"""


def plan_text(scale: float) -> str:
    """Return the groups of families, the benefits, the contracts and what a proposal has to keep to.

    scale : size of the town as a multiple of the default one.
    """
    benefits = [
        _benefit_text(segment, service, points)
        for segment, of_segment in BENEFITS.items()
        for service, points in of_segment.items()
    ]
    parts = [
        ALLOCATION,
        SEGMENTS_HEAD + "\n".join(_segment_text(segment) for segment in SEGMENTS),
        BENEFITS_HEAD + "\n".join(benefits),
        CONTRACTS_HEAD + "\n".join(_contract_text(contract, scale) for contract in CONTRACTS),
    ]
    return "".join(parts)


def _segment_text(segment: Segment) -> str:
    lines = [
        "[[segments]]",
        f"code = {quoted(segment.code)}",
        f"name = {words(segment.fi, segment.sv, segment.en)}",
        *([f"needs = {codes(segment.needs)}"] if segment.needs else []),
        *([f"levels = {codes(segment.levels)}"] if segment.levels else []),
        *([f"services_at_least = {segment.services}"] if segment.services else []),
        "",
    ]
    return "\n".join(lines)


def _benefit_text(segment: str, service: str, points: tuple[float, float, float]) -> str:
    value, lower, upper = points
    return (
        f"[[benefits]]\nsegment = {quoted(segment)}\nservice = {quoted(service)}\n"
        f"value = {value:g}\nlower = {lower:g}\nupper = {upper:g}\nwhose = {words(*WHOSE)}\n"
    )


def _contract_text(contract: Contract, scale: float) -> str:
    return (
        f"[[contracts]]\nservice = {quoted(contract.service)}\nproduction = {quoted(contract.production)}\n"
        f"least_families = {round(contract.least * scale)}\nmost_families = {round(contract.most * scale)}\n"
        f"source = {quoted(contract.source)}\n"
    )


def codes(names: tuple[str, ...]) -> str:
    """Write a list of codes."""
    return "[" + ", ".join(map(quoted, names)) + "]"
