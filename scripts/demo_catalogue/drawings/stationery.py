"""Stationery: journal, ink, dip pen, letter set, wax seal, gift card."""

from scripts.demo_catalogue.canvas import box, dark, dot, group, inside, light, oval, path, shadow, solid, stroke
from scripts.demo_catalogue.drawings.pottery import star

GOLD = "#e0b75e"
PAPER = "#f9f0dd"


def journal(colour: str) -> list[str]:
    """A hand-bound journal with a tooled cover and a ribbon."""
    cover = "M112 92H284Q294 92 294 102V318Q294 328 284 328H112Z"
    return [
        shadow(206, 112, 340),
        path("M124 100H302V336H124Q108 336 108 322V110Z", PAPER),
        stroke("M292 330H126M296 334V106M300 334V104", dark(PAPER, 0.16), 2),
        path("M236 328V364L246 354L256 364V328Z", "#a5402d"),
        solid(
            cover,
            colour,
            262,
            0,
            box(104, 90, 30, 240, dark(colour, 0.24)),
            path("M134 92H200L160 328H134Z", light(colour, 0.3), opacity=0.2),
        ),
        *(box(104, y, 30, 6, GOLD) for y in (126, 150, 264, 288)),
        box(150, 112, 128, 196, "none", 4, stroke=GOLD, stroke_width=3),
        box(157, 119, 114, 182, "none", 2, stroke=GOLD, stroke_width=1.5),
        star(214, 210, 42, GOLD),
        star(214, 210, 34, colour),
        star(214, 210, 22, GOLD),
        dot(214, 210, 9, colour),
        *(star(x, y, 7, GOLD) for x in (172, 256) for y in (136, 284)),
    ]


def ink(colour: str) -> list[str]:
    """A faceted bottle of ink and a stroke of its colour."""
    glass = "M126 206L146 184H240L260 206V316Q260 334 242 334H144Q126 334 126 316Z"
    return [
        shadow(210, 112),
        stroke("M268 330C300 312 322 340 350 318", colour, 9),
        dot(356, 312, 5, colour),
        dot(282, 344, 4, colour),
        path(glass, "#dce8ea"),
        inside(
            glass,
            path("M120 222H270V340H120Z", colour),
            path("M120 222H270V232H120Z", light(colour, 0.3)),
            box(222, 180, 50, 160, "#2a1a1f", opacity=0.2),
        ),
        stroke("M140 216V308", "#ffffff", 7, opacity=0.6),
        stroke("M146 184L158 206H232L240 184", "#ffffff", 3, opacity=0.6),
        box(164, 166, 58, 20, "#cfdde0"),
        solid("M154 118Q154 110 162 110H224Q232 110 232 118V166H154Z", "#3b2f33", 200, 164),
        *(stroke(f"M{x} 120V158", "#5b4d50", 2) for x in (174, 186, 198, 210, 222)),
        box(152, 246, 82, 56, PAPER, 3),
        stroke("M160 254H226V294H160Z", GOLD, 2),
        path("M193 260C204 274 204 288 193 288C182 288 182 274 193 260Z", colour),
    ]


def dip_pen(colour: str) -> list[str]:
    """A turned pen holder with a steel nib, resting across a sheet."""
    return [
        group(
            [
                box(96, 116, 200, 224, dark(PAPER, 0.18)),
                box(92, 110, 200, 224, PAPER),
                stroke("M116 150C136 130 150 172 170 150S206 150 214 144S244 158 262 144", "#39456b", 4),
                stroke("M116 186C130 170 146 204 164 186S196 188 212 180", "#39456b", 4),
                stroke("M116 226H220M116 252H196", dark(PAPER, 0.12), 3),
            ],
            transform="rotate(-6 200 220)",
        ),
        group(
            [
                path(
                    "M-7 -150Q0 -164 7 -150L11 40Q12 66 8 84H-8Q-12 66 -11 40Z",
                    "#2a1a1f",
                    opacity=0.18,
                    transform="translate(12 8)",
                ),
                path("M-7 -150Q0 -164 7 -150L11 40Q12 66 8 84H-8Q-12 66 -11 40Z", colour),
                path("M1 -160Q7 -158 7 -150L11 40Q12 66 8 84H2Z", dark(colour, 0.22)),
                stroke("M-4 -140L-6 30", light(colour, 0.5), 3),
                box(-10, 40, 20, 8, GOLD),
                box(-10, 56, 20, 4, GOLD),
                box(-8, 82, 16, 14, GOLD, 2),
                path("M-8 94H8L9 112Q6 130 0 146Q-6 130 -9 112Z", "#aeb6bd"),
                path("M1 94H8L9 112Q6 130 1 144Z", "#7f8890"),
                dot(0, 112, 3, "#4a3b3f"),
                stroke("M0 114V142", "#4a3b3f", 1.5),
            ],
            transform="translate(226 208) rotate(38)",
        ),
        dot(112, 322, 5, "#39456b"),
        dot(98, 330, 3, "#39456b"),
    ]


def letter_set(colour: str) -> list[str]:
    """Envelopes with a patterned lining, tied with thread."""
    back = "M88 168H312V318H88Z"
    lining = [star(x, y, 13, light(colour, 0.55)) for y in (110, 142) for x in range(104, 304, 32)]
    flap = "M88 172L190 90Q200 82 210 90L312 172Z"
    return [
        shadow(204, 126, 332),
        group([box(92, 176, 224, 150, light(colour, 0.5), 4)], transform="rotate(4 200 250)"),
        path(flap, dark(colour, 0.05)),
        inside(flap, *lining),
        group(
            [box(110, 120, 180, 140, "#fffaf0", 2), stroke("M132 146H226M132 166H256M132 186H210", dark(PAPER, 0.2), 4)]
        ),
        path(back, PAPER),
        path("M88 168L200 258L312 168V318H88Z", light(PAPER, 0.5)),
        path("M88 318L182 240Q200 228 218 240L312 318Z", dark(PAPER, 0.06)),
        stroke("M88 318L182 240Q200 228 218 240L312 318", dark(PAPER, 0.16), 2),
        stroke("M88 170L200 258L312 170", dark(PAPER, 0.14), 2),
        stroke("M88 290H312", colour, 3),
        stroke(
            "M200 290C180 270 168 282 176 290S196 292 200 290C220 270 232 282 224 290S204 292 200 290"
            "L188 312M200 290L214 310",
            colour,
            3,
        ),
    ]


def wax_seal(colour: str) -> list[str]:
    """A brass seal with a turned handle beside its impression in wax."""
    wood = "#7a4a2b"
    blob = "M262 262C290 254 322 264 332 288C344 312 322 336 292 338C258 342 226 330 226 304C226 284 240 268 262 262Z"
    return [
        shadow(160, 62),
        shadow(282, 66, 338),
        solid(
            "M160 92C182 92 190 112 184 132C180 146 174 156 176 176C178 200 186 214 186 232H134"
            "C134 214 142 200 144 176C146 156 140 146 136 132C130 112 138 92 160 92Z",
            wood,
            168,
            0,
        ),
        stroke("M148 112C144 126 152 140 152 156", light(wood, 0.5), 5, opacity=0.7),
        solid("M136 230H184V250H136Z", GOLD, 168),
        solid("M144 250H176V282H144Z", dark(GOLD, 0.1), 164),
        solid("M120 282H200V322Q200 336 186 336H134Q120 336 120 322Z", GOLD, 172, 130),
        box(120, 292, 80, 4, light(GOLD, 0.5)),
        path(blob, dark(colour, 0.14), transform="translate(3 5)"),
        path(blob, colour),
        oval(280, 300, 38, 27, dark(colour, 0.18)),
        oval(280, 303, 36, 24, light(colour, 0.06)),
        group(
            [star(0, 0, 22, dark(colour, 0.22)), star(0, 2, 14, light(colour, 0.25))],
            transform="translate(280 302) scale(1 .7)",
        ),
        stroke("M246 280C254 272 264 268 274 267", light(colour, 0.55), 5, opacity=0.8),
    ]


def gift_card(colour: str) -> list[str]:
    """A card with a star, a ribbon around it, tied in a bow."""
    ribbon = "#a5402d"
    return [
        shadow(200, 130, 316),
        group(
            [
                box(70, 130, 260, 168, dark(colour, 0.22), 18),
                box(70, 122, 260, 168, colour, 18),
                box(82, 134, 236, 144, "none", 12, stroke=PAPER, stroke_width=3),
                star(248, 206, 46, PAPER),
                star(248, 206, 37, colour),
                star(248, 206, 24, PAPER),
                box(128, 122, 24, 168, ribbon),
                box(128, 122, 6, 168, light(ribbon, 0.3)),
            ],
            transform="rotate(-5 200 206)",
        ),
        path("M138 190C100 150 84 176 96 196S124 204 138 196Z", ribbon),
        path("M138 190C176 148 196 172 184 194S152 204 138 196Z", ribbon),
        path("M134 196L108 246L122 244L130 256L144 200Z", dark(ribbon, 0.2)),
        path("M142 196L172 240L158 242L152 256L136 200Z", dark(ribbon, 0.2)),
        dot(138, 194, 13, light(ribbon, 0.2)),
    ]
