# ruff: noqa: E501 (templates and word lists: one item a line)
"""Classification: sentiment, urgency, topic, language, spam; with the labels that the prompt gives, perhaps with examples."""

from workers.engines.llama_cpp.corpus.example import Example, ask
from workers.engines.llama_cpp.corpus.split import Draw
from workers.engines.llama_cpp.corpus.values import first_name
from workers.engines.llama_cpp.corpus.vocabulary import PRODUCTS
from workers.engines.llama_cpp.corpus.wording import Templates, phrase, templates

_PRAISE = (
    templates("""
[J'adore|J'aime beaucoup|Je suis ravi de|Je suis très content de] [ce produit|cet achat|mon achat|ce film|ce restaurant|cet hôtel][.| !]
[Excellent|Parfait|Superbe|Magnifique|Formidable|Génial] [produit|service|film|accueil|repas|livre][.| !]
[Très bonne|Excellente|Superbe] [qualité|ambiance|expérience|surprise][.|, je recommande.]
[Tout était|C'était|Le service était] [parfait|délicieux|impeccable|génial|excellent|très agréable].
[Livraison rapide|Personnel aimable|Équipe souriante] et [produit conforme|prix correct|service parfait].
Je [recommande|reviendrai|rachèterai] [sans hésiter|avec plaisir|c'est sûr].
{thing} : [un régal|une merveille|rien à redire|je suis fan].
[Merci à {name}|Bravo à l'équipe|Un grand merci] pour [ce beau moment|l'accueil chaleureux|l'aide précieuse].
"""),
    templates("""
I [love|really like|am delighted with|am very happy with] [this product|my purchase|this film|this restaurant|this hotel][.|!]
[Excellent|Perfect|Superb|Wonderful|Fantastic|Great] [product|service|film|welcome|meal|book][.|!]
[Very good|Excellent|Superb] [quality|atmosphere|experience|surprise][.|, I recommend it.]
[Everything was|It was|The service was] [perfect|delicious|flawless|great|excellent|very pleasant].
[Fast delivery|Friendly staff|Smiling team] and [a good product|a fair price|perfect service].
I [recommend it|will come back|will buy it again] [without hesitation|with pleasure|for sure].
{thing}: [a delight|a marvel|nothing to complain about|I am a fan].
[Thanks to {name}|Well done to the team|Many thanks] for [this lovely moment|the warm welcome|the precious help].
"""),
)
_BLAME = (
    templates("""
[Je déteste|Je n'aime pas du tout|Je suis déçu de|Je suis mécontent de] [ce produit|cet achat|mon achat|ce film|ce restaurant|cet hôtel][.| !]
[Horrible|Nul|Affreux|Décevant|Médiocre|Lamentable] [produit|service|film|accueil|repas|livre][.| !]
[Très mauvaise|Affreuse|Terrible] [qualité|ambiance|expérience|surprise][.|, à éviter.]
[Tout était|C'était|Le service était] [raté|immangeable|sale|nul|lamentable|très désagréable].
[Livraison en retard|Personnel impoli|Équipe froide] et [produit cassé|prix trop cher|service nul].
Je [déconseille|ne reviendrai pas|regrette mon achat] [vraiment|c'est fini|c'est sûr].
{thing} : [une horreur|une catastrophe|tout est à refaire|quelle déception].
[À cause de {name}|Honte à l'équipe|Plus jamais] : [moment gâché|accueil glacial|aucune aide].
"""),
    templates("""
I [hate|do not like|am disappointed with|am unhappy with] [this product|my purchase|this film|this restaurant|this hotel][.|!]
[Horrible|Useless|Awful|Disappointing|Mediocre|Terrible] [product|service|film|welcome|meal|book][.|!]
[Very bad|Awful|Terrible] [quality|atmosphere|experience|surprise][.|, avoid it.]
[Everything was|It was|The service was] [a failure|inedible|dirty|awful|terrible|very unpleasant].
[Late delivery|Rude staff|Cold team] and [a broken product|too high a price|poor service].
I [advise against it|will not come back|regret my purchase] [really|it is over|for sure].
{thing}: [a horror|a disaster|everything must be redone|what a disappointment].
[Because of {name}|Shame on the team|Never again]: [a spoiled moment|a frosty welcome|no help].
"""),
)
_URGENT = (
    templates("""
[Le serveur|Le site|L'application|La production] est [en panne|bloqué|hors service], [il faut agir tout de suite|personne ne peut travailler|aidez-nous vite] !
[Fuite d'eau|Incendie|Accident|Alarme] [au bureau|dans l'atelier|au deuxième étage], [venez vite|c'est grave|appelez les secours] !
[Réponse|Action|Aide] [nécessaire|attendue] [avant midi|dans l'heure|immédiatement].
"""),
    templates("""
The [server|site|application|factory] is [down|blocked|out of order], [we must act now|nobody can work|help us quickly]!
[Water leak|Fire|Accident|Alarm] [in the office|in the workshop|on the second floor], [come quickly|it is serious|call for help]!
[Answer|Action|Help] [needed|expected] [before noon|within the hour|immediately].
"""),
)
_CALM = (
    templates("""
[Quand vous aurez le temps|Sans urgence|À l'occasion], [pourriez-vous changer la lampe|merci de ranger la salle|mettez à jour la page].
[La réunion|Le repas|La visite] de [l'an prochain|l'été prochain] [est à prévoir|sera fixée plus tard|peut attendre].
[Petite question|Simple remarque|Suggestion] : [le logo est un peu petit|la page est jolie|le menu pourrait changer].
"""),
    templates("""
[When you have time|No hurry|Some day], [could you change the lamp|please tidy the room|update the page].
[The meeting|The dinner|The visit] of [next year|next summer] [is to be planned|will be fixed later|can wait].
[A small question|A simple remark|A suggestion]: [the logo is a bit small|the page is pretty|the menu could change].
"""),
)
_SPAM = (
    templates("""
[Gagnez|Recevez|Touchez] [1000 euros|un iPhone|un voyage] [gratuitement|en un clic|sans effort] !
[Félicitations|Bravo], vous avez [gagné|remporté] [un cadeau|le gros lot|un bon d'achat], [cliquez ici|répondez vite] !
[Offre exclusive|Promotion incroyable|Dernière chance] : [cliquez|achetez] [maintenant|tout de suite] !
"""),
    templates("""
[Win|Get|Earn] [1000 euros|an iPhone|a trip] [for free|in one click|without effort]!
[Congratulations|Well done], you have won [a gift|the jackpot|a voucher], [click here|answer fast]!
[Exclusive offer|Incredible deal|Last chance]: [click|buy] [now|right now]!
"""),
)
_MAIL = (
    templates("""
[Bonjour {name}|Salut {name}|Chère équipe], [la réunion est à 10 h|voici le compte rendu|je serai absent demain|merci pour ton aide].
[Le rapport|La facture|Le planning] [est en pièce jointe|est prêt|sera envoyé ce soir].
[On se voit|Déjeuner|Rendez-vous] [lundi|demain|à midi] ?
"""),
    templates("""
[Hello {name}|Hi {name}|Dear team], [the meeting is at 10|here are the minutes|I shall be away tomorrow|thanks for your help].
[The report|The invoice|The schedule] [is attached|is ready|will be sent tonight].
[Shall we meet|Lunch|An appointment] [on Monday|tomorrow|at noon]?
"""),
)
Sides = tuple[tuple[Templates, Templates], tuple[Templates, Templates]]
# what is asked, the two kinds of text, and label pairs in French and in English
TASKS: dict[str, tuple[Sides, tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]] = {
    "sentiment": (
        (_PRAISE, _BLAME),
        (
            ("positif", "négatif"),
            ("positif", "négatif"),
            ("bon", "mauvais"),
            ("content", "mécontent"),
            ("satisfait", "déçu"),
        ),
        (
            ("positive", "negative"),
            ("positive", "negative"),
            ("good", "bad"),
            ("happy", "unhappy"),
            ("satisfied", "disappointed"),
        ),
    ),
    "urgency": (
        (_URGENT, _CALM),
        (("urgent", "normal"), ("urgent", "pas urgent"), ("prioritaire", "secondaire")),
        (("urgent", "normal"), ("urgent", "not urgent"), ("high", "low")),
    ),
    "spam": (
        (_SPAM, _MAIL),
        (("spam", "normal"), ("publicité", "courrier"), ("spam", "légitime")),
        (("spam", "normal"), ("spam", "ham"), ("advertising", "mail")),
    ),
}
_NAMES = {
    "sentiment": (
        ("le sentiment", "l'avis", "le ton", "ce commentaire"),
        ("the sentiment", "the review", "the tone", "this comment"),
    ),
    "urgency": (
        ("l'urgence", "ce message", "cette demande", "la priorité"),
        ("the urgency", "this message", "this request", "the priority"),
    ),
    "spam": (("ce message", "ce mail", "le courriel"), ("this message", "this mail", "the email")),
}
_REQUESTS = (
    templates("""
[Classe|Classez|Classer] {what} [en|comme|:] {labels} : {text}
[Dis|Indique] si [ce texte|le texte] est {labels} : {text}
{text}\\n[Réponds|Réponds seulement] par {labels}.
[Texte|Avis|Message] : {text}\\n[Classe|Étiquette|Catégorie] ({labels}) :
[Est-ce|Ce texte est-il] {labels} ? {text}
{labels} ? {text}
{text} -> {labels} ?
Choisis entre {labels}. Texte : {text}
[Analyse|Détermine] {what} ({labels}) : {text}
{text}\\n[C'est|Est-ce] {labels} ?
[Quelle étiquette|Quelle catégorie] ({labels}) pour ce texte : {text}
[Étiquettes|Catégories|Classes] : {labels}.\\nTexte : {text}
[Attribue|Donne|Mets] une étiquette ({labels}) à ce texte : {text}
« {text} » : {labels} ?
[Réponds|Réponds uniquement] par {labels} : {text}
{text}\\nTon choix : {labels}.
Lis ce texte et dis s'il est {labels}. {text}
Un mot parmi {labels} pour : {text}
"""),
    templates("""
[Classify|Label|Sort] {what} as {labels}: {text}
[Say|State|Tell me] whether [this text|the text] is {labels}: {text}
{text}\\n[Answer|Answer only] with {labels}.
[Text|Review|Message]: {text}\\n[Class|Label|Category] ({labels}):
Is [it|this text] {labels}? {text}
{labels}? {text}
{text} -> {labels}?
Choose between {labels}. Text: {text}
[Analyse|Determine] {what} ({labels}): {text}
{text}\\n[Is it|Is that] {labels}?
[Which label|Which category] ({labels}) fits this text: {text}
[Labels|Categories|Classes]: {labels}.\\nText: {text}
[Give|Assign|Attach] a label ({labels}) to this text: {text}
“{text}”: {labels}?
[Reply|Respond] [only |]with {labels}: {text}
{text}\\nYour choice: {labels}.
Read this text and say whether it is {labels}. {text}
One word among {labels} for: {text}
"""),
)


def _one_text(draw: Draw, sides: Sides, side: int, language: int) -> str:
    return phrase(draw, sides[side][language], name=first_name(draw), thing=draw.pick(PRODUCTS)[language].capitalize())


def classification(draw: Draw) -> Example:
    """One of the two labels that the prompt names; with some examples before it in a third of the cases."""
    language, task = draw.whole(0, 1), draw.any_of(("sentiment", "sentiment", "urgency", "spam"))
    sides, *labels_by_language = TASKS[task]
    labels = draw.any_of(labels_by_language[language])
    side = draw.whole(0, 1)
    text = _one_text(draw, sides, side, language)
    if draw.chance(0.35):
        question = _few_shot(draw, sides, labels, language, text)
    else:
        order = list(labels) if draw.chance(0.5) else list(reversed(labels))
        joint = draw.any_of(((" ou ", " ou ", "/", ", "), (" or ", " or ", "/", ", "))[language])
        what = draw.any_of(_NAMES[task][language])
        question = phrase(draw, _REQUESTS[language], what=what, labels=joint.join(order), text=text)
    answer = labels[side]
    return ask("classification", question[0].upper() + question[1:], answer, facts={"labels": list(labels)})


def _few_shot(draw: Draw, sides: Sides, labels: tuple[str, ...], language: int, text: str) -> str:
    """Examples with their labels, then the text whose label is missing."""
    arrow = draw.any_of((" -> ", " => ", " : ", "\n", " = ", " | "))
    order = [0, 1, 0, 1][: draw.whole(2, 4)]
    draw.rng.shuffle(order)
    lines = [_one_text(draw, sides, side, language) + arrow + labels[side] for side in order]
    return "\n".join([*lines, text + arrow.rstrip()])
