"""A page counts as changed when its text did; scripts, styles and tags are its dress."""

from registry.readable_text import fingerprint, text_of_page

PAGE = b"<html><head><style>p {}</style><script>var nonce = 1;</script></head><body><p>Minutes of 3&nbsp;May</p></body>"


def test_a_reader_sees_the_text_without_scripts_and_styles() -> None:
    assert text_of_page(PAGE) == "Minutes of 3 May"
    assert text_of_page(b"<p>a</p><svg><text>b</text></svg>c<script>d") == "a c"


def test_a_new_nonce_is_no_change_and_a_new_word_is() -> None:
    first = fingerprint(PAGE, "text/html")
    assert fingerprint(PAGE.replace(b"= 1", b"= 2"), "text/html") == first
    assert fingerprint(PAGE.replace(b"3&nbsp;May", b"4 May"), "text/html") != first


def test_of_any_other_kind_each_byte_counts() -> None:
    assert fingerprint(PAGE, "text/plain") != fingerprint(PAGE + b" ", "text/plain")


def test_bytes_that_are_no_page_give_some_text() -> None:
    assert text_of_page(b"\xff\xfe<![CDATA[ <a <b <!-- ") is not None
