// FFmpeg as WebAssembly, loaded with the first file that needs it.
import type { Libav } from '@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.js';
import type { DecodedSound } from '../sound.ts';

const QUIET = -8;

let opened: Promise<Libav> | undefined;

/**
 * Returns undefined where FFmpeg cannot read the file. An instance that refused a file is not used again, because it may be in any state.
 */
export async function withLibav(decode: (libav: Libav) => Promise<DecodedSound>): Promise<DecodedSound | undefined> {
  opened ??= open();
  const libav = await opened;
  try {
    const decoded = await decode(libav);
    if (!decoded.ok) opened = undefined;
    return decoded;
  } catch {
    opened = undefined;
    return undefined;
  }
}

async function open(): Promise<Libav> {
  const { default: openLibav } = await import('@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.js');
  const libav = await openLibav();
  libav.av_log_set_level(QUIET);
  return libav;
}
