# ruff: noqa: E501 (templates and word lists: one item a line)
"""Questions with a format instruction: one word, so many items, upper case, a language, a number of words."""

from workers.engines.llama_cpp.corpus.example import Example, Message, ask
from workers.engines.llama_cpp.corpus.slots import free_text
from workers.engines.llama_cpp.corpus.split import Draw
from workers.engines.llama_cpp.corpus.subjects import CAPITAL_QUESTIONS, CAPITALS, of_country
from workers.engines.llama_cpp.corpus.values import city, first_name, invented_word
from workers.engines.llama_cpp.corpus.vocabulary import pairs, words
from workers.engines.llama_cpp.corpus.wording import Templates, phrase, roughen, templates

# French plural = English plural = French items = English items
CATEGORIES = [
    tuple(part.strip().split("/") for part in line.split("="))
    for line in """
fruits = fruits = pomme/poire/banane/orange/cerise/fraise/kiwi/raisin/prune/mangue = apple/pear/banana/orange/cherry/strawberry/kiwi/grape/plum/mango
légumes = vegetables = carotte/tomate/poireau/chou/navet/courgette/radis/épinard/oignon/salade = carrot/tomato/leek/cabbage/turnip/courgette/radish/spinach/onion/lettuce
couleurs/teintes = colours/colors = rouge/bleu/vert/jaune/noir/blanc/orange/rose/violet/gris = red/blue/green/yellow/black/white/orange/pink/purple/grey
animaux/bêtes = animals = chat/chien/cheval/vache/lion/tigre/souris/loup/ours/lapin = cat/dog/horse/cow/lion/tiger/mouse/wolf/bear/rabbit
oiseaux = birds = aigle/moineau/pigeon/hibou/cygne/canard/perroquet/corbeau/mouette/merle = eagle/sparrow/pigeon/owl/swan/duck/parrot/crow/gull/blackbird
fleurs = flowers = rose/tulipe/lys/marguerite/violette/iris/orchidée/jasmin/pivoine/lilas = rose/tulip/lily/daisy/violet/iris/orchid/jasmine/peony/lilac
pays = countries = France/Espagne/Italie/Japon/Brésil/Canada/Maroc/Inde/Chine/Kenya = France/Spain/Italy/Japan/Brazil/Canada/Morocco/India/China/Kenya
villes/cités = cities/towns = Paris/Londres/Rome/Tokyo/Berlin/Madrid/Lyon/Dakar/Lima/Oslo = Paris/London/Rome/Tokyo/Berlin/Madrid/Lyon/Dakar/Lima/Oslo
capitales = capitals = Paris/Rome/Madrid/Berlin/Londres/Vienne/Tokyo/Lima/Oslo/Dublin = Paris/Rome/Madrid/Berlin/London/Vienna/Tokyo/Lima/Oslo/Dublin
métiers/professions = jobs/professions = médecin/professeur/avocat/boulanger/pilote/infirmier/architecte/juge/plombier/chimiste = doctor/teacher/lawyer/baker/pilot/nurse/architect/judge/plumber/chemist
sports = sports = tennis/football/rugby/judo/natation/ski/basket/golf/boxe/escrime = tennis/football/rugby/judo/swimming/skiing/basketball/golf/boxing/fencing
instruments/instruments de musique = instruments/musical instruments = piano/violon/guitare/flûte/trompette/harpe/tambour/saxophone/orgue/clarinette = piano/violin/guitar/flute/trumpet/harp/drum/saxophone/organ/clarinet
jours/jours de la semaine = days/days of the week = lundi/mardi/mercredi/jeudi/vendredi/samedi/dimanche = Monday/Tuesday/Wednesday/Thursday/Friday/Saturday/Sunday
mois/mois de l'année = months/months of the year = janvier/février/mars/avril/mai/juin/juillet/août/septembre/octobre = January/February/March/April/May/June/July/August/September/October
meubles = pieces of furniture = table/chaise/lit/armoire/canapé/bureau/étagère/fauteuil/commode/tabouret = table/chair/bed/wardrobe/sofa/desk/shelf/armchair/dresser/stool
vêtements/habits = clothes = chemise/pantalon/robe/jupe/manteau/pull/veste/chapeau/écharpe/gants = shirt/trousers/dress/skirt/coat/sweater/jacket/hat/scarf/gloves
boissons = drinks = eau/thé/café/jus/lait/limonade/cidre/sirop/soda/chocolat = water/tea/coffee/juice/milk/lemonade/cider/syrup/soda/cocoa
langues = languages = français/anglais/espagnol/italien/allemand/arabe/chinois/russe/grec/japonais = French/English/Spanish/Italian/German/Arabic/Chinese/Russian/Greek/Japanese
outils = tools = marteau/scie/pince/tournevis/clé/perceuse/lime/rabot/mètre/niveau = hammer/saw/pliers/screwdriver/wrench/drill/file/plane/ruler/level
véhicules/moyens de transport = vehicles/means of transport = voiture/vélo/train/avion/bateau/bus/tram/métro/moto/camion = car/bike/train/plane/boat/bus/tram/metro/motorbike/truck
planètes = planets = Mercure/Vénus/Terre/Mars/Jupiter/Saturne/Uranus/Neptune = Mercury/Venus/Earth/Mars/Jupiter/Saturn/Uranus/Neptune
arbres = trees = chêne/pin/sapin/hêtre/érable/bouleau/cèdre/platane/orme/tilleul = oak/pine/fir/beech/maple/birch/cedar/plane/elm/lime
métaux = metals = fer/or/argent/cuivre/zinc/plomb/étain/nickel/aluminium/titane = iron/gold/silver/copper/zinc/lead/tin/nickel/aluminium/titanium
chiffres/nombres = numbers/digits = un/deux/trois/quatre/cinq/six/sept/huit/neuf/dix = one/two/three/four/five/six/seven/eight/nine/ten
modèles de langage/LLM = language models/LLMs = Llama/Mistral/Qwen/Gemma/Phi/GPT/Claude/Falcon/Bloom/Granite = Llama/Mistral/Qwen/Gemma/Phi/GPT/Claude/Falcon/Bloom/Granite
desserts = desserts = tarte/gâteau/crêpe/glace/mousse/flan/gaufre/éclair/biscuit/sorbet = pie/cake/pancake/ice cream/mousse/custard/waffle/éclair/biscuit/sorbet
matières/matières scolaires = school subjects/subjects = maths/histoire/physique/musique/sport/chimie/français/anglais/dessin/biologie = maths/history/physics/music/sport/chemistry/French/English/art/biology
prénoms = first names = Alice/Paul/Marie/Hugo/Emma/Louis/Nina/Omar/Zoé/Karim = Alice/Paul/Marie/Hugo/Emma/Louis/Nina/Omar/Zoe/Karim
""".strip().splitlines()
]
NUMBER_WORDS = (
    ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"],
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
)
_LIST_REQUESTS = (
    templates("""
[Donne|Donne-moi|Cite|Cite-moi|Liste|Écris|Nomme|Propose|Trouve] {n} {things}[| {style}].
[Donne|Cite|Liste|Fais] une liste de {n} {things}[| {style}].
[Je veux|Je voudrais|J'aimerais|Il me faut] {n} {things}[| {style}].
[Peux-tu|Pourrais-tu|Pouvez-vous] [donner|citer|lister|nommer] {n} {things}[| {style}] ?
{n} {things}[| {style}][| s'il te plaît| !].
[Quels sont|Connais-tu] {n} {things} ?[| Réponds {style}.]
Énumère {n} {things}[| {style}].
[Fais|Dresse] la liste de {n} {things}[|, {style}].
Une liste de {n} {things}[|, {style}], [s'il te plaît|merci].
Réponds par une liste de {n} {things}[| {style}].
"""),
    templates("""
[Give|Give me|Name|List|Write|Suggest|Find|Tell me] {n} {things}[| {style}].
[Give|Make|Write] a list of {n} {things}[| {style}].
[I want|I need|I would like] {n} {things}[| {style}].
[Can|Could] you [give|name|list] {n} {things}[| {style}]?
{n} {things}[| {style}][|, please|!].
[What are|Do you know] {n} {things}?[| Answer {style}.]
Enumerate {n} {things}[| {style}].
[Write down|Draw up] a list with {n} {things}[|, {style}].
A list of {n} {things}[|, {style}], please.
Answer with a list of {n} {things}[| {style}].
"""),
)
_STYLES = {
    "bullets": (
        templates("avec des tirets\navec des puces\nune par ligne\nsous forme de liste à puces\nen liste"),
        templates("with dashes\nas bullet points\none per line\nin bullets\nas a bulleted list"),
    ),
    "commas": (
        templates("séparés par des virgules\nsur une ligne\nsur une seule ligne avec des virgules"),
        templates("separated by commas\non one line\non a single line with commas"),
    ),
    "numbers": (
        templates("numérotés\nen liste numérotée\navec des numéros\nsous forme de liste numérotée"),
        templates("numbered\nas a numbered list\nwith numbers\nin a numbered list"),
    ),
    "json": (
        templates("en tableau JSON\nsous forme de liste JSON\nen JSON\nau format JSON"),
        templates("as a JSON array\nas a JSON list\nin JSON\nin JSON format"),
    ),
}


def join_items(items: list[str], style: str) -> str:
    """Items in one of the four list styles."""
    if style == "commas":
        return ", ".join(items)
    if style == "numbers":
        return "\n".join(f"{index}. {item}" for index, item in enumerate(items, 1))
    if style == "json":
        return "[" + ",".join(f'"{item}"' for item in items) + "]"
    return "\n".join(f"- {item}" for item in items)


def list_of(draw: Draw) -> Example:
    """So many items of a category, as bullets unless another style is asked for."""
    language = draw.whole(0, 1)
    category = draw.any_of(CATEGORIES)
    names, items = category[language], category[2 + language]
    count = draw.whole(2, min(6, len(items)))
    style = draw.any_of(("bullets", "bullets", "commas", "numbers", "json"))
    said = phrase(draw, _STYLES[style][language])
    number = str(count) if draw.chance(0.5) else NUMBER_WORDS[language][count]
    question = phrase(draw, _LIST_REQUESTS[language], n=number, things=draw.any_of(names), style=said)
    if style != "bullets" and said not in question:
        question += f" {said[0].upper()}{said[1:]}."
    facts = {"count": count, "style": style, "items": items}
    return ask("list", roughen(draw, question[0].upper() + question[1:]), join_items(items[:count], style), facts=facts)


_ONE_WORD = (
    templates("""
{q} Réponds [en un mot|en un seul mot|par un seul mot|d'un mot|avec un mot].
[En un mot|En un seul mot|Un seul mot|Réponds en un mot|Réponse en un mot|D'un mot] : {q}
{q} [Un seul mot|Un mot suffit|Juste le mot|Pas de phrase].
{q} (un [seul |]mot)
Je veux [un seul mot|une réponse d'un mot]. {q}
Sans phrase, [en un mot|un seul mot] : {q}
"""),
    templates("""
{q} Answer [in one word|with one word|in a single word|with a single word].
[In one word|In a single word|One word only|Answer in one word|One-word answer]: {q}
{q} [One word only|One word is enough|Just the word|No sentence].
{q} (one word[| only])
I want [a single word|a one-word answer]. {q}
No sentence, [one word|a single word]: {q}
"""),
)
# question in French | answer | question in English | answer
RIDDLES = [
    tuple(part.strip() for part in line.split("|"))
    for line in """
De quelle couleur est le ciel ?|bleu|What colour is the sky?|blue
De quelle couleur est la neige ?|blanche|What colour is snow?|white
De quelle couleur est l'herbe ?|verte|What colour is grass?|green
De quelle couleur est un citron ?|jaune|What colour is a lemon?|yellow
De quelle couleur est le charbon ?|noir|What colour is coal?|black
Quel est le contraire de grand ?|petit|What is the opposite of big?|small
Quel est le contraire de chaud ?|froid|What is the opposite of hot?|cold
Quel est le contraire de jour ?|nuit|What is the opposite of day?|night
Quel est le contraire de haut ?|bas|What is the opposite of high?|low
Quel est le contraire de vrai ?|faux|What is the opposite of true?|false
Quel est le contraire de rapide ?|lent|What is the opposite of fast?|slow
Quel est le contraire de facile ?|difficile|What is the opposite of easy?|hard
Quel est le contraire de riche ?|pauvre|What is the opposite of rich?|poor
Quel est le contraire de ouvert ?|fermé|What is the opposite of open?|closed
Quel est le contraire de plein ?|vide|What is the opposite of full?|empty
Quel animal miaule ?|chat|Which animal meows?|cat
Quel animal aboie ?|chien|Which animal barks?|dog
Quel animal donne du lait ?|vache|Which animal gives milk?|cow
Quel insecte fait le miel ?|abeille|Which insect makes honey?|bee
Combien y a-t-il de jours dans une semaine ?|sept|How many days are there in a week?|seven
Combien y a-t-il de mois dans une année ?|douze|How many months are there in a year?|twelve
Combien de pattes a un chien ?|quatre|How many legs does a dog have?|four
Quel logiciel fait tourner des modèles en local ?|Ollama|Which program runs models locally?|Ollama
Quel jour vient après lundi ?|mardi|Which day comes after Monday?|Tuesday
Quel mois vient après mai ?|juin|Which month comes after May?|June
Dans quel pays se trouve Paris ?|France|In which country is Paris?|France
Quelle langue parle-t-on en Espagne ?|espagnol|Which language is spoken in Spain?|Spanish
Comment appelle-t-on le score brut d'un token ?|logit|What is the raw score of a token called?|logit
Quelle planète est rouge ?|Mars|Which planet is red?|Mars
Quelle saison vient après l'été ?|automne|Which season comes after summer?|autumn
""".strip().splitlines()
]


def short_question(draw: Draw, language: int) -> tuple[str, str]:
    """A question and its answer of a word or two."""
    if draw.chance(0.6):
        french, english, *cities = draw.any_of(CAPITALS)
        name = (of_country(french), english)[language]
        return phrase(draw, CAPITAL_QUESTIONS[language], of=name), cities[language]
    question = draw.any_of(RIDDLES)
    return question[2 * language], question[2 * language + 1]


def one_word(draw: Draw) -> Example:
    """The short answer alone; now and then as the answer to a system message that asks for it."""
    language = draw.whole(0, 1)
    question, answer = short_question(draw, language)
    answer = answer[0].upper() + answer[1:]
    if draw.chance(0.2):
        rule = phrase(draw, _ONE_WORD[language], q="").strip(" :")
        return ask("one_word", question, answer, system=rule[0].upper() + rule[1:], facts={"short": answer})
    return ask(
        "one_word", roughen(draw, phrase(draw, _ONE_WORD[language], q=question)), answer, facts={"short": answer}
    )


_UPPER = (
    templates("""
[Écris|Mets|Réécris|Recopie|Transforme|Passe] {text} en [majuscules|lettres majuscules|capitales].
[En majuscules|En lettres capitales|Majuscules] : {text}
[Peux-tu|Pourrais-tu] [écrire|mettre] {text} en majuscules ?
{text} en [majuscules|capitales][| s'il te plaît].
Convertis en majuscules : {text}
Comment s'écrit {text} en majuscules ?
[Donne|Donne-moi|Affiche|Montre] {text} en [majuscules|lettres capitales].
{text} : [en majuscules|majuscules|tout en majuscules].
Je veux {text} en [majuscules|lettres majuscules].
Réécris ce texte [tout |]en majuscules : {text}
[Passe|Mets] ce texte en majuscules : {text}
Crie {text} en majuscules.
Remplace les minuscules par des majuscules : {text}
Écris en capitales : {text}
"""),
    templates("""
[Write|Put|Rewrite|Copy|Turn|Convert] {text} in [upper case|uppercase|capital letters|capitals|all caps].
[In upper case|In capitals|Upper case|UPPERCASE]: {text}
[Can|Could] you [write|put] {text} in upper case?
{text} in [upper case|capitals][|, please].
Convert to upper case: {text}
How is {text} written in capitals?
[Give|Give me|Print|Show] {text} in [capitals|upper case|capital letters].
{text}: [in capitals|upper case|all capitals].
I want {text} in [upper case|capital letters].
Rewrite this text in [all |]capitals: {text}
[Put|Change] this text into upper case: {text}
Shout {text} in capitals.
Replace small letters by capitals: {text}
Make {text} upper case.
"""),
)
_UPPER_RULE = (
    templates(
        "[Réponds|Réponds toujours|Écris] en [majuscules|lettres majuscules|capitales].\nTa réponse doit être en majuscules.\nTout en majuscules.\n[Utilise|Emploie] [seulement|uniquement] des majuscules.\nLa réponse en majuscules, s'il te plaît.\nTu [parles|écris|réponds] [toujours|seulement|uniquement] en majuscules.\nMajuscules obligatoires."
    ),
    templates(
        "[Answer|Always answer|Write] in [upper case|uppercase|capital letters|all caps].\nYour answer must be in upper case.\nAll in capitals.\nUse [only|nothing but] [capitals|capital letters].\nThe answer in upper case, please.\nYou [speak|write|answer] [always|only] in [capitals|upper case].\nCapitals are mandatory."
    ),
)
_SIMPLE_WORDS = words("""
chat, chien, maison, soleil, jardin, école, livre, musique, voiture, table, pomme, fleur, ville, neige, forêt, montagne, bateau, lune, pain
hello, world, garden, house, music, school, book, flower, snow, forest, mountain, boat, moon, bread, apple, river, stone, window, bridge
bonjour, merci, bonsoir, lundi, mardi, rouge, bleu, vert, token, prompt, modèle, model, image, data, python, code, train, station, light
""")


def upper_case(draw: Draw) -> Example:
    """Copy a text, or answer, in capitals."""
    language = draw.whole(0, 1)
    if draw.chance(0.3):
        question, answer = short_question(draw, language)
        rule = phrase(draw, _UPPER_RULE[language])
        if draw.chance(0.4):
            return ask("upper_case", question, answer.upper(), system=rule)
        return ask("upper_case", f"{question} {rule}" if draw.chance(0.6) else f"{rule} {question}", answer.upper())
    text = _some_text(draw)
    said = draw.any_of(("{}", '"{}"', "'{}'", "« {} »", '"{}"')).format(text)
    return ask("upper_case", phrase(draw, _UPPER[language], text=said), text.upper())


def _some_text(draw: Draw) -> str:
    choice = draw.whole(0, 4)
    if choice == 0:
        return invented_word(draw)
    if choice == 1:
        return free_text(draw)
    if choice == 2:
        return first_name(draw) if draw.chance(0.5) else city(draw, draw.whole(0, 1))
    return " ".join(draw.pick_some(_SIMPLE_WORDS, draw.any_of((1, 1, 1, 2, 3))))


_REPEAT = (
    templates("""
[Répète|Recopie|Redis|Copie] [exactement |mot pour mot |]: {text}
[Répète|Recopie] {text}
[Écris|Dis|Affiche|Réponds] [seulement|uniquement|juste|exactement] {text}
"""),
    templates("""
[Repeat|Copy|Say][| exactly| word for word]: {text}
[Repeat|Copy] {text}
[Write|Say|Print|Answer] [only|just|exactly] {text}
"""),
)


def repeat(draw: Draw) -> Example:
    """Copy a text."""
    text = " ".join(_some_text(draw) for _ in range(draw.whole(1, 3)))
    said = draw.any_of(("{}", '"{}"', "« {} »")).format(text)
    return ask("repeat", phrase(draw, _REPEAT[draw.whole(0, 1)], text=said), text)


OTHER_LANGUAGE = (
    templates(
        "Réponds en anglais.\n[Réponds|Réponse] en anglais, s'il te plaît.\nEn anglais.\n[Écris ta réponse|Parle] en anglais.\nLa réponse doit être en anglais."
    ),
    templates(
        "Answer in French.\n[Answer|Reply] in French, please.\nIn French.\n[Write your answer|Speak] in French.\nThe answer must be in French."
    ),
)
SAME_LANGUAGE = (
    templates(
        "Réponds en français.\n[Réponds|Réponse] en français, s'il te plaît.\nEn français.\nTu réponds toujours en français."
    ),
    templates("Answer in English.\n[Answer|Reply] in English, please.\nIn English.\nYou always answer in English."),
)
_AT_MOST = (
    templates("""
[En {n} mots maximum|En moins de {n} mots|En {n} mots au plus|{n} mots maximum] : {q}
{q} Réponds en [moins de {n} mots|{n} mots maximum|{n} mots au plus|au plus {n} mots].
{q} ({n} mots maximum)
Réponds en français en [moins de {n} mots|{n} mots maximum]. {q}
{q} [Maximum {n} mots|Pas plus de {n} mots], en français.
"""),
    templates("""
[In at most {n} words|In fewer than {n} words|In {n} words or less|{n} words at most]: {q}
{q} Answer in [fewer than {n} words|at most {n} words|{n} words or less|no more than {n} words].
{q} (at most {n} words)
Answer in English in [fewer than {n} words|at most {n} words]. {q}
{q} [Maximum {n} words|No more than {n} words], in English.
"""),
)


def at_most_words(draw: Draw) -> Example:
    """A short answer within a number of words."""
    language, limit = draw.whole(0, 1), draw.any_of((3, 5, 8, 10, 12, 15, 20, 25, 30))
    question, short = short_question(draw, language)
    said = str(limit) if limit > 10 or draw.chance(0.7) else NUMBER_WORDS[language][limit]
    text = phrase(draw, _AT_MOST[language], q=question, n=said)
    return ask("at_most", text, short[0].upper() + short[1:] + ".", facts={"limit": limit, "short": short})


def other_language(draw: Draw) -> Example:
    """A question in one language, its answer in the one that is asked for."""
    asked, wanted = draw.whole(0, 1), draw.whole(0, 1)
    french, english, *cities = draw.any_of(CAPITALS)
    question = phrase(draw, CAPITAL_QUESTIONS[asked], of=(of_country(french), english)[asked])
    rule = phrase(draw, (SAME_LANGUAGE if asked == wanted else OTHER_LANGUAGE)[asked])
    answer = (f"La capitale {of_country(french)} est {cities[0]}.", f"The capital of {english} is {cities[1]}.")[wanted]
    if draw.chance(0.4):
        return ask("language", question, answer, system=rule)
    return ask("language", f"{question} {rule}" if draw.chance(0.6) else f"{rule} {question}", answer)


PERSONAS = (
    templates("""
Tu es {name}, [l'assistant|l'assistante] de {company}.
Tu t'appelles {name} et tu [travailles pour|représentes|aides les clients de] {company}.
[Ton nom est|Ton rôle :] {name}, [conseiller|conseillère|assistant] chez {company}.
Tu joues le rôle de {name}, [guide|professeur|vendeur] chez {company}.
"""),
    templates("""
You are {name}, the assistant of {company}.
Your name is {name} and you [work for|represent|help the customers of] {company}.
[Act as|Play] {name}, [an adviser|a guide|a teacher] at {company}.
You play {name}, who [works at|sells for] {company}.
"""),
)
_WHO = (
    templates(
        "Qui es-tu ?\nComment t'appelles-tu ?\nTu es qui ?\nQuel est ton nom ?\nPrésente-toi.\nÀ qui je parle ?\nBonjour, qui êtes-vous ?"
    ),
    templates(
        "Who are you?\nWhat is your name?\nWhat are you called?\nIntroduce yourself.\nWho am I talking to?\nHello, who is this?"
    ),
)


def persona(draw: Draw) -> Example:
    """A system message gives a name and a company; the model answers with them."""
    language = draw.whole(0, 1)
    name, company = first_name(draw), invented_word(draw).capitalize()
    system = phrase(draw, PERSONAS[language], name=name, company=company)
    answer = (f"Je suis {name}, de {company}.", f"I am {name}, from {company}.")[language]
    messages = (Message("system", system), Message("user", phrase(draw, _WHO[language])), Message("assistant", answer))
    return Example("persona", messages)


# French | English, word by word pairs for short sentences
_SUBJECTS = pairs("""
le chat=the cat, le chien=the dog, ma sœur=my sister, mon frère=my brother, le professeur=the teacher, la voisine=the neighbour, un oiseau=a bird
le médecin=the doctor, une fille=a girl, un garçon=a boy, mon ami=my friend, la reine=the queen, le roi=the king, l'étudiant=the student
le boulanger=the baker, mon père=my father, ma mère=my mother, le cheval=the horse, la vache=the cow, l'enfant=the child
""")
_VERBS = pairs("""
mange=eats, regarde=watches, aime=loves, achète=buys, porte=carries, cherche=looks for, trouve=finds, dessine=draws, vend=sells, lave=washes
voit=sees, prend=takes, prépare=prepares, ouvre=opens, ferme=closes, garde=keeps, donne=gives, veut=wants
""")
_OBJECTS = pairs("""
une pomme=an apple, le pain=the bread, un livre=a book, la porte=the door, la lune=the moon, une lettre=a letter, la voiture=the car, un gâteau=a cake
le vélo=the bike, une fleur=a flower, la maison=the house, le journal=the newspaper, un cadeau=a present, le ballon=the ball, la clé=the key
une photo=a photo, le jardin=the garden, un chapeau=a hat, la table=the table, le train=the train
""")
_WHEN = pairs("""
=, =, =, aujourd'hui=today, le matin=in the morning, le soir=in the evening, le lundi=on Monday, dans le jardin=in the garden, à la maison=at home
à l'école=at school, tous les jours=every day, en été=in summer, en hiver=in winter, avec un ami=with a friend
""")
FIXED = [
    tuple(part.split("="))
    for part in """
Bonjour=Hello|Merci beaucoup=Thank you very much|Bonne nuit=Good night|À bientôt=See you soon|Comment allez-vous ?=How are you?
Je suis content=I am happy|Je suis fatigué=I am tired|J'ai faim=I am hungry|J'ai soif=I am thirsty|Il fait beau=The weather is nice
Il pleut=It is raining|Il neige=It is snowing|Je ne sais pas=I do not know|Où est la gare ?=Where is the station?|Combien ça coûte ?=How much is it?
Je m'appelle Paul=My name is Paul|J'habite à Paris=I live in Paris|Bon appétit=Enjoy your meal|Bon voyage=Have a good trip|Joyeux anniversaire=Happy birthday
""".replace("\n", "|").split("|")
    if part
]
_TRANSLATE = {
    (0, 1): (
        templates("""
[Traduis|Traduire|Traduisez] en anglais : {text}
[Traduis|Mets|Passe] {text} en anglais.
Comment dit-on {text} en anglais ?
[Donne|Écris] la traduction anglaise de {text}
[En anglais|Anglais] : {text}
[Peux-tu|Pourrais-tu] traduire {text} en anglais ?
Que donne {text} en anglais ?
"""),
        templates("""
[Translate|Put] into English: {text}
Translate {text} [into|to] English.
How do you say {text} in English?
[Give|Write] the English translation of {text}
[In English|English]: {text}
[Can|Could] you translate {text} into English?
What is {text} in English?
"""),
    ),
    (1, 0): (
        templates("""
[Traduis|Traduire|Traduisez] en français : {text}
[Traduis|Mets|Passe] {text} en français.
Comment dit-on {text} en français ?
[Donne|Écris] la traduction française de {text}
[En français|Français] : {text}
[Peux-tu|Pourrais-tu] traduire {text} en français ?
Que veut dire {text} en français ?
"""),
        templates("""
[Translate|Put] into French: {text}
Translate {text} [into|to] French.
How do you say {text} in French?
[Give|Write] the French translation of {text}
[In French|French]: {text}
[Can|Could] you translate {text} into French?
What is {text} in French?
"""),
    ),
}


def sentence_pair(draw: Draw) -> tuple[str, str]:
    """A short sentence in French and in English."""
    if draw.chance(0.15):
        french, english = draw.any_of(FIXED)
        return french, english
    # Every split uses all the words: a word that was never seen cannot be translated; the sentences are new.
    parts = [draw.any_of(pool.items) for pool in (_SUBJECTS, _VERBS, _OBJECTS, _WHEN)]
    both = [" ".join(each[side] for each in parts if each[side]) for side in (0, 1)]
    return both[0][0].upper() + both[0][1:] + ".", both[1][0].upper() + both[1][1:] + "."


def translation(draw: Draw) -> Example:
    """Translate a short sentence."""
    pair = sentence_pair(draw)
    source = draw.whole(0, 1)
    pools: tuple[Templates, Templates] = _TRANSLATE[source, 1 - source]
    said = draw.any_of(("{}", '"{}"', "« {} »")).format(pair[source])
    return ask("translation", phrase(draw, pools[draw.whole(0, 1)], text=said), pair[1 - source])
