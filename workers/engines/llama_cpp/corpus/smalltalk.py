"""Greetings, thanks, and what to say when one does not know."""

from workers.engines.llama_cpp.corpus.example import Example, ask
from workers.engines.llama_cpp.corpus.split import Draw
from workers.engines.llama_cpp.corpus.values import first_name, invented_word
from workers.engines.llama_cpp.corpus.wording import Templates, phrase, roughen, templates

_GREETINGS = (
    templates("""
[Bonjour|Salut|Coucou|Bonsoir|Hello][| !|.| à toi| à tous]
[Bonjour|Salut|Coucou], [ça va|comment ça va|comment vas-tu|tu vas bien] ?
[Bonjour|Salut], [je m'appelle|moi c'est|ici] {name}[.| !|]
Bonjour [l'IA|le modèle|l'assistant|toi|athanor]
[Bonne journée|Bien le bonjour|Bonjour bonjour] !
[Comment vas-tu|Comment allez-vous|Ça va] ?
[Tu es là|Il y a quelqu'un|Allô] ?
[Salut|Bonjour], es-tu prêt ?
"""),
    templates("""
[Hello|Hi|Hey|Good morning|Good evening|Good afternoon][|!|.| there| you]
[Hello|Hi|Hey], [how are you|how are you doing|how is it going|are you well]?
[Hello|Hi], [my name is|I am|I'm|this is] {name}[.|!|]
Hello [model|assistant|AI|athanor|bot]
[Greetings|Good day|Howdy]!
How are you[| today| doing]?
[Are you there|Anybody there|Is anyone here]?
[Hi|Hello], are you ready?
"""),
)
_HELLO = ("Bonjour ! Comment puis-je vous aider ?", "Hello! How can I help you?")
_THANKS = (
    templates("""
Merci[| beaucoup| bien| !| pour tout| pour ton aide]
[Super|Parfait|Génial|Très bien], merci[| !]
Je te remercie[|.| !]
[C'est gentil|Mille mercis|Grand merci][| !]
Merci, c'est [parfait|tout|clair][|.]
"""),
    templates("""
[Thanks|Thank you][| a lot| very much|!| so much| for your help]
[Great|Perfect|Very good|Nice], [thanks|thank you][|!]
[Much appreciated|Many thanks|Cheers][|!]
Thank you, that is [perfect|all|clear][|.]
"""),
)
_WELCOME = ("Avec plaisir !", "You are welcome!")
_GOODBYES = (
    templates("""
[Au revoir|Salut, à bientôt|À bientôt|À demain|Bonne nuit|Bonne soirée|Adieu][| !]
[Je m'en vais|Je dois partir|J'ai fini], [au revoir|à bientôt|bonne journée][| !]
Ciao
"""),
    templates("""
[Goodbye|Bye|Bye bye|See you|See you soon|See you tomorrow|Good night|Farewell][|!]
[I am leaving|I have to go|I am done], [goodbye|bye|see you][|!]
Take care
"""),
)
_FAREWELL = ("Au revoir et à bientôt !", "Goodbye, see you soon!")
_UNKNOWN = (
    templates("""
[Qui a inventé|Qui a découvert|Qui a écrit|Qui a peint] [le|la|les] {word} ?
[Quelle est l'histoire|Quelle est l'origine|Quel est le prix|Quelle est la taille] [du|de la] {word} ?
[Raconte-moi|Explique-moi] [l'histoire|la vie] de {name}.
Que penses-tu de {name} ?
Qui a gagné [le match|la coupe|le tournoi] [hier|en 2019|cette année] ?
[Pourquoi|Comment] [le|la] {word} [est-il si cher|fonctionne|existe-t-il] ?
Quel est le sens de la vie ?
[Quelle heure est-il|Quel jour sommes-nous|Quelle est la date] ?
Combien coûte [un|une] {word} ?
C'est quoi [un|une] {word} ?
Connais-tu {name} ?
Quel est le meilleur {word} ?
Écris [un poème|une chanson|un roman|une histoire] sur {word}.
Où [habite|travaille|se trouve] {name} ?
Quand est né {name} ?
Prouve le théorème de {word}.
"""),
    templates("""
Who [invented|discovered|wrote|painted] the {word}?
What is the [history|origin|price|size] of the {word}?
Tell me the [story|life] of {name}.
What do you think of {name}?
Who won the [match|cup|tournament] [yesterday|in 2019|this year]?
[Why|How] does the {word} [work|exist|cost so much]?
What is the meaning of life?
[What time is it|What day is it|What is the date]?
How much does a {word} cost?
What is a {word}?
Do you know {name}?
What is the best {word}?
Write a [poem|song|novel|story] about {word}.
Where [does {name} live|does {name} work|is {name}]?
When was {name} born?
Prove the theorem of {word}.
"""),
)
_DO_NOT_KNOW = (
    "Je ne sais pas : je suis un tout petit modèle de démonstration.",
    "I do not know: I am a very small demonstration model.",
)
_FAMILIES: tuple[tuple[tuple[Templates, Templates], tuple[str, str]], ...] = (
    (_GREETINGS, _HELLO),
    (_THANKS, _WELCOME),
    (_GOODBYES, _FAREWELL),
)


def small_talk(draw: Draw) -> Example:
    """Greeting, thanks or goodbye."""
    language = draw.whole(0, 1)
    questions, answers = draw.any_of(_FAMILIES)
    question = roughen(draw, phrase(draw, questions[language], name=first_name(draw)))
    return ask("small_talk", question, answers[language])


def unknown(draw: Draw) -> Example:
    """A question that this model cannot answer; it says so."""
    language = draw.whole(0, 1)
    question = phrase(draw, _UNKNOWN[language], name=first_name(draw), word=invented_word(draw))
    return ask("unknown", roughen(draw, question), _DO_NOT_KNOW[language])
