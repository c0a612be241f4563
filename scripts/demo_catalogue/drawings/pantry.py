"""Tea and spices: tins, jars, a heap in a bowl, a vial of saffron."""

from scripts.demo_catalogue.canvas import box, dark, dot, group, inside, light, oval, path, shadow, solid, stroke, tag

PAPER = "#f7ecd6"


def _leaf(x: float, y: float, angle: int, colour: str, size: float = 1) -> str:
    return group(
        [
            path("M0 0C10 -16 30 -18 44 -10C36 6 16 12 0 0Z", colour),
            stroke("M4 -1Q22 -8 38 -9", light(colour, 0.4), 1.5),
        ],
        transform=f"translate({x} {y}) rotate({angle}) scale({size})",
    )


def _tin(colour: str, *label: str) -> list[str]:
    tin = "M128 150H272V322Q272 336 258 336H142Q128 336 128 322Z"
    return [
        shadow(206, 92),
        solid(tin, colour, 222, 140, box(128, 312, 144, 5, "#e0b75e")),
        box(128, 146, 144, 8, dark(colour, 0.35)),
        solid("M122 116Q122 104 134 104H266Q278 104 278 116V148H122Z", light(colour, 0.14), 222, 138),
        box(122, 138, 156, 5, "#e0b75e"),
        solid("M176 104Q176 88 200 88Q224 88 224 104Z", "#e0b75e", 206),
        path("M150 186Q200 160 250 186V294H150Z", PAPER),
        stroke("M157 190Q200 168 243 190V287H157Z", "#e0b75e", 2),
        *label,
    ]


def mint_tin(colour: str) -> list[str]:
    """A tin of tea with a sprig of mint on its label."""
    green = "#4f8a4b"
    sprig = [stroke("M200 280V206", dark(green, 0.3), 3)]
    for y in (262, 240, 220):
        sprig += [_leaf(201, y, -24, green, 0.8), _leaf(199, y, 204, dark(green, 0.14), 0.8)]
    return [*_tin(colour, *sprig), *(_leaf(286 + 14 * i, 330 - 3 * i, -14 - 20 * i, green, 0.9) for i in range(2))]


def smoky_tin(colour: str) -> list[str]:
    """A tin of smoked black tea: a mountain, a moon, a thread of smoke."""
    return _tin(
        colour,
        dot(226, 210, 12, "#d98a3a"),
        path("M158 286L188 232L204 254L216 238L242 286Z", "#4a3b3f"),
        path("M188 232L198 246L190 250L180 246Z", PAPER),
        stroke("M176 222C168 212 184 206 176 196", "#8d7f7c", 3),
    )


def flower_jar(colour: str) -> list[str]:
    """A glass jar of dried hibiscus under a cork."""
    jar = "M132 160Q120 172 120 188V312Q120 336 144 336H256Q280 336 280 312V188Q280 172 268 160Z"
    petal = "C-14 -8 -14 -26 0 -30C14 -26 14 -8 0 0"
    bloom = [path(f"M0 0{petal}Z", transform=f"rotate({turn})") for turn in (0, 72, 144, 216, 288)]
    # One blossom drawn once, its petals in whatever colour the copy has.
    petals = [
        "<defs>",
        group(part.replace(' fill="none"', "") for part in bloom).replace("<g>", '<g id="bloom">'),
        "</defs>",
    ]
    for x, y, tone in (
        (146, 312, colour),
        (184, 318, dark(colour, 0.2)),
        (222, 312, light(colour, 0.14)),
        (258, 316, colour),
        (162, 276, light(colour, 0.16)),
        (204, 280, colour),
        (244, 276, dark(colour, 0.22)),
        (142, 246, dark(colour, 0.14)),
        (184, 244, colour),
        (226, 242, light(colour, 0.12)),
        (262, 248, colour),
    ):
        petals.append(
            tag("use", href="#bloom", fill=tone, transform=f"translate({x} {y}) rotate({(x * 7 + y) % 70}) scale(.8)")
        )
        petals.append(dot(x, y, 4, dark(tone, 0.45)))
    return [
        shadow(206, 92),
        path(jar, "#eaf1ec", opacity=0.9),
        inside(
            jar, box(110, 232, 180, 120, dark(colour, 0.3)), *petals, box(232, 150, 60, 200, "#2a1a1f", opacity=0.1)
        ),
        stroke("M138 190V300", "#ffffff", 8, opacity=0.65),
        box(138, 146, 124, 18, "#dfe8e2", 6),
        solid("M146 112H254L250 148H150Z", "#c69a6b", 214),
        dot(170, 126, 3, "#9c7248"),
        dot(206, 136, 3, "#9c7248"),
        dot(232, 122, 3, "#9c7248"),
        stroke("M138 156H262", "#a5402d", 5),
        path("M258 158L296 196L280 218L248 184Z", PAPER),
        dot(263, 174, 4, "#a5402d"),
    ]


def spice_heap(colour: str) -> list[str]:
    """Ground spice piled to a point in a painted bowl, as market stalls do."""
    bowl = "M92 254H308Q304 312 252 330V336H148V330Q96 312 92 254Z"
    blue = "#2f6690"
    band = [path(f"M{x} 288L{x + 13} 270L{x + 26} 288L{x + 13} 306Z", blue) for x in range(80, 320, 26)]
    grains = [dot(130 + (i * 53) % 140, 244 - (i * 31) % 44, 2, dark(colour, 0.3)) for i in range(14)]
    return [
        shadow(204, 108),
        path("M104 258C136 236 168 168 200 104C232 168 264 236 296 258Z", colour),
        path("M200 104C232 168 264 236 296 258H214C226 226 214 160 200 104Z", dark(colour, 0.16)),
        path("M200 104C180 160 158 216 122 250C152 242 186 190 200 104Z", light(colour, 0.3), opacity=0.7),
        *grains,
        solid(bowl, "#f4ead8", 222, 0, *band, box(80, 262, 240, 3, blue), box(80, 312, 240, 3, blue)),
        path("M88 250H312V260H88Z", "#fbf4e6"),
        group(
            [
                path("M262 220L346 128L356 136L276 230Z", "#b98450"),
                oval(262, 232, 24, 13, "#b98450", transform="rotate(-48 262 232)"),
                oval(261, 231, 17, 8, dark(colour, 0.1), transform="rotate(-48 262 232)"),
            ]
        ),
    ]


def saffron_vial(colour: str) -> list[str]:
    """A corked vial of saffron threads, a crocus beside it."""
    vial = "M160 150H228V308Q228 336 194 336Q160 336 160 308Z"
    threads = [
        stroke(f"M{168 + (i * 23) % 50} {224 + (i * 17) % 88}q{8 - i % 17} -14 {4 - (i * 5) % 9} -26", tone, 3)
        for i in range(26)
        for tone in (colour if i % 3 else light(colour, 0.3),)
    ]
    purple = "#7d5ba6"
    return [
        shadow(214, 96),
        stroke("M290 334C292 300 292 280 290 252", "#6d8b4a", 5),
        stroke("M296 334C306 306 318 296 330 286", "#7d9a58", 5),
        path(
            "M290 262C262 252 258 214 270 190C282 204 288 220 290 240C292 220 298 204 310 190C322 214 318 252 290 262Z",
            purple,
        ),
        path("M290 262C276 240 278 210 290 192C302 210 304 240 290 262Z", light(purple, 0.3)),
        stroke("M290 222C288 206 282 196 278 190", "#d1481f", 4),
        stroke("M290 222C292 206 298 196 302 190", "#d1481f", 4),
        path(vial, "#eef3ef"),
        inside(
            vial,
            path("M150 232Q194 216 240 232V340H150Z", dark(colour, 0.24)),
            *threads,
            box(208, 140, 30, 200, "#2a1a1f", opacity=0.1),
        ),
        stroke("M170 166V300", "#ffffff", 7, opacity=0.75),
        box(152, 142, 84, 14, "#dfe8e2", 6),
        solid("M164 104H224L220 144H168Z", "#c69a6b", 200),
        dot(182, 122, 3, "#9c7248"),
        dot(206, 130, 3, "#9c7248"),
        box(160, 188, 68, 28, PAPER),
        stroke("M170 198H218M178 207H210", dark(colour, 0.1), 3),
    ]


def spice_jar(colour: str) -> list[str]:
    """A square jar of ground spice with a brass lid, peppers before it."""
    jar = "M130 160Q122 166 122 178V316Q122 336 142 336H244Q264 336 264 316V178Q264 166 256 160Z"
    red = "#c0392b"
    return [
        shadow(214, 110),
        path(jar, "#eaf1ec"),
        inside(
            jar,
            path("M110 206Q150 192 196 204T280 198V340H110Z", colour),
            box(222, 150, 60, 200, "#2a1a1f", opacity=0.14),
        ),
        stroke("M136 186V306", "#ffffff", 7, opacity=0.6),
        solid("M126 122Q126 112 136 112H250Q260 112 260 122V158H126Z", "#d2a44c", 214, 140),
        stroke("M126 148H260", "#9b7427", 3),
        path("M152 232Q193 214 234 232V300H152Z", PAPER),
        stroke("M170 252H216M176 266H210M170 282H216", dark(colour, 0.15), 3),
        path(
            "M236 322C262 300 306 296 344 314C352 318 350 326 342 326C306 322 276 340 246 336C236 334 232 328 236 322Z",
            red,
        ),
        path("M250 318C276 302 306 302 330 312C304 308 276 312 254 324Z", light(red, 0.35)),
        stroke("M238 326C226 322 222 312 224 304", "#5f7a3a", 6),
    ]
