# ruff: noqa: E501 (templates and word lists: one item a line)
"""Conversations with function definitions: one call, several calls, no call, and what to say to a result."""

from collections.abc import Sequence

from workers.engines.llama_cpp.corpus.example import Call, Example, Json, Message, Tool, ask
from workers.engines.llama_cpp.corpus.functions import KNOWN, Function
from workers.engines.llama_cpp.corpus.invented import InventedFunction, invent_function
from workers.engines.llama_cpp.corpus.render import compact, render_call, render_tool
from workers.engines.llama_cpp.corpus.smalltalk import small_talk
from workers.engines.llama_cpp.corpus.split import Draw
from workers.engines.llama_cpp.corpus.values import city, number, of
from workers.engines.llama_cpp.corpus.vocabulary import ADJECTIVES
from workers.engines.llama_cpp.corpus.wording import phrase, templates

AnyFunction = Function | InventedFunction
NO_CALL = Call("none", {})
NOTHING_FITS = (
    "Aucune des fonctions proposées ne convient à cette demande.",
    "None of the available functions fits this request.",
)

SYSTEMS = templates("""
[You are|Act as] [an assistant|a helpful assistant|an agent] that [calls|uses] [functions|tools].
[Use|Call] the [functions|tools] [you are given|below|provided] [when needed|to answer].
Answer with the right function call.
You translate questions into function calls.
Tu es un assistant qui [appelle|utilise] des [fonctions|outils].
Utilise les [fonctions|outils] [fournis|ci-dessous|disponibles] pour répondre.
Réponds par l'appel de la bonne fonction.
Tu transformes les questions en appels de fonctions.
""")
QUESTION_FIRST = templates("""
{question}\\n\\n[Functions|Available functions|Tools|Definitions]:\\n{tools}
{question}\\n[Choose|Pick|Select] [a|the best|the right] function [among|from] [these|the following]:\\n{tools}
[Question|Request|User]: {question}\\n[Functions|Tools]:\\n{tools}\\n[Answer in JSON|Answer|JSON|Call]:
{question}\\n\\n[Fonctions disponibles|Fonctions|Outils] :\\n{tools}
{question}\\nChoisis la [bonne fonction|fonction qui convient] parmi :\\n{tools}
Question : {question}\\n[Fonctions|Outils] :\\n{tools}\\n[Réponse en JSON|Réponse|JSON|Appel] :
""")
TOOLS_FIRST = templates("""
[Functions|Available functions|Tools|Definitions]:\\n{tools}\\n\\n[Question|Request|User]: {question}[|\\nAnswer in JSON.|\\nJSON:]
[You can|You may] call [these|the following] functions:\\n{tools}\\n\\n{question}
[Here are|These are] the [functions|tools]:\\n{tools}\\nWhich call answers: {question}
[Fonctions disponibles|Fonctions|Outils] :\\n{tools}\\n\\n[Question|Demande] : {question}[|\\nRéponds en JSON.|\\nJSON :]
Tu peux appeler [ces fonctions|les fonctions suivantes] :\\n{tools}\\n\\n{question}
Voici les [fonctions|outils] :\\n{tools}\\nQuel appel répond à : {question}
""")
RESULT_SENTENCES = (
    templates("Résultat : {result}.\nVoici le résultat : {result}."),
    templates("Result: {result}.\nHere is the result: {result}."),
)
JOINS = (
    (" et ", ", puis ", " et aussi ", " ; ", ", et ", ", ensuite ", ". Puis ", " ainsi que "),
    (" and ", ", then ", " and also ", "; ", ", and ", ", after that ", ". Then ", ", as well as "),
)


def _functions(draw: Draw, count: int, *, invented: float) -> list[AnyFunction]:
    """Different functions, each made up with probability ``invented``."""
    chosen: list[AnyFunction] = []
    names: set[str] = set()
    while len(chosen) < count:
        function = invent_function(draw, names) if draw.chance(invented) else draw.any_of(KNOWN)
        if function.name not in names:
            names.add(function.name)
            chosen.append(function)
    return chosen


def _shuffled(draw: Draw, functions: Sequence[AnyFunction]) -> tuple[Tool, ...]:
    tools = [each.tool for each in functions]
    draw.rng.shuffle(tools)
    return tuple(tools)


def _system(draw: Draw) -> tuple[Message, ...]:
    return (Message("system", phrase(draw, SYSTEMS)),) if draw.chance(0.25) else ()


def one_call(draw: Draw, *, invented: float | None = None) -> Example:
    """One question among one to six definitions, as native tools."""
    share = draw.any_of((0.0, 0.3, 1.0)) if invented is None else invented
    functions = _functions(draw, draw.any_of((1, 2, 2, 2, 3, 3, 4, 6)), invented=share)
    question, call = functions[0].ask(draw, draw.whole(0, 1))
    messages = (*_system(draw), Message("user", question), Message("assistant", calls=(call,)))
    return Example("call", messages, _shuffled(draw, functions), facts={"known": isinstance(functions[0], Function)})


def known_call(draw: Draw) -> Example:
    """One question for a known function, among one to four others."""
    return call_of(draw, draw.any_of(KNOWN), draw.whole(0, 1))


def call_of(draw: Draw, function: AnyFunction, language: int) -> Example:
    """A question for one given function, among one to four others that are known or made up."""
    others = [each for each in _functions(draw, draw.whole(1, 4), invented=0.3) if each.name != function.name]
    question, call = function.ask(draw, language)
    messages = (Message("user", question), Message("assistant", calls=(call,)))
    return Example("call", messages, _shuffled(draw, [function, *others]))


def several_calls(draw: Draw) -> Example:
    """Two or three wishes in one message, each with its call."""
    functions = _functions(draw, draw.whole(2, 4), invented=draw.any_of((0.0, 0.3)))
    language, count = draw.whole(0, 1), draw.any_of((2, 2, 2, 3))
    asked = [draw.any_of(functions[:count]).ask(draw, language, bare=True) for _ in range(count)]
    join = draw.any_of(JOINS[language])
    question = join.join(text.rstrip(" ?.!") for text, _ in asked)
    calls = tuple(call for _, call in asked)
    messages = (
        *_system(draw),
        Message("user", question[0].upper() + question[1:] + "."),
        Message("assistant", calls=calls),
    )
    return Example("parallel_calls", messages, _shuffled(draw, functions))


def no_call(draw: Draw) -> Example:
    """Definitions are there, but the message is small talk or asks for something else."""
    functions = _functions(draw, draw.whole(2, 6), invented=draw.any_of((0.0, 0.5)))
    tools = _shuffled(draw, functions[1:])
    if draw.chance(0.45):
        talk = small_talk(draw)
        return Example("no_call", (*_system(draw), *talk.messages[-2:]), tools)
    language = draw.whole(0, 1)
    question, _ = functions[0].ask(draw, language)
    messages = (*_system(draw), Message("user", question), Message("assistant", NOTHING_FITS[language]))
    return Example("no_call", messages, tools)


def call_in_prompt(draw: Draw) -> Example:
    """The definitions stand in the user's own prompt; the answer is one JSON object."""
    functions = _functions(draw, draw.any_of((1, 2, 3, 4)), invented=draw.any_of((0.0, 0.3, 1.0)))
    question, call = functions[0].ask(draw, draw.whole(0, 1))
    offered = functions
    if draw.chance(0.12):
        call, offered = NO_CALL, _functions(draw, 2, invented=1.0)
    tools = _shuffled(draw, offered)
    text = phrase(
        draw, QUESTION_FIRST if draw.chance(0.6) else TOOLS_FIRST, question=question, tools=_listing(draw, tools)
    )
    return ask("call_in_prompt", text, render_call(call), facts={"tools": [tool.as_openai() for tool in tools]})


def _listing(draw: Draw, tools: Sequence[Tool]) -> str:
    style = draw.whole(0, 3)
    if style == 0:
        return compact([_plain(tool) for tool in tools])
    if style == 1:
        return "\n".join(compact(_plain(tool)) for tool in tools)
    return "\n".join(("- " if style == 2 else "") + render_tool(tool) for tool in tools)


def _plain(tool: Tool) -> Json:
    parameters = {name: {"type": schema["type"]} for name, schema in tool.properties.items()}
    return {"name": tool.name, "description": tool.description, "parameters": parameters}


def after_result(draw: Draw) -> Example:
    """A question, its call, the result of the function, and the sentence for the person."""
    functions = _functions(draw, draw.whole(1, 3), invented=draw.any_of((0.0, 0.3, 1.0)))
    language = draw.whole(0, 1)
    question, call = functions[0].ask(draw, language)
    result, said = _result(draw, language)
    sentence = phrase(draw, RESULT_SENTENCES[language], result=said)
    messages = (
        *_system(draw),
        Message("user", question),
        Message("assistant", calls=(call,)),
        Message("tool", result),
        Message("assistant", sentence),
    )
    return Example("after_result", messages, _shuffled(draw, functions))


def _result(draw: Draw, language: int) -> tuple[str, str]:
    """A function's result, and how it is said: a value as it is, an object as ``key value`` pairs."""
    if draw.chance(0.5):
        value = str(draw.any_of((number(draw), city(draw, language), of(draw, ADJECTIVES, language))))
        return value, value
    keys = draw.rng.sample(
        ("temperature", "status", "total", "result", "city", "count", "sky", "id", "price"), draw.whole(1, 3)
    )
    made = {key: draw.any_of((number(draw), of(draw, ADJECTIVES, language))) for key in keys}
    return compact(made), ", ".join(f"{key} {value}" for key, value in made.items())
