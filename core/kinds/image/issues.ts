// What can be wrong with an image.
import { fix, flag, type IssueKind, reject } from '../define/issue-kind.ts';

export const IMAGE_ISSUES = {
  'image.corrupt': reject('accuracy', 'The image cannot be decoded.', 'Export it again from its source.'),
  'image.truncated': reject('completeness', 'The image is cut short.', 'Upload it again; a transfer was cut off.'),
  'image.too-many-pixels': reject(
    'consistency',
    'The image has more pixels than are decoded.',
    'Scale it down and upload it again.',
  ),
  'image.animated': reject(
    'consistency',
    'The file holds more than one picture.',
    'Export its frames as single images.',
  ),
  'image.blurry': flag('accuracy', 'The image is blurry.', 'Replace it with a sharper one.'),
  'image.dark': flag('accuracy', 'The image is very dark.', 'Replace it or brighten it.'),
  'image.light': flag('accuracy', 'The image is very light.', 'Replace it or darken it.'),
  'image.low-information': flag(
    'completeness',
    'The image shows almost nothing.',
    'Check whether it belongs in the dataset.',
  ),
  'image.near-uniform': flag(
    'completeness',
    'Almost all of the image has one tone.',
    'Check whether it belongs in the dataset.',
  ),
  'image.odd-size': flag(
    'consistency',
    'The image is far smaller or larger than the dataset wants.',
    'Replace it, or widen the bounds in dataset.yaml.',
  ),
  'image.odd-aspect': flag(
    'consistency',
    'The image is far wider than high, or higher than wide.',
    'Crop it, or lower the bound in dataset.yaml.',
  ),
  'image.grey': flag(
    'consistency',
    'The image is grey in a dataset of colour.',
    'Replace it by its colour version, or make the dataset grey (image.channels: 1).',
  ),
  'image.noisy': flag('accuracy', 'The image is noisy.', 'Let the rule filter it (action: fix), or replace it.'),
  'image.orientation': fix('consistency', 'The image lay on its side, as its camera noted.', 'Nothing: it was turned.'),
  'image.channels': fix('consistency', 'The image had other channels than the dataset.', 'Nothing: it was converted.'),
  'image.transparent': fix('consistency', 'The image was transparent.', 'Nothing: it was put on white.'),
  'image.other-size': fix('consistency', 'The image had another size than the dataset.', 'Nothing: it was resized.'),
} as const satisfies Record<`image.${string}`, IssueKind>;
