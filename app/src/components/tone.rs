//! The few colours of meaning. Never alone: an icon and a word say the same.

use super::icon::Glyph;

/// What a state or a message means to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Neutral,
    /// Under way.
    Info,
    Ok,
    /// Somebody has to look.
    Warn,
    Bad,
    /// Not yet committed.
    Draft,
}

impl Tone {
    /// The end of the class names, `tag-warn`, `banner-warn`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Draft => "draft",
        }
    }

    /// The icon of messages in this tone.
    pub const fn glyph(self) -> Glyph {
        match self {
            Self::Neutral | Self::Info => Glyph::Info,
            Self::Ok => Glyph::Check,
            Self::Warn => Glyph::Warning,
            Self::Bad => Glyph::Cross,
            Self::Draft => Glyph::Pencil,
        }
    }
}
