//! `fault add|list|release|clear`.

use clap::{Args, Subcommand};
use pems_simulator::{Effect, Fault, Operation};

use super::ControlArgs;

#[derive(Debug, Args)]
pub(super) struct FaultCommand {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    at: ControlArgs,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add a fault; it goes on until it is used up, over or cleared
    Add {
        #[command(flatten)]
        matching: Matching,
        #[command(subcommand)]
        effect: Effect,
    },
    /// Show the faults there are
    List,
    /// Let go the requests that a fault holds
    Release { id: u64 },
    /// Take one fault away, or all of them
    Clear { id: Option<u64> },
}

/// Which requests meet it, and how often.
#[derive(Debug, Args)]
struct Matching {
    /// Only these requests; all when absent
    #[arg(long, value_enum, value_delimiter = ',', global = true)]
    on: Vec<Operation>,
    /// Only requests that name this record
    #[arg(long, global = true)]
    pfa_id: Option<String>,
    #[arg(long, global = true)]
    organization: Option<String>,
    /// How likely a matching request meets it, 0 to 1
    #[arg(long, global = true)]
    probability: Option<f64>,
    /// How many requests meet it; without end when absent
    #[arg(long, global = true)]
    times: Option<u32>,
    /// Milliseconds until it begins
    #[arg(long, default_value_t = 0, global = true)]
    starts_in_ms: u64,
    /// Milliseconds that it lasts; without end when absent
    #[arg(long, global = true)]
    lasts_ms: Option<u64>,
}

impl FaultCommand {
    pub(super) async fn run(self) -> anyhow::Result<Option<String>> {
        let client = self.at.client();
        match self.action {
            Action::Add { matching, effect } => {
                let fault = matching.fault(effect);
                client.post("faults", &serde_json::to_value(fault)?).await
            }
            Action::List => client.get("faults", &[]).await,
            Action::Release { id } => {
                client.post(&format!("faults/{id}/release"), &serde_json::Value::Null).await
            }
            Action::Clear { id: Some(id) } => client.delete(&format!("faults/{id}")).await,
            Action::Clear { id: None } => client.delete("faults").await,
        }
    }
}

impl Matching {
    fn fault(self, effect: Effect) -> Fault {
        Fault {
            effect,
            operations: self.on,
            pfa_id: self.pfa_id,
            organization: self.organization,
            probability: self.probability,
            times: self.times,
            starts_in_ms: self.starts_in_ms,
            lasts_ms: self.lasts_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use pems_simulator::{ErrorCode, ItemFailure};

    use super::super::{Cli, Command};
    use super::*;

    #[test]
    fn a_fault_can_be_said_in_a_line() {
        let line = "pems-simulator fault add batch-mixed --fail 2=RECORD_LOCKED --on batch --times 1";
        let Some(Command::Fault(FaultCommand { action: Action::Add { matching, effect }, .. })) =
            Cli::parse_from(line.split(' ')).command
        else {
            panic!("not understood as adding a fault");
        };
        let failures = vec![ItemFailure::new(2, ErrorCode::RecordLocked)];
        let expected = Fault::from(Effect::BatchMixed { failures }).on(Operation::Batch).once();
        assert_eq!(matching.fault(effect), expected);
    }
}
