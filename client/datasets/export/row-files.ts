// Exports texts, images or sounds as rows of one file for each shard, with the facts about each item in other columns.
import { encodeColumns, type PartRow } from '#core/base/parquet-columns.ts';
import type { Manifest } from '#core/snapshot/messages.ts';
import type { CellFormat } from './cell-files.ts';
import type { ExportLayout } from './export-layout.ts';
import { csvLine, factColumns, itemFacts, shardPath } from './item-facts.ts';
import { type ExportedContent, itemFiles, shardRows } from './shard-items.ts';

type Bundled = Exclude<ExportedContent, { type: 'cells' }>;

export function rowFiles(manifest: Manifest, content: Bundled, as: CellFormat): ExportLayout {
  const decoder = new TextDecoder();
  return {
    paths: (shard) => [shardPath(manifest, shard, as)],
    async *files(data, shard, rows) {
      const lines: Record<string, unknown>[] = [];
      const beside = besideOf(content);
      const others = beside.length > 0 ? await shardRows(data, manifest, shard, rows, beside) : [];
      for await (const bytes of itemFiles(data, manifest, shard, rows)) {
        const row = rows[lines.length];
        if (!row) break;
        const value = content.type === 'texts' ? decoder.decode(bytes) : bytes;
        const known = Object.fromEntries(beside.map((name) => [name, others[lines.length]?.[name]]));
        lines.push({ ...known, [content.column]: value, ...itemFacts(manifest, row) });
      }
      yield encodedRows(manifest, content, as, lines);
    },
    list: null,
    about: [
      `One file for each split, or several numbered ones, with the columns ${[...besideOf(content), content.column].map((name) => `\`${name}\``).join(', ')}${content.type === 'media' ? ` (the bytes of a ${content.extension.toUpperCase()} file)` : ''}`,
      `${manifest.labels.length > 0 ? ', `label`' : ''}${manifest.captions ? ', `text` (its caption)' : ''}, \`id\`, \`flags\`, \`path\` and \`license\`.`,
    ].join(''),
    python:
      content.type === 'texts'
        ? "from datasets import load_dataset\nitems = load_dataset('.')"
        : [
            `from datasets import ${content.feature}, load_dataset`,
            `items = load_dataset('.').cast_column('${content.column}', ${content.feature}())`,
          ].join('\n'),
  };
}

function encodedRows(
  manifest: Manifest,
  content: Bundled,
  as: CellFormat,
  lines: readonly Record<string, unknown>[],
): Uint8Array {
  const columns = factColumns(manifest);
  if (as === 'jsonl') return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  if (as === 'csv') {
    const names = [...besideOf(content), content.column, ...Object.keys(columns)];
    return Buffer.from(
      csvLine(names) + lines.map((line) => csvLine(names.map((name) => line[name] as string | null))).join(''),
    );
  }
  const own =
    content.type === 'texts'
      ? ({ type: 'STRING', distinct: true } as const)
      : ({ type: 'BYTE_ARRAY', distinct: true, dense: true } as const);
  const beside = Object.fromEntries(besideOf(content).map((name) => [name, { type: 'STRING' } as const]));
  return encodeColumns<PartRow>({ ...beside, [content.column]: own, ...columns }, lines);
}

function besideOf(content: Bundled): readonly string[] {
  return content.type === 'texts' ? content.beside : [];
}
