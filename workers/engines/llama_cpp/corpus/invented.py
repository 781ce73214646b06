# ruff: noqa: E501 (templates and word lists: one item a line)
"""Functions made up on the spot, so that reading a definition is learnt and not only a known list."""

from workers.engines.llama_cpp.corpus.example import Call, Tool
from workers.engines.llama_cpp.corpus.functions import Parameter, frame
from workers.engines.llama_cpp.corpus.split import Draw
from workers.engines.llama_cpp.corpus.values import invented_word
from workers.engines.llama_cpp.corpus.vocabulary import words
from workers.engines.llama_cpp.corpus.wording import expand, phrase, roughen, templates

# name = French infinitive = English wordings
VERBS = [
    tuple(part.strip() for part in line.split("="))
    for line in """
create = créer = create / make / set up / start
delete = supprimer / effacer = delete / remove / erase
update = mettre à jour / modifier = update / change / modify
find = trouver / chercher = find / search for / look up
list = lister / énumérer = list / show
send = envoyer / expédier = send / dispatch
count = compter = count / tell how many there are of
open = ouvrir = open
close = fermer = close / shut
start = démarrer / lancer = start / launch / run
stop = arrêter / stopper = stop / halt
book = réserver = book / reserve
cancel = annuler = cancel / call off
rename = renommer = rename
check = vérifier / contrôler = check / verify
download = télécharger = download / fetch
print = imprimer = print
share = partager = share
move = déplacer = move
copy = copier / dupliquer = copy / duplicate
measure = mesurer = measure
archive = archiver = archive / put away
approve = approuver / valider = approve / accept
export = exporter = export
""".strip().splitlines()
]
# name = French with its article = English with its article
NOUNS = words("""
invoice=la facture=the invoice, order=la commande=the order, ticket=le billet=the ticket, report=le rapport=the report
account=le compte=the account, playlist=la liste de lecture=the playlist, room=la salle=the room, package=le colis=the package
contract=le contrat=the contract, photo=la photo=the photo, lesson=la leçon=the lesson, course=le cours=the course
task=la tâche=the task, event=l'événement=the event, folder=le dossier=the folder, backup=la sauvegarde=the backup
robot=le robot=the robot, server=le serveur=the server, sensor=le capteur=the sensor, printer=l'imprimante=the printer
recipe=la recette=the recipe, survey=le sondage=the survey, payment=le paiement=the payment, delivery=la livraison=the delivery
table=la table=the table, bike=le vélo=the bike, car=la voiture=the car, machine=la machine=the machine, alarm=l'alarme=the alarm
document=le document=the document, message=le message=the message, video=la vidéo=the video, song=le morceau=the song
customer=le client=the customer, patient=le patient=the patient, student=l'élève=the student, employee=l'employé=the employee
project=le projet=the project, meal=le repas=the meal, hotel=l'hôtel=the hotel, product=le produit=the product, sample=l'échantillon=the sample
plant=la plante=the plant, door=la porte=the door, window=la fenêtre=the window, camera=la caméra=the camera, drone=le drone=the drone
timer=le minuteur=the timer, coupon=le bon=the coupon, badge=le badge=the badge, parcel=le paquet=the parcel, exam=l'examen=the exam
""")
# name = kind = French = English
FIELDS = words("""
name=name=le nom/nom=the name/name, city=city=la ville/ville=the city/city, price=number=le prix/prix=the price/price
amount=number=le montant/montant=the amount/amount, quantity=small=la quantité/quantité=the quantity/quantity
date=date=la date/date=the date/date, time=clock=l'heure/heure=the time/time, title=text=le titre/titre=the title/title
label=text=l'étiquette/étiquette=the label/label, color=colour=la couleur/couleur=the colour/colour
email=email=l'adresse e-mail/e-mail=the email/email, age=age=l'âge/âge=the age/age, code=word=le code/code=the code/code
id=int=le numéro/numéro=the number/number, owner=fullname=le propriétaire/propriétaire=the owner/owner
level=percent=le niveau/niveau=the level/level, comment=text=le commentaire/commentaire=the comment/comment
weight=number=le poids/poids=the weight/weight, country=country=le pays/pays=the country/country
language=language=la langue/langue=the language/language, size=int=la taille/taille=the size/size
author=fullname=l'auteur/auteur=the author/author, path=path=le chemin/chemin=the path/path, score=percent=la note/note=the score/score
duration=int=la durée/durée=the duration/duration, room=room=la pièce/pièce=the room/room, topic=text=le sujet/sujet=the topic/topic
""")
FRENCH_JOINTS = templates("""
avec {long} {value}
, {short} {value}
dont {long} est {value}
({short} : {value})
, {short} = {value}
ayant pour {short} {value}
en prenant {value} comme {short}
pour {long} {value}
, {long} étant {value}
""")
ENGLISH_JOINTS = templates("""
with {long} {value}
, {short} {value}
whose {short} is {value}
({short}: {value})
, {short} = {value}
with {short} set to {value}
using {value} as {short}
for {long} {value}
, {long} being {value}
having {short} {value}
""")
_DESCRIPTIONS = templates("""
{verb} {noun}
{verb} {noun} [by|from|with] its fields
This function lets you {lower} {noun}
[Tool|Function] to {lower} {noun}
{verb} {noun} in the system
""")


def invent_function(draw: Draw, taken: set[str]) -> "InventedFunction":
    """A new function whose name is not in ``taken``; one in four names is no word at all."""
    while True:
        verb = draw.any_of(VERBS)
        noun = _noun(draw)
        name = f"{verb[0]}_{noun[0].replace(' ', '_')}"
        if name not in taken:
            return InventedFunction(draw, name, verb, noun)


def _noun(draw: Draw) -> tuple[str, str, str]:
    if draw.chance(0.25):
        word = invented_word(draw)
        return word, f"le {word}", f"the {word}"
    name, french, english = draw.pick(NOUNS).split("=")
    return name, french, english


class InventedFunction:
    """A made-up function: a verb, a noun and one to four fields."""

    def __init__(self, draw: Draw, name: str, verb: tuple[str, ...], noun: tuple[str, str, str]) -> None:
        self.name, self.verb, self.noun = name, verb, noun
        self.fields: dict[str, tuple[str, str]] = {}
        parameters: list[Parameter] = []
        for field in draw.pick_some(FIELDS, draw.any_of((1, 1, 2, 2, 3, 4))):
            field_name, kind, french, english = field.split("=")
            if draw.chance(0.3):
                field_name = f"{noun[0].replace(' ', '_')}_{field_name}"
            self.fields[field_name] = (french, english)
            parameters.append(Parameter(field_name, kind, required=not parameters or draw.chance(0.6)))
        self.parameters = tuple(parameters)
        english_verb = draw.any_of(verb[2].split(" / "))
        description = phrase(
            draw,
            _DESCRIPTIONS,
            verb=english_verb.capitalize(),
            lower=english_verb,
            noun=draw.any_of((noun[2], noun[2].replace("the ", "a "))),
        )
        properties = {each.name: each.schema for each in parameters}
        self.tool = Tool(name, description, properties, tuple(each.name for each in parameters if each.required))

    def ask(self, draw: Draw, language: int, *, bare: bool = False) -> tuple[str, Call]:
        """A question for this function and the right call."""
        verb = draw.any_of(self.verb[1 + language].split(" / "))
        noun = self.noun[1 + language]
        if language == 1 and draw.chance(0.3):
            noun = noun.replace("the ", draw.any_of(("a ", "my ", "this ")))
        given = [each for each in self.parameters if each.required or draw.chance(0.5)]
        said = {each.name: each.say(draw, language) for each in given}
        order = list(given)
        if draw.chance(0.3):
            draw.rng.shuffle(order)
        text = f"{verb} {noun}"
        for each in order:
            long, short = self.fields[each.name][language].split("/")
            text += self._joint(draw, language, long, short, said[each.name][0])
        call = Call(self.name, {each.name: said[each.name][1] for each in given})
        return (text if bare else roughen(draw, frame(draw, language, text))), call

    def _joint(self, draw: Draw, language: int, long: str, short: str, value: str) -> str:
        pool = ENGLISH_JOINTS if language else FRENCH_JOINTS
        joint = expand(draw.pick(pool), draw.rng, {"long": long, "short": short, "value": value})
        return joint if joint.startswith(",") else f" {joint}"
