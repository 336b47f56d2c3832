//! A database of its own for each application, dropped with it.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, PgPool};
use uuid::Uuid;

#[derive(Debug)]
pub struct Database {
    admin: PgConnectOptions,
    name: String,
    url: String,
    pool: PgPool,
}

impl Database {
    /// On `server`, or on the one of all tests.
    pub async fn create(server: Option<String>) -> Self {
        let admin_url = server.unwrap_or_else(|| {
            std::env::var("DATABASE_URL")
                .expect("DATABASE_URL names a PostgreSQL server for tests; `cargo xtask test` starts one")
        });
        let admin: PgConnectOptions = admin_url.parse().expect("a PostgreSQL URL");
        let name = format!("vanguard_test_{}", Uuid::new_v4().simple());
        let mut connection = admin.connect().await.expect("the PostgreSQL server runs");
        connection
            .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .await
            .expect("a database can be created");
        let options = admin.clone().database(&name);
        let url = options.to_url_lossy().to_string();
        // Tests look only now and then: few connections leave room for the servers under test.
        let pool = sqlx::postgres::PgPoolOptions::new().max_connections(3).connect_lazy_with(options);
        Self { admin, name, url, pool }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub async fn cut_connections(&self) {
        let mut connection = PgConnection::connect_with(&self.admin).await.expect("the server runs");
        sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
            .bind(&self.name)
            .execute(&mut connection)
            .await
            .expect("a superuser may end connections");
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        // The test's runtime may be ending: drop the database from a thread with one of its own.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect_with(&admin).await.ok()?;
                let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                connection.execute(sqlx::AssertSqlSafe(sql)).await.ok()
            })
        });
        if !matches!(dropped.join(), Ok(Some(_))) {
            eprintln!("the test database {} could not be dropped", self.name);
        }
    }
}
