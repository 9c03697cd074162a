//! Pictures within a picture: what is called by an id in one must not be found in another.

use crate::charts::render::writer::Writer;

use super::grid::Area;

/// Where ids are written and named. A quotation mark is never part of a text or a value of what the renderer writes, so these are attributes
/// of its own and nothing that somebody has typed.
const WRITTEN: &str = " id=\"";
const PAINTED: &str = "=\"url(#";
const LABELLED: &str = " aria-labelledby=\"";

/// Puts a chart into an area, as large as it fits, with `prefix` before each of its ids. Says whether it was one.
#[must_use]
pub fn put(writer: &mut Writer, svg: &str, area: Area, prefix: &str) -> bool {
    let Some((width, height)) = sides(svg) else { return false };
    let view = format!("0 0 {width} {height}");
    let attrs = [
        ("x", f64::from(area.x).into()),
        ("y", f64::from(area.y).into()),
        ("width", f64::from(area.width).into()),
        ("height", f64::from(area.height).into()),
        ("viewBox", view.into()),
    ];
    writer.open("svg", &attrs);
    writer.nest(&with_ids(svg, prefix));
    writer.close();
    true
}

/// Width and height out of the root of what the renderer wrote.
fn sides(svg: &str) -> Option<(f64, f64)> {
    let root = svg.strip_prefix("<svg")?.split_once('>')?.0;
    let figure = |name: &str| {
        let value = root.split_once(name)?.1.split_once('"')?.0;
        value.parse::<f64>().ok().filter(|value| value.is_finite() && *value > 0.0)
    };
    Some((figure(" width=\"")?, figure(" height=\"")?))
}

/// The same with other ids.
#[must_use]
fn with_ids(svg: &str, prefix: &str) -> String {
    let written = svg.replace(WRITTEN, &format!("{WRITTEN}{prefix}"));
    let painted = written.replace(PAINTED, &format!("{PAINTED}{prefix}"));
    let mut parts = painted.split(LABELLED);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (ids, rest) = part.split_once('"').unwrap_or((part, ""));
        let ids: Vec<String> = ids.split(' ').map(|id| format!("{prefix}{id}")).collect();
        whole.push_str(LABELLED);
        whole.push_str(&ids.join(" "));
        whole.push('"');
        whole.push_str(rest);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_what_names_them_change_and_words_do_not() {
        let svg = "<svg width=\"10\" height=\"5\" aria-labelledby=\"a b\"><title id=\"a\">x id=&quot;a&quot; url(#p)</title>\
            <desc id=\"b\"/><g clip-path=\"url(#p)\" fill=\"url(#r)\"/></svg>";
        let expected = "<svg width=\"10\" height=\"5\" aria-labelledby=\"t-a t-b\"><title id=\"t-a\">x id=&quot;a&quot; url(#p)</title>\
            <desc id=\"t-b\"/><g clip-path=\"url(#t-p)\" fill=\"url(#t-r)\"/></svg>";
        assert_eq!(with_ids(svg, "t-"), expected);
        assert_eq!(sides(svg), Some((10.0, 5.0)));
    }

    #[test]
    fn what_is_no_picture_is_not_put_anywhere() {
        for svg in [
            "",
            "<svg",
            "<svg >",
            "<svg width=\"x\" height=\"1\">",
            "<g width=\"1\" height=\"1\">",
            "<svg width=\"0\" height=\"1\">",
        ] {
            let mut writer = Writer::default();
            assert!(!put(&mut writer, svg, Area { x: 0, y: 0, width: 1, height: 1 }, "t"), "{svg}");
            assert!(writer.is_empty());
        }
    }
}
