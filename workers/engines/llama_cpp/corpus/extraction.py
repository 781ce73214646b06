# ruff: noqa: E501 (templates and word lists: one item a line)
"""Take data out of a text: JSON with the keys that are asked for, or one value."""

import json
from typing import Any

from workers.engines.llama_cpp.corpus.example import Example, Json, ask
from workers.engines.llama_cpp.corpus.records import Field, Told, tell
from workers.engines.llama_cpp.corpus.render import compact
from workers.engines.llama_cpp.corpus.split import Draw
from workers.engines.llama_cpp.corpus.values import invented_word
from workers.engines.llama_cpp.corpus.wording import Templates, phrase, templates

_JSON_AFTER = (
    templates("""
{text}\\n[Réponds|Réponds uniquement|Réponds seulement] en JSON [valide |]avec les [clés|champs] {keys}.
{text} [Donne|Écris|Renvoie|Produis] un [JSON|objet JSON] avec les [clés|champs] {keys}.
{text}\\n[Extrais|Extraire] {keys} [en JSON|au format JSON|dans un objet JSON].
{text}\\n[JSON|Format de sortie|Sortie] : {keys}
{text}\\nTransforme ce texte en JSON. Clés : {keys}.
{text}\\nRéponds par un JSON valide qui contient {keys}.
Texte : {text}\\n[Clés|Champs] : {keys}\\nJSON :
{text}\\nSous forme de JSON ({keys}), s'il te plaît.
{text}\\nDonne-moi {keys} sous forme d'objet JSON, rien d'autre.
"""),
    templates("""
{text}\\n[Answer|Answer only|Reply] in [valid |]JSON with the [keys|fields] {keys}.
{text} [Give|Write|Return|Produce] a JSON [object |]with the [keys|fields] {keys}.
{text}\\nExtract {keys} [in JSON|as JSON|into a JSON object].
{text}\\n[JSON|Output format|Output]: {keys}
{text}\\nTurn this text into JSON. Keys: {keys}.
{text}\\nAnswer with valid JSON that contains {keys}.
Text: {text}\\n[Keys|Fields]: {keys}\\nJSON:
{text}\\nAs JSON ({keys}), please.
{text}\\nGive me {keys} as a JSON object and nothing else.
"""),
)
_JSON_BEFORE = (
    templates("""
[Extrais|Donne|Renvoie|Récupère] les [clés|champs|informations] {keys} [en JSON|au format JSON] [de ce texte|du texte suivant|depuis ce texte] : {text}
[Réponds|Réponds uniquement] en JSON [valide |]avec les clés {keys}. [Texte|Voici le texte] : {text}
[En JSON|Au format JSON] avec {keys} : {text}
[Lis|Analyse] ce texte et [renvoie|donne] un JSON valide avec {keys} : {text}
[Fais|Construis|Écris] un objet JSON ({keys}) à partir de ce texte : {text}
[Quelles sont les valeurs de|Trouve] {keys} ? Réponds en JSON.\\n{text}
[Convertis|Transforme] en JSON, clés {keys} :\\n{text}
Tu extrais des données. Clés : {keys}. Réponds en JSON valide.\\nTexte : {text}
"""),
    templates("""
[Extract|Give|Return|Get] the [keys|fields|values] {keys} [in JSON|as JSON] from [this text|the following text|the text]: {text}
[Answer|Answer only] in [valid |]JSON with the keys {keys}. [Text|Here is the text]: {text}
[In JSON|As JSON] with {keys}: {text}
[Read|Analyse] this text and [return|give] valid JSON with {keys}: {text}
[Make|Build|Write] a JSON object ({keys}) from this text: {text}
[What are the values of|Find] {keys}? Answer in JSON.\\n{text}
[Convert|Turn] into JSON, keys {keys}:\\n{text}
You extract data. Keys: {keys}. Answer in valid JSON.\\nText: {text}
"""),
)
_JSON_SYSTEM = (
    templates("""
[Tu réponds|Réponds] [toujours|uniquement|seulement] en JSON [valide |]avec les clés {keys}.
Tu es un extracteur de données. [Réponds|Sors] en JSON : {keys}.
[Extrais|Donne] {keys} en JSON [valide|], sans [autre texte|commentaire].
"""),
    templates("""
[You answer|Answer] [always|only] in [valid |]JSON with the keys {keys}.
You are a data extractor. [Answer|Output] in JSON: {keys}.
[Extract|Give] {keys} as [valid |]JSON, without [other text|comment].
"""),
)


def _chosen_keys(draw: Draw, told: Told) -> tuple[list[str], Json]:
    """Some keys in the order they will be asked for, and their values."""
    count = draw.whole(1, len(told.values))
    order = (
        draw.rng.sample(range(len(told.values)), count)
        if draw.chance(0.5)
        else sorted(draw.rng.sample(range(len(told.values)), count))
    )
    language = told.language if draw.chance(0.85) else 1 - told.language
    keys: dict[str, Any] = {}
    for index in order:
        field, value = told.values[index]
        key = draw.any_of(field.keys[language])
        if key not in keys:
            keys[key] = value
    if draw.chance(0.08):
        keys.update(_missing(draw, told, set(keys), language))
    return list(keys), keys


def _missing(draw: Draw, told: Told, taken: set[str], language: int) -> Json:
    """A key that the text says nothing about: null."""
    said = [field for field, _ in told.values]
    silent = [field for field in told.record.fields if field not in said]
    if not silent:
        return {}
    key = draw.any_of(draw.any_of(silent).keys[language])
    return {} if key in taken or any(key in field.keys[language] for field in said) else {key: None}


def _list_keys(draw: Draw, language: int, keys: list[str]) -> str:
    marked = [draw.any_of(("{}", "{}", '"{}"')).format(key) for key in keys] if draw.chance(0.3) else keys
    if draw.chance(0.25):
        marked = [f'"{key}"' for key in keys]
    if len(marked) > 1 and draw.chance(0.5):
        return ", ".join(marked[:-1]) + (" et " if language == 0 else " and ") + marked[-1]
    return ", ".join(marked)


def json_with_keys(draw: Draw) -> Example:
    """A text and some keys: a JSON object with these keys in this order."""
    language = draw.whole(0, 1)
    told = tell(draw, language)
    keys, values = _chosen_keys(draw, told)
    asked_in = language if draw.chance(0.85) else 1 - language
    said = _list_keys(draw, asked_in, keys)
    answer = compact(values)
    facts = {"values": values}
    schema = json_schema(values)
    if draw.chance(0.15):
        system = phrase(draw, _JSON_SYSTEM[asked_in], keys=said)
        return ask("json", told.text, answer, system=system, schema=schema, facts=facts)
    pools: tuple[Templates, Templates] = _JSON_AFTER if draw.chance(0.55) else _JSON_BEFORE
    question = phrase(draw, pools[asked_in], text=told.text, keys=said)
    return ask("json", question, answer, schema=schema, facts=facts)


LONGEST_VALUE = 64  # characters; without a limit a model that repeats itself never comes to the closing quote


def json_schema(values: Json) -> Json:
    """The JSON Schema that the values fit. Every answer that it allows is finite: the grammar always comes to its end."""
    return {
        "type": "object",
        "properties": {key: _schema_of(value) for key, value in values.items()},
        "required": list(values),
        "additionalProperties": False,
    }


def _schema_of(value: Any) -> Json:
    if value is None:
        return {"type": ["string", "null"], "maxLength": LONGEST_VALUE}
    if isinstance(value, int):
        return {"type": "integer"}
    return {"type": "number"} if isinstance(value, float) else {"type": "string", "maxLength": LONGEST_VALUE}


_PLAIN_JSON = (
    templates("""
[Crée|Écris|Donne|Produis|Génère] un [JSON|objet JSON] avec {pairs}.
[Crée|Écris] un objet JSON : {pairs}.
[Mets|Écris] [ceci|ces données] en JSON : {pairs}
[Réponds|Donne-moi] en JSON : {pairs}
"""),
    templates("""
[Create|Write|Give|Produce|Generate] a JSON [object |]with {pairs}.
[Create|Write] a JSON object: {pairs}.
[Put|Write] [this|these data] in JSON: {pairs}
[Answer|Give me] in JSON: {pairs}
"""),
)


def json_from_pairs(draw: Draw) -> Example:
    """Keys and values stand in the request itself."""
    language = draw.whole(0, 1)
    told = tell(draw, language)
    values: Json = {}
    for field, value in told.values:
        key = draw.any_of(field.keys[language]) if draw.chance(0.7) else invented_word(draw)
        values.setdefault(key, value)
    joint = draw.any_of((" = ", " : ", ": ", " ", "="))
    said = draw.any_of((", ", " ; ", ", ")).join(f"{key}{joint}{value}" for key, value in values.items())
    question = phrase(draw, _PLAIN_JSON[language], pairs=said)
    return ask("json", question, compact(values), schema=json_schema(values), facts={"values": values})


_ONE_VALUE = (
    templates("""
{text} [Quelle est la valeur de|Donne|Trouve|Extrais|Indique] « {key} » ?
[Texte|Contexte] : {text}\\n[Question : quel est|Donne|Extrais] {key} ?
[D'après ce texte|Selon le texte|Dans ce texte], [quel est|trouve|donne] {key} : {text}
{text}\\n{key} ?
[Extrais|Trouve|Donne seulement] {key} : {text}
[Réponds avec le texte|Lis et réponds]. {text}\\nChamp demandé : {key}
{text}\\n[Quel est|Quelle est] [ici |][le champ|la valeur du champ|l'information] {key} ?
{key} dans ce texte : {text}
[Donne|Écris|Renvoie|Indique] [seulement|uniquement|juste] [la valeur de|le champ] {key}.\\n{text}
{text}\\n[Valeur de|Champ] {key} :
[Que dit ce texte sur|Que vaut] {key} ? {text}
{text} [Extrais|Relève|Trouve] {key}.
Texte : {text}\\n{key} :
[Information cherchée|Question] : {key}.\\nTexte : {text}
Dans « {text} », que vaut {key} ?
"""),
    templates("""
{text} [What is the value of|Give|Find|Extract|State] “{key}”?
[Text|Context]: {text}\\n[Question: what is|Give|Extract] {key}?
[According to this text|From the text|In this text], [what is|find|give] {key}: {text}
{text}\\n{key}?
[Extract|Find|Give only] {key}: {text}
[Answer from the text|Read and answer]. {text}\\nField wanted: {key}
{text}\\nWhat is the [field|value of the field|information] {key}[| here]?
{key} in this text: {text}
[Give|Write|Return|State] [only|just] [the value of|the field] {key}.\\n{text}
{text}\\n[Value of|Field] {key}:
What does this text say about {key}? {text}
{text} [Extract|Pick out|Find] the {key}.
Text: {text}\\n{key}:
[Information wanted|Question]: {key}.\\nText: {text}
In “{text}”, what is the {key}?
"""),
)


def one_value(draw: Draw) -> Example:
    """One field of a text, alone."""
    language = draw.whole(0, 1)
    told = tell(draw, language)
    field: Field
    field, value = draw.any_of(told.values)
    key = draw.any_of(field.keys[language]).replace("_", " ")
    question = phrase(draw, _ONE_VALUE[language], text=told.text, key=key)
    answer = str(value)
    return ask("extraction", question, answer, facts={"value": json.loads(compact(value))})
