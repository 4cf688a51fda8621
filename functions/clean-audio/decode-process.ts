// The process that decodes compressed sound; it lies beside the function's code.
import '#core/kinds/audio/decode/decode-process.ts';
