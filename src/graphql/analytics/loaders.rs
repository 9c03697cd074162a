//! Reports, conversations and activity by whose they are: one statement for any number of people, or of courses.

use std::collections::HashMap;
use std::sync::Arc;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::analytics::actions;
use crate::domain::analytics::model::{Activity, ActivityCursor, ConversationShare, Range, Report, Subject};
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{CourseId, UserId};

/// What somebody, a class or everybody used; nothing for a course that the reader does not teach.
pub struct ReportOf;

impl Load for ReportOf {
    type Key = (Subject, Range);
    type Value = Arc<Report>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        // All parents of one field ask for the same days; another alias may ask for others.
        let mut by_range: HashMap<Range, (Vec<UserId>, Vec<CourseId>, bool)> = HashMap::new();
        for (subject, range) in keys {
            let (users, courses, all) = by_range.entry(*range).or_default();
            match subject {
                Subject::User(id) => users.push(*id),
                Subject::Course(id) => courses.push(*id),
                Subject::Installation => *all = true,
            }
        }
        let mut reports = HashMap::new();
        for (range, (users, courses, all)) in by_range {
            let mut found = HashMap::new();
            if !users.is_empty() {
                found.extend(actions::of_users(app, actor, &users, range).await?);
            }
            if !courses.is_empty() {
                found.extend(actions::of_courses(app, actor, &courses, range).await?);
            }
            if all {
                found.extend(actions::of_installation(app, actor, range).await?);
            }
            reports.extend(found.into_iter().map(|(subject, report)| ((subject, range), report)));
        }
        Ok(reports)
    }
}

/// The conversations of somebody that cost most, so many of them.
pub struct ConversationsOf;

impl Load for ConversationsOf {
    type Key = (UserId, Range, i32);
    type Value = Vec<ConversationShare>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let mut asked: HashMap<(Range, i32), Vec<UserId>> = HashMap::new();
        for (user, range, first) in keys {
            asked.entry((*range, *first)).or_default().push(*user);
        }
        let mut shares = HashMap::new();
        for ((range, first), users) in asked {
            let found = actions::conversations(app, actor, &users, range, first).await?;
            shares.extend(found.into_iter().map(|(user, of)| ((user, range, first), of)));
        }
        Ok(shares)
    }
}

/// A page of what somebody did.
pub struct ActivityPage;

impl Load for ActivityPage {
    type Key = (UserId, Range, Page<ActivityCursor>);
    type Value = Slice<Activity>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let mut asked: HashMap<(Range, Page<ActivityCursor>), Vec<UserId>> = HashMap::new();
        for (user, range, page) in keys {
            asked.entry((*range, *page)).or_default().push(*user);
        }
        let mut pages = HashMap::new();
        for ((range, page), users) in asked {
            let found = actions::activity(app, actor, &users, range, &page).await?;
            pages.extend(found.into_iter().map(|(user, slice)| ((user, range, page), slice)));
        }
        Ok(pages)
    }
}
