"""Days in a mail: what the customer calls a day, and when somebody is back."""

from .absence import Absence, find_absence
from .date_context import FoundDate
from .date_finder import find_dates

__all__ = ["Absence", "FoundDate", "find_absence", "find_dates"]
