//! The steps of a run, as readers see them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::cursor::Cursor;
use super::model::{Citation, EventKind, EventRow, GenerationStatus};
use crate::error::{Error, Result};
use crate::ids::GenerationId;

/// What happened in one step.
#[derive(Debug, Clone, PartialEq)]
pub enum EventBody {
    /// Text was added at the end.
    Text(Arc<str>),
    /// Markers in the text so far were resolved.
    Citations(Arc<[Citation]>),
    /// Nothing more will come. The generation holds how it ended.
    End(GenerationStatus),
}

/// One step, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub cursor: Cursor,
    pub body: EventBody,
}

#[derive(Serialize, Deserialize)]
struct EndBody {
    status: GenerationStatus,
}

impl Event {
    /// As it is kept in the log.
    ///
    /// # Errors
    /// INTERNAL when the body cannot be written as JSON.
    pub fn to_row(&self, generation_id: GenerationId) -> Result<EventRow> {
        let (kind, body) = match &self.body {
            EventBody::Text(text) => (EventKind::Text, text.to_string()),
            EventBody::Citations(citations) => {
                (EventKind::Citations, serde_json::to_string(&**citations).map_err(Error::internal)?)
            }
            EventBody::End(status) => {
                (EventKind::End, serde_json::to_string(&EndBody { status: *status }).map_err(Error::internal)?)
            }
        };
        Ok(EventRow { generation_id, seq: self.cursor.seq, kind, body, text_end: self.cursor.offset })
    }

    /// As it was kept in the log.
    ///
    /// # Errors
    /// INTERNAL when the row holds something else.
    pub fn from_row(row: EventRow) -> Result<Self> {
        let body = match row.kind {
            EventKind::Text => EventBody::Text(row.body.into()),
            EventKind::Citations => {
                let citations: Vec<Citation> = serde_json::from_str(&row.body).map_err(Error::internal)?;
                EventBody::Citations(citations.into())
            }
            EventKind::End => {
                EventBody::End(serde_json::from_str::<EndBody>(&row.body).map_err(Error::internal)?.status)
            }
        };
        Ok(Self { cursor: Cursor { seq: row.seq, offset: row.text_end }, body })
    }

    #[must_use]
    pub fn is_end(&self) -> bool {
        matches!(self.body, EventBody::End(_))
    }
}
