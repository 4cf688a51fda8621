// The process that decodes compressed sound; it lies beside the function's code.
import '#core/audio/decode-process.ts';
