//! The program: arguments → settings → start-up → shutdown.
#![recursion_limit = "512"]

mod commands;

use clap::Parser;

use commands::Arguments;
use mimalloc::MiMalloc;

/// Gives back what is freed. The system's own allocator keeps the 19 MiB that hashing a password takes, once for each
/// thread that ever hashed one.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    commands::run(Arguments::parse()).await
}
