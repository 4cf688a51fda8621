"""Makes pictures of every mode and sounds of every codec, and compares what another program decoded with Pillow and FFmpeg."""
import json
import math
import pathlib
import sys

import av
import numpy as np
import soundfile
from PIL import Image, ImageCms, ImageOps
from pillow_heif import register_heif_opener

from pyav_sound import write_sound

register_heif_opener()

FOLDER, STEP = pathlib.Path(sys.argv[1]), sys.argv[2]
WIDTH, HEIGHT = 96, 64
RATE, SECONDS = 16_000, 1.0
TURNED = 0x0112


def make_pictures() -> None:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    red, green = x * 255 // (WIDTH - 1), y * 255 // (HEIGHT - 1)
    blue = (np.sin(x / 9) * np.cos(y / 7) + 1) * 127
    rgb = Image.fromarray(np.dstack([red, green, blue]).astype("uint8"))
    grey = rgb.convert("L")
    alpha = Image.fromarray(((x + y) % 256).astype("uint8"))
    rgba, la, palette = rgb.copy(), grey.copy(), rgb.quantize(64)
    rgba.putalpha(alpha)
    la.putalpha(alpha)
    deep = Image.fromarray(np.asarray(grey).astype("uint16") * 257)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    def save(name: str, image: Image.Image, **options) -> None:
        image.save(FOLDER / name, **options)

    for name, image in {"1": rgb.convert("1"), "L": grey, "LA": la, "P": palette, "RGB": rgb, "RGBA": rgba, "I16": deep}.items():
        save(f"{name}.png", image)
    save("P-one-transparent.png", palette, transparency=5)
    save("P-transparent.png", palette, transparency=bytes((i * 4) % 256 for i in range(64)))
    save("RGB-icc.png", rgb, icc_profile=profile)
    save("enlarged.png", rgb.resize((24, 16)))
    for name, image in {"L": grey, "RGB": rgb, "CMYK": rgb.convert("CMYK")}.items():
        save(f"{name}.jpg", image, quality=95)
    save("large.jpg", rgb.resize((900, 1200)), quality=95)
    for name, image in {"RGB": rgb, "RGBA": rgba}.items():
        save(f"{name}.webp", image, lossless=True)
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        save(f"RGB-{compression}.tiff", rgb, compression=compression)
    for name, image in {"1": rgb.convert("1"), "L": grey, "P": palette, "CMYK": rgb.convert("CMYK"), "RGBA": rgba, "I16": deep}.items():
        save(f"{name}.tiff", image)
    for name, image in {"1": rgb.convert("1"), "L": grey, "P": palette, "RGB": rgb}.items():
        save(f"{name}.bmp", image)
    save("P.gif", palette)
    save("RGB.ppm", rgb)
    save("L.pgm", grey)
    save("RGB-420.avif", rgb, quality=95)
    save("RGB-444.avif", rgb, quality=95, subsampling="4:4:4")
    save("RGB.heic", rgb, quality=95)
    save("RGBA.heic", rgba, quality=95)
    for turn in range(1, 9):
        exif = Image.Exif()
        exif[TURNED] = turn
        save(f"turned-{turn}.jpg", rgb, exif=exif.tobytes(), quality=95)
        save(f"turned-{turn}.png", rgb, exif=exif.tobytes())
        save(f"turned-{turn}.webp", rgb, exif=exif.tobytes(), lossless=True)
        save(f"turned-{turn}.heic", rgb, exif=exif.tobytes(), quality=95)


SOUNDS = {
    "s16.wav": ("wav", "pcm_s16le"),
    "u8.wav": ("wav", "pcm_u8"),
    "s24.wav": ("wav", "pcm_s24le"),
    "s32.wav": ("wav", "pcm_s32le"),
    "f32.wav": ("wav", "pcm_f32le"),
    "mulaw.wav": ("wav", "pcm_mulaw"),
    "alaw.wav": ("wav", "pcm_alaw"),
    "adpcm-ms.wav": ("wav", "adpcm_ms"),
    "adpcm-ima.wav": ("wav", "adpcm_ima_wav"),
    "s16.aiff": ("aiff", "pcm_s16be"),
    "s24.aiff": ("aiff", "pcm_s24be"),
    "f32.caf": ("caf", "pcm_f32le"),
    "s16.au": ("au", "pcm_s16be"),
    "s16.w64": ("w64", "pcm_s16le"),
    "a.flac": ("flac", "flac"),
    "layer2.mp2": ("mp2", "mp2"),
    "layer3.mp3": ("mp3", "libmp3lame"),
    "vorbis.ogg": ("libsndfile", "VORBIS"),
    "opus.opus": ("libsndfile", "OPUS"),
}
# Opus decodes to this rate, whatever it was given.
RATES = {"opus.opus": 48_000}


def make_sound(name: str, container: str, codec: str) -> None:
    rate = RATES.get(name, RATE)
    time = np.arange(int(rate * SECONDS)) / rate
    tone = (0.5 * np.sin(2 * math.pi * (440 + 200 * time) * time) * 32767).astype("int16")
    if container == "libsndfile":
        soundfile.write(FOLDER / name, tone, rate, format="OGG", subtype=codec)
        return
    write_sound(str(FOLDER / name), tone, container, codec, rate)


def picture_error(name: str, width: int, height: int) -> float:
    """Mean difference of the channels, of 255, after the same resize."""
    image = Image.open(FOLDER / name)
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image) // 257).astype("uint8"))
    if "A" in image.mode or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image)
        image = white
    theirs = np.asarray(image.convert("RGB").resize((width, height), Image.LANCZOS)).astype(float)
    ours = np.frombuffer((FOLDER / f"{name}.rgb").read_bytes(), "uint8").reshape(height, width, 3)
    return float(np.abs(theirs - ours).mean())


def sound_error(name: str) -> float:
    """Root of the mean square of the differences, where samples reach from -1 to 1. Both begin at the first sample."""
    pieces = []
    with av.open(str(FOLDER / name)) as source:
        for frame in source.decode(audio=0):
            values = frame.to_ndarray()
            if values.dtype.kind == "f":
                scaled = values.astype(float)
            elif values.dtype == np.uint8:
                scaled = values / 128 - 1
            else:
                scaled = values / 2.0 ** (8 * values.dtype.itemsize - 1)
            pieces.append(scaled.reshape(-1))
    theirs = np.concatenate(pieces)
    ours = np.frombuffer((FOLDER / f"{name}.f32").read_bytes(), "float32").astype(float)
    length = min(len(ours), len(theirs))
    if abs(len(ours) - len(theirs)) > 0.1 * len(theirs):
        return 1.0
    return float(np.sqrt(np.mean((ours[:length] - theirs[:length]) ** 2)))


if STEP == "make":
    make_pictures()
    pictures = sorted(path.name for path in FOLDER.iterdir())
    for sound, (container, codec) in SOUNDS.items():
        make_sound(sound, container, codec)
    print(json.dumps({"pictures": pictures, "sounds": list(SOUNDS)}))
else:
    asked = json.loads((FOLDER / "asked.json").read_text())
    print(
        json.dumps(
            {
                "pictures": {name: picture_error(name, asked["width"], asked["height"]) for name in asked["pictures"]},
                "sounds": {name: sound_error(name) for name in asked["sounds"]},
            }
        )
    )
