//! In which order values of a scale stand.

use serde::Deserialize;
use serde_json::Value;

use super::channel::Channel;
use super::op::Op;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    #[default]
    Ascending,
    Descending,
}

/// An order of a scale's values; null, as they come, is no `Sort`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "Written")]
pub enum Sort {
    Values(Order),
    /// By what another channel shows.
    Channel(Channel, Order),
    /// These first, in this order.
    List(Vec<Value>),
    /// By a column, for each value put together with `op`.
    Field {
        field: Option<String>,
        op: Op,
        order: Order,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Word(String),
    List(Vec<Value>),
    By(By),
}

#[derive(Deserialize)]
struct By {
    field: Option<String>,
    op: Option<Op>,
    encoding: Option<Channel>,
    #[serde(default)]
    order: Option<Order>,
}

impl From<Written> for Sort {
    fn from(written: Written) -> Self {
        match written {
            Written::List(values) => Self::List(values),
            Written::By(By { encoding: Some(channel), order, .. }) => Self::Channel(channel, order.unwrap_or_default()),
            Written::By(By { field, op, order, .. }) => {
                // Vega-Lite's own choice where none is said.
                Self::Field { field, op: op.unwrap_or(Op::Min), order: order.unwrap_or_default() }
            }
            Written::Word(word) => {
                let (name, order) = match word.strip_prefix('-') {
                    Some(name) => (name, Order::Descending),
                    None => (word.as_str(), Order::Ascending),
                };
                match name {
                    "x" => Self::Channel(Channel::X, order),
                    "y" => Self::Channel(Channel::Y, order),
                    "color" => Self::Channel(Channel::Color, order),
                    "size" => Self::Channel(Channel::Size, order),
                    "descending" => Self::Values(Order::Descending),
                    _ => Self::Values(order),
                }
            }
        }
    }
}
