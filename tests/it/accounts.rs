//! Accounts: making them, signing in to them.

use std::time::Duration;

use elenchus::domain::users::actions::accounts::{create_user, ensure_admin, ensure_demo_user, load_users};
use elenchus::domain::users::actions::register::register;
use elenchus::domain::users::client::Client;
use elenchus::domain::users::model::Role;
use elenchus::domain::users::{password, policy};
use elenchus::error::ErrorCode;
use elenchus::ids::UserId;

use crate::support::counters::Counters;
use crate::support::people::{PASSWORD, World, account, failure, fields, nobody};

#[tokio::test]
async fn either_name_in_any_case_signs_in() {
    let world = World::new().await;
    let registered = world.register(" Ada@Example.org ", Some("Ada.L")).await.unwrap();
    assert_eq!(registered.user.email, "Ada@Example.org");
    assert_eq!(registered.user.username.as_deref(), Some("Ada.L"));
    assert_eq!(registered.user.role, Role::Member);
    world.app.clock.advance(chrono::TimeDelta::minutes(1));
    for identifier in ["Ada@Example.org", "ada@example.ORG", "ADA.L", " ada.l "] {
        let result = world.login(identifier, PASSWORD).await.unwrap();
        assert_eq!(result.user.id, registered.user.id, "{identifier}");
        assert_eq!(result.user.last_login_at, Some(world.app.clock.now()));
        let actor = world.authenticate(&result.access_token).await.unwrap();
        assert_eq!(actor.require_id().unwrap(), registered.user.id);
        assert_eq!(actor.require().unwrap().expires_at, result.expires_at);
    }
    assert_eq!(world.text("SELECT count(*) FROM login_sessions WHERE user_agent = 'tests/1'").await.unwrap(), "5");
    assert_eq!(world.text("SELECT min(address) FROM login_sessions").await.unwrap(), "192.0.2.7");
}

#[tokio::test]
async fn all_that_is_wrong_with_a_registration_is_said_at_once() {
    let world = World::new().await;
    let mut bad = account("not an address", Some("a@b"));
    bad.password = "short".into();
    bad.full_name = Some("x".repeat(256));
    bad.role = Role::Admin;
    let refused = register(&world.app, &nobody(), bad).await;
    let expected = ["input.email", "input.password", "input.username", "input.fullName", "input.role"];
    assert_eq!(fields(refused), (ErrorCode::BadUserInput, expected.map(str::to_owned).to_vec()));
    for role in [Role::Professor, Role::Analyst, Role::Admin] {
        let above = register(&world.app, &nobody(), with_role(role)).await;
        assert_eq!(fields(above), (ErrorCode::BadUserInput, vec!["input.role".to_owned()]), "{role}");
    }
    let student = register(&world.app, &nobody(), with_role(Role::Student)).await.unwrap();
    assert_eq!(student.user.role, Role::Student);
}

fn with_role(role: Role) -> elenchus::domain::users::actions::new_account::NewAccount {
    let mut account = account("role@example.org", None);
    account.role = role;
    account
}

#[tokio::test]
async fn a_name_belongs_to_one_account() {
    let world = World::new().await;
    world.register("one@example.org", Some("one")).await.unwrap();
    let conflict = |paths: &[&str]| (ErrorCode::Conflict, paths.iter().map(|path| (*path).to_owned()).collect());
    assert_eq!(fields(world.register("ONE@example.org", Some("two")).await), conflict(&["input.email"]));
    assert_eq!(fields(world.register("two@example.org", Some("ONE")).await), conflict(&["input.username"]));
    let both = world.register("one@example.org", Some("one")).await;
    assert_eq!(fields(both), conflict(&["input.email", "input.username"]));
    let (a, b) = tokio::join!(world.register("Race@example.org", None), world.register("race@example.org", None));
    let lost = if a.is_ok() { b } else { a };
    assert_eq!(fields(lost), conflict(&["input.email"]));
    assert_eq!(world.text("SELECT count(*) FROM users").await.unwrap(), "2");
    assert_eq!(world.text("SELECT count(*) FROM login_sessions").await.unwrap(), "2");
}

#[tokio::test]
async fn closed_registration_is_open_to_administrators_alone() {
    let world =
        World::with(&[("REGISTRATION", "closed"), ("ADMIN_EMAIL", "root@example.org"), ("ADMIN_PASSWORD", PASSWORD)])
            .await;
    assert_eq!(failure(world.register("a@example.org", None).await).0, ErrorCode::Forbidden);
    assert!(ensure_admin(&world.app).await.unwrap());
    let signed_in = world.login("root@example.org", PASSWORD).await.unwrap();
    let admin = world.authenticate(&signed_in.access_token).await.unwrap();
    let made = register(&world.app, &admin, with_role(Role::Professor)).await.unwrap();
    assert_eq!(made.user.role, Role::Professor);
    let professor = world.authenticate(&made.access_token).await.unwrap();
    let refused = register(&world.app, &professor, account("b@example.org", None)).await;
    assert_eq!(failure(refused).0, ErrorCode::Forbidden);
}

#[tokio::test]
async fn a_failed_sign_in_tells_nothing_and_checks_one_password() {
    let world = World::new().await;
    for name in ["known", "shut", "foreign", "gone"] {
        world.register(&format!("{name}@example.org"), Some(name)).await.unwrap();
    }
    world
        .sql(
            "UPDATE users SET is_active = false WHERE username = 'shut'; \
             UPDATE users SET password_hash = NULL WHERE username = 'foreign'; \
             UPDATE users SET deleted_at = now() WHERE username = 'gone';",
        )
        .await;
    let wrong = (ErrorCode::Unauthenticated, "E-mail, username or password is wrong.".to_owned());
    let long = "x".repeat(5000);
    let tries = [
        ("known", "not the password"),
        ("known@example.org", "not the password"),
        ("known", ""),
        ("known", long.as_str()),
        ("shut", "not the password"),
        ("foreign", PASSWORD),
        ("gone", PASSWORD),
        ("nobody", PASSWORD),
        ("nobody@example.org", PASSWORD),
        ("", PASSWORD),
        ("nul\0", PASSWORD),
        (long.as_str(), PASSWORD),
        ("' OR true --", PASSWORD),
    ];
    for (identifier, password) in tries {
        let counters = Counters::default();
        let counting = metrics::set_default_local_recorder(&counters);
        assert_eq!(failure(world.login(identifier, password).await), wrong, "{identifier:.20}");
        assert_eq!(counters.get("elenchus_password_checks_total"), 1, "{identifier:.20}");
        drop(counting);
    }
    assert_eq!(failure(world.login("shut", PASSWORD).await).0, ErrorCode::Forbidden);
    assert_eq!(world.text("SELECT count(*) FROM login_sessions").await.unwrap(), "4");
}

#[tokio::test]
async fn hashing_waits_its_turn_and_not_for_ever() {
    let slots = std::sync::Arc::new(tokio::sync::Semaphore::new(1));
    let secret = PASSWORD.into();
    let busy = slots.clone().acquire_owned().await.unwrap();
    let hashed = password::hash(&slots, Duration::ZERO, &secret).await;
    let error = hashed.expect_err("no slot is free");
    assert_eq!((error.code(), error.retry_after_seconds()), (ErrorCode::RateLimited, Some(5)));
    let checked = password::verify(&slots, Duration::ZERO, &secret, None).await;
    assert_eq!(failure(checked).0, ErrorCode::RateLimited);
    drop(busy);
    let patience = password::PATIENCE;
    let (a, b) = tokio::join!(password::hash(&slots, patience, &secret), password::hash(&slots, patience, &secret));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert!(a.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{a}");
    assert_ne!(a, b, "every hash has its own salt");
    assert_eq!(slots.available_permits(), 1);
    assert!(password::verify(&slots, patience, &secret, Some(a.clone())).await.unwrap());
    assert!(!password::verify(&slots, patience, &"another password".into(), Some(a)).await.unwrap());
    assert!(!password::verify(&slots, patience, &secret, None).await.unwrap());
}

#[tokio::test]
async fn one_password_in_two_unicode_forms_is_one_password() {
    let slots = std::sync::Arc::new(tokio::sync::Semaphore::new(1));
    let hash = password::hash(&slots, password::PATIENCE, &"Mu\u{308}ller wohnt hier".into()).await.unwrap();
    let composed = "M\u{fc}ller wohnt hier".into();
    assert!(password::verify(&slots, password::PATIENCE, &composed, Some(hash)).await.unwrap());
}

#[tokio::test]
async fn the_first_administrator_is_made_once() {
    let world = World::with(&[("ADMIN_EMAIL", "root@example.org"), ("ADMIN_PASSWORD", PASSWORD)]).await;
    let (a, b, c) = tokio::join!(ensure_admin(&world.app), ensure_admin(&world.app), ensure_admin(&world.app));
    let made = [a, b, c].map(Result::unwrap);
    assert_eq!(made.iter().filter(|made| **made).count(), 1, "{made:?}");
    assert!(!ensure_admin(&world.app).await.unwrap());
    assert_eq!(world.login("root@example.org", PASSWORD).await.unwrap().user.role, Role::Admin);
    assert_eq!(world.text("SELECT count(*) FROM users").await.unwrap(), "1");
    let without = World::new().await;
    assert!(!ensure_admin(&without.app).await.unwrap());
    let weak = World::with(&[("ADMIN_EMAIL", "root@example.org"), ("ADMIN_PASSWORD", "admin123")]).await;
    assert_eq!(fields(ensure_admin(&weak.app).await), (ErrorCode::BadUserInput, vec!["password".to_owned()]));
}

#[tokio::test]
async fn operators_make_accounts_of_any_role() {
    let world = World::new().await;
    let user = create_user(&world.app, with_role(Role::Admin)).await.unwrap();
    assert_eq!(user.role, Role::Admin);
    let again = create_user(&world.app, with_role(Role::Admin)).await;
    assert_eq!(fields(again), (ErrorCode::Conflict, vec!["email".to_owned()]));
    let demo = ensure_demo_user(&world.app, "demo@example.org", "Demo", Role::Member, &PASSWORD.into()).await.unwrap();
    let same = ensure_demo_user(&world.app, "demo@example.org", "Demo", Role::Member, &PASSWORD.into()).await.unwrap();
    assert_eq!((demo.id, demo.role), (same.id, Role::Member));
    let nobody = UserId::generate(world.app.clock.now());
    let mut found: Vec<_> =
        load_users(&world.app, &[demo.id, nobody, user.id]).await.unwrap().into_iter().map(|user| user.id).collect();
    found.sort();
    let mut expected = vec![demo.id, user.id];
    expected.sort();
    assert_eq!(found, expected);
    let production = World::with(&[("ENVIRONMENT", "production")]).await;
    let refused = ensure_demo_user(&production.app, "demo@example.org", "Demo", Role::Member, &PASSWORD.into()).await;
    assert_eq!(failure(refused).0, ErrorCode::Forbidden);
}

#[tokio::test]
async fn letters_of_every_script_have_no_case_in_names() {
    let world = World::new().await;
    let first = world.register("Ж.Österreich@Пример.РФ", Some("Жанна-Ångström")).await.unwrap();
    assert_eq!(first.user.email, "ж.österreich@пример.рф");
    assert_eq!(first.user.username.as_deref(), Some("жанна-ångström"));
    // In ASCII a name stays as it was given.
    let second = world.register("Ada@Example.org", Some("Ada")).await.unwrap();
    assert_eq!((second.user.email.as_str(), second.user.username.as_deref()), ("Ada@Example.org", Some("Ada")));
    // The last one with its accents apart.
    for name in ["жАННА-åNGSTRÖM", "ЖАННА-ÅNGSTRÖM", "Жанна-A\u{30A}ngstro\u{308}m"] {
        let taken = world.register("other@example.org", Some(name)).await;
        assert_eq!(fields(taken), (ErrorCode::Conflict, vec!["input.username".to_owned()]), "{name}");
        assert_eq!(world.login(name, PASSWORD).await.unwrap().user.id, first.user.id, "{name}");
    }
    for email in ["ж.österreich@пример.рф", "Ж.ÖSTERREICH@ПРИМЕР.РФ"] {
        let taken = world.register(email, None).await;
        assert_eq!(fields(taken), (ErrorCode::Conflict, vec!["input.email".to_owned()]), "{email}");
        assert_eq!(world.login(email, PASSWORD).await.unwrap().user.id, first.user.id, "{email}");
    }
}

#[tokio::test]
async fn a_password_is_hashed_anew_once_when_the_parameters_have_changed() {
    let world = World::new().await;
    world.register("ada@example.org", None).await.unwrap();
    let current = world.text("SELECT password_hash FROM users").await.unwrap();
    assert!(current.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{current}");
    let params = argon2::Params::new(8192, 1, 1, None).unwrap();
    let older = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let older = argon2::PasswordHasher::hash_password(&older, PASSWORD.as_bytes()).unwrap().to_string();
    world.sql(&format!("UPDATE users SET password_hash = '{older}'")).await;
    // Sign-ins, right or wrong; the passwords that each checks and hashes; and whether the older hash is still there.
    for (password, signs_in, hashed, is_older) in
        [("not the password", false, 0, true), (PASSWORD, true, 1, false), (PASSWORD, true, 0, false)]
    {
        let counters = Counters::default();
        let counting = metrics::set_default_local_recorder(&counters);
        assert_eq!(world.login("ada@example.org", password).await.is_ok(), signs_in);
        drop(counting);
        assert_eq!(counters.get("elenchus_password_checks_total"), 1);
        assert_eq!(counters.get("elenchus_password_hashes_total"), hashed);
        let hash = world.text("SELECT password_hash FROM users").await.unwrap();
        assert_eq!(hash == older, is_older);
        assert_eq!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), !is_older);
    }
}

#[test]
fn rules_of_names() {
    for good in ["a@b", "ada.l+x@example.org", "ж@пример.рф", "root@localhost"] {
        assert_eq!(policy::email_problem(good), None, "{good}");
    }
    let too_long = format!("a@{}.org", "b".repeat(250));
    let local_too_long = format!("{}@b.org", "a".repeat(65));
    for bad in
        ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b c", "a@b..c", "a@.b", "a@-b", "a\0@b", &too_long, &local_too_long]
    {
        assert!(policy::email_problem(bad).is_some(), "{bad}");
    }
    for good in ["ab", "Ada.L_1-x", "Жанна", "नमस्ते", "李四", &"x".repeat(64)] {
        assert_eq!(policy::username_problem(good), None, "{good}");
    }
    for bad in ["", "a", "a@b", "a b", "a/b", "\u{308}ab", "ab\u{202e}", &"x".repeat(65)] {
        assert!(policy::username_problem(bad).is_some(), "{bad}");
    }
}

#[test]
fn a_client_says_a_bounded_amount() {
    let client = Client::new(None, Some(&format!("a\0b\n{}", "x".repeat(1000))));
    assert_eq!(client.user_agent.unwrap().chars().count(), 400);
    assert_eq!(Client::new(None, Some(" \r\n")).user_agent, None);
}
