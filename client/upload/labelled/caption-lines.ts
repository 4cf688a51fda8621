// The file of captions in an archive: one JSON object a line, with the path and the caption of an item.
import { CAPTIONS_FILE } from '#core/kinds/sidecar.ts';

/** `name`: of the file in the archive. */
type CaptionLines = { readonly name: string; readonly bytes: Buffer };

/** Returns undefined if none of the items has a caption. Items are named from the root of the archive. */
export function captionLines(
  items: Iterable<{ readonly name: string; readonly caption?: string | undefined }>,
): CaptionLines | undefined {
  const lines: string[] = [];
  for (const { name, caption } of items)
    if (caption !== undefined && caption !== '') lines.push(`${JSON.stringify({ path: name, caption })}\n`);
  return lines.length === 0 ? undefined : { name: CAPTIONS_FILE, bytes: Buffer.from(lines.join('')) };
}
