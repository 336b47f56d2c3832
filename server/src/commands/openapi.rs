//! `vanguard-server openapi`.

pub(super) fn print() -> anyhow::Result<()> {
    let document = serde_json::to_string_pretty(&vanguard_server::http::openapi())?;
    #[expect(clippy::print_stdout, reason = "what the command is for")]
    {
        println!("{document}");
    }
    Ok(())
}
