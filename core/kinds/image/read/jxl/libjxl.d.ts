// The part of libjxl's binding that is used here.
declare module '@jsquash/jxl/codec/dec/jxl_dec.js' {
  type Jxl = {
    decode(
      bytes: Uint8Array,
    ): { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray } | null;
  };
  export default function openJxl(options: { readonly wasmBinary: Uint8Array }): Promise<Jxl>;
}
