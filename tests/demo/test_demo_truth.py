"""The truth, found again in the written files and in the distributions."""

from __future__ import annotations

import datetime
import itertools
import math
from collections import defaultdict

import pytest

from kumppanuus.demo.catalogue import DEFAULT_FAMILIES, SERVICES, YEARS, service_number
from kumppanuus.demo.town import WINDOW_START, Town, build_town

WINDOW = (datetime.date(2021, 1, 1), datetime.date(2025, 12, 31))


@pytest.fixture(scope="module")
def town() -> Town:
    return build_town(2015, DEFAULT_FAMILIES)


@pytest.fixture(scope="module")
def intervals(register) -> list[tuple]:
    """Client, service, first and last day inside the window, production text."""
    return [
        (client, service, max(start, WINDOW[0]), min(last or WINDOW[1], WINDOW[1]), production)
        for (client, service, start), (last, production) in register.kept.items()
    ]


def test_clients_and_families_by_service_and_year(intervals: list[tuple], families: dict, truth: dict) -> None:
    clients = defaultdict(set)
    for client, service, first, last, _ in intervals:
        for year in range(first.year, last.year + 1):
            clients[service, year].add(client)
    for code, service in truth["services"].items():
        for year in YEARS:
            found = clients[code, year]
            assert service["years"][str(year)]["clients"] == len(found)
            assert service["years"][str(year)]["families"] == len({families[client] for client in found})


def test_days_and_costs_of_day_priced_services(intervals: list[tuple], study: dict, truth: dict) -> None:
    ways = study["sources"][0]["values"]["production"]
    days = defaultdict(int)
    for _, service, first, last, production in intervals:
        for year in range(first.year, last.year + 1):
            begin, end = max(first, datetime.date(year, 1, 1)), min(last, datetime.date(year, 12, 31))
            days[service, year, ways[production]] += (end - begin).days + 1
    for service in study["services"]:
        if service["unit"] == "visit" or service["code"] == "sijaishuolto":
            continue
        for year in YEARS:
            told = truth["services"][service["code"]]["years"][str(year)]
            costs = service.get("unit_costs_eur") or {service["production"]: service["unit_cost_eur"]}
            used = {way: days[service["code"], year, way] for way in ("own", "purchased", "voucher")}
            assert sum(used.values()) == told["days"]
            assert sum(used[way] * cost for way, cost in costs.items()) == pytest.approx(told["cost_eur"], abs=0.005)


def test_costs_of_visits_and_invoices(study: dict, truth: dict, visit_rows: list[tuple], paths, records) -> None:
    price = {service["code"]: service.get("unit_cost_eur") for service in study["services"]}
    codes = study["sources"][0]["values"]["service"]
    cost = defaultdict(float)
    for _, service, date, _ in visit_rows[2:]:
        cost[codes[service], date[-4:]] += price[codes[service]]
    for service, date, amount, *_ in records(paths("kustannukset")[0])[:-1]:
        cost[codes[service], date[-4:]] += float(amount.replace("\u00a0", "").replace(",", "."))
    assert {service for service, _ in cost} == {
        "perheneuvonta", "puheterapia", "lastenpsykiatria", "nuorisopsykiatria", "sijaishuolto",
    }  # fmt: skip
    for (service, year), total in cost.items():
        assert total == pytest.approx(truth["services"][service]["years"][year]["cost_eur"], abs=0.005)


def test_the_invoices_add_up_to_their_totals_row(paths, records) -> None:
    *invoices, total = [row[2].replace("\u00a0", "").replace(",", "") for row in records(paths("kustannukset")[0])]
    assert sum(map(int, invoices)) == int(total)


def test_visits_and_invoices_belong_to_open_relationships(
    study: dict, intervals: list[tuple], visit_rows: list[tuple], paths, records, date_of
) -> None:
    codes = study["sources"][0]["values"]["service"]
    spans = defaultdict(list)
    for client, service, first, last, _ in intervals:
        spans[client, service].append((first, last))
    events = [(client, service, date) for client, service, date, _ in visit_rows[2:]]
    events += [(row[3], row[0], row[1]) for row in records(paths("kustannukset")[0])[:-1]]
    outside = [
        event for event in events
        if not any(first <= date_of(event[2]) <= last for first, last in spans[event[0], codes[event[1]]])
    ]  # fmt: skip
    assert outside == []


@pytest.mark.parametrize("pair", [
    ("kuraattori", "koulupsykologi"), ("aikuissosiaalityo", "paihdepalvelut"),
    ("avohuolto", "tehostettu_perhetyo"), ("perhetyo", "sijaishuolto"),
])  # fmt: skip
def test_co_use_by_family_day_by_day(pair: tuple, intervals: list[tuple], families: dict, truth: dict) -> None:
    days = {service: defaultdict(set) for service in pair}
    for client, service, first, last, _ in intervals:
        if service in pair:
            days[service][families[client]].update(range(first.toordinal(), last.toordinal() + 1))
    both = sum(bool(days[pair[0]][family] & days[pair[1]][family]) for family in set(families.values()))
    told = next(row for row in truth["co_use"] if row["services"] == list(pair))
    assert told["families"] == both


def test_all_pairs_are_told_and_the_planted_ones_stand_out(truth: dict) -> None:
    assert len(truth["co_use"]) == math.comb(14, 2)
    planted = [row for row in truth["co_use"] if row["planted_probability"]]
    assert len(planted) == 4
    total = truth["counts"]["families"]
    for row in planted:
        first, second = (truth["services"][code]["families"] for code in row["services"])
        assert row["families"] / (first * second / total) > 1.1


def test_escalation_within_a_year_of_the_start(register, truth: dict) -> None:
    starts = defaultdict(list)
    for client, service, start in register.kept:
        starts[client, service].append(start)
    for told in truth["escalation"]:
        origins = [
            (client, start) for client, service, start in register.kept
            if service == told["from"] and datetime.date(2021, 1, 1) <= start <= datetime.date(2024, 12, 31)
        ]  # fmt: skip
        followed = [
            any(1 <= (later - start).days <= 365 for later in starts[client, told["to"]]) for client, start in origins
        ]
        assert (len(origins), sum(followed)) == (told["origins"], told["followed"])
        spread = math.sqrt(told["probability"] * (1 - told["probability"]) / len(origins))
        assert abs(sum(followed) / len(origins) - told["probability"]) < 4 * spread


def test_a_client_is_out_of_a_service_for_thirty_days_before_coming_back(register) -> None:
    by_client = defaultdict(list)
    for (client, service, start), (last, _) in register.kept.items():
        by_client[client, service].append((start, last))
    gaps = []
    for spans in by_client.values():
        spans.sort()
        gaps += [(later - last).days - 1 for (_, last), (later, _) in itertools.pairwise(spans)]
    assert min(gaps) >= 30


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.code)
def test_lengths_follow_the_stated_distribution(service, town: Town, truth: dict) -> None:
    """Every relationship that starts in the window, at its full length: nothing is censored, no estimator needed."""
    history = town.history
    started = (history["service"] == service_number(service.code)) & (history["start"] >= WINDOW_START)
    lengths = history.loc[started, "days"]
    told = truth["services"][service.code]["duration"]
    expected = {told["median_days"]: 0.5, 365: told["share_longer_365"], 730: told["share_longer_730"]}
    assert sum(truth["services"][service.code]["arrivals_by_year"].values()) == len(lengths)
    for days, share in expected.items():
        error = math.sqrt(share * (1 - share) / len(lengths))
        assert abs((lengths > days).mean() - share) < 4 * error


def test_sizes_are_those_of_a_small_town(truth: dict) -> None:
    counts = truth["counts"]
    assert 9_000 <= counts["relationships"] <= 14_000
    assert all(service["relationships"] >= 150 for service in truth["services"].values())
    assert 200 <= truth["services"]["sijaishuolto"]["relationships"] <= 330
    assert counts["started_before_window"] > 1000
    for year in YEARS:
        assert 4_000 <= truth["population"][str(year)]["under_18"] <= 4_400
        assert 19_500 <= truth["population"][str(year)]["all"] <= 20_500


def test_relationships_start_after_birth_and_children_at_the_age_of_the_service(town: Town) -> None:
    age_days = (town.history["start"] - town.people.birth[town.history["client"]]).to_numpy()
    is_child = (town.history["client"] < town.people.children).to_numpy()
    adult = town.history["service"].map({i: s.adult for i, s in enumerate(SERVICES)}).to_numpy(dtype=bool)
    assert (is_child == ~adult).all()
    assert age_days[is_child].min() >= 0
    assert age_days[is_child].max() < 18 * 365.25
    assert age_days[adult].min() >= 18 * 365.25
