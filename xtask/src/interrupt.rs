//! Ctrl-C, SIGTERM and SIGHUP are remembered rather than obeyed at once: xtask has children and data to put away first.
//!
//! Children that must outlive the signal for an orderly stop are put in process groups of their own (see
//! [`crate::process`]), since a terminal sends Ctrl-C to the whole foreground group.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};

static RECEIVED: AtomicBool = AtomicBool::new(false);

/// Begins to listen; call once.
pub(crate) fn listen() -> Result<()> {
    ctrlc::set_handler(|| RECEIVED.store(true, Ordering::SeqCst)).context("listening for Ctrl-C")
}

/// Whether somebody asked to stop.
pub(crate) fn received() -> bool {
    RECEIVED.load(Ordering::SeqCst)
}

/// Fails when somebody asked to stop; between steps it ends the command the ordinary way, so that every guard is dropped.
pub(crate) fn check() -> Result<()> {
    if received() {
        bail!("interrupted");
    }
    Ok(())
}
