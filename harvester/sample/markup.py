"""One description in the markup of each software. Plain ones are paragraphs with lists; others are told as they are."""

import html


def as_html(text: str) -> str:
    """Paragraphs and lists, as Opendatasoft's and CKAN's editors write them."""
    if text.startswith("<"):
        return text
    return "".join(_block(block) for block in text.split("\n\n"))


def as_markdown(text: str) -> str:
    """As data.gouv.fr keeps it: paragraphs of one line, lists after an empty line."""
    return text.replace(" :\n- ", " :\n\n- ")


def _block(block: str) -> str:
    lines = [line for line in block.split("\n") if not line.startswith("- ")]
    items = [line.removeprefix("- ") for line in block.split("\n") if line.startswith("- ")]
    listed = "".join(f"<li>{html.escape(item, quote=False)}</li>" for item in items)
    paragraph = f"<p>{html.escape(' '.join(lines), quote=False)}</p>"
    return paragraph + (f"<ul>{listed}</ul>" if listed else "")
