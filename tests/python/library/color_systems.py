# colorsys: conversions there and back at the corners of each space.
import colorsys as c

corners = [(0, 0, 0), (1, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 0.5, 0.5), (0.2, 0.4, 0.6), (1, 0.5, 0)]


def rounded(values):
    return tuple(round(v, 6) for v in values)


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""[rounded(c.rgb_to_hsv(*x)) for x in corners], [rounded(c.rgb_to_hls(*x)) for x in corners], [rounded(c.rgb_to_yiq(*x)) for x in corners]
[rounded(c.hsv_to_rgb(*c.rgb_to_hsv(*x))) == rounded(x) for x in corners], [rounded(c.hls_to_rgb(*c.rgb_to_hls(*x))) == rounded(x) for x in corners]
[rounded(c.hsv_to_rgb(h / 6, 1, 1)) for h in range(7)], rounded(c.hls_to_rgb(0.5, 0.5, 1)), rounded(c.yiq_to_rgb(1, 1, 1)), rounded(c.hsv_to_rgb(0.3, 0, 0.7)), rounded(c.hls_to_rgb(1.2, 0.3, 0.4))
c.rgb_to_hsv(1, 2)
c.rgb_to_hsv("a", 1, 1)
c.hsv_to_rgb(None, 1, 1)""".splitlines():
    attempt(text)
