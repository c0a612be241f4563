"""TrueType fonts: what a text measures, and the part of a font that a document holds.

Source: https://learn.microsoft.com/typography/opentype/spec/otff. The fonts are our own (`fonts/README.md`), so only
what they use is read: a character map of format 4, and outlines of the kind `glyf`.
"""

import struct
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path

_FOLDER = Path(__file__).parent / "fonts"
_WHOLE = ("head", "hhea", "maxp", "hmtx")

# The flags of a glyph that is put together of others: how long the entry is, and whether another follows.
_LONG_ARGUMENTS, _SCALED, _MORE, _SCALED_TWICE, _TURNED = 0x01, 0x08, 0x20, 0x40, 0x80


class Font:
    """A font, by its tables. Lengths are in points where a size is given, else in thousandths of the size."""

    def __init__(self, content: bytes) -> None:
        self.tables: dict[str, bytes] = {}
        for number in range(struct.unpack_from(">H", content, 4)[0]):
            tag, _, offset, length = struct.unpack_from(">4sLLL", content, 12 + 16 * number)
            self.tables[tag.decode()] = content[offset : offset + length]
        self._units: int = struct.unpack_from(">H", self.tables["head"], 18)[0]
        self.ascent, self.descent = (self._scaled(n) for n in struct.unpack_from(">hh", self.tables["hhea"], 4))
        self.box = tuple(self._scaled(n) for n in struct.unpack_from(">hhhh", self.tables["head"], 36))

    @cached_property
    def by_character(self) -> dict[int, int]:
        """Glyphs by code point."""
        table = self.tables["cmap"]
        (start,) = struct.unpack_from(">L", table, 8)
        count = struct.unpack_from(">H", table, start + 6)[0] // 2
        ends, starts, deltas, ranges = (start + 14 + 2 * (count * part + (part > 0)) for part in range(4))
        found = {}
        for i in range(count):
            end, first, delta, offset = (
                struct.unpack_from(">H", table, at + 2 * i)[0] for at in (ends, starts, deltas, ranges)
            )
            for character in range(first, min(end, 0xFFFE) + 1):
                at = ranges + 2 * i + offset + 2 * (character - first)
                glyph = struct.unpack_from(">H", table, at)[0] if offset else character
                if glyph := (glyph + delta) & 0xFFFF if glyph or not offset else 0:
                    found[character] = glyph
        return found

    @cached_property
    def widths(self) -> list[int]:
        """By glyph."""
        (count,) = struct.unpack_from(">H", self.tables["hhea"], 34)
        return [self._scaled(n) for n in struct.unpack_from(">" + "Hh" * count, self.tables["hmtx"])[::2]]

    def glyphs(self, text: str) -> list[int]:
        """The glyphs of a text; 0, which is a box, for what the font does not have."""
        return [self.by_character.get(ord(sign), 0) for sign in text]

    def width(self, text: str, size: float) -> float:
        """How long a text is."""
        return sum(self.widths[glyph] for glyph in self.glyphs(text)) * size / 1000

    def part(self, used: Iterable[int]) -> bytes:
        """The font with the outlines of these glyphs alone. They keep their numbers."""
        kept = self._with_components({0, *used})
        outlines, offsets = bytearray(), []
        for glyph in range(len(self._places) - 1):
            offsets.append(len(outlines))
            if glyph in kept:
                outlines += self._outline(glyph)
                outlines += bytes(-len(outlines) % 4)
        offsets.append(len(outlines))
        tables = {name: self.tables[name] for name in _WHOLE}
        tables["head"] = tables["head"][:8] + bytes(4) + tables["head"][12:50] + b"\0\1" + tables["head"][52:]
        tables["loca"], tables["glyf"] = struct.pack(f">{len(offsets)}L", *offsets), bytes(outlines)
        return _joined(tables)

    @cached_property
    def _places(self) -> tuple[int, ...]:
        """Where each outline begins; the last is where they end."""
        (long,) = struct.unpack_from(">h", self.tables["head"], 50)
        table = self.tables["loca"]
        if long:
            return struct.unpack(f">{len(table) // 4}L", table)
        return tuple(2 * place for place in struct.unpack(f">{len(table) // 2}H", table))

    def _outline(self, glyph: int) -> bytes:
        return self.tables["glyf"][self._places[glyph] : self._places[glyph + 1]]

    def _with_components(self, glyphs: set[int]) -> set[int]:
        """These, and those that they are put together of: é is an e with an accent."""
        found, left = set(glyphs), list(glyphs)
        while left:
            for component in _components(self._outline(left.pop())):
                if component not in found:
                    found.add(component)
                    left.append(component)
        return found

    def _scaled(self, units: int) -> int:
        return round(units * 1000 / self._units)


@cache
def font(name: str) -> Font:
    """One of ours by the name of its file."""
    return Font((_FOLDER / f"{name}.ttf").read_bytes())


def _components(outline: bytes) -> list[int]:
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    found, at, more = [], 10, True
    while more:
        flags, glyph = struct.unpack_from(">HH", outline, at)
        found.append(glyph)
        at += 8 if flags & _LONG_ARGUMENTS else 6
        at += 2 if flags & _SCALED else 4 if flags & _SCALED_TWICE else 8 if flags & _TURNED else 0
        more = bool(flags & _MORE)
    return found


def _joined(tables: dict[str, bytes]) -> bytes:
    """One file of the tables, with its sums."""
    power = len(tables).bit_length() - 1
    header = struct.pack(">LHHHH", 0x00010000, len(tables), 16 << power, power, 16 * len(tables) - (16 << power))
    directory, body, at = bytearray(), bytearray(), 12 + 16 * len(tables)
    for name in sorted(tables):
        table = tables[name]
        directory += struct.pack(">4sLLL", name.encode(), _sum(table), at + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    whole = bytearray(header + directory + body)
    head = 12 + 16 * sorted(tables).index("head")
    (place,) = struct.unpack_from(">L", whole, head + 8)
    struct.pack_into(">L", whole, place + 8, (0xB1B0AFBA - _sum(bytes(whole))) & 0xFFFFFFFF)
    return bytes(whole)


def _sum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    numbers: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}L", padded)
    return sum(numbers) & 0xFFFFFFFF
