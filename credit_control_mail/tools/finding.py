"""One thing that a message wants, with the words that say so."""

from dataclasses import dataclass, field
from datetime import date as Date
from decimal import Decimal


@dataclass
class Finding:
    """What the kernel answers; places count in the sender's own text."""

    intent: str
    confidence: float
    evidence: str = ""
    start: int = 0
    end: int = 0
    date: Date | None = None
    amount: Decimal | None = None
    currency: str | None = None
    keys: tuple = ()
    reason: str | None = None
    return_date: Date | None = None
    deputy: object = None
    contact: object = None
    instalments: int = 0
    explanation: list = field(default_factory=list)
    source: str = "model"
