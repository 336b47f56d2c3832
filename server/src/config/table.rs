//! Every setting, once: what is read, what the README's table shows, what an error message says.

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The environment variable. For a secret, `<name>_FILE` may name a file that holds the value instead.
    pub name: &'static str,
    /// Other names for the same thing.
    pub aliases: &'static [&'static str],
    /// What holds if it is not set; `None`: nothing does.
    pub default: Option<&'static str>,
    /// Never shown in a message.
    pub secret: bool,
    /// What a right value looks like.
    pub expected: &'static str,
    pub meaning: &'static str,
}

const fn setting(
    name: &'static str,
    default: Option<&'static str>,
    expected: &'static str,
    meaning: &'static str,
) -> Setting {
    Setting { name, aliases: &[], default, secret: false, expected, meaning }
}

const fn secret(name: &'static str, expected: &'static str, meaning: &'static str) -> Setting {
    Setting { name, aliases: &[], default: None, secret: true, expected, meaning }
}

const fn also(setting: Setting, aliases: &'static [&'static str]) -> Setting {
    Setting { aliases, ..setting }
}

pub const DATABASE_URL: Setting =
    secret("DATABASE_URL", "postgres://user:password@host:5432/database", "PostgreSQL 15 or newer");
pub const DATABASE_MAX_CONNECTIONS: Setting = setting(
    "DATABASE_MAX_CONNECTIONS",
    Some("20"),
    "a number from 4 to 200",
    "Connections of this server at most",
);
pub const ENCRYPTION_KEY: Setting = secret(
    "ENCRYPTION_KEY",
    "64 hexadecimal digits; make one with: openssl rand -hex 32",
    "Encrypts the PEMS passwords in the database (AES-256-GCM)",
);
pub const ENCRYPTION_KEY_OLD: Setting = secret(
    "ENCRYPTION_KEY_OLD",
    "one or more keys of 64 hexadecimal digits, separated by commas",
    "Earlier keys: what they encrypted can still be read",
);
pub const JWT_SECRET: Setting = secret(
    "JWT_SECRET",
    "32 characters or more; make one with: openssl rand -hex 32",
    "Signs the session tokens",
);
pub const LEPTOS_SITE_ADDR: Setting =
    setting("LEPTOS_SITE_ADDR", Some("127.0.0.1:3000"), "an address and port", "Where the server listens");
pub const LEPTOS_SITE_ROOT: Setting =
    setting("LEPTOS_SITE_ROOT", Some("target/site"), "a folder", "The folder of the browser's files");
pub const COOKIE_SECURE: Setting = setting(
    "COOKIE_SECURE",
    None,
    "true or false",
    "Whether the session cookie is for HTTPS only; without it: false on a loopback address without a proxy, else true",
);
pub const TRUSTED_PROXIES: Setting = setting(
    "TRUSTED_PROXIES",
    Some("0"),
    "a number from 0 to 10",
    "How many reverse proxies stand in front; their X-Forwarded-For tells the client's address",
);
pub const ENABLE_CRON_JOBS: Setting =
    setting("ENABLE_CRON_JOBS", Some("true"), "true or false", "Whether anything runs by schedule here");
pub const ENABLE_PEMS_WRITE_SYNC: Setting = also(
    setting("ENABLE_PEMS_WRITE_SYNC", Some("true"), "true or false", "Whether this server writes to PEMS"),
    &["ENABLE_WRITE_SYNC"],
);
const CRON: &str = "five or six cron fields, as in \"*/5 * * * *\" (evaluated in UTC)";
pub const PEMS_WRITE_SYNC_SCHEDULE: Setting = also(
    setting(
        "PEMS_WRITE_SYNC_SCHEDULE",
        Some("* * * * *"),
        CRON,
        "When the worker looks at the queue unasked",
    ),
    &["WRITE_SYNC_SCHEDULE"],
);
pub const PEMS_WRITE_SYNC_BATCH_SIZE: Setting = also(
    setting(
        "PEMS_WRITE_SYNC_BATCH_SIZE",
        Some("100"),
        "a number from 1 to 1000",
        "Queue items that the worker takes at once",
    ),
    &["WRITE_SYNC_BATCH_SIZE"],
);
pub const WRITE_SYNC_MAX_RETRIES: Setting = setting(
    "WRITE_SYNC_MAX_RETRIES",
    Some("3"),
    "a number from 0 to 20",
    "Retries before an item is a dead letter",
);
pub const WRITE_SYNC_RETRY_DELAY: Setting = setting(
    "WRITE_SYNC_RETRY_DELAY",
    Some("5000"),
    "milliseconds from 1 to 3600000",
    "Wait before the first retry, in ms; each further one waits twice as long",
);
pub const WRITE_SYNC_LEASE_SECONDS: Setting = setting(
    "WRITE_SYNC_LEASE_SECONDS",
    Some("90"),
    "seconds up to 3600, more than PEMS_REQUEST_TIMEOUT_SECONDS",
    "How long a worker holds an item; when it dies, another one takes over after this time",
);
pub const PEMS_REQUEST_TIMEOUT_SECONDS: Setting = setting(
    "PEMS_REQUEST_TIMEOUT_SECONDS",
    Some("30"),
    "seconds from 1 to 300",
    "How long one request to PEMS may take altogether",
);
pub const PEMS_API_RATE_LIMIT: Setting = setting(
    "PEMS_API_RATE_LIMIT",
    Some("10"),
    "a number above 0, up to 1000",
    "Requests per second and PEMS credential, over all replicas",
);
pub const PEMS_READ_SYNC_SCHEDULE: Setting =
    setting("PEMS_READ_SYNC_SCHEDULE", Some("*/15 * * * *"), CRON, "When changes are read from PEMS");
pub const PEMS_WRITE_ENDPOINT: Setting = setting(
    "PEMS_WRITE_ENDPOINT",
    None,
    "an https:// address (http:// only for loopback), with the three other PEMS_WRITE_ settings",
    "PEMS for organisations without an API server of their own (for development)",
);
pub const PEMS_WRITE_USERNAME: Setting =
    setting("PEMS_WRITE_USERNAME", None, "a user name", "User name at PEMS_WRITE_ENDPOINT");
pub const PEMS_WRITE_PASSWORD: Setting =
    secret("PEMS_WRITE_PASSWORD", "a password", "Password at PEMS_WRITE_ENDPOINT");
pub const PEMS_WRITE_TENANT: Setting =
    setting("PEMS_WRITE_TENANT", None, "a tenant's name", "Tenant at PEMS_WRITE_ENDPOINT");
pub const PUBLIC_URL: Setting = setting(
    "PUBLIC_URL",
    None,
    "an https:// or http:// address",
    "Where people reach Vanguard: links in alerts begin with it",
);
pub const SLACK_WEBHOOK_URL: Setting = secret(
    "SLACK_WEBHOOK_URL",
    "an https:// address (http:// only for loopback)",
    "Alerts go to this Slack channel",
);
pub const SMTP_URL: Setting = secret(
    "SMTP_URL",
    "smtps://user:password@host:port, or smtp:// for STARTTLS (unencrypted only for loopback)",
    "Alerts are sent by this mail server, with ALERT_EMAIL_TO",
);
pub const ALERT_EMAIL_TO: Setting = setting(
    "ALERT_EMAIL_TO",
    None,
    "e-mail addresses, separated by commas",
    "Alerts are mailed to these addresses, with SMTP_URL",
);
pub const ALERT_EMAIL_FROM: Setting = setting(
    "ALERT_EMAIL_FROM",
    None,
    "an e-mail address",
    "Sender of the mails; without it: the user of SMTP_URL",
);
pub const VANGUARD_DEMO: Setting = setting(
    "VANGUARD_DEMO",
    Some("false"),
    "true or false; true only while LEPTOS_SITE_ADDR is a loopback address",
    "Puts demonstration users into an empty database",
);
pub const DEMO_PASSWORD: Setting = Setting {
    default: Some("vanguard-demo"),
    ..secret("DEMO_PASSWORD", "8 characters or more", "Password of the demonstration users")
};
pub const RUST_LOG: Setting =
    setting("RUST_LOG", Some("info"), "levels, as in info,vanguard_server=debug", "What is logged");
pub const LOG_FORMAT: Setting = setting("LOG_FORMAT", Some("text"), "text or json", "How it is logged");

/// All of them, in the order of the README's table.
pub const SETTINGS: &[Setting] = &[
    DATABASE_URL,
    DATABASE_MAX_CONNECTIONS,
    ENCRYPTION_KEY,
    ENCRYPTION_KEY_OLD,
    JWT_SECRET,
    LEPTOS_SITE_ADDR,
    LEPTOS_SITE_ROOT,
    COOKIE_SECURE,
    TRUSTED_PROXIES,
    ENABLE_CRON_JOBS,
    ENABLE_PEMS_WRITE_SYNC,
    PEMS_WRITE_SYNC_SCHEDULE,
    PEMS_WRITE_SYNC_BATCH_SIZE,
    WRITE_SYNC_MAX_RETRIES,
    WRITE_SYNC_RETRY_DELAY,
    WRITE_SYNC_LEASE_SECONDS,
    PEMS_REQUEST_TIMEOUT_SECONDS,
    PEMS_API_RATE_LIMIT,
    PEMS_READ_SYNC_SCHEDULE,
    PEMS_WRITE_ENDPOINT,
    PEMS_WRITE_USERNAME,
    PEMS_WRITE_PASSWORD,
    PEMS_WRITE_TENANT,
    PUBLIC_URL,
    SLACK_WEBHOOK_URL,
    SMTP_URL,
    ALERT_EMAIL_TO,
    ALERT_EMAIL_FROM,
    VANGUARD_DEMO,
    DEMO_PASSWORD,
    RUST_LOG,
    LOG_FORMAT,
];

/// The README's table.
pub fn markdown() -> String {
    let rows = SETTINGS.iter().map(|setting| {
        let mut names = format!("`{}`", setting.name);
        for alias in setting.aliases {
            names = format!("{names}, `{alias}`");
        }
        if setting.secret {
            names = format!("{names}, `{}_FILE`", setting.name);
        }
        let default = setting.default.map_or_else(String::new, |value| format!("`{value}`"));
        format!("| {names} | {default} | {} | {} |\n", setting.meaning, setting.expected)
    });
    format!("| setting | default | meaning | value |\n|---|---|---|---|\n{}", rows.collect::<String>())
}
