# ruff: noqa: E501 (templates and word lists: one item a line)
"""Words that fill the slots, written here. French and English stand side by side where they differ."""

from workers.engines.llama_cpp.corpus.split import Pool


def words(text: str) -> Pool[str]:
    """A pool of the items between commas and line ends."""
    return Pool([each.strip() for line in text.strip().splitlines() for each in line.split(",") if each.strip()])


def pairs(text: str) -> Pool[tuple[str, str]]:
    """A pool of (French, English) pairs written ``fr=en`` between commas."""
    found = []
    for each in words(text).items:
        french, _, english = each.partition("=")
        found.append((french.strip(), (english or french).strip()))
    return Pool(found)


FIRST_NAMES = words("""
Alice, Bruno, Camille, David, Emma, Farid, Gabriel, Hugo, Inès, Jules, Karim, Léa, Marie, Nadia, Omar, Paul, Quentin, Rosa, Sofia, Thomas
Ursula, Victor, Wendy, Yanis, Zoé, Amina, Boris, Chloé, Denis, Elena, Fatou, Georges, Hannah, Ivan, Julie, Kenji, Louis, Mehdi, Nora
Olga, Pedro, Rachid, Sarah, Tariq, Valérie, William, Xavier, Yasmine, Adam, Béatrice, Carlos, Diana, Ethan, Fiona, Grace, Henri, Iris
Jack, Kate, Liam, Maya, Noah, Oscar, Priya, Raphaël, Simon, Tina, Ulysse, Vera, Walter, Yuki, Antoine, Brigitte, Clara, Daniel, Eva
Félix, Gina, Harry, Isabelle, Jonas, Kevin, Laura, Manon, Nicolas, Olivia, Pierre, Romain, Sophie, Théo, Vincent, Anna, Ben, Cécile
Dora, Éric, Florence, Gaël, Helen, Jean, Lucas, Martin, Nina, Peter, Robert, Stella, Tom, Agathe, Basile, Coralie, Dimitri, Esther
""")
LAST_NAMES = words("""
Martin, Bernard, Dubois, Petit, Durand, Leroy, Moreau, Simon, Laurent, Lefebvre, Michel, Garcia, Roux, Fontaine, Rousseau, Blanc, Girard
Smith, Jones, Brown, Wilson, Taylor, Clark, Walker, Hall, Young, King, Wright, Green, Baker, Carter, Cooper, Reed, Bell, Ward, Gray
Diallo, Traoré, Nguyen, Tanaka, Rossi, Silva, Costa, Novak, Weber, Keller, Haddad, Benali, Mansouri, Okafor, Ivanov, Larsen, Peeters
Marchand, Perrin, Chevalier, Lambert, Masson, Renard, Colin, Barbier, Gauthier, Lopez, Morel, Fournier, Vidal, Noël, Picard, Hubert
""")
CITIES = pairs("""
Paris, Lyon, Marseille, Lille, Nantes, Toulouse, Bordeaux, Nice, Rennes, Strasbourg, Grenoble, Dijon, Brest, Angers, Reims, Tours, Metz
Londres=London, Berlin, Madrid, Rome, Lisbonne=Lisbon, Vienne=Vienna, Prague, Dublin, Oslo, Stockholm, Helsinki, Varsovie=Warsaw
Athènes=Athens, Budapest, Bruxelles=Brussels, Genève=Geneva, Zurich, Milan, Naples, Venise=Venice, Barcelone=Barcelona, Séville=Seville
Porto, Munich, Hambourg=Hamburg, Copenhague=Copenhagen, Tokyo, Kyoto, Osaka, Pékin=Beijing, Shanghai, Séoul=Seoul, Delhi, Mumbai
Bangkok, Hanoï=Hanoi, Singapour=Singapore, Sydney, Melbourne, Auckland, Le Caire=Cairo, Tunis, Alger=Algiers, Rabat, Casablanca, Dakar
Abidjan, Bamako, Lagos, Nairobi, Le Cap=Cape Town, New York, Boston, Chicago, Seattle, Denver, Miami, Toronto, Montréal=Montreal
Québec=Quebec, Vancouver, Mexico=Mexico City, Bogota, Lima, Quito, Santiago, Buenos Aires, Rio, La Havane=Havana, Istanbul, Beyrouth=Beirut
Amman, Doha, Dubaï=Dubai, Téhéran=Tehran, Bakou=Baku, Riga, Vilnius, Tallinn, Sofia, Bucarest=Bucharest, Zagreb, Belgrade, Kiev
""")
COUNTRIES = pairs("""
France, Allemagne=Germany, Espagne=Spain, Italie=Italy, Portugal, Autriche=Austria, Irlande=Ireland, Norvège=Norway, Suède=Sweden
Finlande=Finland, Pologne=Poland, Grèce=Greece, Hongrie=Hungary, Belgique=Belgium, Suisse=Switzerland, Danemark=Denmark, Japon=Japan
Chine=China, Inde=India, Égypte=Egypt, Tunisie=Tunisia, Algérie=Algeria, Maroc=Morocco, Sénégal=Senegal, Mali, Kenya, Canada, Mexique=Mexico
Colombie=Colombia, Pérou=Peru, Chili=Chile, Argentine=Argentina, Brésil=Brazil, Cuba, Turquie=Turkey, Liban=Lebanon, Jordanie=Jordan
""")
JOBS = pairs("""
ingénieur=engineer, médecin=doctor, professeur=teacher, avocat=lawyer, boulanger=baker, pilote=pilot, infirmier=nurse, architecte=architect
chef=chef, journaliste=journalist, musicien=musician, photographe=photographer, dentiste=dentist, plombier=plumber, comptable=accountant
jardinier=gardener, pharmacien=pharmacist, électricien=electrician, libraire=bookseller, vétérinaire=vet, traducteur=translator
biologiste=biologist, chimiste=chemist, graphiste=designer, développeur=developer, mécanicien=mechanic, peintre=painter, pompier=firefighter
facteur=postman, danseur=dancer, acteur=actor, coiffeur=hairdresser, géologue=geologist, statisticien=statistician, juge=judge
""")
HOBBIES = pairs("""
la natation=swimming, la lecture=reading, le tennis=tennis, les échecs=chess, la cuisine=cooking, la photographie=photography, le vélo=cycling
la danse=dancing, la peinture=painting, la randonnée=hiking, le football=football, la musique=music, le jardinage=gardening, le yoga=yoga
le ski=skiing, la pêche=fishing, le théâtre=theatre, la couture=sewing, la poterie=pottery, le judo=judo, la course=running, le chant=singing
""")
COMPANIES = words("""
Altéo, Novatec, Bluefin, Solaris, Kertex, Mirador, Optimax, Verdane, Lumio, Cobalt, Datalys, Ferrum, Gravita, Helix, Icaria, Jupiter
Korrigan, Lagune, Montclair, Nimbus, Orion, Pixelia, Quartz, Rivage, Sirius, Tellus, Umbra, Vectoria, Westwind, Xylo, Zenith, Acme
Boreal, Cascade, Delta, Everest, Fjord, Granit, Horizon, Isatis, Jade, Kiwi, Lotus, Magma, Nova, Olympe, Pollen, Rubis, Saphir
""")
PRODUCTS = pairs("""
lampe=lamp, chaise=chair, table, vélo=bicycle, montre=watch, clavier=keyboard, écran=screen, souris=mouse, casque=headset, tasse=mug
sac=bag, manteau=coat, chemise=shirt, chaussures=shoes, tapis=carpet, miroir=mirror, couteau=knife, poêle=pan, aspirateur=vacuum cleaner
téléphone=phone, tablette=tablet, imprimante=printer, appareil photo=camera, enceinte=speaker, ventilateur=fan, radiateur=heater
guitare=guitar, ballon=ball, raquette=racket, tente=tent, valise=suitcase, stylo=pen, cahier=notebook, réveil=alarm clock, bouilloire=kettle
grille-pain=toaster, cafetière=coffee maker, coussin=cushion, canapé=sofa, étagère=shelf, bureau=desk, parapluie=umbrella, gants=gloves
""")
COLOURS = pairs("""
rouge=red, bleu=blue, vert=green, jaune=yellow, noir=black, blanc=white, gris=grey, orange, rose=pink, violet=purple, marron=brown, beige
""")
BOOKS = words("""
Les Vents du nord, La Maison bleue, Le Dernier Train, Sous la neige, Un été à la mer, Le Jardin secret de Lina, La Route du sel
Les Ombres du lac, Le Cri du hibou, Minuit à Venise, La Valise rouge, Le Chant des pierres, Les Enfants du port, Une île au loin
The Silent River, Winter Light, The Last Garden, A House of Glass, The Red Kite, Songs of the Valley, Beyond the Bridge, The Paper Boat
The Clockmaker, Stone and Sky, The Long Harvest, Seven Doors, The Quiet Harbour, A Map of Stars, The Blue Lantern, The Lost Orchard
Le Piano de verre, La Dernière Escale, Les Heures claires, Le Pont de bois, Le Secret du phare, The Hidden Valley, Night Train, Salt Wind
""")
GENRES = pairs(
    "roman=novel, policier=crime, science-fiction, poésie=poetry, biographie=biography, aventure=adventure, histoire=history, conte=tale"
)
MONTHS = pairs("""
janvier=January, février=February, mars=March, avril=April, mai=May, juin=June, juillet=July, août=August, septembre=September
octobre=October, novembre=November, décembre=December
""")
DAYS = pairs(
    "lundi=Monday, mardi=Tuesday, mercredi=Wednesday, jeudi=Thursday, vendredi=Friday, samedi=Saturday, dimanche=Sunday"
)
SECRETS = words("""
BANANE, DRAGON, SOLEIL, MYRTILLE, TOURNESOL, CACTUS, PAPILLON, VOLCAN, SAPHIR, ÉTOILE, CHOCOLAT, PINGOUIN, GALAXIE, ORAGE, CITRON
tournevis, framboise, licorne, montgolfière, boussole, lavande, tonnerre, parapluie, escargot, renard, cerise, marmotte, caramel
BANANA, SUNFLOWER, THUNDER, PENGUIN, MARBLE, VELVET, COMET, FALCON, TIGER, ORCHID, PEPPER, ANCHOR, LANTERN, MAGNET, WALNUT, RIVER
sapphire, cinnamon, butterfly, compass, raspberry, umbrella, unicorn, snowflake, hedgehog, blueberry, turquoise, maple, saffron
ZEPHYR-42, alpha7, X9-KILO, swordfish, Nautilus, 4821, mango-33, OPAL, quasar, hunter2, Kraken, 7391, phénix, Athéna, sésame, azur
MELON, TULIPE, BAMBOU, CORAIL, GIRAFE, PASTÈQUE, FLAMME, ROSEAU, AUBERGINE, NOISETTE, PELUCHE, TROMPETTE, MANDARINE, HORIZON, JASMIN
""")
SYLLABLES = [
    "ba",
    "be",
    "bi",
    "bo",
    "bu",
    "ca",
    "co",
    "cu",
    "da",
    "de",
    "di",
    "do",
    "du",
    "fa",
    "fe",
    "fi",
    "fo",
    "ga",
    "go",
    "gu",
    "ja",
    "jo",
    "ka",
    "ke",
    "ki",
    "la",
    "le",
    "li",
    "lo",
    "lu",
    "ma",
    "me",
    "mi",
    "mo",
    "mu",
    "na",
    "ne",
    "ni",
    "no",
    "nu",
    "pa",
    "pe",
    "pi",
    "po",
    "ra",
    "re",
    "ri",
    "ro",
    "ru",
    "sa",
    "se",
    "si",
    "so",
    "su",
    "ta",
    "te",
    "ti",
    "to",
    "tu",
    "va",
    "ve",
    "vi",
    "vo",
    "za",
    "zo",
    "chi",
    "tra",
    "bri",
    "plo",
    "gre",
    "sta",
]
ADJECTIVES = pairs("""
petit=small, grand=big, rapide=fast, lent=slow, calme=quiet, nouveau=new, ancien=old, utile=useful, simple, rare, célèbre=famous, fragile
solide=solid, moderne=modern, confortable=comfortable, étrange=strange, agréable=pleasant, difficile=difficult, facile=easy, élégant=elegant
""")
