"""Leather: satchel, pouf, slippers, wallet, belt."""

from scripts.demo_catalogue.canvas import box, dark, dot, group, inside, light, oval, path, shadow, solid, stroke
from scripts.demo_catalogue.drawings.pottery import star

BRASS = "#d8ac52"


def _stitch(d: str, colour: str) -> str:
    return stroke(d, light(colour, 0.6), 2, stroke_dasharray="6 5")


def satchel(colour: str) -> list[str]:
    """A satchel with two buckled straps."""
    body, flap = (
        "M88 176H312V310Q312 336 286 336H114Q88 336 88 310Z",
        "M84 164Q84 150 98 150H302Q316 150 316 164V244Q316 268 292 268H108Q84 268 84 244Z",
    )
    straps = []
    for x in (134, 246):
        straps += [
            box(x, 150, 20, 146, dark(colour, 0.26), 4),
            _stitch(f"M{x + 4} 156V288M{x + 16} 156V288", colour),
            box(x - 5, 258, 30, 26, "none", 4, stroke=BRASS, stroke_width=5),
            stroke(f"M{x + 10} 258V276", BRASS, 4),
        ]
    return [
        shadow(204, 124),
        stroke("M112 156C116 70 284 70 288 156", dark(colour, 0.25), 11),
        _stitch("M112 152C118 72 282 72 288 152", colour),
        solid(
            "M168 152V138Q168 122 184 122H216Q232 122 232 138V152H220V142Q220 134 212 134H188Q180 134 180 142V152Z",
            dark(colour, 0.15),
            204,
        ),
        solid(body, dark(colour, 0.1), 236, 0),
        _stitch("M96 280V310Q96 328 114 328H286Q304 328 304 310V280", colour),
        solid(flap, colour, 236, 0, path("M84 150H170L120 268H84Z", light(colour, 0.4), opacity=0.25)),
        _stitch("M92 164V244Q92 260 108 260H292Q308 260 308 244V164", colour),
        *straps,
    ]


def pouf(colour: str) -> list[str]:
    """A round pouf stitched in segments, a star on top."""
    body = "M76 236Q66 336 132 336H268Q334 336 324 236Q320 196 200 196Q80 196 76 236Z"
    seams = [
        stroke(f"M{200 + k * 0.8} 222C{200 + k} 254 {200 + k} 300 {200 + k * 0.82} 334", dark(colour, 0.24), 3)
        for k in (-96, -50, 0, 50, 96)
    ]
    diamonds = [path(f"M{x} 258l14 24l-14 24l-14 -24Z", light(colour, 0.5), opacity=0.6) for x in (126, 175, 225, 274)]
    top = "M200 178A118 40 0 0 1 200 258A118 40 0 0 1 200 178Z"
    petals = [
        path(
            "M0 0C16 -20 16 -60 0 -96C-16 -60 -16 -20 0 0Z",
            light(colour, 0.5),
            transform=f"translate(200 218) scale(1 .34) rotate({turn})",
        )
        for turn in range(0, 360, 45)
    ]
    return [
        shadow(202, 134),
        solid(
            body,
            colour,
            244,
            0,
            *seams,
            *diamonds,
            path("M70 200H110C96 250 100 300 130 340H60Z", light(colour, 0.3), opacity=0.4),
        ),
        path(top, light(colour, 0.1)),
        inside(top, *petals),
        stroke("M84 222A118 40 0 0 0 316 222", dark(colour, 0.2), 3),
        oval(200, 218, 16, 6, BRASS),
    ]


def slippers(colour: str) -> list[str]:
    """A pair of pointed slippers, seen from above."""

    def slipper(x: int, turn: int) -> str:
        sole = (
            "M0 -132C22 -112 52 -66 50 -6C49 26 40 50 40 82C40 116 22 130 0 130C-22 130 -40 116 -40 82"
            "C-40 50 -49 26 -50 -6C-52 -66 -22 -112 0 -132Z"
        )
        upper = (
            "M0 -132C22 -112 52 -66 50 -6C49 12 46 24 43 38Q0 6 -43 38C-46 24 -49 12 -50 -6C-52 -66 -22 -112 0 -132Z"
        )
        return group(
            [
                path(sole, dark(colour, 0.4), transform="translate(6 7)", opacity=0.35),
                path(sole, dark(colour, 0.3)),
                path(
                    "M0 14C22 18 34 34 33 82C32 108 18 120 0 120C-18 120 -32 108 -33 82C-34 34 -22 18 0 14Z", "#dcb98a"
                ),
                path(upper, colour),
                path(
                    "M0 -132C22 -112 52 -66 50 -6C49 12 46 24 43 38Q24 22 8 19C20 -30 16 -90 0 -132Z",
                    dark(colour, 0.14),
                ),
                _stitch("M-38 24Q0 -4 38 24", colour),
                star(0, -40, 17, light(colour, 0.62)),
                dot(0, -40, 7, colour),
                stroke("M-26 -4Q0 -18 26 -4", light(colour, 0.62), 3),
                stroke("M0 -118V-74", light(colour, 0.62), 3),
            ],
            transform=f"translate({x} 214) rotate({turn})",
        )

    return [slipper(140, -8), slipper(260, 8)]


def wallet(colour: str) -> list[str]:
    """A card wallet with two cards showing."""
    front = "M96 214H304V308Q304 330 282 330H118Q96 330 96 308Z"
    return [
        shadow(204, 116, 334),
        box(112, 142, 176, 120, dark(colour, 0.3), 14),
        group(
            [box(124, 128, 152, 110, "#e9e2d2", 10), box(124, 146, 152, 16, "#b8ae98")], transform="rotate(-5 200 190)"
        ),
        group(
            [
                box(124, 152, 152, 110, "#2f6690", 10),
                box(138, 172, 26, 20, BRASS, 4),
                stroke("M180 182H250", "#8db4d1", 4),
            ],
            transform="rotate(3 200 210)",
        ),
        solid(front, colour, 240, 0, path("M96 214H190L150 330H96Z", light(colour, 0.4), opacity=0.22)),
        path("M164 214Q200 256 236 214Z", dark(colour, 0.34)),
        _stitch("M104 224V306Q104 322 120 322H280Q296 322 296 306V224", colour),
        star(270, 300, 9, BRASS),
    ]


def belt(colour: str) -> list[str]:
    """A coiled belt, its buckle to the front."""
    return [
        shadow(204, 122),
        oval(200, 236, 108, 40, dark(colour, 0.36)),
        oval(200, 240, 84, 28, light("#c9b091", 0.1)),
        oval(200, 236, 96, 33, "none", stroke=dark(colour, 0.12), stroke_width=9),
        oval(206, 238, 70, 23, "none", stroke=dark(colour, 0.24), stroke_width=9),
        path("M92 236V292Q96 336 200 336Q304 336 308 292V236Q304 276 200 276Q96 276 92 236Z", colour),
        inside(
            "M92 236V292Q96 336 200 336Q304 336 308 292V236Q304 276 200 276Q96 276 92 236Z",
            box(256, 200, 80, 160, "#2a1a1f", opacity=0.16),
            box(60, 200, 50, 160, "#fff6e4", opacity=0.22),
            _stitch("M94 246Q98 284 200 284Q302 284 306 246", colour),
            _stitch("M94 286Q98 328 200 328Q302 328 306 286", colour),
        ),
        box(168, 270, 64, 74, "none", 12, stroke=BRASS, stroke_width=11),
        box(170, 272, 60, 70, "none", 10, stroke=light(BRASS, 0.5), stroke_width=3),
        stroke("M170 307H222", dark(BRASS, 0.2), 8),
        *(oval(x, y, 4, 3, dark(colour, 0.6)) for x, y in ((250, 305), (270, 300), (288, 291))),
    ]
