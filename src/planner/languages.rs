//! Whether a question is in English, as far as that can be seen.

use super::words::Word;

/// Words of questions in German, French, Spanish, Italian, Portuguese and Dutch that are none in English.
const FOREIGN: &str = "wie wieviel wieviele viele welche welcher welches gibt wurden sind und nach pro mit der das den dem ein eine umsatz anzahl durchschnitt \
    zeige bestellungen combien quel quelle quels quelles est sont les des du et par montre moyenne nombre commandes \
    cuántos cuantos cuántas cuantas cuál cual cuáles cuales hay los las el por muestra promedio pedidos \
    quanti quante quanto qual quali sono gli della delle mostra ordini quantos quantas são em mostre \
    hoeveel zijn het een van toon gemiddelde";

/// Whether the words are of another language; those that `is_known` here say nothing.
pub(super) fn is_foreign(words: &[Word], is_known: impl Fn(&Word) -> bool) -> bool {
    let unknown: Vec<&Word> = words.iter().filter(|word| !word.is_quoted && !is_known(word)).collect();
    let foreign = unknown.iter().filter(|word| FOREIGN.split_whitespace().any(|it| it == word.low)).count();
    let letters = || unknown.iter().flat_map(|word| word.low.chars()).filter(|char| char.is_alphabetic());
    // Latin with its accents ends there.
    let other_script = letters().filter(|char| *char > '\u{24F}').count();
    foreign >= 2 || (other_script > 0 && other_script * 2 > letters().count())
}

#[cfg(test)]
mod tests {
    use super::super::words::split;
    use super::*;

    #[test]
    fn other_languages_are_seen() {
        for text in [
            "Wie viele Bestellungen gibt es?",
            "Combien de commandes par région ?",
            "¿Cuántos pedidos hay?",
            "Сколько заказов?",
            "订单有多少",
        ] {
            assert!(is_foreign(&split(text), |_| false), "{text}");
        }
        for text in ["How many orders are there?", "sum of net per region", "das", "", "orders from \"wie viele\""] {
            assert!(!is_foreign(&split(text), |_| false), "{text}");
        }
    }
}
