import gc

import pytest

from mmpartial.reports.report_hook import no_collection


def test_garbage_is_searched_for_again_after_a_report():
    with pytest.raises(ValueError), no_collection():
        assert not gc.isenabled()
        raise ValueError
    assert gc.isenabled()
