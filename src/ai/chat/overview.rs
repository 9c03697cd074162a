//! Whether somebody asks for a summary and not for a fact: "Summarise this document", "Worum geht es?".
//!
//! Searching for such words finds nothing that answers them; the documents themselves must be looked at. What asks is in
//! the lists below, for the languages of [`super::extractive::terms`]; what they miss is searched for like any question.

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

use super::extractive::stopwords;
use super::tokens::is_ideograph;

/// Beginnings of words that ask for a summary, in small letters.
const STEMS: &str = "summaris summariz summary summaries overview gist tldr zusammenfass überblick uberblick übersicht samenvat overzicht résum \
    resumen resumir resuma resumo resumid resúm synthès synthétis aperçu sinopsis síntesis riassum riepilog sintesi panoramica síntese rezum opsummer sammenfat overblik \
    oppsummer sammendrag oversikt sammanfatt översikt tiivist yhteenve yleiskats összefogl összegez áttekint \
    özet резюм обзор обобщ суммир вкратц περίληψ περιλήψ συνόψ σύνοψ ملخص لخص لخّص تلخيص خلاصة சுருக்க 总结 \
    總結 概括 摘要 概述 要約 概要 まとめ 요약 개요";

/// Verbs that come apart: "Fasse den Vertrag zusammen".
const PARTED: &[(&str, &str)] = &[("fass", "zusammen"), ("vat", "samen"), ("foglal", "össze")];

/// Words in a row that ask what something is about.
const PHRASES: &[&str] = &[
    "what is this about",
    "what are these about",
    "what is it about",
    "what is this document about",
    "what is the document about",
    "what are these documents about",
    "what are the documents about",
    "recap",
    "main points",
    "key points",
    "main ideas",
    "worum geht",
    "wovon handelt",
    "wichtigsten punkte",
    "de quoi parle",
    "de quoi traite",
    "points principaux",
    "de qué trata",
    "puntos principales",
    "resume el",
    "resume la",
    "resume los",
    "resume este",
    "resume esta",
    "di cosa parla",
    "di cosa tratta",
    "punti principali",
    "do que trata",
    "pontos principais",
    "waar gaat",
    "waarover gaat",
    "belangrijkste punten",
    "кратко изложи",
    "краткое содержание",
];

/// Words for what is to be summarised: they say nothing of its subject. Beginnings, in small letters.
const WHAT: &str = "dies document file text pdf attach upload content brief short sentence main important give provide write kindly \
    need like gib schreib zusammen fass geef maak samen donn fais écri escrib scriv fammi faça escrev foglal \
    össze κάνε όλο dokument datei inhalt anhang kurz wichtig fichier contenu bref archivo fichero contenid texto \
    breve testo contenut arquivo ficheiro conteúdo bestand inhoud kort conținut indhold innhold innehåll \
    asiakirj tiedosto sisält tartal szöveg belge dosya metin içeri документ файл текст содержан излож этот этого \
    этих έγγραφ αρχεί κείμεν περιεχόμ وثيق مستند ملف المستند الوثيق الملف النص ஆவண detta dette disse dessa tämä \
    lütfen 文件 文档 文檔 文書 資料 内容 內容 문서 파일 내용";

/// Words shorter than this are grammar in most languages.
const SHORTEST_SUBJECT: usize = 4;

/// For a request for a summary: the words that narrow it to a subject, none for one of all there is. `None` for anything
/// else.
#[must_use]
pub fn subject(request: &str) -> Option<Vec<String>> {
    let request: String = request.nfkc().flat_map(char::to_lowercase).collect();
    let mut words: Vec<&str> = request.unicode_words().collect();
    let spaced = words.join(" ");
    let mut asks = false;
    for phrase in PHRASES {
        if format!(" {spaced} ").contains(&format!(" {phrase} ")) {
            asks = true;
            words.retain(|word| !phrase.split(' ').any(|its| its == *word));
        }
    }
    let is_cjk = |word: &str| word.chars().any(is_ideograph);
    if is_cjk(&request) {
        // Words of these scripts are not told apart: whoever asks about a subject in them gets it searched for.
        let asks = STEMS.split_whitespace().filter(|stem| is_cjk(stem)).any(|stem| request.contains(stem));
        return asks.then(|| left_of(&request));
    }
    let is_subject = |word: &str| {
        word.chars().count() >= SHORTEST_SUBJECT
            && !begins_with(word, STEMS)
            && !begins_with(word, WHAT)
            && !stopwords::ALL.iter().any(|list| list.split_whitespace().any(|its| its == word))
    };
    asks |=
        PARTED.iter().any(|(verb, prefix)| words.contains(prefix) && words.iter().any(|word| word.starts_with(verb)));
    asks |= words.iter().enumerate().any(|(place, word)| {
        let before = place.checked_sub(1).and_then(|before| words.get(before));
        // The executive summary, a summary judgment: a thing with that name.
        let is_named = before.is_some_and(|before| is_subject(before))
            || (*word == "summary" && words.get(place + 1).is_some_and(|next| is_subject(next)));
        begins_with(word, STEMS) && !is_named
    });
    asks.then(|| words.into_iter().filter(|word| is_subject(word)).map(str::to_owned).collect())
}

fn begins_with(word: &str, beginnings: &str) -> bool {
    beginnings.split_whitespace().any(|beginning| word.starts_with(beginning))
}

/// What a request in Chinese, Japanese or Korean names besides: long enough to be a subject, or nothing.
fn left_of(request: &str) -> Vec<String> {
    let mut left = request.to_owned();
    for word in STEMS.split_whitespace().chain(WHAT.split_whitespace()).filter(|word| word.chars().any(is_ideograph)) {
        left = left.replace(word, " ");
    }
    // Hiragana is grammar, and so is what stands alone or in twos: 请, 这个, 해줘.
    let is_grammar = |c: char| !c.is_alphanumeric() || matches!(c, '\u{3040}'..='\u{309F}');
    let pieces = left.split(is_grammar).filter(|piece| piece.chars().count() > 3);
    pieces.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::subject;

    #[test]
    fn requests_for_a_summary_are_told_from_questions() {
        for request in [
            "Summarise this document",
            "Please give me a brief overview of the attached files.",
            "TL;DR: summary?",
            "What is this document about?",
            "What are the key points?",
            "Fasse das Dokument bitte kurz zusammen.",
            "Worum geht es in diesem Text?",
            "Résumez ce document",
            "¿De qué trata este archivo?",
            "Resume el documento",
            "Riassumi questo testo",
            "Faça um resumo do documento",
            "Vat dit document samen",
            "Geef een overzicht",
            "Opsummer dokumentet",
            "Sammanfatta det här dokumentet",
            "Oppsummer dette dokumentet",
            "Tiivistä tämä asiakirja",
            "Foglald össze a szöveget",
            "Bu belgeyi özetle",
            "Rezumă documentul",
            "Кратко изложи содержание документа",
            "Κάνε μια περίληψη",
            "لخص هذا المستند",
            "请总结这份文件",
            "この文書を要約してください",
            "이 문서를 요약해 줘",
        ] {
            assert_eq!(subject(request), Some(vec![]), "{request}");
        }
        assert_eq!(subject("Summarise what it says about deposits"), Some(vec!["deposits".to_owned()]));
        for question in [
            "How much is the rent?",
            "Is a summons valid?",
            "What is a summary judgment?",
            "Can a tenant be summarily evicted?",
            "When does work resume?",
            "Welche Fassung gilt?",
            "What does the executive summary say?",
            "Was ist die Miete?",
            "租金怎么支付？",
            "",
        ] {
            assert_eq!(subject(question), None, "{question}");
        }
    }
}
