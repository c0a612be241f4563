"""Lamps: lantern, pendant, table lamp, paper moon, candles."""

from scripts.demo_catalogue.canvas import box, dark, dot, group, inside, light, oval, path, shadow, solid, stroke
from scripts.demo_catalogue.drawings.pottery import star

GLOW = "#ffd98a"


def _halo(x: float, y: float, r: float) -> list[str]:
    return [dot(x, y, r * k, GLOW, opacity=o) for k, o in ((1.0, 0.16), (0.78, 0.18), (0.58, 0.22))]


def lantern(colour: str) -> list[str]:
    """A pierced lantern that throws its pattern as light."""
    glass = "M146 170L254 170L268 290H132Z"
    holes = [
        part
        for row, y in enumerate((194, 230, 266))
        for x in ((164, 200, 236) if row % 2 == 0 else (146, 182, 218, 254))
        for part in (star(x, y, 12, GLOW), dot(x, y, 4, "#fff6dc"))
    ]
    return [
        shadow(204, 88),
        *_halo(200, 226, 150),
        stroke("M200 62C180 62 180 88 200 88C220 88 220 62 200 62", dark(colour, 0.2), 5),
        solid(
            "M200 84C232 96 252 124 262 158H138C148 124 168 96 200 84Z",
            colour,
            214,
            0,
            *(star(x, 136, 8, GLOW) for x in (172, 200, 228)),
        ),
        dot(200, 86, 8, light(colour, 0.2)),
        solid("M130 156H270V172H130Z", light(colour, 0.18), 214),
        solid(glass, dark(colour, 0.12), 230, 0, *holes),
        solid("M124 288H276L268 312H132Z", light(colour, 0.1), 214),
        solid("M140 312H260V326Q260 336 250 336H150Q140 336 140 326Z", colour, 214),
        stroke("M146 170L132 290M254 170L268 290", light(colour, 0.3), 4),
    ]


def pendant(colour: str) -> list[str]:
    """A woven pendant shade over a bare bulb."""
    shade = "M178 122H222C290 138 322 198 326 254H74C78 198 110 138 178 122Z"
    weave = [
        stroke(f"M200 116C{200 + k * 0.7} 150 {200 + k} 200 {200 + k * 1.08} 258", dark(colour, 0.24), 3)
        for k in range(-120, 121, 20)
    ]
    weave += [stroke(f"M60 {y}Q200 {y - 18} 340 {y}", light(colour, 0.3), 4) for y in (160, 184, 208, 232)]
    return [
        *_halo(200, 270, 118),
        path("M96 262L44 400H356L304 262Z", GLOW, opacity=0.22),
        stroke("M200 0V104", "#4a3b3f", 4),
        solid("M186 100H214L218 126H182Z", "#4a3b3f", 204),
        dot(200, 264, 26, "#fff1c9"),
        dot(200, 264, 17, "#fffbee"),
        solid(shade, colour, 226, 0, *weave),
        path("M68 250H332Q334 264 326 264H74Q66 264 68 250Z", dark(colour, 0.18)),
        stroke("M78 254H250", light(colour, 0.3), 3),
    ]


def table_lamp(colour: str) -> list[str]:
    """A glazed lamp base under a linen shade."""
    shade = "M150 74H250L286 188H114Z"
    base = (
        "M182 206H218C216 226 258 236 258 282C258 318 232 336 200 336C168 336 142 318 142 282C142 236 184 226 182 206Z"
    )
    linen = "#f8eccf"
    return [
        shadow(204, 86),
        *_halo(200, 142, 132),
        solid(
            base,
            colour,
            212,
            0,
            *(star(x, 284, 13, light(colour, 0.7)) for x in (152, 184, 216, 248)),
            box(130, 258, 140, 4, light(colour, 0.7)),
            box(130, 306, 140, 4, light(colour, 0.7)),
        ),
        stroke("M156 268C160 252 172 244 184 236", light(colour, 0.6), 6, opacity=0.7),
        box(190, 184, 20, 24, "#c99a3f", 3),
        solid(
            shade,
            linen,
            226,
            0,
            path("M172 74H228L246 188H154Z", GLOW, opacity=0.5),
            *(stroke(f"M{200 + k * 0.5} 74L{200 + k} 188", dark(linen, 0.08), 2) for k in (-66, -33, 0, 33, 66)),
        ),
        box(148, 70, 104, 7, colour, 3),
        box(111, 184, 178, 8, colour, 3),
        stroke("M228 192V222", "#c99a3f", 2),
        dot(228, 226, 4, "#c99a3f"),
    ]


def paper_moon(colour: str) -> list[str]:
    """A paper globe, ribbed, with the seas of the moon."""
    globe = "M200 78A112 112 0 0 1 200 302A112 112 0 0 1 200 78Z"
    ribs = [
        stroke(f"M200 78C{200 + k} 110 {200 + k} 270 200 302", dark(colour, 0.1), 2)
        for k in (-148, -100, -50, 0, 50, 100, 148)
    ]
    ribs += [
        stroke(f"M{200 - w} {y}Q200 {y + 14} {200 + w} {y}", dark(colour, 0.1), 2)
        for y, w in ((114, 82), (150, 104), (190, 112), (230, 104), (266, 82))
    ]
    seas = [
        oval(x, y, rx, ry, dark(colour, 0.12), opacity=0.8)
        for x, y, rx, ry in (
            (160, 150, 30, 22),
            (188, 182, 18, 12),
            (236, 226, 34, 24),
            (246, 138, 14, 10),
            (166, 246, 14, 10),
        )
    ]
    return [
        shadow(202, 84),
        *_halo(200, 190, 166),
        stroke("M172 298L146 336M228 298L254 336M200 300V336", "#6f4526", 7),
        path(globe, light(colour, 0.3)),
        inside(
            globe,
            *seas,
            *ribs,
            path("M238 60C300 120 300 260 238 330H340V60Z", "#2a1a1f", opacity=0.08),
            oval(164, 128, 46, 36, "#ffffff", opacity=0.35),
        ),
        oval(200, 302, 42, 7, "#8a5a35"),
        oval(200, 80, 26, 5, "#8a5a35"),
    ]


def candles(colour: str) -> list[str]:
    """Three rolled beeswax candles, lit, in a brass dish."""

    def candle(x: int, top: int, tone: str) -> str:
        shape = f"M{x - 19} {top}H{x + 19}V318H{x - 19}Z"
        cells = "".join(
            f"M{x - 24 + 14 * c + 7 * (r % 2)} {top + 8 + 12 * r}l7 -4l7 4v8"
            for r in range((318 - top) // 12)
            for c in range(4)
        )
        comb = path(cells, stroke=dark(tone, 0.16), stroke_width=1.5)
        flame = (
            f"M{x} {top - 56}C{x + 16} {top - 36} {x + 14} {top - 14} {x} {top - 12}"
            f"C{x - 14} {top - 14} {x - 16} {top - 36} {x} {top - 56}Z"
        )
        return (
            solid(shape, tone, x + 6, x - 12, comb)
            + oval(x, top, 19, 5, light(tone, 0.35))
            + stroke(f"M{x} {top}V{top - 12}", "#4a3b3f", 3)
            + path(flame, "#f4a52c")
            + oval(x, top - 25, 5, 11, "#fff1c9")
        )

    brass = "#c99a3f"
    return [
        shadow(204, 118),
        *_halo(200, 130, 140),
        candle(200, 148, colour),
        candle(146, 196, dark(colour, 0.08)),
        candle(254, 220, light(colour, 0.1)),
        solid("M90 306H310Q304 336 270 336H130Q96 336 90 306Z", brass, 230),
        box(84, 300, 232, 10, light(brass, 0.3), 5),
        group([stroke("M312 314C344 304 344 336 306 328", brass, 7)]),
    ]
