// Checks one clip where it lies, by the same code that cleans a dataset.
import { fileURLToPath } from 'node:url';
import type { Cleaned } from '../clean-unit.ts';
import type { AudioDataset } from '../config.ts';
import { cleanClip } from './clean-clip.ts';
import type { Decoder } from './decoder.ts';
import type { AudioItem } from './part.ts';

/** For openDecoder, where the sources run as they are. */
export const DECODE_PROCESS = fileURLToPath(new URL('./decode-process.ts', import.meta.url));

/** `decoder`: opened and closed by the caller, since starting one takes a while. */
export function checkAudioFile(
  file: { readonly path: string; readonly bytes: Uint8Array },
  config: AudioDataset,
  decoder: Decoder,
): Promise<Cleaned<AudioItem>> {
  return cleanClip({ ...file, ok: true }, config, file.path, decoder.decode);
}
