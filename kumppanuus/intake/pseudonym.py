"""Keyed pseudonyms and the key they are made with.

Every identifying value becomes eight bytes of keyed BLAKE2b. Each entity has a domain of its own, so the same number
as a client and as a family gives two unrelated pseudonyms. Without the key nobody can hash candidates and compare.

References
----------
RFC 7693 (BLAKE2); the parameters `key` and `person` of :mod:`hashlib`.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.errors import InputError, StudyError

if TYPE_CHECKING:
    from hashlib import blake2b

KEY_VARIABLE = "KUMPPANUUS_KEY"
KEY_FILE = "key"
KEY_NAME_FILE = "key.id"
PERSON_DOMAIN = "person"


def pseudonyms(values: pa.Array | pa.ChunkedArray, *, key: bytes, domain: str) -> pa.Array:
    """Return the pseudonym of every text, in the same order.

    Parameters
    ----------
    values : texts, already trimmed and normalised; null stays null.
    key : 32 bytes.
    domain : name of the entity; names longer than 16 bytes are shortened by a digest.

    Returns
    -------
    pyarrow.Array
        uint64, as long as `values`.

    Raises
    ------
    InputError
        KU112 when two different values of this call get the same pseudonym (2.7e-8 for a million values).
    """
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    given = whole.drop_null()
    raw = _hashes(given.cast(pa.binary()).to_numpy(zero_copy_only=False).tolist(), key, domain)
    hashes, different = pa.array(raw, pa.uint64()), len(distinct([raw]))
    if different != len(hashes) and different != pc.count_distinct(given).as_py():
        raise InputError("KU112", column=domain)
    if not whole.null_count:
        return hashes
    places = np.cumsum(whole.is_valid().to_numpy(zero_copy_only=False)) - 1
    return hashes.take(pa.array(places, pa.int64(), mask=whole.is_null().to_numpy(zero_copy_only=False)))


def pseudonym(value: str, *, key: bytes, domain: str) -> int:
    """Return the pseudonym of one text; the same number that `pseudonyms` gives it."""
    hasher = _hasher(key, domain)
    hasher.update(value.encode())
    return int.from_bytes(hasher.digest(), "little")


def load_or_make_key(state: Path, *, may_make: bool) -> bytes:
    """Return the 32 bytes of the study's key.

    The environment variable ``KUMPPANUUS_KEY`` wins over the file ``key`` of the state folder; both hold 64
    hexadecimal digits.

    Parameters
    ----------
    state : private folder of the study.
    may_make : make a key when there is none; the file is readable by its owner only from its first moment.

    Raises
    ------
    StudyError
        KU207 no key and none may be made, KU208 others may read the key, KU209 it is not 64 hexadecimal digits,
        KU221 it is not the key that the register of the study was made with.
    """
    given = os.environ.get(KEY_VARIABLE)
    if given is not None:
        return _expected(_parsed(given, KEY_VARIABLE), state, KEY_VARIABLE)
    file = state / KEY_FILE
    if not file.exists():
        if not may_make:
            raise StudyError("KU207", file=KEY_FILE)
        _make(file)
        remember_key(state, _parsed(file.read_text(encoding="ascii"), KEY_FILE))
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:  # Windows has no such bits
        raise StudyError("KU208", file=KEY_FILE)
    return _expected(_parsed(file.read_text(encoding="ascii", errors="replace"), KEY_FILE), state, KEY_FILE)


def remember_key(state: Path, key: bytes) -> None:
    """Write down the name of the key a register was made with, so that another key is refused from now on."""
    name = state / KEY_NAME_FILE
    aside = state / f"{KEY_NAME_FILE}.{os.getpid()}.new"
    aside.write_text(key_id(key) + "\n", encoding="ascii")
    aside.chmod(0o600)
    aside.replace(name)


def _expected(key: bytes, state: Path, place: str) -> bytes:
    name = state / KEY_NAME_FILE
    if name.exists() and name.read_text(encoding="ascii", errors="replace").strip() != key_id(key):
        raise StudyError("KU221", file=place)
    return key


def key_id(key: bytes) -> str:
    """Return 16 hexadecimal digits that name the key in a manifest and tell nothing about it."""
    return hashlib.blake2b(b"kumppanuus", digest_size=8, key=key, person=b"name of the key").hexdigest()


def _hashes(values: list[bytes], key: bytes, domain: str) -> np.ndarray:
    empty = _hasher(key, domain)
    digests = []
    for value in values:
        hasher = empty.copy()
        hasher.update(value)
        digests.append(hasher.digest())
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def _hasher(key: bytes, domain: str) -> blake2b:
    person = domain.encode()
    if len(person) > hashlib.blake2b.PERSON_SIZE:
        person = hashlib.blake2b(person, digest_size=hashlib.blake2b.PERSON_SIZE).digest()
    return hashlib.blake2b(digest_size=8, key=key, person=person)


def _parsed(text: str, place: str) -> bytes:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text.strip()):
        raise StudyError("KU209", file=place)
    return bytes.fromhex(text.strip())


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.parent.chmod(0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another run made it first: use that one
        return
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(32) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def distinct(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Return the different pseudonyms of several arrays as one, ascending (at least one array must be given)."""
    ordered = np.sort(np.concatenate(parts))  # numpy sorts numbers ten times faster than a hash table tells them apart
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered
