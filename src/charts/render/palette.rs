//! Colours for categories and for quantities.

use super::options::Theme;

/// Okabe and Ito's colours (2008), which can be told apart with any kind of colour vision; yellow and black, which are lost on a ground, come last,
/// as darker and duller ones.
const OKABE_ITO: &[&str] = &["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#b8a800", "#7a7a7a"];
const OKABE_ITO_DARK: &[&str] =
    &["#56b4e9", "#e69f00", "#2cc295", "#f0803c", "#e3a0c6", "#4a90d9", "#f0e442", "#b0b0b0"];
/// More categories than colours: darker ones, then lighter ones.
const SHADES: [f64; 3] = [0.0, -0.35, 0.4];

const TABLEAU10: &[&str] =
    &["#4c78a8", "#f58518", "#e45756", "#72b7b2", "#54a24b", "#eeca3b", "#b279a2", "#ff9da6", "#9d755d", "#bab0ac"];
const CATEGORY10: &[&str] =
    &["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"];
const DARK2: &[&str] = &["#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#e6ab02", "#a6761d", "#666666"];
const SET2: &[&str] = &["#66c2a5", "#fc8d62", "#8da0cb", "#e78ac3", "#a6d854", "#ffd92f", "#e5c494", "#b3b3b3"];
// Cynthia Brewer's schemes, and viridis by van der Walt and Smith, at even distances.
const BLUES: &[&str] = &["#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b"];
const GREENS: &[&str] = &["#e5f5e0", "#c7e9c0", "#a1d99b", "#74c476", "#41ab5d", "#238b45", "#006d2c", "#00441b"];
const GREYS: &[&str] = &["#f0f0f0", "#d9d9d9", "#bdbdbd", "#969696", "#737373", "#525252", "#252525", "#000000"];
const ORANGES: &[&str] = &["#fee6ce", "#fdd0a2", "#fdae6b", "#fd8d3c", "#f16913", "#d94801", "#a63603", "#7f2704"];
const PURPLES: &[&str] = &["#efedf5", "#dadaeb", "#bcbddc", "#9e9ac8", "#807dba", "#6a51a3", "#54278f", "#3f007d"];
const REDS: &[&str] = &["#fee0d2", "#fcbba1", "#fc9272", "#fb6a4a", "#ef3b2c", "#cb181d", "#a50f15", "#67000d"];
const VIRIDIS: &[&str] = &["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725"];
const RED_BLUE: &[&str] =
    &["#b2182b", "#d6604d", "#f4a582", "#fddbc7", "#f7f7f7", "#d1e5f0", "#92c5de", "#4393c3", "#2166ac"];
const RED_YELLOW_BLUE: &[&str] =
    &["#d73027", "#f46d43", "#fdae61", "#fee090", "#ffffbf", "#e0f3f8", "#abd9e9", "#74add1", "#4575b4"];

/// The colours of a scheme, or `None` for one that is not known.
#[must_use]
pub fn scheme(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "tableau10" => TABLEAU10,
        "category10" => CATEGORY10,
        "dark2" => DARK2,
        "set2" => SET2,
        "blues" => BLUES,
        "greens" => GREENS,
        "greys" => GREYS,
        "oranges" => ORANGES,
        "purples" => PURPLES,
        "reds" => REDS,
        "viridis" => VIRIDIS,
        "redblue" => RED_BLUE,
        "redyellowblue" => RED_YELLOW_BLUE,
        _ => return None,
    })
}

/// Colours for so many categories.
#[must_use]
pub fn categories(count: usize, theme: Theme, base: Option<&[String]>) -> Vec<String> {
    let own = match theme {
        Theme::Light => OKABE_ITO,
        Theme::Dark => OKABE_ITO_DARK,
    };
    let base: Vec<&str> = match base {
        Some(base) if !base.is_empty() => base.iter().map(String::as_str).collect(),
        _ => own.to_vec(),
    };
    let shaded = SHADES.iter().flat_map(|shade| base.iter().map(move |color| shaded(color, *shade)));
    let shades: Vec<String> = shaded.collect();
    shades.iter().cycle().take(count).cloned().collect()
}

/// The ramp of quantities where nothing else is said: what is more stands out more against the ground.
#[must_use]
pub fn ramp(theme: Theme) -> Vec<String> {
    let stops = BLUES.iter().map(|color| (*color).to_owned());
    match theme {
        Theme::Light => stops.collect(),
        Theme::Dark => stops.rev().collect(),
    }
}

/// A colour on a ramp, `share` of the way from its first stop to its last.
#[must_use]
pub fn on_ramp(stops: &[String], share: f64) -> String {
    let last = stops.len().saturating_sub(1);
    let place = share.clamp(0.0, 1.0) * super::super::figures::figure(last);
    let index = super::super::figures::count(place).min(last.saturating_sub(1));
    let (Some(one), Some(other)) = (stops.get(index), stops.get((index + 1).min(last))) else { return String::new() };
    match (rgb(one), rgb(other)) {
        (Some(one), Some(other)) => mixed(one, other, place - super::super::figures::figure(index)),
        _ => one.clone(),
    }
}

/// A colour for letters on a colour, or `None` where that is not known (relative luminance of WCAG 2).
#[must_use]
pub fn on_ground(ground: &str) -> Option<&'static str> {
    let linear = |part: f64| {
        let part = part / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = rgb(ground)?.map(linear);
    let luminance = 0.2126_f64.mul_add(red, 0.7152_f64.mul_add(green, 0.0722 * blue));
    Some(if luminance > 0.19 { "#111827" } else { "#ffffff" })
}

/// Red, green and blue, from 0 to 255. Names of CSS have none here.
fn rgb(color: &str) -> Option<[f64; 3]> {
    let digits = color.strip_prefix('#').filter(|digits| digits.is_ascii())?;
    let part = |index: usize| match digits.len() {
        6 => u8::from_str_radix(digits.get(index * 2..index * 2 + 2)?, 16).ok(),
        3 => u8::from_str_radix(digits.get(index..=index)?, 16).ok().map(|digit| digit * 17),
        _ => None,
    };
    Some([f64::from(part(0)?), f64::from(part(1)?), f64::from(part(2)?)])
}

fn mixed(one: [f64; 3], other: [f64; 3], share: f64) -> String {
    let parts = one.iter().zip(other).map(|(one, other)| (other - one).mul_add(share, *one).round().clamp(0.0, 255.0));
    parts.fold("#".to_owned(), |text, part| text + &format!("{:02x}", super::super::figures::whole(part)))
}

/// Darker below zero, lighter above.
fn shaded(color: &str, shade: f64) -> String {
    let ground = if shade < 0.0 { [0.0; 3] } else { [255.0; 3] };
    match rgb(color) {
        Some(rgb) if shade != 0.0 => mixed(rgb, ground, shade.abs()),
        _ => color.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_do_not_run_out() {
        let colors = categories(20, Theme::Light, None);
        assert_eq!(colors.len(), 20);
        assert_eq!(colors[..2], ["#0072b2", "#e69f00"]);
        assert_eq!(colors[8], "#004a74", "a darker blue");
        let distinct: std::collections::BTreeSet<_> = colors.iter().collect();
        assert_eq!(distinct.len(), 20);
    }

    #[test]
    fn ramps_go_from_stop_to_stop() {
        let stops = ["#000000".to_owned(), "#ffffff".to_owned()];
        assert_eq!(on_ramp(&stops, 0.5), "#808080");
        assert_eq!(on_ramp(&stops, 0.0), "#000000");
        assert_eq!(on_ramp(&stops, 2.0), "#ffffff");
        assert_eq!(on_ramp(&stops, f64::NAN), "#000000");
    }
}
