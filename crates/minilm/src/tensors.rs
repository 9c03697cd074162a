//! Reads the weights as they are stored.

use safetensors::{Dtype, SafeTensors};

use crate::error::ModelError;

/// The tensors of a file.
pub struct Tensors<'a>(SafeTensors<'a>);

impl<'a> Tensors<'a> {
    pub fn read(file: &'a [u8]) -> Result<Self, ModelError> {
        Ok(Self(SafeTensors::deserialize(file)?))
    }

    /// The numbers of one tensor, which must have this shape.
    pub fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let tensor = self.0.tensor(name)?;
        if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
            let (found, kind) = (tensor.shape().to_vec(), format!("{:?}", tensor.dtype()));
            return Err(ModelError::Tensor { name: name.to_owned(), found, kind, wanted: shape.to_vec() });
        }
        Ok(tensor.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }
}
