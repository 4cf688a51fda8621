// How large and how deep YAML written by people may be. Deep nesting aborts the process of the parser, and many keys take
// minutes, so the text is scanned token by token, in one pass, before anything parses it.
import { CST, Lexer } from 'yaml';

export const YAML_LIMITS = { bytes: 64 * 1024, levels: 20, keys: 2_000 } as const;

export type BeyondLimits = { readonly line: number; readonly given: string; readonly allowed: string };

/** Returns where and how the text exceeds a limit; undefined where it may be parsed. */
export function beyondYamlLimits(text: string): BeyondLimits | undefined {
  const { bytes, levels, keys } = YAML_LIMITS;
  const size = Buffer.byteLength(text);
  if (size > bytes) return { line: 1, given: `${size} bytes`, allowed: `at most ${bytes} bytes` };
  const flow: ('flow-map-start' | 'flow-seq-start')[] = [];
  /** Columns of the blocks that enclose the line, as far as it shows. */
  let blocks: number[] = [];
  let line = 1;
  let column = 0;
  let isLineStart = true;
  let found = 0;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === 'flow-map-start' || type === 'flow-seq-start') flow.push(type);
    else if (type === 'flow-map-end' || type === 'flow-seq-end') flow.pop();
    else if (type === 'map-value-ind' || type === 'explicit-key-ind') found++;
    else if (type === 'comma' && flow.at(-1) === 'flow-map-start') found++;
    const isContent = type !== 'space' && type !== 'newline' && type !== 'comment' && type !== 'doc-mode';
    const opensBlock = type === 'seq-item-ind' || type === 'explicit-key-ind';
    if (flow.length === 0 && isContent && (isLineStart || opensBlock)) {
      const at = column;
      if (isLineStart) blocks = blocks.filter((one) => one < at);
      blocks.push(at);
      isLineStart = false;
    }
    const depth = flow.length + blocks.length;
    if (depth > levels) return { line, given: `more than ${levels} levels`, allowed: `at most ${levels} levels` };
    if (found > keys) return { line, given: `more than ${keys} keys`, allowed: `at most ${keys} keys` };
    const breaks = token.split('\n').length - 1;
    line += breaks;
    column = breaks > 0 ? token.length - token.lastIndexOf('\n') - 1 : column + token.length;
    if (type === 'newline' || breaks > 0) isLineStart = true;
  }
  return undefined;
}
