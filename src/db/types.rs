//! SQL types that Diesel does not know: `halfvec` of pgvector and `tsvector`.
//!
//! The `diesel` feature of the crate pgvector would link libpq; these few lines do not.

use std::io::Write as _;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::SqlType;
use half::f16;

/// pgvector's `halfvec`: a vector of half-precision numbers.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(name = "halfvec"))]
pub struct Halfvec;

/// Postgres's `tsvector`; only ever computed in SQL.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(name = "tsvector"))]
pub struct Tsvector;

/// The values of a [`Halfvec`].
#[derive(Debug, Clone, PartialEq, FromSqlRow, AsExpression)]
#[diesel(sql_type = Halfvec)]
pub struct Vector(pub Vec<f16>);

impl Vector {
    #[must_use]
    pub fn from_f32(values: &[f32]) -> Self {
        Self(values.iter().copied().map(f16::from_f32).collect())
    }
}

impl ToSql<Halfvec, Pg> for Vector {
    /// Binary form: dimensions (u16), unused (u16), then big-endian f16.
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let dimensions = u16::try_from(self.0.len())?;
        out.write_all(&dimensions.to_be_bytes())?;
        out.write_all(&0_u16.to_be_bytes())?;
        for value in &self.0 {
            out.write_all(&value.to_be_bytes())?;
        }
        Ok(IsNull::No)
    }
}

impl FromSql<Halfvec, Pg> for Vector {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let (header, values) = value.as_bytes().split_at_checked(4).ok_or("halfvec shorter than its header")?;
        let [high, low, ..] = header else { return Err("halfvec without dimensions".into()) };
        if values.len() != 2 * usize::from(u16::from_be_bytes([*high, *low])) {
            return Err("halfvec of another length than it says".into());
        }
        let (pairs, _) = values.as_chunks::<2>();
        Ok(Self(pairs.iter().map(|pair| f16::from_be_bytes(*pair)).collect()))
    }
}
