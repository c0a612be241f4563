"""A PDF of text, lines and areas: the few parts of ISO 32000 that a printed letter needs.

    pdf = Pdf(title="INV-2026-000001", author="Souk", language="en", made_at=document.issued_at)
    page = pdf.page()
    page.text(50, 80, "Invoice", size=20, bold=True)
    content = pdf.content()

Lengths are points, a 72nd of an inch, from the upper left corner of an A4 page. The same calls give the same bytes:
nothing in them comes from the clock, from chance, or from where they are made. Text can be searched and copied.
"""

import hashlib
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from commerce.invoices.pdf.fonts import font

WIDTH, HEIGHT = 595.28, 841.89  # ISO 216, A4
FACES = {False: "DejaVuSansCondensed", True: "DejaVuSansCondensed-Bold"}

type Align = Literal["left", "right"]
type Colour = tuple[float, float, float]
BLACK: Colour = (0.0, 0.0, 0.0)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How long a text is."""
    return font(FACES[bold]).width(_shown(text), size)


def wrapped(text: str, size: float, most: float, *, bold: bool = False) -> list[str]:
    """The text in lines that are not longer than that; a word that is longer by itself is broken."""
    lines = [""]
    for word in _shown(text).split():
        joined = f"{lines[-1]} {word}".strip()
        if width(joined, size, bold=bold) <= most:
            lines[-1] = joined
            continue
        pieces = _broken(word, size, most, bold)
        lines[-1:] = [*filter(None, lines[-1:]), *pieces]
    return lines


def _broken(word: str, size: float, most: float, bold: bool) -> list[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and width(pieces[-1] + sign, size, bold=bold) > most:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _shown(text: str) -> str:
    """With letters and their accents as one sign, as fonts have them; no-break spaces as they are."""
    return unicodedata.normalize("NFC", text)


@dataclass
class Page:
    """One page; `used` has the characters that it shows, by face."""

    used: dict[bool, set[str]] = field(default_factory=lambda: {False: set(), True: set()})
    _drawn: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        bold: bool = False,
        colour: Colour = BLACK,
        align: Align = "left",
    ) -> None:
        """One line of text, standing on `y`; its left end at `x`, or its right one."""
        text = _shown(text)
        self.used[bold].update(text)
        face = font(FACES[bold])
        start = x - face.width(text, size) if align == "right" else x
        glyphs = "".join(f"{glyph:04x}" for glyph in face.glyphs(text))
        where = f"{_n(start)} {_n(HEIGHT - y)}"
        self._drawn.append(f"BT {_rgb(colour)} rg /{_name(bold)} {_n(size)} Tf {where} Td <{glyphs}> Tj ET")

    def line(self, x: float, y: float, to: float, *, thick: float = 0.5, colour: Colour = BLACK) -> None:
        """A line across, from `x` to `to`."""
        ends = f"{_n(x)} {_n(HEIGHT - y)} m {_n(to)} {_n(HEIGHT - y)} l"
        self._drawn.append(f"{_rgb(colour)} RG {_n(thick)} w {ends} S")

    def area(self, x: float, y: float, wide: float, high: float, *, colour: Colour) -> None:
        """A filled area; `y` is its upper edge."""
        self._drawn.append(f"{_rgb(colour)} rg {_n(x)} {_n(HEIGHT - y - high)} {_n(wide)} {_n(high)} re f")

    def content(self) -> bytes:
        """What is drawn."""
        return "\n".join(self._drawn).encode("ascii")


class Pdf:
    """A document in the making."""

    def __init__(self, *, title: str, author: str, language: str, made_at: datetime) -> None:
        self._about = {"Title": title, "Author": author, "Creator": "Souk"}
        self._language = language
        self._made_at = made_at
        self.pages: list[Page] = []

    def page(self) -> Page:
        """A new page, after the others."""
        self.pages.append(Page())
        return self.pages[-1]

    def content(self) -> bytes:
        """The file."""
        file = _File()
        catalogue, tree, info = file.reserve(), file.reserve(), file.reserve()
        fonts = " ".join(f"/{_name(bold)} {self._font(file, bold)} 0 R" for bold in FACES)
        kids = []
        for page in self.pages:
            drawn = file.add_stream(page.content())
            box, kept = f"/MediaBox [0 0 {WIDTH} {HEIGHT}]", f"/Resources << /Font << {fonts} >> >>"
            kids.append(file.add(f"<< /Type /Page /Parent {tree} 0 R {box} {kept} /Contents {drawn} 0 R >>"))
        listed = " ".join(f"{kid} 0 R" for kid in kids)
        file.put(tree, f"<< /Type /Pages /Count {len(kids)} /Kids [{listed}] >>")
        shown = "/ViewerPreferences << /DisplayDocTitle true >>"
        file.put(catalogue, f"<< /Type /Catalog /Pages {tree} 0 R /Lang {_string(self._language)} {shown} >>")
        stamp = self._made_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
        facts = " ".join(f"/{name} {_string(value)}" for name, value in self._about.items())
        file.put(info, f"<< {facts} /CreationDate ({stamp}) /ModDate ({stamp}) >>")
        return file.content(catalogue, info)

    def _font(self, file: "_File", bold: bool) -> int:
        """The face with the glyphs that are shown (ISO 32000-1, 9.7: a composite font with our own glyph numbers)."""
        face = font(FACES[bold])
        characters = {sign for page in self.pages for sign in page.used[bold]}
        by_glyph = {face.by_character.get(ord(sign), 0): sign for sign in sorted(characters)}
        name = f"{_tag(by_glyph.values())}+{FACES[bold]}"
        part = face.part(by_glyph)
        outlines = file.add_stream(part, f" /Length1 {len(part)}")
        box = " ".join(map(str, face.box))
        descriptor = file.add(
            f"<< /Type /FontDescriptor /FontName /{name} /Flags 32 /FontBBox [{box}] /ItalicAngle 0 "
            f"/Ascent {face.ascent} /Descent {face.descent} /CapHeight {face.ascent} /StemV {120 if bold else 80} "
            f"/FontFile2 {outlines} 0 R >>"
        )
        widths = " ".join(f"{glyph} [{face.widths[glyph]}]" for glyph in sorted(by_glyph))
        system = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        child = file.add(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} {system} /FontDescriptor {descriptor} 0 R "
            f"/W [{widths}] /CIDToGIDMap /Identity >>"
        )
        words = file.add_stream(_to_unicode(by_glyph))
        return file.add(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
            f"/DescendantFonts [{child} 0 R] /ToUnicode {words} 0 R >>"
        )


class _File:
    """The objects of a file, by number from 1 on."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []

    def reserve(self) -> int:
        """The number of an object that is told later."""
        self._objects.append(b"")
        return len(self._objects)

    def put(self, number: int, text: str) -> None:
        self._objects[number - 1] = text.encode("ascii")

    def add(self, text: str) -> int:
        number = self.reserve()
        self.put(number, text)
        return number

    def add_stream(self, content: bytes, more: str = "") -> int:
        packed = zlib.compress(content, 9)
        self._objects.append(
            f"<< /Filter /FlateDecode /Length {len(packed)}{more} >>\nstream\n".encode() + packed + b"\nendstream"
        )
        return len(self._objects)

    def content(self, catalogue: int, info: int) -> bytes:
        out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
        for number, body in enumerate(self._objects, start=1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        name = hashlib.sha256(out).hexdigest()[:32]
        table = "".join(f"{place:010} 00000 n \n" for place in places)
        size = len(places) + 1
        end = f"trailer\n<< /Size {size} /Root {catalogue} 0 R /Info {info} 0 R /ID [<{name}> <{name}>] >>\n"
        out += f"xref\n0 {size}\n0000000000 65535 f \n{table}{end}startxref\n{len(out)}\n%%EOF\n".encode()
        return bytes(out)


def _to_unicode(by_glyph: Mapping[int, str]) -> bytes:
    """Which character each glyph stands for (ISO 32000-1, 9.10.3); a hundred at most in one list."""
    known = [f"<{glyph:04x}> <{sign.encode('utf-16-be').hex()}>" for glyph, sign in sorted(by_glyph.items()) if glyph]
    lists = [known[at : at + 100] for at in range(0, len(known), 100)]
    told = "\n".join("\n".join([f"{len(some)} beginbfchar", *some, "endbfchar"]) for some in lists)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{told}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode("ascii")


def _tag(signs: Iterable[str]) -> str:
    """Six letters that tell one part of a font from another (ISO 32000-1, 9.6.4)."""
    digest = hashlib.sha256("".join(sorted(signs)).encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _name(bold: bool) -> str:
    return "F2" if bold else "F1"


def _n(number: float) -> str:
    """A number with two decimals at most."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _rgb(colour: Colour) -> str:
    return " ".join(map(_n, colour))


def _string(text: str) -> str:
    """A string of any letters (ISO 32000-1, 7.9.2.2)."""
    return f"<{(b'\xfe\xff' + text.encode('utf-16-be')).hex()}>"
