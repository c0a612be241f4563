"""What fails in here says what was different."""

import pytest

pytest.register_assert_rewrite("tests.unit.pricing.invariants", "tests.unit.pricing.worked")
