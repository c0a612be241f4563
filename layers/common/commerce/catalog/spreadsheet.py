"""CSV files as people's spreadsheets write them: byte order marks, semicolons, CRLF, line breaks inside cells.

Rows are numbered as a spreadsheet shows them: the header is row 1, and a cell with line breaks is still one row.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

from commerce.catalog.drafts import RowError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_CELL = 2 * 1024 * 1024
"""Characters in one cell. A larger one is most often a quote that is never closed."""
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; `error` says where and why."""

    def __init__(self, row: int, column: str, code: str, message: str) -> None:
        super().__init__(f"row {row}: {message}" if row else message)
        self.error = RowError(row=row, column=column, code=code, message=message)


@dataclass(frozen=True)
class Sheet:
    """A CSV file that can be walked through as often as needed."""

    text: TextIO
    delimiter: str
    header: list[str]
    header_row: int

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows under the header with their numbers; empty ones are left out, but counted.

        Raises:
            UnreadableFile: broken quoting, a cell above `MAX_CELL`, bytes that are not UTF-8.
        """
        for number, cells in _records(self.text, self.delimiter, self.header):
            if number > self.header_row and any(cell.strip() for cell in cells):
                yield number, cells


def open_sheet(stream: TextIO | BinaryIO, known: Callable[[str], bool]) -> Sheet:
    """The sheet in an open file, bytes or text; `known` tells which header cells mean something to the reader.

    The delimiter (comma, semicolon, tab) is the one that makes most of the header known.

    Raises:
        UnreadableFile: empty, not UTF-8, or without a header that can be read.
    """
    text = _rewindable(stream)
    found: list[tuple[int, Sheet]] = []
    broken: UnreadableFile | None = None
    for delimiter in ",;\t":
        try:
            sheet = _headed(text, delimiter)
        except UnreadableFile as error:
            # Quotes that end before another delimiter look broken to this one.
            broken = broken or error
            continue
        found.append((sum(map(known, sheet.header)), sheet))
    if broken and not any(score for score, _ in found):
        raise broken
    return max(found, key=lambda candidate: candidate[0])[1]


def _headed(text: TextIO, delimiter: str) -> Sheet:
    for number, cells in _records(text, delimiter):
        # Excel may put a note to itself about the delimiter above the header.
        if number == 1 and len(cells) <= 2 and re.fullmatch(r"sep=[,;\t]?", cells[0].strip() if cells else ""):
            continue
        if any(cell.strip() for cell in cells):
            return Sheet(text, delimiter, [cell.strip() for cell in cells], number)
    raise UnreadableFile(1, "", "file_empty", "the file is empty")


def _rewindable(stream: TextIO | BinaryIO) -> TextIO:
    """The stream as text that can be read again from the start. Undecodable bytes stay visible as surrogates."""
    sample = stream.read(0)
    if isinstance(sample, str):
        text = cast(TextIO, stream)
        if text.seekable():
            return text
        copy = io.StringIO(text.read(), newline="")
        return cast(TextIO, copy)
    binary = cast(BinaryIO, stream)
    if not binary.seekable():
        binary = io.BytesIO(binary.read())
    readable = io.BufferedReader(_Borrowed(binary))
    return io.TextIOWrapper(readable, encoding="utf-8", errors="surrogateescape", newline="")


class _Borrowed(io.RawIOBase):
    """A binary file that stays open when the text wrapper around it goes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        data = self._file.read(len(view))
        view[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)


def _records(text: TextIO, delimiter: str, header: Sequence[str] = ()) -> Iterator[tuple[int, list[str]]]:
    """Every record from the start of the file. Strict about quotes: a lenient reader would swallow rows."""
    text.seek(0)
    # The csv module has one limit for the whole process; it is only ever raised, never lowered under someone else.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))
    reader = csv.reader(_without_mark(text), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(number, str(error)) from None
        for position, cell in enumerate(cells):
            if len(cell) > MAX_CELL:
                raise _broken(number, "field larger")
            if _NOT_TEXT.search(cell):
                column = header[position] if position < len(header) else ""
                message = f"cell {position + 1} is not UTF-8 text; save the file as “CSV UTF-8”"
                raise UnreadableFile(number, column, "encoding", message)
        yield number, cells


def _without_mark(text: TextIO) -> Iterator[str]:
    """The lines, without the byte order mark that Excel puts before the first."""
    for index, line in enumerate(text):
        yield line.removeprefix("\ufeff") if index == 0 else line


def _broken(number: int, reason: str) -> UnreadableFile:
    if "larger" in reason:
        return UnreadableFile(
            number, "", "cell_too_large", f"a cell is above {MAX_CELL // 2**20} MB; is a quote left open above it?"
        )
    return UnreadableFile(number, "", "quoting", f"the quotes do not match from here on ({reason})")
