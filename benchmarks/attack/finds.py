"""What an attack found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Find:
    """Something that was published and should not have been to be worked out.

    attack : which attack found it. where : table, column and row, or file. what : what is wrong.
    """

    attack: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.attack}: {self.where}: {self.what}"
