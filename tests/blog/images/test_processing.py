"""Uploads of any kind become a clean, small image, or an error message."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from blog.images import processing


def image(kind: str, size: tuple[int, int] = (80, 60), mode: str = "RGB", **options) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 128 if mode == "L" else None).save(out, kind, **options)
    return out.getvalue()


def portrait(content: bytes, name: str = "me.jpg"):
    return processing.process_portrait(SimpleUploadedFile(name, content))


def opened(made) -> Image.Image:
    return Image.open(BytesIO(made.read()))


@pytest.mark.parametrize(
    ("kind", "mode", "ending"),
    [("JPEG", "RGB", "jpg"), ("JPEG", "L", "jpg"), ("JPEG", "CMYK", "jpg"), ("PNG", "RGBA", "png"), ("PNG", "P", "png"),
     ("PNG", "I;16", "png"), ("PNG", "1", "png"), ("WEBP", "RGBA", "webp"), ("GIF", "P", "png"),
     ("AVIF", "RGB", "webp")],
)  # fmt: skip
def test_every_kind_of_image_is_rendered_again(kind, mode, ending):
    made = portrait(image(kind, mode=mode))
    assert made.name.endswith(f".{ending}")
    assert opened(made).format == {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[ending]


def test_the_first_image_of_a_two_image_file_is_used():
    out = BytesIO()
    Image.new("RGB", (40, 30), "red").save(
        out, "MPO", save_all=True, append_images=[Image.new("RGB", (20, 15), "blue")]
    )
    made = opened(portrait(out.getvalue()))
    assert (made.format, made.size) == ("JPEG", (40, 30))
    assert made.getpixel((20, 15))[0] > 200


def test_the_colours_of_an_image_with_a_profile_are_those_that_were_meant():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    plain, meant = portrait(image("PNG")), portrait(image("PNG", icc_profile=profile))
    assert "icc_profile" not in opened(meant).info
    assert opened(portrait(image("PNG", icc_profile=b"no profile"))).size == opened(plain).size


def test_an_image_is_scaled_down_and_keeps_its_shape():
    assert opened(portrait(image("JPEG", (2000, 1000)))).size == (640, 320)
    assert opened(portrait(image("PNG", (10, 20)))).size == (10, 20)


def test_names_are_random():
    names = {portrait(image("PNG"), "../../etc/passwd.png").name for _ in range(3)}
    assert len(names) == 3
    assert not any("passwd" in name or "/" in name for name in names)


def test_a_sideways_photo_is_rotated_and_loses_its_location():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010F] = "A telephone of Ann's"
    exif.get_ifd(0x8825)[1] = "N"  # where
    made = portrait(image("JPEG", (80, 60), exif=exif, comment=b"secret"))
    content = made.read()
    assert Image.open(BytesIO(content)).size == (60, 80)
    assert not Image.open(BytesIO(content)).getexif()
    assert b"telephone" not in content
    assert b"secret" not in content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_data_hidden_behind_an_image_does_not_come_through(kind):
    assert b"hidden" not in portrait(image(kind) + b"hidden words").read()


def test_text_inside_a_png_does_not_come_through():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "hidden words")
    assert b"hidden" not in portrait(image("PNG", pnginfo=info)).read()


def test_an_animated_image_is_refused_with_a_sentence():
    out = BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(ValidationError, match="animated"):
        portrait(out.getvalue())


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", b"<html><script>x</script></html>", b"", b"\0" * 99,
     image("BMP"), image("TIFF")],
    ids=["svg", "html", "nothing", "zeros", "bmp", "tiff"],
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(content):
    with pytest.raises(ValidationError, match="JPEG, PNG, WebP, AVIF or GIF"):
        portrait(content, "me.png")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_broken_image_is_refused_with_a_sentence(kind):
    content = image(kind, (300, 300))
    with pytest.raises(ValidationError):
        portrait(content[: len(content) // 2])


def png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [8_001, 10_000, 50_000])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(side):
    with pytest.raises(ValidationError, match="too many pixels"):
        portrait(png_claiming(side, side))


def test_a_file_of_more_than_fifteen_megabytes_is_refused_unread():
    with pytest.raises(ValidationError, match="15 MB"):
        portrait(b"\0" * (processing.MAX_BYTES + 1))
