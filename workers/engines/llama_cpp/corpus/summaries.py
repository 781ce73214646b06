# ruff: noqa: E501 (templates and word lists: one item a line)
"""Summaries: so many points of a text, with terms to use, or one sentence. They quote the text: a tiny model copies well."""

from workers.engines.llama_cpp.corpus.example import Example, ask
from workers.engines.llama_cpp.corpus.formats import NUMBER_WORDS
from workers.engines.llama_cpp.corpus.prose import bare, text_about
from workers.engines.llama_cpp.corpus.split import Draw
from workers.engines.llama_cpp.corpus.values import invented_word
from workers.engines.llama_cpp.corpus.wording import phrase, templates

_POINTS = (
    templates("""
[Résume|Résumez|Résumer] [ce texte|le texte|le texte suivant] en {n} [points|tirets|puces|idées]{with} : {text}
[Résume|Résumez] en {n} [points|tirets|puces]{with} :\\n{text}
{text}\\n[Résume|Résume ce texte|Fais un résumé] en {n} [points|tirets|puces]{with}.
[Fais|Écris|Donne] un résumé en {n} [points|tirets|puces]{with} [de ce texte|du texte suivant] : {text}
[Donne|Cite|Extrais|Liste] les {n} [idées principales|points clés|points importants]{with} : {text}
Texte : {text}\\n[Consigne|Tâche] : [résumé en|résumer en] {n} [points|puces]{with}.
[Peux-tu|Pourrais-tu] résumer ce texte en {n} [points|tirets]{with} ? {text}
Tu es [journaliste|un assistant|rédacteur]. Résume en {n} [points|puces]{with}.\\n\\n{text}
Voici un texte : {text} [Résume-le|Fais-en un résumé] en {n} [points|tirets|puces]{with}.
[Synthétise|Condense] ce texte en {n} [points|puces|tirets]{with}. {text}
{n} puces pour résumer{with} : {text}
[Résume|Fais résumer] en exactement {n} [puces|points|tirets]{with} : {text}
[En|Avec] {n} [puces|points|tirets]{with}, [résume|résume ce texte] : {text}
{text}\\n\\n[En {n} puces|{n} puces|{n} points]{with}, [rien d'autre|sans introduction].
[Résume|Écris] {n} [puces|lignes|phrases courtes]{with}, [et rien d'autre|une par ligne] : {text}
Voici le texte à résumer en {n} [points|puces]{with} :\\n{text}
Résumé en {n} puces{with} :\\n\\n{text}
Quels sont les {n} points importants{with} ? {text}
"""),
    templates("""
[Summarise|Summarize|Sum up] [this text|the text|the following text] in {n} [points|bullets|bullet points|ideas]{with}: {text}
[Summarise|Summarize] in {n} [points|bullets|bullet points]{with}:\\n{text}
{text}\\n[Summarise|Summarise this text|Make a summary] in {n} [points|bullets|bullet points]{with}.
[Make|Write|Give] a summary in {n} [points|bullets|bullet points]{with} of [this text|the following text]: {text}
[Give|Name|Extract|List] the {n} [main ideas|key points|important points]{with}: {text}
Text: {text}\\n[Instruction|Task]: [summary in|summarise in] {n} [points|bullets]{with}.
[Can|Could] you summarise this text in {n} [points|bullets]{with}? {text}
You are [a journalist|an assistant|an editor]. Summarise in {n} [points|bullets]{with}.\\n\\n{text}
Here is a text: {text} Summarise it in {n} [points|bullets|bullet points]{with}.
[Condense|Boil down] this text to {n} [points|bullets|bullet points]{with}. {text}
{n} bullets that sum up{with}: {text}
Summarise in exactly {n} [bullets|points|bullet points]{with}: {text}
[In|With] {n} [bullets|points|bullet points]{with}, summarise [|this text]: {text}
{text}\\n\\n[In {n} bullets|{n} bullet points|{n} points]{with}, [nothing else|no introduction].
[Summarise in|Write] {n} [bullets|lines|short sentences]{with}, [and nothing else|one per line]: {text}
Here is the text to summarise in {n} [points|bullets]{with}:\\n{text}
Summary in {n} bullet points{with}:\\n\\n{text}
What are the {n} important points{with}? {text}
"""),
)
_WITH_TERMS = (
    templates("""
 en utilisant [les mots|les termes|ces mots] {terms}
 avec [les mots|les termes|ces termes] {terms}
 (mots [obligatoires|à utiliser|imposés] : {terms})
 ; utilise [les mots|obligatoirement] {terms}
 qui [contiennent|emploient] {terms}
, en employant {terms}
, termes à placer : {terms}
 qui utilisent [les mots|ces mots :] {terms}
 [contenant|où figurent|incluant] [les mots|] {terms}
 avec obligatoirement {terms}
. Mots à employer : {terms}
 et les mots {terms}
 en employant les mots {terms}
"""),
    templates("""
 using the [words|terms] {terms}
 with the [words|terms] {terms}
 ([required|mandatory] words: {terms})
; use [the words|the terms] {terms}
 that [contain|use] {terms}
, and use {terms}
, terms to include: {terms}
 that use [the words|these words:] {terms}
 [containing|including|which mention] [the words|] {terms}
 and the words {terms}
. Words to use: {terms}
 in which the words {terms} appear
 with the terms {terms} in them
"""),
)
_SYSTEM = (
    templates(
        "[Tu résumes|Résume] [toujours|les textes] en {n} [points|puces|tirets].\nTu es un assistant qui résume en {n} [points|puces]."
    ),
    templates(
        "[You summarise|Summarise] [always|texts] in {n} [points|bullets].\nYou are an assistant that summarises in {n} [points|bullets]."
    ),
)


def _join(draw: Draw, language: int, terms: list[str]) -> str:
    marked = [draw.any_of(("{}", '"{}"')).format(term) for term in terms] if draw.chance(0.3) else terms
    if len(marked) > 1 and draw.chance(0.6):
        return ", ".join(marked[:-1]) + (" et " if language == 0 else " and ") + marked[-1]
    return ", ".join(marked)


def _count(draw: Draw, language: int, count: int) -> str:
    return str(count) if draw.chance(0.5) else NUMBER_WORDS[language][count]


def summary_points(draw: Draw) -> Example:
    """So many bullets; with required terms the bullets speak of them in their order."""
    language = draw.whole(0, 1)
    count = draw.any_of((2, 3, 3, 3, 3, 4))
    told = text_about(draw, language, draw.whole(count, count + 2))
    text = " ".join(each for each, _ in told)
    terms: list[str] = []
    bullets = [each for each, _ in told[:count]]
    if draw.chance(0.55):
        terms, bullets = _with_terms(draw, told, count)
    said = phrase(draw, _WITH_TERMS[language], terms=_join(draw, language, terms)) if terms else ""
    said = said if said[:1] in ",;" else f" {said}".rstrip() if said else ""
    answer = "\n".join(f"- {each}" for each in bullets)
    facts = {"count": count, "terms": terms}
    number = _count(draw, language, count)
    if draw.chance(0.15):
        system = phrase(draw, _SYSTEM[language], n=number) + (said + "." if said else "")
        return ask("summary", text, answer, system=system, facts=facts)
    question = phrase(draw, _POINTS[language], n=number, text=text, **{"with": said})
    return ask("summary", question[0].upper() + question[1:], answer, facts=facts)


def _with_terms(draw: Draw, told: list[tuple[str, str]], count: int) -> tuple[list[str], list[str]]:
    """Required terms, and bullets: the sentence that speaks of the term, under the term where it does not occur."""
    order = sorted(draw.rng.sample(range(len(told)), draw.whole(1, count)))
    if draw.chance(0.4):
        draw.rng.shuffle(order)
    terms = [bare(told[index][1]) for index in order]
    bullets = [told[index][0] for index in order]
    left = [index for index in range(len(told)) if index not in order]
    if draw.chance(0.2):
        strange = draw.whole(0, len(order) - 1)
        terms[strange] = invented_word(draw)
        bullets[strange] = f"{terms[strange].capitalize()} : {bullets[strange]}"
    bullets += [told[index][0] for index in left[: count - len(bullets)]]
    return terms, bullets


_ONE_SENTENCE = (
    templates("""
[Résume|Résumez] [ce texte|le texte suivant] en une [seule |]phrase : {text}
[En une phrase|Une phrase de résumé|Résumé en une phrase] : {text}
{text}\\n[Résume|Résume ce texte|Résumé] en une phrase.
Quelle est l'idée principale [de ce texte|] ? {text}
"""),
    templates("""
[Summarise|Summarize] [this text|the following text] in one [single |]sentence: {text}
[In one sentence|One sentence summary|Summary in one sentence]: {text}
{text}\\n[Summarise|Summarise this text|Summary] in one sentence.
What is the main idea of [this|the] text? {text}
"""),
)


def summary_sentence(draw: Draw) -> Example:
    """The first sentence of a text says what it is about."""
    language = draw.whole(0, 1)
    told = text_about(draw, language, draw.whole(2, 4))
    text = " ".join(each for each, _ in told)
    return ask("summary_sentence", phrase(draw, _ONE_SENTENCE[language], text=text), told[0][0])
