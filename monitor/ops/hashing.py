"""Passwords as argon2id (RFC 9106), at most two at a time."""

from __future__ import annotations

import secrets
import threading
from functools import cache
from typing import TYPE_CHECKING

from monitor.ops import passwords

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# A sign-in takes 64 MiB while it is hashed; more than two at once would let a crowd at the door fill the memory.
_HASHING = threading.BoundedSemaphore(2)


def hashed(password: str) -> str:
    """The digest to keep."""
    with _HASHING:
        return _hasher().hash(password)


def fits(password: str, digest: str | None) -> bool:
    """Whether a password is that of a digest; takes as long without one (a name that does not exist)."""
    from argon2.exceptions import InvalidHashError, VerificationError

    told = digest or _dummy()
    if len(password) > passwords.MAX:
        return False
    try:
        with _HASHING:
            _hasher().verify(told, password)
    except (VerificationError, InvalidHashError):
        return False
    return digest is not None


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    # The library's defaults are RFC 9106's second recommended option: argon2id, 64 MiB, 3 passes, 4 lanes.
    return PasswordHasher()


@cache
def _dummy() -> str:
    return hashed(secrets.token_hex(16))
