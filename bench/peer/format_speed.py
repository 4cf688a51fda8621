"""Makes a file of each format, and measures the CPU time in which Pillow, PyAV, imagecodecs and pandas read it."""
import io
import json
import math
import pathlib
import resource
import subprocess
import sys

import av
import fastavro
import imagecodecs
import numpy as np
import pandas as pd
import pillow_heif
import pyarrow as pa
from PIL import Image, ImageOps

from pyav_sound import write_sound

FOLDER, STEP, KIND = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
# A phone's photo, a voice memo, a year's orders of a shop.
WIDTH, HEIGHT = 4032, 3024
RATE, SECONDS = 44_100, 180
ROWS = 50_000
pillow_heif.register_heif_opener()


def make_pictures() -> list[str]:
    random = np.random.default_rng(1)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    planes = [x * 255 // WIDTH, y * 255 // HEIGHT, (np.sin(x / 90) * np.cos(y / 70) + 1) * 120]
    pixels = np.clip(np.dstack(planes) + random.normal(0, 4, (HEIGHT, WIDTH, 3)), 0, 255).astype("uint8")
    image = Image.fromarray(pixels)
    for name, options in {
        "a.jpg": {"quality": 90},
        "a.png": {},
        "a.webp": {"quality": 90},
        "a.heic": {"quality": 90},
        "a.avif": {"quality": 80},
        "a.tiff": {"compression": "tiff_lzw"},
        "a.gif": {},
        "a.bmp": {},
        "a.ppm": {},
    }.items():
        image.save(FOLDER / name, **options)
    (FOLDER / "a.jxl").write_bytes(imagecodecs.jpegxl_encode(pixels, level=90))
    return ["a.jpg", "a.png", "a.webp", "a.heic", "a.avif", "a.tiff", "a.gif", "a.bmp", "a.ppm", "a.jxl"]


SOUNDS = {
    "aac.m4a": ("ipod", "aac", RATE),
    "alac.m4a": ("ipod", "alac", RATE),
    "a.aac": ("adts", "aac", RATE),
    "a.webm": ("webm", "libopus", 48_000),
    "a.amr": ("amr", "libopencore_amrnb", 8_000),
    "a.flac": ("flac", "flac", RATE),
    "a.mp3": ("mp3", "libmp3lame", RATE),
    "a.aiff": ("aiff", "pcm_s16be", RATE),
    "a.wav": ("wav", "pcm_s16le", RATE),
}


def make_sound(name: str, container: str, codec: str, rate: int, seconds: int = SECONDS) -> None:
    """A tone that rises and falls, with noise as a microphone has it."""
    time = np.arange(rate * seconds) / rate
    noise = np.random.default_rng(3).normal(0, 0.02, len(time))
    tone = ((0.4 * np.sin(2 * math.pi * 440 * time + 20 * np.sin(time)) + noise) * 32767).astype("int16")
    write_sound(str(FOLDER / name), tone, container, codec, rate)


def make_tables() -> list[str]:
    random = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "id": np.arange(ROWS),
            "region": random.choice(["north", "south", "east", "west"], ROWS),
            "units": random.integers(0, 1000, ROWS),
            "price": random.random(ROWS).round(4) * 100,
            "day": pd.date_range("2000-01-01", periods=ROWS, freq="h").astype(str),
        }
    )
    frame.to_excel(FOLDER / "t.xlsx", index=False)
    frame.head(ROWS // 10).to_excel(FOLDER / "t.ods", index=False, engine="odf")
    frame.to_feather(FOLDER / "t.feather")
    frame.to_html(FOLDER / "t.xls", index=False)
    for end in ("csv.gz", "csv.bz2", "csv.xz", "csv.zst"):
        frame.to_csv(FOLDER / f"t.{end}", index=False)
    table = pa.Table.from_pandas(frame)
    with pa.OSFile(str(FOLDER / "t.arrows"), "wb") as out, pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    fields = [("id", "long"), ("region", "string"), ("units", "long"), ("price", "double"), ("day", "string")]
    schema = {"type": "record", "name": "t", "fields": [{"name": name, "type": kind} for name, kind in fields]}
    with open(FOLDER / "t.avro", "wb") as out:
        fastavro.writer(out, schema, frame.to_dict("records"), codec="deflate")
    return sorted(path.name for path in FOLDER.glob("t.*"))


def read_picture(path: pathlib.Path) -> None:
    if path.suffix == ".jxl":
        ImageOps.fit(Image.fromarray(imagecodecs.jpegxl_decode(path.read_bytes())), (256, 256))
    else:
        ImageOps.fit(Image.open(path).convert("RGB"), (256, 256))


def read_sound(path: pathlib.Path) -> None:
    with av.open(str(path)) as source:
        for frame in source.decode(audio=0):
            frame.to_ndarray()


def read_table(path: pathlib.Path) -> None:
    if path.suffix == ".xlsx":
        pd.read_excel(path)
    elif path.suffix == ".ods":
        pd.read_excel(path, engine="odf")
    elif path.suffix == ".feather":
        pd.read_feather(path)
    elif path.suffix == ".arrows":
        pa.ipc.open_stream(pa.memory_map(str(path))).read_pandas()
    elif path.suffix == ".avro":
        with open(path, "rb") as source:
            pd.DataFrame.from_records(fastavro.reader(source))
    elif path.suffix == ".xls":
        pd.read_html(io.StringIO(path.read_text()))
    else:
        pd.read_csv(path)


def clock() -> float:
    """User and system time of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def cpu_seconds(read, path: pathlib.Path) -> float:
    """The least of three runs."""
    times = []
    for _ in range(3):
        start = clock()
        read(path)
        times.append(clock() - start)
    return min(times)


def make_sounds() -> list[str]:
    for sound, facts in SOUNDS.items():
        make_sound(sound, *facts)
    return list(SOUNDS)


MAKE = {"pictures": make_pictures, "sounds": make_sounds, "tables": make_tables}
READ = {"pictures": read_picture, "sounds": read_sound, "tables": read_table}
if STEP == "make":
    print(json.dumps(MAKE[KIND]()))
elif STEP == "start":
    make_sound("short.m4a", "ipod", "aac", RATE, 1)
    code = f"import av\nwith av.open({str(FOLDER / 'short.m4a')!r}) as source:\n    [frame.to_ndarray() for frame in source.decode(audio=0)]"
    subprocess.run([sys.executable, "-c", code], check=True)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"file": "short.m4a", "cpuSeconds": usage.ru_utime + usage.ru_stime}))
else:
    print(json.dumps({name: cpu_seconds(READ[KIND], FOLDER / name) for name in json.loads(sys.argv[4])}))
