// Exports each item as a file in a folder of its split and label, with metadata.jsonl in the folder of each split.
import type { Manifest } from '#core/snapshot/messages.ts';
import type { ExportLayout } from './export-layout.ts';
import { itemFacts } from './item-facts.ts';
import { type ExportedContent, itemFiles } from './shard-items.ts';
import type { SnapshotRow } from './snapshot-rows.ts';

const STEM_CHARACTERS = 60;
const ID_CHARACTERS = 16;
const FORBIDDEN = /[/\\:*?"<>|\p{Cc}]/gu;
/** Names that Windows keeps for devices. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

export function folderFiles(manifest: Manifest, content: Exclude<ExportedContent, { type: 'cells' }>): ExportLayout {
  const folders = labelFolders(manifest.labels);
  const { extension } = content;
  // An item without a label is next to the class folders, because a folder of its own would be read as a class.
  const inSplit = (row: SnapshotRow) => {
    const folder = row.label === null ? undefined : folders.get(row.label);
    return `${folder === undefined ? '' : `${folder}/`}${fileName(row)}.${extension}`;
  };
  return {
    paths: ({ split }, rows) => rows.map((row) => `${split}/${inSplit(row)}`),
    files: (data, shard, rows) => itemFiles(data, manifest, shard, rows),
    list: ({ split }, rows) => ({
      path: `${split}/metadata.jsonl`,
      text: rows.map((row) => `${JSON.stringify({ file_name: inSplit(row), ...itemFacts(manifest, row) })}\n`).join(''),
    }),
    about: [
      `Each item is the file \`<split>/<label>/<name>-<start of its id>.${extension}\`, as it is trained on.`,
      '`metadata.jsonl` in the folder of each split has the name, label, id, flags, original path and licence of every item.',
      ...(manifest.captions ? ['Its `text` is the caption or transcript of the item.'] : []),
      'An item without a label lies in the folder of its split.',
    ].join(' '),
    python:
      content.type === 'texts'
        ? "import pandas\nitems = pandas.read_json('train/metadata.jsonl', lines=True, dtype=False)"
        : ['from datasets import load_dataset', `items = load_dataset('${content.column}folder', data_dir='.')`].join(
            '\n',
          ),
  };
}

function fileName({ path, itemId }: SnapshotRow): string {
  const last = path.split('/').at(-1) ?? '';
  const id = `-${itemId.slice(0, ID_CHARACTERS)}`;
  const plain = last.replace(/\.[a-z0-9]{1,5}$/i, '');
  // The name has it already where an export was put again.
  const own = plain.endsWith(id) && plain !== id ? plain.slice(0, -id.length) : plain;
  return `${safeName(own, STEM_CHARACTERS)}${id}`;
}

/** A folder name for each label, that no other one has, also where names are compared without case. */
export function labelFolders(labels: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    labels.map((label) => {
      const name = safeName(label, STEM_CHARACTERS);
      let free = name;
      for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name}-${number}`;
      taken.add(free.toLowerCase());
      return [label, free];
    }),
  );
}

/** A name that every file system takes and that leads nowhere else. */
function safeName(text: string, characters: number): string {
  const clean = Array.from(text.normalize('NFC').toWellFormed().replaceAll(FORBIDDEN, '_'))
    .slice(0, characters)
    .join('')
    .replace(/^[. ]+/, '_')
    .replace(/[. ]+$/, '');
  return clean === '' || DEVICE.test(clean) ? `${clean}_` : clean;
}
