//! Puts the parts together: which service stands behind which port, and what works in the background.

use std::sync::Arc;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vanguard_app::backend::{Backend, InstallationSettings};

use crate::admin::{ApiServersService, ContractProbe, SettingsService, UsersService};
use crate::alert::channel::{UnusableChannel, configured};
use crate::alert::{Alerts, AlertsService, ChannelName, Delivery, DeliverySettings};
use crate::audit::AuditService;
use crate::auth::AccountsService;
use crate::auth::token::Tokens;
use crate::clock::Clock;
use crate::config::{Config, Schedule};
use crate::conflict::ConflictsService;
use crate::deck::DeckService;
use crate::modification::{DraftsService, Throughput};
use crate::notify::{Hub, InboxService};
use crate::ownership::OwnershipService;
use crate::pems::PemsServers;
use crate::pems::contract::Limits;
use crate::queue::QueueService;
use crate::read_sync::{ReadRunSettings, ReadSync};
use crate::records::RecordsService;
use crate::rollback::RollbacksService;
use crate::sync::{ReadStarter, Schedules, SyncService};
use crate::views::ViewsService;
use crate::worker::{self, Worker, WorkerSettings};

/// The services behind the ports.
pub fn backend(
    pool: &PgPool,
    config: &Config,
    tokens: Arc<Tokens>,
    clock: Arc<dyn Clock>,
    read: Arc<dyn ReadStarter>,
    tasks: &TaskTracker,
) -> Backend {
    let max_retries = config.write_sync.retry.max_retries;
    let throughput =
        Throughput { requests_per_second: config.pems.rate_limit, batch_size: config.write_sync.batch_size };
    let probe = Arc::new(ContractProbe::new(clock, limits(config)));
    Backend {
        accounts: Arc::new(AccountsService::new(
            pool.clone(),
            tokens,
            config.http.cookie_secure,
            tasks.clone(),
        )),
        records: Arc::new(RecordsService::new(pool.clone())),
        drafts: Arc::new(DraftsService::new(pool.clone(), max_retries, throughput)),
        deck: Arc::new(DeckService::new(pool.clone())),
        sync: Arc::new(SyncService::new(
            pool.clone(),
            read,
            Schedules { write: config.write_sync.schedule.clone(), read: config.read_sync.schedule.clone() },
            throughput,
            config.write_sync.enabled,
        )),
        queue: Arc::new(QueueService::new(pool.clone(), max_retries)),
        conflicts: Arc::new(ConflictsService::new(pool.clone(), max_retries)),
        rollbacks: Arc::new(RollbacksService::new(pool.clone(), max_retries)),
        notifications: Arc::new(InboxService::new(pool.clone(), config.alerts.email.is_some())),
        audit: Arc::new(AuditService::new(pool.clone(), alerts(config))),
        alerts: Arc::new(AlertsService::new(pool.clone(), config.alerts.clone())),
        api_servers: Arc::new(ApiServersService::new(
            pool.clone(),
            config.cipher.clone(),
            probe,
            config.pems.rate_limit,
        )),
        ownership: Arc::new(OwnershipService::new(pool.clone())),
        settings: Arc::new(SettingsService::new(pool.clone(), installation(config))),
        users: Arc::new(UsersService::new(pool.clone())),
        views: Arc::new(ViewsService::new(pool.clone())),
    }
}

/// What administrators are shown of the settings.
fn installation(config: &Config) -> InstallationSettings {
    let cron = |schedule: Option<&Schedule>| schedule.map(|schedule| schedule.as_str().to_owned());
    InstallationSettings {
        writes: config.write_sync.enabled,
        write_schedule: cron(config.write_sync.schedule.as_ref()),
        read_schedule: cron(config.read_sync.schedule.as_ref()),
        batch_size: config.write_sync.batch_size,
        max_retries: config.write_sync.retry.max_retries,
        retry_delay: u64::try_from(config.write_sync.retry.base.as_millis()).unwrap_or(u64::MAX),
        rate_limit: config.pems.rate_limit,
    }
}

/// What requests to PEMS may take, by the settings.
pub fn limits(config: &Config) -> Limits {
    Limits { total: config.pems.timeout, ..Limits::default() }
}

/// Who is told what goes wrong, by the settings.
fn alerts(config: &Config) -> Alerts {
    let slack = config.alerts.slack.as_ref().map(|_| ChannelName::Slack);
    let email = config.alerts.email.as_ref().map(|_| ChannelName::Email);
    Alerts::by(&slack.into_iter().chain(email).collect::<Vec<_>>())
}

/// Starts what takes alerts to Slack and mail server.
pub fn start_alerts(
    pool: &PgPool,
    config: &Config,
    hub: &Hub,
    tasks: &TaskTracker,
    shutdown: &CancellationToken,
) -> Result<(), UnusableChannel> {
    let settings =
        DeliverySettings { public_url: config.alerts.public_url.clone(), ..DeliverySettings::default() };
    let delivery = Delivery::new(pool.clone(), configured(&config.alerts)?, settings);
    delivery.spawn(tasks, &hub.alerts(), shutdown);
    Ok(())
}

/// Starts the read sync, and the worker if this server writes to PEMS; answers with what starts read runs on demand.
pub fn start_sync(
    pool: &PgPool,
    config: &Config,
    hub: &Hub,
    tasks: &TaskTracker,
    shutdown: &CancellationToken,
    clock: &Arc<dyn Clock>,
) -> ReadSync {
    let servers = PemsServers::new(pool.clone(), config.cipher.clone(), Arc::clone(clock));
    let servers = Arc::new(servers.with_limits(limits(config)).with_alerts(alerts(config)));
    if config.write_sync.enabled {
        let settings = WorkerSettings {
            batch_size: usize::try_from(config.write_sync.batch_size).unwrap_or(usize::MAX),
            retry: config.write_sync.retry,
            lease: config.write_sync.lease,
            alerts: alerts(config),
            ..WorkerSettings::default()
        };
        Worker::new(pool.clone(), Arc::clone(&servers), hub.clone(), settings, shutdown.clone()).spawn(tasks);
        if let Some(schedule) = config.write_sync.schedule.clone() {
            let (hub, shutdown) = (hub.clone(), shutdown.clone());
            tasks.spawn(async move {
                if let Err(error) = worker::run_schedule(&schedule, &hub, shutdown).await {
                    tracing::error!(%error, "the write schedule does not run; NOTIFY and due times still do");
                }
            });
        }
    }
    let settings = ReadRunSettings {
        retry: config.write_sync.retry,
        alerts: alerts(config),
        ..ReadRunSettings::default()
    };
    let read =
        ReadSync::new(pool.clone(), servers, Arc::clone(clock), settings, shutdown.clone(), tasks.clone());
    let (scheduled, schedule) = (read.clone(), config.read_sync.schedule.clone());
    tasks.spawn(async move {
        if schedule.is_some() {
            scheduled.begin_first_reads().await;
        }
        if let Err(error) = scheduled.run(schedule).await {
            tracing::error!(%error, "the read schedule does not run; reads on demand still do");
        }
    });
    read
}
