# ruff: noqa: E501 (templates and word lists: one item a line)
"""Closed questions with one right answer: the course's own subjects, capitals, opposites, small sums."""

import re
from dataclasses import dataclass
from pathlib import Path

from workers.engines.llama_cpp.corpus.example import Example, ask
from workers.engines.llama_cpp.corpus.split import Draw, Pool, Split
from workers.engines.llama_cpp.corpus.vocabulary import words
from workers.engines.llama_cpp.corpus.wording import Templates, phrase, roughen, templates, wordings


@dataclass(frozen=True)
class Subject:
    key: str
    answers: tuple[str, str]
    questions: tuple[Templates, Templates]
    terms: tuple[str, ...]  # in French and in English, or none
    held_out: frozenset[str]  # every wording that is not for training


def read_subjects(path: Path) -> tuple[Subject, ...]:
    """The subjects of a data file."""
    return tuple(_read_subject(block) for block in re.split(r"^@ ", path.read_text("utf-8"), flags=re.MULTILINE)[1:])


def _read_subject(block: str) -> Subject:
    key, *lines = [line for line in block.splitlines() if line.strip()]
    found: dict[str, list[str]] = {mark: [] for mark in ("fr=", "en=", "fr~", "en~", "fr", "en")}
    for line in lines:
        mark, _, text = line.partition(" ")
        found[mark].append(text.strip())
    questions = (templates("\n".join(found["fr"])), templates("\n".join(found["en"])))
    held_out = {plain(each) for pool in questions for each in wordings(pool, Split.VALIDATION, Split.TEST)}
    answers = (found["fr="][0], found["en="][0])
    return Subject(key.strip(), answers, questions, (*found["fr~"], *found["en~"]), frozenset(held_out))


def plain(question: str) -> str:
    """A question without what makes no difference."""
    return question.lower().strip(" .?!")


_ABOUT = (
    templates("""
[Qu'est-ce que|C'est quoi|Explique|Explique-moi|Définis|Décris|Présente] {it} ?
[Peux-tu|Pourrais-tu|Pouvez-vous|Sais-tu] [expliquer|m'expliquer|définir|décrire|présenter] {it} ?
[Que sais-tu sur|Que peux-tu dire sur|Dis-moi quelque chose sur|Parle de|Que dire de] {it}[.| ?]
[J'aimerais|Je voudrais|Je veux|Il faut] [comprendre|connaître|savoir ce qu'est] {it}.
Je ne [comprends pas|connais pas|sais pas ce qu'est] {it}.
[En cours|Hier|Dans le cours], on a parlé de {it}. [C'est quoi|Qu'est-ce que c'est|Explique] ?
{it} : [définition|c'est quoi|explication|qu'est-ce que c'est|que veut dire ce terme][| ?| s'il te plaît]
[Définition|Explication|Notion|Sujet] : {it}
Comment [expliquer|définir|décrire] {it} [à un enfant|simplement|à un débutant|en deux mots] ?
[Une définition|Une explication|Quelques mots], s'il te plaît : {it}.
Pour un examen, que répondre si on demande {it} ?
[On me demande|Mon professeur demande] d'expliquer {it}.
{it}[| ?]
Aide-moi à comprendre {it}.
[Fais|Donne|Écris] une phrase qui [explique|définit|décrit] {it}.
Que faut-il savoir sur {it} ?
Ça veut dire quoi, {it} ?
"""),
    templates("""
[What is|What's|Explain|Define|Describe|Present|Introduce] {it}[?|.]
[Can|Could|Would] you [explain|define|describe|present] {it}[| to me]?
[What do you know about|What can you say about|Tell me something about|Talk about] {it}[.|?]
I [would like|want|need] to [understand|know|learn about] {it}.
I do not [understand|know] {it}.
[In class|Yesterday|In the course] we talked about {it}. [What is it|What is that|Explain]?
{it}: [definition|what is it|explanation|what does it mean][|?|, please]
[Definition|Explanation|Notion|Topic]: {it}
How would you [explain|define|describe] {it} [to a child|simply|to a beginner|in two words]?
[A definition|An explanation|A few words], please: {it}.
For an exam, what should I say about {it}?
[I was asked|My teacher asks me] to explain {it}.
{it}[|?]
Help me understand {it}.
[Make|Give|Write] a sentence that [explains|defines|describes] {it}.
What should I know about {it}?
What does it mean, {it}?
"""),
)
SUBJECTS = read_subjects(Path(__file__).parent / "data" / "closed.txt")

_WRAPPERS = (
    templates("""
[Question|Une question|J'ai une question|Dis-moi] : {q}
[Bonjour|Salut][,| !] {q}
[S'il te plaît|S'il vous plaît], {q}
{q} [Merci|Merci d'avance|Réponds simplement|Sois bref].
[Réponds en une phrase|En une phrase|En quelques mots|Simplement] : {q}
Je suis débutant. {q}
{q} [Explique-le simplement|Réponds en français|Une phrase suffit].
[Petite question|Question rapide|Question bête|Question du cours|Question d'examen] : {q}
[Bonsoir|Hello|Coucou|Rebonjour][,| !] {q}
{q} [s'il te plaît|s'il vous plaît|stp|svp][| !]
[Excuse-moi|Excusez-moi|Pardon|Désolé], {q}
[Je suis élève|Je suis étudiante|Je suis professeur|Je suis curieux|Je découvre l'IA|Je révise][.| :| et je me demande :] {q}
[Aide-moi|Aidez-moi|Réponds|Réponds-moi|Explique-moi] : {q}
{q} [Je ne comprends pas|Je n'ai pas compris|Je suis perdu|Je voudrais comprendre][.| !]
[Je me demande|Je voudrais savoir|J'aimerais savoir|On me demande|Mon ami demande] : {q}
[Alors|Donc|Et|Bon|Au fait|D'ailleurs], {q}
{q} [Réponse courte|Courte réponse|Réponds vite|En bref|En une phrase][.|, merci.|, s'il te plaît.]
« {q} »
"{q}"
Exercice [1|2|3|4] : {q}
{q} [C'est pour un examen|C'est pour mon cours|C'est urgent|Je dois le savoir][.| !]
[Merci de répondre|Réponds à ceci|Voici ma question|Ma question] : {q}
[Sans jargon|En français|Avec des mots simples|Pour un débutant] : {q}
"""),
    templates("""
[Question|One question|I have a question|Tell me]: {q}
[Hello|Hi][,|!] {q}
Please, {q}
{q} [Thanks|Thank you|Answer simply|Be brief].
[Answer in one sentence|In one sentence|In a few words|Simply]: {q}
I am a beginner. {q}
{q} [Explain it simply|Answer in English|One sentence is enough].
[Small question|Quick question|Silly question|Course question|Exam question]: {q}
[Good evening|Good morning|Hey|Hello again][,|!] {q}
{q} [Please|Please.|Thanks a lot|Many thanks][|!]
[Excuse me|Sorry|Pardon me|Well], {q}
[I am a student|I am a teacher|I am curious|I am new to AI|I am revising][.|:| and I wonder:] {q}
[Help me|Answer|Answer me|Explain to me|Explain]: {q}
{q} [I do not understand|I did not understand|I am lost|I want to understand][.|!]
[I wonder|I would like to know|I want to know|Somebody asked me|A friend asks]: {q}
[So|Then|And|OK|By the way|Now], {q}
{q} [Short answer|A short answer|Quickly|In brief|In one sentence][.|, thanks.|, please.]
“{q}”
"{q}"
Exercise [1|2|3|4]: {q}
{q} [It is for an exam|It is for my course|It is urgent|I must know][.|!]
[Please answer|Answer this|Here is my question|My question]: {q}
[Without jargon|In English|In simple words|For a beginner]: {q}
"""),
)
BARE = 0.4  # the share of questions with nothing around them, in every split


def wrap(draw: Draw, language: int, question: str) -> str:
    """Say a question with the words that people put around it."""
    return roughen(draw, question if draw.chance(BARE) else phrase(draw, _WRAPPERS[language], q=question))


def subject_question(draw: Draw, language: int | None = None) -> Example:
    """A question about the course's own subjects."""
    language = draw.whole(0, 1) if language is None else language
    subject = draw.any_of([each for each in SUBJECTS if each.questions[language].holds_out(draw.split)])
    question = wrap(draw, language, ask_about(draw, language, subject))
    return ask("subject", question, subject.answers[language], facts={"key": subject.key, "language": language})


def ask_about(draw: Draw, language: int, subject: Subject) -> str:
    """One of the subject's own questions; in training also one that fits all, unless it is a held-out one of its own."""
    if subject.terms and draw.split is Split.TRAIN and draw.chance(0.4):
        question = phrase(draw, _ABOUT[language], it=subject.terms[language])
        question = elide(question) if language == 0 else question
        if plain(question) not in subject.held_out:
            return question
    return phrase(draw, subject.questions[language])


def elide(text: str) -> str:
    """``que un`` becomes ``qu'un``, ``de le`` becomes ``du``."""
    text = re.sub(r"\b([Qq]u|[Dd])e (?=un\b|une\b|Ollama|il\b)", r"\1'", text)
    return re.sub(r"\bde le\b", "du", text)


# French with its article = English = capital in French = in English
CAPITALS = [
    tuple(part.strip() for part in item.split("="))
    for item in words("""
la France=France=Paris=Paris, l'Allemagne=Germany=Berlin=Berlin, l'Espagne=Spain=Madrid=Madrid, l'Italie=Italy=Rome=Rome
le Portugal=Portugal=Lisbonne=Lisbon, l'Autriche=Austria=Vienne=Vienna, l'Irlande=Ireland=Dublin=Dublin, la Norvège=Norway=Oslo=Oslo
la Suède=Sweden=Stockholm=Stockholm, la Finlande=Finland=Helsinki=Helsinki, la Pologne=Poland=Varsovie=Warsaw
la Grèce=Greece=Athènes=Athens, la Hongrie=Hungary=Budapest=Budapest, la Belgique=Belgium=Bruxelles=Brussels
la Suisse=Switzerland=Berne=Bern, le Danemark=Denmark=Copenhague=Copenhagen, le Japon=Japan=Tokyo=Tokyo, la Chine=China=Pékin=Beijing
l'Inde=India=New Delhi=New Delhi, l'Égypte=Egypt=Le Caire=Cairo, la Tunisie=Tunisia=Tunis=Tunis, l'Algérie=Algeria=Alger=Algiers
le Maroc=Morocco=Rabat=Rabat, le Sénégal=Senegal=Dakar=Dakar, le Mali=Mali=Bamako=Bamako, le Kenya=Kenya=Nairobi=Nairobi
le Canada=Canada=Ottawa=Ottawa, le Mexique=Mexico=Mexico=Mexico City, la Colombie=Colombia=Bogota=Bogota, le Pérou=Peru=Lima=Lima
le Chili=Chile=Santiago=Santiago, l'Argentine=Argentina=Buenos Aires=Buenos Aires, le Brésil=Brazil=Brasilia=Brasilia
Cuba=Cuba=La Havane=Havana, la Turquie=Turkey=Ankara=Ankara, le Liban=Lebanon=Beyrouth=Beirut, la Jordanie=Jordan=Amman=Amman
le Royaume-Uni=the United Kingdom=Londres=London, les États-Unis=the United States=Washington=Washington
l'Australie=Australia=Canberra=Canberra, la Russie=Russia=Moscou=Moscow, l'Ukraine=Ukraine=Kiev=Kyiv
""").items
]
CAPITAL_QUESTIONS = (
    templates("""
Quelle est la capitale {of} ?
[Donne|Donne-moi|Cite|Indique|Nomme|Dis-moi] la capitale {of}.
[Connais-tu|Sais-tu quelle est] la capitale {of} ?
La capitale {of}[| ?|, c'est quoi ?|, quelle est-elle ?]
Quelle ville est la capitale {of} ?
C'est quoi la capitale {of} ?
Capitale {of} ?
Comment s'appelle la capitale {of} ?
"""),
    templates("""
What is the capital of {of}?
[Give|Give me|Name|State|Tell me] the capital of {of}.
[Do you know|Can you tell me] the capital of {of}?
The capital of {of}[|?|, what is it?]
Which city is the capital of {of}?
What's {of}'s capital?
Capital of {of}?
What is the capital city of {of}?
"""),
)


def of_country(country: str) -> str:
    """``la France`` becomes ``de la France``."""
    if country.startswith("le "):
        return "du " + country[3:]
    if country.startswith("les "):
        return "des " + country[4:]
    return ("d'" if country[0] in "AEIOUÉ" else "de ") + country


def capital(draw: Draw, language: int | None = None) -> Example:
    """The capital of a country, in one sentence."""
    language = draw.whole(0, 1) if language is None else language
    french, english, *cities = draw.any_of(CAPITALS)
    name = (of_country(french), english)[language]
    question = wrap(draw, language, phrase(draw, CAPITAL_QUESTIONS[language], of=name))
    answer = (f"La capitale {name} est {cities[0]}.", f"The capital of {name} is {cities[1]}.")[language]
    return ask("capital", question, answer, facts={"short": cities[language], "language": language})


_SUMS = (
    templates("""
[Combien font|Combien fait|Calcule|Que vaut|Quel est le résultat de|Calcule-moi] {sum} ?
{sum} = ?
{sum}[| ?]
[Donne|Donne-moi|Trouve] le résultat de {sum}.
Ça fait combien, {sum} ?
"""),
    templates("""
[What is|How much is|Compute|Calculate|Work out|Find] {sum}?
{sum} = ?
{sum}[|?]
[Give|Give me|Find] the result of {sum}.
How much does {sum} make?
"""),
)
_SIGNS = {
    "+": (("plus", "+"), ("plus", "+")),
    "-": (("moins", "-"), ("minus", "-")),
    "x": (("fois", "x"), ("times", "x")),
}
SUMS = Pool([f"{a} {sign} {b}" for a in range(100) for b in range(100) for sign in "+-" if sign == "+" or a >= b])


def arithmetic(draw: Draw) -> Example:
    """A sum or a difference of numbers below 100, or a product of two digits, by steps."""
    language = draw.whole(0, 1)
    if draw.chance(0.2):
        left, sign, right = str(draw.whole(0, 9)), "x", str(draw.whole(0, 9))
    else:
        left, sign, right = draw.pick(SUMS).split(" ")
    said = draw.any_of(_SIGNS[sign][language])
    question = phrase(draw, _SUMS[language], sum=f"{left} {said} {right}")
    answer, result = by_steps(int(left), sign, int(right))
    return ask("arithmetic", roughen(draw, question), answer, facts={"result": result})


def by_steps(left: int, sign: str, right: int) -> tuple[str, int]:
    """A calculation with its tens and units apart, and its result."""
    tens, units = right - right % 10, right % 10
    if sign == "x":
        return f"{left} x {right} = {left * right}", left * right
    result = left + right if sign == "+" else left - right
    middle = left + tens if sign == "+" else left - tens
    if tens and units:
        return f"{left} {sign} {right} = {middle} {sign} {units} = {result}", result
    return f"{left} {sign} {right} = {result}", result
