"""The catalogue of services as a file: names and codes of the other extracts are read by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kumppanuus.errors import StudyError
from tests.intake.small import RELATIONSHIPS, client, read, rows

CATALOGUE: dict[str, Any] = {
    "table": "services", "files": ["palvelut.csv"], "delimiter": ";",
    "columns": {"service": "Nimi", "code": "Koodi", "level": "Taso", "unit_cost_eur": "Hinta", "name_sv": "Namn"},
    "values": {"level": {"Varhainen tuki": "early", "Korjaavat": "corrective"}},
}  # fmt: skip
LISTED = "Nimi;Koodi;Taso;Hinta;Namn\nPerhetyö;P10;Varhainen tuki;35,50;Familjearbete\nSijaishuolto;;Korjaavat;;\n"
USED = "Asiakas;Palvelu;Alku;Loppu\n1;Perhetyö;1.2.2020;\n2;P10;1.2.2020;\n3;Sijaishuolto;1.2.2020;\n4;Outo;1.2.2020;\n"


def test_names_and_codes_of_the_file_are_known_to_the_other_extracts(tmp_path: Path) -> None:
    (tmp_path / "palvelut.csv").write_text(LISTED)
    (tmp_path / "r.csv").write_text(USED)
    intake = read(tmp_path, RELATIONSHIPS, CATALOGUE, services=[])
    assert {row["client"]: row["service"] for row in rows(intake)} == {
        client("1"): "P10", client("2"): "P10", client("3"): "Sijaishuolto", client("4"): "unknown",
    }  # fmt: skip
    first, second = intake.services
    assert (first.code, first.name.fi, first.name.sv, first.level, first.unit_cost_eur) == (
        "P10", "Perhetyö", "Familjearbete", "early", 35.5,
    )  # fmt: skip
    assert (second.code, second.level, second.unit_cost_eur) == ("Sijaishuolto", "corrective", None)


def test_services_of_the_study_win(tmp_path: Path) -> None:
    (tmp_path / "palvelut.csv").write_text(LISTED)
    (tmp_path / "r.csv").write_text(USED)
    own = [{"code": "oma", "name": {"fi": "Perhetyö"}, "level": "special"}]
    intake = read(tmp_path, RELATIONSHIPS, CATALOGUE, services=own)
    assert [service.code for service in intake.services] == ["oma", "Sijaishuolto"]
    assert {row["client"]: row["service"] for row in rows(intake)}[client("1")] == "oma"


def test_a_level_that_nobody_knows_is_refused_and_a_missing_one_put_aside(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(USED)
    (tmp_path / "palvelut.csv").write_text(LISTED + "Neuvola;;;;\n")
    intake = read(tmp_path, RELATIONSHIPS, CATALOGUE, services=[])
    assert dict(next(each for each in intake.account if each.table == "services").quarantined) == {"KU305": 1}
    (tmp_path / "palvelut.csv").write_text(LISTED + "Neuvola;;Perustaso;;\n")
    with pytest.raises(StudyError) as refused:
        read(tmp_path, RELATIONSHIPS, CATALOGUE, services=[])
    assert refused.value.code == "KU227"
    assert "Perustaso" not in str(refused.value)


def test_a_study_needs_services_from_somewhere(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="services"):
        read(tmp_path, RELATIONSHIPS, services=[])
