// The closed list of everything that can be wrong with dropped data: each code with its meaning and the remedy.
import { AUDIO_ISSUES } from './audio/issues.ts';
import type { Issue } from './define/issue.ts';
import { flag, type IssueKind, reject } from './define/issue-kind.ts';
import { IMAGE_ISSUES } from './image/issues.ts';
import { TABLE_ISSUES } from './table/issues.ts';
import { TEXT_ISSUES } from './text/issues.ts';

export const ISSUES = {
  'upload.empty': reject(
    'completeness',
    'The file is empty.',
    'Upload it again; the previous upload may have been interrupted.',
  ),
  'upload.too-large': reject('consistency', 'The file exceeds the size limit.', 'Split it into smaller files.'),
  'upload.type-not-allowed': reject(
    'consistency',
    'The content of the file is not of a type that this dataset accepts.',
    'Convert it to an accepted type, or leave it out. The content decides, not the file name.',
  ),
  'upload.superseded': reject(
    'timeliness',
    'The file was overwritten by a newer version before it was read.',
    'No action needed: the newer version is used.',
  ),
  'upload.outside-dataset': reject(
    'consistency',
    'The object key does not start with a dataset name.',
    'Upload it under <dataset>/; a dataset name consists of a-z, 0-9 and -.',
  ),
  'upload.litter': reject(
    'consistency',
    'The file is one that an operating system or a tool writes of its own; it contains no data.',
    'No action needed. Remove it from the bucket if you like.',
  ),
  'upload.notes': reject(
    'consistency',
    'The file describes data and holds none (README, LICENSE).',
    'No action needed. To take it as a text, set "kind: text" in dataset.yaml of a new dataset; to take it as a table, name it .csv.',
  ),
  'upload.sidecar': reject(
    'accuracy',
    'The sidecar file cannot be read, so its labels are not used.',
    'Correct the line shown and upload it again.',
  ),
  'archive.unsafe-name': reject(
    'consistency',
    'An entry of the archive has an unsafe path: it is absolute or contains "..".',
    'Create the archive again with relative paths.',
  ),
  'archive.too-many-entries': reject(
    'consistency',
    'The archive exceeds the limit on the number of entries.',
    'Split it into several archives.',
  ),
  'archive.too-large': reject(
    'consistency',
    'The unpacked archive exceeds the size limit.',
    'Split it into several archives.',
  ),
  'archive.ratio': reject(
    'consistency',
    'The compression ratio of an entry exceeds the limit, as in a zip bomb.',
    'Remove the entry from the archive, or upload it as a file of its own.',
  ),
  'archive.corrupt': reject('accuracy', 'The archive cannot be read.', 'Create the archive again.'),
  'archive.encrypted': reject(
    'consistency',
    'The archive is encrypted.',
    'Create the archive again without a password.',
  ),
  'archive.no-items': reject('completeness', 'The archive contains no file.', 'Check which folder was packed.'),
  'archive.compression': reject(
    'consistency',
    'The entry is packed by a compression method that is not read.',
    'Create the archive again with Deflate, the method that every program has.',
  ),
  'archive.not-a-file': reject(
    'consistency',
    'The entry of the archive is no file with its data.',
    'Create the archive again with the files themselves: without links, and without tar -S.',
  ),
  'archive.lake': reject(
    'consistency',
    'The archive is a Delta, Iceberg or Hudi table, and not all of its files belong to its newest version.',
    'Unpack it. Delta and Iceberg are read by `goldpan put FOLDER`, which knows the log of one and the metadata of the other; write a Hudi table as Parquet with Spark.',
  ),
  'archive.litter': flag(
    'consistency',
    'The archive or folder contains files that an operating system or a tool wrote of its own.',
    'No action needed: they are ignored.',
  ),
  'archive.repeated-name': flag(
    'consistency',
    'The archive contains several entries with the same name.',
    'No action needed: the last one counts, and the earlier ones are ignored.',
  ),
  'archive.name-encoding': flag(
    'consistency',
    'Names in the archive are not in UTF-8, so their code page was inferred.',
    'Look at the labels. If they are wrong, create the archive again with UTF-8 names.',
  ),
  'layout.split-folders': flag(
    'consistency',
    'The files lie in folders that are named after splits (train, val, test).',
    'With "split: folders" in dataset.yaml these are the splits, and the class folder beside them is the label; for a new dataset, this is proposed. Otherwise items are split by their content, and the label is the immediate parent folder.',
  ),
  'layout.lake': flag(
    'consistency',
    'The folder is a table of a data lake.',
    'No action needed: what belongs to its newest version is read.',
  ),
  'layout.arrays': flag(
    'consistency',
    'The file is an array of pictures, as data for machine learning is published (IDX, CIFAR, NumPy).',
    'No action needed: its pictures are taken as PNG with the same pixels, in folders named after their labels.',
  ),
  'layout.bundle': flag(
    'consistency',
    'The file bundles pictures or sounds with their facts, as data for machine learning is published (WebDataset, Hugging Face).',
    'No action needed: its pictures or sounds are taken as they are, in folders named after their labels; captions are kept and exported again, other facts are ignored.',
  ),
  'layout.facts-beside': flag(
    'consistency',
    'Files beside the pictures or sounds say what these are: their class, a caption, a transcript or other facts.',
    'No action needed: classes become labels, as folders with their names; captions and transcripts are kept as facts of the items and exported again; other facts are ignored.',
  ),
  'layout.export': flag(
    'consistency',
    'The folder or archive was exported by goldpan.',
    'No action needed: its items are taken, and the files that describe them are ignored.',
  ),
  'layout.webdataset': flag(
    'consistency',
    'The archive has classes (.cls), captions (.txt) or other facts beside the pictures or sounds, as WebDataset has them.',
    'The pictures or sounds are taken without them. Put the tar, or the unpacked folder, with `goldpan put`, which reads the labels and keeps the captions.',
  ),
  'layout.yolo': flag(
    'consistency',
    'The files are laid out as YOLO has them: pictures in images/, boxes of objects in labels/.',
    'No action needed: the pictures are taken, and the files with boxes and class names are ignored.',
  ),
  'layout.pascal-voc': flag(
    'consistency',
    'The files are laid out as Pascal VOC has them: pictures, and boxes of objects as XML in Annotations/ or right beside them.',
    'No action needed: the pictures are taken, and the files with boxes and the lists of names are ignored.',
  ),
  'layout.coco': flag(
    'consistency',
    'The files are laid out as COCO has them: pictures beside JSON files with annotations.',
    'No action needed: the pictures are taken, and the annotations are ignored.',
  ),
  'layout.masks': flag(
    'consistency',
    'Pictures in a folder of masks, or named as masks, have the names of other pictures: they say which pixel belongs to what.',
    'No action needed: the masks are ignored. Put their folder on its own where a model shall draw masks.',
  ),
  'layout.notes': flag(
    'consistency',
    'Files that describe data and hold none lie beside it (README and LICENSE, lists of classes and splits, what phones and programs write beside photos).',
    'No action needed: they are ignored.',
  ),
  'label.spelling': flag(
    'consistency',
    'Labels differ only by case, width, spaces or the form of their accents.',
    'No action needed: they are one class, under the spelling that most items have.',
  ),
  'item.duplicate': reject(
    'consistency',
    'The dataset already contains the same content.',
    'No action needed: one copy is kept.',
  ),
  'item.near-duplicate': flag(
    'consistency',
    'The dataset already contains almost the same content.',
    'Keep the best copy and remove the others, or let the rule do so (action: reject).',
  ),
  'item.outlier': flag(
    'accuracy',
    'The item is an outlier: it differs strongly from all the others.',
    'Look at it. If it does not belong to the dataset, remove it; if it does, add more items like it.',
  ),
  'item.synthetic': flag(
    'accuracy',
    'The item is an output of a model of this dataset: a model that learns from its own outputs loses variety.',
    'Remove it if it was not meant to be there. Those that stay are at most the share that the rule allows, and none is used for evaluation.',
  ),
  'item.personal-data': flag(
    'consistency',
    'The item contains personal data.',
    'Let the rule mask the personal data (action: fix), or leave the item out.',
  ),
  'item.no-license': flag(
    'completeness',
    'The item has no licence.',
    'Set license in dataset.yaml, or a licence for each item in the sidecar file.',
  ),
  'item.no-label': flag(
    'completeness',
    'The item has no label, but other items of the dataset do.',
    'Upload it in the folder of its class, or add its label to the sidecar file or label column.',
  ),
  'config.unknown-key': reject(
    'consistency',
    'dataset.yaml contains an unknown key.',
    'Correct or remove the key. The previous configuration stays in force.',
  ),
  'config.invalid': reject(
    'consistency',
    'dataset.yaml contains a value that is not allowed.',
    'Correct the value. The previous configuration stays in force.',
  ),
  'config.syntax': reject(
    'accuracy',
    'dataset.yaml is not valid YAML.',
    'Correct the line shown. The previous configuration stays in force.',
  ),
  ...IMAGE_ISSUES,
  ...TABLE_ISSUES,
  ...TEXT_ISSUES,
  ...AUDIO_ISSUES,
} as const satisfies Record<string, IssueKind>;

export type IssueCode = keyof typeof ISSUES;
/** Returns a sentence for people: what is wrong, where, what was given, what is allowed, and what to do. */
export function describeIssue({ code, place, given, allowed, remedy }: Issue): string {
  const { sentence } = ISSUES[code];
  const where = [place.path, place.line === undefined ? undefined : `line ${place.line}`, place.column, place.key];
  const facts = [
    given === undefined ? undefined : `given: ${given}`,
    allowed === undefined ? undefined : `allowed: ${allowed}`,
  ];
  const at = where.filter((part) => part !== undefined).join(', ');
  const detail = facts.filter((part) => part !== undefined).join('; ');
  return `${at ? `${at}: ` : ''}${sentence}${detail ? ` (${detail})` : ''} ${remedy ?? ISSUES[code].remedy}`;
}
