//! How xtask speaks to the person at the terminal: one line when a step starts, one when it has something to say.

/// A step begins that may take a while.
pub(crate) fn step(what: impl AsRef<str>) {
    eprintln!("==> {}", what.as_ref());
}

/// A detail of the step under way.
pub(crate) fn note(what: impl AsRef<str>) {
    eprintln!("    {}", what.as_ref());
}
