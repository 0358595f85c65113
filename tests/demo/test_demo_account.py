"""The account of rows and the planted mess, counted again from the written files."""

from __future__ import annotations

from collections import Counter

from stdnum.fi import hetu

from kumppanuus.demo.catalogue import YEARS


def test_the_relationship_account_is_what_a_careful_reader_finds(register, truth: dict) -> None:
    account = truth["account"]["tables"]["relationships"]
    assert register.read == account["read"]
    assert register.blank == account["blank"]
    assert register.merged == account["merged"]
    assert register.reasons == account["quarantined_by_reason"]
    strays = truth["planted_faults"]["relationships"]["unknown_service"]
    assert len(register.kept) == account["used"] == truth["counts"]["relationships"] + strays


def test_the_client_account_is_what_a_careful_reader_finds(truth: dict, paths, records) -> None:
    rows = [row for path in paths("asiakkaat") for row in records(path)]
    valid = [row for row in rows if row and hetu.is_valid(row[1], allow_temporary=True)]
    clients = {row[0] for row in valid}
    account = truth["account"]["tables"]["clients"]
    assert account["read"] == len(rows)
    assert account["blank"] == sum(not row for row in rows) == 5
    assert account["quarantined"] == sum(bool(row) for row in rows) - len(valid) == 6
    assert account["used"] == len(clients) == truth["counts"]["people_in_client_register"]
    assert account["merged"] == len(valid) - len(clients)


def test_the_other_accounts_are_what_a_careful_reader_finds(
    truth: dict, visit_rows: list[tuple], paths, records
) -> None:
    tables = truth["account"]["tables"]
    costs = records(paths("kustannukset")[0]) + records(paths("kirjanpito")[0])
    assert (tables["costs"]["read"], tables["costs"]["used"]) == (len(costs), len(costs) - 2)
    visits = len(visit_rows) - 2 + len(records(paths("kaynnit_sosiaali")[0]))
    assert tables["visits"]["read"] == tables["visits"]["used"] == visits
    assert tables["population"]["used"] == 4 * 5 * 4 * 2
    files = {
        "contacts": "yhteydenotot", "needs": "tarpeet", "goals": "tavoitteet", "capacity": "kapasiteetti",
        "survey": "itsearviointi",
    }  # fmt: skip
    for table, name in files.items():
        assert tables[table]["read"] == tables[table]["used"] == len(records(paths(name)[0])) > 200


def test_every_account_balances_by_file_and_by_table(truth: dict) -> None:
    accounts = truth["account"]
    for part in [*accounts["tables"].values(), *accounts["files"].values()]:
        ends = part["used"] + part["merged"] + part["quarantined"] + part["outside_window"] + part["blank"]
        assert part["read"] == ends
        assert part["quarantined"] == sum(part["quarantined_by_reason"].values())
    for table, total in accounts["tables"].items():
        files = [part for part in accounts["files"].values() if part["table"] == table]
        assert sum(part["used"] for part in files) == total["used"]


def test_forgivable_mess_is_there_in_the_recorded_numbers(truth: dict, paths) -> None:
    planted = truth["planted_faults"]["relationships"]
    lines = [path.read_bytes().decode("cp1252").split("\r\n")[1:-1] for path in paths("asiakkuudet")]
    repeats = sum(n - 1 for file in lines for line, n in Counter(file).items() if line)
    distinct = [line for file in lines for line in set(file)]
    assert repeats == planted["exact_duplicate"] == 30
    assert sum("  ;" in line for line in distinct) == planted["trailing_spaces"] == 60
    assert sum('; sijainen"' in line for line in distinct) == planted["quoted_semicolon"] == 40
    assert [file[-1].startswith("Yhteensä;;;;;;;") for file in lines] == [True] * 5


def test_no_key_stands_twice_in_a_file_with_other_content(paths, records, date_of) -> None:
    for path in paths("asiakkuudet"):
        rows = {tuple(row) for row in records(path) if len(row) == 8 and row[0] != "Yhteensä"}
        keys = Counter((row[0].strip(), row[1].strip(), row[2]) for row in rows if date_of(row[2]))
        assert max(keys.values()) == 1


def test_a_snapshot_shows_what_was_known_at_its_end(paths, records, date_of) -> None:
    for year, path in zip(YEARS, paths("asiakkuudet"), strict=True):
        rows = [row for row in records(path) if len(row) == 8 and row[0] != "Yhteensä"]
        ends = Counter(row[3] for row in rows)
        known = [date_of(end) for end in ends if date_of(end) and end != "31.12.9999"]
        assert max(date.year for date in known if date) == year
        assert ends[""] > 100
        assert ends["31.12.9999"] > 100


def test_identity_codes_are_valid_unique_and_nobodys(truth: dict, paths, records) -> None:
    rows = [row for path in paths("asiakkaat") for row in records(path) if row]
    codes = {row[0]: row[1] for row in rows if hetu.is_valid(row[1], allow_temporary=True)}
    wrong = [row for row in rows if not hetu.is_valid(row[1], allow_temporary=True)]
    assert len(wrong) == truth["planted_faults"]["clients"]["invalid_identity_code"]
    assert all(row[1][:10] == codes[row[0]][:10] for row in wrong)
    assert len(set(codes.values())) == len(codes)
    assert all("900" <= code[7:10] <= "999" for code in codes.values())
    assert {code[6] for code in codes.values()} == set("-YXWVUABCDEF")


def test_one_pair_of_people_differs_in_the_century_sign_alone(truth: dict, paths, records) -> None:
    rows = [row for path in paths("asiakkaat") for row in records(path) if row]
    codes = {row[1] for row in rows if hetu.is_valid(row[1], allow_temporary=True)}
    pairs = [n for n in Counter(code[:6] + code[7:] for code in codes).values() if n > 1]
    assert pairs == [2]
    assert truth["planted_faults"]["clients"]["codes_differing_in_sign_only"] == 1


def test_client_numbers_keep_their_leading_zeros(register, families: dict) -> None:
    assert {key[0] for key in register.kept} < set(families)
    assert all(len(client) == 7 and client.startswith("0") for client in families)
