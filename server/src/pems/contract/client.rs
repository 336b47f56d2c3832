//! The connector: what is asked for, at which address.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::SecondsFormat;
use reqwest::{Client, Method, RequestBuilder, Url};
use serde_json::Value as Json;
use vanguard_domain::delta::Operation;
use vanguard_domain::record::PfaRecord;

use super::error::Purpose;
use super::settings::{ConnectorSettings, Limits, UnusableSettings};
use super::{batch, page, record, reply, wire, written};
use crate::clock::Clock;
use crate::exchange::{NoReply, Reply, exchange};
use crate::metrics;
use crate::pems::{
    Answer, Capabilities, ListPage, ListRequest, PemsConnector, PemsError, Write, Written, storable,
};

/// The most writes that the contract allows in one batch.
const MOST_IN_A_BATCH: usize = 100;
/// The most records that the contract gives in one page.
const MOST_IN_A_PAGE: u32 = 1000;
/// Shorter than servers and proxies usually keep idle connections: a request on one that is just being closed
/// loses its answer.
const IDLE_CONNECTIONS_FOR: std::time::Duration = std::time::Duration::from_secs(15);

/// One organisation's PEMS, by the HTTP contract.
#[derive(Debug, Clone)]
pub struct HttpConnector {
    client: Client,
    base: Url,
    organisation: String,
    max_batch: usize,
    limits: Limits,
    clock: Arc<dyn Clock>,
}

impl HttpConnector {
    pub fn new(settings: &ConnectorSettings, clock: Arc<dyn Clock>) -> Result<Self, UnusableSettings> {
        let base = settings.url()?;
        let mut client = Client::builder()
            .default_headers(settings.headers()?)
            .user_agent(concat!("pfa-vanguard/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(settings.limits.total)
            .connect_timeout(settings.limits.connect)
            .pool_idle_timeout(IDLE_CONNECTIONS_FOR);
        if base.scheme() == "http" {
            // Loopback: a proxy would carry the password over a network, and no root certificates are needed.
            client = client.no_proxy().tls_certs_only([]);
        }
        Ok(Self {
            client: client.build().map_err(UnusableSettings::Tls)?,
            base,
            organisation: settings.organisation.clone(),
            max_batch: if settings.supports_batch { MOST_IN_A_BATCH } else { 1 },
            limits: settings.limits,
            clock,
        })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        // Appending to a base that ends with a slash: never an absolute path.
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path()));
        self.client.request(method, url)
    }

    /// The address of a record; its key is one segment of the path, whatever characters it has.
    fn record_request(&self, method: Method, pfa_id: &str) -> Result<RequestBuilder, PemsError> {
        let mut url = self.base.clone();
        if matches!(pfa_id, "" | "." | "..") {
            return Err(PemsError::Invalid(Answer::none("this pfaId cannot be part of an address")));
        }
        url.path_segments_mut()
            .map_err(|()| PemsError::Invalid(Answer::none("the API server's address cannot be extended")))?
            .pop_if_empty()
            .extend(["pfa", pfa_id]);
        Ok(self.client.request(method, url))
    }

    async fn send(
        &self,
        purpose: Purpose,
        request: RequestBuilder,
        most: usize,
    ) -> Result<Vec<u8>, PemsError> {
        let exchanged = exchange(request, most).await;
        metrics::pems_request(match &exchanged {
            Ok(Reply { status, body: Ok(_), .. }) => status.as_str(),
            Ok(_) => "broken_off",
            Err(NoReply::NotSent(_)) => "not_sent",
            Err(NoReply::Lost(_)) => "lost",
        });
        reply::body(purpose, exchanged, self.clock.now())
    }

    async fn write(&self, write: &Write, method: Method, body: &Json) -> Result<Written, PemsError> {
        let request = self.record_request(method, &write.pfa_id)?.json(body);
        let body = self.send(Purpose::Write, request, self.limits.single_bytes).await?;
        written::written(write, reply::object(Purpose::Write, &body)?)
    }
}

#[async_trait]
impl PemsConnector for HttpConnector {
    fn capabilities(&self) -> Capabilities {
        Capabilities { max_batch: self.max_batch }
    }

    async fn health(&self) -> Result<(), PemsError> {
        let request = self.request(Method::GET, "health");
        let body = self.send(Purpose::Read, request, self.limits.single_bytes).await?;
        let json = reply::object(Purpose::Read, &body)?;
        if json["status"] == "ok" {
            Ok(())
        } else {
            Err(reply::incomplete(Purpose::Read, "it is not well", json))
        }
    }

    async fn list(&self, asked: &ListRequest) -> Result<ListPage, PemsError> {
        let mut query = vec![
            ("organizationCode", self.organisation.clone()),
            ("limit", asked.limit.clamp(1, MOST_IN_A_PAGE).to_string()),
        ];
        if let Some(since) = asked.updated_since {
            query.push(("updatedSince", since.to_rfc3339_opts(SecondsFormat::Micros, true)));
        }
        if let Some(cursor) = &asked.cursor {
            query.push(("cursor", cursor.clone()));
        }
        let request = self.request(Method::GET, "pfa").query(&query);
        page::page(self.send(Purpose::Read, request, self.limits.list_bytes).await?)
    }

    fn parse_record(&self, raw: &Json) -> Result<PfaRecord, String> {
        record::record(&self.organisation, raw)
    }

    async fn get(&self, pfa_id: &str) -> Result<PfaRecord, PemsError> {
        let request = self.record_request(Method::GET, pfa_id)?;
        let body = self.send(Purpose::Read, request, self.limits.single_bytes).await?;
        let json = reply::object(Purpose::Read, &body)?;
        let invalid = |why: &str| {
            let message = storable::message(&format!("the record cannot be used: {why}"));
            let body = Some(storable::answer_body(json.clone()));
            PemsError::Invalid(Answer { status: Some(200), message, body })
        };
        let record = self.parse_record(&json).map_err(|why| invalid(&why))?;
        if record.pfa_id == pfa_id {
            Ok(record)
        } else {
            Err(invalid("it is another one than was asked for"))
        }
    }

    async fn update(&self, write: &Write) -> Result<Written, PemsError> {
        self.write(write, Method::PUT, &wire::update(&self.organisation, write)).await
    }

    async fn discontinue(&self, write: &Write) -> Result<Written, PemsError> {
        self.write(write, Method::DELETE, &wire::delete(&self.organisation, write)).await
    }

    async fn update_many(&self, writes: &[Write]) -> Result<Vec<Result<Written, PemsError>>, PemsError> {
        if self.max_batch == 1
            && let [write] = writes
        {
            let only = match write.operation {
                Operation::Update => self.update(write).await,
                Operation::Delete => self.discontinue(write).await,
            };
            return Ok(vec![only]);
        }
        if writes.len() > self.max_batch {
            let message =
                format!("{} writes in a batch; at most {} are allowed", writes.len(), self.max_batch);
            return Err(PemsError::Invalid(Answer::none(message)));
        }
        let request = self.request(Method::POST, "pfa/batch").json(&wire::batch(&self.organisation, writes));
        let body = self.send(Purpose::Write, request, self.limits.list_bytes).await?;
        batch::results(writes, reply::object(Purpose::Write, &body)?)
    }
}
