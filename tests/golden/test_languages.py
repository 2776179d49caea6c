"""One invented story in six languages: with tags that say what they hold, with others, and as plain text."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cleaner

Story = dict[str, Any]
STORIES: dict[str, Story] = tomllib.loads((Path(__file__).parent / "languages" / "story.toml").read_text("utf-8"))


def named(story: Story, language: str) -> str:
    """A page as a publishing system writes it."""
    one, two, three, four = story["text"]
    comment = "".join(f"<div class=comment><b>User</b><p>{text}</p></div>" for text in story["comment"])
    return f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{story["title"]}</title>
</head><body><div class="cookie-banner" id="consent"><p>{story["cookies"]}</p><button>{story["accept"]}</button></div>
<header class="site-header"><nav><ul>{links(story["menu"], "li")}</ul></nav></header>
<main><article><h1>{story["title"]}</h1><p class="byline">{story["author"]}</p><time>{story["date"]}</time>
<div class="share">{story["share"]} <a href="#">Facebook</a> <a href="#">X</a></div>
<figure><img src="a.jpg"><figcaption>{story["caption"]}</figcaption></figure><p>{one}</p><p>{two}</p>
<div class="ad">{story["advertisement"]}</div><div class="newsletter-box"><h3>{story["newsletter"]}</h3>
<form><input type="email"><button>OK</button></form><p>{story["terms"]}</p></div>
<h2>{story["subheading"]}</h2><p>{three}</p>
<aside class="related"><h4>{story["related"]}</h4><ul>{links(story["teasers"], "li")}</ul></aside><p>{four}</p>
<div class="author-bio"><p>{story["biography"]}</p></div></article>
<section class="comments"><h3>{story["comments"]}</h3>{comment}</section></main>
<footer><ul>{links(story["footer"], "li")}</ul><p>{story["copyright"]}</p></footer></body></html>"""


def nameless(story: Story, language: str) -> str:
    """The same of ``div`` alone, with names that a build step made up."""
    one, two, three, four = (f'<div class="_p">{text}</div>' for text in story["text"])
    comment = "".join(f"<div><div>User</div><div>{text}</div></div>" for text in story["comment"])
    return f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{story["title"]}</title>
</head><body><div class="_a1"><div class="_z9">{story["cookies"]}</div><div><span>{story["accept"]}</span></div></div>
<div class="_b2">{links(story["menu"], "div")}</div><div class="_c3"><div class="_h">{story["title"]}</div>
<div class="_k">{story["author"]}</div><div class="_k2">{story["date"]}</div><div class="_k3">{story["share"]}</div>
<div class="_f"><img src="a.jpg"><div class="_y">{story["caption"]}</div></div>{one}{two}
<div class="_u">{story["advertisement"]}</div>
<div class="_n"><div class="_n1">{story["newsletter"]}</div><div class="_n2">{story["terms"]}</div></div>
<div class="_s">{story["subheading"]}</div>{three}
<div class="_r"><div class="_r1">{story["related"]}</div>{links(story["teasers"], "div")}</div>{four}
<div class="_bio">{story["biography"]}</div></div><div class="_cm"><div>{story["comments"]}</div>{comment}</div>
<div class="_ft">{links(story["footer"], "div")}<div>{story["copyright"]}</div></div></body></html>"""


def plain(story: Story, language: str) -> str:
    """The same as a scraper leaves it that asks for text alone: a node a line."""
    one, two, three, four = story["text"]
    lines = [
        story["cookies"], story["accept"], *story["menu"], story["title"], story["author"], story["date"],
        story["share"], "Facebook", "X", story["caption"], one, two, story["advertisement"], story["newsletter"], "OK",
        story["terms"], story["subheading"], three, story["related"], *story["teasers"], four, story["biography"],
        story["comments"], *(line for text in story["comment"] for line in ("User", text)), *story["footer"],
        story["copyright"],
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def links(texts: list[str], tag: str) -> str:
    return "".join(f'<{tag}><a href="/{at}">{text}</a></{tag}>' for at, text in enumerate(texts))


@pytest.mark.parametrize("page", [named, nameless, plain])
@pytest.mark.parametrize("language", STORIES)
def test_the_story_stays_and_what_asks_or_sells_goes(language: str, page: Callable[[Story, str], str]) -> None:
    story = STORIES[language]
    kept = cleaner.clean(page(story, language)).text.split("\n")
    assert set(story["text"]) | {story["title"], story["subheading"]} <= {line.lstrip("# ") for line in kept}
    asked = [story[name] for name in ("cookies", "accept", "newsletter", "terms", "advertisement", "copyright")]
    assert not [line for line in asked if any(line in other for other in kept)]


@pytest.mark.parametrize("language", STORIES)
def test_of_a_page_with_names_nothing_else_is_left(language: str) -> None:
    story = STORIES[language]
    kept = {line.lstrip("# ") for line in cleaner.clean(named(story, language)).text.split("\n") if line}
    assert kept <= {*story["text"], story["title"], story["subheading"], story["author"], story["date"]}
