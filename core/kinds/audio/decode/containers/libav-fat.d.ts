// The part of libav.js that is used here: FFmpeg's demuxers and decoders as WebAssembly.
declare module '@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.js' {
  type Stream = {
    readonly index: number;
    readonly codec_type: number;
    readonly codec_id: number;
    readonly codecpar: number;
  };
  export type Packet = { readonly data: Uint8Array };
  /** `data`: one array a channel, or one with the samples of all channels in turn. `format`: AVSampleFormat. */
  export type Frame = {
    readonly data: ArrayLike<number> | readonly ArrayLike<number>[];
    readonly format: number;
    readonly channels: number;
    readonly sample_rate: number;
    readonly nb_samples: number;
  };
  export type Libav = {
    av_log_set_level(level: number): void;
    writeFile(name: string, bytes: Uint8Array): void;
    unlink(name: string): void;
    avcodec_get_name(codec: number): string;
    avcodec_find_decoder(codec: number): number;
    AVCodecParameters_sample_rate(parameters: number): number;
    AVCodecParameters_ch_layout_nb_channels(parameters: number): number;
    ff_init_demuxer_file(name: string): Promise<[context: number, streams: readonly Stream[]]>;
    ff_init_decoder(
      codec: number | string,
      parameters: number,
    ): Promise<[unused: number, context: number, packet: number, frame: number]>;
    /** The status: negative at the end of the file, -6 where more follows. */
    ff_read_multi(
      context: number,
      packet: number,
      device: null,
      options: { readonly limit: number },
    ): Promise<[status: number, packets: Readonly<Record<number, readonly Packet[]>>]>;
    ff_decode_multi(
      context: number,
      packet: number,
      frame: number,
      packets: readonly Packet[],
      isEnd: boolean,
    ): Promise<readonly Frame[]> | readonly Frame[];
    ff_free_decoder(context: number, packet: number, frame: number): void;
    av_packet_alloc(): number;
    av_packet_free_js(packet: number): void;
    avformat_close_input_js(context: number): void;
  };
  export default function openLibav(): Promise<Libav>;
}
