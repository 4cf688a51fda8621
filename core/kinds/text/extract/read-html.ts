// The readable text of a page: paragraphs, without what is there to steer a browser or to lead elsewhere.
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

/** Where the page marks its content (main, article), only that. Lines are paragraphs. */
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

/** One paragraph a line, no empty ones, no spaces around them. */
export function tidied(text: string): string {
  const lines = text.split('\n').map((line) => line.replaceAll(/[ \t\u00a0]+/g, ' ').trim());
  return lines.filter((line) => line !== '').join('\n');
}
