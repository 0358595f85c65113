"""Figures drawn once: what was drawn of the same chart by the same program is taken from the study's private state.

An entry lies under a keyed digest of its chart and carries a mark of its content: what was changed on the disk is
drawn anew.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from kumppanuus import __version__, drawing
from kumppanuus.analysis import files
from kumppanuus.drawing import Chart, Frame

FOLDER = "figures"
MOST = 600
"""So many figures are kept; those not asked for longest go first."""
_MARK = 32


@dataclass(frozen=True, slots=True)
class Figures:
    """Draws charts, and keeps what it drew.

    folder : where the figures lie; None keeps nothing. key : the study's key.
    """

    folder: Path | None = None
    key: bytes = b""

    def svg(self, chart: Chart, *, prefix: str, frame: Frame = "body", embed_font: bool = False) -> str:
        """Return the SVG text of a chart, see `kumppanuus.drawing.svg_text`."""

        def draw() -> bytes:
            return drawing.svg_text(chart, prefix=prefix, frame=frame, embed_font=embed_font).encode()

        return self._kept(repr(("svg", prefix, frame, embed_font, chart)), draw).decode()

    def png(self, chart: Chart, frame: Frame = "full") -> bytes:
        """Return the picture of a chart, see `kumppanuus.drawing.png_bytes`."""
        return self._kept(repr(("png", frame, chart)), lambda: drawing.png_bytes(chart, frame))

    def _kept(self, what: str, draw: Callable[[], bytes]) -> bytes:
        if self.folder is None:
            return draw()
        name = hashlib.blake2b(
            (_style() + what).encode(), key=self.key, digest_size=24, person=b"figure name"
        ).hexdigest()
        file = self.folder / name[:2] / name
        found = self._read(file)
        if found is None:
            found = draw()
            self._write(file, found)
        return found

    def _read(self, file: Path) -> bytes | None:
        try:
            content = file.read_bytes()
            os.utime(file)
        except OSError:
            return None
        mark, drawn = content[:_MARK], content[_MARK:]
        return drawn if hmac.compare_digest(mark, self._mark(file.name, drawn)) else None

    def _write(self, file: Path, drawn: bytes) -> None:
        """Keep a figure; a full disk or a folder without rights must not stop a report."""
        aside = file.with_name(f"{file.name}.{os.getpid()}.new")
        try:
            for folder in (file.parent.parent, file.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            aside.write_bytes(self._mark(file.name, drawn) + drawn)
            aside.chmod(0o600)
            aside.replace(file)
        except OSError:
            return

    def _mark(self, name: str, drawn: bytes) -> bytes:
        return hashlib.blake2b(name.encode() + drawn, key=self.key, digest_size=_MARK, person=b"kept figure").digest()

    def tidy(self) -> None:
        """Forget the figures that were not asked for longest."""
        if self.folder is None or not self.folder.is_dir():
            return
        kept = sorted((path for path in self.folder.glob("??/*") if path.is_file()), key=_last_asked, reverse=True)
        for path in kept[MOST:]:
            path.unlink(missing_ok=True)


def figures_of(state: Path, key: bytes) -> Figures:
    """Return what draws and keeps the figures of a study."""
    return Figures(state / FOLDER, key)


def _last_asked(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


@cache
def _style() -> str:
    """What a figure depends on besides its chart: the code that draws, and the libraries it draws with."""
    digest = hashlib.blake2b(digest_size=16)
    for file in sorted(files("kumppanuus.drawing").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".py"):
            digest.update(file.read_bytes())
    libraries = [f"{name} {version(name)}" for name in ("matplotlib", "fonttools", "font-source-sans-pro")]
    return " ".join([__version__, *libraries, digest.hexdigest()])
