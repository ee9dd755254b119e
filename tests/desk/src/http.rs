//! As much of HTTP as a browser beside its test server needs: a thread for each connection, which closes behind its answer.

use serde_json::Value;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

/// A request.
pub struct Request {
    pub method: String,
    pub path: String,
    pub body: Vec<u8>,
}

/// An answer.
pub struct Answer {
    status: u16,
    kind: &'static str,
    body: Vec<u8>,
}

impl Answer {
    /// A value.
    pub fn json(status: u16, value: &Value) -> Answer {
        Answer { status, kind: "application/json", body: value.to_string().into_bytes() }
    }

    /// A file of the pages.
    pub fn file(name: &str, body: Vec<u8>) -> Answer {
        let kind = match name.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("js" | "mjs") => "text/javascript",
            Some("css") => "text/css",
            Some("svg") => "image/svg+xml",
            Some("woff2") => "font/woff2",
            _ => "application/octet-stream",
        };
        Answer { status: 200, kind, body }
    }
}

/// Listens on a free port of loopback until the process ends.
pub fn serve(
    ready: impl FnOnce(SocketAddr),
    answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
) -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    ready(listener.local_addr()?);
    let answer = Arc::new(answer);
    for stream in listener.incoming() {
        let (stream, answer) = (stream?, answer.clone());
        // A browser that goes away in the middle is its own business.
        std::thread::spawn(move || drop(one(stream, &*answer)));
    }
    Ok(())
}

fn one(mut stream: TcpStream, answer: &dyn Fn(&Request) -> Answer) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = path.split('?').next().unwrap_or_default().to_owned();
    let Answer { status, kind, body } = answer(&Request { method, path, body });
    write!(
        stream,
        "HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)?;
    stream.flush()
}
