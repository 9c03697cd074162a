//! Enums of pictures.

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;

/// What a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum PictureFormat {
    /// A bitmap.
    Png,
    Svg,
    /// Pages with text that can be selected.
    Pdf,
}

crate::db::enums::text_enum!(PictureFormat { Png => "PNG", Svg => "SVG", Pdf => "PDF" });

/// Whether a picture is dark on light, or light on dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum PictureTheme {
    Light,
    Dark,
}

crate::db::enums::text_enum!(PictureTheme { Light => "LIGHT", Dark => "DARK" });
