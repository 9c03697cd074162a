//! Taking documents in, changing and deleting them.

use async_graphql::{Context, Object, Result};

use super::types::{
    DeleteDocumentPayload, Document, DocumentInput, DocumentPayload, UpdateDocumentInput, UploadDocumentsInput,
    UploadDocumentsPayload,
};
use crate::domain::documents::actions::change;
use crate::domain::documents::actions::upload::{self, Incoming};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that changes documents.
#[derive(Default)]
pub struct DocumentsMutation;

/// What can be done with documents.
#[Object]
impl DocumentsMutation {
    /// Takes files in and queues their reading, all of them or none. BAD_USER_INPUT, PAYLOAD_TOO_LARGE or
    /// UNSUPPORTED_MEDIA_TYPE with the file at fault as `input.files.<n>`.
    async fn upload_documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The files to take in.")] input: UploadDocumentsInput,
    ) -> Result<UploadDocumentsPayload> {
        let mut files = Vec::with_capacity(input.files.len());
        for file in input.files {
            let value = file.value(ctx)?;
            files.push(Incoming { filename: value.filename, file: value.content });
        }
        let documents = upload::upload(app(ctx), actor(ctx), files).await.map_err(to_graphql)?;
        Ok(UploadDocumentsPayload { documents: documents.into_iter().map(Document::from).collect() })
    }

    /// Changes what is said about a document. NOT_FOUND when it is not yours, BAD_USER_INPUT with every field at fault.
    async fn update_document(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateDocumentInput,
    ) -> Result<DocumentPayload> {
        let id = parse_id(&input.id, "input.id", "document")?;
        let document = change::update(app(ctx), actor(ctx), id, input.into()).await.map_err(to_graphql)?;
        Ok(DocumentPayload { document: document.into() })
    }

    /// Reads a document anew, as if it had just been uploaded; its passages get new ids. NOT_FOUND when it is not yours.
    async fn reprocess_document(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The document to read.")] input: DocumentInput,
    ) -> Result<DocumentPayload> {
        let id = parse_id(&input.id, "input.id", "document")?;
        let document = change::reprocess(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DocumentPayload { document: document.into() })
    }

    /// Deletes a document, at once and for good. What answers quote from it stays with them. NOT_FOUND when it is not
    /// yours.
    async fn delete_document(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The document to delete.")] input: DocumentInput,
    ) -> Result<DeleteDocumentPayload> {
        let id = parse_id(&input.id, "input.id", "document")?;
        change::delete(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeleteDocumentPayload { id: input.id })
    }
}
