"""Draws the product pictures: `python -m scripts.demo_catalogue.pictures` writes them, `--check` compares.

The files are kept in the repository beside products.csv, which names them; the same code always draws the same bytes.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.demo_catalogue.canvas import scene
from scripts.demo_catalogue.drawings import kitchen, lamps, leather, music, pantry, pottery, stationery, textiles

FOLDER = Path(__file__).parent / "pictures"
LIMIT = 6 * 1024

type Draw = Callable[[str], list[str]]

# Category's tint; then per product: its name, how it is drawn, and the colour of each variant that looks different.
SUBJECTS: dict[str, list[tuple[str, Draw, dict[str, str]]]] = {
    "#e2a25c": [
        ("olive-wood-spoons", kitchen.spoons, {"": "#b57a45"}),
        ("copper-saucepan", kitchen.saucepan, {"": "#c4693d"}),
        ("stone-mortar", kitchen.mortar, {"granite": "#8b8a90", "marble": "#e9e4de"}),
        ("clay-tagine", kitchen.tagine, {"terracotta": "#bf5f38", "cobalt": "#2c5aa0", "olive": "#7c8446"}),
        ("linen-apron", kitchen.apron, {"flax": "#c9b48c", "indigo": "#3d4f7f", "brick": "#b0503c"}),
    ],
    "#8fae6b": [
        ("mint-tea", pantry.mint_tin, {"": "#2f6f5e"}),
        ("smoky-black-tea", pantry.smoky_tin, {"": "#43353c"}),
        ("hibiscus-flowers", pantry.flower_jar, {"": "#9e2746"}),
        ("ras-el-hanout", pantry.spice_heap, {"": "#b5652c"}),
        ("saffron-threads", pantry.saffron_vial, {"": "#c8391c"}),
        ("smoked-paprika", pantry.spice_jar, {"": "#b93a1f"}),
    ],
    "#d98f7a": [
        ("wool-kilim", textiles.kilim, {"terracotta": "#b8502f", "indigo": "#35487d"}),
        ("hammam-towel", textiles.towel, {"sand": "#c79a5b", "sea": "#3f8a92", "olive": "#7c8446", "clay": "#b8563a"}),
        ("block-print-cushion", textiles.cushion, {"indigo": "#35487d", "madder": "#a93f3c", "sage": "#6f8f72"}),
        ("mohair-blanket", textiles.blanket, {"oat": "#cbb391", "plum": "#7a4763"}),
        ("linen-napkins", textiles.napkins, {"saffron": "#e0a53c", "sea": "#3f8a92"}),
    ],
    "#7fb0b8": [
        ("zellige-mug", pottery.mug, {"cobalt": "#2c5aa0", "saffron": "#dd9a2b", "mint": "#4fa189", "rose": "#c26a72"}),
        ("orange-bowl", pottery.bowl, {"cobalt": "#2c5aa0", "green": "#4a8a5b"}),
        ("olive-oil-cruet", pottery.cruet, {"": "#6f8a3f"}),
        ("tea-glasses", pottery.tea_glasses, {"amber": "#d98b2b", "emerald": "#2f9a6b", "ruby": "#c23b4e"}),
        ("ring-vase", pottery.vase, {"sky": "#4a8fb0", "ochre": "#c98a33"}),
    ],
    "#8f86b8": [
        ("star-lantern", lamps.lantern, {"brass": "#c4923a", "black": "#4a4450"}),
        ("palm-pendant", lamps.pendant, {"": "#c39a5f"}),
        ("tile-lamp", lamps.table_lamp, {"cobalt": "#2c5aa0", "mint": "#4fa189", "terracotta": "#bf5f38"}),
        ("paper-moon", lamps.paper_moon, {"": "#f1dfb4"}),
        ("beeswax-candles", lamps.candles, {"": "#e3a93f"}),
    ],
    "#c99a6a": [
        ("market-satchel", leather.satchel, {"tan": "#b3713c", "black": "#45393c", "oxblood": "#7c2f33"}),
        ("stitched-pouf", leather.pouf, {"tan": "#b9773f", "ivory": "#e6d8bf"}),
        ("babouche-slippers", leather.slippers, {"saffron": "#e0a52f", "blue": "#2f6aa8", "red": "#b8392f"}),
        ("card-wallet", leather.wallet, {"tan": "#b3713c", "green": "#3f6b52", "oxblood": "#7c2f33"}),
        ("saddle-belt", leather.belt, {"tan": "#b3713c", "black": "#45393c"}),
    ],
    "#a9b7cf": [
        ("bound-journal", stationery.journal, {"indigo": "#35487d", "oxblood": "#7c2f33", "forest": "#33624a"}),
        ("iron-gall-ink", stationery.ink, {"indigo": "#2b3f86", "oxblood": "#8a2433", "olive": "#6d7330"}),
        ("dip-pen", stationery.dip_pen, {"": "#7a4a2b"}),
        ("letter-set", stationery.letter_set, {"sea": "#3f8a92", "madder": "#a93f3c"}),
        ("wax-seal", stationery.wax_seal, {"": "#a92f2b"}),
        ("gift-card", stationery.gift_card, {"": "#e0a53c"}),
    ],
    "#d3b45f": [
        ("frame-drum", music.frame_drum, {"": "#8a4b2a"}),
        ("oud", music.oud, {"": "#8a4a24"}),
        ("ney", music.ney, {"": "#d3a45a"}),
        ("finger-cymbals", music.finger_cymbals, {"": "#d3a03a"}),
        ("goblet-drum", music.goblet_drum, {"cobalt": "#2c5aa0", "terracotta": "#bf5f38"}),
    ],
}


def pictures() -> Iterator[tuple[str, str]]:
    """Every picture: file name and content."""
    for tint, subjects in SUBJECTS.items():
        for name, draw, colours in subjects:
            for variant, colour in colours.items():
                title = f"{name} {variant}".replace("-", " ").strip().capitalize()
                yield "-".join(filter(None, (name, variant))) + ".svg", scene(title, tint, *draw(colour))


def main() -> int:
    """Writes or checks the folder; 1 when the check finds a difference."""
    parser = argparse.ArgumentParser(description="Draw the demo catalogue's pictures.")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail if a file is not as it would be drawn"
    )
    check = parser.parse_args().check
    drawn = dict(pictures())
    problems = [
        f"{name}: {len(svg.encode())} bytes, more than {LIMIT}"
        for name, svg in drawn.items()
        if len(svg.encode()) > LIMIT
    ]
    kept = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.svg")}
    if check:
        problems += [
            f"{name}: not as drawn" for name in sorted(drawn.keys() | kept.keys()) if drawn.get(name) != kept.get(name)
        ]
    else:
        FOLDER.mkdir(exist_ok=True)
        for name in kept.keys() - drawn.keys():
            (FOLDER / name).unlink()
        for name, svg in drawn.items():
            (FOLDER / name).write_text(svg, encoding="utf-8", newline="\n")
    print("\n".join(problems) or f"{len(drawn)} pictures {'are as drawn' if check else 'drawn'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
