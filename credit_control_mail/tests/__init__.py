"""Tests of the inbox."""

from . import (
    test_match,
    test_match_assign,
)
