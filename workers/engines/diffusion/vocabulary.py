"""The words that the engine knows, in English and French. Phrases are written as they are compared: lower case,
without accents, apostrophes or hyphens. Every other word of a prompt is reported as unknown."""

RGB = tuple[int, int, int]

COLOURS: dict[str, tuple[RGB, str]] = {
    "red": ((214, 39, 40), "red/rouge/scarlet/crimson/ecarlate"),
    "orange": ((245, 130, 32), "orange"),
    "yellow": ((247, 209, 40), "yellow/jaune/golden/gold/dore/doree/or"),
    "green": ((44, 150, 62), "green/vert/verte/emerald/emeraude"),
    "cyan": ((32, 190, 200), "cyan/turquoise/teal"),
    "blue": ((35, 92, 200), "blue/bleu/bleue/azure/azur"),
    "purple": ((128, 60, 170), "purple/violet/violette/pourpre/mauve/lilac/lilas"),
    "pink": ((240, 120, 170), "pink/rose/magenta/fuchsia"),
    "brown": ((130, 82, 45), "brown/brun/brune/marron"),
    "black": ((22, 22, 26), "black/noir/noire"),
    "white": ((250, 250, 248), "white/blanc/blanche"),
    "grey": ((135, 138, 142), "grey/gray/gris/grise/silver/argent/argente/argentee"),
    "beige": ((226, 205, 170), "beige/cream/creme"),
}
LIGHT, DARK = ("light", "pale", "clair", "claire"), ("dark", "deep", "fonce", "foncee", "sombre")

# A thing and the part of a landscape where it belongs.
THINGS: dict[str, tuple[str, str]] = {
    "circle": ("any", "circle/cercle/disc/disk/disque/ball/balle/ballon/boule/sphere/rond/dot/point"),
    "square": ("any", "square/carre/cube/box/boite"),
    "triangle": ("any", "triangle/pyramid/pyramide/cone"),
    "rectangle": ("any", "rectangle/bar/barre"),
    "ellipse": ("any", "ellipse/oval/ovale"),
    "diamond": ("any", "diamond/losange/rhombus/diamant"),
    "pentagon": ("any", "pentagon/pentagone"),
    "hexagon": ("any", "hexagon/hexagone"),
    "star": ("sky", "star/etoile"),
    "heart": ("any", "heart/coeur"),
    "cross": ("any", "cross/croix"),
    "ring": ("any", "ring/anneau"),
    "crescent": ("sky", "crescent/moon/lune/crescent moon/croissant de lune"),
    "sun": ("sky", "sun/soleil"),
    "cloud": ("sky", "cloud/nuage"),
    "bird": ("sky", "bird/oiseau/oiseaux/seagull/mouette"),
    "balloon": ("sky", "hot air balloon/montgolfiere/balloon"),
    "tree": ("ground", "tree/arbre/oak/chene"),
    "pine": ("ground", "pine/fir/sapin/pin/fir tree/pine tree"),
    "house": ("ground", "house/maison/hut/cabane/cottage/cabin/home"),
    "flower": ("ground", "flower/fleur/daisy/marguerite"),
    "cat": ("ground", "cat/chat/kitten/chaton/chatte"),
    "mushroom": ("ground", "mushroom/champignon"),
    "lighthouse": ("ground", "lighthouse/phare"),
    "apple": ("any", "apple/pomme"),
    "boat": ("water", "boat/bateau/bateaux/ship/navire/sailboat/voilier"),
    "fish": ("water", "fish/poisson"),
}
OWN_COLOURS = {
    "sun": "yellow", "crescent": "beige", "cloud": "white", "tree": "green", "pine": "green", "apple": "red",
    "star": "yellow", "bird": "black", "cat": "orange", "mushroom": "red", "lighthouse": "white",
}  # fmt: skip

SCENES: dict[str, str] = {
    "mountain": "mountain/montagne/mountain range/hill/colline/peak/alps/alpes",
    "sunset": "sunset/coucher de soleil/soleil couchant/dusk/crepuscule/sunrise/lever de soleil/dawn/aube/aurore",
    "sea": "sea/mer/ocean/wave/vague/lake/lac/water/eau",
    "beach": "beach/plage/shore/rivage/island/ile",
    "forest": "forest/foret/wood/woods/bois/jungle",
    "night": "night/nuit/night sky/ciel nocturne/ciel etoile/starry sky/starry night/nuit etoilee",
    "city": "city/ville/skyline/buildings/building/immeuble/town/gratte ciel/skyscraper",
    "desert": "desert/dune/sand/sable",
    "field": "field/champ/meadow/prairie/pre/grass/herbe/garden/jardin/countryside/campagne",
    "snow": "snow/neige/winter/hiver/snowy/enneige/enneigee",
    "space": "space/espace/galaxy/galaxie/nebula/nebuleuse/cosmos",
    "sky": "sky/ciel",
}

STYLES: dict[str, str] = {
    "monochrome": "black and white/noir et blanc/monochrome/greyscale/grayscale/niveaux de gris",
    "dark": "dark/sombre/gloomy/obscur/obscure",
    "bright": "bright/lumineux/lumineuse/luminous/sunny/ensoleille/ensoleillee/clair/claire",
    "vivid": "vivid/colourful/colorful/colore/coloree/vibrant/vibrante/saturated/sature/vif/vive",
    "pastel": "pastel/soft/doux/douce/pale",
    "blurry": "blurry/blurred/blur/flou/floue/out of focus",
    "foggy": "fog/foggy/mist/misty/brume/brouillard/brumeux/brumeuse",
    "pixelated": "pixel art/pixelated/pixelise/pixel",
    "grainy": "grain/grainy/noise/noisy/granuleux/bruit",
    "symmetric": "symmetric/symmetrical/symetrique/symmetry/symetrie/mirrored",
    "pattern": "pattern/motif/tileable/seamless/wallpaper/tile/tiled/papier peint/raccordable",
    "warm": "warm/chaud/chaude",
    "cold": "cold/froid/froide",
}

BACKGROUND = "background/fond/backdrop/arriere plan/arriere plan uni/plain background/fond uni"

SIZES: dict[str, tuple[float, str]] = {  # radius in shorter sides of the picture
    "tiny": (0.05, "tiny/minuscule/very small/tres petit/tres petite/tres petits/tres petites"),
    "small": (0.09, "small/little/petit/petite/petits/petites"),
    "medium": (0.15, "medium/moyen/moyenne/medium sized"),
    "large": (0.25, "large/big/grand/grande/grands/grandes/gros/grosse/grosses"),
    "huge": (0.36, "huge/giant/enormous/enorme/geant/geante/tres grand/tres grande/very large/very big"),
}

COUNTS: dict[int, str] = {
    1: "1/one/a/an/un/une/single/seul/seule",
    2: "2/two/deux/pair of/a pair of/paire de/une paire de",
    3: "3/three/trois", 4: "4/four/quatre", 5: "5/five/cinq", 6: "6/six", 7: "7/seven/sept", 8: "8/eight/huit",
    9: "9/nine/neuf", 10: "10/ten/dix", 11: "11/eleven/onze", 12: "12/twelve/douze/a dozen/une douzaine de",
}  # fmt: skip
MANY = "many/several/plusieurs/beaucoup de/some/des/lots of/plein de/few/quelques"

POSITIONS: dict[tuple[float, float], str] = {  # fractions of the width and the height
    (0.22, 0.22): "top left/upper left/en haut a gauche/haut gauche/top left corner",
    (0.78, 0.22): "top right/upper right/en haut a droite/haut droite/top right corner",
    (0.22, 0.78): "bottom left/lower left/en bas a gauche/bas gauche/bottom left corner",
    (0.78, 0.78): "bottom right/lower right/en bas a droite/bas droite/bottom right corner",
    (0.22, 0.5): "left/on the left/a gauche/gauche/sur la gauche/left side",
    (0.78, 0.5): "right/on the right/a droite/droite/sur la droite/right side",
    (0.5, 0.22): "top/at the top/en haut/haut",
    (0.5, 0.78): "bottom/at the bottom/en bas/bas",
    (0.5, 0.5): "center/centre/middle/au centre/au milieu/milieu/centered/centred/in the middle/in the center",
}

RELATIONS: dict[tuple[int, int], str] = {  # where the first thing lies, seen from the second
    (-1, 0): "left of/to the left of/on the left of/a gauche de/a gauche du/a gauche d/a gauche des",
    (1, 0): "right of/to the right of/on the right of/a droite de/a droite du/a droite d/a droite des",
    (0, -1): "above/over/au dessus de/au dessus du/au dessus d/on top of",
    (0, 1): "below/under/beneath/underneath/sous/au dessous de/en dessous de/en dessous du/en dessous d",
    (-2, 0): "next to/beside/a cote de/a cote du/a cote d/near/pres de/pres du/pres d",
}

BREAKS = "and/et/with/avec/plus/including/contenant"
SILENT = (
    "the/le/la/les/l/of/de/du/d/in/dans/on/sur/at/to/a l/au/aux/is/est/there/il/y/en/by/par/that/this/ce/cette/its/"
    "photo/picture/image/drawing/dessin/painting/peinture/illustration/landscape/paysage/scene/shape/forme/"
    "shapes/formes/side/cote/corner/coin/color/colour/couleur/colored/coloured/plain/uni/unie/simple/solid/flat/"
    "minimalist/minimaliste/photograph/photographie/view/vue/s/from/front/devant/behind/derriere/as/que/qui/size/taille"
)
