// The issue codes of images.
import { fix, flag, type IssueKind, reject } from '../define/issue-kind.ts';

export const IMAGE_ISSUES = {
  'image.corrupt': reject('accuracy', 'The image cannot be decoded.', 'Export it again from its source.'),
  'image.truncated': reject(
    'completeness',
    'The image file is truncated.',
    'Upload it again; a transfer was interrupted.',
  ),
  'image.too-many-pixels': reject(
    'consistency',
    'The image exceeds the limit on the number of pixels.',
    'Resize it and upload it again.',
  ),
  'image.animated': reject(
    'consistency',
    'The file contains more than one image.',
    'Export its frames as separate images.',
  ),
  'image.repaired': flag(
    'accuracy',
    'The image file has faults that its decoder passed over; the picture is whole.',
    'No action needed; export it again if other programs refuse it.',
  ),
  'image.blurry': flag('accuracy', 'The image is blurry.', 'Replace it with a sharper image.'),
  'image.dark': flag('accuracy', 'The image is underexposed (very dark).', 'Replace or brighten it.'),
  'image.light': flag('accuracy', 'The image is overexposed (very bright).', 'Replace or darken it.'),
  'image.low-information': flag(
    'completeness',
    'The image contains almost no information.',
    'Check whether it belongs in the dataset.',
  ),
  'image.near-uniform': flag(
    'completeness',
    'Almost all pixels of the image have the same brightness.',
    'Check whether it belongs in the dataset.',
  ),
  'image.no-common-subject': flag(
    'consistency',
    'The image does not show the common subject of the dataset.',
    'Check whether it belongs in the dataset, crop it to its subject, or change the rule in dataset.yaml (rules: image.no-common-subject).',
  ),
  'image.odd-size': flag(
    'consistency',
    'The image is much smaller or larger than the images of the dataset should be.',
    'Replace it, or change the thresholds in dataset.yaml (rules: image.odd-size).',
  ),
  'image.odd-aspect': flag(
    'consistency',
    'The image has an extreme aspect ratio.',
    'Crop it, or lower the threshold in dataset.yaml (rules: image.odd-aspect).',
  ),
  'image.grey': flag(
    'consistency',
    'The image is greyscale, but the dataset is in colour.',
    'Replace it with a colour version, or make the dataset greyscale (image.channels: 1).',
  ),
  'image.noisy': flag('accuracy', 'The image is noisy.', 'Let the rule denoise it (action: fix), or replace it.'),
  'image.first-page': fix(
    'consistency',
    'The file contains several pictures (pages of TIFF, frames of GIF).',
    'No action needed: the first is used.',
  ),
  'image.orientation': fix(
    'consistency',
    'The image is rotated (EXIF orientation).',
    'No action needed: it is turned upright.',
  ),
  'image.channels': fix(
    'consistency',
    'The colour channels of the image differ from the dataset.',
    'No action needed: it is converted.',
  ),
  'image.transparent': fix(
    'consistency',
    'The image has transparent pixels.',
    'No action needed: it is placed on a white background.',
  ),
  'image.other-size': fix(
    'consistency',
    'The size of the image differs from the dataset.',
    'No action needed: it is resized.',
  ),
} as const satisfies Record<`image.${string}`, IssueKind>;
