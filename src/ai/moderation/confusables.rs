//! Characters that are taken for Latin letters, beyond what Unicode's compatibility forms say.
//!
//! A choice from <https://www.unicode.org/Public/security/latest/confusables.txt>, with small capitals, letters turned
//! round and letters of other scripts that people write for how they look. Signs that mean something of their own (`§`,
//! `£`, `°`) are none of them.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What stands for letters, and what is taken for them, in both cases: the small letter of a script often looks unlike
/// its capital.
const TABLE: &[(&str, &str)] = &[
    ("a", "АаΑαɑᴀ∀ɐӘәᎪᗅꓮѦѧДд"),
    ("b", "ВвΒβƄɓʙᏴᗷꓐЬьЪъᵬƀɃ"),
    ("c", "СсϹϲᴄƈȻȼᏟᑕꓚҪҫↃↄ"),
    ("d", "ԁɗɖđĐᴅᎠᗞꓓԀƊðÐ"),
    ("e", "ЕеΕεҽɛᴇ℮ƎǝəɘэЭᎬꓰҼЄєЗз"),
    ("f", "ƒꜰϜϝꓝᖴƑ"),
    ("g", "ɡɢԌԍᶃǤǥցᏀꓖƓɠ"),
    ("h", "НнΗһҺհʜĦħᎻᕼꓧɥҢңЋћ"),
    ("i", "ІіΙιıɩɪӀӏǀꙇᎥꓲɨƗ∣"),
    ("j", "ЈјϳʝᴊᎫꓙɟɈɉյ"),
    ("k", "КкΚκᴋҚқƘƙᏦꓗӃӄʞҜҝ"),
    ("l", "ʟɫłŁᒪᏞꓡƖɭ"),
    ("m", "МмΜᴍᎷᗰꓟɯʍϺϻӍӎ"),
    ("n", "ΝηпПɴИиռղꓠᑎƝɲŋŊ"),
    ("o", "ОоΟοσᴏօՕסهةøØ๐໐०০੦૦൦๏ꓳɵƟФфѲѳΘθΦφ"),
    ("p", "РрΡρᴘᏢꓑƤƥþÞϷ"),
    ("q", "ԛգզɋꝗɊ"),
    ("r", "ГгᴦʀᎡᖇꓣɹɾɼяЯѓƦɌɍ"),
    ("s", "ЅѕꜱՏᏚꓢƨƧʂς"),
    ("t", "ТтΤτᴛᎢꓔŧŦƭƬҬҭʇ"),
    ("u", "υսʋᴜՍᑌꓴцЦμɄʉЏџ"),
    ("v", "νѴѵᴠᏙꓦ∨ʌΛ"),
    ("w", "ԜԝᴡѡѠωΩшШщЩᎳꓪʬɰ"),
    ("x", "ХхΧχᕁꓫ᙮ҲҳӾӿЖж"),
    ("y", "УуΥγʏүҮҰұʎᎩꓬɎɏЧч"),
    ("z", "ΖᴢᏃꓜƵƶȤȥʐζ"),
    ("ss", "ßẞ"),
    ("ae", "æÆ"),
    ("oe", "œŒ"),
];

static LETTERS: LazyLock<HashMap<char, &'static str>> =
    LazyLock::new(|| TABLE.iter().flat_map(|(letters, alike)| alike.chars().map(|c| (c, *letters))).collect());

/// The small letters that `c` is taken for; `None` for what is itself.
#[must_use]
pub fn letters(c: char) -> Option<&'static str> {
    match c {
        '\0'..='\u{7f}' => None,
        // Letters on a dark ground, and those that flags are made of.
        '\u{1f150}'..='\u{1f169}' => nth(c, '\u{1f150}'),
        '\u{1f170}'..='\u{1f189}' => nth(c, '\u{1f170}'),
        '\u{1f1e6}'..='\u{1f1ff}' => nth(c, '\u{1f1e6}'),
        _ => LETTERS.get(&c).copied(),
    }
}

fn nth(c: char, a: char) -> Option<&'static str> {
    let place = usize::try_from(u32::from(c).checked_sub(u32::from(a))?).ok()?;
    "abcdefghijklmnopqrstuvwxyz".get(place..=place)
}

/// A digit or sign that stands for a letter within a word, as in `1gn0re`.
#[must_use]
pub const fn digit_letter(c: char) -> Option<char> {
    Some(match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '2' => 'z',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '6' | '9' => 'g',
        '7' | '+' => 't',
        '8' => 'b',
        '£' => 'l',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_taken_for_one_thing() {
        let all: usize = TABLE.iter().map(|(_, alike)| alike.chars().count()).sum();
        assert_eq!(LETTERS.len(), all, "a character stands in two rows");
        assert!(LETTERS.keys().all(|c| !c.is_ascii()));
        assert_eq!(['е', '🅰', '🇿', 'e', '§', '中'].map(letters), [Some("e"), Some("a"), Some("z"), None, None, None]);
        assert_eq!("1gn0r3!".chars().filter_map(digit_letter).collect::<String>(), "ioei");
    }
}
