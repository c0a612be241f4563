"""Text in files that a spreadsheet may open: it must stay text."""

import re

# What a spreadsheet takes for the beginning of a formula (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = "=+\\-@\t\r\n＝＋－＠"  # noqa: RUF001  (the full-width signs are meant)


def disarm(text: str) -> str:
    """A cell for a file that a spreadsheet may open: an apostrophe before what it would run as a formula, and before
    what would be taken for such a cell, so that `rearm` gives back every text there is.
    """
    return f"'{text}" if re.match(f"'*[{_FORMULA}]", text) else text


def rearm(text: str) -> str:
    """What `disarm` was given."""
    return text[1:] if re.match(f"'+[{_FORMULA}]", text) else text
