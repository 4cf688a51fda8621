// Exports images or sounds as Parquet in the layout of Hugging Face's hub: load_dataset reads files, splits and classes without a script.
import { encodeFiles } from '#core/base/parquet/parquet-files.ts';
import type { Manifest } from '#core/snapshot/messages.ts';
import type { ExportLayout } from '../export-layout.ts';
import { itemFacts } from '../item-facts.ts';
import { type ExportedContent, itemFiles } from '../shard-items.ts';
import { sortedLabels } from './webdataset-files.ts';

export function huggingFaceFiles(
  manifest: Manifest,
  content: Extract<ExportedContent, { type: 'media' }>,
): ExportLayout {
  const { column, extension, feature } = content;
  const labels = sortedLabels(manifest);
  const places = new Map(labels.map((label, i) => [label, i]));
  return {
    paths: ({ name, split }) => {
      const ofSplit = manifest.shards.filter((one) => one.split === split);
      const place = ofSplit.findIndex((one) => one.name === name);
      return [`data/${split}-${fiveDigits(place)}-of-${fiveDigits(ofSplit.length)}.parquet`];
    },
    async *files(data, shard, rows) {
      const files: { bytes: Uint8Array; path: string }[] = [];
      for await (const bytes of itemFiles(data, manifest, shard, rows))
        files.push({ bytes, path: `${rows[files.length]?.itemId}.${extension}` });
      const facts = rows.map((row) => itemFacts(manifest, row));
      const names = Object.keys(facts[0] ?? {}).filter((name) => name !== 'label');
      const texts = Object.fromEntries(names.map((name) => [name, facts.map((fact) => fact[name] ?? '')]));
      const label = labels.length > 0 ? rows.map((row) => places.get(row.label ?? '') ?? null) : undefined;
      const text = { dtype: 'string', _type: 'Value' };
      const features = {
        [column]: { _type: feature },
        ...(label && { label: { names: labels, _type: 'ClassLabel' } }),
        ...Object.fromEntries(names.map((name) => [name, text])),
      };
      yield encodeFiles({ column, files, label, texts }, { huggingface: JSON.stringify({ info: { features } }) });
    },
    list: null,
    about: `\`data/\` has Parquet files for each split, with the columns \`${column}\`${labels.length > 0 ? ', `label`' : ''}${manifest.captions ? ', `text` (its caption)' : ''}, \`id\`, \`flags\`, \`path\` and \`license\`; their types are stored in them.`,
    python: "from datasets import load_dataset\nitems = load_dataset('.')",
  };
}

function fiveDigits(number: number): string {
  return String(number).padStart(5, '0');
}
