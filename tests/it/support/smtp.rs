//! A mail server on this machine that speaks SMTP (RFC 5321) as others do, and does what a test tells it.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A letter that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// User and password, if anybody signed in.
    pub login: Option<(String, String)>,
    pub from: String,
    pub to: Vec<String>,
    /// As it was written, before lines with a dot in front were given another.
    pub data: String,
}

/// What the server says to a command in the place of its usual answer; `None` for that.
type Script = dyn Fn(&str) -> Option<String> + Send + Sync;

pub struct MailServer {
    pub port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub async fn new() -> Self {
        Self::answering(|_| None).await
    }

    pub async fn answering(script: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, taken: Arc::default(), heard: Arc::default() };
        let (taken, heard, script): (_, _, Arc<Script>) =
            (Arc::clone(&server.taken), Arc::clone(&server.heard), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let talk = Talk { taken: Arc::clone(&taken), heard: Arc::clone(&heard), script: Arc::clone(&script) };
                // A client that hangs up ends its talk.
                tokio::spawn(async move { drop(talk.hold(stream).await) });
            }
        });
        server
    }

    /// The letters that were taken, in their order.
    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// The first words of all commands, in their order.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

struct Talk {
    taken: Arc<Mutex<Vec<Taken>>>,
    heard: Arc<Mutex<Vec<String>>>,
    script: Arc<Script>,
}

impl Talk {
    async fn hold(&self, stream: TcpStream) -> std::io::Result<()> {
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        writer.write_all(b"220 mail.test ESMTP\r\n").await?;
        let mut letter = Taken { login: None, from: String::new(), to: Vec::new(), data: String::new() };
        while let Some(line) = lines.next_line().await? {
            let command = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            self.heard.lock().unwrap().push(command.clone());
            if let Some(answer) = (self.script)(&line) {
                writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
                continue;
            }
            let angled = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            let answer = match command.as_str() {
                "EHLO" => "250-mail.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN".to_owned(),
                "AUTH" => {
                    letter.login = credentials(&line);
                    "235 2.7.0 welcome".to_owned()
                }
                "MAIL" => {
                    letter.from = angled();
                    "250 2.1.0 ok".to_owned()
                }
                "RCPT" => {
                    letter.to.push(angled());
                    "250 2.1.5 ok".to_owned()
                }
                "DATA" => {
                    writer.write_all(b"354 go on\r\n").await?;
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        letter.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                        letter.data.push('\n');
                    }
                    self.taken.lock().unwrap().push(letter.clone());
                    letter = Taken { from: String::new(), to: Vec::new(), data: String::new(), ..letter };
                    "250 2.0.0 taken".to_owned()
                }
                "QUIT" => "221 2.0.0 bye".to_owned(),
                "RSET" | "NOOP" => "250 2.0.0 ok".to_owned(),
                _ => "502 5.5.1 what".to_owned(),
            };
            writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }
}

/// What stands in `AUTH PLAIN <base64 of nul, user, nul, password>` (RFC 4616).
fn credentials(line: &str) -> Option<(String, String)> {
    let text = String::from_utf8(BASE64.decode(line.split(' ').nth(2)?).ok()?).ok()?;
    let mut parts = text.split('\0').skip(1).map(str::to_owned);
    Some((parts.next()?, parts.next()?))
}
