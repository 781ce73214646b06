"""Keys of servers as they lie in the database: encrypted with a key made from SECRET_KEY (Fernet, HKDF-SHA256)."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from workers.backends.errors import Misconfigured

PURPOSE = b"athanor server keys"


def seal(key: str) -> str:
    """Empty stays empty."""
    return _fernet().encrypt(key.encode()).decode() if key else ""


def unseal(sealed: str) -> str:
    """Raises Misconfigured when it was sealed with another SECRET_KEY."""
    if not sealed:
        return ""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Misconfigured("the key was kept with another SECRET_KEY: type it in again") from error


def _fernet() -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(str(settings.SECRET_KEY).encode())
    return Fernet(base64.urlsafe_b64encode(derived))
