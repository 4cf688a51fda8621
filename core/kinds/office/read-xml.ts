// Walks through XML or HTML as it is read: no tree, no entities but the five of XML and numbered characters. A document that defines
// entities of its own is refused: office formats forbid it, and a few lines of them can stand for gigabytes.
import { Parser } from 'htmlparser2';
import { BrokenDocumentError } from './zip-parts.ts';

const DEEPEST = 512;

export type Attributes = Readonly<Record<string, string>>;
/** `text` may come in pieces. Names are as they stand there, with their prefix. */
export type XmlHandler = {
  open?(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
};

/** Throws BrokenDocumentError where it is nested too deep or defines entities. What is badly formed is read as far as that goes. */
export async function readXml(bytes: AsyncIterable<Uint8Array>, handler: XmlHandler): Promise<void> {
  for await (const _ of xmlSteps(bytes, handler));
}

/** Parses in steps: yields after each piece of the input, so that the caller can remove the results found so far. */
export async function* xmlSteps(
  bytes: AsyncIterable<Uint8Array>,
  handler: XmlHandler,
  { isHtml = false } = {},
): AsyncGenerator<void> {
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (++depth > DEEPEST) throw new BrokenDocumentError(`XML nested more than ${DEEPEST} deep`);
        handler.open?.(name, attributes);
      },
      onprocessinginstruction(name, data) {
        if (!isHtml && /^!doctype/i.test(name) && data.includes('['))
          throw new BrokenDocumentError('XML that defines entities of its own');
      },
      ontext: (text) => handler.text?.(text),
      onclosetag(name) {
        depth--;
        handler.close?.(name);
      },
    },
    { xmlMode: !isHtml, decodeEntities: true },
  );
  const decoder = new TextDecoder();
  for await (const chunk of bytes) {
    parser.write(decoder.decode(chunk, { stream: true }));
    yield;
  }
  parser.end(decoder.decode());
  yield;
}

/** The name without its prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
