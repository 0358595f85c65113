"""ZIP archives: read without unpacking, refused when they are not to be trusted, listed for `init`."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kumppanuus.errors import InputError
from kumppanuus.intake.members import Member, members_of
from kumppanuus.intake.places import extracts_in
from kumppanuus.intake.sample import read_samples
from kumppanuus.intake.sources import files_of
from kumppanuus.intake.vocabulary import vocabulary
from tests.intake.kinds import WRITERS, write_parquet, write_xlsx, write_zip
from tests.intake.small import HEADER, RELATIONSHIPS, only, read, rows, study_in

LINE = "1;perhe;1.2.2020;\n"
TEXT = HEADER + LINE
ZIPPED = RELATIONSHIPS | {"folder": "otteet.zip"}


def found(root: Path, *patterns: str, **told: Any) -> list[str]:
    study = study_in(root, ZIPPED | {"files": list(patterns)} | told)
    places = files_of(study, study.sources[0])
    return [str(place.inner) for place in places if isinstance(place, Member)]


def test_patterns_match_the_end_of_the_path_in_natural_order(tmp_path: Path) -> None:
    names = [
        "r10.csv",
        "r2.csv",
        "2019/r1.csv",
        "2020/a/r3.csv",
        "2020/muu.txt",
        ".r4.csv",
        "__MACOSX/._r5.csv",
        "~$r6.csv",
    ]
    write_zip(tmp_path / "otteet.zip", dict.fromkeys(names, TEXT))
    assert found(tmp_path, "r*.csv") == ["2019/r1.csv", "r2.csv", "2020/a/r3.csv", "r10.csv"]
    assert found(tmp_path, "2020/a/*.csv") == ["2020/a/r3.csv"]
    assert found(tmp_path, "a/*.csv", "r10.csv") == ["2020/a/r3.csv", "r10.csv"]
    assert found(tmp_path, "r10.csv", "r*.csv", order="listed")[:2] == ["r10.csv", "2019/r1.csv"]
    assert found(tmp_path, "*.txt", folder="otteet.zip/2020") == ["2020/muu.txt"]
    with pytest.raises(InputError) as caught:
        found(tmp_path, "R*.csv")
    assert (caught.value.code, caught.value.facts["file"]) == ("KU101", "R*.csv")


def test_names_of_files_in_a_folder_follow_the_same_orders(tmp_path: Path) -> None:
    for name in ("r10.csv", "r2.csv", "a1.csv"):
        (tmp_path / name).write_text(TEXT, "utf-8")
    for order, expected in (("listed", ["r2.csv", "r10.csv", "a1.csv"]), ("name", ["a1.csv", "r2.csv", "r10.csv"])):
        intake = read(tmp_path, RELATIONSHIPS | {"files": ["r*.csv", "*.csv"], "order": order})
        assert [account.file for account in intake.account] == expected


def test_accents_match_whichever_way_they_are_composed(tmp_path: Path) -> None:
    write_zip(tmp_path / "otteet.zip", {"pa\u0308a\u0308.csv": TEXT})
    assert len(found(tmp_path, "pää.csv")) == 1


def test_a_member_is_read_from_the_archive_in_small_blocks(tmp_path: Path) -> None:
    body = "".join(f"{number};perhe;1.2.2020;\n" for number in range(500))
    write_zip(tmp_path / "otteet.zip", {"a/r.csv": HEADER + body})
    before = sorted(path.name for path in tmp_path.iterdir())
    intake = read(tmp_path, ZIPPED, block=256)
    assert (only(intake).used, only(intake).file) == (500, "r.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*before, "state"])


def test_members_of_one_name_are_told_apart(tmp_path: Path) -> None:
    write_zip(tmp_path / "otteet.zip", {"2019/r.csv": TEXT, "2020/r.csv": TEXT + "2;koti;1.2.2020;\n"})
    intake = read(tmp_path, ZIPPED)
    assert list(intake.inputs) == ["2020/r.csv", "r.csv"]
    assert len(rows(intake)) == 2


# --- Archives that are not to be trusted


def encrypted(file: Path) -> None:
    write_zip(file, {"r.csv": TEXT})
    content = bytearray(file.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    file.write_bytes(content)


def bomb(file: Path) -> None:
    write_zip(file, {"r.csv": b"0" * 60_000_000})


def lying_bomb(file: Path) -> None:
    write_zip(file, {"r.csv": (HEADER + LINE * 100_000).encode()})
    size = len(HEADER + LINE * 100_000).to_bytes(4, "little")
    file.write_bytes(file.read_bytes().replace(size, (50).to_bytes(4, "little")))


def damaged(file: Path) -> None:
    write_zip(file, {"r.csv": os.urandom(1000).hex()})
    content = bytearray(file.read_bytes())
    content[200:220] = bytes(20)
    file.write_bytes(content)


def named(*names: str) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            for name in ("r.csv", *names):
                archive.writestr(zipfile.ZipInfo(name), TEXT)

    return write


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("write", "problem"), [
    (encrypted, "password"), (bomb, "ratio"), (lying_bomb, "unreadable"), (damaged, "unreadable"),
    (lambda file: file.write_bytes(b"PK\x03\x04 ei paketti"), "unreadable"),
    (named("../r2.csv"), "names"), (named("/etc/r2.csv"), "names"), (named("C:\\r2.csv"), "names"),
    (named("a/..\\..\\r2.csv"), "names"), (named("a\x1b[2Jr2.csv"), "names"), (named("a\u202er2.csv"), "names"),
    (named("r.csv"), "duplicate"), (named("R.CSV"), "duplicate"), (named("a/r.csv", "a\\r.csv"), "duplicate"),
])  # fmt: skip
def test_archives_that_cannot_be_trusted_are_refused(
    tmp_path: Path, write: Callable[[Path], None], problem: str
) -> None:
    write(tmp_path / "otteet.zip")
    with pytest.raises(InputError) as caught:
        read(tmp_path, ZIPPED)
    assert (caught.value.code, caught.value.facts) == ("KU113", {"file": "otteet.zip", "problem": problem})
    assert not (tmp_path / "state").exists()


def test_a_workbook_in_an_archive_is_checked_like_any_other(tmp_path: Path) -> None:
    write_zip(tmp_path / "inner.zip", {"xl/worksheets/sheet1.xml": b"<x>" + b" " * 60_000_000})
    write_zip(tmp_path / "otteet.zip", {"r.xlsx": (tmp_path / "inner.zip").read_bytes()})
    with pytest.raises(InputError) as caught:
        read(tmp_path, ZIPPED | {"files": ["r.xlsx"]})
    assert (caught.value.code, caught.value.facts) == ("KU108", {"file": "r.xlsx", "problem": "ratio"})


def test_an_archive_is_no_extract_and_is_not_opened_within_another(tmp_path: Path) -> None:
    write_zip(tmp_path / "r.zip", {"r.csv": TEXT})
    write_zip(tmp_path / "otteet.zip", {"r.zip": (tmp_path / "r.zip").read_bytes()})
    for source in (RELATIONSHIPS | {"files": ["r.zip"]}, ZIPPED | {"files": ["r.*"]}):
        with pytest.raises(InputError) as caught:
            read(tmp_path, source)
        assert (caught.value.code, caught.value.facts["file"]) == ("KU114", "r.zip")
    with pytest.raises(InputError) as caught:
        read_samples(tmp_path / "r.zip", len)
    assert caught.value.code == "KU114"


# --- What init sees


def test_every_extract_of_a_folder_is_listed_with_what_the_study_writes(tmp_path: Path) -> None:
    (tmp_path / "2020").mkdir()
    (tmp_path / "runs").mkdir()
    for name in ("a10.csv", "a2.CSV", "2020/b.txt", "muistio.docx", ".piilo.csv", "runs/c.csv"):
        (tmp_path / name).write_text(TEXT, "utf-8")
    write_zip(tmp_path / "2020" / "otteet.zip", {"x/r.csv": TEXT, "r.ods": b"", "lue.pdf": b"", "sisempi.zip": b""})
    (tmp_path / "rikki.zip").write_bytes(b"PK")
    listing = extracts_in(tmp_path, leave_out=("runs",))
    assert [(each.folder, each.file, each.place.name) for each in listing.extracts] == [
        (".", "a2.CSV", "a2.CSV"),
        (".", "a10.csv", "a10.csv"),
        ("2020", "b.txt", "b.txt"),
        ("2020/otteet.zip", "r.ods", "r.ods"),
        ("2020/otteet.zip", "x/r.csv", "r.csv"),
    ]
    assert sorted(listing.unread) == [("rikki.zip", "KU113"), ("sisempi.zip", "KU114")]
    assert extracts_in(tmp_path / "puuttuu").extracts == ()


def test_every_kind_gives_a_sample(tmp_path: Path) -> None:
    header, records = ["Asiakas", "Palvelu", "Alku"], [[number, "perhe", "1.2.2020"] for number in range(3)]
    known = vocabulary().known
    for kind, write in WRITERS.items():
        write(tmp_path / f"r.{kind}", header, records)
        (sample,) = read_samples(tmp_path / f"r.{kind}", known)
        assert sample.names == tuple(header)
        assert sample.cells.to_numpy().tolist() == [[str(number), "perhe", "1.2.2020"] for number in range(3)]
        assert (sample.header_row, sample.whole) == (1, True)
        assert sample.kind == ("parquet" if kind == "parquet" else "workbook")
        assert (sample.sheet is None) == (kind == "parquet")
    files = {f"{kind}/r.{kind}": (tmp_path / f"r.{kind}").read_bytes() for kind in WRITERS}
    write_zip(tmp_path / "otteet.zip", files | {"r.csv": "Asiakas;Palvelu;Alku\n1;perhe;1.2.2020\n"})
    samples = [sample for member in members_of(tmp_path / "otteet.zip") for sample in read_samples(member, known)]
    assert len(samples) == len(WRITERS) + 1
    assert {sample.names for sample in samples} == {tuple(header)}
    assert next(sample for sample in samples if sample.kind == "text").title == "r.csv"


def test_samples_are_cut_and_unknown_headers_give_none(tmp_path: Path) -> None:
    many = [[number, "perhe", "1.2.2020"] for number in range(2_500)]
    for write, name in ((write_parquet, "r.parquet"), (write_xlsx, "r.xlsx")):
        write(tmp_path / name, ["Asiakas", "Palvelu", "Alku"], many)
        (sample,) = read_samples(tmp_path / name, vocabulary().known)
        assert (len(sample.cells), sample.whole) == (2_000, False)
        write(tmp_path / name, ["q", "w", "e"], many)
        assert read_samples(tmp_path / name, vocabulary().known) == []
