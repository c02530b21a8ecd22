//! The goods on the sandbox's shelves. Every name is invented; amounts are hundredths of the currency.
#![allow(clippy::inconsistent_digit_grouping, reason = "the last two digits are the hundredths")]

use super::{Brand, Codes, Delivery, Offer, Stock, data, fixed, labelled, range};

/// The countries with a catalogue, each with its currency and calling code.
pub const COUNTRIES: &[(&str, &str, &str)] = &[
    ("US", "USD", "1"),
    ("GB", "GBP", "44"),
    ("DE", "EUR", "49"),
    ("FR", "EUR", "33"),
    ("IT", "EUR", "39"),
    ("JP", "JPY", "81"),
    ("BR", "BRL", "55"),
    ("IN", "INR", "91"),
    ("AE", "AED", "971"),
    ("ID", "IDR", "62"),
];

/// A country whose brand list comes without `all_brands`, as some recorded answers do.
pub const COUNTRY_WITHOUT_ALL_BRANDS: &str = "AE";

const EVERYWHERE: &[&str] = &["US", "GB", "DE", "FR", "IT", "JP", "BR", "IN", "AE", "ID"];
const EURO: &[&str] = &["DE", "FR", "IT"];

pub const BRANDS: &[Brand] = &[
    // Fixed and free amounts in one brand: the fixed card of the same value costs more.
    Brand {
        family: "Wobblewick",
        name: "Wobblewick Market",
        slug: "wobblewick-market",
        category: Some("e-commerce"),
        more_categories: &["retail", "home"],
        colour: Some("#2f6f4e"),
        tagline: "Everything you did not know you wanted",
        offers: &[
            Offer {
                countries: &["US"],
                currency: "USD",
                products: &[
                    fixed(10_00),
                    fixed(25_00),
                    fixed(50_00),
                    fixed(100_00),
                    range(5_00, 300_00, Some(1_00)),
                ],
            },
            Offer {
                countries: &["GB"],
                currency: "GBP",
                products: &[fixed(10_00), fixed(25_00), fixed(50_00), range(5_00, 250_00, Some(1_00))],
            },
            Offer {
                countries: EURO,
                currency: "EUR",
                products: &[fixed(10_00), fixed(25_00), fixed(50_00), range(5_00, 250_00, Some(1_00))],
            },
            Offer { countries: &["IN"], currency: "INR", products: &[range(100_00, 10_000_00, Some(50_00))] },
        ],
        ..Brand::GIFT_CARD
    },
    // One family, two brands: the family's name is not a brand's.
    Brand {
        family: "Pixelbadger",
        name: "Pixelbadger Credits",
        slug: "pixelbadger-credits",
        category: Some("games"),
        more_categories: &["entertainment"],
        colour: Some("#3d2b8f"),
        tagline: "Dig, trade, dig again",
        offers: &[
            Offer {
                countries: &["US"],
                currency: "USD",
                products: &[fixed(10_00), fixed(20_00), fixed(50_00), fixed(100_00)],
            },
            Offer {
                countries: &["GB"],
                currency: "GBP",
                products: &[fixed(10_00), fixed(20_00), fixed(50_00)],
            },
            Offer { countries: EURO, currency: "EUR", products: &[fixed(10_00), fixed(20_00), fixed(50_00)] },
            Offer {
                countries: &["JP"],
                currency: "JPY",
                products: &[fixed(1_000_00), fixed(3_000_00), fixed(10_000_00)],
            },
            Offer {
                countries: &["BR"],
                currency: "BRL",
                products: &[fixed(30_00), fixed(50_00), fixed(100_00)],
            },
            Offer { countries: &["IN"], currency: "INR", products: &[fixed(500_00), fixed(1_000_00)] },
            Offer {
                countries: &["AE"],
                currency: "AED",
                products: &[fixed(50_00), fixed(100_00), fixed(1_000_00)],
            },
            Offer {
                countries: &["ID"],
                currency: "IDR",
                products: &[fixed(50_000_00), fixed(100_000_00), fixed(1_000_000_00)],
            },
        ],
        ..Brand::GIFT_CARD
    },
    // Sold by time, and only one to an order.
    Brand {
        family: "Pixelbadger",
        name: "Pixelbadger Pass",
        slug: "pixelbadger-pass",
        category: Some("games"),
        more_categories: &["streaming"],
        colour: Some("#5b3fd6"),
        tagline: "All burrows, one ticket",
        limited: true,
        codes: Codes::Link,
        offers: &[
            Offer {
                countries: &["US"],
                currency: "USD",
                products: &[labelled(9_99, "1 month", "1 month"), labelled(99_99, "12 months", "12 months")],
            },
            Offer {
                countries: &["GB", "DE", "FR", "IT"],
                currency: "EUR",
                products: &[labelled(9_99, "1 month", "1 month"), labelled(99_99, "12 months", "12 months")],
            },
        ],
        ..Brand::GIFT_CARD
    },
    Brand {
        family: "Café Zéphyr & Fils",
        name: "Café Zéphyr & Fils",
        slug: "cafe-zephyr-fils",
        category: Some("food"),
        more_categories: &[],
        colour: Some("#7a3e1d"),
        tagline: "Crème brûlée à toute heure",
        codes: Codes::PinAndBarcode,
        offers: &[Offer { countries: EURO, currency: "EUR", products: &[range(10_00, 150_00, Some(5_00))] }],
        ..Brand::GIFT_CARD
    },
    // A range without a step.
    Brand {
        family: "Smørhattan",
        name: "Smørhattan Grocers",
        slug: "smorhattan-grocers",
        category: Some("groceries"),
        more_categories: &["food"],
        colour: Some("#c2a21b"),
        tagline: "Butter with a skyline",
        codes: Codes::PinAndSecurityCode,
        offers: &[
            Offer { countries: &["US"], currency: "USD", products: &[range(10_00, 500_00, None)] },
            Offer { countries: &["GB"], currency: "GBP", products: &[range(10_00, 400_00, None)] },
            Offer { countries: &["DE"], currency: "EUR", products: &[range(10_00, 400_00, None)] },
        ],
        ..Brand::GIFT_CARD
    },
    Brand {
        family: "Ñandú Outfitters",
        name: "Ñandú Outfitters",
        slug: "nandu-outfitters",
        category: Some("apparel_clothing"),
        more_categories: &["sports_fitness"],
        colour: None,
        with_logo_base: false,
        tagline: "Run. Do not fly.",
        offers: &[
            Offer { countries: &["US"], currency: "USD", products: &[fixed(25_00), fixed(75_00)] },
            Offer { countries: &["BR"], currency: "BRL", products: &[range(50_00, 1_500_00, Some(10_00))] },
        ],
        ..Brand::GIFT_CARD
    },
    Brand {
        family: "ほしぞら書店",
        name: "ほしぞら書店",
        slug: "hoshizora-shoten",
        category: Some("books_learning"),
        more_categories: &[],
        colour: Some("#1b2a4a"),
        tagline: "星の下で読む",
        offers: &[Offer {
            countries: &["JP"],
            currency: "JPY",
            products: &[
                labelled(1_000_00, "1000 JPY", "1,000円"),
                labelled(3_000_00, "3000 JPY", "3,000円"),
                labelled(5_000_00, "5000 JPY", "5,000円"),
            ],
        }],
        ..Brand::GIFT_CARD
    },
    Brand {
        family: "Dunewhistle",
        name: "Dunewhistle Mall",
        slug: "dunewhistle-mall",
        category: Some("retail"),
        more_categories: &["e-commerce"],
        colour: Some("#b5651d"),
        tagline: "Shade, fountains, shoes",
        offers: &[Offer {
            countries: &["AE"],
            currency: "AED",
            products: &[range(50_00, 1_000_00, Some(10_00))],
        }],
        ..Brand::GIFT_CARD
    },
    Brand {
        family: "Toko Awan Biru",
        name: "Toko Awan Biru",
        slug: "toko-awan-biru",
        category: Some("e-commerce"),
        more_categories: &["retail"],
        colour: Some("#1976a8"),
        tagline: "Belanja di atas awan",
        offers: &[Offer {
            countries: &["ID"],
            currency: "IDR",
            products: &[
                labelled(50_000_00, "50000 IDR", "Rp50.000"),
                labelled(100_000_00, "100000 IDR", "Rp100.000"),
                labelled(500_000_00, "500000 IDR", "Rp500.000"),
            ],
        }],
        ..Brand::GIFT_CARD
    },
    Brand {
        family: "Mangomonsoon",
        name: "Mangomonsoon Bazaar",
        slug: "mangomonsoon-bazaar",
        category: Some("groceries"),
        more_categories: &[],
        colour: Some("#e08a00"),
        tagline: "It rains fruit",
        offers: &[Offer {
            countries: &["IN"],
            currency: "INR",
            products: &[fixed(250_00), fixed(500_00), fixed(1_000_00), fixed(5_000_00)],
        }],
        ..Brand::GIFT_CARD
    },
    // Takes every coin, but not on every network, and only a validation tells.
    Brand {
        family: "Pebblepost",
        name: "Pebblepost Trips",
        slug: "pebblepost-trips",
        category: Some("travel_flights"),
        more_categories: &[],
        colour: Some("#46637f"),
        tagline: "Parcels travel, so can you",
        refused: &[("USDC", "Polygon (Matic)"), ("USDT", "Tron"), ("BTC", "Lightning")],
        offers: &[
            Offer {
                countries: &["US"],
                currency: "USD",
                products: &[fixed(50_00), fixed(100_00), fixed(200_00)],
            },
            Offer { countries: &["GB"], currency: "GBP", products: &[fixed(50_00), fixed(100_00)] },
            Offer { countries: EURO, currency: "EUR", products: &[fixed(50_00), fixed(100_00)] },
        ],
        ..Brand::GIFT_CARD
    },
    Brand {
        family: "Gloomhollow",
        name: "Gloomhollow Arcade",
        slug: "gloomhollow-arcade",
        category: Some("games"),
        more_categories: &[],
        colour: Some("#222222"),
        tagline: "Back when the moon is",
        stock: Stock::SoldOut,
        offers: &[Offer { countries: EVERYWHERE, currency: "USD", products: &[fixed(10_00), fixed(20_00)] }],
        ..Brand::GIFT_CARD
    },
    // Shown as in stock, refused at the till.
    Brand {
        family: "Fidgetfern",
        name: "Fidgetfern Gardens",
        slug: "fidgetfern-gardens",
        category: Some("home"),
        more_categories: &[],
        colour: Some("#3f7f3f"),
        tagline: "Plants that cannot sit still",
        stock: Stock::SoldOutAtCheckout,
        offers: &[Offer {
            countries: &["US", "GB"],
            currency: "USD",
            products: &[fixed(20_00), fixed(40_00)],
        }],
        ..Brand::GIFT_CARD
    },
    // A name that no card was drawn for.
    Brand {
        family: "Long-Winded",
        name: "The Extraordinarily Long-Winded Emporium of Wonderments and Steamboatcompanycaptainscabinkeyholders",
        slug: "long-winded-emporium",
        category: Some("other_products"),
        more_categories: &["entertainment"],
        colour: Some("#6a4f2b"),
        tagline: "Takes a breath in the middle",
        offers: &[Offer {
            countries: &["US"],
            currency: "USD",
            products: &[fixed(20_00), range(5_00, 50_00, None)],
        }],
        ..Brand::GIFT_CARD
    },
    Brand {
        family: "Nappingnewt",
        name: "Nappingnewt Spa",
        slug: "nappingnewt-spa",
        category: Some("health_beauty"),
        more_categories: &[],
        colour: Some("#7fa8a0"),
        tagline: "Please do not wake the staff",
        stock: Stock::Paused,
        offers: &[Offer { countries: &["US", "DE"], currency: "USD", products: &[fixed(30_00)] }],
        ..Brand::GIFT_CARD
    },
    // Its texts are hostile on purpose: a page that prints them raw shows it.
    Brand {
        family: "Oddsock Emporium",
        name: "Oddsock \"Left & Right\" <Emporium>",
        slug: "oddsock-emporium",
        category: None,
        more_categories: &[],
        colour: Some("#8f2b5a"),
        tagline: "One sock \u{202e}thgir\u{202c} for every left",
        hostile_texts: true,
        offers: &[Offer { countries: &["US"], currency: "USD", products: &[fixed(15_00)] }],
        ..Brand::GIFT_CARD
    },
    Brand {
        family: "Quibblepurse",
        name: "Quibblepurse Balance",
        slug: "quibblepurse-balance",
        category: Some("e-money"),
        more_categories: &[],
        colour: Some("#4a4a8a"),
        tagline: "Money that argues back",
        login_required: true,
        offers: &[
            Offer { countries: &["US"], currency: "USD", products: &[fixed(25_00), fixed(50_00)] },
            Offer { countries: EURO, currency: "EUR", products: &[fixed(25_00), fixed(50_00)] },
        ],
        ..Brand::GIFT_CARD
    },
    // Credit straight to a phone, or as an e-mailed PIN at the same price.
    Brand {
        family: "Nimbofon",
        name: "Nimbofon Credits",
        slug: "nimbofon-credits",
        category: Some("mobile_credits"),
        more_categories: &["mobile_talk_time"],
        colour: Some("#0f7fb0"),
        tagline: "Talk to the clouds",
        offers: &[
            Offer {
                countries: &["US"],
                currency: "USD",
                products: &[
                    range(5_00, 100_00, Some(1_00)).to(Delivery::Phone),
                    fixed(10_00).to(Delivery::Phone),
                    labelled(10_00, "10 USD - PIN", "$10 PIN"),
                ],
            },
            Offer {
                countries: &["GB"],
                currency: "GBP",
                products: &[fixed(5_00).to(Delivery::Phone), fixed(10_00).to(Delivery::Phone)],
            },
            Offer {
                countries: EURO,
                currency: "EUR",
                products: &[
                    fixed(5_00).to(Delivery::Phone),
                    fixed(15_00).to(Delivery::Phone),
                    labelled(15_00, "15 EUR - PIN", "15 € PIN"),
                ],
            },
            Offer {
                countries: &["BR"],
                currency: "BRL",
                products: &[range(15_00, 200_00, Some(5_00)).to(Delivery::Phone)],
            },
            Offer {
                countries: &["IN"],
                currency: "INR",
                products: &[fixed(199_00).to(Delivery::Phone), fixed(499_00).to(Delivery::Phone)],
            },
            Offer { countries: &["AE"], currency: "AED", products: &[fixed(25_00).to(Delivery::Phone)] },
            Offer {
                countries: &["ID"],
                currency: "IDR",
                products: &[fixed(25_000_00).to(Delivery::Phone), fixed(100_000_00).to(Delivery::Phone)],
            },
            Offer {
                countries: &["JP"],
                currency: "JPY",
                products: &[fixed(1_000_00).to(Delivery::Phone), fixed(3_000_00).to(Delivery::Phone)],
            },
        ],
        ..Brand::TOP_UP
    },
    Brand {
        family: "Nimbofon",
        name: "Nimbofon Bundle",
        slug: "nimbofon-bundle",
        category: Some("mobile_bundle"),
        more_categories: &[],
        colour: Some("#0b5f84"),
        tagline: "Clouds by the gigabyte",
        offers: &[Offer {
            countries: &["US", "GB", "DE"],
            currency: "USD",
            products: &[
                data(8_00, "4 GB 7 days", 4).to(Delivery::Phone),
                data(30_00, "Unlimited 30 days", -1).to(Delivery::Phone),
            ],
        }],
        ..Brand::TOP_UP
    },
    Brand {
        family: "eSIM",
        name: "eSIM",
        slug: "esim",
        category: Some("e-sim"),
        more_categories: &[],
        colour: Some("#123456"),
        tagline: "A card nobody can drop",
        codes: Codes::Activation,
        offers: &[Offer {
            countries: EVERYWHERE,
            currency: "USD",
            products: &[
                data(4_50, "1 GB 7 days", 1),
                data(16_00, "5 GB 30 days", 5),
                data(29_00, "Unlimited 10 days", -1),
            ],
        }],
        ..Brand::TOP_UP
    },
];
