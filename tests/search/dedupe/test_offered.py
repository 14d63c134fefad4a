"""What the other copies say better than the elected one."""

from dcat.model import Text
from search.dedupe.offered import Offered, offered
from search.document import Copy


def copy(portal: str, **more: object) -> Copy:
    return Copy(record=f"{portal}:1", portal=portal, **more)  # type: ignore[arg-type]


def described(length: int) -> tuple[Text, ...]:
    return (Text("x" * length, "fr"),)


def test_a_licence_that_the_elected_copy_lacks_is_offered() -> None:
    found = offered((copy("mel"), copy("nord"), copy("gouv", licence="etalab-2.0")))
    assert found == (Offered("licence", "etalab-2.0", "gouv:1", "gouv"),)


def test_another_licence_is_no_better_one() -> None:
    assert offered((copy("mel", licence="odbl"), copy("gouv", licence="etalab-2.0"))) == ()


def test_a_much_longer_description_is_offered_and_a_little_longer_one_is_not() -> None:
    short, little, much = (copy(name, description=described(n)) for name, n in (("a", 100), ("b", 149), ("c", 151)))
    assert offered((short, little)) == ()
    assert [(one.field, one.portal) for one in offered((short, little, much))] == [("description", "c")]


def test_the_latest_date_and_the_most_formats_are_offered() -> None:
    elected = copy("mel", modified="2024-01-01", formats=("CSV",))
    other = copy("gouv", modified="2025-01-01", formats=("CSV", "JSON"))
    assert {one.field: one.value for one in offered((elected, other))} == {
        "formats": "CSV, JSON",
        "modified": "2025-01-01",
    }
    assert offered((other, elected)) == ()


def test_a_dataset_of_one_copy_has_nothing_to_offer() -> None:
    assert offered((copy("mel"),)) == ()
