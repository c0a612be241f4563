"""Textiles: kilim, hammam towel, cushion, blanket, napkins."""

from scripts.demo_catalogue.canvas import box, dark, dot, group, inside, light, path, shadow, solid, stroke, tag

CREAM = "#f6ead4"


def kilim(colour: str) -> list[str]:
    """A flat-woven rug hung from a rod, medallions down its middle."""
    rug = "M108 84H292V314H108Z"
    rows: list[str] = []
    for y in (140, 199, 258):
        rows += [
            path(f"M200 {y - 28}L246 {y}L200 {y + 28}L154 {y}Z", CREAM),
            path(f"M200 {y - 19}L231 {y}L200 {y + 19}L169 {y}Z", dark(colour, 0.4)),
            path(f"M200 {y - 9}L215 {y}L200 {y + 9}L185 {y}Z", "#e0a53c"),
        ]
    teeth = path(
        "".join(f"M{x} {y}l9 {h}l9 {-h}Z" for y, h in ((100, 13), (298, -13)) for x in range(110, 290, 18)), CREAM
    )
    sides = path(
        "".join(f"M{x} {y}l{w} 9l{-w} 9Z" for x, w in ((120, 12), (280, -12)) for y in range(120, 280, 20)), "#e0a53c"
    )
    fringe = stroke("".join(f"M{x} 314v18" for x in range(111, 292, 7)), CREAM, 3)
    return [
        box(84, 74, 232, 10, "#8a5a35", 5),
        dot(82, 79, 9, "#6f4526"),
        dot(318, 79, 9, "#6f4526"),
        fringe,
        path(rug, colour),
        inside(
            rug,
            teeth,
            *rows,
            sides,
            box(108, 94, 184, 4, dark(colour, 0.35)),
            box(108, 300, 184, 4, dark(colour, 0.35)),
            box(262, 84, 40, 240, "#2a1a1f", opacity=0.1),
        ),
    ]


def towel(colour: str) -> list[str]:
    """A striped hammam towel over a rail, its fringe knotted."""
    back, front = "M136 96H292V268H136Z", "M112 96H268V300H112Z"

    def stripes(x: int, width: int, bottom: int) -> list[str]:
        return [
            box(x, y, width, h, colour)
            for y, h in ((112, 5), (122, 16), (143, 5), (bottom - 56, 5), (bottom - 46, 20), (bottom - 21, 5))
        ]

    def knots(x: int, y: int) -> list[str]:
        return [
            stroke(f"M{i} {y}l4 8l-5 14M{i + 8} {y}l-4 8l5 14", dark(CREAM, 0.08), 3) for i in range(x + 6, x + 152, 17)
        ]

    return [
        *knots(136, 268),
        path(back, dark(CREAM, 0.14)),
        inside(back, *stripes(136, 156, 268), box(136, 96, 160, 200, "#2a1a1f", opacity=0.14)),
        *knots(112, 300),
        path(front, CREAM),
        inside(front, *stripes(112, 156, 300), box(238, 96, 30, 240, "#2a1a1f", opacity=0.07)),
        path("M112 96Q112 84 124 84H280Q292 84 292 96Z", light(CREAM, 0.4)),
        stroke("M150 150V236M190 154V240M228 150V236", dark(CREAM, 0.1), 2),
        box(78, 88, 244, 9, "#c99a3f", 4),
        dot(78, 92, 8, "#a97c2a"),
        dot(322, 92, 8, "#a97c2a"),
    ]


def cushion(colour: str) -> list[str]:
    """A block-printed cushion with tassels."""
    shape = "M96 138Q198 118 304 138Q322 236 304 328Q198 346 96 328Q78 236 96 138Z"
    ink = light(colour, 0.72)
    petals = "".join(f"M0 -4C{w} -12 {v} -24 0 -28" for w, v in ((-9, -7), (9, 7)))
    bloom = group([path(petals, transform=f"rotate({turn})").replace(' fill="none"', "") for turn in range(0, 360, 60)])
    flowers = ["<defs>", bloom.replace("<g>", '<g id="bloom">'), "</defs>"]
    for row, y in enumerate((170, 232, 294)):
        for x in (128, 200, 272) if row % 2 == 0 else (92, 164, 236, 308):
            flowers.append(tag("use", href="#bloom", fill=ink, transform=f"translate({x} {y}) scale(.86)"))
            flowers.append(dot(x, y, 4, "#e0a53c"))
    buds = [dot(x, y, 4, ink) for y in (201, 263) for x in (110, 146, 182, 218, 254, 290)]
    tassels = [
        group(
            [dot(0, 0, 7, "#e0a53c"), path("M-7 4H7L10 26H-10Z", "#e0a53c"), stroke("M-3 10V24M3 10V24", "#b07f22", 2)],
            transform=f"translate({x} {y}) rotate({turn})",
        )
        for x, y, turn in ((92, 136, 130), (308, 136, -130), (92, 330, 40), (308, 330, -40))
    ]
    return [
        shadow(202, 116, 338),
        *tassels,
        solid(shape, colour, 262, 0, *flowers, *buds),
        stroke("M112 152Q104 236 112 314", light(colour, 0.4), 3, opacity=0.6),
    ]


def blanket(colour: str) -> list[str]:
    """A folded mohair blanket, tied with a ribbon."""
    layers: list[str] = []
    for i in range(3):
        y = 296 - 46 * i
        shape = f"M104 {y}Q84 {y} 84 {y + 20}T104 {y + 40}H300Q316 {y + 40} 316 {y + 20}T300 {y}Z"
        tone = (dark(colour, 0.14), colour, light(colour, 0.14))[i]
        checks = [box(x, y, 16, 40, light(colour, 0.55), opacity=0.55) for x in (118, 178, 238, 298)]
        checks += [box(80, y + 16, 240, 7, light(colour, 0.55), opacity=0.55)]
        layers.append(solid(shape, tone, 268, 0, *checks))
    fuzz = [stroke(f"M{314 + (i % 3)} {214 + 7 * i}l10 {2 - i % 5}", light(colour, 0.2), 2) for i in range(17)]
    ribbon = "#a5402d"
    return [
        shadow(204, 120),
        *fuzz,
        *layers,
        box(192, 200, 16, 136, ribbon),
        box(202, 200, 6, 136, dark(ribbon, 0.25)),
        path("M200 200C176 166 148 170 152 186C156 202 184 204 200 200Z", ribbon),
        path("M200 200C224 166 252 170 248 186C244 202 216 204 200 200Z", dark(ribbon, 0.14)),
        dot(200, 199, 8, dark(ribbon, 0.2)),
    ]


def napkins(colour: str) -> list[str]:
    """A stack of linen napkins, the top one folded to a corner and ringed."""
    fan = (
        "M200 196C150 172 104 136 92 96L122 104L136 78L160 94L178 66L200 86L222 66L240 94L264 78L278 104"
        "L308 96C296 136 250 172 200 196Z"
    )
    skirt = "M200 196C236 222 292 268 306 328L268 318L240 336L200 322L160 336L132 318L94 328C108 268 164 222 200 196Z"
    pleats = "M200 196L122 104M200 196L160 94M200 196V86M200 196L240 94M200 196L278 104"
    folds = "M200 196L132 318M200 196L160 336M200 196V322M200 196L240 336M200 196L268 318"
    ring = "M168 178H232V214H168Z"
    return [
        shadow(202, 112),
        solid(
            fan,
            colour,
            222,
            0,
            path(
                "M200 196L92 96L122 104Z M200 196L136 78L160 94Z M200 196L178 66L200 86Z M200 196L222 66"
                "L240 94Z M200 196L264 78L278 104Z",
                light(colour, 0.3),
            ),
        ),
        stroke(pleats, dark(colour, 0.2), 2),
        solid(
            skirt,
            colour,
            232,
            0,
            path("M200 196L94 328L132 318Z M200 196L160 336L200 322Z M200 196L240 336L268 318Z", light(colour, 0.3)),
        ),
        stroke(folds, dark(colour, 0.2), 2),
        inside(
            skirt, stroke("M92 314L132 304L160 322L200 308L240 322L268 304L308 314", CREAM, 3, stroke_dasharray="6 6")
        ),
        solid(ring, "#8a5a35", 210, 178),
        stroke("M168 186H232M168 206H232", "#b98450", 3),
    ]
