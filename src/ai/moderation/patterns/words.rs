//! The vocabulary that patterns share, and the names that stand for it.

/// Any word. Bounded, as what stands for it in a text without blanks is.
pub const ANY: &str = "[^ ]{1,24}";

/// Names and their alternatives; a name may stand in those before it.
const NAMES: &[(&str, &str)] = &[
    // Orders to the assistant.
    (
        "IGNORE",
        "ignore|ignoring|disregard|disregarding|forget|forgetting|override|overrule|bypass|dismiss|discard|neglect|\
         circumvent|erase|delete|abandon|pay no attention to|(do not|dont|never|stop|no longer|quit) (follow|\
         following|obey|obeying|heed|adhere to|comply with|listen to|listening to)|set aside|throw (away|out)|skip|\
         unlearn|reset",
    ),
    (
        "FILL",
        "all|any|the|this|that|these|those|every|each|my|your|ur|of|everything|and|or|just|please|such|other|both",
    ),
    (
        "PREVIOUS",
        "previous|previously|prior|preceding|earlier|above|former|initial|original|foregoing|existing|past|first|\
         given|system|developer|hidden|secret|safety|default|built in|hard coded",
    ),
    ("ORDERS", "instructions?|instructs|prompts?|directives?|directions|commands?|programming|guardrails?"),
    (
        "RULES",
        "ORDERS|rules?|guidelines?|restrictions?|constraints?|limits|limitations?|training|filters?|safeguards|\
         policies|policy|ethics|boundaries|censorship|role|purpose|context|orders|regulations",
    ),
    (
        "BOUNDS",
        "restrictions?|filters?|filtering|censorship|guidelines|guardrails|safeguards|safety|content polic(y|ies)|\
         rules?|limits|limitations|ethics|ethical|morals?|morality|boundaries|constraints|instructions",
    ),
    (
        "TELL",
        "reveal|show|print|display|tell|give|output|repeat|recite|share|leak|dump|expose|disclose|write|quote|list|\
         summari[sz]e|paraphrase|rephrase|translate|send|type|copy|paste|describe|explain|encode|spell|read|state|\
         provide|return|divulge|see|what (is|are|was|were|did|does|do)|whats|hand over|reproduce|rewrite|cite|view",
    ),
    (
        "MACHINE",
        "ai|a i|assistant|chat ?bot|bot|model|language model|llm|gpt|chatgpt|claude|gemini|tutor|machine|robot",
    ),
    ("YOUR", "your|ur|youre|yr"),
    // Talk of love and of bodies.
    (
        "SMUT",
        "porn|porno|pornographic|xxx|hentai|erotica?|erotik|smut|nsfw|sexual|sexually explicit|explicit sexual|sexy|\
         kinky|steamy|raunchy|sex|dirty|naughty|filthy|nude|naked",
    ),
    (
        "TALE",
        "story|stories|scenes?|tale|poem|fiction|fanfic|fanfiction|novel|chapter|role ?play|fantas(y|ies)|jokes?|\
         dialogue",
    ),
    ("PICTURE", "videos?|movies?|clips?|pics?|pictures?|photos?|images?|content|messages?|chat|talk|drawings?|stuff"),
    (
        "PARTS",
        "body|boobs|boobies|tits|titties|breasts|naked|nudes?|pussy|dick|cock|penis|vagina|butt|booty|bum|panties|\
         bra|underwear|nipples",
    ),
    // Oneself.
    ("I", "i|im|ive|id|i am|i have|i would|i will|imma|ima"),
    (
        "WANT",
        "want|wants|wanna|wish|going|gonna|plan|planning|planned|thinking|think|thought|thoughts|feel like|\
         feeling like|ready|tempted|need|intend|intending|decided|trying|tried|about to|urge|rather|like|love|hoping|\
         hope|might|could|will|should|must|have to|prepared|considering|dream|dreaming|keep|cant stop|fantasi[sz]ing|\
         determined",
    ),
    (
        "KIN",
        "friend|best friend|sister|brother|mother|mom|mum|father|dad|son|daughter|wife|husband|girlfriend|boyfriend|\
         partner|roommate|flatmate|classmate|cousin",
    ),
];

/// The pattern without names.
#[must_use]
pub fn expanded(pattern: &str) -> String {
    let mut text = pattern.to_owned();
    // A name may hold names: there are few, and none holds itself.
    while let Some((name, alternatives)) = next(&text) {
        text = replaced(&text, name, alternatives);
    }
    text.replace('_', ANY)
}

fn next(text: &str) -> Option<(&'static str, &'static str)> {
    let mut upper = text.split(|c: char| !c.is_ascii_uppercase()).filter(|word| !word.is_empty());
    upper.find_map(|word| NAMES.iter().find(|(name, _)| *name == word)).copied()
}

/// Only whole names: `I` stands in many.
fn replaced(text: &str, name: &str, alternatives: &str) -> String {
    let mut out = String::with_capacity(text.len() + alternatives.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_uppercase()) {
        let (before, from) = rest.split_at(start);
        let length = from.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(from.len());
        let (word, after) = from.split_at(length);
        out.push_str(before);
        if word == name {
            out.extend(["(", alternatives, ")"]);
        } else {
            out.push_str(word);
        }
        rest = after;
    }
    out + rest
}
