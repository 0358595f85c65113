"""Texts as data: TOML files whose entries hold fi, sv and en side by side."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kumppanuus.analysis import files
from kumppanuus.errors import DeclarationError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

LANGUAGES = ("fi", "sv", "en")


def read_texts(file: Traversable) -> dict[str, dict[str, str]]:
    """Read a text file into dotted key → language → text.

    Raises
    ------
    DeclarationError
        KU902 when an entry lacks a language or its placeholders differ between languages.
    """
    texts = dict(_entries(tomllib.loads(file.read_text(encoding="utf-8"))))
    for key, entry in texts.items():
        if set(entry) != set(LANGUAGES) or len({placeholders(text) for text in entry.values()}) != 1:
            raise DeclarationError("KU902", file=file.name, key=key)
    return texts


@lru_cache(maxsize=1)
def common_texts() -> Mapping[str, Mapping[str, str]]:
    """Return the texts every room shares: column titles, code names, report words."""
    folder = files("kumppanuus.language")
    return {**read_texts(folder / "common.toml"), **read_texts(folder / "codes.toml")}


def placeholders(text: str) -> frozenset[str]:
    """Return the names of the ``{placeholders}`` of a text."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def _entries(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    for name, value in tree.items():
        key = f"{path}.{name}" if path else name
        if isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values()):
            yield key, value
        elif isinstance(value, dict):
            yield from _entries(value, key)
        else:
            raise DeclarationError("KU902", key=key)
