//! `vanguard-server alert test`: whether alerts arrive, before one is needed.

use anyhow::{bail, ensure};
use clap::Subcommand;
use vanguard_server::alert::Message;
use vanguard_server::alert::channel;
use vanguard_server::config::AlertSettings;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Send a test alert by every channel of the settings, and tell what came of it
    Test,
}

#[expect(clippy::print_stdout, reason = "what the command is for")]
pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    let Command::Test = command;
    super::logging::start()?;
    let channels = channel::configured(&AlertSettings::from_env()?)?;
    ensure!(
        !channels.is_empty(),
        "no channel is set up: set SLACK_WEBHOOK_URL, or SMTP_URL and ALERT_EMAIL_TO"
    );
    let message = Message::test();
    let mut failed = 0;
    for channel in channels {
        let name = channel.name().as_str();
        match channel.send(&message).await {
            Ok(()) => println!("{name}: sent"),
            Err(error) => {
                failed += 1;
                println!("{name}: FAILED: {error}");
            }
        }
    }
    if failed > 0 {
        bail!("{failed} channels failed");
    }
    Ok(())
}
