import pytest

from cinoche.api.limits import check_rate
from cinoche.kit.errors import Invalid


@pytest.mark.parametrize("rate", ["60/minute", "5/hour", "1 per second"])
def test_a_rate_that_can_be_counted_by_passes(rate):
    check_rate("recommendations", rate)


@pytest.mark.parametrize("rate", ["", "lots", "60/fortnight", "-1/minute", "60"])
def test_a_rate_that_cannot_is_refused_before_anybody_comes(rate):
    with pytest.raises(Invalid) as refusal:
        check_rate("recommendations", rate)
    assert "60/minute" in refusal.value.remedy
