//! SVG as text. Nothing gets into it unescaped, and no figure that is none.

use std::fmt::Write as _;

use super::super::failure::RenderError;

/// Bytes of a picture.
const LONGEST: usize = 16 << 20;
/// Where figures end: far outside of every picture.
const FARTHEST: f64 = 20_000.0;

/// A value of an attribute.
#[derive(Debug, Clone)]
pub enum Attr<'a> {
    Figure(f64),
    Text(&'a str),
    Owned(String),
}

impl From<f64> for Attr<'_> {
    fn from(figure: f64) -> Self {
        Self::Figure(figure)
    }
}

impl<'a> From<&'a str> for Attr<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Attr<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Attr<'_> {
    fn from(text: String) -> Self {
        Self::Owned(text)
    }
}

/// Attributes by their names.
pub type Attrs<'a> = [(&'static str, Attr<'a>)];

/// Writes elements, one after the other.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    open: Vec<&'static str>,
}

impl Writer {
    /// Begins an element with others within.
    pub fn open(&mut self, name: &'static str, attrs: &Attrs<'_>) {
        self.begin(name, attrs);
        self.out.push('>');
        self.open.push(name);
    }

    /// Ends the element that was begun last.
    pub fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            let _ = write!(self.out, "</{name}>");
        }
    }

    /// An element with nothing within.
    pub fn element(&mut self, name: &'static str, attrs: &Attrs<'_>) {
        self.begin(name, attrs);
        self.out.push_str("/>");
    }

    /// An element with text within.
    pub fn text(&mut self, name: &'static str, attrs: &Attrs<'_>, text: &str) {
        self.begin(name, attrs);
        self.out.push('>');
        escape(text, &mut self.out);
        let _ = write!(self.out, "</{name}>");
    }

    /// An element that says something when it is pointed at.
    pub fn titled(&mut self, name: &'static str, attrs: &Attrs<'_>, title: Option<&str>) {
        let Some(title) = title else { return self.element(name, attrs) };
        self.open(name, attrs);
        self.text("title", &[], title);
        self.close();
    }

    /// A picture that this writer finished before, as it is.
    pub fn nest(&mut self, svg: &str) {
        self.out.push_str(svg);
    }

    /// Bytes so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether nothing was written yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    fn begin(&mut self, name: &str, attrs: &Attrs<'_>) {
        let _ = write!(self.out, "<{name}");
        for (name, value) in attrs {
            let _ = write!(self.out, " {name}=\"");
            match value {
                Attr::Figure(value) => self.out.push_str(&figure(*value)),
                Attr::Text(text) => escape(text, &mut self.out),
                Attr::Owned(text) => escape(text, &mut self.out),
            }
            self.out.push('"');
        }
    }

    /// The whole text.
    ///
    /// # Errors
    ///
    /// A text that is too long.
    pub fn finish(mut self) -> Result<String, RenderError> {
        while !self.open.is_empty() {
            self.close();
        }
        if self.out.len() > LONGEST {
            return Err(RenderError::Size("The picture would be larger than 16 MiB.".to_owned()));
        }
        Ok(self.out)
    }
}

/// A figure with two digits behind the point at most. What is none is the origin, and what is far away is not farther.
#[must_use]
pub fn figure(value: f64) -> String {
    let value = if value.is_finite() { value.clamp(-FARTHEST, FARTHEST) } else { 0.0 };
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text as XML takes it: what it has no characters for is left out.
fn escape(text: &str, out: &mut String) {
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            char if char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}') => {}
            char => out.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_in_unescaped() {
        let mut writer = Writer::default();
        writer.open("g", &[("id", Attr::from("\"><script>"))]);
        writer.text("text", &[("x", 1.005.into()), ("y", f64::NAN.into())], "a<b>&'c'\u{0}\u{b}\u{ffff}");
        let svg = writer.finish().unwrap();
        let expected = "<g id=\"&quot;&gt;&lt;script&gt;\"><text x=\"1\" y=\"0\">a&lt;b&gt;&amp;&#39;c&#39;</text></g>";
        assert_eq!(svg, expected);
    }

    #[test]
    fn figures_are_short() {
        assert_eq!(
            [0.0, -0.001, 1.5, 1.234_56, 1e300, f64::INFINITY].map(figure),
            ["0", "0", "1.5", "1.23", "20000", "0"]
        );
    }
}
