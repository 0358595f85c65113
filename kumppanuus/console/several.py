"""An option that takes several words of a closed list, with commas between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from kumppanuus.console.front import Choice

FORMATS = ("html", "svg", "png", "pptx", "xlsx")
USUAL = "html,pptx,xlsx"
ALL = "all"


class Several(click.ParamType[tuple[str, ...]]):
    """Words of a closed list with commas between them."""

    name = "list"

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return the words, each once, in the order given; an unknown one is refused as a choice is."""
        if isinstance(value, tuple):
            return value
        choice = Choice(self.words)
        return tuple(dict.fromkeys(str(choice.convert(word.strip(), param, ctx)) for word in str(value).split(",")))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Complete the last word of the list."""
        from click.shell_completion import CompletionItem

        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(before + comma + word) for word in self.words if word.startswith(last)]
