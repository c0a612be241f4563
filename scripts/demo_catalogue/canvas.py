"""A few words of SVG, and the scene that every product stands in: the arch of a market stall in its category's tint."""

from collections.abc import Iterable
from html import escape
from zlib import crc32

FLOOR = 336


def mix(one: str, other: str, share: float) -> str:
    """The colour that is `share` of the way from one to the other; both as #rrggbb."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def dark(colour: str, share: float = 0.22) -> str:
    """The colour in shade: towards a warm near-black, never grey."""
    return mix(colour, "#2a1a1f", share)


def light(colour: str, share: float = 0.3) -> str:
    """The colour in the sun."""
    return mix(colour, "#fff6e4", share)


def tag(name: str, **attributes: object) -> str:
    """An element without content. Underscores in names become hyphens; floats are written short."""
    return f"<{name}{_attributes(attributes)}/>"


def path(d: str, fill: str = "none", **attributes: object) -> str:
    """A filled shape."""
    return tag("path", d=d, fill=fill, **attributes)


def stroke(d: str, colour: str, width: float = 4, **attributes: object) -> str:
    """A line with round ends."""
    ends = {"stroke_linecap": "round", "stroke_linejoin": "round"}
    return tag("path", d=d, fill="none", stroke=colour, stroke_width=width, **ends, **attributes)


def oval(cx: float, cy: float, rx: float, ry: float, fill: str, **attributes: object) -> str:
    """An ellipse."""
    return tag("ellipse", cx=cx, cy=cy, rx=rx, ry=ry, fill=fill, **attributes)


def dot(cx: float, cy: float, r: float, fill: str, **attributes: object) -> str:
    """A circle."""
    return tag("circle", cx=cx, cy=cy, r=r, fill=fill, **attributes)


def box(  # noqa: PLR0917 - the order of SVG itself
    x: float, y: float, width: float, height: float, fill: str, r: float = 0, **attributes: object
) -> str:
    """A rectangle, its corners rounded by `r`."""
    return tag("rect", x=x, y=y, width=width, height=height, fill=fill, **({"rx": r} if r else {}), **attributes)


def group(parts: Iterable[str], **attributes: object) -> str:
    """Several parts moved, turned or coloured as one."""
    return f"<g{_attributes(attributes)}>{''.join(parts)}</g>"


def inside(shape: str, *parts: str) -> str:
    """The parts, cut to the shape (path data)."""
    name = f"c{crc32(shape.encode()):08x}"
    return f'<clipPath id="{name}"><path d="{shape}"/></clipPath><g clip-path="url(#{name})">{"".join(parts)}</g>'


def solid(shape: str, colour: str, shade_from: float, glint_to: float = 0, *decoration: str) -> str:
    """A body lit from the left: in shade right of `shade_from`, with a lit edge left of `glint_to`."""
    parts = [*decoration, box(shade_from, 0, 400, 400, "#2a1a1f", opacity=0.16)]
    if glint_to:
        parts.append(box(0, 0, glint_to, 400, "#fff6e4", opacity=0.28))
    return path(shape, colour) + inside(shape, *parts)


def shadow(cx: float, rx: float, y: float = FLOOR) -> str:
    """What the subject throws on the floor."""
    return oval(cx, y, rx, max(6, rx * 0.1), "#2a1a1f", opacity=0.2)


def scene(title: str, tint: str, *parts: str) -> str:
    """The finished picture."""
    arch = "M66 400V196C66 108 152 92 200 30C248 92 334 108 334 196V400Z"
    inner = "M84 400V200C84 122 158 106 200 56C242 106 316 122 316 200V400Z"
    body = (
        box(0, 0, 400, 400, light(tint, 0.62)),
        path(arch, light(tint, 0.3)),
        path(inner, light(tint, 0.44)),
        box(0, 312, 400, 88, light(dark(tint, 0.08), 0.12)),
        box(0, 312, 400, 5, light(tint, 0.5), opacity=0.7),
        *parts,
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img">'
        f"<title>{escape(title)}</title>{''.join(body)}</svg>\n"
    )


def _attributes(attributes: dict[str, object]) -> str:
    return "".join(f' {name.replace("_", "-")}="{_short(value)}"' for name, value in attributes.items())


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else escape(str(value))
