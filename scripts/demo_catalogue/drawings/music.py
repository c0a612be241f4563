"""Music: frame drum, oud, ney, finger cymbals, goblet drum."""

from scripts.demo_catalogue.canvas import box, dark, dot, group, inside, light, oval, path, shadow, solid, stroke
from scripts.demo_catalogue.drawings.pottery import star

SKIN = "#f3e6cb"
BRASS = "#d8ac52"


def frame_drum(colour: str) -> list[str]:
    """A frame drum with brass jingles let into its rim."""
    jingles = [
        group(
            [
                box(-17, -11, 34, 22, dark(colour, 0.5), 6),
                oval(0, -3, 13, 5, BRASS),
                oval(0, 4, 13, 5, light(BRASS, 0.3)),
            ],
            transform=f"translate(200 206) rotate({turn}) translate(0 -121)",
        )
        for turn in range(18, 360, 45)
    ]
    return [
        shadow(202, 96, 342),
        dot(208, 212, 134, "#2a1a1f", opacity=0.18),
        dot(200, 206, 134, colour),
        dot(200, 206, 134, "none", stroke=dark(colour, 0.25), stroke_width=5),
        *jingles,
        dot(200, 206, 106, dark(SKIN, 0.14)),
        dot(200, 206, 102, SKIN),
        path("M108 160A102 102 0 0 1 196 104Q150 130 108 160Z", "#ffffff", opacity=0.5),
        dot(200, 206, 70, "none", stroke=colour, stroke_width=3),
        *(
            star(x, y, 9, colour)
            for x, y in ((200, 136), (249, 157), (270, 206), (249, 255), (200, 276), (151, 255), (130, 206), (151, 157))
        ),
        star(200, 206, 34, colour),
        star(200, 206, 25, SKIN),
        star(200, 206, 14, BRASS),
    ]


def oud(colour: str) -> list[str]:
    """An oud: round-bellied, fretless, its pegbox bent back."""
    belly = "M200 132C246 150 286 204 286 262C286 312 248 340 200 340C152 340 114 312 114 262C114 204 154 150 200 132Z"
    strings = [stroke(f"M{200 + k * 0.5} 46L{200 + k} 304", "#fff6e4", 1.2) for k in (-15, -9, -3, 3, 9, 15)]
    pegs = [stroke(f"M200 {y}H{x}", dark(colour, 0.5), 5) for y, x in ((30, 166), (22, 234), (14, 170), (8, 230))]
    return [
        group(
            [
                oval(208, 300, 96, 48, "#2a1a1f", opacity=0.16),
                path(belly, dark(colour, 0.35), transform="translate(7 4)"),
                *(group([part], transform="rotate(-24 200 46)") for part in pegs),
                path("M190 52L186 10Q200 0 214 10L210 52Z", dark(colour, 0.28), transform="rotate(-24 200 46)"),
                path("M188 44H212L216 146H184Z", dark(colour, 0.42)),
                box(188, 44, 24, 5, SKIN),
                path(belly, light("#d9a566", 0.12)),
                inside(belly, path("M226 120C270 190 270 290 220 350H300V120Z", dark("#d9a566", 0.2), opacity=0.6)),
                stroke(belly, dark(colour, 0.25), 5),
                dot(200, 222, 34, dark(colour, 0.55)),
                dot(200, 222, 34, "none", stroke=colour, stroke_width=4),
                star(200, 222, 24, light("#d9a566", 0.2)),
                star(200, 222, 15, dark(colour, 0.55)),
                dot(200, 222, 5, light("#d9a566", 0.2)),
                *(
                    part
                    for x in (158, 242)
                    for part in (dot(x, 276, 13, dark(colour, 0.55)), star(x, 276, 9, light("#d9a566", 0.2)))
                ),
                box(166, 302, 68, 10, dark(colour, 0.4), 4),
                *strings,
            ],
            transform="rotate(24 200 216) translate(6 6) scale(.96)",
        )
    ]


def ney(colour: str) -> list[str]:
    """Two reed flutes, crossed and tied."""

    def flute(tone: str, turn: int, length: int) -> str:
        joints = [stroke(f"M-11 {y}Q0 {y + 5} 11 {y}", dark(tone, 0.35), 3) for y in range(-length + 40, length, 52)]
        holes = [oval(-1, y, 4, 5, dark(tone, 0.65)) for y in (-10, 14, 38, 66, 90, 114)]
        return group(
            [
                box(-6, -length + 8, 24, 2 * length, "#2a1a1f", 8, opacity=0.16),
                box(-11, -length, 22, 2 * length, tone, 5),
                box(2, -length, 9, 2 * length, dark(tone, 0.16), 5),
                stroke(f"M-6 {-length + 14}V{length - 14}", light(tone, 0.55), 3),
                *joints,
                *holes,
                box(-13, -length - 4, 26, 22, "#4a3b3f", 6),
                box(-13, length - 14, 26, 10, BRASS, 2),
            ],
            transform=f"translate(200 206) rotate({turn})",
        )

    red = "#a5402d"
    return [
        flute(dark(colour, 0.1), -36, 150),
        flute(colour, 34, 162),
        group(
            [box(-22, -13, 44, 8, red, 3), box(-22, -3, 44, 8, light(red, 0.12), 3), box(-22, 7, 44, 8, red, 3)],
            transform="translate(200 206)",
        ),
        stroke("M212 218C226 246 216 262 226 282", red, 4),
        dot(226, 286, 8, red),
        path("M219 290H233L238 322H214Z", red),
        stroke("M222 298V318M230 298V318", dark(red, 0.3), 2),
    ]


def finger_cymbals(colour: str) -> list[str]:
    """Two pairs of brass finger cymbals on their loops."""

    def cymbal(x: int, y: int, r: int, tone: str) -> str:
        return (
            dot(x + 6, y + 8, r, "#2a1a1f", opacity=0.18)
            + dot(x, y, r, tone)
            + dot(x, y, r, "none", stroke=dark(tone, 0.25), stroke_width=4)
            + "".join(dot(x, y, r * k, "none", stroke=light(tone, 0.45), stroke_width=2.5) for k in (0.82, 0.68))
            + path(
                f"M{x - r * 0.9:.1f} {y - r * 0.2:.1f}"
                f"A{r * 0.92:.1f} {r * 0.92:.1f} 0 0 1 {x + r * 0.1:.1f} {y - r * 0.9:.1f}L{x} {y}Z",
                light(tone, 0.6),
                opacity=0.5,
            )
            + dot(x, y, r * 0.42, dark(tone, 0.1))
            + dot(x - r * 0.08, y - r * 0.08, r * 0.32, light(tone, 0.22))
            + dot(x, y, r * 0.1, dark(tone, 0.6))
        )

    loop = "#7a2e2a"
    return [
        stroke("M142 150C120 90 170 70 200 84S276 92 256 148", loop, 7),
        cymbal(148, 168, 62, dark(colour, 0.06)),
        cymbal(262, 160, 58, light(colour, 0.08)),
        stroke("M148 168C150 190 150 210 146 232M262 160C266 190 264 210 258 232", loop, 6),
        cymbal(142, 262, 66, colour),
        cymbal(260, 262, 64, dark(colour, 0.04)),
        stroke("M142 262C132 246 152 240 142 262M260 262C250 246 270 240 260 262", loop, 5),
    ]


def goblet_drum(colour: str) -> list[str]:
    """A darbuka: a goblet of clay with a tight head."""
    body = (
        "M100 116H300C300 178 262 212 244 232Q232 248 240 280L262 326Q264 336 252 336H148Q136 336 138 326"
        "L160 280Q168 248 156 232C138 212 100 178 100 116Z"
    )
    bands = [star(x, 158, 17, light(colour, 0.7)) for x in range(104, 310, 32)] + [
        dot(x, 158, 5, colour) for x in range(104, 310, 32)
    ]
    return [
        shadow(204, 88),
        solid(
            body,
            colour,
            214,
            0,
            *bands,
            box(90, 134, 220, 4, BRASS),
            box(90, 180, 220, 4, BRASS),
            *(path(f"M{x} 296l10 -16l10 16l-10 16Z", light(colour, 0.7)) for x in range(130, 270, 20)),
            box(120, 316, 160, 4, BRASS),
            box(120, 270, 160, 4, BRASS),
        ),
        stroke("M116 142C122 178 146 202 162 220", light(colour, 0.5), 6, opacity=0.6),
        oval(200, 116, 106, 24, dark(BRASS, 0.2)),
        oval(200, 111, 106, 24, BRASS),
        oval(200, 110, 94, 19, SKIN),
        oval(176, 106, 46, 8, "#ffffff", opacity=0.5),
        oval(200, 110, 30, 6, dark(SKIN, 0.12), opacity=0.7),
        *(dot(x, y, 4, dark(BRASS, 0.4)) for x, y in ((104, 118), (140, 131), (200, 136), (260, 131), (296, 118))),
    ]
