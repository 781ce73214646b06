"""From a wish to concrete scenes: everything that a prompt leaves open is drawn by lot.

Lengths are in shorter sides of the picture: one of 768×512 pixels is 1.5 wide and 1 high.
"""

import colorsys
import random
from dataclasses import dataclass

from workers.engines.diffusion import vocabulary
from workers.engines.diffusion.prompt import MANY, Thing, Wish
from workers.engines.diffusion.vocabulary import RGB

USUAL_SIZES = (0.12, 0.2)
BACKGROUNDS: tuple[RGB, ...] = ((250, 250, 248), (240, 236, 226), (228, 232, 238), (244, 238, 240))
DARK_BACKGROUND: RGB = (48, 54, 70)
HORIZON = 0.6  # of the height
HABITATS = {"sky": (0.08, 0.42), "ground": (0.72, 0.85), "water": (0.68, 0.85), "any": (0.15, 0.85)}
SKIES = ("night", "space", "sunset", "sky")  # the first one asked for makes the light


@dataclass(frozen=True)
class Item:
    shape: str
    rgb: RGB
    x: float
    y: float
    radius: float
    turn: float  # radians, clockwise


@dataclass(frozen=True)
class Scene:
    width: float
    height: float
    background: RGB
    lands: tuple[str, ...]  # what of vocabulary.SCENES is in it; none: plain background
    tint: RGB | None
    items: tuple[Item, ...]
    styles: frozenset[str]
    seed: int  # of the small details


def imagine(wish: Wish, width: float, height: float, rng: random.Random) -> Scene:
    """One scene that fulfils the wish."""
    sizes = _sizes(wish, rng)
    items = _placed(wish, sizes, width, height, rng)
    return Scene(
        width, height, wish.background or _background(items, rng), tuple(wish.scenes), wish.scene_colour,
        tuple(items), frozenset(wish.styles), rng.randrange(2**31),
    )  # fmt: skip


def anything(rng: random.Random) -> Wish:
    """A wish by lot: what pictures without a prompt are like."""
    wish = Wish()
    if rng.random() < 0.5:
        wish.scenes = rng.sample(sorted(vocabulary.SCENES), rng.choice([1, 1, 2]))
    for _ in range(rng.choice([0, 1, 1, 2] if wish.scenes else [1, 2, 3])):
        colour = rng.choice(sorted(vocabulary.COLOURS))
        wish.things.append(Thing(rng.choice(sorted(vocabulary.THINGS)), [vocabulary.COLOURS[colour][0]]))
    return wish


def _sizes(wish: Wish, rng: random.Random) -> list[tuple[int, Thing, RGB, float]]:
    """Index of the thing, the thing, colour and radius, for each item; large ones first, they are hard to place."""
    found = []
    for index, thing in enumerate(wish.things):
        count = rng.randint(3, 5) if thing.count == MANY else thing.count
        usual = rng.uniform(*USUAL_SIZES) if thing.size is None else thing.size * rng.uniform(0.92, 1.08)
        crowd = max(1.0, (sum(max(other.count, 1) for other in wish.things) / 3) ** 0.5)
        colours = thing.colours or [_own_colour(thing.name, rng)]
        for number in range(count):
            radius = usual * rng.uniform(0.95, 1.05) / (crowd if thing.size is None else 1)
            found.append((index, thing, _near(colours[number % len(colours)], rng), radius))
    return sorted(found, key=lambda item: -item[3])


def _own_colour(name: str, rng: random.Random) -> RGB:
    usual = vocabulary.OWN_COLOURS.get(name)
    shades = [colour for colour in sorted(vocabulary.COLOURS) if colour not in ("white", "beige", "grey")]
    drawn = rng.choice(shades)
    return vocabulary.COLOURS[usual or drawn][0]


def _near(rgb: RGB, rng: random.Random) -> RGB:
    hue, light, strength = colorsys.rgb_to_hls(*(part / 255 for part in rgb))
    hue, light = (hue + rng.uniform(-0.012, 0.012)) % 1, min(max(light * rng.uniform(0.94, 1.06), 0), 1)
    red, green, blue = (round(part * 255) for part in colorsys.hls_to_rgb(hue, light, strength))
    return red, green, blue


def _background(items: list[Item], rng: random.Random) -> RGB:
    chosen = rng.choice(BACKGROUNDS)
    pale = any(min(item.rgb) > 190 for item in items)
    return DARK_BACKGROUND if pale else chosen


def _placed(
    wish: Wish, sizes: list[tuple[int, Thing, RGB, float]], width: float, height: float, rng: random.Random
) -> list[Item]:
    shrink = 1.0
    for _ in range(12):  # everything a little smaller, until it fits without overlap
        items = _try(wish, sizes, width, height, rng, shrink)
        if items is not None:
            return items
        shrink *= 0.85
    return []


def _try(
    wish: Wish, sizes: list[tuple[int, Thing, RGB, float]], width: float, height: float, rng: random.Random,
    shrink: float,
) -> list[Item] | None:  # fmt: skip
    placed: list[tuple[int, Item]] = []
    for index, thing, rgb, full in sizes:
        radius = min(full * shrink, 0.48)
        for _ in range(60):
            x, y = _spot(thing, bool(wish.scenes), width, height, radius, rng)
            if _free(x, y, radius, placed) and _related(wish, index, x, y, radius, placed):
                placed.append((index, Item(thing.name, rgb, x, y, radius, rng.uniform(-0.12, 0.12))))
                break
        else:
            return None
    return [item for _, item in placed]


def _spot(
    thing: Thing, landscape: bool, width: float, height: float, radius: float, rng: random.Random
) -> tuple[float, float]:
    margin = radius * 1.15
    if thing.position is not None:
        spread = 0.05 if thing.count == 1 else 0.16
        x = width * (thing.position[0] + rng.uniform(-spread, spread))
        y = height * (thing.position[1] + rng.uniform(-spread, spread))
    else:
        low, high = HABITATS[vocabulary.THINGS[thing.name][0] if landscape else "any"]
        x, y = width * rng.uniform(0.1, 0.9), height * rng.uniform(low, high)
    return min(max(x, margin), width - margin), min(max(y, margin), height - margin)


def _free(x: float, y: float, radius: float, placed: list[tuple[int, Item]]) -> bool:
    return all(
        (x - other.x) ** 2 + (y - other.y) ** 2 > (1.2 * (radius + other.radius)) ** 2 for _, other in placed
    )  # fmt: skip


def _related(wish: Wish, index: int, x: float, y: float, radius: float, placed: list[tuple[int, Item]]) -> bool:
    for first, step, second in wish.relations:
        for other_index, other in placed:
            if (index, other_index) == (first, second) and not _lies(step, x - other.x, y - other.y):
                return False
            if (other_index, index) == (first, second) and not _lies(step, other.x - x, other.y - y):
                return False
    return True


def _lies(step: tuple[int, int], right: float, down: float) -> bool:
    """Whether a displacement goes mostly the way of the step; (-2, 0) means beside, on whichever side."""
    if step == (-2, 0):
        return abs(right) > abs(down) and abs(right) < 0.7
    along, across = (right * step[0], down) if step[0] else (down * step[1], right)
    return along > 0 and along > 1.5 * abs(across)
