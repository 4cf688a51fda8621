// What can be wrong with an image.
import { flag, type IssueKind, reject } from '../issue-kind.ts';

export const IMAGE_ISSUES = {
  'image.corrupt': reject('accuracy', 'The image cannot be decoded.', 'Export it again from its source.'),
  'image.truncated': reject('completeness', 'The image is cut short.', 'Upload it again; a transfer was cut off.'),
  'image.too-many-pixels': reject('consistency', 'The image has more pixels than are decoded.', 'Scale it down.'),
  'image.animated': reject('consistency', 'The file holds more than one picture.', 'Export single frames.'),
  'image.blurry': flag('accuracy', 'The image is blurry.', 'Replace it with a sharper one.'),
  'image.dark': flag('accuracy', 'The image is very dark.', 'Replace it or brighten it.'),
  'image.light': flag('accuracy', 'The image is very light.', 'Replace it or darken it.'),
  'image.low-information': flag(
    'completeness',
    'The image shows almost nothing.',
    'Check whether it belongs in the dataset.',
  ),
} as const satisfies Record<`image.${string}`, IssueKind>;
