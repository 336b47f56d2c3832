//! `vanguard-server audit verify`.

use anyhow::bail;
use clap::Subcommand;
use vanguard_server::{audit, config, database};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Recompute the hash chain of every organisation; fails if one is broken
    Verify {
        /// Only this organisation
        #[arg(long, value_name = "CODE")]
        organization: Option<String>,
    },
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    let Command::Verify { organization } = command;
    super::logging::start()?;
    let pool = database::connect(&config::DatabaseSettings::from_env()?).await?;
    let chains = audit::chains(&pool, organization.as_deref()).await?;
    if chains.is_empty() {
        bail!("there is no such organisation");
    }
    let mut broken = 0;
    for chain in chains {
        let mut connection = pool.acquire().await?;
        match audit::verify(&mut connection, chain.organisation_id).await? {
            Ok(rows) => println!("{}: intact, {rows} rows", chain.code),
            Err(problem) => {
                broken += 1;
                println!("{}: BROKEN: {problem}", chain.code);
            }
        }
    }
    if broken > 0 {
        bail!("{broken} audit chains are broken");
    }
    Ok(())
}
