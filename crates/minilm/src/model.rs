//! The model: from tokens to one vector a text.

use pulp::Arch;

use crate::aligned::Aligned;
use crate::attention::{Span, Workspace, attend};
use crate::error::ModelError;
use crate::linear::{Linear, Then};
use crate::norm::Norm;
use crate::panel::{Layout, Machine, Panels};
use crate::shape::{INTERMEDIATE, LAYERS, MAX_TOKENS, QUERY_KEY_VALUE, VECTOR, VOCABULARY};
use crate::tensors::Tensors;

/// The scale of attention, 1 / √32 for heads of 32; it is put into the weights of the queries, once and for all.
const QUERY_SCALE: f32 = 0.176_776_7;

/// The weights, in this machine's layout (89 MB), and the passes over them.
#[derive(Debug)]
pub struct Model {
    arch: Arch,
    layout: Layout,
    /// `[token][feature]`
    words: Vec<f32>,
    /// `[position][feature]`; what BERT adds for the first kind of segment, the only one here, is in it.
    positions: Vec<f32>,
    embedded: Norm,
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Layer {
    query_key_value: Linear,
    attended: Linear,
    attended_norm: Norm,
    widen: Linear,
    narrow: Linear,
    norm: Norm,
}

/// Buffers of one thread, kept between batches: about 14 kB for each token of the largest one.
#[derive(Debug, Default)]
pub struct Scratch {
    states: Aligned,
    query_key_value: Aligned,
    mixed: Aligned,
    wide: Aligned,
    attention: Workspace,
}

impl Model {
    /// Reads `model.safetensors` of all-MiniLM-L6-v2.
    ///
    /// # Errors
    /// When the file is another model's, or damaged.
    pub fn read(file: &[u8]) -> Result<Self, ModelError> {
        let arch = Arch::new();
        let layout = Layout::of(arch);
        let tensors = Tensors::read(file)?;
        let mut positions = tensors.numbers("embeddings.position_embeddings.weight", &[512, VECTOR])?;
        positions.truncate(MAX_TOKENS * VECTOR);
        let segments = tensors.numbers("embeddings.token_type_embeddings.weight", &[2, VECTOR])?;
        for position in positions.chunks_exact_mut(VECTOR) {
            for (feature, segment) in position.iter_mut().zip(&segments) {
                *feature += segment;
            }
        }
        Ok(Self {
            arch,
            layout,
            words: tensors.numbers("embeddings.word_embeddings.weight", &[VOCABULARY, VECTOR])?,
            positions,
            embedded: norm(&tensors, "embeddings.LayerNorm")?,
            layers: (0..LAYERS).map(|at| Layer::read(&tensors, layout, at)).collect::<Result<_, _>>()?,
        })
    }

    /// One vector of length 1 for each text, given as its tokens with the marks of start and end.
    ///
    /// With `threads` above 1 the work is shared with that many threads of the current rayon pool, which pays for one
    /// short text; for many texts, one batch a thread is faster. `between` is called between layers, so that more urgent
    /// work can be done there.
    ///
    /// # Errors
    /// When a text has no tokens, too many, or one that the model does not know.
    pub fn embed(
        &self,
        texts: &[&[u32]],
        scratch: &mut Scratch,
        threads: usize,
        mut between: impl FnMut(),
    ) -> Result<Vec<Vec<f32>>, ModelError> {
        let machine = Machine { arch: self.arch, layout: self.layout, threads };
        let mut spans = Vec::with_capacity(texts.len());
        let mut tokens = 0;
        for text in texts {
            if text.is_empty() || text.len() > MAX_TOKENS {
                return Err(ModelError::Length(text.len()));
            }
            if let Some(token) = text.iter().find(|token| **token as usize >= VOCABULARY) {
                return Err(ModelError::Token(*token));
            }
            spans.push(Span { first: tokens, tokens: text.len() });
            tokens += text.len();
        }
        let panels = Panels::of(self.layout, tokens);
        panels.resize(&mut scratch.states, VECTOR);
        panels.resize(&mut scratch.query_key_value, QUERY_KEY_VALUE);
        panels.resize(&mut scratch.mixed, VECTOR);
        panels.resize(&mut scratch.wide, INTERMEDIATE);
        scratch.states.numbers_mut().fill(0.0);
        scratch.mixed.numbers_mut().fill(0.0);
        for (span, text) in spans.iter().zip(texts) {
            self.look_up(panels, *span, text, scratch.states.numbers_mut());
        }
        self.embedded.apply(self.arch, panels, &mut scratch.states);
        for layer in &self.layers {
            between();
            layer.apply(machine, panels, &spans, scratch);
        }
        Ok(spans.iter().map(|span| pool(panels, *span, scratch.states.numbers())).collect())
    }

    /// Puts each token's word and position into its lane.
    fn look_up(&self, panels: Panels, span: Span, text: &[u32], states: &mut [f32]) {
        for (at, token) in text.iter().enumerate() {
            let word = &self.words[*token as usize * VECTOR..][..VECTOR];
            let position = &self.positions[at * VECTOR..][..VECTOR];
            let (panel, lane) = ((span.first + at) / panels.width, (span.first + at) % panels.width);
            let rows = states[panel * VECTOR * panels.width..].chunks_exact_mut(panels.width);
            for ((row, word), position) in rows.zip(word).zip(position) {
                row[lane] = word + position;
            }
        }
    }
}

impl Layer {
    fn read(tensors: &Tensors<'_>, layout: Layout, at: usize) -> Result<Self, ModelError> {
        let name = |part: &str| format!("encoder.layer.{at}.{part}");
        let parts = |part: &str, inputs: usize, outputs: usize| {
            let matrix = tensors.numbers(&name(&format!("{part}.weight")), &[outputs, inputs])?;
            Ok::<_, ModelError>((matrix, tensors.numbers(&name(&format!("{part}.bias")), &[outputs])?))
        };
        let linear = |part: &str, inputs, outputs| {
            parts(part, inputs, outputs).map(|(matrix, bias)| Linear::pack(layout, &matrix, bias))
        };
        let (mut matrix, mut bias) = parts("attention.self.query", VECTOR, VECTOR)?;
        for weight in matrix.iter_mut().chain(&mut bias) {
            *weight *= QUERY_SCALE;
        }
        for part in ["attention.self.key", "attention.self.value"] {
            let (more, more_bias) = parts(part, VECTOR, VECTOR)?;
            matrix.extend(more);
            bias.extend(more_bias);
        }
        Ok(Self {
            query_key_value: Linear::pack(layout, &matrix, bias),
            attended: linear("attention.output.dense", VECTOR, VECTOR)?,
            attended_norm: norm(tensors, &name("attention.output.LayerNorm"))?,
            widen: linear("intermediate.dense", VECTOR, INTERMEDIATE)?,
            narrow: linear("output.dense", INTERMEDIATE, VECTOR)?,
            norm: norm(tensors, &name("output.LayerNorm"))?,
        })
    }

    fn apply(&self, machine: Machine, panels: Panels, spans: &[Span], scratch: &mut Scratch) {
        let Scratch { states, query_key_value, mixed, wide, attention } = scratch;
        self.query_key_value.apply(machine, panels, states, query_key_value, Then::Store);
        for span in spans {
            attend(machine.arch, panels, *span, query_key_value, mixed, attention);
        }
        self.attended.apply(machine, panels, mixed, states, Then::Add);
        self.attended_norm.apply(machine.arch, panels, states);
        self.widen.apply(machine, panels, states, wide, Then::Gelu);
        self.narrow.apply(machine, panels, wide, states, Then::Add);
        self.norm.apply(machine.arch, panels, states);
    }
}

fn norm(tensors: &Tensors<'_>, name: &str) -> Result<Norm, ModelError> {
    Ok(Norm {
        scale: tensors.numbers(&format!("{name}.weight"), &[VECTOR])?,
        shift: tensors.numbers(&format!("{name}.bias"), &[VECTOR])?,
    })
}

/// The mean of a text's tokens, at length 1.
fn pool(panels: Panels, span: Span, states: &[f32]) -> Vec<f32> {
    let mut vector: Vec<f32> = (0..VECTOR)
        .map(|feature| {
            panels
                .row(VECTOR, feature, span.first, span.tokens)
                .flat_map(|(offset, length)| &states[offset..offset + length])
                .sum::<f32>()
        })
        .collect();
    // The mean and the sum have the same direction, so that the division by the number of tokens is left out.
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    for x in &mut vector {
        *x /= length;
    }
    vector
}
