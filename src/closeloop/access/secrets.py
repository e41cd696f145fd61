"""Encrypt secrets that must be read again, such as those of one-time codes, under the installation's key."""

import os
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import cached_property, partial
from hashlib import sha256
from hmac import new as hmac
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from closeloop.base.settings import Settings

KEY_FILE = "secret.key"


class SecretBox:
    """Encrypts and authenticates texts (Fernet); the key is asked for when it is first needed."""

    def __init__(self, key: Callable[[], str]) -> None:
        self._key = key

    @classmethod
    def of(cls, settings: Settings) -> "SecretBox":
        """Return the box of an installation: its key stands in the settings, or else in the home folder."""
        given = settings.secret_key
        return cls(given.get_secret_value if given else partial(key_in, settings.home))

    @cached_property
    def _fernet(self) -> Fernet:
        return Fernet(urlsafe_b64encode(sha256(self._key().encode()).digest()))

    def seal(self, text: str) -> str:
        """Return the text encrypted; each time another one."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """Return the text; None if it was sealed under another key or changed since."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def derived(self, purpose: str) -> bytes:
        """Return a key for one purpose, from which neither the installation's key nor another purpose's is found."""
        return hmac(sha256(self._key().encode()).digest(), purpose.encode(), sha256).digest()


def key_in(home: Path) -> str:
    """Return the key in the home folder; the first who needs it makes it, readable by the owner alone."""
    path = home / KEY_FILE
    home.mkdir(parents=True, exist_ok=True)
    made = urlsafe_b64encode(os.urandom(32))
    draft = home / f"{KEY_FILE}.{os.getpid()}"
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(file, made)
        os.fsync(file)
    finally:
        os.close(file)
    try:
        os.link(draft, path)  # fails where there is one, so that two who start at once agree
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()
