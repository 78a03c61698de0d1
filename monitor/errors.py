"""One root for every error of this service; each says what happened and what to do about it."""

from __future__ import annotations


class YuqingError(Exception):
    """An error an operator can act on.

    ``message`` says what happened, ``hint`` what to do next. Both are Chinese: operators and staff read them.
    ``code`` is a stable English name for logs and metrics. None of the three ever quotes a resident's text.
    """

    code = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}（{self.hint}）" if self.hint else self.message


class SettingsError(YuqingError):
    """The configuration cannot be used; carries every problem found, not only the first."""

    code = "settings"

    def __init__(self, problems: tuple[str, ...]) -> None:
        count = len(problems)
        super().__init__("\n".join(problems), f"共 {count} 处问题；改正后运行 yuqing check 复核")
        self.problems = problems


class StoreUnavailable(YuqingError):
    """The store cannot be reached or cannot write now; the same call may succeed later."""

    code = "store_unavailable"


class StoreConflict(YuqingError):
    """``create`` met an existing document, or ``replace`` a newer version."""

    code = "store_conflict"


class StoreCorrupt(YuqingError):
    """The store answers, but what it holds cannot be used (wrong version, damaged file)."""

    code = "store_corrupt"


class BadQuery(YuqingError):
    """A query or a cursor that the store cannot answer."""

    code = "bad_query"


class ImportRefused(YuqingError):
    """An import file that cannot be read at all (single bad rows are reported, not raised)."""

    code = "import_refused"


class ModelUnavailable(YuqingError):
    """A sentiment or topic model that is not installed or whose file is damaged."""

    code = "model_unavailable"


class FetchRefused(YuqingError):
    """A page that was not read: refused by robots.txt, too large, too slow, not text, not parseable."""

    code = "fetch_refused"


class NotificationFailed(YuqingError):
    """A message that was not delivered. ``permanent`` tells whether another try can help."""

    code = "notification_failed"

    def __init__(self, message: str, hint: str = "", *, permanent: bool = False) -> None:
        super().__init__(message, hint)
        self.permanent = permanent


class DisclosureError(TypeError):
    """An exact count about posts was about to be shown, logged or serialised (safeguard S3): a bug, not a state.

    A ``TypeError``, and deliberately not a ``YuqingError``: nothing may catch and carry on.
    """
