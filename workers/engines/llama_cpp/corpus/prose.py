# ruff: noqa: E501 (templates and word lists: one item a line)
"""Sentences of ordinary prose, for texts to summarise: each has a topic word that a summary may be asked to use."""

from workers.engines.llama_cpp.corpus.split import Draw
from workers.engines.llama_cpp.corpus.values import city, first_name, invented_word
from workers.engines.llama_cpp.corpus.vocabulary import words
from workers.engines.llama_cpp.corpus.wording import phrase, templates

# French with its article = English with its article
TOPICS = words("""
l'énergie=energy, le coût=the cost, la confidentialité=privacy, la sécurité=security, la santé=health, l'éducation=education, le climat=the climate
les données=data, les modèles=models, les élèves=the students, les enseignants=the teachers, la ville=the city, le transport=transport
l'eau=water, la forêt=the forest, le travail=work, la recherche=research, l'emploi=employment, la musique=music, le sport=sport, le vélo=cycling
l'agriculture=agriculture, le commerce=trade, le tourisme=tourism, la lecture=reading, l'hôpital=the hospital, la mairie=the town hall
l'école=the school, le musée=the museum, la bibliothèque=the library, le marché=the market, l'usine=the factory, le port=the harbour
la pollution=pollution, le recyclage=recycling, le soleil=the sun, le vent=the wind, la mémoire=memory, le calcul=computation, le temps=time
la vitesse=speed, la qualité=quality, les emplois=jobs, les prix=prices, la loi=the law, la culture=culture, le logement=housing
l'alimentation=food, la voiture électrique=the electric car, l'intelligence artificielle=artificial intelligence, le télétravail=remote work
la biodiversité=biodiversity, les abeilles=bees, le jardin=the garden, la mer=the sea, la neige=snow, les entrepôts=warehouses, le réseau=the network
les logiciels=software, les robots=robots, les batteries=batteries, la fatigue=fatigue, le sommeil=sleep, la mobilité=mobility, le papier=paper
""")
_SENTENCES = (
    templates("""
{Topic} [joue|prend] un rôle [important|central|majeur] [dans ce projet|dans la région|pour tous|aujourd'hui].
{Topic} [préoccupe|intéresse|inquiète|rassure] [beaucoup d'habitants|les experts|les familles|les entreprises|le public].
[Selon {name}|D'après une étude|Pour les experts|Cette année], {topic} [change vite|progresse|demande plus d'attention|reste un problème].
À {city}, {topic} [attire|mobilise|réunit] [de nombreux visiteurs|beaucoup de monde|les associations|les chercheurs].
[En effet|De plus|Par ailleurs|Cependant], {topic} [demande du temps|exige des moyens|apporte des solutions|crée des tensions].
{name} [étudie|défend|explique|surveille] {topic} depuis [deux|trois|cinq|dix] ans.
Grâce à {topic}, [les habitants gagnent du temps|les coûts baissent|la vie devient plus simple|les résultats sont meilleurs].
{Topic} [coûte|rapporte] [de plus en plus cher|moins que prévu|beaucoup à la commune|peu aux familles].
Le projet {word} [concerne|améliore|finance|protège] {topic} [à|près de] {city}.
[Beaucoup|Peu|Certains|Des milliers] de gens pensent que {topic} [est utile|doit changer|mérite un débat|compte avant tout].
Sans {topic}, [rien n'avance|la situation serait plus grave|le plan échouerait|les résultats seraient faibles].
Le [maire|directeur|ministre|chercheur] veut [aider|soutenir|encadrer|développer] {topic} [dès cette année|avant l'été|avec de nouveaux moyens].
"""),
    templates("""
{Topic} [plays|has] [an important|a central|a major] role [in this project|in the region|for everyone|today].
{Topic} [worries|interests|concerns|reassures] [many people|the experts|families|companies|the public].
[According to {name}|A study says that|Experts say that|This year] {topic} [will change fast|makes progress|needs more attention|remains a problem].
In {city}, {topic} [attracts|brings together|mobilises] [many visitors|a lot of people|the associations|researchers].
[Indeed|Moreover|Besides|However], {topic} [takes time|needs money|brings solutions|creates tension].
{name} has [studied|defended|explained|watched] {topic} for [two|three|five|ten] years.
Thanks to {topic}, [people save time|costs go down|life becomes simpler|the results are better].
{Topic} [costs|earns] [more and more|less than planned|the town a lot|families little].
The {word} project [concerns|improves|funds|protects] {topic} [in|near] {city}.
[Many|Few|Some|Thousands of] people think that {topic} [is useful|must change|deserves a debate|matters most].
Without {topic}, [nothing moves|things would be worse|the plan would fail|the results would be poor].
The [mayor|director|minister|researcher] wants to [help|support|control|develop] {topic} [this year|before summer|with new funds].
"""),
)


def topic(draw: Draw, language: int) -> str:
    """A topic with its article; a made-up one in a third of the cases, so that terms are copied and not remembered."""
    if draw.chance(0.35):
        word = invented_word(draw)
        return (f"le {word}", f"the {word}")[language]
    return draw.pick(TOPICS).split("=")[language]


def bare(topic_words: str) -> str:
    """A topic without its article, as students name a term."""
    for article in ("l'", "la ", "le ", "les ", "the "):
        if topic_words.startswith(article):
            return topic_words[len(article) :]
    return topic_words


def sentence(draw: Draw, language: int, about: str) -> str:
    """A sentence about a topic; one in eight is made of invented words around it, so that copying stays general."""
    if draw.chance(0.12):
        parts = [invented_word(draw) for _ in range(draw.whole(3, 7))]
        parts.insert(draw.whole(0, len(parts)), about)
        text = " ".join(parts) + "."
    else:
        slots = {
            "topic": about,
            "Topic": about[0].upper() + about[1:],
            "name": first_name(draw),
            "city": city(draw, language),
            "word": invented_word(draw).capitalize(),
        }
        text = phrase(draw, _SENTENCES[language], **slots)
    return text[0].upper() + text[1:]


def text_about(draw: Draw, language: int, count: int) -> list[tuple[str, str]]:
    """Sentences with the topic of each, all topics different."""
    found: dict[str, str] = {}
    while len(found) < count:
        about = topic(draw, language)
        if about not in found and not any(bare(about) in other or bare(other) in about for other in found):
            found[about] = sentence(draw, language, about)
    return [(text, about) for about, text in found.items()]
