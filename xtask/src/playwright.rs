//! Playwright: its fixtures start a server, a simulator and a database for each worker (`end2end/fixtures`); here it is
//! told where their programs are.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use crate::{build::Binaries, postgres::Cluster, setup, workspace};

/// What a browser needs besides the pages.
#[derive(Debug)]
pub(crate) struct Programs {
    server: Binaries,
    chromium: PathBuf,
    /// `node_modules`
    packages: PathBuf,
}

impl Programs {
    /// Installs what is missing.
    pub(crate) fn with(server: Binaries) -> Result<Self> {
        Ok(Self { server, chromium: setup::chromium::browser()?, packages: setup::node::packages()? })
    }

    /// `playwright test`, to be given further arguments.
    pub(crate) fn test(&self, cluster: &Cluster) -> Command {
        let mut playwright = Command::new("node");
        playwright.current_dir(workspace::end2end());
        playwright.arg(self.packages.join("@playwright/test/cli.js")).arg("test");
        playwright.env("VANGUARD_SERVER_BIN", &self.server.server);
        playwright.env("PEMS_SIMULATOR_BIN", &self.server.simulator);
        playwright.env("VANGUARD_SITE", workspace::site());
        playwright.env("TEST_DATABASE_ADMIN_URL", cluster.url());
        playwright.env("PSQL", cluster.binaries().program("psql"));
        playwright.env("CHROMIUM", &self.chromium);
        playwright
    }
}
