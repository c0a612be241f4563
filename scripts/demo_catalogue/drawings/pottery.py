"""Pottery and glass: mug, bowl, cruet, tea glasses, vase."""

from math import cos, pi, sin

from scripts.demo_catalogue.canvas import box, dark, dot, group, light, oval, path, shadow, solid, stroke

CLAY = "#f4ead8"


def star(x: float, y: float, r: float, colour: str) -> str:
    """The eight-pointed star of zellige tiles: two squares turned on each other."""
    points = []
    for i in range(16):
        reach = r * (0.765 if i % 2 else 1)
        points.append(f"{x + reach * cos(i * pi / 8):.1f} {y + reach * sin(i * pi / 8):.1f}".replace(".0", ""))
    return path(f"M{'L'.join(points)}Z", colour)


def mug(colour: str) -> list[str]:
    """A mug with a band of stars."""
    body = "M112 160H264V298Q264 336 226 336H150Q112 336 112 298Z"
    stars = [
        part for x in range(112, 290, 38) for part in (star(x, 248, 17, light(colour, 0.75)), dot(x, 248, 6, colour))
    ]
    return [
        shadow(200, 98),
        stroke("M262 196C318 184 326 284 258 290", dark(colour, 0.12), 18),
        stroke("M262 196C312 186 318 280 258 288", light(colour, 0.2), 5, opacity=0.6),
        solid(
            body,
            colour,
            216,
            124,
            *stars,
            box(100, 222, 180, 4, light(colour, 0.75)),
            box(100, 270, 180, 4, light(colour, 0.75)),
        ),
        oval(188, 160, 76, 15, dark(colour, 0.3)),
        oval(188, 163, 64, 10, "#6b3f22"),
        oval(176, 162, 36, 5, "#8a5732"),
        stroke("M112 160A76 15 0 0 0 264 160", light(colour, 0.45), 4),
        stroke("M168 128C156 112 180 104 168 86M204 128C192 112 216 104 204 86", "#ffffff", 5, opacity=0.7),
    ]


def bowl(colour: str) -> list[str]:
    """A wide footed serving bowl with oranges."""
    shape = "M72 226H328Q318 306 242 322L248 336H152L158 322Q82 306 72 226Z"
    orange = "#e58a2b"
    fruit = [
        dot(x, y, 38, tone) + dot(x - 12, y - 14, 9, light(tone, 0.5), opacity=0.6)
        for x, y, tone in ((146, 204, dark(orange, 0.08)), (254, 204, orange), (200, 186, light(orange, 0.06)))
    ]
    petals = [
        path(f"M{x} 290C{x - 16} 270 {x - 12} 250 {x} 242C{x + 12} 250 {x + 16} 270 {x} 290Z", colour)
        for x in range(86, 330, 38)
    ]
    return [
        shadow(204, 108),
        *fruit,
        path("M200 150C206 134 224 130 236 136C230 150 214 156 200 150Z", "#5f8a3f"),
        stroke("M200 158V146", "#6f4526", 4),
        solid(
            shape,
            CLAY,
            232,
            0,
            *petals,
            *(dot(x, 258, 4, dark(colour, 0.2)) for x in range(67, 340, 38)),
            box(60, 300, 280, 4, colour),
        ),
        path("M66 220H334Q334 232 326 232H74Q66 232 66 220Z", colour),
        box(72, 222, 190, 3, light(colour, 0.5)),
    ]


def cruet(colour: str) -> list[str]:
    """A cruet of olive oil with a cork, an olive branch beside it."""
    body = (
        "M178 92H214V150C214 176 256 190 256 246V312Q256 336 232 336H160Q136 336 136 312V246C136 190 178 176 178 150Z"
    )
    leaf = "#7a8b4a"
    leaves = [
        group([path("M0 0C10 -12 32 -12 46 0C32 10 10 10 0 0Z", tone)], transform=f"translate({x} {y}) rotate({turn})")
        for x, y, turn, tone in (
            (286, 312, -60, leaf),
            (296, 282, -20, dark(leaf, 0.2)),
            (300, 254, -76, leaf),
            (286, 284, 210, light(leaf, 0.2)),
            (304, 244, -24, light(leaf, 0.14)),
        )
    ]
    return [
        shadow(214, 96),
        stroke("M276 334C292 306 302 276 306 226", "#6f4526", 4),
        *leaves,
        oval(272, 322, 14, 11, "#4d5a2a"),
        oval(268, 318, 4, 3, "#8d9a5a"),
        oval(300, 326, 13, 10, "#6a4a52"),
        stroke("M214 140C262 130 274 196 252 216", dark(colour, 0.15), 13),
        solid(
            body,
            colour,
            210,
            0,
            path("M130 262Q196 246 262 262V296Q196 282 130 296Z", CLAY),
            *(star(x, 274, 10, colour) for x in (156, 196, 236)),
        ),
        stroke("M152 236C154 214 168 200 180 188", light(colour, 0.6), 7, opacity=0.7),
        path("M170 84H222Q228 84 228 92T222 100H170Q164 100 164 92T170 84Z", light(colour, 0.2)),
        solid("M182 56H210L208 86H184Z", "#c69a6b", 198),
    ]


def tea_glasses(colour: str) -> list[str]:
    """Three small tea glasses with gilded bands."""

    def glass(x: int, y: int, tone: str) -> str:
        shape = "M-42 0H42L34 60Q30 82 36 108Q36 118 26 118H-26Q-36 118 -36 108Q-30 82 -34 60Z"
        tea = "M-38 26H38L34 60Q30 82 35 108H-35Q-30 82 -34 60Z"
        return group(
            [
                path(shape, tone, opacity=0.5),
                path(tea, dark(tone, 0.22), opacity=0.8),
                oval(0, 26, 38, 6, light(tone, 0.2)),
                box(-41, 6, 82, 5, "#e0b75e"),
                box(-35, 58, 70, 3, "#e0b75e"),
                *(star(i, 78, 7, "#e0b75e") for i in (-20, 0, 20)),
                stroke("M-28 34L-24 62Q-22 84 -26 104", "#ffffff", 4, opacity=0.6),
                path("M-36 106H36Q36 118 26 118H-26Q-36 118 -36 106Z", dark(tone, 0.3), opacity=0.7),
                oval(0, 0, 42, 7, "#ffffff", fill_opacity=0.25, stroke="#ffffff", stroke_width=2),
            ],
            transform=f"translate({x} {y})",
        )

    tray = "#d2a44c"
    return [
        shadow(202, 136, 346),
        path("M62 304Q70 346 110 346H290Q330 346 338 304Z", dark(tray, 0.2)),
        oval(200, 304, 138, 26, tray),
        oval(200, 302, 138, 25, light(tray, 0.3)),
        oval(200, 303, 124, 20, tray),
        glass(200, 174, colour),
        glass(144, 194, light(colour, 0.12)),
        glass(256, 194, dark(colour, 0.06)),
        group(
            [
                path("M196 138C180 116 168 118 160 122C166 138 182 144 196 138Z", "#5f9a55"),
                path("M200 138C208 112 224 108 234 112C232 130 216 140 200 138Z", "#4f8a4b"),
            ],
            transform="translate(2 30)",
        ),
    ]


def vase(colour: str) -> list[str]:
    """A tall vase, thrown in rings, with dried stems."""
    body = (
        "M168 168H232Q226 190 246 212Q276 244 262 296Q252 336 230 336H170Q148 336 138 296Q124 244 154 212"
        "Q174 190 168 168Z"
    )
    straw = "#cfa765"
    stems = [
        stroke(f"M200 176C{200 + k} 140 {200 + 2 * k} 110 {200 + 3 * k} 82", dark(straw, 0.2), 3)
        for k in (-24, -9, 8, 22)
    ]
    heads = [
        oval(
            200 + 3 * k + (6 * s if s else 0),
            84 - 10 * abs(s) + 14 * s * s,
            6,
            13,
            tone,
            transform=f"rotate({k + 24 * s} {200 + 3 * k} 84)",
        )
        for k, tone in ((-24, straw), (-9, light(straw, 0.3)), (8, dark(straw, 0.1)), (22, straw))
        for s in (-1, 0, 1)
    ]
    rings = [stroke(f"M120 {y}Q200 {y + 12} 280 {y}", light(colour, 0.45), 3, opacity=0.7) for y in (236, 250, 264)]
    return [
        shadow(204, 82),
        *stems,
        *heads,
        solid(
            body,
            colour,
            214,
            0,
            *rings,
            path("M120 284Q200 296 280 284V340H120Z", CLAY),
            path("M120 284q10 12 20 4t20 4t20 4t20 0t20 0t20 -4t20 -4t20 -4l0 -16h-160Z", colour),
        ),
        stroke("M150 250C150 236 160 222 168 214", light(colour, 0.6), 7, opacity=0.7),
        oval(200, 168, 34, 8, light(colour, 0.3)),
        oval(200, 169, 26, 5, dark(colour, 0.5)),
    ]
