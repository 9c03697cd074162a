//! Typed ids: a UUIDv7 that knows what it names, shown to clients as a TypeID (`conv_01h45y…`).
//!
//! TypeID: <https://github.com/jetify-com/typeid/tree/main/spec>. The prefix tells `node(id)` which table to ask, and
//! the time in front makes rows sort by creation. In Postgres an id is a plain `uuid`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering as Memory};

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types;
use type_safe_id::{StaticType, TypeSafeId};
use uuid::{Builder, Uuid, Variant, Version};

/// What an id names: its prefix in front of the underscore.
pub trait Kind: StaticType + Send + Sync + 'static {}
impl<T: StaticType + Send + Sync + 'static> Kind for T {}

/// An id of one kind of object.
#[derive(FromSqlRow, AsExpression)]
#[diesel(sql_type = sql_types::Uuid)]
pub struct Id<K: Kind> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

/// Text that is not an id of the kind that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {expected} id")]
pub struct InvalidId {
    /// The prefix that was expected.
    pub expected: &'static str,
}

impl<K: Kind> Id<K> {
    /// A new id that sorts at `now`, to the microsecond, and behind all that this process made for the same moment: a
    /// reply never sorts before its question, however fast it follows.
    ///
    /// Behind the milliseconds of RFC 9562, 5.7 stand the microseconds (its 6.2, method 3), a counter (method 1) and 32
    /// random bits, which keep processes apart.
    #[must_use]
    pub fn generate(now: DateTime<Utc>) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let millis = u128::try_from(now.timestamp_millis()).unwrap_or(0);
        let micros = u128::from(now.timestamp_subsec_micros() % 1000);
        let made = u128::from(MADE.fetch_add(1, Memory::Relaxed));
        let bits = (millis << 80) | (micros << 64) | (made << 32) | u128::from(rand::random::<u32>());
        // Version and variant take the upper bits of the microseconds and of the counter: those are never needed.
        let uuid = Builder::from_u128(bits).with_version(Version::SortRand).with_variant(Variant::RFC4122);
        Self::from_uuid(uuid.into_uuid())
    }

    /// The id before all that [`Id::generate`] makes at `time` or later, and behind those of the microsecond before.
    #[must_use]
    pub fn earliest(time: DateTime<Utc>) -> Self {
        let millis = u128::try_from(time.timestamp_millis()).unwrap_or(0);
        let micros = u128::from(time.timestamp_subsec_micros() % 1000);
        let uuid = Builder::from_u128((millis << 80) | (micros << 64));
        Self::from_uuid(uuid.with_version(Version::SortRand).with_variant(Variant::RFC4122).into_uuid())
    }

    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }

    /// The text in front of the underscore.
    #[must_use]
    pub fn prefix() -> &'static str {
        K::TYPE
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        TypeSafeId::<K>::from_uuid(self.uuid).fmt(f)
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let id = TypeSafeId::<K>::from_str(text).map_err(|_| InvalidId { expected: K::TYPE })?;
        Ok(Self::from_uuid(id.uuid()))
    }
}

impl<K: Kind> Copy for Id<K> {}
impl<K: Kind> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Kind> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K: Kind> Eq for Id<K> {}
impl<K: Kind> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K: Kind> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K: Kind> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K: Kind> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, K: Kind> serde::Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
impl<K: Kind> FromSql<sql_types::Uuid, Pg> for Id<K> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <Uuid as FromSql<sql_types::Uuid, Pg>>::from_sql(value).map(Self::from_uuid)
    }
}
impl<K: Kind> ToSql<sql_types::Uuid, Pg> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <Uuid as ToSql<sql_types::Uuid, Pg>>::to_sql(&self.uuid, out)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $id:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $kind;
        impl StaticType for $kind {
            const TYPE: &'static str = $prefix;
        }
        $(#[$doc])*
        pub type $id = Id<$kind>;
    )*};
}

kinds! {
    /// A person's account.
    UserKind UserId "user";
    /// One sign-in of one account: the family of its refresh tokens.
    LoginSessionKind LoginSessionId "sess";
    /// A key with which programs ask in the name of one account.
    ApiKeyKind ApiKeyId "key";
    /// Whom another service knows somebody as.
    IdentityKind IdentityId "idty";
    /// Leave for somebody to make an account.
    InvitationKind InvitationId "inv";
    /// A link that was asked for by mail.
    MailTokenKind MailTokenId "mail";
    /// A conversation.
    ConversationKind ConversationId "conv";
    /// A message in a conversation.
    MessageKind MessageId "msg";
    /// A text that a model writes, or wrote.
    GenerationKind GenerationId "gen";
    /// A call of a tool within a generation.
    ToolCallKind ToolCallId "call";
    /// An uploaded document.
    DocumentKind DocumentId "doc";
    /// A passage of a document.
    ChunkKind ChunkId "chunk";
    /// A course.
    CourseKind CourseId "course";
    /// A week of a course.
    WeekKind WeekId "week";
    /// What is talked about in a week.
    ThemeKind ThemeId "theme";
    /// What a class believes wrongly.
    MisconceptionKind MisconceptionId "misconception";
    /// A timed talk of a student with the tutor.
    TutoringSessionKind TutoringSessionId "tutoring";
    /// What such a talk sounded like.
    TutoringRecordingKind TutoringRecordingId "recording";
    /// Something that was held back in such a talk.
    ModerationFlagKind ModerationFlagId "flag";
    /// Somebody's part in a course.
    CourseMemberKind CourseMemberId "member";
    /// Leave for somebody to join a course.
    CourseInvitationKind CourseInvitationId "guest";
    /// Something that somebody is told in the product.
    NotificationIdKind NotificationId "notification";
    /// Where data, charts and dashboards live.
    WorkspaceKind WorkspaceId "workspace";
    /// Somebody's part in a workspace.
    WorkspaceMemberKind WorkspaceMemberId "wsmember";
    /// Results and texts on a grid.
    DashboardKind DashboardId "dashboard";
    /// One of them.
    DashboardTileKind DashboardTileId "tile";
    /// What lets somebody outside of its workspace see one.
    DashboardShareKind DashboardShareId "share";
    /// Where a workspace has messages sent.
    WebhookKind WebhookId "webhook";
    /// One of these messages.
    WebhookDeliveryKind WebhookDeliveryId "delivery";
    /// A dashboard that is mailed at times.
    ScheduledReportKind ScheduledReportId "report";
    /// A time at which one was, or should have been.
    ReportRunKind ReportRunId "reportrun";
    /// A condition over what comes of a statement.
    AlertKind AlertId "alert";
    /// Something that happened to one.
    AlertEventKind AlertEventId "alertevent";
    /// Tables that can be asked together.
    DataSourceKind DataSourceId "source";
    /// A table of a data source.
    DataTableKind DataTableId "table";
    /// A file that becomes a table.
    DatasetUploadKind DatasetUploadId "dataset";
    /// A statement that is kept.
    SavedQueryKind SavedQueryId "query";
    /// How the result of one is drawn.
    ChartKind ChartId "chart";
    /// A question about data in plain words.
    DataQuestionKind DataQuestionId "question";
    /// What a workspace calls something.
    GlossaryTermKind GlossaryTermId "term";
    /// A text about what came of one.
    InsightKind InsightId "insight";
    /// How a workspace has models asked for texts.
    PromptTemplateKind PromptTemplateId "prompttemplate";
    /// What one said at one time.
    PromptTemplateVersionKind PromptTemplateVersionId "promptversion";
    /// A statement that somebody ran.
    QueryRunKind QueryRunId "run";
    /// What came of one.
    QueryResultKind QueryResultId "result";
    /// A file that somebody has made of one.
    ResultExportKind ResultExportId "resultexport";
    /// A picture that somebody has made of a chart or a dashboard.
    PictureExportKind PictureExportId "picture";
    /// A copy of all that is one person's.
    DataExportKind DataExportId "export";
    /// A piece of background work.
    JobKind JobId "job";
    /// What may be spent on models.
    BudgetKind BudgetId "budget";
    /// Something that was written down in the audit trail.
    AuditEventKind AuditEventId "audit";
    /// A running server process.
    InstanceKind InstanceId "inst";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_in_the_order_of_making_even_within_a_moment() {
        let now = DateTime::from_timestamp_micros(1_772_366_400_123_456).unwrap();
        let ids: Vec<MessageId> = (0..1000).map(|_| MessageId::generate(now)).collect();
        assert!(ids.is_sorted_by(|one, next| one < next), "made at the same moment");
        let later = MessageId::generate(now + chrono::TimeDelta::microseconds(1));
        assert!(ids.iter().all(|id| *id < later), "a microsecond later");
        let earlier = MessageId::generate(now - chrono::TimeDelta::microseconds(1));
        assert!(ids.iter().all(|id| *id > earlier), "made now for a moment before");
        let bound = MessageId::earliest(now);
        assert!(ids.iter().all(|id| *id > bound) && bound > earlier, "the bound of the moment");
    }

    #[test]
    fn ids_are_version_7_with_their_milliseconds() {
        let now = DateTime::from_timestamp_micros(1_772_366_400_123_999).unwrap();
        let uuid = DocumentId::generate(now).uuid();
        assert_eq!((uuid.get_version_num(), uuid.get_variant()), (7, Variant::RFC4122));
        assert_eq!(uuid.as_u128() >> 80, 1_772_366_400_123);
        assert_ne!(DocumentId::generate(now), DocumentId::generate(now));
    }
}
