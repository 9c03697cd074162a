//! The name under which a file is stored. The server makes it; nothing a person typed is ever part of it.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The room of uploaded documents.
pub const DOCUMENTS: &str = "documents";
/// The room of people's pictures.
pub const AVATARS: &str = "avatars";
/// The room of copies that people make of all that is theirs.
pub const EXPORTS: &str = "exports";
/// The room of recordings of tutoring sessions.
pub const RECORDINGS: &str = "recordings";

/// The room of files that become tables.
pub const DATASETS: &str = "datasets";
/// The room of files that people have made of results.
pub const RESULTS: &str = "results";
/// The room of pictures that people have made of charts and dashboards.
pub const PICTURES: &str = "pictures";

/// `<room>/<owner uuid>/<uuid>`, where the room is a short lower-case word such as `documents`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectKey(String);

/// Text that is not a key this server made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a storage key")]
pub struct InvalidKey;

impl ObjectKey {
    /// The key of an uploaded document.
    #[must_use]
    pub fn document(owner: Uuid, document: Uuid) -> Self {
        Self(format!("{DOCUMENTS}/{}/{}", owner.hyphenated(), document.hyphenated()))
    }

    /// The key of a file of another room: `<room>/<owner>/<object>`.
    pub fn of(room: &str, owner: Uuid, object: Uuid) -> Result<Self, InvalidKey> {
        format!("{room}/{}/{}", owner.hyphenated(), object.hyphenated()).parse()
    }

    /// Whose it is.
    #[must_use]
    pub fn owner(&self) -> Uuid {
        self.part(1)
    }

    /// What it is the file of.
    #[must_use]
    pub fn object(&self) -> Uuid {
        self.part(2)
    }

    /// Both parts were read as UUIDs, or written from them, when the key was made.
    fn part(&self, index: usize) -> Uuid {
        self.0.split('/').nth(index).and_then(|part| Uuid::try_parse(part).ok()).unwrap_or_default()
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ObjectKey {
    type Err = InvalidKey;

    /// Accepts exactly what [`ObjectKey::of`] makes, as it comes back from the database.
    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let mut parts = text.split('/');
        let (Some(room), Some(owner), Some(object), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidKey);
        };
        let is_room = (1..=32).contains(&room.len()) && room.bytes().all(|byte| byte.is_ascii_lowercase());
        if is_room && is_canonical(owner) && is_canonical(object) { Ok(Self(text.to_owned())) } else { Err(InvalidKey) }
    }
}

/// A UUID in the one spelling we write: two spellings would be two keys for one object.
fn is_canonical(text: &str) -> bool {
    Uuid::try_parse(text).is_ok_and(|uuid| uuid.hyphenated().to_string() == text)
}
