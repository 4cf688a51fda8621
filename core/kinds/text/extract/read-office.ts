// The text of Word documents, OpenDocument texts and EPUB books: zip archives of XML.
import { posix } from 'node:path';
import { localName, readXml } from '../../office/read-xml.ts';
import { BrokenDocumentError, openZipParts, type ZipParts } from '../../office/zip-parts.ts';
import { textOfHtml, tidied } from './read-html.ts';

const MOST_CHARACTERS = 64 * 2 ** 20;
const MOST_CHAPTERS = 5_000;

/** Returns one paragraph a line, without deleted text and the code of fields. */
export async function textOfWord(bytes: Uint8Array): Promise<string> {
  return withParts(bytes, async (parts) => {
    const text = collector();
    let deleted = 0;
    let inText = false;
    await readXml(partOf(parts, 'word/document.xml'), {
      open(name) {
        if (name === 'w:del' || name === 'w:moveFrom') deleted++;
        inText = name === 'w:t';
        if (name === 'w:tab') text.add('\t');
        if (name === 'w:br' || name === 'w:cr') text.add('\n');
        if (name === 'w:noBreakHyphen') text.add('-');
      },
      text: (piece) => inText && deleted === 0 && text.add(piece),
      close(name) {
        if (name === 'w:t') inText = false;
        if (name === 'w:p') text.add('\n');
        if (name === 'w:del' || name === 'w:moveFrom') deleted--;
      },
    });
    return tidied(text.all());
  });
}

export async function textOfOdt(bytes: Uint8Array): Promise<string> {
  return withParts(bytes, async (parts) => {
    const text = collector();
    let paragraphs = 0;
    let notes = 0;
    const isNote = (name: string) => name === 'office:annotation' || name === 'text:tracked-changes';
    await readXml(partOf(parts, 'content.xml'), {
      open(name, attributes) {
        if (isNote(name)) notes++;
        if (name === 'text:p' || name === 'text:h') paragraphs++;
        if (name === 'text:s') text.add(' '.repeat(Math.min(100, Number(attributes['text:c'] ?? 1) || 1)));
        if (name === 'text:tab') text.add('\t');
        if (name === 'text:line-break') text.add('\n');
      },
      text: (piece) => paragraphs > 0 && notes === 0 && text.add(piece),
      close(name) {
        if (isNote(name)) notes--;
        if (name === 'text:p' || name === 'text:h') {
          paragraphs--;
          text.add('\n');
        }
      },
    });
    return tidied(text.all());
  });
}

/** The chapters in the order in which they are read. */
export async function textOfBook(bytes: Uint8Array): Promise<string> {
  return withParts(bytes, async (parts) => {
    let packageFile = '';
    await readXml(partOf(parts, 'META-INF/container.xml'), {
      open(name, attributes) {
        if (localName(name) === 'rootfile' && packageFile === '') packageFile = attributes['full-path'] ?? '';
      },
    });
    const files = new Map<string, string>();
    const order: string[] = [];
    await readXml(partOf(parts, packageFile), {
      open(name, { id, href, idref }) {
        if (localName(name) === 'item' && id && href) files.set(id, decodeURI(href));
        if (localName(name) === 'itemref' && idref) order.push(idref);
      },
    });
    const text = collector();
    for (const id of order.slice(0, MOST_CHAPTERS)) {
      const bytes = parts.read(posix.join(posix.dirname(packageFile), files.get(id) ?? ''));
      if (!bytes) continue;
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      text.add(`${textOfHtml(new TextDecoder().decode(Buffer.concat(chunks)))}\n`);
    }
    return tidied(text.all());
  });
}

async function withParts<Result>(bytes: Uint8Array, work: (parts: ZipParts) => Promise<Result>): Promise<Result> {
  const parts = await openZipParts(bytes);
  try {
    return await work(parts);
  } finally {
    parts.close();
  }
}

function partOf(parts: ZipParts, name: string): AsyncIterable<Uint8Array> {
  const bytes = parts.read(name);
  if (!bytes) throw new BrokenDocumentError(`no ${name}`);
  return bytes;
}

function collector() {
  const pieces: string[] = [];
  let characters = 0;
  return {
    add(piece: string) {
      characters += piece.length;
      if (characters > MOST_CHARACTERS) throw new BrokenDocumentError(`more than ${MOST_CHARACTERS} characters`);
      pieces.push(piece);
    },
    all: () => pieces.join(''),
  };
}
