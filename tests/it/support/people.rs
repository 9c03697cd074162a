//! An application over a database of its own, and people in it.

use std::net::{IpAddr, Ipv4Addr};

use diesel_async::SimpleAsyncConnection as _;
use secrecy::{ExposeSecret as _, SecretString};

use elenchus::app::App;
use elenchus::domain::users::actions::authenticate::authenticate;
use elenchus::domain::users::actions::login::{Login, login};
use elenchus::domain::users::actions::new_account::NewAccount;
use elenchus::domain::users::actions::refresh::refresh_session;
use elenchus::domain::users::actions::register::register;
use elenchus::domain::users::actor::Actor;
use elenchus::domain::users::client::Client;
use elenchus::domain::users::model::{Role, SignInResult};
use elenchus::error::{ErrorCode, Result};

use super::database::TestDatabase;
use super::library::Library;

/// Passes every rule.
pub const PASSWORD: &str = "eleven purple ducks";

pub struct World {
    pub app: App,
    pub database: TestDatabase,
    _folder: tempfile::TempDir,
}

impl World {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// An application with these settings besides the defaults.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let Library { app, database, folder, .. } = Library::with(settings).await;
        Self { app, database, _folder: folder }
    }

    pub async fn register(&self, email: &str, username: Option<&str>) -> Result<SignInResult> {
        register(&self.app, &nobody(), account(email, username)).await
    }

    pub async fn login(&self, identifier: &str, password: &str) -> Result<SignInResult> {
        let login_input = Login { identifier: identifier.to_owned(), password: password.into() };
        login(&self.app, &nobody(), login_input).await
    }

    pub async fn refresh(&self, token: &SecretString) -> Result<SignInResult> {
        refresh_session(&self.app, &nobody(), token).await
    }

    pub async fn authenticate(&self, token: &SecretString) -> Result<Actor> {
        authenticate(&self.app, token.expose_secret()).await
    }

    /// What happens outside of the actions under test.
    pub async fn sql(&self, statement: &str) {
        self.app.db.write().await.unwrap().batch_execute(statement).await.unwrap();
    }

    /// The first column of the first row, as text.
    pub async fn text(&self, query: &str) -> Option<String> {
        let (client, connection) = tokio_postgres::connect(&self.database.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.query_one(&format!("SELECT ({query})::text"), &[]).await.unwrap().get(0)
    }
}

pub fn account(email: &str, username: Option<&str>) -> NewAccount {
    NewAccount {
        email: email.to_owned(),
        password: PASSWORD.into(),
        username: username.map(str::to_owned),
        full_name: None,
        role: Role::Member,
    }
}

/// Nobody in particular, with a program that says what it is.
pub fn nobody() -> Actor {
    Actor::nobody().with(Client::new(Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))), Some("tests/1")))
}

/// Code and message of a failure.
pub fn failure<T>(result: Result<T>) -> (ErrorCode, String) {
    let error = result.err().expect("this must fail");
    (error.code(), error.message().to_owned())
}

/// The fields that a failure names, in its order.
pub fn fields<T>(result: Result<T>) -> (ErrorCode, Vec<String>) {
    let error = result.err().expect("this must fail");
    (error.code(), error.fields().iter().map(|field| field.path.clone()).collect())
}
