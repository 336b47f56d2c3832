use std::collections::HashMap;

use super::*;

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn read(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let mut all = HashMap::from([
        ("DATABASE_URL", "postgres://vanguard:hush@db.example/vanguard"),
        ("ENCRYPTION_KEY", KEY),
        ("JWT_SECRET", KEY),
    ]);
    all.extend(settings.iter().copied());
    Config::read(&|name| all.get(name).map(|value| (*value).to_owned()))
}

fn problems(settings: &[(&str, &str)]) -> Vec<String> {
    read(settings).unwrap_err().0.into_iter().map(|problem| problem.name).collect()
}

#[test]
fn three_settings_are_enough() {
    let config = read(&[]).unwrap();
    assert_eq!(config.http.address.to_string(), "127.0.0.1:3000");
    assert_eq!(config.write_sync.batch_size, 100);
    assert_eq!(config.write_sync.retry, RetryPolicy::default());
    assert!(config.write_sync.enabled && config.write_sync.schedule.is_some());
    assert!(config.demo.is_none() && config.pems.fallback.is_none());
    assert!(!config.http.cookie_secure);
}

#[test]
fn everything_wrong_is_told_at_once_and_secrets_are_not_repeated() {
    let error = read(&[
        ("ENCRYPTION_KEY", "tooshort"),
        ("JWT_SECRET", "hunter2"),
        ("PEMS_WRITE_SYNC_SCHEDULE", "now and then"),
        ("PEMS_API_RATE_LIMIT", "-1"),
        ("LEPTOS_SITE_ADDR", "0.0.0.0"),
        ("ENABLE_CRON_JOBS", "perhaps"),
    ])
    .unwrap_err();
    assert_eq!(error.0.len(), 6, "{error}");
    let text = error.to_string();
    assert!(text.contains("now and then") && text.contains("openssl rand -hex 32"), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("tooshort"), "{text}");
}

#[test]
fn missing_keys_come_with_the_command_that_makes_one() {
    let error = Config::read(&|_| None).unwrap_err();
    let names: Vec<_> = error.0.iter().map(|problem| problem.name.as_str()).collect();
    assert_eq!(names, ["DATABASE_URL", "ENCRYPTION_KEY", "JWT_SECRET"]);
    assert_eq!(error.to_string().matches("openssl rand -hex 32").count(), 2);
}

#[test]
fn aliases_mean_the_same_but_may_not_contradict() {
    assert_eq!(read(&[("WRITE_SYNC_BATCH_SIZE", "7")]).unwrap().write_sync.batch_size, 7);
    let both = [("WRITE_SYNC_BATCH_SIZE", "7"), ("PEMS_WRITE_SYNC_BATCH_SIZE", "8")];
    assert_eq!(problems(&both), ["PEMS_WRITE_SYNC_BATCH_SIZE"]);
}

#[test]
fn a_secret_may_be_in_a_file() {
    let path = std::env::temp_dir().join(format!("vanguard-secret-{}", std::process::id()));
    std::fs::write(&path, format!("{KEY}\n")).unwrap();
    let path_text = path.to_str().unwrap();
    assert!(read(&[("ENCRYPTION_KEY", ""), ("ENCRYPTION_KEY_FILE", path_text)]).is_ok());
    assert_eq!(problems(&[("ENCRYPTION_KEY_FILE", path_text)]), ["ENCRYPTION_KEY"]);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(problems(&[("JWT_SECRET", ""), ("JWT_SECRET_FILE", path_text)]), ["JWT_SECRET"]);
}

#[test]
fn pems_is_https_and_comes_whole() {
    let whole = |endpoint| {
        read(&[
            ("PEMS_WRITE_ENDPOINT", endpoint),
            ("PEMS_WRITE_USERNAME", "vanguard"),
            ("PEMS_WRITE_PASSWORD", "x"),
            ("PEMS_WRITE_TENANT", "T"),
        ])
    };
    assert!(whole("http://127.0.0.1:4010/api/pems").unwrap().pems.fallback.is_some());
    assert!(whole("http://pems.example/api").is_err());
    assert_eq!(problems(&[("PEMS_WRITE_ENDPOINT", "https://pems.example")]), ["PEMS_WRITE_ENDPOINT"]);
}

#[test]
fn mail_needs_a_server_a_sender_and_somebody_to_write_to() {
    let (smtp, to) =
        (("SMTP_URL", "smtps://ops%40example.com:hush@mail.example"), ("ALERT_EMAIL_TO", "a@b.example"));
    assert!(read(&[]).unwrap().alerts.email.is_none());
    let email =
        read(&[smtp, ("ALERT_EMAIL_TO", "a@b.example, Ops <c@d.example>")]).unwrap().alerts.email.unwrap();
    assert_eq!((email.from.to_string(), email.to.len()), ("ops@example.com".to_owned(), 2));
    assert_eq!(problems(&[smtp]), ["ALERT_EMAIL_TO"]);
    assert_eq!(problems(&[to]), ["SMTP_URL"]);
    assert_eq!(problems(&[smtp, ("ALERT_EMAIL_TO", "a@b.example, nobody")]), ["ALERT_EMAIL_TO"]);
    let nameless = ("SMTP_URL", "smtps://AKIA123:hush@mail.example");
    assert_eq!(problems(&[nameless, to]), ["ALERT_EMAIL_FROM"]);
    assert!(read(&[nameless, to, ("ALERT_EMAIL_FROM", "Vanguard <v@example.com>")]).is_ok());
}

#[test]
fn a_wrong_address_of_a_channel_is_not_repeated() {
    let wrong = [("SLACK_WEBHOOK_URL", "http://hooks.slack.com/hush"), ("SMTP_URL", "smtp://u:hush@h/x")];
    let error = read(&wrong).unwrap_err();
    assert_eq!(error.0.len(), 2, "{error}");
    assert!(!error.to_string().contains("hush"), "{error}");
}

#[test]
fn the_demonstration_stays_on_this_machine() {
    assert!(read(&[("VANGUARD_DEMO", "true")]).unwrap().demo.is_some());
    assert_eq!(
        problems(&[("VANGUARD_DEMO", "true"), ("LEPTOS_SITE_ADDR", "0.0.0.0:3000")]),
        ["VANGUARD_DEMO"]
    );
}

#[test]
fn cookies_need_https_wherever_others_can_reach_us() {
    assert!(read(&[("LEPTOS_SITE_ADDR", "0.0.0.0:80")]).unwrap().http.cookie_secure);
    assert!(read(&[("TRUSTED_PROXIES", "1")]).unwrap().http.cookie_secure);
    let told = [("LEPTOS_SITE_ADDR", "0.0.0.0:80"), ("COOKIE_SECURE", "false")];
    assert!(!read(&told).unwrap().http.cookie_secure);
}

#[test]
fn a_lease_outlives_every_request() {
    assert!(read(&[("WRITE_SYNC_LEASE_SECONDS", "31")]).is_ok());
    assert_eq!(problems(&[("WRITE_SYNC_LEASE_SECONDS", "30")]), ["WRITE_SYNC_LEASE_SECONDS"]);
    assert!(read(&[("WRITE_SYNC_LEASE_SECONDS", "5"), ("PEMS_REQUEST_TIMEOUT_SECONDS", "3")]).is_ok());
}

#[test]
fn without_cron_jobs_nothing_has_a_schedule() {
    let config = read(&[("ENABLE_CRON_JOBS", "false")]).unwrap();
    assert!(config.write_sync.schedule.is_none() && config.read_sync.schedule.is_none());
}

#[test]
fn every_setting_is_in_the_table_once() {
    let mut names: Vec<_> = table::SETTINGS.iter().map(|setting| setting.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn the_readme_lists_every_setting_as_it_is() {
    let readme = include_str!("../../../README.md");
    assert!(
        readme.contains(&table::markdown()),
        "run `vanguard-server settings` and put its table into README.md"
    );
}
