"""A small painter of anti-aliased shapes that writes PNG; nothing but Python's standard library."""

import math
import struct
import zlib

WIDTH, HEIGHT = 400, 600
SAMPLES = 5  # scan lines per row of pixels


# Colours and paints -------------------------------------------------------------------------------------------------


def rgb(text):
    return tuple(int(text[i : i + 2], 16) / 255 for i in (0, 2, 4))


def mix(a, b, t):
    t = min(max(t, 0), 1)
    return tuple(x + (y - x) * t for x, y in zip(a, b))


def gradient(stops):
    """A colour for each position, through (position, colour) stops."""

    def at(t):
        for (t0, c0), (t1, c1) in zip(stops, stops[1:]):
            if t <= t1:
                return mix(c0, c1, (t - t0) / (t1 - t0))
        return stops[-1][1]

    return at


def vertical(y0, y1, *colours):
    at = gradient([(i / (len(colours) - 1), rgb(c)) for i, c in enumerate(colours)])
    return lambda x, y: at((y - y0) / (y1 - y0))


# Shapes: lists of points, closed ------------------------------------------------------------------------------------


def ellipse(cx, cy, rx, ry=None, turn=0.0):
    ry = rx if ry is None else ry
    steps = max(24, int(max(rx, ry) * 1.5))
    c, s = math.cos(turn), math.sin(turn)
    points = []
    for i in range(steps):
        a = 2 * math.pi * i / steps
        x, y = rx * math.cos(a), ry * math.sin(a)
        points.append((cx + x * c - y * s, cy + x * s + y * c))
    return points


def smooth(points, closed=True, steps=8):
    """A curve through the points (Catmull-Rom)."""
    n = len(points)
    result = []
    for i in range(n if closed else n - 1):
        p = [points[(i + k) % n] if closed else points[min(max(i + k, 0), n - 1)] for k in (-1, 0, 1, 2)]
        for step in range(steps):
            t = step / steps
            result.append(
                tuple(
                    0.5
                    * (
                        2 * p[1][d]
                        + (p[2][d] - p[0][d]) * t
                        + (2 * p[0][d] - 5 * p[1][d] + 4 * p[2][d] - p[3][d]) * t * t
                        + (3 * p[1][d] - p[0][d] - 3 * p[2][d] + p[3][d]) * t * t * t
                    )
                    for d in (0, 1)
                )
            )
    if not closed:
        result.append(points[-1])
    return result


def symmetric(points, axis=WIDTH / 2):
    """A curve through points down one side and through their mirror images; those on the axis stand once."""
    return smooth(points + [(2 * axis - x, y) for x, y in reversed(points) if x != axis])


def beside(side, *points):
    """Points given by their distance from the middle, on the left (-1) or the right (1)."""
    return [(WIDTH / 2 + side * u, v) for u, v in points]


def stroke(points, width, taper=False):
    """A line along the points with round ends; a tapering one is thin at both."""
    left, right = [], []
    n = len(points)
    for i, (x, y) in enumerate(points):
        (x0, y0), (x1, y1) = points[max(i - 1, 0)], points[min(i + 1, n - 1)]
        length = math.hypot(x1 - x0, y1 - y0) or 1
        half = width / 2 * (math.sin(math.pi * i / (n - 1)) ** 0.6 if taper else 1)
        nx, ny = -(y1 - y0) / length * half, (x1 - x0) / length * half
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    shapes = [left + right[::-1]]
    if not taper:
        shapes += [ellipse(*points[0], width / 2), ellipse(*points[-1], width / 2)]
    return shapes


def arc(cx, cy, radius, start, end, ry=None):
    ry = radius if ry is None else ry
    steps = 32
    return [
        (cx + radius * math.cos(a), cy + ry * math.sin(a))
        for a in (start + (end - start) * i / steps for i in range(steps + 1))
    ]


def leaf(x, y, length, width, turn):
    """A leaf whose stem is at x, y and that points to `turn`."""
    c, s = math.cos(turn), math.sin(turn)
    outline = [(0, 0), (0.25, 0.42), (0.55, 0.5), (0.85, 0.22), (1, 0), (0.85, -0.22), (0.55, -0.5), (0.25, -0.42)]
    return smooth([(x + u * length * c - v * width * s, y + u * length * s + v * width * c) for u, v in outline])


def star(cx, cy, outer, inner, points=4, turn=0.0):
    result = []
    for i in range(points * 2):
        a = turn + math.pi * i / points - math.pi / 2
        r = inner if i % 2 else outer
        result.append((cx + r * math.cos(a), cy + r * math.sin(a)))
    return result


# Canvas -------------------------------------------------------------------------------------------------------------


class Canvas:
    def __init__(self, paint):
        self.pixels = [[paint(x + 0.5, y + 0.5) for x in range(WIDTH)] for y in range(HEIGHT)]

    @staticmethod
    def coverage(shape):
        """How much of each pixel lies within the shape, by rows: {y: (x, [share, ...])}."""
        edges = []
        for (x0, y0), (x1, y1) in zip(shape, shape[1:] + shape[:1]):
            if y0 != y1:
                edges.append((x0, y0, x1, y1) if y0 < y1 else (x1, y1, x0, y0))
        if not edges:
            return {}
        top = max(int(min(e[1] for e in edges)), 0)
        bottom = min(int(max(e[3] for e in edges)) + 1, HEIGHT)
        first = max(int(min(min(e[0], e[2]) for e in edges)), 0)
        last = min(int(max(max(e[0], e[2]) for e in edges)) + 1, WIDTH)
        if first >= last:
            return {}
        rows = {}
        for y in range(top, bottom):
            shares = [0.0] * (last - first)
            for sample in range(SAMPLES):
                line = y + (sample + 0.5) / SAMPLES
                crossings = sorted(
                    x0 + (line - y0) * (x1 - x0) / (y1 - y0) for x0, y0, x1, y1 in edges if y0 <= line < y1
                )
                for start, end in zip(crossings[::2], crossings[1::2]):
                    start, end = max(start, first), min(end, last)
                    if start >= end:
                        continue
                    a, b = int(start), min(int(end), last - 1)
                    if a == b:
                        shares[a - first] += (end - start) / SAMPLES
                    else:
                        shares[a - first] += (a + 1 - start) / SAMPLES
                        for x in range(a + 1, b):
                            shares[x - first] += 1 / SAMPLES
                        shares[b - first] += (end - b) / SAMPLES
            rows[y] = (first, shares)
        return rows

    def fill(self, shape, paint, opacity=1.0, within=None):
        """Paints a shape; `within` is another one that cuts it."""
        if isinstance(paint, str):
            colour = rgb(paint)
            paint = lambda x, y: colour
        mask = self.coverage(within) if within else None
        for y, (first, shares) in self.coverage(shape).items():
            row = self.pixels[y]
            for offset, share in enumerate(shares):
                if share <= 0:
                    continue
                x = first + offset
                if mask is not None:
                    start, cut = mask.get(y, (0, []))
                    share *= cut[x - start] if start <= x < start + len(cut) else 0
                    if share <= 0:
                        continue
                row[x] = mix(row[x], paint(x + 0.5, y + 0.5), min(share, 1) * opacity)

    def fill_all(self, shapes, paint, opacity=1.0, within=None):
        for shape in shapes:
            self.fill(shape, paint, opacity, within)

    def line(self, points, width, paint, opacity=1.0, taper=False, within=None):
        self.fill_all(stroke(points, width, taper), paint, opacity, within)

    def png_chunks(self):
        """Header and data of an 8-bit RGB picture. Colours are rounded to steps of 3, which nobody sees and which
        makes the file smaller by a quarter; rows stay unfiltered, which suits flat shapes best."""
        rows = (bytes(min(round(v * 85) * 3, 255) for pixel in row for v in pixel) for row in self.pixels)
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        return chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 9))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
