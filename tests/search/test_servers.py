"""One line a server that was not given, and a failure in CI."""


def test_elasticsearch_is_given(elasticsearch_url: str) -> None:
    assert elasticsearch_url.startswith("http")


def test_postgresql_is_given(database_url: str) -> None:
    assert database_url.startswith("postgres")
