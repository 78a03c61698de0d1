"""alerts.toml ``[spike]``: what counts as unusual."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from monitor.settings.base import Part

Clock = Annotated[int, Field(ge=1, le=24)]
Rise = Annotated[int, Field(ge=24, le=168)]


class SpikeSettings(Part):
    minimum: int = Field(10, ge=10)
    """Fewest texts in the window for an alarm; never under 10 (S3)."""
    p_value: float = Field(2e-4, gt=0, lt=0.05)
    """Probability, over all clocks together, below which a burst is an alarm."""
    rise_p_value: float = Field(1e-4, gt=0, lt=0.05)
    """The same for a slow rise over days (early sign, 苗头)."""
    clocks_h: tuple[Clock, ...] = Field((1, 3, 6, 24), min_length=1, max_length=8)
    """Windows in hours in which a burst is looked for, all at once."""
    rise_h: tuple[Rise, ...] = Field((36, 72), max_length=4)
    """Windows in hours in which a slow rise is looked for; empty: not at all."""
    baseline_days: int = Field(56, ge=14, le=400)
    history_days: int = Field(14, ge=1, le=60)
    """Below this much history more evidence is asked for, and the alert says so."""
    recover_h: int = Field(2, ge=1, le=72)
    """Hours in a row within the band before an alert recovers."""
    holidays: tuple[str, ...] = ()
    """Days off (``2027-02-05`` or ``2027-02-05/2027-02-11``) of years whose notice the program does not know yet."""
    workdays: tuple[str, ...] = ()
    """Saturdays and Sundays worked instead."""

    @field_validator("clocks_h", "rise_h")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if list(value) != sorted(set(value)):
            raise ValueError("应从小到大写，且不重复")
        return value

    @field_validator("holidays", "workdays")
    @classmethod
    def _days(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            first, _, last = text.partition("/")
            try:
                if date.fromisoformat(last or first) < date.fromisoformat(first):
                    raise ValueError(f"“{text}”的结束早于开始")
            except ValueError as error:
                if "结束早于开始" in str(error):
                    raise
                raise ValueError(f"“{text}”不是日期；应写成 2027-02-05 或 2027-02-05/2027-02-11") from None
        return value

    @model_validator(mode="after")
    def _long_enough(self) -> SpikeSettings:
        if self.rise_h and self.rise_h[-1] > self.baseline_days * 6:
            raise ValueError("rise_h 的最长窗口不得超过基线 baseline_days 的四分之一")
        both = set(self.holidays) & set(self.workdays)
        if both:
            raise ValueError(f"{'、'.join(sorted(both))} 不能既是假日又是调休上班日")
        return self

    def days(self) -> Mapping[str, tuple[str, ...]]:
        return {"holiday": self.holidays, "workday": self.workdays}
