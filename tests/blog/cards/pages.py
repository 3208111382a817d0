"""Pages of other sites, with what they say of themselves."""

from tests.blog.fetch.loopback import answer


def page(title="Tea in Samarkand", *, picture="", extra="") -> bytes:
    """An answer with a page that has Open Graph."""
    return answer(html(title, picture=picture, extra=extra).encode())


def html(title="Tea in Samarkand", *, picture="", extra="") -> str:
    image = f'<meta property="og:image" content="{picture}">' if picture else ""
    return (
        f'<!doctype html><html><head><title>Home</title><meta property="og:title" content="{title}">{image}'
        '<meta name="description" content="How it is drunk there.">'
        f'<meta property="og:site_name" content="The Samovar">{extra}'
        f"</head><body><p>Text</p></body></html>"
    )


def picture_answer(content: bytes, kind: bytes = b"image/jpeg") -> bytes:
    return answer(content, b"Content-Type: " + kind + b"\r\n")
