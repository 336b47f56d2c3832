//! A mail server that takes mail and keeps it: as much SMTP as a client needs.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Holds what it was sent; stops when dropped.
#[derive(Debug)]
pub struct MailStandIn {
    address: SocketAddr,
    kept: Arc<Kept>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Kept {
    mails: Mutex<Vec<Mail>>,
    /// Recipients are refused with this reply.
    refusal: Mutex<Option<String>>,
}

/// A mail as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body, as they were sent.
    pub content: String,
}

impl MailStandIn {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let kept = Arc::new(Kept::default());
        let task = tokio::spawn(accept(listener, Arc::clone(&kept)));
        Self { address, kept, task }
    }

    /// For `SMTP_URL`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// As in `550 5.1.1 No such user`.
    pub fn refuse_with(&self, reply: &str) {
        *self.kept.refusal.lock().unwrap() = Some(reply.to_owned());
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.kept.mails.lock().unwrap().clone()
    }
}

impl Drop for MailStandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, kept: Arc<Kept>) {
    while let Ok((stream, _)) = listener.accept().await {
        let kept = Arc::clone(&kept);
        tokio::spawn(async move {
            // A client that hangs up in between is its own affair: what it did not finish is not kept.
            drop(converse(stream, &kept).await);
        });
    }
}

async fn converse(stream: TcpStream, kept: &Kept) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 stand-in\r\n").await?;
    let mut mail = Mail::default();
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end();
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "MAIL" => {
                mail = Mail { from: address(command), ..Mail::default() };
                "250 ok".to_owned()
            }
            "RCPT" => {
                mail.to.push(address(command));
                kept.refusal.lock().unwrap().clone().unwrap_or_else(|| "250 ok".to_owned())
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                mail.content = data(&mut stream).await?;
                kept.mails.lock().unwrap().push(std::mem::take(&mut mail));
                "250 kept".to_owned()
            }
            "QUIT" => {
                return stream.write_all(b"221 bye\r\n").await;
            }
            "EHLO" | "HELO" | "RSET" | "NOOP" => "250 ok".to_owned(),
            _ => "502 not here".to_owned(),
        };
        stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
}

/// Up to the lone dot.
async fn data(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut content = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(content);
        }
        content.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

/// `MAIL FROM:<a@b.example>` → `a@b.example`
fn address(command: &str) -> String {
    let start = command.find('<').map_or(0, |at| at + 1);
    let end = command.find('>').unwrap_or(command.len());
    command[start..end].to_owned()
}
