"""The function definitions of the corpus, read from ``data/*.txt``, and how people ask for them."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from workers.engines.llama_cpp.corpus.example import Call, Json, Tool
from workers.engines.llama_cpp.corpus.slots import KINDS
from workers.engines.llama_cpp.corpus.split import Draw, Split
from workers.engines.llama_cpp.corpus.wording import Templates, expand, roughen, templates

_SLOT = re.compile(r"\{(\w+)\}")

BARE = 0.25  # the share of verb phrases without a frame, in every split
ENGLISH_FRAMES = templates("""
[Please|Kindly] {ask}
[Can|Could|Would|Will] you {ask}[|, please]?
I [want|need|would like|'d like] you to {ask}
I [want|need|would like|have|wish] to {ask}
[Help me|Let's|Let us] {ask}
[I'd be glad if you could|It would be great if you could|Would you be so kind as to] {ask}
[Your task:|Task:|Next step:] {ask}
[Go ahead and|Now|OK,|Hey,|Hi,] {ask}
Use [a|the right] [function|tool] to {ask}
Is it possible to {ask}?
[My request:|Request:|To do:|Job:] {ask}
[I was told to|I have been asked to|We need to|We have to|You should] {ask}
[Quick:|Quickly,|Right away,|Today,] {ask}
[Find the tool that can|Pick the function that will|Which function can] {ask}?
[I am trying to|I'm about to|I plan to] {ask}
[Do you mind|Would you mind] helping me to {ask}?
[Just|Simply] {ask}
[It's time to|It is necessary to|We'd better] {ask}
[Good morning,|Good evening,|Hello!] [please|could you] {ask}
[Excuse me,|Sorry,|Well,|So,] [can you|could you|please|I want to] {ask}
[Dear assistant,|Assistant,|Computer,|Bot,] [please|] {ask}
[Your next job is|The task is|The idea is|My plan is] to {ask}
[If you can,|If possible,|When you can,|As soon as possible,] {ask}
[I'd appreciate it if you could|I would be happy if you could|Maybe you can|Perhaps you could] {ask}
[Would it be possible to|Is there a way to|How can I|How do I] {ask}?
[Someone asked me to|My boss wants me to|My teacher wants me to|A friend asked me to] {ask}
{ask}[, thanks|, thank you|, if you can|, as soon as you can|, will you?]
[Remember to|Don't forget to|Be so good as to|Try to] {ask}
[What I want is|My wish is|The goal is] to {ask}
""")
FRENCH_FRAMES = templates("""
[Peux-tu|Pouvez-vous|Pourrais-tu|Pourriez-vous] {ask}[| s'il te plaît| s'il vous plaît] ?
[Tu peux|Vous pouvez] {ask} ?
[Je veux|Je voudrais|J'aimerais|Je souhaite|Je dois|J'ai besoin de] {ask}
[Merci de|Veuillez|Il faut|Il faudrait|Il s'agit de] {ask}
[Aide-moi à|Aidez-moi à|Essaie de|Essayez de] {ask}
[Est-ce que tu peux|Est-ce que tu pourrais|Est-il possible de|Serait-il possible de] {ask} ?
[Ta tâche|Ta mission|Tâche|Consigne] : {ask}
[Utilise|Choisis] [une fonction|un outil|la bonne fonction] pour {ask}
[Maintenant,|Ensuite,|Salut,|Bonjour,] [je voudrais|j'aimerais|tu peux] {ask}
[Mon but est de|L'objectif est de|Ce que je veux, c'est] {ask}
[Ma demande|Demande|À faire|Mission] : {ask}
[On m'a demandé de|Nous devons|On doit|Tu dois|Vous devez] {ask}
[Vite,|Tout de suite,|Aujourd'hui,] [il faut|je veux|tu dois] {ask}
[Trouve|Choisis] [l'outil|la fonction] qui peut {ask}
[J'essaie de|Je cherche à|J'ai l'intention de] {ask}
[Quelle fonction|Quel outil] permet de {ask} ?
[Il est temps de|Il est nécessaire de|On aimerait] {ask}
[Bonsoir,|Bonjour !] [merci de|pourrais-tu|peux-tu] {ask}
[Prière de|Pense à|N'oublie pas de] {ask}
[Excuse-moi,|Pardon,|Bon,|Alors,] [peux-tu|pourrais-tu|je veux|je voudrais] {ask}
[Cher assistant,|Assistant,|Ordinateur,] [peux-tu|merci de|tu dois] {ask}
[Ta prochaine tâche est de|La tâche est de|L'idée est de|Mon plan est de] {ask}
[Si possible,|Si tu peux,|Dès que possible,|Quand tu peux,] [je voudrais|il faut|j'aimerais] {ask}
[Ce serait bien de|Ce serait gentil de|Tu pourrais peut-être|Peut-être peux-tu] {ask}
[Y a-t-il moyen de|Comment puis-je|Comment] {ask} ?
[Un ami me demande de|Mon chef veut que j'arrive à|Mon professeur me dit de] {ask}
[Aurais-tu la gentillesse de|Auriez-vous l'amabilité de|Serais-tu capable de] {ask} ?
[Je te demande de|Je vous prie de|Je t'invite à|On te demande de] {ask}
""")


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: str
    required: bool
    choices: tuple[tuple[str, str, str], ...] = ()  # value, French wording, English wording

    @property
    def schema(self) -> Json:
        if self.choices:
            return {"type": "string", "enum": [value for value, _, _ in self.choices]}
        return dict(KINDS[self.kind][0])

    def say(self, draw: Draw, language: int) -> tuple[str, Any]:
        """The words for a value, and the value."""
        if self.choices:
            value, *wordings = draw.any_of(self.choices)
            return expand(wordings[language], draw.rng), value
        return KINDS[self.kind][1](draw, language)


@dataclass(frozen=True)
class Function:
    """A definition with its wordings by language: framed verb phrases, and sentences that stand alone."""

    name: str
    description: str
    parameters: tuple[Parameter, ...]
    phrases: tuple[Templates, Templates]
    sentences: tuple[Templates, Templates]

    @cached_property
    def tool(self) -> Tool:
        properties = {each.name: each.schema for each in self.parameters}
        required = tuple(each.name for each in self.parameters if each.required)
        return Tool(self.name, self.description, properties, required)

    def ask(self, draw: Draw, language: int, *, bare: bool = False) -> tuple[str, Call]:
        """A question for this function and the right call. ``bare`` gives a verb phrase or sentence without a frame."""
        framed = self._framed(draw, language)
        pool = (self.phrases if framed else self.sentences)[language]
        core = expand(draw.pick(pool), draw.rng)
        said = {name: self._parameter(name).say(draw, language) for name in dict.fromkeys(_SLOT.findall(core))}
        core = _SLOT.sub(lambda match: said[match.group(1)][0], core)
        arguments = {each.name: said[each.name][1] for each in self.parameters if each.name in said}
        if framed and not bare:
            core = frame(draw, language, core)
        return roughen(draw, core[0].upper() + core[1:] if not bare else core), Call(self.name, arguments)

    def holds_out(self, split: Split, language: int) -> bool:
        """Whether some wording in this language belongs to this split alone."""
        return any(pool[language].holds_out(split) for pool in (self.phrases, self.sentences))

    def _framed(self, draw: Draw, language: int) -> bool:
        framed = draw.chance(0.55)
        if draw.split is Split.TRAIN or not self.holds_out(draw.split, language):
            return framed
        chosen = (self.phrases if framed else self.sentences)[language]
        return framed if chosen.holds_out(draw.split) else not framed

    def _parameter(self, name: str) -> Parameter:
        return next(each for each in self.parameters if each.name == name)


def frame(draw: Draw, language: int, core: str) -> str:
    """Ask politely for what a verb phrase says."""
    pool = (FRENCH_FRAMES, ENGLISH_FRAMES)[language]
    text = core if draw.chance(BARE) else expand(draw.pick(pool), draw.rng, {"ask": core})
    text = re.sub(r"\bde ([aeéiou])", r"d'\1", text, count=1) if language == 0 and "de " + core in text else text
    return text if text[-1] in "?.!" else text + draw.any_of((".", ".", "", "!" if language else " !"))


def read_functions(path: Path) -> tuple[Function, ...]:
    """The functions of a data file. Raises ValueError for a line that is none of the known forms."""
    blocks = re.split(r"^@ ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return tuple(_read_function(block) for block in blocks)


def _read_function(block: str) -> Function:
    head, parameters, *lines = [line for line in block.splitlines() if line.strip()]
    name, _, description = head.partition("|")
    wordings: dict[str, list[str]] = {"fr": [], "en": [], "fr?": [], "en?": []}
    for line in lines:
        mark, _, wording = line.partition(" ")
        if mark not in wordings:
            raise ValueError(f"{name.strip()}: unknown line {line!r}")
        wordings[mark].append(wording)
    pool = {mark: templates("\n".join(found)) for mark, found in wordings.items()}
    return Function(
        name.strip(),
        description.strip(),
        tuple(_read_parameter(each) for each in re.split(r", (?=\w+\??:)", parameters)),
        (pool["fr"], pool["en"]),
        (pool["fr?"], pool["en?"]),
    )


def _read_parameter(text: str) -> Parameter:
    name, _, kind = text.strip().partition(":")
    choices = []
    if "=" in kind:
        for each in kind.split(";"):
            value, _, wordings = each.partition("=")
            french, _, english = wordings.partition("/")
            choices.append((value, french, english))
    return Parameter(name.rstrip("?"), kind, not name.endswith("?"), tuple(choices))


KNOWN = read_functions(Path(__file__).parent / "data" / "functions.txt")
UNSEEN = read_functions(Path(__file__).parent / "data" / "unseen.txt")
