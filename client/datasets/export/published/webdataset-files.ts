// Exports images or sounds as tars of WebDataset: for each item its file, its class as a number (.cls) and its facts (.json).
import { pack } from 'tar-stream';
import type { Manifest } from '#core/snapshot/messages.ts';
import type { ExportLayout } from '../export-layout.ts';
import { itemFacts, shardPath } from '../item-facts.ts';
import { type ExportedContent, itemFiles } from '../shard-items.ts';

const FIRST_TIME = new Date(0);

export function webDatasetFiles(
  manifest: Manifest,
  content: Extract<ExportedContent, { type: 'media' }>,
): ExportLayout {
  const labels = sortedLabels(manifest);
  const { extension } = content;
  const names =
    labels.length > 0 ? ` \`.cls\` is the place of the label among the sorted labels, \`.json\` has its name.` : '';
  return {
    paths: (shard) => [shardPath(manifest, shard, 'tar')],
    async *files(data, shard, rows) {
      const tar = pack();
      const chunks: Buffer[] = [];
      tar.on('data', (chunk: Buffer) => chunks.push(chunk));
      const add = (name: string, bytes: Uint8Array | string) =>
        tar.entry({ name, mtime: FIRST_TIME, mode: 0o644, uid: 0, gid: 0 }, Buffer.from(bytes as string));
      let place = 0;
      for await (const bytes of itemFiles(data, manifest, shard, rows)) {
        const row = rows[place++];
        if (!row) break;
        add(`${row.itemId}.${extension}`, bytes);
        const label = row.label === null ? -1 : labels.indexOf(row.label);
        if (label >= 0) add(`${row.itemId}.cls`, String(label));
        if (row.caption !== null) add(`${row.itemId}.txt`, row.caption);
        add(`${row.itemId}.json`, JSON.stringify(itemFacts(manifest, row)));
      }
      tar.finalize();
      await new Promise((resolve, reject) => tar.on('end', resolve).on('error', reject));
      yield Buffer.concat(chunks);
    },
    list: null,
    about: `One tar for each split, or several numbered ones. Each item is \`<id>.${extension}\`, with its label, id, flags, original path and licence in \`<id>.json\`${manifest.captions ? ' and its caption in `<id>.txt`' : ''}.${names}`,
    python: [
      'import glob, webdataset',
      `items = webdataset.WebDataset(sorted(glob.glob('train*.tar')), shardshuffle=False).decode('${content.decoder}')`,
    ].join('\n'),
  };
}

export function sortedLabels({ labels }: Pick<Manifest, 'labels'>): readonly string[] {
  return [...labels].sort((a, b) => (a < b ? -1 : 1));
}
