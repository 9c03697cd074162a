//! Sign-ins: how they are prolonged, how they end, what an access token is worth meanwhile.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};

use elenchus::db::statements::counted;
use elenchus::domain::users::actions::logout::logout;
use elenchus::domain::users::actor::Actor;
use elenchus::domain::users::model::{Role, SignInResult};
use elenchus::error::{ErrorCode, Result};
use secrecy::{ExposeSecret as _, SecretString};

use crate::support::people::{PASSWORD, World, failure};

const ENDED: &str = "This sign-in has ended. Please sign in again.";

async fn signed_in() -> (World, SignInResult) {
    let world = World::new().await;
    let result = world.register("ada@example.org", Some("ada")).await.unwrap();
    (world, result)
}

fn assert_ended(result: Result<SignInResult>) {
    assert_eq!(failure(result), (ErrorCode::Unauthenticated, ENDED.to_owned()));
}

async fn assert_shut_out(world: &World, token: &SecretString) {
    assert_eq!(failure(world.authenticate(token).await).0, ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn each_refresh_token_gives_the_next() {
    let (world, first) = signed_in().await;
    let mut token = first.refresh_token;
    for _ in 0..5 {
        world.app.clock.advance(TimeDelta::days(6));
        assert_shut_out(&world, &first.access_token).await;
        let next = world.refresh(&token).await.unwrap();
        assert_ne!(next.refresh_token.expose_secret(), token.expose_secret());
        assert_eq!(next.expires_at, world.app.clock.now() + TimeDelta::minutes(15));
        let actor = world.authenticate(&next.access_token).await.unwrap();
        assert_eq!(actor.require_id().unwrap(), first.user.id);
        token = next.refresh_token;
    }
    assert_eq!(world.text("SELECT count(*) FROM login_sessions").await.unwrap(), "1");
    world.app.clock.advance(TimeDelta::days(7));
    assert_ended(world.refresh(&token).await);
    let raw = BASE64.decode(&token.expose_secret()["elr_".len()..]).unwrap();
    let kept = |hash: String| format!("SELECT count(*) FROM refresh_tokens WHERE hash = decode('{hash}', 'hex')");
    assert_eq!(world.text(&kept(hex::encode(Sha256::digest(&raw)))).await.unwrap(), "1");
    assert_eq!(world.text(&kept(hex::encode(&raw))).await.unwrap(), "0", "the token itself is never stored");
}

#[tokio::test]
async fn a_used_token_gives_the_same_within_the_grace_and_ends_all_after_it() {
    let (world, first) = signed_in().await;
    let second = world.refresh(&first.refresh_token).await.unwrap();
    world.app.clock.advance(TimeDelta::seconds(10));
    let again = world.refresh(&first.refresh_token).await.unwrap();
    assert_eq!(
        again.refresh_token.expose_secret(),
        second.refresh_token.expose_secret(),
        "there is one line of tokens"
    );
    world.authenticate(&again.access_token).await.unwrap();
    world.app.clock.advance(TimeDelta::microseconds(1));
    let third = world.refresh(&second.refresh_token).await.unwrap();
    assert_ended(world.refresh(&first.refresh_token).await);
    assert_eq!(world.text("SELECT revoke_reason FROM login_sessions").await.unwrap(), "REUSE");
    for token in [&second, &again, &third] {
        assert_ended(world.refresh(&token.refresh_token).await);
        assert_shut_out(&world, &token.access_token).await;
    }
    world.login("ada", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn two_refreshes_at_once_lose_nobody() {
    let (world, first) = signed_in().await;
    let (a, b, c) = tokio::join!(
        world.refresh(&first.refresh_token),
        world.refresh(&first.refresh_token),
        world.refresh(&first.refresh_token)
    );
    world.app.clock.advance(TimeDelta::minutes(1));
    for result in [a, b, c] {
        let result = result.unwrap();
        world.authenticate(&result.access_token).await.unwrap();
        world.refresh(&result.refresh_token).await.unwrap();
    }
    assert_eq!(world.text("SELECT count(*) FROM refresh_tokens").await.unwrap(), "3");
    assert_eq!(world.text("SELECT count(revoked_at) FROM login_sessions").await.unwrap(), "0");
}

/// The grace is for two windows that have read the same token, not for a thief who is quick.
#[tokio::test]
async fn a_quick_thief_gets_no_line_of_tokens_of_their_own() {
    let (world, first) = signed_in().await;
    let second = world.refresh(&first.refresh_token).await.unwrap();
    let stolen = world.refresh(&first.refresh_token).await.unwrap();
    let third = world.refresh(&second.refresh_token).await.unwrap();
    assert_ended(world.refresh(&first.refresh_token).await);
    world.authenticate(&third.access_token).await.unwrap();
    // Both hold the second one; whoever comes later with it ends the sign-in of both.
    world.app.clock.advance(TimeDelta::minutes(1));
    assert_ended(world.refresh(&stolen.refresh_token).await);
    assert_eq!(world.text("SELECT revoke_reason FROM login_sessions").await.unwrap(), "REUSE");
    assert_ended(world.refresh(&third.refresh_token).await);
}

#[tokio::test]
async fn tokens_reused_at_once_are_both_refused() {
    let (world, first) = signed_in().await;
    let second = world.refresh(&first.refresh_token).await.unwrap();
    world.app.clock.advance(TimeDelta::minutes(1));
    let (a, b) = tokio::join!(world.refresh(&first.refresh_token), world.refresh(&first.refresh_token));
    assert_ended(a);
    assert_ended(b);
    assert_ended(world.refresh(&second.refresh_token).await);
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused_alike() {
    let (world, first) = signed_in().await;
    let unknown = format!("elr_{}", "A".repeat(43));
    let huge = format!("elr_{}", "A".repeat(1 << 20));
    let (access, bare) = (first.access_token.expose_secret(), &first.refresh_token.expose_secret()[4..]);
    for token in ["", "elr_", &unknown, &huge, access, bare, "elr_%00"] {
        assert_ended(world.refresh(&token.to_owned().into()).await);
    }
    world.refresh(&first.refresh_token).await.unwrap();
}

#[tokio::test]
async fn signing_out_ends_both_tokens_at_once_and_no_other_sign_in() {
    let (world, first) = signed_in().await;
    let other = world.login("ada", PASSWORD).await.unwrap();
    let actor = world.authenticate(&first.access_token).await.unwrap();
    logout(&world.app, &actor).await.unwrap();
    assert_shut_out(&world, &first.access_token).await;
    assert_ended(world.refresh(&first.refresh_token).await);
    logout(&world.app, &actor).await.unwrap();
    assert_eq!(
        world.text("SELECT revoke_reason FROM login_sessions WHERE revoked_at IS NOT NULL").await.unwrap(),
        "LOGOUT"
    );
    world.authenticate(&other.access_token).await.unwrap();
    world.refresh(&other.refresh_token).await.unwrap();
    assert_eq!(failure(logout(&world.app, &Actor::nobody()).await).0, ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn role_and_state_are_those_of_the_database() {
    let (world, first) = signed_in().await;
    let role = async || world.authenticate(&first.access_token).await.unwrap().require().unwrap().user.role;
    assert_eq!(role().await, Role::Member);
    world.sql("UPDATE users SET role = 'ADMIN'").await;
    assert_eq!(role().await, Role::Admin);
    for shut in ["is_active = false", "is_active = true, deleted_at = now()"] {
        world.sql(&format!("UPDATE users SET {shut}")).await;
        assert_shut_out(&world, &first.access_token).await;
        assert_ended(world.refresh(&first.refresh_token).await);
    }
    world.sql("UPDATE users SET deleted_at = NULL").await;
    world.authenticate(&first.access_token).await.unwrap();
    world.refresh(&first.refresh_token).await.unwrap();
}

#[tokio::test]
async fn an_access_token_ends_to_the_second_and_takes_one_statement() {
    let (world, first) = signed_in().await;
    let (actor, statements) = counted(world.authenticate(&first.access_token)).await;
    assert_eq!((actor.unwrap().require_id().unwrap(), statements), (first.user.id, 1));
    world.app.clock.advance(first.expires_at - world.app.clock.now() - TimeDelta::microseconds(1));
    world.authenticate(&first.access_token).await.unwrap();
    world.app.clock.advance(TimeDelta::microseconds(1));
    assert_shut_out(&world, &first.access_token).await;
}

#[tokio::test]
async fn being_here_is_noted_every_five_minutes() {
    let (world, first) = signed_in().await;
    let seen = "SELECT last_seen_at = '2026-03-01T12:05:00Z' FROM users";
    world.app.clock.advance(TimeDelta::minutes(5));
    world.authenticate(&first.access_token).await.unwrap();
    let mut noted = false;
    for _ in 0..500 {
        noted = world.text(seen).await.unwrap() == "true";
        if noted {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(noted, "last_seen_at was not written");
    let updated = world.text("SELECT updated_at = created_at FROM users").await.unwrap();
    assert_eq!(updated, "true", "being seen changes nothing about the account");
}
