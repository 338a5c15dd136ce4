# wave: headers and frames written and read in memory, and what is refused.
import io
import struct
import wave


def written(channels=1, width=2, rate=8000, frames=b"\1\0\2\0\3\0"):
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(frames)
    return buffer.getvalue()


sound = written()
reader = wave.open(io.BytesIO(sound))


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""len(sound), sound[:4], struct.unpack("<I", sound[4:8]), sound[8:16], reader.getparams(), reader.getnchannels(), reader.getsampwidth(), reader.getframerate(), reader.getnframes(), reader.getcomptype(), reader.getcompname()
reader.readframes(1), reader.tell(), reader.readframes(9), reader.readframes(1), reader.rewind(), reader.tell(), reader.setpos(2), reader.readframes(1)
reader.setpos(9)
wave.open(io.BytesIO(written(2, 1, 44100, b"abcd"))).getparams()[:4], wave.open(io.BytesIO(written(1, 3, 1, b"abc"))).readframes(5), wave.open(io.BytesIO(written(frames=b""))).getnframes()
wave.open(io.BytesIO(b"nope"))
wave.open(io.BytesIO(b"RIFF\0\0\0\0nope"))
wave.open(io.BytesIO(sound[:30]))
wave.open(io.BytesIO(sound), "q")
written(channels=0)
written(width=5)
written(rate=0)
(lambda w: (w.setparams((1, 2, 8000, 0, "NONE", "n")), w.getparams(), w.writeframesraw(b"\0\0"), w.tell(), w.getnframes()))(wave.open(io.BytesIO(), "wb"))""".splitlines():
    attempt(text)
