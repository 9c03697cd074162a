//! One operation of a socket, from `subscribe` to its last message.

use std::sync::Arc;

use async_graphql::Response;
use async_stream::stream;
use futures::StreamExt;
use futures::stream::BoxStream;

use super::super::failure::Failure;
use super::super::gateway::{Caller, Gateway};
use super::super::params::Params;
use super::super::run::Shared;
use super::super::{meters, payload};

/// What an operation says.
#[derive(Debug)]
pub enum Step {
    /// A response; more may come.
    Next(Box<Response>),
    /// It did not run, or cannot go on. The last step.
    Refused(Box<Response>),
    /// It ran to its end. The last step.
    End,
}

/// The steps of an operation. Preparing it is part of the stream, so that a slow look-up of one document does not hold
/// up the socket's other operations; dropping the stream stops it at once.
pub fn steps<G: Gateway>(
    shared: Arc<Shared<G>>,
    caller: Arc<Caller<G::Identity>>,
    params: Params,
) -> BoxStream<'static, Step> {
    stream! {
        let prepared = async {
            shared.gateway.arrive(&caller, false).await?;
            let operation = shared.prepare(params, |_| Ok(())).await?;
            shared.admit(&caller, &operation).await?;
            Ok::<_, Failure>(operation)
        };
        let operation = match prepared.await {
            Ok(operation) => operation,
            Err(failure) => {
                meters::count_refused();
                yield Step::Refused(Box::new(failure.into_response()));
                return;
            }
        };
        let mut responses = shared.stream(&caller, operation);
        while let Some(response) = responses.next().await {
            if !payload::executed(&response) {
                drop(responses);
                yield Step::Refused(Box::new(response));
                return;
            }
            yield Step::Next(Box::new(response));
        }
        yield Step::End;
    }
    .boxed()
}
