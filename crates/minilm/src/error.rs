//! Why a model cannot be used.

/// A model file that is not all-MiniLM-L6-v2, or tokens that the model has not.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("not a safetensors file: {0}")]
    Format(#[from] safetensors::SafeTensorError),
    #[error("the tensor {name} has shape {found:?} and type {kind}, not {wanted:?} and F32")]
    Tensor { name: String, found: Vec<usize>, kind: String, wanted: Vec<usize> },
    #[error("a text has {0} tokens; the model takes 1 to 256")]
    Length(usize),
    #[error("the model has no token {0}")]
    Token(u32),
}
