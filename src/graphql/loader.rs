//! Batched loading by key: what many resolvers of one request ask for goes out as one statement.
//!
//! A kind of key is a type that implements [`Load`]; its loader is made at first use and lives as long as the request,
//! or one event of a subscription. Batches form by yielding to the other resolvers, not by waiting.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt::Debug;
use std::future::Future;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Context;
use dataloader::BatchFn;
use dataloader::cached::Loader;

use super::error::to_graphql_ref;
use crate::app::App;
use crate::domain::data::queries::allowance::Allowance;
use crate::domain::users::actor::Actor;
use crate::error::{Error, Result};

/// Keys of one statement; more make several. Above any page of pages that the limits allow.
const MAX_BATCH: usize = 10_000;

/// A kind of key, and how many of them are loaded at once.
pub trait Load: Send + Sync + 'static {
    type Key: Clone + Eq + Hash + Debug + Send + Sync + 'static;
    type Value: Clone + Send + Sync + 'static;

    /// What there is for these keys and this reader; a key that is missing in the map has nothing.
    fn load(
        app: &App,
        actor: &Actor,
        keys: &[Self::Key],
    ) -> impl Future<Output = Result<HashMap<Self::Key, Self::Value>>> + Send;
}

/// A failure shared by all that waited for the same batch.
type Loaded<V> = std::result::Result<Option<V>, Arc<Error>>;

struct Batch<L> {
    app: App,
    actor: Actor,
    kind: PhantomData<fn() -> L>,
}

impl<L: Load> BatchFn<L::Key, Loaded<L::Value>> for Batch<L> {
    fn load(&mut self, keys: &[L::Key]) -> impl Future<Output = HashMap<L::Key, Loaded<L::Value>>> {
        let (app, actor) = (self.app.clone(), self.actor.clone());
        let keys = keys.to_vec();
        async move {
            match L::load(&app, &actor, &keys).await {
                Ok(mut found) => keys
                    .into_iter()
                    .map(|key| {
                        let found = found.remove(&key);
                        (key, Ok(found))
                    })
                    .collect(),
                Err(error) => {
                    let error = Arc::new(error);
                    keys.into_iter().map(|key| (key, Err(Arc::clone(&error)))).collect()
                }
            }
        }
    }
}

type KeyLoader<L> = Loader<<L as Load>::Key, Loaded<<L as Load>::Value>, Batch<L>>;

/// The loaders of one request.
pub struct Loaders {
    app: App,
    actor: Actor,
    by_kind: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
    allowance: Allowance,
}

impl Loaders {
    #[must_use]
    pub fn new(app: App, actor: Actor) -> Self {
        Self { app, actor, by_kind: Mutex::default(), allowance: Allowance::default() }
    }

    /// Forgets what was loaded: for the next event of a subscription, which must not see the state of the last.
    pub fn renew(&self) {
        self.by_kind.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.allowance.renew();
    }

    /// The rows of results that this request may still be given.
    #[must_use]
    pub const fn allowance(&self) -> &Allowance {
        &self.allowance
    }

    fn of<L: Load>(&self) -> Arc<KeyLoader<L>> {
        let mut by_kind = self.by_kind.lock().unwrap_or_else(PoisonError::into_inner);
        let loader = by_kind.entry(TypeId::of::<L>()).or_insert_with(|| {
            let batch = Batch::<L> { app: self.app.clone(), actor: self.actor.clone(), kind: PhantomData };
            Arc::new(Loader::new(batch).with_max_batch_size(MAX_BATCH))
        });
        // The map is keyed by the very type that is asked for.
        Arc::clone(loader).downcast().unwrap_or_else(|_| {
            let batch = Batch::<L> { app: self.app.clone(), actor: self.actor.clone(), kind: PhantomData };
            Arc::new(Loader::new(batch))
        })
    }

    /// What there is for `key`.
    ///
    /// # Errors
    /// The failure of the batch that the key was in.
    pub async fn load<L: Load>(&self, key: L::Key) -> Loaded<L::Value> {
        let loader = self.of::<L>();
        loader.try_load(key).await.unwrap_or(Ok(None))
    }
}

/// What there is for `key`, loaded with all that the other resolvers of this request ask for.
///
/// # Errors
/// The failure of the batch that the key was in.
pub async fn load<L: Load>(ctx: &Context<'_>, key: L::Key) -> async_graphql::Result<Option<L::Value>> {
    let loaders = ctx.data_unchecked::<Arc<Loaders>>();
    loaders.load::<L>(key).await.map_err(|error| to_graphql_ref(&error))
}
