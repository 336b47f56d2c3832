//! What the program can be asked to do.

mod alert;
mod audit;
mod logging;
mod openapi;
mod serve;
mod user;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(
    name = "vanguard-server",
    version,
    about = "PFA Vanguard: edits PEMS records, safely. Settings come from the environment."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Migrate the database, then serve pages and API and run the sync
    Serve(serve::Options),
    /// The alerts to Slack and by e-mail
    #[command(subcommand)]
    Alert(alert::Command),
    /// The audit log
    #[command(subcommand)]
    Audit(audit::Command),
    /// The people who log in
    #[command(subcommand)]
    User(user::Command),
    /// Print the description of the JSON API
    Openapi,
    /// Print the table of settings
    Settings,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Serve(options) => serve::run(options).await,
        Command::Alert(command) => alert::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::User(command) => user::run(command).await,
        Command::Openapi => openapi::print(),
        Command::Settings => {
            #[expect(clippy::print_stdout, reason = "what the command is for")]
            {
                print!("{}", vanguard_server::config::table::markdown());
            }
            Ok(())
        }
    }
}
