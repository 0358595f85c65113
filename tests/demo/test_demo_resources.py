"""Groups of families, capacity, workers, languages and scenarios of the demo: counted again from the written files."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable

from kumppanuus.demo import DemoFiles
from kumppanuus.study import load_study

LAST = datetime.date(2025, 12, 31)
FIRST = datetime.date(2025, 1, 1)


def test_segments_are_those_of_the_rules_of_the_study(
    truth: dict, study: dict, register, families: dict, paths: Callable, records: Callable, date_of: Callable
) -> None:
    levels = {service["code"]: service["level"] for service in study["services"]}
    codes = next(source["values"]["need"] for source in study["sources"] if source["table"] == "needs")
    services, needs = defaultdict(set), defaultdict(set)
    for (client, service, start), (last, _) in register.kept.items():
        if start <= LAST and (last is None or last >= FIRST) and service in levels:
            services[families[client]].add(service)
    for client, date, need, *_ in records(paths("tarpeet")[0]):
        if FIRST <= date_of(date) <= LAST:
            needs[families[client]].add(codes[need])
    found = dict.fromkeys(truth["resources"]["segments"], 0)
    for family, used in services.items():
        found[
            next((rule["code"] for rule in study["segments"] if _holds(rule, used, needs[family], levels)), "other")
        ] += 1
    assert found == truth["resources"]["segments"]
    assert min(found[rule["code"]] for rule in study["segments"]) > 100


def _holds(rule: dict, used: set[str], needs: set[str], levels: dict[str, str]) -> bool:
    return (
        ("needs" not in rule or bool(needs & set(rule["needs"])))
        and ("levels" not in rule or bool({levels[service] for service in used} & set(rule["levels"])))
        and len(used) >= rule.get("services_at_least", 0)
    )


def test_two_services_are_tight_and_the_others_have_room(
    truth: dict, paths: Callable, records: Callable, study
) -> None:
    rows = records(paths("kapasiteetti")[0])
    codes = next(source["values"]["service"] for source in study["sources"] if source["table"] == "capacity")
    for code, told in truth["resources"]["capacity"].items():
        of = [row for row in rows if codes[row[0]] == code and row[2] == "01.01.2025"]
        assert sum(int(row[3]) for row in of) == told["places"]
        assert sum(float(row[4].replace(",", ".")) for row in of) == told["fte"]
        full = told["open"] / told["places"]
        if code == "perheneuvonta":
            assert 1.03 < full < 1.1
        elif code == "sijaishuolto":
            assert 1.2 > told["places"] / told["open"] > 1.1  # arrivals grow 20 % a year: full within two years
        else:
            assert full < 0.93, code
    only_bought = {code for code, told in truth["resources"]["capacity"].items() if not told["fte"]}
    assert only_bought == {"puheterapia", "sijaishuolto"}


def test_workers_are_those_of_relationships_and_families_speak_one_language(
    truth: dict, paths: Callable, records: Callable
) -> None:
    workers = records(paths("tyontekijat")[0])
    responsible = {row[7] for row in records(paths("asiakkuudet")[-1]) if len(row) == 8 and row[0] != "Yhteensä"}
    numbers = {row[0] for row in workers}
    assert numbers <= responsible
    assert len(numbers) == sum(truth["resources"]["workers"].values())
    assert len({(row[0], row[3]) for row in workers}) == len(workers) > len(numbers)
    assert {row[0] for row in workers if row[3] == "Suomi"} == numbers
    assert {row[4] for row in workers} == {"1,0", "0,8", "0,5"}
    spoken = defaultdict(set)
    for row in (row for path in paths("asiakkaat") for row in records(path) if row):
        spoken[row[2]].add(row[5])
    assert {len(languages) for languages in spoken.values()} == {1}
    assert {language for languages in spoken.values() for language in languages} == {"Suomi", "Ruotsi", "Muu"}


def test_every_number_of_the_scenarios_has_its_grounds_in_three_languages(demo: DemoFiles) -> None:
    study = load_study(demo.study)
    assert [f"{each.code}.toml" for each in study.scenarios] == [path.name for path in demo.scenarios]
    numbers = [number for scenario in study.scenarios for _, number in scenario.numbers()]
    assert len(numbers) > 15
    for number in numbers:
        for text in (number.rationale, number.source):
            assert not isinstance(text, str)
            assert all((text.fi, text.sv, text.en))
    assert any(number.lower is None for number in numbers)  # a limit of the law is certain


def test_benefits_and_contracts_are_about_services_that_are_there(study: dict) -> None:
    ways = {source["table"]: source for source in study["sources"]}["relationships"]["values"]["production"]
    assert {contract["production"] for contract in study["contracts"]} <= set(ways.values())
    helped = {(each["segment"], each["service"]) for each in study["benefits"]}
    assert len(helped) == len(study["benefits"])
    assert {segment for segment, _ in helped} == {each["code"] for each in study["segments"]}
    assert all(need["services"] for need in study["needs"])
