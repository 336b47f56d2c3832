//! What a refinery project in Rio and a terminal in Holland have standing around.

use std::ops::Range;

/// One organisation.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) code: &'static str,
    pub(super) silos: &'static [&'static str],
}

pub(super) static ORGANIZATIONS: [Site; 2] = [
    Site {
        code: "RIO",
        silos: &[
            "Refinery Expansion - Crude Unit",
            "Refinery Expansion - Coker",
            "Offsites and Utilities",
            "Marine Terminal",
            "Tank Farm North",
            "Temporary Facilities",
            "Turnaround 2026",
        ],
    },
    Site {
        code: "HOL",
        silos: &[
            "Maasvlakte Terminal - Quay",
            "Maasvlakte Terminal - Tank Pits",
            "Pipeline Corridor",
            "Hydrogen Pilot Plant",
            "Site Logistics",
            "Commissioning",
        ],
    },
];

/// A kind of equipment; rate in whole units a month, price in whole units.
#[derive(Debug)]
pub(super) struct Category {
    pub(super) class: &'static str,
    pub(super) code: &'static str,
    pub(super) description: &'static str,
    pub(super) models: &'static [(&'static str, &'static str)],
    pub(super) rate: Range<i64>,
    pub(super) price: Range<i64>,
    /// How often it is needed, against the others.
    pub(super) weight: u32,
}

pub(super) static CATEGORIES: [Category; 10] = [
    Category {
        class: "Earthmoving",
        code: "EXCAVATOR",
        description: "Hydraulic excavators",
        models: &[
            ("Caterpillar", "320 GC"),
            ("Komatsu", "PC210LC-11"),
            ("Volvo", "EC220E"),
            ("Hitachi", "ZX350LC-7"),
        ],
        rate: 5_500..14_000,
        price: 140_000..320_000,
        weight: 16,
    },
    Category {
        class: "Earthmoving",
        code: "LOADER",
        description: "Wheel loaders",
        models: &[("Caterpillar", "950 GC"), ("Volvo", "L120H"), ("Komatsu", "WA380-8")],
        rate: 4_800..11_500,
        price: 160_000..340_000,
        weight: 9,
    },
    Category {
        class: "Lifting",
        code: "MOBILE CRANE",
        description: "Mobile and all-terrain cranes",
        models: &[
            ("Liebherr", "LTM 1100-5.3"),
            ("Tadano", "GR-800EX"),
            ("Grove", "GMK5150L"),
            ("Liebherr", "LTM 1250-5.1"),
        ],
        rate: 18_000..65_000,
        price: 650_000..1_900_000,
        weight: 10,
    },
    Category {
        class: "Lifting",
        code: "CRAWLER CRANE",
        description: "Crawler cranes",
        models: &[("Manitowoc", "MLC300"), ("Liebherr", "LR 1300"), ("Kobelco", "CKE2500G")],
        rate: 45_000..140_000,
        price: 1_800_000..4_500_000,
        weight: 3,
    },
    Category {
        class: "Lifting",
        code: "AERIAL PLATFORM",
        description: "Boom and scissor lifts",
        models: &[("JLG", "860SJ"), ("Genie", "Z-60/37 FE"), ("JLG", "2646ES"), ("Genie", "GS-3232")],
        rate: 650..4_200,
        price: 22_000..160_000,
        weight: 18,
    },
    Category {
        class: "Power",
        code: "GENERATOR",
        description: "Diesel generators",
        models: &[
            ("Atlas Copco", "QAS 200"),
            ("Caterpillar", "XQ230"),
            ("Cummins", "C275D5"),
            ("Aggreko", "GreenPower 320"),
        ],
        rate: 1_200..9_500,
        price: 28_000..210_000,
        weight: 14,
    },
    Category {
        class: "Power",
        code: "LIGHT TOWER",
        description: "Light towers",
        models: &[("Atlas Copco", "HiLight V5+"), ("Generac", "MLT6SMD")],
        rate: 380..950,
        price: 9_000..19_000,
        weight: 10,
    },
    Category {
        class: "Air and fluids",
        code: "COMPRESSOR",
        description: "Portable air compressors",
        models: &[("Atlas Copco", "XAS 188"), ("Kaeser", "M125"), ("Sullair", "1300H")],
        rate: 900..5_200,
        price: 24_000..130_000,
        weight: 8,
    },
    Category {
        class: "Transport",
        code: "TRUCK",
        description: "Flatbed and dump trucks",
        models: &[("Volvo", "FMX 460"), ("Scania", "P410 XT"), ("Mercedes-Benz", "Arocs 3345")],
        rate: 3_200..8_800,
        price: 95_000..230_000,
        weight: 8,
    },
    Category {
        class: "Welding",
        code: "WELDING SET",
        description: "Engine-driven welders",
        models: &[("Lincoln Electric", "Vantage 400"), ("Miller", "Big Blue 400 Pro")],
        rate: 420..1_600,
        price: 11_000..34_000,
        weight: 4,
    },
];

/// What a machine is there to do.
pub(super) static WORKS: [&str; 10] = [
    "foundations",
    "pipe rack erection",
    "tank erection",
    "cable trenching",
    "heavy lift window",
    "scaffolding support",
    "night shift",
    "hydrotest",
    "road and drainage",
    "demobilisation",
];

/// People who work in PEMS itself.
pub(super) static PEMS_USERS: [&str; 6] =
    ["pems.jansen", "pems.silva", "pems.devries", "pems.oliveira", "pems.bakker", "pems.costa"];
