// Finds the subject of a given photo, as of the photos that a model was trained on, and cuts it out.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RawImage } from '#core/kinds/image/measure.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import { TEMPLATE_FILE } from '#core/snapshot/alignment.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { ClientFailure } from '../failure.ts';
import { ROOT } from '../target.ts';

const FEATURES = join(ROOT, '.goldpan', 'native', 'features');

/**
 * Returns the pixels of the subject at the size of the model: the same that a snapshot has of this photo; and what cuts other pictures
 * of the same size likewise. `photo`: as decodeImage gives it. Throws ClientFailure if the snapshot has no template, or if the set-up
 * has not made the network.
 */
export async function cutToSubject(
  data: Store,
  { dataset, snapshotId, input: image }: Pick<CardOf<'image'>, 'dataset' | 'snapshotId' | 'input'>,
  photo: RawImage,
): Promise<{ readonly pixels: Uint8Array; cut(other: RawImage): Promise<Uint8Array> }> {
  const { TemplateFile, templateOfFile } = await import('#core/kinds/image/align/template-file.ts');
  const key = keys.snapshot(dataset, snapshotId, TEMPLATE_FILE);
  const template = (await readJson(data, key, TemplateFile))?.value;
  if (!template)
    throw new ClientFailure(`${key} does not exist in the data bucket.`, {
      next: 'Train a model on the present data.',
    });
  const [
    { ALIGN_NETWORK, openFeatureMap },
    { seePhoto },
    { findSubject },
    { cutSubject },
    { decodePhoto, encodePhoto },
  ] = await Promise.all([
    import('#core/model/subject-features.ts'),
    import('#core/kinds/image/align/see-photo.ts'),
    import('#core/kinds/image/align/find-subject.ts'),
    import('#core/kinds/image/align/cut-subject.ts'),
    import('#core/kinds/image/photo.ts'),
  ]);
  const network = join(FEATURES, ALIGN_NETWORK);
  if (!existsSync(network)) throw new ClientFailure(`${network} does not exist.`, { next: 'npm run setup' });
  const featureMap = await openFeatureMap(readFileSync(network));
  // The photos of a part are JPEGs, too.
  const picture = await decodePhoto(await encodePhoto(photo));
  const seen = await seePhoto(picture, { id: 'given', label: null }, featureMap);
  const { box } = findSubject(seen, templateOfFile(template));
  return {
    pixels: await cutSubject(picture, box, image),
    cut: (other) => cutSubject(other, box, { ...image, channels: 1 }),
  };
}
