"""The seed of a mask is kept among what is noted of a specimen, exactly."""

from hypothesis import given
from hypothesis import strategies as st

from napari_dinosar.editing.seeds import seed_of, with_seed
from project_made import state

NUMBERS = st.floats(-1e6, 1e6)


def specimen(extras):
    return state(1).specimens["1"].with_marks(extras=extras)


@given(NUMBERS, NUMBERS)
def test_a_seed_comes_back_to_the_last_digit(x, y):
    assert seed_of(specimen(with_seed({}, (x, y)))) == (x, y)


def test_other_notes_stay_and_the_seed_can_be_taken_away():
    noted = with_seed({"locality": "Kyoto"}, (1.5, 2.0))
    assert noted == {"locality": "Kyoto", "mask_seed_xy": "1.5 2.0"}
    assert with_seed(noted, None) == {"locality": "Kyoto"}


def test_what_is_no_pair_of_numbers_is_no_seed():
    for text in ("", "1", "1 2 3", "a b", "nan 1", "inf 2"):
        assert seed_of(specimen({"mask_seed_xy": text})) is None
    assert seed_of(specimen({})) is None
