// Extracts the spoken text of subtitles (SRT, WebVTT): one line for each caption, without numbers, times, styles and notes.

const TIME = /^\s*(\d+:)?\d{1,2}:\d\d[,.]\d+\s*-->/;

export function linesSaid(text: string): string {
  const said: string[] = [];
  for (const block of text
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .split(/\n[ \t]*\n/)) {
    const lines = block.split('\n');
    const time = lines.findIndex((line) => TIME.test(line));
    if (time < 0) continue;
    const words = lines.slice(time + 1).join(' ');
    const plain = words
      .replaceAll(/<[^<>]*>|\{\\[^{}]*\}/g, '')
      .replaceAll(/&(amp|lt|gt|nbsp);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', nbsp: ' ' })[name] ?? ' ');
    const line = plain.replaceAll(/\s+/g, ' ').trim();
    if (line !== '') said.push(line);
  }
  return said.join('\n');
}
