// Extracts the readable text of an HTML page: paragraphs, without scripts, styles and navigation.
import { Parser } from 'htmlparser2';

const LEFT_OUT = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'math',
  'head',
  'nav',
  'aside',
  'footer',
  'form',
  'button',
  'select',
  'iframe',
  'object',
  'canvas',
]);
const MAIN = new Set(['main', 'article']);
const BLOCKS = new Set([
  'p',
  'div',
  'br',
  'li',
  'ul',
  'ol',
  'dl',
  'dt',
  'dd',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'tr',
  'table',
  'section',
  'article',
  'main',
  'header',
  'blockquote',
  'pre',
  'figure',
  'figcaption',
  'hr',
  'title',
  'body',
]);
const CELLS = new Set(['td', 'th']);
const DEEPEST = 2_000;

/** Returns only the marked content (main, article) if there is any. Each line is a paragraph. */
export function textOfHtml(html: string): string {
  const all: string[] = [];
  const main: string[] = [];
  let left = 0;
  let inMain = 0;
  let depth = 0;
  const add = (text: string) => {
    if (left > 0) return;
    all.push(text);
    if (inMain > 0) main.push(text);
  };
  const parser = new Parser(
    {
      onopentag(name) {
        if (++depth > DEEPEST) return;
        if (LEFT_OUT.has(name)) left++;
        if (MAIN.has(name)) inMain++;
        if (BLOCKS.has(name)) add('\n');
        if (CELLS.has(name)) add('\t');
      },
      ontext: (text) => add(text.replaceAll(/\s+/g, ' ')),
      onclosetag(name) {
        if (depth-- > DEEPEST) return;
        if (BLOCKS.has(name)) add('\n');
        if (MAIN.has(name)) inMain--;
        if (LEFT_OUT.has(name)) left--;
      },
    },
    { decodeEntities: true },
  );
  parser.write(html);
  parser.end();
  return tidied(main.join('')) || tidied(all.join(''));
}

/** Returns one paragraph a line, without empty lines and surrounding spaces. */
export function tidied(text: string): string {
  const lines = text.split('\n').map((line) => line.replaceAll(/[ \t\u00a0]+/g, ' ').trim());
  return lines.filter((line) => line !== '').join('\n');
}
