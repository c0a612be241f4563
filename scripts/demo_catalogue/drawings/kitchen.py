"""Kitchen: spoons, saucepan, mortar, tagine, apron."""

from scripts.demo_catalogue.canvas import box, dark, dot, group, inside, light, oval, path, shadow, solid, stroke


def spoons(colour: str) -> list[str]:
    """Three wooden spoons fanned out of a stoneware crock."""

    def spoon(tone: str, angle: int, lift: int) -> str:
        bowl = (
            "M200 60C226 60 230 92 226 110C222 130 212 138 207 148L206 270H194L193 148"
            "C188 138 178 130 174 110C170 92 174 60 200 60Z"
        )
        return group(
            [path(bowl, tone), oval(198, 100, 15, 24, dark(tone, 0.18)), stroke("M203 154V262", light(tone, 0.3), 2)],
            transform=f"rotate({angle} 200 330) translate(0 {lift})",
        )

    crock = "M146 222H254L246 322Q244 336 228 336H172Q156 336 154 322Z"
    grey = "#e7dccb"
    return [
        shadow(204, 84),
        spoon(dark(colour, 0.12), -17, 10),
        spoon(light(colour, 0.2), 17, 6),
        spoon(colour, 0, -10),
        solid(crock, grey, 214, 162, box(140, 262, 120, 7, "#3d6a8a"), box(140, 276, 120, 3, "#3d6a8a")),
        oval(200, 222, 54, 9, dark(grey, 0.2)),
        oval(200, 220, 54, 8, light(grey, 0.5), fill_opacity=0.0, stroke=light(grey, 0.5), stroke_width=4),
    ]


def saucepan(colour: str) -> list[str]:
    """A hammered copper saucepan with a brass handle."""
    pan = "M100 206H260V302Q260 336 226 336H134Q100 336 100 302Z"
    brass = "#c99a3f"
    marks = [
        oval(112 + 22 * col + (11 if row % 2 else 0), 226 + 20 * row, 7, 6, light(colour, 0.28), opacity=0.55)
        for row in range(6)
        for col in range(8)
    ]
    return [
        shadow(190, 112),
        path("M252 222L366 196Q376 194 377 203Q377 210 368 212L254 242Z", brass),
        path("M252 234L374 207Q372 211 368 212L254 242Z", dark(brass, 0.25)),
        dot(362, 203, 4, dark(brass, 0.55)),
        solid(pan, colour, 208, 112, *marks),
        oval(180, 206, 80, 15, dark(colour, 0.32)),
        oval(180, 208, 70, 10, "#d9d3c8"),
        oval(188, 210, 56, 7, "#efeae0"),
        stroke("M100 206A80 15 0 0 0 260 206", light(colour, 0.35), 5),
        dot(246, 226, 4, dark(brass, 0.3)),
        dot(246, 244, 4, dark(brass, 0.3)),
    ]


def mortar(colour: str) -> list[str]:
    """A heavy stone mortar, its pestle leaning on the rim."""
    bowl = "M104 192H296Q296 264 250 300L256 326Q257 336 246 336H154Q143 336 144 326L150 300Q104 264 104 192Z"
    flecks = [
        # The golden ratio strews evenly and never in rows.
        dot(
            108 + i * 0.7549 % 1 * 184,
            206 + i * 0.5698 % 1 * 128,
            2 + i % 3,
            dark(colour, 0.3) if i % 2 else light(colour, 0.6),
        )
        for i in range(1, 36)
    ]
    return [
        shadow(204, 104),
        group(
            [
                path("M190 70Q190 54 204 54Q218 54 218 70L226 210H182Z", light(colour, 0.12)),
                path("M206 54Q218 56 218 70L226 210H208Z", dark(colour, 0.14)),
            ],
            transform="rotate(28 204 200)",
        ),
        oval(200, 192, 96, 20, dark(colour, 0.36)),
        path("M128 196Q200 176 272 196Q262 208 200 210Q138 208 128 196Z", "#7d8a45"),
        path("M150 194Q176 182 196 192Q176 204 150 194Z", "#9aa95a"),
        solid(bowl, colour, 214, 122, *flecks),
        path("M104 192A96 20 0 0 0 296 192L296 202A96 20 0 0 1 104 202Z", light(colour, 0.35)),
    ]


def tagine(colour: str) -> list[str]:
    """A glazed tagine: a wide dish under its tall lid."""
    lid = "M108 262C136 250 170 196 182 128H218C230 196 264 250 292 262Q292 276 270 278H130Q108 276 108 262Z"
    dish = "M84 280H316Q312 320 276 330Q240 337 200 337Q160 337 124 330Q88 320 84 280Z"
    band = [path(f"M{x} 262L{x + 11} 246L{x + 22} 262L{x + 11} 274Z", light(colour, 0.66)) for x in range(101, 300, 22)]
    return [
        shadow(202, 124),
        solid(dish, dark(colour, 0.1), 220, 108),
        path("M84 280H316L314 290H86Z", light(colour, 0.4)),
        solid(
            lid, colour, 210, 0, *band, path("M150 226Q200 238 250 226L246 218Q200 230 154 218Z", light(colour, 0.66))
        ),
        stroke("M186 142C180 190 160 224 142 242", light(colour, 0.5), 5, opacity=0.6),
        path("M176 128Q176 116 188 114V106Q188 92 200 92Q212 92 212 106V114Q224 116 224 128Z", light(colour, 0.14)),
        path("M202 92Q212 92 212 106V114Q224 116 224 128H204Z", dark(colour, 0.16)),
    ]


def apron(colour: str) -> list[str]:
    """A linen apron on its hook."""
    cloth = "M156 108H244Q246 154 292 178L286 326Q200 342 114 326L108 178Q154 154 156 108Z"
    thread = light(colour, 0.55)
    return [
        dot(200, 54, 7, "#c99a3f"),
        stroke("M160 110C166 66 184 58 200 58C216 58 234 66 240 110", dark(colour, 0.25), 7),
        stroke("M108 180C84 186 70 214 66 250", dark(colour, 0.2), 6),
        stroke("M292 180C316 186 330 214 334 250", dark(colour, 0.32), 6),
        solid(cloth, colour, 232, 0, path("M176 108L150 330H166L190 108Z", light(colour, 0.4), opacity=0.35)),
        stroke("M160 118H240", thread, 2, stroke_dasharray="5 6"),
        path("M146 218H254V268Q254 284 238 284H162Q146 284 146 268Z", dark(colour, 0.12)),
        path("M146 218H254V228H146Z", light(colour, 0.3)),
        stroke("M152 234V266Q152 278 164 278H236Q248 278 248 266V234", thread, 2, stroke_dasharray="5 6"),
        stroke("M200 230V276", thread, 2, stroke_dasharray="5 6"),
        inside(cloth, stroke("M112 316Q200 332 288 316", thread, 2, stroke_dasharray="5 6")),
        box(240, 196, 13, 9, light("#a5402d", 0.1), 1),
    ]
