"""The form of a page as a browser would send it, unless somebody changes something."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._action, self._is_here = action, False
        self._text: str | None = None
        self._choice: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self._is_here = told.get("action") == self._action
        if not self._is_here:
            return
        name, value = told.get("name"), told.get("value") or ""
        if tag == "input" and name and (told.get("type") != "checkbox" or "checked" in told):
            self.fields[name] = value
        elif tag == "textarea" and name:
            self._text = name
            self.fields[name] = ""
        elif tag == "select" and name:
            self._choice = name
        elif tag == "option" and self._choice and ("selected" in told or self._choice not in self.fields):
            self.fields[self._choice] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = None
        elif tag == "select":
            self._choice = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self.fields[self._text] += data


def fields_of(page: str, action: str) -> dict[str, str]:
    """Every field of the form that is sent to ``action``, by its name."""
    read = _Fields(action)
    read.feed(page)
    assert read.fields, f"no form is sent to {action}"
    return read.fields
