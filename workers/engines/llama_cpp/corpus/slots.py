# ruff: noqa: E501 (templates and word lists: one item a line)
"""The kinds of slot in a function's wordings: how a value is said, and the JSON value that it stands for."""

from collections.abc import Callable
from typing import Any

from workers.engines.llama_cpp.corpus import vocabulary
from workers.engines.llama_cpp.corpus.example import Json
from workers.engines.llama_cpp.corpus.split import Draw, Pool, Split
from workers.engines.llama_cpp.corpus.values import (
    city,
    clock,
    decimal,
    email,
    first_name,
    full_name,
    invented_word,
    invented_words,
    iso_date,
    number,
    of,
)
from workers.engines.llama_cpp.corpus.vocabulary import pairs, words

Said = tuple[str, Any]

PLAIN_WORDS = words("""
meeting, report, hello, good morning, thank you, see you soon, budget, holiday, invoice, new offer, project news, happy birthday, lunch
the train is late, I love this film, this phone is terrible, the food was cold, great service, call the bank, buy bread, water the plants
pay the rent, finish the slides, visit grandma, feed the cat, the sky is blue, open data, machine learning, python, level, radar, algorithm
the quick answer, a small step, garden party, weekly summary, team dinner, access code, final exam, free tickets, lost keys, spring sale
réunion, bonjour, merci beaucoup, à bientôt, facture, vacances, joyeux anniversaire, le train est en retard, j'adore ce film, service parfait
ce téléphone est nul, appeler la banque, acheter du pain, arroser les plantes, payer le loyer, finir le rapport, nourrir le chat, la mer
le ciel est bleu, données ouvertes, apprentissage, une petite étape, bonne nuit, rendez-vous, compte rendu, examen final, clés perdues
menu du jour, nouvelle offre, résultats du mois, je suis déçu, quelle belle journée, il fait froid, la porte est ouverte, à table
conference, deadline, password, library books, ticket 42, room change, sunset, winter is here, I am tired, what a day, see the doctor
""")
ROOMS = pairs("""
salon=living room, cuisine=kitchen, chambre=bedroom, bureau=office, garage, couloir=hallway, jardin=garden, grenier=attic, cave=cellar
salle de bain=bathroom, entrée=entrance, terrasse=terrace, atelier=workshop, bibliothèque=library, balcon=balcony, véranda=veranda
""")
DISHES = pairs("""
pizzas, burgers, salades=salads, crêpes=pancakes, soupes=soups, sandwichs=sandwiches, tartes=pies, sushis, tacos, gâteaux=cakes, quiches
nems=spring rolls, paninis, ramens, couscous, paellas, risottos, lasagnes, omelettes, gaufres=waffles, bagels, kebabs, raviolis
""")
MONEY = pairs("""
euros=euros, dollars, livres=pounds, yens=yen, francs, roubles=rubles, pesos, couronnes=crowns, roupies=rupees, dinars, yuans=yuan, dirhams
""")
TONGUES = pairs("""
anglais=English, espagnol=Spanish, allemand=German, italien=Italian, portugais=Portuguese, japonais=Japanese, chinois=Chinese, arabe=Arabic
russe=Russian, grec=Greek, turc=Turkish, polonais=Polish, suédois=Swedish, néerlandais=Dutch, coréen=Korean, hindi=Hindi, latin=Latin
""")
FOLDERS = words("home, data, tmp, docs, notes, src, logs, var, users, reports, music, backup, config, files")
ENDINGS = words("txt, csv, json, md, log, py, yml, ini, xml, html")


def quoted(draw: Draw, language: int) -> Said:
    """A text between quotation marks, or bare for a single word now and then."""
    text = free_text(draw)
    if " " not in text and draw.chance(0.2):
        return text, text
    marks = ['"{}"', "'{}'", '"{}"', "« {} »" if language == 0 else "“{}”"]
    if "'" in text:
        marks.remove("'{}'")
    return draw.any_of(marks).format(text), text


def free_text(draw: Draw) -> str:
    if draw.chance(0.45):
        return draw.pick(PLAIN_WORDS)
    return " ".join(invented_word(draw) for _ in range(draw.any_of((1, 1, 2, 2, 3, 4))))


def _path(draw: Draw, _language: int) -> Said:
    stem = invented_word(draw) if draw.chance(0.5) else draw.any_of(FOLDERS.items)
    parts = [draw.any_of(FOLDERS.items) for _ in range(draw.whole(0, 2))]
    path = "/".join(["", *parts, ""] if draw.chance(0.6) else [*parts, ""]) if parts else ""
    text = f"{path}{stem}.{draw.any_of(ENDINGS.items)}"
    return text, text


def _numbers(draw: Draw, language: int) -> Said:
    found = [draw.whole(0, 10 ** draw.any_of((1, 2, 2))) for _ in range(draw.whole(2, 6))]
    last = " et " if language == 0 else " and "
    head, tail = ", ".join(map(str, found[:-1])), found[-1]
    return (f"{head}{last}{tail}" if draw.chance(0.6) else f"{head}, {tail}"), found


def _number(draw: Draw, _language: int) -> Said:
    value = decimal(draw) if draw.chance(0.2) else number(draw)
    return str(value), value


def _switch(draw: Draw, language: int) -> Said:
    on = draw.chance(0.5)
    return ("allumer" if on else "éteindre") if language == 0 else ("on" if on else "off"), on


def _same(make: Callable[[Draw, int], Any]) -> Callable[[Draw, int], Said]:
    def said(draw: Draw, language: int) -> Said:
        value = make(draw, language)
        return str(value), value

    return said


def _from(pool: Pool[tuple[str, str]]) -> Callable[[Draw, int], Said]:
    """A word of the vocabulary; in training made-up ones, too, so that any value is copied."""

    def value(draw: Draw, language: int) -> str:
        invented = draw.split is Split.TRAIN and draw.chance(0.2)
        return invented_words(draw) if invented else of(draw, pool, language)

    return _same(value)


KINDS: dict[str, tuple[Json, Callable[[Draw, int], Said]]] = {
    "city": ({"type": "string"}, _same(city)),
    "country": ({"type": "string"}, _from(vocabulary.COUNTRIES)),
    "name": ({"type": "string"}, _same(lambda draw, _: first_name(draw) if draw.chance(0.6) else full_name(draw))),
    "fullname": ({"type": "string"}, _same(lambda draw, _: full_name(draw))),
    "email": ({"type": "string"}, _same(lambda draw, _: email(draw))),
    "text": ({"type": "string"}, quoted),
    "word": ({"type": "string"}, _same(lambda draw, _: invented_word(draw))),
    "path": ({"type": "string"}, _path),
    "date": ({"type": "string"}, _same(lambda draw, _: iso_date(draw))),
    "clock": ({"type": "string"}, _same(lambda draw, _: clock(draw))),
    "currency": ({"type": "string"}, _from(MONEY)),
    "language": ({"type": "string"}, _from(TONGUES)),
    "product": ({"type": "string"}, _from(vocabulary.PRODUCTS)),
    "colour": ({"type": "string"}, _from(vocabulary.COLOURS)),
    "room": ({"type": "string"}, _from(ROOMS)),
    "dish": ({"type": "string"}, _from(DISHES)),
    "number": ({"type": "number"}, _number),
    "int": ({"type": "integer"}, _same(lambda draw, _: number(draw))),
    "small": ({"type": "integer"}, _same(lambda draw, _: draw.whole(1, 20))),
    "age": ({"type": "integer"}, _same(lambda draw, _: draw.whole(16, 90))),
    "percent": ({"type": "integer"}, _same(lambda draw, _: draw.whole(1, 100))),
    "bool_on": ({"type": "boolean"}, _switch),
    "numbers": ({"type": "array", "items": {"type": "number"}}, _numbers),
}
