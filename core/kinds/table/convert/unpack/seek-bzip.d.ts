declare module 'seek-bzip' {
  type ByteSink = { writeByte(byte: number): void; flush(): void };
  const bunzip: { decode(input: Uint8Array, output: ByteSink, multistream: boolean): void };
  export default bunzip;
}
