//! `vanguard-server user create`: the first administrator of an installation.

use std::io::{self, BufRead, IsTerminal};

use anyhow::{Context, ensure};
use clap::Subcommand;
use secrecy::SecretString;
use vanguard_domain::permission::Role;
use vanguard_server::admin::{self, FirstUser};
use vanguard_server::{config, database};

/// The password, if not given on standard input.
const PASSWORD: &str = "VANGUARD_USER_PASSWORD";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a user, and organisations that aren't there yet. The password is the first line of standard input, or
    /// the environment's `VANGUARD_USER_PASSWORD`
    Create {
        #[arg(long)]
        username: String,
        #[arg(long)]
        email: String,
        #[arg(
            long,
            default_value = "Administrator",
            help = "Viewer, Editor, PortfolioManager or Administrator"
        )]
        role: Role,
        /// Code of an organisation in PEMS, and what people call it; may be repeated
        #[arg(long = "organization", value_name = "CODE[:NAME]", required = true)]
        organizations: Vec<String>,
    },
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    let Command::Create { username, email, role, organizations } = command;
    super::logging::start()?;
    let settings = config::DatabaseSettings::from_env()?;
    let organisations = organizations
        .iter()
        .map(|text| text.split_once(':').unwrap_or((text, text)))
        .map(|(code, name)| (code.to_owned(), name.to_owned()))
        .collect();
    let password = password()?;
    let pool = database::start(&settings).await?;
    let user = FirstUser { username: username.clone(), email, role, password, organisations };
    admin::create_first(&pool, user).await?;
    println!(
        "{username} was added. A running server knows him at once; restart it if organisations are new."
    );
    Ok(())
}

fn password() -> anyhow::Result<SecretString> {
    if let Ok(password) = std::env::var(PASSWORD) {
        return Ok(SecretString::from(password));
    }
    if io::stdin().is_terminal() {
        tracing::info!("type the password and press Enter");
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("the password could not be read from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']);
    ensure!(!password.is_empty(), "give the password on standard input or as {PASSWORD}");
    Ok(SecretString::from(password))
}
