# ruff: noqa: E501 (templates and word lists: one item a line)
"""Things with fields (a person, a product, a book, a city, an event), and texts that tell of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workers.engines.llama_cpp.corpus import vocabulary
from workers.engines.llama_cpp.corpus.split import Draw
from workers.engines.llama_cpp.corpus.values import (
    city,
    decimal,
    email,
    full_name,
    invented_name,
    invented_word,
    of,
    without_article,
)
from workers.engines.llama_cpp.corpus.wording import Templates, expand, phrase, templates


@dataclass(frozen=True)
class Field:
    """A field: its key names by language, its value, and the sentences that tell it.

    ``{s}`` is the subject at the start of a sentence ("Alice", "She", "The lamp"), ``{v}`` the value as it is said.
    """

    keys: tuple[tuple[str, ...], tuple[str, ...]]
    draw_value: Callable[[Draw, int], Any]
    sentences: tuple[Templates, Templates]


@dataclass(frozen=True)
class Record:
    """A kind of thing: the first field is how it is called, the others are told about it."""

    nouns: tuple[str, str]
    pronouns: tuple[tuple[str, ...], tuple[str, ...]]
    name: Field
    fields: tuple[Field, ...]


def _field(keys: str, value: Callable[[Draw, int], Any], french: str, english: str) -> Field:
    french_keys, english_keys = (tuple(side.strip().split("/")) for side in keys.split("="))
    return Field((french_keys, english_keys), value, (templates(french), templates(english)))


def _price(draw: Draw, _language: int) -> float | int:
    return draw.whole(2, 999) if draw.chance(0.6) else decimal(draw)


def _when(draw: Draw, language: int) -> str:
    day, month = draw.whole(1, 28), of(draw, vocabulary.MONTHS, language)
    year = draw.whole(2020, 2031)
    return f"{day} {month} {year}" if language == 0 or draw.chance(0.5) else f"{month} {day}, {year}"


PERSON = Record(
    ("la personne", "the person"),
    (("Cette personne", "Il", "Elle"), ("This person", "He", "She")),
    _field("nom/nom_complet/personne=name/full_name/person", lambda d, _: full_name(d), "{v}", "{v}"),
    (
        _field(
            "age=age",
            lambda d, _: d.whole(18, 90),
            "{s} a {v} ans.\n{s} est âgé de {v} ans.\n{s}, {v} ans, est là.\nÂge : {v} ans.\n{s} vient d'avoir {v} ans.\n{s} fête ses {v} ans.",
            "{s} is {v} years old.\n{s} is {v}.\n{s}, aged {v}, is here.\nAge: {v}.\n{s} has just turned {v}.\n{s} is celebrating {v} years.",
        ),
        _field(
            "ville/residence=city/town",
            city,
            "{s} [habite|vit|réside] à {v}.\n{s} [s'est installé|a déménagé] à {v}.\nVille : {v}.\nLe domicile de {s} est à {v}.\n{s} a un appartement à {v}.",
            "{s} lives in {v}.\n{s} [is based|has settled|resides] in {v}.\nCity: {v}.\n{s} has moved to {v}.\n{s} has a flat in {v}.",
        ),
        _field(
            "metier/profession/emploi=job/profession/occupation",
            lambda d, lang: of(d, vocabulary.JOBS, lang),
            "{s} est {v}.\n{s} travaille comme {v}.\nMétier : {v}.\n{s} exerce le métier de {v}.\n{s} gagne sa vie comme {v}.",
            "{s} is a {v}.\n{s} works as a {v}.\nJob: {v}.\n{s} earns a living as a {v}.\n{s} has a job as a {v}.",
        ),
        _field(
            "loisir/passion=hobby/passion",
            lambda d, lang: without_article(of(d, vocabulary.HOBBIES, lang)),
            "Loisir préféré : {v}.\n{s} adore ceci : {v}.\nSa passion : {v}.\nLe loisir de {s}, c'est {v}.",
            "{s} [loves|enjoys|likes] {v}.\nHobby: {v}.\nIn the evening, {s} does some {v}.\nA passion: {v}.",
        ),
        _field(
            "email/courriel=email/mail",
            lambda d, _: email(d),
            "Son adresse est {v}.\nE-mail : {v}.\nOn peut écrire à {v}.\nContact : {v}.",
            "The address is {v}.\nEmail: {v}.\nOne can write to {v}.\nContact: {v}.",
        ),
        _field(
            "entreprise/employeur=company/employer",
            lambda d, _: d.pick(vocabulary.COMPANIES),
            "{s} travaille chez {v}.\nEmployeur : {v}.\n{s} a été recruté par {v}.\n{s} est salarié de {v}.",
            "{s} works at {v}.\nEmployer: {v}.\n{s} has been hired by {v}.\n{s} is employed by {v}.",
        ),
        _field(
            "pays=country",
            lambda d, lang: of(d, vocabulary.COUNTRIES, lang),
            "Pays : {v}.\nSon pays d'origine : {v}.\nPays de naissance : {v}.",
            "{s} comes from {v}.\nCountry: {v}.\n{s} was born in {v}.",
        ),
    ),
)
PRODUCT = Record(
    ("le produit", "the product"),
    (("Ce produit", "Cet article", "Il"), ("This product", "This item", "It")),
    _field("produit/nom/article=product/name/item", lambda d, lang: of(d, vocabulary.PRODUCTS, lang), "{v}", "{v}"),
    (
        _field(
            "prix=price",
            _price,
            "{s} coûte {v} euros.\nPrix : {v} €.\n{s} est vendu {v} euros.\n{s} vaut {v} €.\nIl faut compter {v} euros.",
            "{s} costs {v} euros.\nPrice: {v} euros.\n{s} is sold for {v} dollars.\n{s} is priced at {v} euros.\nYou pay {v} euros.",
        ),
        _field(
            "couleur=color/colour",
            lambda d, lang: of(d, vocabulary.COLOURS, lang),
            "{s} est de couleur {v}.\nCouleur : {v}.\nLa couleur est {v}.\n{s} existe en {v}.",
            "{s} is {v}.\nColour: {v}.\nThe colour is {v}.\n{s} comes in {v}.",
        ),
        _field(
            "marque/fabricant=brand/maker",
            lambda d, _: d.pick(vocabulary.COMPANIES) if d.chance(0.6) else invented_name(d),
            "{s} est de la marque {v}.\nMarque : {v}.\n{s} est fabriqué par {v}.\nC'est un modèle {v}.",
            "{s} is made by {v}.\nBrand: {v}.\nThe brand is {v}.\nIt is a {v} model.",
        ),
        _field(
            "stock/quantite=stock/quantity",
            lambda d, _: d.whole(1, 500),
            "Il en reste {v}.\nStock : {v}.\nNous en avons {v} en stock.\n{v} exemplaires sont disponibles.",
            "{v} are left.\nStock: {v}.\nWe have {v} in stock.\n{v} pieces are available.",
        ),
        _field(
            "poids=weight",
            lambda d, _: d.whole(1, 900) if d.chance(0.5) else decimal(d),
            "{s} pèse {v} kg.\nPoids : {v} kg.\nSon poids est de {v} kg.",
            "{s} weighs {v} kg.\nWeight: {v} kg.\nThe weight is {v} kg.",
        ),
        _field(
            "garantie=warranty",
            lambda d, _: d.whole(1, 10),
            "{s} est garanti {v} ans.\nGarantie : {v} ans.\nLa garantie dure {v} ans.",
            "{s} has a warranty of {v} years.\nWarranty: {v} years.\nThe warranty lasts {v} years.",
        ),
    ),
)
BOOK = Record(
    ("le livre", "the book"),
    (("Ce livre", "Cet ouvrage", "Il"), ("This book", "The work", "It")),
    _field(
        "titre/livre=title/book",
        lambda d, _: d.pick(vocabulary.BOOKS) if d.chance(0.6) else f"{invented_name(d)} {invented_word(d)}",
        "« {v} »\n{v}",
        "“{v}”\n{v}",
    ),
    (
        _field(
            "auteur/ecrivain=author/writer",
            lambda d, _: full_name(d),
            "{s} a été écrit par {v}.\nAuteur : {v}.\nL'auteur est {v}.\nC'est un texte de {v}.",
            "{s} was written by {v}.\nAuthor: {v}.\nThe author is {v}.\nIt is a text by {v}.",
        ),
        _field(
            "annee/date=year/date",
            lambda d, _: d.whole(1850, 2026),
            "{s} est paru en {v}.\nAnnée : {v}.\n{s} a été publié en {v}.\n{s} date de {v}.\n{s} est sorti en {v}.",
            "{s} came out in {v}.\nYear: {v}.\n{s} was published in {v}.\n{s} dates from {v}.\n{s} appeared in {v}.",
        ),
        _field(
            "genre=genre/kind",
            lambda d, lang: of(d, vocabulary.GENRES, lang),
            "Genre : {v}.\nC'est du genre {v}.\nLe genre est : {v}.",
            "Genre: {v}.\nIt belongs to the genre {v}.\nThe genre is {v}.",
        ),
        _field(
            "pages/nombre_de_pages=pages/page_count",
            lambda d, _: d.whole(40, 900),
            "{s} compte {v} pages.\nPages : {v}.\n{s} fait {v} pages.\nOn y trouve {v} pages.",
            "{s} has {v} pages.\nPages: {v}.\n{s} is {v} pages long.\nThere are {v} pages.",
        ),
        _field(
            "editeur=publisher",
            lambda d, _: d.pick(vocabulary.COMPANIES),
            "{s} est publié chez {v}.\nÉditeur : {v}.\nLes éditions {v} le publient.",
            "{s} is published by {v}.\nPublisher: {v}.\nThe publisher is {v}.",
        ),
    ),
)
CITY = Record(
    ("la ville", "the city"),
    (("Cette ville", "Elle", "La ville"), ("This city", "It", "The city")),
    _field("ville/nom=city/name", city, "{v}", "{v}"),
    (
        _field(
            "pays=country",
            lambda d, lang: of(d, vocabulary.COUNTRIES, lang),
            "{s} se trouve dans ce pays : {v}.\nPays : {v}.\nLe pays est : {v}.",
            "{s} is in {v}.\nCountry: {v}.\n{s} lies in {v}.",
        ),
        _field(
            "population/habitants=population/inhabitants",
            lambda d, _: d.whole(1, 999) * d.any_of((1, 10, 100, 1000)),
            "{s} compte {v} habitants.\nPopulation : {v}.\n{s} a {v} habitants.\n{v} personnes y vivent.",
            "{s} has {v} inhabitants.\nPopulation: {v}.\n{v} people live there.\n{s} is home to {v} people.",
        ),
        _field(
            "maire=mayor",
            lambda d, _: full_name(d),
            "{s} est dirigée par {v}.\nMaire : {v}.\nLe maire s'appelle {v}.",
            "{s} is led by {v}.\nMayor: {v}.\nThe mayor is {v}.",
        ),
        _field(
            "fleuve/riviere=river",
            lambda d, _: invented_name(d),
            "{s} est traversée par le fleuve {v}.\nFleuve : {v}.\n{s} est au bord du fleuve {v}.",
            "{s} stands on the river {v}.\nRiver: {v}.\nThe {v} flows through {s}.",
        ),
        _field(
            "specialite=speciality",
            lambda d, lang: of(d, vocabulary.PRODUCTS, lang),
            "Sa spécialité : {v}.\nSpécialité : {v}.",
            "Its speciality: {v}.\nSpeciality: {v}.",
        ),
    ),
)
EVENT = Record(
    ("l'événement", "the event"),
    (("Cet événement", "Il", "L'événement"), ("This event", "It", "The event")),
    _field(
        "titre/evenement/nom=title/event/name",
        lambda d, _: f"{d.any_of(('Forum', 'Salon', 'Festival', 'Atelier', 'Concert', 'Gala'))} {invented_name(d)}",
        "{v}",
        "{v}",
    ),
    (
        _field(
            "lieu/ville=place/city",
            city,
            "{s} a lieu à {v}.\nLieu : {v}.\n{s} se tient à {v}.\nRendez-vous à {v}.",
            "{s} takes place in {v}.\nPlace: {v}.\n{s} is held in {v}.\nMeet us in {v}.",
        ),
        _field(
            "date=date",
            _when,
            "{s} aura lieu le {v}.\nDate : {v}.\nNotez la date : {v}.\n{s} commence le {v}.",
            "{s} will be on {v}.\nDate: {v}.\nSave the date: {v}.\n{s} starts on {v}.",
        ),
        _field(
            "prix/tarif=price/fee",
            _price,
            "L'entrée coûte {v} euros.\nTarif : {v} €.\nLe billet est à {v} euros.",
            "Tickets cost {v} euros.\nFee: {v} euros.\nThe entrance is {v} euros.",
        ),
        _field(
            "participants/places=participants/seats",
            lambda d, _: d.whole(10, 2000),
            "On attend {v} participants.\nParticipants : {v}.\n{v} personnes sont inscrites.",
            "{v} participants are expected.\nParticipants: {v}.\n{v} people have registered.",
        ),
        _field(
            "organisateur=organiser",
            lambda d, _: full_name(d) if d.chance(0.5) else d.pick(vocabulary.COMPANIES),
            "{s} est organisé par {v}.\nOrganisateur : {v}.\nC'est une idée de {v}.",
            "{s} is organised by {v}.\nOrganiser: {v}.\nIt is an idea of {v}.",
        ),
    ),
)
FIRST_NAME = Field((("prenom", "prénom"), ("first_name", "given_name")), lambda d, _: "", PERSON.name.sentences)
RECORDS = (PERSON, PERSON, PRODUCT, BOOK, CITY, EVENT)
_OPENINGS = {
    0: templates(
        "{name}.\nVoici {name}.\n[Parlons de|Présentation :|Fiche :|On présente] {name}.\nNous avons {name}.\n[Connaissez-vous|Vous connaissez] {name} ?"
    ),
    1: templates(
        "{name}.\nHere is {name}.\n[Let's talk about|About:|Card:|This is about] {name}.\nWe have {name}.\n[Do you know|Have you heard of] {name}?"
    ),
}


@dataclass(frozen=True)
class Told:
    """A text, and the value of each told field by each of its key names."""

    record: Record
    language: int
    text: str
    values: tuple[tuple[Field, Any], ...]


def tell(draw: Draw, language: int, *, record: Record | None = None, fields: int | None = None) -> Told:
    """A text of two to five sentences about one thing, its fields in random order."""
    record = record or draw.any_of(RECORDS)
    name = record.name.draw_value(draw, language)
    count = fields or draw.whole(2, min(4, len(record.fields)))
    chosen = draw.rng.sample(record.fields, count)
    shown = phrase(draw, record.name.sentences[language], v=name)
    values = [(record.name, name)]
    if record is PERSON and draw.chance(0.3):
        values.append((FIRST_NAME, name.split(" ")[0]))
    sentences: list[str] = []
    for field in chosen:
        value = field.draw_value(draw, language)
        values.append((field, value))
        template = draw.pick(field.sentences[language])
        if sentences and template.startswith("{s} ") and draw.chance(0.4):
            clause = expand(template.removeprefix("{s} "), draw.rng, {"v": value})
            sentences[-1] = sentences[-1].rstrip(".") + (" et ", " and ")[language] + clause
            continue
        subject = shown if not sentences or draw.chance(0.25) else draw.any_of(record.pronouns[language])
        sentence = expand(template, draw.rng, {"s": subject, "v": value})
        sentences.append(sentence[0].upper() + sentence[1:])
    if shown.lower() not in sentences[0].lower() or draw.chance(0.2):
        sentences.insert(0, phrase(draw, _OPENINGS[language], name=shown))
    return Told(record, language, " ".join(sentences), tuple(values))
