// Personal data in text: e-mail addresses, phone numbers, bank accounts, cards, network addresses. Exact where a checksum
// allows it, and rather too few than too many elsewhere. Linear in the length of the text.

export const PERSONAL_KINDS = ['email', 'phone', 'iban', 'card', 'ip'] as const;
export type PersonalKind = (typeof PERSONAL_KINDS)[number];
/** UTF-16 offsets, `end` excluded. Spans are in order and do not overlap. */
export type PersonalSpan = { readonly kind: PersonalKind; readonly start: number; readonly end: number };

/** `needs`: without it the pattern is not tried, since most texts lack it. */
type Pattern = {
  readonly kind: PersonalKind;
  readonly needs: string;
  readonly pattern: RegExp;
  readonly holds: (found: string) => boolean;
};

/** Every repetition is bounded and starts at an edge, so that no text makes a pattern try over and over. */
const PATTERNS: readonly Pattern[] = [
  {
    kind: 'email',
    needs: '@',
    pattern:
      /(?<![\w.+-])[a-z0-9][\w.%+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\w@-])/giu,
    holds: (found) => !found.includes('..'),
  },
  {
    kind: 'iban',
    needs: '',
    pattern: /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![\p{L}\p{N}])/gu,
    holds: isIban,
  },
  {
    kind: 'card',
    needs: '',
    pattern: /(?<![\p{L}\p{N}.,-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\p{L}\p{N}]|[.,]\d)/gu,
    holds: isCard,
  },
  {
    kind: 'ip',
    needs: '.',
    pattern: /(?<![\p{L}\p{N}.])(?:\d{1,3}\.){3}\d{1,3}(?![\p{L}\p{N}]|\.\d)/gu,
    holds: isIpv4,
  },
  {
    kind: 'ip',
    needs: ':',
    pattern: /(?<![\p{L}\p{N}:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\p{L}\p{N}:])/giu,
    holds: isIpv6,
  },
  {
    kind: 'phone',
    needs: '+',
    pattern: /(?<![\p{L}\p{N}+])\+[1-9](?:[ ().-]{0,2}\d){6,14}(?![\p{L}\p{N}])/gu,
    holds: isPhone,
  },
  {
    kind: 'phone',
    needs: '0',
    pattern: /(?<![\p{L}\p{N}.,:/-])\(?0\d{1,4}\)?[ ./-]{1,2}\d{2,5}(?:[ .-]\d{2,5}){1,4}(?![\p{L}\p{N}]|[.,:/-]\d)/gu,
    holds: isPhone,
  },
  {
    kind: 'phone',
    needs: '',
    pattern:
      /(?<![\p{L}\p{N}.,:/+-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\p{L}\p{N}]|[.,:/-]\d)/gu,
    holds: isPhone,
  },
];

const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 ' +
    'GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 ' +
    'MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 ' +
    'TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** The longer find wins where two overlap. */
export function findPersonalData(text: string): PersonalSpan[] {
  // Every kind has a digit or an at sign: most texts have neither.
  if (!/[@0-9]/.test(text)) return [];
  const found: PersonalSpan[] = [];
  for (const { kind, needs, pattern, holds } of PATTERNS) {
    if (!text.includes(needs)) continue;
    for (const match of text.matchAll(pattern)) {
      const span = { kind, start: match.index, end: match.index + match[0].length };
      if (holds(match[0])) found.push(span);
      else if (kind === 'iban') found.push(...shorterIban(match[0], match.index));
    }
  }
  return withoutOverlaps(found);
}

/** Replaces each span by its kind, for example `[email]`. */
export function maskPersonalData(text: string, spans: readonly PersonalSpan[] = findPersonalData(text)): string {
  let masked = '';
  let from = 0;
  for (const { kind, start, end } of spans) {
    masked += `${text.slice(from, start)}[${kind}]`;
    from = end;
  }
  return masked + text.slice(from);
}

function withoutOverlaps(spans: PersonalSpan[]): PersonalSpan[] {
  const kept: PersonalSpan[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (!last || span.start >= last.end) kept.push(span);
    else if (span.end - span.start > last.end - last.start) kept[kept.length - 1] = span;
  }
  return kept;
}

/** Words in capitals that follow an account look like more of it. */
function shorterIban(found: string, start: number): PersonalSpan[] {
  const length = IBAN_LENGTHS[found.slice(0, 2)];
  if (length === undefined) return [];
  let taken = 0;
  for (let at = 0; at < found.length; at++) {
    if (found[at] !== ' ') taken++;
    if (taken < length) continue;
    const edge = found[at + 1] === undefined || found[at + 1] === ' ';
    return edge && isIban(found.slice(0, at + 1)) ? [{ kind: 'iban', start, end: start + at + 1 }] : [];
  }
  return [];
}

/** ISO 13616: letters as numbers, the first four characters last, modulo 97 is 1. */
function isIban(found: string): boolean {
  const account = found.replaceAll(' ', '');
  if (IBAN_LENGTHS[account.slice(0, 2)] !== account.length) return false;
  let rest = 0;
  for (const character of account.slice(4) + account.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}

/**
 * Returns whether the digits are a card number (ISO/IEC 7812): 13 to 19 digits, evenly grouped or not grouped, with a valid Luhn check
 * digit.
 */
function isCard(found: string): boolean {
  const digits = found.replace(/[ -]/g, '');
  if (new Set(digits).size < 2) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  const groups = found.split(/[ -]/);
  const grouped = groups.length === 1 || groups.every((group) => group.length >= 3 && group.length <= 7);
  return digits.length >= 13 && digits.length <= 19 && grouped && sum % 10 === 0;
}

function isIpv4(found: string): boolean {
  const parts = found.split('.');
  return parts.every((part) => Number(part) <= 255 && (part === '0' || !part.startsWith('0'))) && parts[0] !== '0';
}

function isIpv6(found: string): boolean {
  const groups = found.split(':');
  const gaps = found.split('::').length - 1;
  const filled = groups.filter((group) => group !== '');
  if (filled.length < 3 && !/^(fe80|::ffff)/i.test(found)) return false;
  // Hours, minutes and seconds look alike; an address of digits alone is not worth the mistake.
  if (!/[a-f]/i.test(found) && !(gaps === 0 && filled.length === 8)) return false;
  if (gaps > 1 || /^:[^:]|[^:]:$/.test(found)) return false;
  return gaps === 1 ? filled.length < 8 : filled.length === 8;
}

function isPhone(found: string): boolean {
  const digits = found.replace(/\D/g, '').length;
  const bracketsMatch = found.split('(').length === found.split(')').length;
  // 01.02.2023 and 0123 2024-05-06 are or end in dates; five pairs are how numbers are written in France.
  const date = /^\d\d?[./-]\d\d?[./-]|(19|20)\d\d-\d\d-\d\d$/.test(found);
  const pairs = /^\d\d([ .-]\d\d){4}$/.test(found);
  return digits >= (found.startsWith('+') ? 8 : 9) && digits <= 15 && bracketsMatch && (!date || pairs);
}
