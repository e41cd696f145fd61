"""Read the text of an expression into Python's syntax tree, keeping the place of everything.

Before Python's parser sees it, the text is made into one line, and a name in backticks into a plain name of
the same length; so a place in the tree is a place in the text.
"""

import ast
import re
import threading
import unicodedata
from dataclasses import dataclass

from closeloop.expr.errors import ExpressionError
from closeloop.expr.scope import normal

MAX_LENGTH = 4000
MAX_DEPTH = 40

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
    r"""|`(?P<label>[^`\n]*)`"""
    r"""|(?P<number>[0-9]\w*(?:\.\w*)?)"""
    r"""|(?P<word>[^\W\d]\w*)"""
    r"""|(?P<space>\s+)"""
    r"""|(?P<sign>.)""",
    re.DOTALL,
)
_NUMBER = re.compile(r"[0-9]+(_[0-9]+)*(\.[0-9]+)?")
_ESCAPE = re.compile(r"""\\(?:[\\'"ntr]|u[0-9A-Fa-f]{4}|(?P<bad>.))""", re.DOTALL)
_MEANT = {
    "=": "==",
    "&": "and",
    "|": "or",
    "!": "not",
    "if": "pick",  # as a spreadsheet's function
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    chr(0x3002): ".",  # the Chinese full stop
    chr(0x3001): ",",  # and the comma of enumerations
}


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was read: its tree, and the labels that stood in backticks by where they began."""

    text: str
    tree: ast.expr
    labels: dict[int, str]
    _line: bytes
    _skipped: int

    def place(self, node: ast.expr) -> tuple[int, int]:
        """Return where the node begins and how long it is, in characters; Python counts bytes."""
        start = len(self._line[: node.col_offset].decode())
        end = len(self._line[: node.end_col_offset].decode())
        return self._skipped + start, end - start

    def name(self, node: ast.Name) -> str:
        """Return the name as it was meant: the label, where it stood in backticks."""
        return self.labels.get(self.place(node)[0], node.id)

    def member(self, node: ast.Attribute) -> str:
        """Return the name after the dot as it was meant."""
        at, length = self.place(node)
        end = at + length
        return next((label for start, label in self.labels.items() if start + len(node.attr) == end), node.attr)


_PARSING = threading.Lock()
"""Held while Python parses: it counts the depth of a tree for all threads together, and fails with a SystemError where
two of them parse at once (catalogs are compiled in threads of their own)."""


def read(text: str) -> Source:
    """Read the text; raises ExpressionError where it isn't an expression at all."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too_long", limit=MAX_LENGTH)
    labels: dict[int, str] = {}
    line = "".join(_plain(token, labels) for token in _TOKEN.finditer(text))
    if not line.strip():
        raise ExpressionError("empty")
    skipped = len(line) - len(line.lstrip())
    line = line[skipped:]
    try:
        with _PARSING:
            tree = ast.parse(line, mode="eval").body
    except SyntaxError as error:
        at = skipped + error.offset - 1 if error.offset else len(text)
        raise _syntax_error(text, at, error) from None
    except (MemoryError, RecursionError):
        raise ExpressionError("too_deep", length=len(text), limit=MAX_DEPTH) from None
    return Source(text, tree, labels, line.encode(), skipped)


def _plain(token: re.Match[str], labels: dict[int, str]) -> str:
    """Return what Python's parser gets in place of a token, always as long as the token."""
    written, at = token.group(), token.start()
    if token.lastgroup == "space":
        return " " * len(written)
    if token.lastgroup == "label":
        name = normal(token["label"])
        if not name:
            raise ExpressionError("empty_name", at, len(written))
        labels[at] = name
        return "_" * len(written)
    if token.lastgroup == "text":
        bad = next((escape for escape in _ESCAPE.finditer(written) if escape["bad"]), None)
        if bad:
            raise ExpressionError("bad_escape", at + bad.start(), 2, found=bad.group())
    elif token.lastgroup == "number" and not _NUMBER.fullmatch(written):
        raise ExpressionError("bad_number", at, len(written), found=written)
    elif token.lastgroup == "sign":
        if written in "'\"`":
            raise ExpressionError("unclosed", at, len(token.string) - at, found=written)
        if written == "#" or not written.isascii():
            raise ExpressionError("bad_sign", at, 1, found=written, suggestion=_meant(written))
    return written


def _meant(sign: str) -> str | None:
    folded = unicodedata.normalize("NFKC", sign)
    return _MEANT.get(sign) or _MEANT.get(folded) or (folded if folded != sign and folded.isascii() else None)


def _syntax_error(text: str, at: int, error: SyntaxError) -> ExpressionError:
    if at >= len(text):
        return ExpressionError("unfinished", len(text))
    token = _TOKEN.match(text, at)
    found = token.group() if token and token.lastgroup == "word" else text[at]
    if "too many nested" in error.msg:
        return ExpressionError("too_deep", at, len(text) - at, limit=MAX_DEPTH)
    if "never closed" in error.msg:
        return ExpressionError("unclosed", at, len(text) - at, found=found)
    length = max(1, (error.end_offset or 0) - (error.offset or 0))
    return ExpressionError("syntax", at, min(length, len(text) - at), suggestion=_MEANT.get(found), found=found)
