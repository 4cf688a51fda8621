// Reads a small file beside a picture or a sound: `.cls` (its class), `.json` (facts), `.txt` (a caption or a transcript).
import { parseJson } from '#core/base/json/parse-json.ts';

const FACTS = /\.(cls|json|txt|caption)$/i;
const CAPTION_KEYS = ['caption', 'text', 'transcription', 'transcript'];
const LABEL_KEYS = ['label', 'class', 'class_name', 'label_name', 'category', 'cls'];
/** Larger files hold more than the facts about one item. */
export const LARGEST_FACTS_BYTES = 256 * 1024;

export function isFacts(name: string): boolean {
  return FACTS.test(name);
}

/** Returns the class that the file states; undefined if it states none, as a caption does. */
export function labelIn(name: string, text: string): string | undefined {
  if (/\.cls$/i.test(name)) return text.trim() === '' ? undefined : text.trim();
  if (!/\.json$/i.test(name)) return undefined;
  const record = parseJson(text);
  if (typeof record !== 'object' || record === null) return undefined;
  for (const key of LABEL_KEYS) {
    const value: unknown = Object.getOwnPropertyDescriptor(record, key)?.value;
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  }
  return undefined;
}

/** Boxes of objects, as YOLO writes them, or other measurements: several numbers a line, and no word. */
export function isNumbers(text: string): boolean {
  return /^\s*([-+]?[\d.][\d.eE+-]*[ \t,]+)+[-+]?[\d.][\d.eE+-]*\s*$/.test(text.replaceAll(/\s*\n\s*/g, ' '));
}

/** Returns the caption or transcript that the file states; undefined if it states none, as a class does. */
export function captionIn(name: string, text: string): string | undefined {
  if (/\.(txt|caption)$/i.test(name)) return isNumbers(text) ? undefined : text.trim() || undefined;
  if (!/\.json$/i.test(name)) return undefined;
  const record = parseJson(text);
  if (typeof record !== 'object' || record === null) return undefined;
  for (const key of CAPTION_KEYS) {
    const value: unknown = Object.getOwnPropertyDescriptor(record, key)?.value;
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return undefined;
}
