"""The checks that the test client makes on every page do find what they are there for."""

from __future__ import annotations

import pytest

from tests.support.html import html_problems

SOUND = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Titre</title></head>'
    "<body><h1>Titre</h1>{}</body></html>"
)


def test_a_sound_page_has_no_fault() -> None:
    page = SOUND.format(
        '<label for="a">A</label><input id="a" name="a"><label>B <input name="b"></label>'
        '<table><tr><th scope="col">C</th></tr></table><img src="x" alt="">'
    )

    assert html_problems(page) == []


@pytest.mark.parametrize(
    ("fragment", "fault"),
    [
        ("<h1>Encore</h1>", "2 <h1>, expected 1"),
        ('<input name="a">', "<input name=« a »> has no label"),
        ("<table><tr><th>A</th></tr></table>", "has no scope"),
        ('<p id="x"></p><p id="x"></p>', "id « x » stands 2 times"),
        ('<label for="nowhere">A</label>', "for=« nowhere » points nowhere"),
        ('<img src="x">', "has no alt"),
        ('<p style="color: red">A</p>', "carries a style of its own"),
        ("<script>alert(1)</script>", "<script> stands in the page"),
        ('<button onclick="go()">A</button>', "<button onclick> is a script in the page"),
        ("<p><div>A</div></p>", "line"),
    ],
)
def test_each_fault_is_named(fragment: str, fault: str) -> None:
    found = html_problems(SOUND.format(fragment))

    assert any(fault in problem for problem in found), found


def test_a_page_without_language_or_title_is_refused() -> None:
    assert html_problems("<!doctype html><html><head></head><body><h1>A</h1></body></html>") == [
        "<html> has no lang",
        "no <title>",
    ]
