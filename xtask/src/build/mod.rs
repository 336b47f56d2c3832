//! The server, the simulator and the browser's side.
//!
//! The browser's side is: compile to wasm ([`wasm`]), cut the app's parts out ([`split`]), make the JavaScript glue
//! ([`bindgen`]), optimise ([`optimise`]), put what parts share into a few files ([`pack`]), join the style sheets ([`assets`]), compress everything beforehand
//! ([`compress`]). `cargo-leptos` would do the same, but takes 25 minutes to install.

mod assets;
mod bindgen;
mod compress;
mod optimise;
mod pack;
mod server;
mod sizes;
mod split;
mod stamp;
mod wasm;

use anyhow::Result;

pub(crate) use server::{Binaries, Profile, build as server, built as binaries, with_tests};
pub(crate) use sizes::Sizes;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Optimise the server too (the wasm always is)
    #[arg(long)]
    release: bool,
    /// Only what the browser loads
    #[arg(long)]
    front: bool,
}

/// `cargo xtask build`
pub(crate) fn command(options: &Options) -> Result<()> {
    if !options.front {
        server(if options.release { Profile::Release } else { Profile::Debug })?;
    }
    front()?.print();
    Ok(())
}

/// Everything that the browser loads, in `target/site`; what is up to date is left alone.
pub(crate) fn front() -> Result<Sizes> {
    wasm::build()?;
    assets::build()?;
    compress::build()?;
    Sizes::measure()
}

/// Warnings of the compiler in the last wasm build, for the tests to refuse.
pub(crate) fn wasm_warnings() -> Result<String> {
    wasm::warnings()
}
