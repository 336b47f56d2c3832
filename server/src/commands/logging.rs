//! Where the log goes: standard error, as text for people or JSON for collectors.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use vanguard_server::config::LogSettings;

pub(super) fn start() -> anyhow::Result<()> {
    let settings = LogSettings::from_env()?;
    let filter = EnvFilter::try_new(settings.filter)?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    if settings.json {
        log.json().init();
    } else {
        log.init();
    }
    Ok(())
}
