"""What the demo writes, byte by byte."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from kumppanuus.demo import DemoFiles, write_demo
from kumppanuus.errors import EXIT_USAGE, StudyError
from kumppanuus.study import load_study


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_demo(tmp_path / name, seed=seed, families=1000)
    first, again, other = (contents(tmp_path / name) for name in "abc")
    assert first == again
    assert first.keys() == other.keys()
    same = {name for name in first if first[name] == other[name]}
    assert same == {
        "kumppanuus.toml", "aineisto/sotkanet_alueet.csv", "aineisto/sotkanet_kuvaukset.csv",
        "skenaariot/hinnat-nousevat.toml", "skenaariot/laki-25.toml", "skenaariot/varhainen-tuki.toml",
    }  # fmt: skip


def test_it_writes_the_files_it_names(demo: DemoFiles) -> None:
    assert set(contents(demo.study.parent)) == {
        str(path.relative_to(demo.study.parent)) for path in (demo.study, demo.truth, *demo.extracts, *demo.scenarios)
    }
    assert len(demo.extracts) == 24
    assert list(demo.extracts) == sorted(demo.extracts)


def test_generation_is_fast_enough_for_a_demonstration(tmp_path: Path) -> None:
    started = time.process_time()
    write_demo(tmp_path)
    assert time.process_time() - started <= 2.0


@pytest.mark.parametrize("start", ["asiakkuudet", "asiakkaat", "kustannukset", "yhteydenotot", "kirjanpito"])
def test_registers_are_windows_1252_with_crlf(start: str, paths) -> None:
    for path in paths(start):
        content = path.read_bytes()
        assert "ä" in content.decode("cp1252")
        with pytest.raises(UnicodeDecodeError):
            content.decode("utf-8")
        assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
        assert content.endswith(b"\r\n")


def test_population_is_utf_8_with_bom_and_tabs(paths) -> None:
    content = paths("vaesto")[0].read_bytes()
    assert content.startswith(b"\xef\xbb\xbfAlue\tVuosi\t")
    assert "Itäinen alue\t2021\t0\t6\tnaiset\t" in content.decode("utf-8")


def test_amounts_have_decimal_commas_and_no_break_spaces(paths, records) -> None:
    amounts = [row[2] for row in records(paths("kustannukset")[0])]
    assert any("\u00a0" in amount for amount in amounts)
    assert all(amount[-3] == "," and amount.replace("\u00a0", "").replace(",", "").isdigit() for amount in amounts)


def test_the_workbook_has_a_title_above_its_header_and_texts_below(visit_rows: list[tuple]) -> None:
    assert visit_rows[0][0].startswith("Käynnit 2021–2025")
    assert visit_rows[1] == ("Asiakasnumero", "Palvelu", "Käyntipäivä", "Työntekijä")
    assert all(isinstance(cell, str) for row in visit_rows[2:] for cell in row[:3])
    social = {row[1] for row in visit_rows[2:] if row[3] is not None}
    assert social == {"Kasvatus- ja perheneuvonta"}
    assert all(len(row[0]) == 7 for row in visit_rows[2:])


def test_another_study_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "kumppanuus.toml").write_text("schema = 1\n")
    with pytest.raises(StudyError) as refusal:
        write_demo(tmp_path, families=1000)
    assert refusal.value.code == "KU205"
    assert refusal.value.exit_code == EXIT_USAGE
    assert contents(tmp_path) == {"kumppanuus.toml": b"schema = 1\n"}


def test_its_own_earlier_demo_is_overwritten(tmp_path: Path) -> None:
    write_demo(tmp_path, seed=1, families=1000)
    files = write_demo(tmp_path, seed=2, families=1000)
    assert json.loads(files.truth.read_text(encoding="utf-8"))["seed"] == 2


@pytest.mark.parametrize("families", [999, 45_001])
def test_the_number_of_families_has_limits(tmp_path: Path, families: int) -> None:
    with pytest.raises(ValueError, match="families must be"):
        write_demo(tmp_path, families=families)


def test_the_study_file_is_accepted(demo: DemoFiles) -> None:
    study = load_study(demo.study.parent)
    assert study.about.synthetic
    assert len(study.services) == 14
    assert {service.level for service in study.services} == {"universal", "early", "special", "corrective"}
    assert len(study.areas) == 4
    for service in study.services:
        assert "" not in (service.name.sv, service.name.en)
        told = service.unit_costs_include or {service.production: service.unit_cost_includes}
        assert all(words is not None and words.fi.startswith("oletus") for words in told.values())
        assert service.cost_of_unit(service.production) is not None


def test_every_header_named_in_the_study_file_is_in_its_files(demo: DemoFiles, study: dict) -> None:
    for source in study["sources"]:
        found = sorted((demo.study.parent / source["folder"]).glob(source["files"][0]))
        assert found
        if source["table"] == "visits":
            continue
        encoding = {"windows-1252": "cp1252", "utf-8": "utf-8-sig"}[source["encoding"]]
        for path in found:
            header = path.read_bytes().decode(encoding).splitlines()[0].split(source["delimiter"])
            assert set(source["columns"].values()) <= set(header)


def test_every_coded_text_is_mapped_or_a_counted_fault(study: dict, truth: dict, paths, records) -> None:
    source = study["sources"][0]
    places = {"service": 1, "production": 5, "end_reason": 4, "area": 6}
    unknown = 0
    for path in paths("asiakkuudet"):
        for row in [row for row in records(path) if len(row) == 8 and row[0] != "Yhteensä"]:
            for column, place in places.items():
                text = row[place].strip()
                if text in source["values"][column] or (text in source["missing"] and column != "service"):
                    continue
                assert column == "service"
                unknown += 1
    assert unknown == truth["planted_faults"]["relationships"]["unknown_service"] == 15
