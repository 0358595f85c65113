from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from kumppanuus.errors import InputError, StudyError
from kumppanuus.intake import pseudonym as room
from kumppanuus.intake.convert import Converter
from kumppanuus.intake.pseudonym import key_id, load_or_make_key, pseudonym, pseudonyms, remember_key
from kumppanuus.register.tables import TABLES
from tests.intake.small import RELATIONSHIPS, study_in

KEY, OTHER = b"k" * 32, b"o" * 32


def test_a_pseudonym_is_keyed_blake2b_with_its_domain() -> None:
    digest = hashlib.blake2b(b"1001", digest_size=8, key=KEY, person=b"client").digest()
    expected = int.from_bytes(digest, "little")
    assert pseudonym("1001", key=KEY, domain="client") == expected
    assert pseudonyms(pa.array(["1001", None, "7", "1001"]), key=KEY, domain="client").to_pylist() == [
        expected, None, pseudonym("7", key=KEY, domain="client"), expected
    ]  # fmt: skip


def test_key_and_domain_change_everything() -> None:
    told = {
        pseudonym("1001", key=key, domain=domain) for key in (KEY, OTHER) for domain in ("client", "family", "x" * 40)
    }
    assert len(told) == 6


def test_chunked_and_empty_arrays() -> None:
    assert pseudonyms(pa.chunked_array([["a"], ["b", "a"]]), key=KEY, domain="client").type == pa.uint64()
    assert len(pseudonyms(pa.array([], pa.string()), key=KEY, domain="client")) == 0


def test_a_collision_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_hashes", lambda values, key, domain: np.zeros(len(values), np.uint64))
    with pytest.raises(InputError) as caught:
        pseudonyms(pa.array(["a", "b"]), key=KEY, domain="client")
    assert caught.value.code == "KU112"


@pytest.fixture(autouse=True)
def _no_key_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUMPPANUUS_KEY", raising=False)


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state"
    key = load_or_make_key(state, may_make=True)
    assert len(key) == 32
    assert stat.S_IMODE((state / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert load_or_make_key(state, may_make=False) == key
    assert load_or_make_key(tmp_path / "other", may_make=True) != key


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUMPPANUUS_KEY", "ab" * 32)
    assert load_or_make_key(tmp_path, may_make=False) == b"\xab" * 32
    assert list(tmp_path.iterdir()) == []


def code(state: Path) -> str:
    with pytest.raises(StudyError) as caught:
        load_or_make_key(state, may_make=False)
    return caught.value.code


def test_keys_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code(tmp_path) == "KU207"
    file = tmp_path / "key"
    file.write_text("ab" * 32)
    file.chmod(0o640)
    assert code(tmp_path) == "KU208"
    file.chmod(0o600)
    file.write_text("ab" * 31 + "zz")
    assert code(tmp_path) == "KU209"
    monkeypatch.setenv("KUMPPANUUS_KEY", "secret")
    with pytest.raises(StudyError) as caught:
        load_or_make_key(tmp_path, may_make=True)
    assert caught.value.code == "KU209"
    assert "secret" not in str(caught.value)


def test_the_name_of_a_key_tells_keys_apart() -> None:
    assert key_id(KEY) == key_id(KEY) != key_id(OTHER)
    assert len(key_id(KEY)) == 16
    assert KEY.hex()[:8] not in key_id(KEY)


def test_another_key_than_the_register_was_made_with_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = load_or_make_key(tmp_path, may_make=True)
    monkeypatch.setenv("KUMPPANUUS_KEY", "ab" * 32)
    assert code(tmp_path) == "KU221"
    monkeypatch.setenv("KUMPPANUUS_KEY", key.hex())
    assert load_or_make_key(tmp_path, may_make=False) == key
    monkeypatch.delenv("KUMPPANUUS_KEY")
    (tmp_path / "key").write_text("cd" * 32)
    assert code(tmp_path) == "KU221"
    remember_key(tmp_path, b"\xcd" * 32)
    assert load_or_make_key(tmp_path, may_make=False) == b"\xcd" * 32
    assert stat.S_IMODE((tmp_path / "key.id").stat().st_mode) == 0o600
    assert "cd" * 32 not in (tmp_path / "key.id").read_text()


def test_numbers_of_digits_alone_mean_what_the_long_way_says(tmp_path: Path) -> None:
    source = RELATIONSHIPS | {"missing": ["", "9", "00"]}
    study = study_in(tmp_path, source)
    odd = ["00", "007", " 5", " ", "", "Yhteensä", "1,2E+5", "a1", "ä", "12 ", "\uff19", "\u0663"]
    texts = [*(str(number) for number in range(3000)), *odd]
    spec = TABLES["relationships"].columns["client"]
    with duckdb.connect() as engine:
        converter = Converter(engine, study, study.sources[0], KEY, identity_domains=frozenset())
        for some in (texts[::-1], texts[10:3000]):
            told, asked = (ask("client", spec, pa.array(some)) for ask in (converter._ask, converter._asked))
            assert {name: column.to_pylist() for name, column in told.items()} == {
                name: column.to_pylist() for name, column in asked.items()
            }
