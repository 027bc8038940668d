"""A category is one department of the books, and a department one category."""

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.departments import category_of, department_of
from stockbridge.domain.shared_records import item_record
from stockbridge.domain.tests.builders import a_store_item

NAMES = {"D1": "Kitchen", "D2": "Garden"}


def test_a_new_item_gets_the_department_of_its_first_mapped_category() -> None:
    item = a_store_item(categories=("New", "Mugs", "Sale"))

    record = item_record(item, departments={"Mugs": "D1", "Sale": "D2"})

    assert record.department == "D1"


def test_without_a_mapping_the_first_category_names_the_department() -> None:
    assert item_record(a_store_item(categories=("Mugs", "Sale"))).department == "Mugs"
    assert item_record(a_store_item(categories=())).department == ""


def test_back_in_the_store_it_is_the_mapped_category() -> None:
    assert category_of("D1", {"Mugs": "D1", "Tools": "D2"}, NAMES) == "Mugs"


def test_without_a_mapping_it_is_the_departments_name() -> None:
    assert category_of("D1", {}, NAMES) == "Kitchen"
    assert category_of("unknown", {}, NAMES) == "unknown"


def test_of_several_categories_its_own_name_wins_then_the_alphabet() -> None:
    chosen = {"Zeal": "D1", "kitchen": "D1", "Mugs": "D1"}

    assert category_of("D1", chosen, NAMES) == "kitchen"
    assert category_of("D1", {"Zeal": "D1", "mugs": "D1"}, NAMES) == "mugs"


CHOSEN = st.dictionaries(
    st.sampled_from(["Mugs", "Tools", "Sale"]), st.sampled_from(["D1", "D2"])
)


@given(CHOSEN, st.sampled_from(["D1", "D2", "D3"]))
def test_what_goes_back_comes_to_the_same_department(
    chosen: dict[str, str], department: str
) -> None:
    category = category_of(department, chosen, NAMES)

    if department in chosen.values():
        assert department_of([category], chosen) == department
    else:
        assert category == NAMES.get(department, department)
