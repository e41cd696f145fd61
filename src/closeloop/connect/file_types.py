"""Tell what a file is by its bytes, never by its name; what isn't on the list isn't taken."""

import warnings
import zipfile
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from closeloop.base.errors import FieldError, Invalid

MOST_PIXELS = 50_000_000
"""Pixels of a picture; a small file may unfold to more memory than the machine has."""
MOST_UNFOLDED = 400 * 1024 * 1024
"""Bytes that a zipped office document may unfold to."""
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp"})
_HEAD = 4096
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP", "image/bmp": "BMP"}
_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"BM", 0, "image/bmp"),
    (b"%PDF-", 0, "application/pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/x-ole-storage"),
    (b"WAVE", 8, "audio/wav"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"\xff\xf3", 0, "audio/mpeg"),
    (b"OggS", 0, "audio/ogg"),
    (b"#!AMR", 0, "audio/amr"),
    (b"\x1aE\xdf\xa3", 0, "video/webm"),
)
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
XLSX = _OFFICE["xl/"]
TEXT = "text/plain"


def type_of(file: BinaryIO) -> str:
    """Return the media type of an open file, which is read from its beginning; raises Invalid for any other."""
    file.seek(0)
    head = file.read(_HEAD)
    found = _by_magic(head)
    if found in PICTURES:
        _check_picture(file, found)
    elif head.startswith(b"PK\x03\x04"):
        found = _zipped(file)
    elif found is None and head and _is_text(head):
        found = TEXT
    if found is None:
        raise Invalid(errors=[FieldError("file", "unknown_file_type")])
    file.seek(0)
    return found


def _by_magic(head: bytes) -> str | None:
    for sign, at, media_type in _MAGIC:
        if head.startswith(sign, at):
            return media_type
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:11] == b"M4A" else "video/mp4"
    return None


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 9 or 13 < byte < 32 for byte in head)


def _zipped(file: BinaryIO) -> str | None:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return None
    if sum(member.file_size for member in members) > MOST_UNFOLDED:
        raise Invalid(errors=[FieldError("file", "too_big", {"limit": MOST_UNFOLDED})])
    if any(member.filename == "[Content_Types].xml" for member in members):
        for folder, media_type in _OFFICE.items():
            if any(member.filename.startswith(folder) for member in members):
                return media_type
    return None


def _check_picture(file: BinaryIO, media_type: str) -> None:
    bad = Invalid(errors=[FieldError("file", "bad_picture")])
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=[_FORMATS[media_type]]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise bad
                picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise bad from error
    except Image.DecompressionBombWarning as error:
        raise bad from error


def thumbnail(picture: BinaryIO, size: int) -> bytes:
    """Return a picture as WebP, at most `size` pixels wide and high, turned upright, without place or camera."""
    with Image.open(picture, formats=list(_FORMATS.values())) as opened:
        opened.draft("RGB", (size, size))
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((size, size))
        clean = upright.convert("RGBA" if "A" in upright.getbands() or upright.mode == "P" else "RGB")
    out = BytesIO()
    clean.info.clear()
    clean.save(out, "WEBP", quality=80)
    return out.getvalue()
