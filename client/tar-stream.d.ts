// The types of tar-stream as far as it is used; it brings none.
declare module 'tar-stream' {
  import type { Readable } from 'node:stream';
  export type Header = {
    name: string;
    type?: string;
    linkname?: string;
    size?: number;
    pax?: Record<string, string>;
    mtime?: Date;
    mode?: number;
    uid?: number;
    gid?: number;
  };
  export type Pack = Readable & { entry(header: Header, content?: Uint8Array | string): unknown; finalize(): void };
  export function pack(): Pack;
}
