//! `vanguard-server serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::serve::ListenerExt;
use clap::Args;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vanguard_server::auth::token::Tokens;
use vanguard_server::auth::{self, Sessions};
use vanguard_server::config::Config;
use vanguard_server::health::HealthService;
use vanguard_server::http::{self, ApiState, Guard, Live, Site};
use vanguard_server::metrics::{self, Gauges};
use vanguard_server::notify::Hub;
use vanguard_server::{admin, clock, database, demo, services};

/// What is in flight gets this long after SIGTERM: a request to PEMS, and writing down what came of it.
const GRACE: Duration = Duration::from_secs(35);

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Write the address that the server listens on to this file, once it does
    #[arg(long, value_name = "PATH")]
    port_file: Option<PathBuf>,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    super::logging::start()?;
    let config = Config::from_env()?;
    let pool = database::start(&config.database).await?;
    prepare(&pool, &config).await?;

    let shutdown = CancellationToken::new();
    let tasks = TaskTracker::new();
    stop_on_signal(&shutdown)?;
    let listener = TcpListener::bind(config.http.address)
        .await
        .with_context(|| format!("{} cannot be listened on", config.http.address))?;
    let address = listener.local_addr()?;
    let hub = Hub::default();
    let site = start(&config, &pool, &hub, &tasks, &shutdown)?;
    let router = http::router(site)?;
    tracing::info!("listening on http://{address}");
    if let Some(path) = &options.port_file {
        tokio::fs::write(path, address.to_string()).await.context("the port file cannot be written")?;
    }

    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "small answers of one connection may be delayed");
        }
    });
    let served = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(shutdown.clone().cancelled_owned());
    tasks.spawn(async move {
        if let Err(error) = served.await {
            tracing::error!(%error, "the HTTP server ended");
        }
    });
    shutdown.cancelled().await;
    tasks.close();
    if tokio::time::timeout(GRACE, tasks.wait()).await.is_err() {
        tracing::warn!("not everything ended in time; leases hand it to other replicas");
    }
    pool.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// What has to be in the database before anybody asks.
async fn prepare(pool: &PgPool, config: &Config) -> anyhow::Result<()> {
    if let Some(password) = &config.demo {
        demo::fill(pool, password).await?;
    }
    admin::apply_fallback(pool, &config.cipher, &config.pems).await?;
    Ok(())
}

/// Starts what works in the background, and puts together what answers requests.
fn start<'a>(
    config: &'a Config,
    pool: &PgPool,
    hub: &Hub,
    tasks: &TaskTracker,
    shutdown: &CancellationToken,
) -> anyhow::Result<Site<'a>> {
    let clock = clock::system();
    let handle = metrics::install()?;
    let tokens = Arc::new(Tokens::new(&config.http.jwt_secret));
    let sessions = Sessions::new(pool.clone(), Arc::clone(&tokens));

    tasks.spawn(hub.clone().run(pool.clone(), shutdown.clone()));
    tasks.spawn(auth::keep_clean(pool.clone(), shutdown.clone()));

    services::start_alerts(pool, config, hub, tasks, shutdown)?;
    let read = services::start_sync(pool, config, hub, tasks, shutdown, &clock);
    let backend = services::backend(pool, config, tokens, Arc::clone(&clock), Arc::new(read), tasks);
    let live = Live { hub: hub.clone(), sessions: sessions.clone(), shutdown: shutdown.clone() };
    let health = HealthService::new(
        pool.clone(),
        clock,
        config.write_sync.schedule.clone(),
        config.write_sync.enabled,
    );
    Ok(Site {
        api: ApiState { backend, live, health },
        guard: Guard::new(sessions, config.http.trusted_proxies),
        gauges: Gauges::new(pool.clone(), handle),
        site_root: &config.http.site_root,
    })
}

/// SIGTERM and Ctrl-C end the server in good order.
fn stop_on_signal(shutdown: &CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let shutdown = shutdown.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing what is in flight");
        shutdown.cancel();
    });
    Ok(())
}
