"""Loads exported datasets as people do, and counts the items that are what the snapshot has."""
import collections
import glob
import hashlib
import io
import json
import os
import sys
import tempfile
import wave


def with_ffmpeg():
    """torchcodec wants FFmpeg's libraries by their usual names; those that PyAV brings have others."""
    if os.environ.get('GOLDPAN_FFMPEG'):
        return
    import av

    folder = tempfile.mkdtemp()
    libraries = os.path.join(os.path.dirname(os.path.dirname(av.__file__)), 'av.libs')
    for path in glob.glob(os.path.join(libraries, '*')):
        name = os.path.basename(path)
        os.symlink(path, os.path.join(folder, name))
        if name.startswith(('libav', 'libsw')):
            start, version = name.split('.so.')
            os.symlink(path, os.path.join(folder, f"{start.split('-')[0]}.so.{version.split('.')[0]}"))
    os.environ.update(GOLDPAN_FFMPEG=folder, LD_LIBRARY_PATH=folder)
    os.execv(sys.executable, [sys.executable, *sys.argv])


with_ffmpeg()
os.environ['HF_DATASETS_OFFLINE'] = '1'

import duckdb  # noqa: E402
import numpy  # noqa: E402
import pandas  # noqa: E402
import webdataset  # noqa: E402
from datasets import Audio, Image, disable_progress_bars, load_dataset  # noqa: E402
from PIL import Image as Pillow  # noqa: E402
from torchvision.datasets import ImageFolder  # noqa: E402

disable_progress_bars()
ROOT = sys.argv[1]
TRUTH = json.load(open(os.path.join(ROOT, 'truth.json')))
CACHE = os.path.join(ROOT, 'cache')
SPLITS = ('train', 'validation', 'test')


def path_of(*names):
    return os.path.join(ROOT, *names)


def digest(data):
    return hashlib.sha256(data).hexdigest()


def pixels_of(picture):
    return digest(numpy.asarray(picture).astype('uint8').tobytes())


def samples_of(decoder):
    samples = decoder.get_all_samples().data.numpy()
    return digest(numpy.round(samples * 32768).astype('<i2').tobytes())


def wave_of(data):
    with wave.open(io.BytesIO(data)) as sound:
        return digest(sound.readframes(sound.getnframes()))


def equal(kind, found):
    """The items of which every fact that the loader gives is that of the snapshot; each counts once."""
    whole = set()
    for item_id, facts in found:
        truth = TRUTH[kind]['items'].get(item_id)
        if truth and all(truth[name] == value for name, value in facts.items()):
            whole.add(item_id)
    return len(whole)


def loaded(kind, what, name_of_label=lambda dataset, label: label, cast=None, **options):
    column, measure = ('image', pixels_of) if kind == 'images' else ('audio', samples_of)
    splits = load_dataset(what, cache_dir=CACHE, **options)
    if cast:
        splits = splits.cast_column(column, cast())
    found = []
    for split, dataset in splits.items():
        for row in dataset:
            facts = {'split': split, 'content': measure(row[column]), 'label': name_of_label(dataset, row['label'])}
            if kind == 'sounds':
                facts['text'] = row['text']
            found.append((row['id'], facts))
    return equal(kind, found)


def class_name(dataset, label):
    return None if label is None else dataset.features['label'].int2str(label)


def tars(kind):
    extension, measure = ('png', lambda data: pixels_of(Pillow.open(io.BytesIO(data)))) if kind == 'images' else ('wav', wave_of)
    names = sorted({item['label'] for item in TRUTH[kind]['items'].values() if item['label'] is not None})
    found = []
    for split in SPLITS:
        for item in webdataset.WebDataset(sorted(glob.glob(path_of(kind, 'webdataset', f'{split}*.tar'))), shardshuffle=False):
            label = names[int(item['cls'])] if 'cls' in item else None
            facts = {'split': split, 'content': measure(item[extension]), 'label': label}
            if kind == 'sounds':
                facts['text'] = item['txt'].decode()
            found.append((item['__key__'].split('/')[-1], facts))
    return equal(kind, found)


def image_folders():
    """torchvision knows folders only: an item is told by the start of its id in its name, and those without a class are left out."""
    ids = {item_id[:16]: item_id for item_id in TRUTH['images']['items']}
    found = []
    for split in SPLITS:
        if not glob.glob(path_of('images', 'folder', split, '*/')):
            continue
        dataset = ImageFolder(path_of('images', 'folder', split))
        for place, (path, _) in enumerate(dataset.samples):
            picture, label = dataset[place]
            item_id = ids[path.rsplit('-', 1)[1].split('.')[0]]
            name = TRUTH['images']['folders'][dataset.classes[label]]
            # It turns every picture into colours.
            found.append((item_id, {'split': split, 'content': pixels_of(picture.convert('L')), 'label': name}))
    return equal('images', found)


def rows_equal(kind, read):
    """`read`: the rows of a split as lists. Each row counts as often as the snapshot has it."""
    count = 0
    for split in SPLITS:
        truth = collections.Counter(json.dumps([plain(value) for value in row]) for row in TRUTH[kind]['rows'][split])
        found = collections.Counter(json.dumps([plain(value) for value in row]) for row in read(split))
        count += (truth & found).total()
    return count


def plain(value):
    """A value in one form: days as texts, numbers without needless places, those beyond 53 bits by their digits."""
    if isinstance(value, (numpy.integer, numpy.floating)):
        value = value.item()
    if hasattr(value, 'isoformat'):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, int) and abs(value) >= 2**53 else value


def files(kind, extension, read):
    def of(split):
        return [row for path in sorted(glob.glob(path_of(kind, extension, f'{split}*.{extension}'))) for row in read(path)]

    return of


def frame_rows(frame, kind):
    return frame[TRUTH[kind]['columns']].values.tolist()


def table_checks(kind):
    columns = ', '.join(f'"{name}"' for name in TRUTH[kind]['columns'])
    readers = {'csv': pandas.read_csv, 'jsonl': lambda path: pandas.read_json(path, lines=True, dtype=False, convert_dates=False), 'parquet': pandas.read_parquet}
    for extension, read in readers.items():
        yield f'{kind}, {extension}, pandas', rows_equal(kind, files(kind, extension, lambda path: frame_rows(read(path), kind)))
        query = lambda path: duckdb.sql(f"select {columns} from '{path}'").fetchall()  # noqa: E731
        yield f'{kind}, {extension}, DuckDB', rows_equal(kind, files(kind, extension, query))
    splits = load_dataset(path_of(kind, 'parquet'), cache_dir=CACHE)
    yield f'{kind}, parquet, datasets', rows_equal(kind, lambda split: [[row[name] for name in TRUTH[kind]['columns']] for row in splits[split]])


def checks():
    yield 'images, folder, imagefolder of datasets', loaded('images', 'imagefolder', data_dir=path_of('images', 'folder'))
    yield 'images, parquet, datasets', loaded('images', path_of('images', 'parquet'), cast=Image)
    yield 'images, huggingface, datasets', loaded('images', path_of('images', 'huggingface'), class_name)
    yield 'images, webdataset', tars('images')
    yield 'images with a label, folder, ImageFolder of torchvision', image_folders()
    yield 'sounds, folder, audiofolder of datasets', loaded('sounds', 'audiofolder', data_dir=path_of('sounds', 'folder'))
    yield 'sounds, parquet, datasets', loaded('sounds', path_of('sounds', 'parquet'), cast=Audio)
    yield 'sounds, huggingface, datasets', loaded('sounds', path_of('sounds', 'huggingface'), class_name)
    yield 'sounds, webdataset', tars('sounds')
    yield from table_checks('rows')
    yield from table_checks('texts')


print(json.dumps(dict(checks())))
