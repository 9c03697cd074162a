//! Hands the log to readers: the recent part from memory, the rest from Postgres, always in order.
//!
//! A run has one [`Feed`] an instance, shared by all its readers there. It keeps the last events in a bounded tail, so
//! that a thousand readers cost one read of the log; a reader that falls behind the tail reads the log itself, at its
//! own pace, and never holds anybody up.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use tokio::sync::watch;

use super::event::{Event, EventBody};
use crate::ids::GenerationId;

/// Events of one run kept in memory.
const TAIL_EVENTS: usize = 512;
/// Bytes of text of one run kept in memory.
const TAIL_BYTES: usize = 128 * 1024;

/// The recent events of one run, on this instance.
pub struct Feed {
    tail: Mutex<Tail>,
    known: watch::Sender<i32>,
}

#[derive(Default)]
struct Tail {
    /// Without a gap, up to `known`.
    events: VecDeque<Event>,
    bytes: usize,
    /// Sequence number of the last event that is known to be in the log.
    known: i32,
}

/// What the tail has for a reader.
#[derive(Debug, PartialEq)]
pub enum Read {
    /// The next events, without a gap.
    Events(Vec<Event>),
    /// Nothing new yet.
    UpToDate,
    /// The reader is behind the tail: the log has what it needs.
    Behind,
}

impl Feed {
    fn new() -> Self {
        Self { tail: Mutex::default(), known: watch::channel(0).0 }
    }

    /// What comes after `seq`, `limit` events at most.
    #[must_use]
    pub fn read(&self, seq: i32, limit: usize) -> Read {
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        if tail.known <= seq {
            return Read::UpToDate;
        }
        let Some(first) = tail.events.front().map(|event| event.cursor.seq).filter(|first| *first <= seq + 1) else {
            return Read::Behind;
        };
        let skip = usize::try_from(seq + 1 - first).unwrap_or(0);
        Read::Events(tail.events.iter().skip(skip).take(limit).cloned().collect())
    }

    /// Takes events that are in the log by now, in order. Those that it has already are ignored.
    pub fn push(&self, events: impl IntoIterator<Item = Event>) {
        let known = {
            let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
            for event in events {
                tail.push(event);
            }
            tail.known
        };
        self.known.send_if_modified(|last| std::mem::replace(last, known) != known);
    }

    /// Sequence number of the last event that is known here.
    #[must_use]
    pub fn known(&self) -> i32 {
        *self.known.borrow()
    }

    /// Wakes a reader whenever there is more.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<i32> {
        self.known.subscribe()
    }
}

impl Tail {
    fn push(&mut self, event: Event) {
        if event.cursor.seq <= self.known {
            return;
        }
        if event.cursor.seq != self.known + 1 {
            // What lies between is in the log alone.
            self.events.clear();
            self.bytes = 0;
        }
        self.known = event.cursor.seq;
        self.bytes += size(&event);
        self.events.push_back(event);
        while self.events.len() > TAIL_EVENTS || (self.bytes > TAIL_BYTES && self.events.len() > 1) {
            let Some(oldest) = self.events.pop_front() else { break };
            self.bytes -= size(&oldest);
        }
    }
}

fn size(event: &Event) -> usize {
    match &event.body {
        EventBody::Text(text) => text.len(),
        EventBody::Citations(citations) => citations.iter().map(|citation| citation.quote.len() + 100).sum(),
        EventBody::End(_) => 0,
    }
}

/// The feeds of the runs that are written or read on this instance.
#[derive(Clone, Default)]
pub struct Feeds(Arc<DashMap<GenerationId, Weak<Feed>>>);

impl Feeds {
    /// The feed of a run, made if nobody has it yet. It goes when its last holder lets go.
    #[must_use]
    pub fn get(&self, id: GenerationId) -> Arc<Feed> {
        match self.0.entry(id) {
            Entry::Occupied(mut occupied) => occupied.get().upgrade().unwrap_or_else(|| {
                let feed = Arc::new(Feed::new());
                occupied.insert(Arc::downgrade(&feed));
                feed
            }),
            Entry::Vacant(vacant) => {
                let feed = Arc::new(Feed::new());
                vacant.insert(Arc::downgrade(&feed));
                feed
            }
        }
    }

    /// The feed of a run that somebody here holds.
    #[must_use]
    pub fn held(&self, id: GenerationId) -> Option<Arc<Feed>> {
        self.0.get(&id).and_then(|feed| feed.upgrade())
    }

    /// Every feed that somebody here holds; forgets the others.
    #[must_use]
    pub fn all(&self) -> Vec<(GenerationId, Arc<Feed>)> {
        self.0.retain(|_, feed| feed.strong_count() > 0);
        self.0.iter().filter_map(|entry| Some((*entry.key(), entry.value().upgrade()?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::cursor::Cursor;
    use super::*;

    fn event(seq: i32) -> Event {
        Event { cursor: Cursor { seq, offset: seq }, body: EventBody::Text("x".into()) }
    }

    fn seqs(read: Read) -> Vec<i32> {
        match read {
            Read::Events(events) => events.iter().map(|event| event.cursor.seq).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_reader_gets_each_event_once_and_in_order() {
        let feed = Feed::new();
        assert_eq!(feed.read(0, 10), Read::UpToDate);
        feed.push([event(1), event(2)]);
        feed.push([event(2), event(3)]);
        assert_eq!(seqs(feed.read(0, 10)), [1, 2, 3]);
        assert_eq!(seqs(feed.read(1, 1)), [2]);
        assert_eq!(feed.read(3, 10), Read::UpToDate);
    }

    #[test]
    fn a_gap_sends_readers_to_the_log() {
        let feed = Feed::new();
        feed.push([event(1)]);
        feed.push([event(5)]);
        assert_eq!(feed.read(1, 10), Read::Behind);
        assert_eq!(seqs(feed.read(4, 10)), [5]);
    }

    #[test]
    fn the_tail_is_bounded() {
        let feed = Feed::new();
        feed.push((1..=2000).map(event));
        assert_eq!(feed.read(0, 10), Read::Behind);
        assert_eq!(seqs(feed.read(1999, 10)), [2000]);
        assert!(feed.tail.lock().unwrap().events.len() <= TAIL_EVENTS);
    }
}
