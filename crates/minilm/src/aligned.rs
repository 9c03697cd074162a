//! Numbers that start at a cache line, so that no vector register is loaded from two lines.

const LINE: usize = 64;

/// A buffer of numbers whose first one lies at the start of a cache line.
#[derive(Debug, Default)]
pub struct Aligned {
    numbers: Vec<f32>,
    start: usize,
    length: usize,
}

impl Aligned {
    /// A buffer of zeros.
    pub fn zeros(length: usize) -> Self {
        let numbers = vec![0.0; length + LINE / size_of::<f32>()];
        let start = numbers.as_ptr().align_offset(LINE).min(LINE / size_of::<f32>());
        Self { numbers, start, length }
    }

    /// Makes room for `length` numbers and forgets what they were.
    pub fn resize(&mut self, length: usize) {
        if self.start + length <= self.numbers.len() {
            self.length = length;
        } else {
            *self = Self::zeros(length);
        }
    }

    pub fn numbers(&self) -> &[f32] {
        &self.numbers[self.start..self.start + self.length]
    }

    pub fn numbers_mut(&mut self) -> &mut [f32] {
        &mut self.numbers[self.start..self.start + self.length]
    }
}
