//! The table, and the figures that go into it.

use std::fmt;

use crate::app::TestApp;

/// How many runs a median is taken of.
pub(crate) fn runs() -> usize {
    std::env::var("VANGUARD_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(3)
}

pub(crate) fn median(values: &[f64]) -> f64 {
    percentile(&mut values.to_vec(), 0.5)
}

/// The value that `share` of the values do not exceed.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place among a few hundred values"
    )]
    let place = ((values.len() as f64 * share).ceil() as usize).clamp(1, values.len());
    values[place - 1]
}

struct Row {
    what: String,
    measured: String,
    target: String,
    is_met: bool,
}

/// What was measured against what is to be reached.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    most_memory: f64,
}

impl Table {
    pub(crate) fn seconds(&mut self, what: &str, measured: f64, most: f64) {
        let show = |seconds: f64| {
            if seconds < 1.0 { format!("{:.0} ms", seconds * 1000.0) } else { format!("{seconds:.2} s") }
        };
        self.push(what, show(measured), show(most), measured <= most);
    }

    pub(crate) fn ratio(&mut self, what: &str, measured: f64, most: f64) {
        self.push(what, format!("{measured:.3}"), format!("{most:.2}"), measured <= most);
    }

    pub(crate) fn count(&mut self, what: &str, measured: usize, most: usize) {
        self.push(what, measured.to_string(), most.to_string(), measured <= most);
    }

    /// Notes the server's highest memory so far.
    pub(crate) async fn memory(&mut self, app: &TestApp) {
        let megabytes = app.server.peak_memory().await;
        self.most_memory = self.most_memory.max(megabytes);
    }

    /// The size of the first page's wasm, as `cargo xtask bench` measured its build.
    pub(crate) fn wasm(&mut self) {
        let bytes =
            std::env::var("VANGUARD_WASM_GZIP_BYTES").ok().and_then(|bytes| bytes.parse::<u64>().ok());
        if let Some(bytes) = bytes {
            let kilobytes = bytes.div_ceil(1000);
            self.push(
                "wasm of the first page, gzipped",
                format!("{kilobytes} KB"),
                "600 KB".into(),
                kilobytes <= 600,
            );
        }
    }

    fn push(&mut self, what: &str, measured: String, target: String, is_met: bool) {
        self.rows.push(Row { what: what.to_owned(), measured, target, is_met });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| measure | measured | at most | met |\n|---|---|---|---|")?;
        for Row { what, measured, target, is_met } in &self.rows {
            writeln!(f, "| {what} | {measured} | {target} | {} |", if *is_met { "yes" } else { "NO" })?;
        }
        let memory = self.most_memory;
        let met = if memory < 200.0 { "yes" } else { "NO" };
        writeln!(f, "| memory of the server, highest | {memory:.0} MB | 200 MB | {met} |")
    }
}
