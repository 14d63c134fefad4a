"""Where a list is, page by page."""

PAGE_SIZE = 50


def paged(page: int, total: int) -> dict[str, int]:
    """What ``_pages.html`` needs."""
    return {"page": page, "total": total, "pages": max(1, -(-total // PAGE_SIZE))}
