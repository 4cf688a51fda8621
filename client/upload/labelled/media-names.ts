// Names of pictures and sounds, and the names under which facts about them lie beside them.
import { posix } from 'node:path';

const MEDIA =
  /\.(jpe?g|png|webp|bmp|tiff?|gif|hei[cf]|avif|jxl|pp?[mgb]m|wav|w64|flac|mp[234]|oga|ogg|opus|aiff?|aifc|caf|au|aac|m4a|3gp|webm|mka|amr|awb)$/i;

export function isMedia(name: string): boolean {
  return MEDIA.test(name);
}

/** The name with its folder, without its extension. */
export function stemOf(name: string): string {
  const { dir, name: stem } = posix.parse(name);
  return posix.join(dir, stem);
}

/** WebDataset's key: the name with its folder, up to its first point. */
export function keyOf(name: string): string {
  const { dir, base } = posix.parse(name);
  return posix.join(dir, base.split('.', 1)[0] as string);
}

/** The name in a folder named after the label, from which the labels of a dataset are taken. */
export function namedByLabel(name: string, label: string | undefined): string {
  if (label === undefined) return name;
  const folder = label.replaceAll(/[/\\\p{Cc}]/gu, '-').trim();
  const { dir, base } = posix.parse(name);
  const isPlain = folder !== '' && folder !== '.' && folder !== '..';
  return !isPlain || posix.basename(dir) === folder ? name : posix.join(dir, folder, base);
}
