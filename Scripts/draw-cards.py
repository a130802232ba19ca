#!/usr/bin/env python3
"""Draws the pictures of the bundled characters and puts their cards into them.

    python3 Scripts/draw-cards.py [name ...]

Reads Scripts/Characters/<name>.json (Character Card V3) and writes
Sources/Examples/Support/Resources/Characters/<name>.png, which holds the card twice: as V3, and as V2 for
older programs. Needs nothing but Python's standard library; the same input gives the same pixels.
"""

import base64
import json
import math
import pathlib
import random
import sys

from painting import (
    HEIGHT,
    WIDTH,
    Canvas,
    arc,
    beside,
    chunk,
    ellipse,
    leaf,
    smooth,
    star,
    stroke,
    symmetric,
    vertical,
)


# Faces --------------------------------------------------------------------------------------------------------------


def closed_eyes(canvas, y, colour, distance=27, width=13):
    for side in (-1, 1):
        cx = WIDTH / 2 + side * distance
        canvas.line(arc(cx, y - 5, width, math.radians(25), math.radians(155), 9), 2.6, colour, taper=True)


def smile(canvas, y, colour, width=15, depth=9):
    canvas.line(arc(WIDTH / 2, y - depth, width, math.radians(25), math.radians(155), depth), 2.8, colour, taper=True)


def nose(canvas, y, colour, opacity=0.55):
    canvas.line(smooth([(199, y - 20), (195, y - 4), (200, y)], closed=False), 2.4, colour, opacity)


def cheeks(canvas, y, colour, opacity=0.3, distance=36):
    for side in (-1, 1):
        for step in range(4):
            canvas.fill(ellipse(WIDTH / 2 + side * distance, y, 15 - 3 * step, 10 - 2 * step), colour, opacity / 4)


def neck(canvas, colour, shadow, collar=462):
    shape = symmetric([(200, 330), (171, 336), (171, 396), (162, 430), (176, collar - 6), (200, collar)])
    canvas.fill(shape, colour)
    canvas.fill(ellipse(200, 366, 60, 46), shadow, 0.6, within=shape)


# The three ----------------------------------------------------------------------------------------------------------


def luna():
    """A watcher of the night: her hair is the sky that she watches, the moon stands behind her."""
    canvas = Canvas(vertical(0, HEIGHT, "0b1033", "1b2358", "3a3f7d", "7a6a9e"))
    dice = random.Random(11)
    for _ in range(90):
        x, y = dice.uniform(4, 396), dice.uniform(4, 430)
        canvas.fill(ellipse(x, y, dice.uniform(0.6, 1.3)), "f3efff", dice.uniform(0.35, 0.9))

    # Moon with a wide halo in three steps.
    for radius, opacity in ((184, 0.06), (164, 0.08), (146, 0.10)):
        canvas.fill(ellipse(200, 222, radius), "f5e9c8", opacity)
    canvas.fill(ellipse(200, 222, 128), vertical(94, 350, "fdf6df", "f0dcae"))
    for cx, cy, r in ((118, 178, 15), (282, 160, 19), (300, 226, 10), (104, 236, 9), (262, 122, 8), (150, 128, 11)):
        canvas.fill(ellipse(cx, cy, r), "e3cd9c", 0.55)

    # Hills far away.
    far = [(0, 600), (0, 452)] + smooth([(0, 452), (70, 418), (140, 446), (230, 420), (320, 452), (400, 424)], False)
    canvas.fill(far + [(400, 600)], "4a4684", 0.75)
    near = [(0, 600), (0, 505)] + smooth([(0, 505), (80, 478), (190, 506), (300, 474), (400, 500)], False)
    canvas.fill(near + [(400, 600)], "332f66")

    # Hair: the night sky itself.
    hair = symmetric(
        [(200, 112), (150, 122), (114, 164), (104, 226), (100, 290), (84, 360), (60, 430), (52, 500), (84, 560)]
        + [(130, 600)]
    )
    canvas.fill(hair, vertical(110, 600, "151a4a", "242b6e", "4b3f8f"))

    # Shoulders in a high collar.
    coat = symmetric([(200, 440), (168, 444), (120, 466), (84, 510), (70, 570), (66, 640)])
    canvas.fill(coat, vertical(440, 600, "2c5f8a", "1c3f6b"))
    neck(canvas, "dcb9ae", "b98f92")
    for side in (-1, 1):
        collar = beside(side, (30, 410), (44, 418), (62, 462), (30, 512), (2, 478), (18, 452))
        canvas.fill(smooth(collar), vertical(410, 512, "3f7ba6", "2a5a86"))

    face = symmetric([(200, 168), (160, 178), (138, 216), (137, 268), (150, 330), (178, 372), (200, 382)])
    canvas.fill(face, vertical(168, 382, "f1d8cb", "e3bfb2"))
    cheeks(canvas, 312, "d98d93", 0.5)
    # The fringe, parted to one side.
    fringe = [(200, 150), (150, 160), (128, 210), (134, 262), (146, 232), (176, 206), (222, 190), (258, 226)]
    fringe += [(268, 264), (274, 212), (250, 162)]
    canvas.fill(smooth(fringe), vertical(150, 264, "171c4e", "232a6b"))
    closed_eyes(canvas, 282, "3b2f55")
    for side in (-1, 1):
        cx = 200 + side * 27
        canvas.line(arc(cx, 266, 15, math.radians(205), math.radians(335), 8), 2.2, "3b2f55", 0.7, taper=True)
    nose(canvas, 318, "a9777c")
    smile(canvas, 344, "9c4f63")

    # Stars in the hair, and a constellation among them.
    for _ in range(70):
        x, y = dice.uniform(50, 350), dice.uniform(120, 590)
        inside_face = ((x - 200) / 70) ** 2 + ((y - 275) / 112) ** 2 < 1
        if not inside_face and not (y > 440 and 70 < x < 330):
            canvas.fill(ellipse(x, y, dice.uniform(0.7, 1.5)), "ffffff", dice.uniform(0.5, 1), within=hair)
    sky = [(112, 300), (98, 352), (116, 392), (92, 440), (74, 492)]
    canvas.line(sky, 1.1, "cfd6ff", 0.6)
    for x, y in sky:
        canvas.fill(star(x, y, 5.5, 1.6), "fff6dc")
    for x, y, r in ((300, 330, 6), (318, 420, 5), (290, 380, 3.6), (338, 500, 6)):
        canvas.fill(star(x, y, r, r * 0.28), "fff6dc")
    # Ear-rings: small moons.
    for x in (138, 262):
        canvas.line([(x, 306), (x, 330)], 1.4, "f6e3b4")
        canvas.fill(ellipse(x, 336, 6), "f6e3b4")
    # A brooch: a planet with its ring.
    canvas.fill(ellipse(200, 500, 10), "f2c879")
    canvas.line(arc(200, 500, 18, 0, 2 * math.pi, 5), 2.2, "fbe9bd")
    canvas.fill(arc(200, 500, 10, math.pi, 2 * math.pi), "f2c879")
    return canvas


def bram():
    """A mender of clocks: a clock's face stands behind his own."""
    canvas = Canvas(vertical(0, HEIGHT, "3a1f16", "6d3a1f", "a8632c", "d39a4e"))
    # Cogs at the edges.
    def cog(cx, cy, radius, teeth, colour, opacity, turn=0.0):
        outline = []
        for i in range(teeth):
            for part, r in ((0.05, radius), (0.2, radius * 1.16), (0.45, radius * 1.16), (0.6, radius)):
                a = turn + 2 * math.pi * (i + part) / teeth
                outline.append((cx + r * math.cos(a), cy + r * math.sin(a)))
        canvas.fill(outline, colour, opacity)

    cogs = ((22, 66, 58, 14, 0.1), (392, 40, 44, 12, 0.2), (388, 430, 66, 16, 0.0), (4, 400, 40, 11, 0.3))
    for cx, cy, r, teeth, turn in cogs:
        cog(cx, cy, r, teeth, "2b150e", 0.45, turn)
        canvas.fill(ellipse(cx, cy, r * 0.62), "6d3a1f", 0.55)
        canvas.fill(ellipse(cx, cy, r * 0.22), "2b150e", 0.6)

    # The clock.
    canvas.fill(ellipse(200, 216, 168), "4a2413", 0.55)
    canvas.fill(ellipse(200, 216, 160), vertical(56, 376, "e9c272", "b9803a"))
    canvas.fill(ellipse(200, 216, 148), vertical(68, 364, "fbf0d4", "f0d9a6"))
    for minute in range(60):
        a = math.pi * minute / 30
        inner = 126 if minute % 5 == 0 else 134
        width = 5.5 if minute % 15 == 0 else 3.6 if minute % 5 == 0 else 1.5
        points = [(200 + r * math.sin(a), 216 - r * math.cos(a)) for r in (inner, 140)]
        canvas.line(points, width, "6b3a1c", 0.9)

    # Coat, waistcoat and shirt.
    coat = symmetric([(200, 408), (160, 414), (104, 440), (56, 486), (36, 550), (28, 650)])
    canvas.fill(coat, vertical(410, 600, "4f5a3c", "343d29"))
    canvas.fill([(168, 424), (232, 424), (250, 600), (150, 600)], "f3e6cb")
    for side in (-1, 1):
        lapel = beside(side, (26, 412), (60, 426), (84, 520), (60, 610), (24, 610), (22, 520))
        canvas.fill(smooth(lapel), "414b32" if side < 0 else "3a442c")
        apron = beside(side, (0, 516), (40, 506), (60, 560), (64, 640), (0, 640))
        canvas.fill(apron, "8a4a2a" if side < 0 else "7d4125")
    canvas.fill_all(stroke([(152, 426), (160, 512)], 9) + stroke([(248, 426), (240, 512)], 9), "6e371d")
    canvas.fill([(200, 452), (176, 436), (172, 466)], "a5382f")
    canvas.fill([(200, 452), (224, 436), (228, 466)], "a5382f")
    canvas.fill(ellipse(200, 452, 8, 7), "87291f")

    # Ears, neck, face.
    neck(canvas, "b97e5c", "8f5b40", 448)
    for side in (-1, 1):
        canvas.fill(ellipse(200 + side * 72, 286, 13, 22, -side * 0.15), "d79d78")
        canvas.fill(ellipse(200 + side * 73, 288, 6, 12, -side * 0.15), "b97e5c", 0.7)
    face = symmetric([(200, 176), (156, 184), (132, 222), (130, 276), (140, 330), (166, 374), (200, 390)])
    canvas.fill(face, vertical(176, 390, "e8b48e", "d79d78"))
    cheeks(canvas, 318, "c7634a", 0.5, 42)

    # Beard, and a moustache like two clock hands.
    beard = symmetric([(200, 348), (176, 344), (150, 322), (132, 292), (128, 332), (142, 378), (168, 414), (200, 428)])
    canvas.fill(beard, vertical(290, 428, "d9d2c6", "f4efe4"))
    canvas.fill(symmetric([(200, 362), (188, 360), (182, 366), (190, 376), (200, 378)]), "a85548")
    for side in (-1, 1):
        half = beside(side, (0, 336), (20, 330), (46, 340), (70, 362), (40, 364), (12, 358), (0, 352))
        canvas.fill(smooth(half), "fbf8f1")
        canvas.line([(200 + side * 10, 346), (200 + side * 40, 354)], 1.6, "d5cbb9", 0.8)
    nose_shape = symmetric([(200, 282), (192, 290), (188, 318), (184, 330), (192, 338), (200, 340)])
    canvas.fill(nose_shape, "cf8a64")
    canvas.fill(ellipse(196, 322, 5, 8, 0.2), "e8b48e", 0.7)

    # Flat cap.
    cap = smooth([(118, 214), (126, 168), (162, 136), (214, 128), (262, 146), (284, 184), (282, 214), (200, 200)])
    canvas.fill(cap, vertical(128, 214, "66705a", "4a5440"))
    canvas.line(smooth([(150, 150), (176, 176), (180, 202)], False), 1.6, "3a4331", 0.7)
    canvas.line(smooth([(238, 138), (232, 170), (226, 202)], False), 1.6, "3a4331", 0.7)
    canvas.fill(ellipse(206, 130, 7, 4), "3a4331")
    peak = smooth([(112, 216), (150, 202), (200, 198), (250, 202), (288, 216), (250, 228), (200, 222), (150, 228)])
    canvas.fill(peak, vertical(198, 230, "4a5440", "2f3727"))

    # Round spectacles over eyes that laugh.
    for side in (-1, 1):
        cx = 200 + side * 33
        canvas.line(arc(cx, 282, 12, math.radians(205), math.radians(335), 8), 3, "4a2a1c", taper=True)
        brow = beside(side, (12, 248), (34, 238), (58, 250))
        canvas.line(smooth(brow, False), 7, "f4efe4", taper=True)
        canvas.fill(ellipse(cx, 278, 25), "fff6e0", 0.22)
        canvas.line(arc(cx, 278, 25, 0, 2 * math.pi), 3.4, "7a4a1d")
        canvas.line(arc(cx, 278, 25, math.radians(200), math.radians(260)), 1.6, "ffe3a1")
        canvas.line([(cx + side * 25, 276), (200 + side * 72, 272)], 3, "7a4a1d")
        canvas.line(arc(cx - 3, 276, 15, math.radians(200), math.radians(250)), 2, "ffffff", 0.7)
    canvas.line(arc(200, 278, 9, math.radians(195), math.radians(345), 7), 3.2, "7a4a1d")

    # A watch on its chain.
    canvas.line(arc(238, 518, 34, math.radians(10), math.radians(170), 26), 2, "e9c272")
    canvas.line([(262, 521), (284, 517)], 3.4, "2c3520")
    canvas.fill(ellipse(206, 540, 15), "c98f3f")
    canvas.fill(ellipse(206, 540, 11.5), "fbf0d4")
    canvas.line([(206, 540), (206, 532)], 1.6, "4a2413")
    canvas.line([(206, 540), (212, 543)], 1.6, "4a2413")
    return canvas


def pia():
    """A gatherer of seeds: the sun behind her, a garden in her hair."""
    canvas = Canvas(vertical(0, HEIGHT, "fbe3c0", "f8cfa6", "c9d8a0", "6fae8b"))
    for radius, opacity in ((196, 0.16), (174, 0.2)):
        canvas.fill(ellipse(200, 226, radius), "fff3d6", opacity)
    # Rays.
    for i in range(24):
        a = 2 * math.pi * i / 24
        tip = 190 if i % 2 else 206
        corners = ((156, -0.035), (tip, 0), (156, 0.035))
        ray = [(200 + r * math.sin(a + w), 226 - r * math.cos(a + w)) for r, w in corners]
        canvas.fill(ray, "f6a85c", 0.75)
    canvas.fill(ellipse(200, 226, 148), vertical(78, 374, "ffd27a", "f59a5a"))
    canvas.fill(ellipse(200, 226, 128), vertical(98, 354, "ffe09a", "f8ae66"), 0.8)

    # A hedge of leaves at both sides.
    dice = random.Random(5)
    for side in (-1, 1):
        for i in range(15):
            x = 200 + side * (206 - i * 2 - dice.uniform(0, 18))
            y = 610 - i * 15 + dice.uniform(-8, 8)
            turn = -math.pi / 2 - side * (0.55 + dice.uniform(-0.5, 0.35))
            length = 84 - i * 2.5
            colour = ("2f6f57", "3f8563", "5a9f6d", "26604f")[i % 4]
            canvas.fill(leaf(x, y, length, length * 0.36, turn), colour)
            spine = [(x + t * length * math.cos(turn), y + t * length * math.sin(turn)) for t in (0.08, 0.9)]
            canvas.line(spine, 1.2, "bfe0a8", 0.5)

    # Curls, as a cloud.
    curls = [
        (200, 128, 50), (150, 144, 46), (250, 144, 46), (112, 186, 44), (288, 186, 44), (96, 236, 42), (304, 236, 42),
        (98, 288, 40), (302, 288, 40), (112, 334, 36), (288, 334, 36), (138, 364, 28), (262, 364, 28),
    ]
    for cx, cy, r in curls:
        canvas.fill(ellipse(cx, cy, r), "4a2330")
    canvas.fill(ellipse(200, 240, 104, 124), "4a2330")
    for cx, cy, r in curls:
        canvas.line(arc(cx, cy, r * 0.62, math.radians(150), math.radians(330)), 2.4, "7c3f47", 0.75, taper=True)
        canvas.line(arc(cx + 3, cy + 4, r * 0.34, math.radians(170), math.radians(350)), 2, "7c3f47", 0.6, taper=True)

    # Blouse and neck.
    blouse = symmetric([(200, 436), (164, 438), (112, 456), (72, 498), (54, 560), (46, 650)])
    canvas.fill(blouse, vertical(436, 600, "f4ede0", "e4d3bd"))
    neck(canvas, "b9774f", "8a5036", 478)
    for side in (-1, 1):
        strap = beside(side, (62, 450), (86, 458), (72, 540), (70, 640), (40, 640), (46, 540))
        canvas.fill(smooth(strap), "3f7a68")
    canvas.fill(symmetric([(200, 534), (150, 530), (140, 580), (134, 650)]), "478873")
    canvas.fill_all([ellipse(149, 546, 6), ellipse(251, 546, 6)], "f6c65f")
    # A pocket with seedlings.
    canvas.fill([(166, 566), (234, 566), (230, 620), (170, 620)], "3a7362")
    for x, turn in ((184, -0.35), (200, 0.0), (216, 0.35)):
        canvas.line([(x, 568), (x + 12 * math.sin(turn), 548)], 2, "a9d37c")
        for side in (-1, 1):
            canvas.fill(leaf(x + 12 * math.sin(turn), 549, 15, 8, -math.pi / 2 + turn + side * 0.75), "b9df86")

    face = symmetric([(200, 176), (162, 184), (140, 220), (138, 272), (150, 332), (178, 374), (200, 384)])
    canvas.fill(face, vertical(176, 384, "cf8f66", "bb7a54"))
    cheeks(canvas, 316, "d4574a", 0.5, 40)
    fringe = [(138, 250), (130, 206), (152, 168), (200, 156), (248, 168), (270, 206), (262, 250), (250, 214)]
    fringe += [(222, 196), (200, 206), (176, 196), (150, 216)]
    canvas.fill(smooth(fringe), "4a2330")

    # Open eyes, curious; freckles; a wide smile.
    for side in (-1, 1):
        cx = 200 + side * 29
        eye = smooth([(cx - 14, 284), (cx - 7, 277), (cx, 275), (cx + 7, 277), (cx + 14, 284), (cx, 290)])
        canvas.fill(eye, "fff8ee")
        canvas.fill(ellipse(cx, 282, 7.8), "4d3a1e", within=eye)
        canvas.fill(ellipse(cx + 2.4, 280, 2.1), "ffffff", within=eye)
        lid = [(cx - 15, 284), (cx - 7, 276.5), (cx, 274.5), (cx + 7, 276.5), (cx + 15, 284)]
        canvas.line(smooth(lid, False), 3, "3a1a22")
        brow = beside(side, (13, 258), (30, 250), (48, 257))
        canvas.line(smooth(brow, False), 5, "4a2330", taper=True)
        for u, v in ((34, 308), (42, 302), (48, 310), (40, 316)):
            canvas.fill(ellipse(200 + side * u, v, 1.5), "8c4a30", 0.8)
    nose(canvas, 318, "8c5136", 0.7)
    mouth = arc(200, 338, 24, 0, math.pi, 17)
    canvas.fill(mouth, "8e2f35")
    canvas.fill([(180, 338), (220, 338), (214, 345), (186, 345)], "fffaf2")
    canvas.line(arc(200, 337, 25, math.radians(4), math.radians(176), 3), 2.4, "8e3a34")

    # The garden in her hair.
    def flower(cx, cy, size, petals, colour, heart):
        for i in range(petals):
            a = 2 * math.pi * i / petals
            canvas.fill(ellipse(cx + size * math.cos(a), cy + size * math.sin(a), size * 0.72, size * 0.5, a), colour)
        canvas.fill(ellipse(cx, cy, size * 0.5), heart)

    for x, y, length, turn in (
        (112, 178, 52, -2.6), (124, 150, 56, -2.1), (154, 122, 54, -1.85), (284, 150, 54, -0.9), (298, 186, 50, -0.45),
        (252, 122, 50, -1.25), (200, 108, 46, -1.57), (104, 216, 40, -3.0), (304, 222, 40, -0.1),
    ):
        canvas.fill(leaf(x, y, length, length * 0.42, turn), "3f8a63" if length > 50 else "66ab6c")
        spine = [(x + t * length * math.cos(turn), y + t * length * math.sin(turn)) for t in (0.1, 0.85)]
        canvas.line(spine, 1.3, "d6edb4", 0.6)
    flower(136, 158, 17, 6, "f26d5b", "ffd873")
    flower(268, 162, 14, 7, "fff4e3", "f2b23e")
    flower(200, 126, 15, 5, "f7a1a6", "fff0b8")
    flower(106, 206, 10, 5, "ffe08a", "c9762c")
    flower(296, 206, 11, 6, "f26d5b", "ffd873")
    for x, y in ((168, 124), (232, 128), (112, 240), (292, 242), (250, 136)):
        canvas.fill(ellipse(x, y, 4), "ffe8a8")

    # A bee on its way.
    for i, (x, y) in enumerate(smooth([(318, 120), (338, 92), (322, 70), (346, 58)], False, steps=5)):
        if i % 2 == 0:
            canvas.fill(ellipse(x, y, 1.4), "7c5a32", 0.6)
    for turn in (-2.2, -1.2):
        canvas.fill(leaf(356, 50, 15, 10, turn), "ffffff", 0.85)
    bee = ellipse(358, 54, 10, 7, 0.2)
    canvas.fill(bee, "f2b23e")
    for x in (354, 361):
        canvas.fill([(x, 44), (x + 3, 44), (x + 3, 64), (x, 64)], "3a2a1c", within=bee)
    return canvas


# Cards --------------------------------------------------------------------------------------------------------------


def as_v2(card):
    """The card for programs that read V2 only: no assets, no decorators, and a word about it in the notes."""
    data = json.loads(json.dumps(card["data"]))
    data.pop("assets", None)
    if not data["group_only_greetings"]:
        del data["group_only_greetings"]
    for entry in data["character_book"]["entries"]:
        lines = entry["content"].split("\n")
        while lines and (lines[0].startswith("@@") or not lines[0].strip()):
            lines.pop(0)
        entry["content"] = "\n".join(lines)
        if not entry["use_regex"]:
            del entry["use_regex"]
    notice = "This is a Character Card V3, shown as a V2. Use a program that reads V3 to see all of it."
    data["creator_notes"] = "\n\n".join(filter(None, [data["creator_notes"], notice]))
    return {"spec": "chara_card_v2", "spec_version": "2.0", "data": data}


def text_chunk(keyword, card):
    text = json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode()
    return chunk(b"tEXt", keyword.encode() + b"\0" + base64.b64encode(text))


def main():
    pictures = {"luna": luna, "bram": bram, "pia": pia}
    root = pathlib.Path(__file__).resolve().parent.parent
    target = root / "Sources/Examples/Support/Resources/Characters"
    target.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or pictures:
        card = json.loads((root / f"Scripts/Characters/{name}.json").read_text(encoding="utf-8"))
        png = b"\x89PNG\r\n\x1a\n" + pictures[name]().png_chunks()
        png += text_chunk("chara", as_v2(card)) + text_chunk("ccv3", card) + chunk(b"IEND", b"")
        (target / f"{name}.png").write_bytes(png)
        print(f"{name}: {len(png)} bytes")


if __name__ == "__main__":
    main()
