/** The raw material of the catalogue: 25 kinds of things in 12 collections make 300 products. */

/** A kind of product; `price` is in pence before a collection's variation. */
export interface ProductKind {
  name: string;
  category: string;
  price: number;
  description: string;
}

/** A family of products in one colour, named after something at the coast. */
export interface Collection {
  name: string;
  colour: string;
  mood: string;
}

/** The categories in the order of the shop's navigation. */
export const categories = ["Kitchen", "Lighting", "Textiles", "Outdoors", "Wear", "Bags", "Home"] as const;

const kind = (name: string, category: string, price: number, description: string): ProductKind => ({
  name,
  category,
  price,
  description,
});

/** Every kind, each of which has a drawing of the same name in `product-art.ts`. */
export const productKinds: readonly ProductKind[] = [
  kind(
    "Stoneware Mug",
    "Kitchen",
    1600,
    "Thrown by hand, with a handle that takes three fingers and a foot that stays put on a rolling deck. Holds 350 ml.",
  ),
  kind(
    "Serving Bowl",
    "Kitchen",
    3400,
    "A wide, generous bowl for mussels, salads or everyone's keys. Glazed inside and out, 28 cm across.",
  ),
  kind(
    "Chopping Board",
    "Kitchen",
    2900,
    "End-grain oak, oiled four times before it leaves the workshop. A groove catches what would run off the table.",
  ),
  kind(
    "Enamel Kettle",
    "Kitchen",
    4200,
    "Steel under two coats of enamel. Happy on a hob, a stove or a ring of stones; whistles when it is ready.",
  ),
  kind(
    "Salt Jar",
    "Kitchen",
    1900,
    "A jar with a lid of turned ash for the salt you use every day. Wide enough for a hand, small enough for a sill.",
  ),
  kind(
    "Dinner Plate",
    "Kitchen",
    1800,
    "A plate with a low rim and a calm glaze that makes plain food look cared for. Safe in the dishwasher.",
  ),
  kind(
    "Storm Lantern",
    "Lighting",
    5400,
    "Burns for nineteen hours on one filling and does not mind the wind. With a wire handle for the walk home.",
  ),
  kind(
    "Table Lamp",
    "Lighting",
    8900,
    "A turned base and a linen shade that make a warm pool of light to read in. Takes an E27 bulb.",
  ),
  kind(
    "Beeswax Candle",
    "Lighting",
    1400,
    "Pure beeswax, poured slowly, forty hours of steady light. Smells of honey even before you light it.",
  ),
  kind(
    "Wool Blanket",
    "Textiles",
    9800,
    "Woven from lambswool in a mill that has stood by the river since 1837. Big enough for two on a cold beach.",
  ),
  kind(
    "Linen Cushion",
    "Textiles",
    3600,
    "Washed linen that is soft from the first day, filled with feathers. 50 by 50 cm, with a hidden zip.",
  ),
  kind(
    "Tea Towel",
    "Textiles",
    1200,
    "A heavy half-linen cloth that dries glasses without lint and gets better with every wash.",
  ),
  kind(
    "Woven Rug",
    "Textiles",
    12400,
    "A flat-woven rug for the hall where everyone comes in with wet boots. Shakes clean in a minute.",
  ),
  kind(
    "Camp Stool",
    "Outdoors",
    4600,
    "Three legs of ash and a seat of waxed canvas. Folds to the size of a rolled newspaper.",
  ),
  kind(
    "Vacuum Flask",
    "Outdoors",
    2800,
    "Keeps tea hot from the harbour to the far side of the bay and back. Two cups in the lid, 750 ml inside.",
  ),
  kind(
    "Ridge Tent",
    "Outdoors",
    18900,
    "Cotton canvas on two poles, as tents used to be: quiet in the wind, dry in the rain, cool in the sun.",
  ),
  kind(
    "Willow Basket",
    "Outdoors",
    3900,
    "Woven from buff willow by one maker, with a handle of bent hazel. For apples, driftwood or the Sunday lunch.",
  ),
  kind(
    "Harbour Jumper",
    "Wear",
    11200,
    "A dense five-gauge knit with a high collar, as worn on the boats. Warm when wet, and mends well.",
  ),
  kind(
    "Watch Cap",
    "Wear",
    2400,
    "A ribbed cap of merino that fits under a hood and over the ears. One size, as it stretches.",
  ),
  kind(
    "Wool Socks",
    "Wear",
    1700,
    "Cushioned where boots rub, thin where they do not. Two pairs, since one is always on the line.",
  ),
  kind(
    "Canvas Tote",
    "Bags",
    2200,
    "Heavy canvas, taped seams and handles long enough for a coat sleeve. Carries fifteen kilos without complaint.",
  ),
  kind(
    "Roll-top Rucksack",
    "Bags",
    8400,
    "Waxed cotton that rolls shut against the weather, with a sleeve for what must stay dry. 22 litres.",
  ),
  kind(
    "Bud Vase",
    "Home",
    2100,
    "For one stem, or three if they get along. Each one leans a little, as thrown things do.",
  ),
  kind(
    "Wall Clock",
    "Home",
    6700,
    "A silent movement behind a plain dial that can be read from across the kitchen. Takes one AA battery.",
  ),
  kind(
    "Framed Print",
    "Home",
    5800,
    "A two-colour lithograph of the headland in a frame of limewashed oak, ready to hang. 40 by 50 cm.",
  ),
];

/** Every collection. */
export const collections: readonly Collection[] = [
  { name: "Skerry", colour: "#5b6b77", mood: "In the wet-stone grey of the rocks beyond the bar." },
  { name: "Marram", colour: "#6f8a5b", mood: "In the green of the grass that holds the dunes together." },
  {
    name: "Gannet",
    colour: "#d9a441",
    mood: "In the yellow of a gannet's head, seen for a second before the dive.",
  },
  { name: "Tern", colour: "#a9b4b8", mood: "In the pale grey of a bird that sees two summers a year." },
  { name: "Kelp", colour: "#4d5a3a", mood: "In the dark olive of the forest under the low-tide line." },
  { name: "Saltmarsh", colour: "#91a88a", mood: "In the sage of the flats, early, before the geese." },
  { name: "Dune", colour: "#cfa77a", mood: "In the colour of dry sand with the sun behind it." },
  { name: "Cove", colour: "#2f7f86", mood: "In the teal of deep water over pale stones." },
  {
    name: "Fjord",
    colour: "#27496d",
    mood: "In a blue that is nearly black where the cliffs go straight down.",
  },
  { name: "Lantern", colour: "#c4572e", mood: "In the rust of the old lightship, freshly painted." },
  { name: "Heather", colour: "#8d6a93", mood: "In the mauve of the headland in August." },
  { name: "Driftwood", colour: "#8b6b4f", mood: "In the brown of timber that has been at sea." },
];
