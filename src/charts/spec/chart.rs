//! A whole specification.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::channel::Channel;
use super::definition::{Definition, Encoding};
use super::mark::Mark;
use super::transform::Transform;

/// A specification that was held against the profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// As it was given.
    pub(in crate::charts) value: Value,
    pub(in crate::charts) heading: Heading,
    /// What happens to the rows for all layers.
    pub(in crate::charts) transform: Vec<Transform>,
    /// At least one, the first at the bottom.
    pub(in crate::charts) layers: Vec<Layer>,
    pub(in crate::charts) config: Config,
    pub(in crate::charts) background: Option<String>,
}

impl Spec {
    /// The specification as it was given: Vega-Lite, without data.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The title that the specification gives itself.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.heading.title.as_deref()
    }
}

/// What is written above and about a chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Heading {
    pub title: Option<String>,
    pub subtitle: Option<String>,
    /// Whether the title stands in the middle.
    pub is_centred: bool,
    pub description: Option<String>,
}

/// Marks of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Where it is in the specification, as a JSON pointer: `/layer/0`, or nothing for the only one.
    pub pointer: String,
    pub mark: Mark,
    pub encoding: Encoding,
    pub transform: Vec<Transform>,
}

impl Layer {
    /// The definition of a channel; the first where there are several.
    #[must_use]
    pub fn channel(&self, channel: Channel) -> Option<&Definition> {
        self.encoding.get(&channel).and_then(|definitions| definitions.all().first())
    }

    /// Every definition with its channel.
    pub fn definitions(&self) -> impl Iterator<Item = (Channel, &Definition)> {
        self.encoding
            .iter()
            .flat_map(|(channel, definitions)| definitions.all().iter().map(|definition| (*channel, definition)))
    }

    /// Whether rows become fewer because a channel puts them together.
    #[must_use]
    pub fn aggregates(&self) -> bool {
        self.definitions().any(|(_, definition)| definition.aggregate.is_some())
    }
}

/// What holds for the whole chart.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Config {
    pub background: Option<String>,
    pub axis: ConfigAxis,
    pub range: ConfigRange,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct ConfigAxis {
    pub grid: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct ConfigRange {
    /// Colours of categories.
    pub category: Option<Vec<String>>,
}

/// A specification as JSON has it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    title: Option<Title>,
    description: Option<String>,
    background: Option<String>,
    transform: Vec<Transform>,
    mark: Option<Mark>,
    encoding: Map<String, Value>,
    layer: Vec<WrittenLayer>,
    config: Config,
}

#[derive(Deserialize)]
struct WrittenLayer {
    mark: Mark,
    #[serde(default)]
    encoding: Map<String, Value>,
    #[serde(default)]
    transform: Vec<Transform>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Title {
    Text(String),
    Full { text: String, subtitle: Option<String>, anchor: Option<String> },
}

impl Spec {
    /// Reads what is within the profile.
    ///
    /// # Errors
    ///
    /// What is outside of it.
    pub(in crate::charts) fn read(value: &Value) -> Result<Self, serde_json::Error> {
        let written = Written::deserialize(value)?;
        let (title, subtitle, anchor) = match written.title {
            None => (None, None, None),
            Some(Title::Text(text)) => (Some(text), None, None),
            Some(Title::Full { text, subtitle, anchor }) => (Some(text), subtitle, anchor),
        };
        let mut layers = Vec::new();
        if let Some(mark) = written.mark {
            let encoding = read_encoding(&written.encoding)?;
            layers.push(Layer { pointer: String::new(), mark, encoding, transform: Vec::new() });
        }
        for (index, layer) in written.layer.into_iter().enumerate() {
            let encoding = read_encoding(&merged(&written.encoding, layer.encoding))?;
            let pointer = format!("/layer/{index}");
            layers.push(Layer { pointer, mark: layer.mark, encoding, transform: layer.transform });
        }
        let has_text = |text: &String| !text.trim().is_empty();
        Ok(Self {
            value: value.clone(),
            heading: Heading {
                title: title.filter(has_text),
                subtitle: subtitle.filter(has_text),
                is_centred: anchor.as_deref() == Some("middle"),
                description: written.description.filter(has_text),
            },
            transform: written.transform,
            layers,
            background: written.background.or_else(|| written.config.background.clone()),
            config: written.config,
        })
    }
}

fn read_encoding(encoding: &Map<String, Value>) -> Result<Encoding, serde_json::Error> {
    serde_json::from_value(Value::Object(encoding.clone()))
}

/// The encoding that all layers share with a layer's own over it: property by property where the layer shows a column or a datum, whole
/// otherwise, as Vega-Lite does.
fn merged(shared: &Map<String, Value>, own: Map<String, Value>) -> Map<String, Value> {
    let mut all = shared.clone();
    for (channel, definition) in own {
        let shows =
            |object: &Map<String, Value>| ["field", "datum", "aggregate"].iter().any(|key| object.contains_key(*key));
        match (all.get_mut(&channel), definition) {
            (Some(Value::Object(below)), Value::Object(above)) if shows(&above) => below.extend(above),
            (_, definition) => drop(all.insert(channel, definition)),
        }
    }
    all
}
