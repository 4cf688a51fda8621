// The part of libheif's binding that is used here.
declare module 'libheif-js/wasm-bundle.js' {
  type Failed = { readonly code: object; readonly message?: string };
  type Plane = { readonly width: number; readonly height: number; readonly stride: number; readonly data: Uint8Array };
  const libheif: {
    readonly heif_error_code: { readonly heif_error_Ok: object };
    readonly heif_colorspace: { readonly heif_colorspace_RGB: object };
    readonly heif_chroma: { readonly heif_chroma_interleaved_RGBA: object };
    heif_context_alloc(): object;
    heif_context_free(context: object): void;
    heif_context_read_from_memory(context: object, bytes: Uint8Array): Failed;
    heif_js_context_get_primary_image_handle(context: object): object & Partial<Failed>;
    heif_js_decode_image2(
      handle: object,
      colours: object,
      chroma: object,
    ): { readonly channels: readonly Plane[] } & Partial<Failed>;
    heif_image_handle_release(handle: object): void;
  };
  export default libheif;
}
