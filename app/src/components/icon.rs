//! The product's icons: line drawings on a grid of 16, in the colour of the text around them.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    ArrowDown,
    ArrowUp,
    Ban,
    Bell,
    Check,
    ChevronDown,
    Clock,
    Collision,
    Cross,
    Info,
    List,
    Moon,
    Pause,
    Pencil,
    Play,
    Plug,
    Screen,
    Sun,
    User,
    Warning,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::ArrowDown => "M8 2.5v11M3.5 9 8 13.5 12.5 9",
            Self::ArrowUp => "M8 13.5v-11M3.5 7 8 2.5 12.5 7",
            Self::Ban => "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0ZM3.8 12.2l8.4-8.4",
            Self::Bell => "M8 2a4 4 0 0 0-4 4v3l-1.5 2.5h11L12 9V6a4 4 0 0 0-4-4ZM6.5 13.5h3",
            Self::Check => "m2.5 8.5 3.8 3.8L13.5 4",
            Self::ChevronDown => "m4 6 4 4 4-4",
            Self::Clock => "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0ZM8 4.5V8l2.5 1.5",
            Self::Collision => "M1.5 8h5M14.5 8h-5M4 5l3 3-3 3M12 5 9 8l3 3M8 1.5v2M8 12.5v2",
            Self::Cross => "m3.5 3.5 9 9M12.5 3.5l-9 9",
            Self::Info => "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0ZM8 7.5V11M8 5v.01",
            Self::List => "M2.5 4h11M2.5 8h11M2.5 12h7",
            Self::Moon => "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z",
            Self::Pause => "M5.5 3v10M10.5 3v10",
            Self::Pencil => "M10.8 2.7 13.3 5.2 5.5 13H3v-2.5ZM9 4.5 11.5 7",
            Self::Play => "M4.5 2.8 13 8l-8.5 5.2Z",
            Self::Plug => "M2.5 6.5c3.2-3.2 7.8-3.2 11 0M5 9.2c1.8-1.8 4.2-1.8 6 0M8 12.2v.01",
            Self::Screen => "M2 3h12v8H2ZM5.5 13.5h5",
            Self::Sun => {
                "M10.8 8a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0ZM8 1.5V3M8 13v1.5M1.5 8H3M13 8h1.5\
                 M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1"
            }
            Self::User => {
                "M10.7 5.2a2.7 2.7 0 1 1-5.4 0 2.7 2.7 0 0 1 5.4 0ZM2.8 13.8c.6-3 2.6-4.3 5.2-4.3s4.6 1.3 5.2 4.3"
            }
            Self::Warning => "M8 2 14.7 13.5H1.3ZM8 6.5v3.2M8 11.7v.01",
        }
    }
}

/// An icon. Hidden from screen readers: the word stands beside it.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=glyph.path() />
        </svg>
    }
}
