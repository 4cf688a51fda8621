// Lists the files to upload; files of arrays are replaced by archives of their images.
import { joinRemarks } from '#core/kinds/define/remark.ts';
import { dropKey } from '#core/store/keys.ts';
import { type Collected, type Drop, type LocalFile, refuseClashes } from '../collect.ts';
import { unpackArrays } from './unpack-arrays.ts';

/** `folder`: where the archives are written. Files named one by one may belong together, and those of one folder. Throws ClientFailure for two archives of one key. */
export async function dropArrays(dataset: string, collected: Collected, folder: string): Promise<Collected> {
  const asArchives = (archives: readonly LocalFile[]): Drop[] =>
    archives.map((file) => ({ type: 'file', key: dropKey(dataset, file.name), file }));
  const drops: Drop[] = [];
  const remarks = [...collected.remarks];
  const singles = collected.drops.flatMap((drop) => (drop.type === 'file' ? [drop.file] : []));
  const ofSingles = await unpackArrays(singles, folder);
  const left = new Set(ofSingles.files);
  remarks.push(...ofSingles.remarks);
  for (const drop of collected.drops) {
    if (drop.type === 'file') {
      if (left.has(drop.file)) drops.push(drop);
      continue;
    }
    const { files, archives, remarks: more } = await unpackArrays(drop.files, folder);
    if (files.length > 0) drops.push({ ...drop, files });
    drops.push(...asArchives(archives));
    remarks.push(...more);
  }
  drops.push(...asArchives(ofSingles.archives));
  refuseClashes(drops.map(({ key }) => key));
  return { ...collected, drops, remarks: joinRemarks(remarks) };
}
