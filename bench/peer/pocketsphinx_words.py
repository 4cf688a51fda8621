# Which word of a list PocketSphinx hears in each WAV (16 kHz, 16 bits, one channel). Prints JSON: {version, heard: {file: word or null}}.
import importlib.metadata
import json
import sys
import wave

from pocketsphinx import Decoder

words, files = json.loads(sys.argv[1]), json.loads(open(sys.argv[2]).read())
decoder = Decoder(lm=None, loglevel="FATAL")
decoder.add_jsgf_string("words", "#JSGF V1.0; grammar words; public <word> = " + " | ".join(words) + ";")
decoder.activate_search("words")
heard = {}
for file in files:
    with wave.open(file) as sound:
        samples = sound.readframes(sound.getnframes())
    decoder.start_utt()
    decoder.process_raw(samples, full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    heard[file] = found.hypstr if found is not None else None
print(json.dumps({"version": importlib.metadata.version("pocketsphinx"), "heard": heard}))
