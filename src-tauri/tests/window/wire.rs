//! As much of WebDriver's wire as is needed: one JSON request, one JSON answer.

use crate::driver::{Outcome, PATIENCE};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// One request to the driver on this machine; the answer's `value`.
pub fn http(port: u16, method: &str, path: &str, ask: Option<&Value>) -> Outcome<Value> {
    let body = ask.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = body.len();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {length}\r\n\r\n{body}")?;

    let mut answer = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while answer.read_line(&mut line)? > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
        line.clear();
    }
    let mut body = vec![0; length];
    answer.read_exact(&mut body)?;
    let value = serde_json::from_slice::<Value>(&body)?["value"].take();
    match value.get("error") {
        Some(error) => Err(format!("{error}: {}", value["message"]).into()),
        None => Ok(value),
    }
}

/// Decodes standard base64; the driver writes nothing else.
pub fn base64(text: &str) -> Vec<u8> {
    let six = |c: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".iter().position(|x| *x == c);
    let sixes: Vec<u32> = text.bytes().filter_map(six).filter_map(|v| u32::try_from(v).ok()).collect();
    let bytes = |four: &[u32]| {
        let word = four.iter().enumerate().fold(0, |word, (i, v)| word | v << (18 - 6 * i));
        word.to_be_bytes()[1..four.len()].to_vec()
    };
    sixes.chunks(4).flat_map(bytes).collect()
}
