"""Writes a sound by PyAV, for benches that compare what is read of it."""
import av
import numpy as np


def write_sound(path: str, tone: np.ndarray, container: str, codec: str, rate: int) -> None:
    """`tone`: int16 [samples], one channel at `rate` Hz."""
    with av.open(path, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(tone[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = rate, 0
        waiting = av.AudioFifo()
        for piece in av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate).resample(frame):
            waiting.write(piece)
        size = stream.codec_context.frame_size or 1024
        while waiting.samples > 0:
            for packet in stream.encode(waiting.read(min(size, waiting.samples))):
                output.mux(packet)
        for packet in stream.encode(None):
            output.mux(packet)
