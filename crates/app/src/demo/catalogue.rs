//! What the sample partner knows: products, prices, customers. Everything is invented, under names of the usual shape.

/// The seller.
pub const SELLER: &str = "Küstencloud GmbH";

/// The seller's settings.
pub const SETTINGS: &[&str] = &[
    "seller.address=Am Alten Speicher 8|20099 Hamburg",
    "seller.vat_id=DE999999999",
    "seller.registration=Amtsgericht Hamburg, HRB 999999",
    "seller.email=rechnung@kuestencloud.example",
    "seller.phone=+49 40 5550 1234",
    "seller.website=kuestencloud.example",
    "seller.iban=DE89370400440532013000",
    "seller.bank=Musterbank Hamburg",
    "seller.footer=Küstencloud GmbH ist erfunden, wie alles in diesem Musterbuch.",
    "brand.colour=#0F5E7A",
    "numbering.invoice_prefix=KC-2026-",
    "numbering.credit_prefix=KG-2026-",
    "numbering.digits=4",
    "reconcile.floor=4",
];

/// One product of the sample.
pub struct Item {
    /// Product id.
    pub product: &'static str,
    /// SKU id.
    pub sku: &'static str,
    /// Name.
    pub name: &'static str,
    /// Cost of a seat and month on a yearly term billed monthly, in cents.
    pub cost: i64,
    /// Estimated retail price on the same footing.
    pub erp: i64,
}

const fn item(product: &'static str, sku: &'static str, name: &'static str, cost: i64, erp: i64) -> Item {
    Item { product, sku, name, cost, erp }
}

/// Places in [`ITEMS`].
pub const BASIC: usize = 0;
pub const STANDARD: usize = 1;
pub const PREMIUM: usize = 2;
pub const EXCHANGE: usize = 3;
pub const PHONE: usize = 4;
pub const DEFENDER: usize = 5;
pub const POWER_BI: usize = 6;
pub const COPILOT: usize = 7;
pub const VISIO: usize = 8;
pub const CARE: usize = 9;

/// The licences, and our own service last.
pub const ITEMS: [Item; 10] = [
    item("CFQ7TTC0SB01", "0001", "Microsoft 365 Business Basic", 462, 560),
    item("CFQ7TTC0SB02", "0001", "Microsoft 365 Business Standard", 971, 1170),
    item("CFQ7TTC0SB03", "0002", "Microsoft 365 Business Premium", 1710, 2060),
    item("CFQ7TTC0SB04", "0001", "Exchange Online (Plan 1)", 300, 370),
    item("CFQ7TTC0SB05", "0004", "Microsoft Teams Phone Standard", 780, 940),
    item("CFQ7TTC0SB06", "0001", "Microsoft Defender for Office 365 (Plan 1)", 155, 190),
    item("CFQ7TTC0SB07", "0008", "Power BI Pro", 1088, 1310),
    item("CFQ7TTC0SB08", "0012", "Microsoft 365 Copilot", 2390, 2810),
    item("CFQ7TTC0SB09", "0001", "Visio Plan 2", 1162, 1400),
    item("OWN-CARE", "0001", "Managed Workplace", 0, 2490),
];

/// The list price of Business Basic from October: cost and retail.
pub const BASIC_FROM_OCTOBER: (i64, i64) = (520, 630);

/// What the practice was promised for Business Basic years ago, in cents: below cost since October.
pub const PROMISED: i64 = 510;

/// Euros for a dollar in millionths, from July 2026 on.
pub const RATES: [i64; 4] = [861_200, 866_900, 869_400, 872_150];

/// Dollars for a euro in the vendor's lists, in hundredths.
pub const DOLLAR_LIST: i64 = 116;

/// Segment, its discount in basis points, and its price of our own service in cents.
pub const SEGMENTS: [(&str, i64, i64); 4] =
    [("Bronze", 0, 2490), ("Silver", 300, 2390), ("Gold", 600, 2290), ("Platinum", 900, 1990)];

/// From this quantity, discount in basis points.
pub const VOLUME: [(i64, i64); 3] = [(1, 0), (25, 200), (100, 400)];

/// Bundle id, name, its parts, discount in basis points.
pub const BUNDLE: (&str, &str, [usize; 2], i64) = ("BND-SECURE", "Secure Workplace", [PREMIUM, DEFENDER], 500);

/// What consumption is sold for above the vendor's price, in percent, by segment.
pub const AZURE_MARKUP: [(&str, i64); 2] = [("Gold", 6), ("Platinum", 4)];

/// The product all meters belong to; the plan itself has SKU 0000.
pub const AZURE: &str = "DZH318Z0BPS6";

/// One meter.
pub struct Meter {
    /// SKU id.
    pub sku: &'static str,
    /// Name.
    pub name: &'static str,
    /// Category.
    pub category: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Resource provider.
    pub service: &'static str,
    /// Price of a unit in dollars, in ten-millionths.
    pub price: i64,
    /// Units on an ordinary day, in thousandths.
    pub daily: i64,
}

/// The meters in use.
pub const METERS: [Meter; 3] = [
    Meter {
        sku: "0001",
        name: "D4s v5",
        category: "Virtual Machines",
        unit: "1 Hour",
        service: "Microsoft.Compute",
        price: 1_840_000,
        daily: 72_000,
    },
    Meter {
        sku: "0002",
        name: "E10 LRS Disk",
        category: "Storage",
        unit: "1/Month",
        service: "Microsoft.Storage",
        price: 80_640_000,
        daily: 258,
    },
    Meter {
        sku: "0003",
        name: "Standard Data Transfer Out",
        category: "Bandwidth",
        unit: "1 GB",
        service: "Microsoft.Network",
        price: 740_000,
        daily: 41_500,
    },
];

/// Customers with an Azure plan; the last one's loses its earned credit in October.
pub const AZURE_CUSTOMERS: [usize; 4] = [0, 5, 25, 9];

/// One customer.
pub struct Customer {
    /// Legal name.
    pub name: &'static str,
    /// Country.
    pub country: &'static str,
    /// Price segment.
    pub segment: &'static str,
    /// People with a licence.
    pub people: i64,
    /// Language of the invoices.
    pub language: &'static str,
    /// Postcode and city.
    pub town: &'static str,
    /// Place of its reseller in [`RESELLERS`].
    pub reseller: Option<usize>,
}

const fn direct(
    name: &'static str,
    country: &'static str,
    segment: &'static str,
    people: i64,
    language: &'static str,
    town: &'static str,
) -> Customer {
    Customer { name, country, segment, people, language, town, reseller: None }
}

impl Customer {
    const fn below(self, reseller: usize) -> Customer {
        Customer { reseller: Some(reseller), ..self }
    }
}

/// Whom the office talks to: customer, name, role, mail, phone, and whether the invoices go there.
pub const CONTACTS: [(usize, &str, &str, &str, &str, &str); 6] = [
    (0, "Imke Petersen", "Buchhaltung", "rechnung@hansekontor.example", "+49 40 5550 2011", "yes"),
    (0, "Ole Brandt", "IT-Leitung", "brandt@hansekontor.example", "+49 40 5550 2014", "no"),
    (3, "Sabine Müller", "Geschäftsführung", "s.mueller@mueller-soehne.example", "+49 40 5550 3301", "yes"),
    (5, "Jörn Claasen", "Einkauf", "einkauf@nordwind.example", "+49 4841 555 120", "yes"),
    (5, "Wiebke Thomsen", "Administration", "admin@nordwind.example", "", "no"),
    (9, "Hauke Lührs", "Buchhaltung", "kreditoren@werft-sued.example", "+49 471 555 880", "yes"),
];

/// What the office noted: customer, day, text.
pub const NOTES: [(usize, &str, &str); 3] = [
    (0, "2026-08-19", "Möchte ab 2027 jährlich zahlen, wenn Microsoft den Preis hält."),
    (0, "2026-10-06", "Frau Petersen ist bis 20. Oktober im Urlaub; Fragen zur Rechnung an Herrn Brandt."),
    (5, "2026-09-14", "Bestellnummer gehört auf jede Rechnung, sonst kommt sie zurück."),
];

/// The customers.
pub const CUSTOMERS: [Customer; 40] = [
    direct("Hansekontor Spedition GmbH", "DE", "Gold", 18, "de", "20457 Hamburg"),
    direct("Bäckerei Sonnenschein e.K.", "DE", "Bronze", 6, "de", "23552 Lübeck"),
    direct("Praxis Dr. Öztürk", "DE", "Bronze", 5, "de", "22765 Hamburg"),
    direct("Müller & Söhne Metallbau GmbH", "DE", "Silver", 28, "de", "21073 Hamburg"),
    direct("Elbufer Immobilien KG", "DE", "Silver", 12, "de", "22587 Hamburg"),
    direct("Nordwind Energie AG", "DE", "Platinum", 120, "de", "25813 Husum"),
    direct("Kanzlei Rabe, Fuchs und Partner", "DE", "Gold", 17, "de", "20354 Hamburg"),
    direct("Lindenhof Apotheke", "DE", "Bronze", 6, "de", "24103 Kiel"),
    direct("Fischmarkt Gastronomie GmbH", "DE", "Bronze", 9, "de", "22767 Hamburg"),
    direct("Werft Süd GmbH & Co. KG", "DE", "Gold", 44, "de", "27568 Bremerhaven"),
    direct("Ostsee Optik GmbH", "DE", "Bronze", 5, "de", "18055 Rostock"),
    direct("Klarwasser Technik GmbH", "DE", "Silver", 28, "de", "19053 Schwerin"),
    direct("Buchhandlung Zeile", "DE", "Bronze", 8, "de", "28195 Bremen"),
    direct("Stadtgarten Pflegedienst gGmbH", "DE", "Silver", 60, "de", "20535 Hamburg"),
    direct("Tischlerei Astrein", "DE", "Bronze", 4, "de", "21335 Lüneburg"),
    direct("Hafenblick Hotel GmbH", "DE", "Silver", 19, "de", "20459 Hamburg"),
    direct("Solarpark Heide GmbH", "DE", "Bronze", 7, "de", "25746 Heide"),
    direct("Alster Treuhand Steuerberatung", "DE", "Gold", 26, "de", "20099 Hamburg"),
    direct("Rotklinker Architekten", "DE", "Bronze", 11, "de", "26122 Oldenburg").below(0),
    direct("Moorland Saatgut eG", "DE", "Silver", 22, "de", "49661 Cloppenburg").below(0),
    direct("Tideweg Logistik GmbH", "DE", "Silver", 31, "de", "26382 Wilhelmshaven").below(0),
    direct("Reetdach Baubetrieb", "DE", "Bronze", 9, "de", "26506 Norden").below(0),
    direct("Leuchtturm Verlag GmbH", "DE", "Bronze", 13, "de", "26721 Emden").below(0),
    direct("Grachtenhuis Advies B.V.", "NL", "Silver", 14, "nl", "1016 AA Amsterdam"),
    direct("Van der Meer Bloemen B.V.", "NL", "Bronze", 6, "nl", "1431 AA Aalsmeer"),
    direct("Zilverberg Techniek B.V.", "NL", "Gold", 38, "nl", "5611 AA Eindhoven"),
    direct("Molenaar en Zonen", "NL", "Bronze", 7, "nl", "3311 AA Dordrecht"),
    direct("Polderkaas Coöperatie U.A.", "NL", "Silver", 24, "nl", "2801 AA Gouda"),
    direct("Noordzee Onderwijs Stichting", "NL", "Platinum", 96, "nl", "2513 AA Den Haag"),
    direct("Kade 12 Reclamebureau", "NL", "Bronze", 10, "nl", "3011 AA Rotterdam"),
    direct("Fietsfabriek Utrecht B.V.", "NL", "Silver", 17, "en", "3511 AA Utrecht"),
    direct("Gletscherbahn Tourismus GmbH", "AT", "Gold", 40, "de", "6020 Innsbruck").below(1),
    direct("Weingut Steinfeder", "AT", "Bronze", 4, "de", "3500 Krems").below(1),
    direct("Holzbau Tannhäuser KG", "AT", "Silver", 15, "de", "9500 Villach").below(1),
    direct("Ordination Dr. Σοφία Παπαδάκη", "AT", "Bronze", 3, "de", "8010 Graz").below(1),
    direct("Łódź Import Handels GmbH", "AT", "Bronze", 8, "de", "1020 Wien").below(1),
    direct("Kaffeerösterei Mühlviertel", "AT", "Bronze", 9, "de", "4240 Freistadt"),
    direct("Bergblick Seniorenheim", "AT", "Silver", 34, "de", "5020 Salzburg"),
    direct("Ștefan Maschinen GmbH", "AT", "Silver", 21, "en", "4020 Linz"),
    direct("Donauufer Rechtsanwälte", "AT", "Gold", 16, "de", "1010 Wien"),
];

/// Streets; a customer's number picks one.
pub const STREETS: [(&str, [&str; 7]); 3] = [
    ("DE", ["Lagerstraße", "Am Markt", "Deichweg", "Lindenallee", "Kaistraße", "Schulgasse", "Mühlenweg"]),
    ("NL", ["Kerkstraat", "Havenkade", "Dorpsweg", "Molenlaan", "Singel", "Nieuwstraat", "Parklaan"]),
    ("AT", ["Hauptplatz", "Bahnhofstraße", "Kirchengasse", "Seestraße", "Am Graben", "Bergweg", "Ringstraße"]),
];

/// The resellers: id, name, country, town, and whether its customers' invoices go to it.
pub const RESELLERS: [(&str, &str, &str, &str, bool); 2] = [
    ("R-DEICH", "Deichwerk IT GmbH", "DE", "26122 Oldenburg", false),
    ("R-ALPEN", "Alpenbyte OG", "AT", "6020 Innsbruck", true),
];

/// Seats added or removed in the ordinary course: customer, year-month-day, seats.
pub const CHANGES: [(usize, (i32, u32, u32), i64); 13] = [
    (3, (2026, 7, 14), 2),
    (6, (2026, 7, 22), 1),
    (27, (2026, 7, 23), 2),
    (11, (2026, 8, 11), 3),
    (17, (2026, 8, 20), 1),
    (23, (2026, 8, 27), 2),
    (0, (2026, 9, 8), 2),
    (31, (2026, 9, 15), 1),
    (13, (2026, 9, 24), 4),
    (5, (2026, 10, 5), 6),
    (15, (2026, 10, 19), 2),
    (29, (2026, 10, 21), 1),
    (36, (2026, 10, 27), 1),
];
