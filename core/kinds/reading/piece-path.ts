// The path of a clip that was cut from a recording: that of the recording, and the place in it as a temporal fragment of the W3C
// recommendation "Media Fragments URI 1.0", for example talk.flac#t=12.5,13.5

const FRAGMENT = /#t=\d+(?:\.\d+)?,\d+(?:\.\d+)?$/;
const DECIMALS = 3;

/** `from`, `to`: seconds. */
export function piecePath(recording: string, from: number, to: number): string {
  const [first, end] = [from, to].map((seconds) => Number(seconds.toFixed(DECIMALS)));
  return `${recording}#t=${first},${end}`;
}

/** Returns the path of the file that the item was cut from; that of any other item is returned as it is. */
export function fileOfPiece(path: string): string {
  return path.replace(FRAGMENT, '');
}
