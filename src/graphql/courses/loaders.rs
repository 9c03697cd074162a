//! Courses, weeks, readings and members, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::courses::model::{CourseRole, Member, Seen, Week};
use crate::domain::courses::reading;
use crate::domain::courses::themes::model::{Extraction, Theme, ThemeSpan};
use crate::domain::documents::model::Document;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{CourseId, CourseMemberId, DocumentId, ThemeId, WeekId};

/// A course that the reader is a member of.
pub struct CourseById;

impl Load for CourseById {
    type Key = CourseId;
    type Value = Seen;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::courses(app, actor, keys).await
    }
}

/// A week of such a course, as far as the reader sees it.
pub struct WeekById;

impl Load for WeekById {
    type Key = WeekId;
    type Value = Week;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::weeks(app, actor, keys).await
    }
}

/// All weeks of a course, in the order of their numbers.
pub struct WeeksOf;

impl Load for WeeksOf {
    type Key = CourseId;
    type Value = Vec<Week>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::weeks_of_courses(app, actor, keys).await
    }
}

/// What the reader may read in a week.
pub struct ReadingsOf;

impl Load for ReadingsOf {
    type Key = WeekId;
    type Value = Vec<Document>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::readings(app, actor, keys).await
    }
}

/// What is talked about in a week.
pub struct ThemesOf;

impl Load for ThemesOf {
    type Key = WeekId;
    type Value = Vec<Theme>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::themes(app, actor, keys).await
    }
}

/// Where a theme is found.
pub struct SpansOf;

impl Load for SpansOf {
    type Key = ThemeId;
    type Value = Vec<ThemeSpan>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::theme_spans(app, actor, keys).await
    }
}

/// The newest extraction of a week's themes.
pub struct ExtractionOf;

impl Load for ExtractionOf {
    type Key = WeekId;
    type Value = Extraction;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::extractions(app, actor, keys).await
    }
}

/// The weeks in which a document is read, of those that the reader may read in.
pub struct WeeksWith;

impl Load for WeeksWith {
    type Key = DocumentId;
    type Value = Vec<Week>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::weeks_of_documents(app, actor, keys).await
    }
}

/// A page of a course's members, of one role or of all.
pub struct MemberPage;

impl Load for MemberPage {
    type Key = (CourseId, Option<CourseRole>, Page<CourseMemberId>);
    type Value = Slice<Member>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        // All parents of one field ask for the same page; another alias may ask for another.
        let mut by_page: HashMap<_, Vec<CourseId>> = HashMap::new();
        for (course, role, page) in keys {
            by_page.entry((*role, *page)).or_default().push(*course);
        }
        let mut pages = HashMap::new();
        for ((role, page), courses) in by_page {
            let found = reading::member_pages(app, actor, &courses, role, &page).await?;
            pages.extend(found.into_iter().map(|(course, slice)| ((course, role, page), slice)));
        }
        Ok(pages)
    }
}

/// How many members of a course the reader sees, of one role or of all.
pub struct MemberCount;

impl Load for MemberCount {
    type Key = (CourseId, Option<CourseRole>);
    type Value = i64;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let mut by_role: HashMap<Option<CourseRole>, Vec<CourseId>> = HashMap::new();
        for (course, role) in keys {
            by_role.entry(*role).or_default().push(*course);
        }
        let mut counts = HashMap::new();
        for (role, courses) in by_role {
            let found = reading::member_counts(app, actor, &courses, role).await?;
            counts.extend(found.into_iter().map(|(course, count)| ((course, role), count)));
        }
        Ok(counts)
    }
}
