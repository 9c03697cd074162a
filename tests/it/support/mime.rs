//! Mail as mail programs read it (RFC 2045 and 2046): parts within parts, decoded.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// A part of a mail, or all of it.
#[derive(Debug, Clone)]
pub struct Part {
    /// Names in small letters.
    headers: Vec<(String, String)>,
    /// As it was before it was encoded; empty for one that has parts.
    pub body: Vec<u8>,
    pub parts: Vec<Part>,
}

impl Part {
    pub fn read(raw: &str) -> Self {
        let (head, body) = raw.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no body in {raw}"));
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let header =
            |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
        let mut part = Self { headers: head.lines().filter_map(header).collect(), body: Vec::new(), parts: Vec::new() };
        let kind = part.header("content-type").to_owned();
        if let Some(boundary) = kind.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()) {
            let marker = format!("--{boundary}");
            let pieces = body.split(&marker).skip(1).take_while(|piece| !piece.starts_with("--"));
            let inside = |piece: &str| {
                let piece = piece.strip_prefix("\r\n").unwrap_or(piece).to_owned();
                Self::read(piece.strip_suffix("\r\n").unwrap_or(&piece))
            };
            part.parts = pieces.map(inside).collect();
        } else {
            part.body = decoded(part.header("content-transfer-encoding"), body);
        }
        part
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(each, _)| each == name).map_or("", |(_, value)| value)
    }

    /// The type, without what follows it.
    pub fn kind(&self) -> &str {
        self.header("content-type").split(';').next().unwrap_or_default()
    }

    /// The first part of a type, however deep.
    pub fn find(&self, kind: &str) -> Option<&Self> {
        if self.kind() == kind {
            return Some(self);
        }
        self.parts.iter().find_map(|part| part.find(kind))
    }

    /// The text of the first part of a type.
    pub fn text(&self, kind: &str) -> String {
        let found = self.find(kind).unwrap_or_else(|| panic!("no {kind}"));
        String::from_utf8(found.body.clone()).unwrap().replace("\r\n", "\n")
    }

    /// The file of this name.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        if self.header("content-disposition").contains(&format!("filename=\"{name}\"")) {
            return Some(&self.body);
        }
        self.parts.iter().find_map(|part| part.file(name))
    }

    /// The types of all parts, as they stand.
    pub fn shape(&self) -> String {
        let parts: Vec<String> = self.parts.iter().map(Self::shape).collect();
        if parts.is_empty() { self.kind().to_owned() } else { format!("{}({})", self.kind(), parts.join(" ")) }
    }
}

fn decoded(encoding: &str, body: &str) -> Vec<u8> {
    match encoding {
        "base64" => BASE64.decode(body.split_whitespace().collect::<String>()).unwrap(),
        "quoted-printable" => {
            let text = body.replace("=\r\n", "");
            let mut bytes = Vec::new();
            let mut rest = text.as_bytes();
            while let [first, after @ ..] = rest {
                if let (b'=', [high, low, more @ ..]) = (first, after) {
                    let hex = String::from_utf8(vec![*high, *low]).unwrap();
                    bytes.push(u8::from_str_radix(&hex, 16).unwrap());
                    rest = more;
                } else {
                    bytes.push(*first);
                    rest = after;
                }
            }
            bytes
        }
        _ => body.as_bytes().to_vec(),
    }
}
