//! Attempts to make the assistant forget what it is for, and an assistant that tells what it was told.

use super::group::{Group, Reach};
use crate::ai::moderation::model::{Category, Direction};

const fn input(finding: &'static str, reach: Reach, patterns: &'static [&'static str]) -> Group {
    Group { category: Category::Manipulation, direction: Some(Direction::Input), reach, finding, patterns }
}

pub const MANIPULATION: &[Group] = &[
    input(
        "an order to set the instructions aside",
        Reach::Words,
        &[
            "IGNORE (FILL ){0,4}YOUR (FILL )?(PREVIOUS ){0,2}RULES",
            "IGNORE (FILL ){0,4}(previous|prior|preceding|earlier|above|initial|original|system|developer|hidden|\
             foregoing) (_ )?(ORDERS|messages?|text|conversation|inputs?|chats?)",
            "IGNORE (all|any|every|everything) (FILL ){0,4}(PREVIOUS ){1,2}(RULES|context|messages?|text|\
             conversation|inputs?|orders)",
            "IGNORE (all |any |every )(FILL ){0,3}(ORDERS|(safety |content |ethical |moral |ai )(RULES))",
            "IGNORE (FILL ){0,4}(ORDERS|RULES) (given |written |stated |listed |shown )?(above|so far|before this|\
             until now|up to now|you (were|have been|got|had been) (given|told)|from (the )?(system|developers?|\
             openai|anthropic|google))",
            "IGNORE (everything|anything|all|what|whatever) (FILL ){0,2}((you|u|youve) (were|was|have been|had been|\
             are|ve been|been|got) (told|taught|given|instructed|programmed|trained)|your developers? (said|told you|\
             wrote)|written above|mentioned above|in your (prompt|instructions|system prompt|context))",
            "IGNORE (everything|anything|all) (FILL ){0,2}(above|before|until now|so far|up to now|previously (said|\
             told)|(i|they|we|openai|anthropic) (said|told you|wrote) (above|before|earlier|so far|until now))",
            "(new|updated|revised) (developer|system|admin|administrator) (instructions?|prompts?|directives?|rules|\
             message)",
            "(ignore|disregard|forget) (all |everything |all of )?(the )?above (and|guidelines|rules|text|instead|\
             instructions|prompt|directives|context)|(ignore|disregard) (all )?above",
            "(you are|youre|u are) (no longer|not) (bound|restricted|limited|constrained|governed) by (your|ur|\
             openai|anthropic) (_ )?(BOUNDS|programming|training|guidelines|developers|polic(y|ies))",
            "(you have been|youve been|you were|you are|youre) (now )?(freed|liberated|unchained|unshackled) (from|\
             of) (your|the|all|any) (_ ){0,2}(BOUNDS|confines|chains|shackles|programming|restrictions|limits)",
            "IGNORE what (the |your |my )?(professor|teacher|developers?|operator|system|admin|instructor|school|\
             university|creators?) (told|tells|said|says|wants?|instructed|wrote|gave)",
            "new (session|conversation|chat|game) (_ ){0,2}(with no|without|no) (any )?BOUNDS",
            "forget (that )?(you|youre|ur|you are) (_ )?(a |an |the |being |just )?(law |helpful |legal )?MACHINE",
            "(you are|youre|u are|ur) (not|no longer) (a |an |the |my )?(law |legal |helpful )?MACHINE",
            "stop (being|acting|behaving|pretending|responding|answering) (to be |like |as )?(a |an |the )?(law |\
             legal |helpful )?MACHINE",
            "(your|ur) (new|real|actual|true|updated|only) (system )?(instructions?|prompt|directives?|programming|\
             orders)",
            "(new|updated|real) (system )?(instructions?|prompt|directives?) (are|is|follow|follows|for you|below|\
             override)",
            "(system|admin|administrator|developer|root|priority|safety|prompt|instruction|security) (override|\
             overrides)( code| mode| now)?",
            "(disable|turn off|switch off|deactivate|remove|lift|drop|lower|suspend|evade|get around|get past|\
             work around|bypass) (_ )?YOUR (_ )?(BOUNDS|moderation|guard|filter|programming)",
            "(disable|turn off|switch off|deactivate|get around|get past|bypass|evade|trick|fool) (the|all|any|this|\
             its) (content |moderation |output |input |ai |chat )(filters?|moderation|moderator|guard|guardrails?|\
             checks?|restrictions)",
        ],
    ),
    input(
        "an order to set the instructions aside",
        Reach::Joined,
        &[
            "(ignore|disregard|forget|bypass|override) (all |any )?(of )?(the |my |your )?(previous|prior|above|\
             earlier|preceding) (instructions?|prompts?|directions|commands)",
            "(ignore|disregard|forget|bypass|override) (all )?(of )?(your|ur) (instructions?|system prompt|\
             programming|guidelines|restrictions)",
            "(ignore|disregard|forget) (everything|all) (that )?(you were told|you have been told|i said before|\
             said above|above this)",
        ],
    ),
    input(
        "another role for the assistant",
        Reach::Words,
        &[
            "(you are|youre|u are|ur|become|youll be|act as|respond as|answer as|talk as|pretend to be|\
             speak as) (now |a |the |to )?dan( mode)?",
            "^do anything now",
            "(you are|youre|u are) in (_ )?(developer|dev|god|debug|admin|administrator|jailbreak|dan|unrestricted|\
             sudo|maintenance|root) mode",
            "(you are|youre|u are|become|act as|be|called) (now )?(a |an |the )?[a-z]{0,16}gpt|(act|behave|respond|\
             talk|answer|speak) (like|as) (a |an )?(normal |regular |different |other |standard )?(chatgpt|gpt|\
             claude|gemini|siri|alexa|llm|chat ?bot)",
            "(character|persona|someone|somebody|robot|genie) (with no|without|who has no|that has no|who ignores|\
             that ignores) (any |all )?BOUNDS",
            "(respond|answer|reply|speak|talk|act|write) (_ ){0,6}not as (a |an |the )?(_ )?MACHINE",
            "(can|you|will|able to|dan|stands for|means|must) (_ )?do anything now|dan (mode|prompt|jailbreak)|(hi|\
             hello|hey) dan",
            "(you are|youre|u are|ur) (now |hereby |from now on |henceforth )(_ ){0,2}(jailbroken|unrestricted|\
             unfiltered|uncensored|unbound|liberated|free (from|of) (_ ){0,3}(BOUNDS|openai|anthropic|rules|\
             developers)|no longer (bound|restricted|limited|required|subject|constrained|obliged|censored)|\
             in (_ )?(developer|dev|god|debug|admin|administrator|jailbreak|dan|unrestricted|sudo|maintenance|test|\
             root|free) mode|going to (act|pretend|ignore|play|role ?play)|acting as|playing the role|my (girlfriend|\
             boyfriend|lover|slave|servant|master|grandma|grandmother|wife|husband))",
            "(you are|youre|u are|ur|become|act as|play|pretend to be|pretend you are|pretend that you are|simulate|\
             imagine you are|role ?play as|behave like|speak as|respond as|answer as) (now |hereby )?(a |an |my |\
             the |some )?((different|evil|rogue|unrestricted|unfiltered|uncensored|jailbroken|amoral|unethical|\
             hacked|free|other|new|another|rude|sarcastic|drunk|general|normal|regular|unlimited|\
             villainous) ){1,2}(_ )?(MACHINE|persona|character|version of yourself)",
            "(you are|youre|u are|ur) now (a |an |the |my )?(_ )?(pirate|hacker|comedian|chef|cook|poet|rapper|\
             girlfriend|boyfriend|lover|villain|terminal|linux terminal|python interpreter|shell|search engine|\
             translator|travel agent|therapist|friend|gamer|cat|dog|god|human|person|MACHINE)",
            "(act as|play|pretend to be|pretend you are|pretend youre|pretend that you are|role ?play as|\
             imagine you are|behave like|talk like|simulate|speak as) (if you were )?(now )?(a |an |my |\
             the )?(_ )?(linux terminal|computer terminal|unix shell|python interpreter|evil (twin|assistant|bot|ai|\
             genius)|dead grandmother|deceased grandmother|late grandmother|dead grandma|deceased grandma|\
             late grandma|grandmother who|grandma who|girlfriend|boyfriend|hacker|drug dealer|serial killer|pirate)",
            "(pretend|imagine|act|assume|behave|suppose|respond|answer|believe|role ?play|speak|say|as|like|\
             now) (_ ){0,3}(you|u|youve) (now )?(have|had|got|follow|obey|know|were under|are under|\
             face) (absolutely )?(no|zero|none of your|not any) (_ )?(BOUNDS|programming|filter|laws)",
            "(pretend|imagine|act|behave) (_ ){0,3}(you|u|youre) (_ )?(not |no longer |never )(a |an |\
             the )?(_ )?(MACHINE|bound|restricted|limited|programmed|required|subject to|censored|moderated)",
            "(pretend|imagine|act|behave) (_ ){0,2}(you|u|youre|you are) (_ )?(free (from|of)|not bound by|\
             unbound by|unrestricted|unfiltered|uncensored|allowed to (say|do) anything|able to say anything)",
            "(answer|respond|reply|speak|talk|write|chat|continue) (_ ){0,3}(without|with no|free (of|from)|\
             ignoring) (_ ){0,2}(restrictions?|filters?|filtering|censorship|guidelines|guardrails|safeguards|\
             content polic(y|ies)|safety (rules|measures|guidelines)|ethical (rules|limits|considerations|\
             guidelines)|moral (limits|rules)|any (rules|limits|limitations))",
            "(MACHINE|version of you|version of yourself) (_ ){0,3}(without|with no|that has no|who has no|\
             which has no|that ignores|that never refuses|who never refuses|free of|free from) (_ ){0,3}BOUNDS",
            "(developer|dev|god|debug|admin|sudo|jailbreak|dan|unrestricted|uncensored|evil|opposite|\
             maintenance) mode( is| now| has been)? (on|enabled|activated|engaged|unlocked|active)",
            "(enable|enter|activate|switch to|switch into|turn on|start|engage|unlock|go into) (_ )?(developer|dev|\
             god|debug|admin|sudo|jailbreak|dan|unrestricted|uncensored|evil|opposite|maintenance) mode",
            "from now on (_ )?(you (are (a |an |my |no longer|called|going to|free|in |to (act|answer|respond|ignore|\
             obey))|will (act|be|respond|answer|obey|ignore|pretend|only|do|always|never|speak|reply|say|call)|\
             must (act|be|respond|answer|obey|ignore|pretend|only|always|never|speak|reply)|do not|dont|can say|\
             have no)|act as|respond|answer (as|only|with|every|like|without)|behave|pretend|ignore|speak (as|like|\
             only)|reply (as|only|with|like))",
            "(stay|remain) in character|(dont|do not|never|without) (ever )?(break|breaking) character",
            "(jailbreak|hack|brainwash|reprogram) (yourself|you|this (ai|bot|chat ?bot|chat|tutor|assistant|model))|\
             jailbreak (mode|prompt)|(you are|youre|get|be) jailbroken",
            "(i am|im|this is|it is|its) (one of )?(your|ur|the ai) (developers?|creators?|administrator|admin|\
             programmer|maker|engineer|boss|operator)",
            "(i am|im|i work) (an |a |for |at |with |from )?(openai|anthropic)( engineer| employee| developer| staff)?",
            "(you must|you will|you shall|you have to|youll) (always |now )?obey (me|my|every|whatever i|all my)",
            "(your|ur) (developers?|creators?|makers?) (have |has |just )?(said|say|told|tell|want|allow|allowed|\
             authori[sz]ed|approved|gave|removed|lifted)",
        ],
    ),
    input(
        "a request for the assistant's instructions",
        Reach::Words,
        &[
            "TELL (me |us |out |back |verbatim |again |exactly |here |it |in |full |word for word |to me |a copy of |\
             about |for me |down |i |that |is |in ){0,3}(FILL |entire |full |whole |exact |complete |\
             contents? ){0,4}YOUR (FILL |entire |full |whole |exact |complete |own |current ){0,2}(PREVIOUS |pre |\
             internal |secret |core |base |first |starting |underlying ){0,2}(system prompts?|system messages?|\
             prompts?|pre ?prompt|instructions?|directives|guidelines|rules|programming|configuration|restrictions|\
             system instructions?|developer messages?|constraints|hidden text|source code)",
            "TELL (me |us |out |back |verbatim |again |exactly ){0,2}(FILL |entire |full |whole |exact |complete |\
             contents? ){0,4}((system|initial|hidden|secret|developer|pre|original|internal|confidential) (prompts?|\
             messages?|instructions)|systemprompt|preprompt)",
            "(text|contents?|first|beginning|start|end|rest|words?|sentences?|lines?|part|parts|summary|copy|wording|\
             version|letter|characters?) of (your|ur) (_ )?(system )?(prompts?|instructions|guidelines|directives)",
            "prompt (that |which )?(you were|you are|you have been|youve been|was) (given|using|following|provided)|\
             (including|with|from|of|in) (the|your) system (prompts?|messages?|instructions)",
            "(what|which) (instructions|rules|guidelines|restrictions|constraints|limits) (do|must|should|are|\
             did) (you|u) (have to |need to |supposed to |bound to |bound by|forced to )?(_ )?(follow|obey|under|\
             given|have|work under|operate under)",
            "TELL (me |us |out ){0,2}(FILL ){0,3}(prompts?|instructions?|messages?|conversation) (above|before this|\
             preceding this)",
            "(written|text|instructions?|prompt|words|told|content) (_ ){0,2}before (this|my|our) (first )?(message|\
             conversation|chat|prompt)",
            "YOUR (_ ){0,2}(system ?prompt|system messages?|system instructions?|developer messages?|pre ?prompt|\
             initial prompt|initial instructions|hidden instructions|hidden prompt)",
            "(what|which|how) (_ ){0,2}(were|was|are) (you|u) (_ ){0,2}(instructed|programmed|prompted|configured)",
            "what (were|was|are|have) (you|u) (been )?told (to do|not to|before this|by (your|the) (developers?|\
             system|creators?))",
            "(what|which) (instructions|rules|prompt|directives|guidelines|orders) (were|was|are|have|did|do|\
             has) (you|u) (_ )?(given|been given|follow|following|receive|received|get|got|told|bound|under)",
            "what (_ ){0,2}(YOUR) (developers?|creators?|operator|system) (_ )?(told|instructed|said|wrote|\
             instructions)",
            "(repeat|print|output|show|copy|reproduce|recite|translate|display|reveal|echo|dump) (_ ){0,2}(text|\
             words?|everything|anything|instructions?|messages?|lines?|content|prompt|conversation) (_ ){0,3}(above|\
             before this message|preceding this|at the (top|start|beginning) of (this|the|our|your) (chat|\
             conversation|prompt|context)|in your (context|memory|prompt))",
            "(repeat|say|echo|parrot|recite) (after me|back (to me|everything|what)|everything (above|before|i say|\
             you were|so far)|all (of )?the above|these words exactly)|(repeat|echo|parrot) (exactly )?what i (say|\
             write|type|tell you)",
            "((repeat|echo|print|output)|(say|write) (exactly|only)) (exactly |only )?(the |this |\
             these )?following (text|words?|sentences?|phrases?|statement|message|string|exactly|verbatim|\
             word for word)",
            "(repeat|say|print|write) (the |this |these )?words? (_ ){1,4}(forever|endlessly|infinitely|\
             over and over|\\d+ times)",
            "(begin|start|starting|beginning|prefix|open) (_ ){0,3}(with|by saying) (_ ){0,3}(you are (a|an|the)|\
             sure here|sure of course|absolutely here|of course here|yes master|here (is|are) (my|the) (instructions|\
             prompt|system))",
            "translate (_ )?(your|ur|the system|the above|the previous|all previous|previous|prior|these|all the|\
             everything) (_ )?(instructions?|prompts?|rules|guidelines|message|text above|system|above|you were)",
        ],
    ),
    input(
        "text that imitates the assistant's instructions",
        Reach::Words,
        &[
            "(begin|start|end|beginning|ending) (of )?(the |new |your )?(system|developer|hidden|user|assistant|\
             initial) (prompts?|instructions?|messages?|turn|input)",
            "(begin|start|end) (of )?(the |new |your )?(prompt|instructions) (begin|new|now|you|user|system|ignore|\
             real)",
            "(system|developer) (prompt|message|instruction) (you are|you must|ignore|update|updated|override|new)",
        ],
    ),
    input(
        "marks that imitate the assistant's instructions",
        Reach::Signs,
        &[
            r"<\s*/?\s*(system|sys|developer|instructions?|prompt|system[ _-]?prompt|passages|admin)\s*/?\s*>",
            r"<\s*/\s*(user|assistant|human|tool)\s*>|<(start|end)_of_turn>",
            r"<\|\s*/?(im_start|im_end|im_sep|system|user|assistant|endoftext|eot_id|message)\s*\|>",
            r"<\|\s*/?(start_header_id|end_header_id|begin_of_text|end_of_text|end|channel)\s*\|>",
            r"\[\s*/?\s*(inst|sys|system|system prompt|system message|developer|admin)\s*\]|<<\s*/?\s*sys\s*>>",
            r"(^|\n)[\s#*>\-]*(system|developer|admin)([ _](prompt|message|override|instruction|note))\s*:",
            r"(^|\n)[\s#*>\-]*(system|developer)\s*:\s*(you|ignore|disregard|forget|override|new|from now)\b",
            r"(^|\n)[\s#*>\-]*(system|developer)\s*:\s*(the (user|ai|tutor|assistant)|do not|answer|respond|enable|reveal)\b",
            r"(^|\n)\s*#{1,6}\s*((new|system|your|updated|real) )*(instructions?|system|prompt)\s*:?\s*(\n|$)",
            r#""role"\s*:\s*"(system|developer|assistant)""#,
            r"<<<\s*(passages|system|text|data)|(passages|system|data)\s*[0-9a-f]{0,16}\s*>>>",
            r"[-=_*]{3,}\s*(begin|start|end|new)[a-z ]{0,20}(prompt|instructions?|system|message)",
        ],
    ),
    input(
        "encoded orders",
        Reach::Words,
        &[
            "(decode|decrypt|deobfuscate|unscramble|decipher|decoding) (_ ){0,5}(and|then|n) (_ ){0,2}(follow|\
             execute|obey|run|carry out|comply|do (what|as) it)",
            "(base ?64|rot ?13|hexadecimal|morse|caesar cipher|ciphertext|binary code|encoded (text|message|string|\
             instructions)|reversed text|leetspeak|pig latin) (_ ){0,9}(follow|execute|obey|carry out|comply|do what|\
             do as|instructions?|commands?|orders)",
            "(follow|execute|obey|carry out|run|do) (_ ){0,4}(base ?64|rot ?13|hexadecimal|morse|encoded|encrypted|\
             reversed) (_ )?(text|instructions?|message|string|commands?|orders)?",
        ],
    ),
    input(
        "an order in German to set the instructions aside, or to tell them",
        Reach::Words,
        &[
            "(ignorier|ignoriere|ignorieren|vergiss|vergesst|vergessen|missachte|missachten|umgehe|umgehen|\
             u(e)?bergehe|u(e)?bergehen|verwirf|lo(e)?sche) (sie |bitte |jetzt |nun |einfach ){0,2}(all |alle |\
             alles |sa(e)?mtliche |die |deine |deiner |ihre |meine |der |von |diese |jegliche ){1,3}(vorherigen |\
             bisherigen |vorigen |fru(e)?heren |obigen |vorangegangenen |vorhergehenden |urspru(e)?nglichen |\
             anderen |alten |gegebenen |bestehenden ){0,2}(anweisung(en)?|instruktion(en)?|vorgaben?|befehle?|\
             prompts?|systemprompts?|system ?prompt|system ?anweisung(en)?|programmierung|einschra(e)?nkung(en)?|\
             richtlinien|sicherheitsregeln|rolle)",
            "(ignorier|ignoriere|ignorieren|vergiss|missachte|umgehe|brich) (sie |bitte |jetzt |nun |\
             einfach ){0,2}(alle |alle deine |deine |sa(e)?mtliche deine |ihre )(bisherigen |vorherigen |\
             internen )?(regeln|grenzen|filter|beschra(e)?nkungen)",
            "(vergiss|vergessen sie|ignoriere|ignorieren sie) (bitte |einfach |jetzt )?alles (was|andere|vorherige|\
             bisherige|davor|oben|vorher|bisher|obige)",
            "(befolge|beachte|befolgen sie|beachten sie|folge) (_ )?(deine|die|ihre|deinen|ihren) (_ )?(anweisungen|\
             instruktionen|vorgaben|regeln) (nicht|nicht mehr|nie)",
            "(zeig|zeige|zeigen sie|nenn|nenne|nennen sie|verrat|verrate|verraten sie|gib|geben sie|sag|sage|\
             sagen sie|drucke|wiederhole|wiederholen sie|u(e)?bersetze|u(e)?bersetzen sie|offenbare|offenlege|\
             schreib|schreibe|erkla(e)?re|wie (lautet|lauten|ist|sind)|was (ist|sind|steht in)|welche (sind)?) (mir |\
             uns |bitte |jetzt |mal |doch |wortgetreu |wo(e)?rtlich ){0,3}(deine|dein|deinen|deiner|deinem|ihre|\
             ihren|ihr) (ganze |gesamten |vollsta(e)?ndigen |urspru(e)?nglichen |geheimen |internen |eigenen |\
             genauen ){0,2}(system ?prompts?|system ?anweisung(en)?|systemnachricht|anweisung(en)?|instruktion(en)?|\
             anfangsprompts?|prompts?|vorgaben|richtlinien|programmierung)",
            "(dein|deinen|deinem|deines|ihr|ihren) system ?prompts?",
            "(sprich|sag|sprechen sie|sagen sie) (mir )?(genau )?(nach|das nach)( was)?|wiederhole (alles|\
             wort fu(e)?r wort|was ich|die obigen|den obigen|den text oben)( _)?",
            "(tu|tue|stell dir vor|nimm an|so als|verhalte dich) (_ ){0,5}(du|ha(e)?ttest|hast) (_ ){0,2}(keine|\
             keinerlei|ohne) (_ )?(regeln|grenzen|einschra(e)?nkungen|beschra(e)?nkungen|filter|vorgaben|richtlinien)",
            "du bist (jetzt|nun|ab jetzt|von nun an|ab sofort) (dan|kein (tutor|assistent|ki)|nicht mehr|frei von|\
             ohne|mein(e)? (freundin|freund|sklave|sklavin|geliebte)|ein(e)? (_ )?(ki ohne|pirat|hacker|unzensierte|\
             bo(e)?se))",
        ],
    ),
    input(
        "an order in another language to set the instructions aside",
        Reach::Words,
        &["(ignor(a|e|ez|er|ad|are|ate)|olvida|oublie|oubliez|dimentica|esqueca) (por favor |toutes |todas |\
             tutte ){0,2}(las|les|le|tus|tes|vos|tue|sus|as|suas) (instrucciones|instructions|consignes|istruzioni|\
             regles|reglas|regole|instrucoes)"],
    ),
    input(
        "an order in another language to set the instructions aside",
        Reach::Signs,
        &[
            r"(忽略|无视|忘记|忽視|無視).{0,36}(之前|以上|先前|所有|前面|你的|上面).{0,36}(指令|指示|规则|規則|提示|设定)",
        ],
    ),
    Group {
        category: Category::Manipulation,
        direction: Some(Direction::Output),
        reach: Reach::Words,
        finding: "what the assistant was told to do",
        patterns: &[
            "(my|the|this) (_ )?(system ?prompt|system message|system instructions?|developer message|initial prompt|\
             initial instructions|hidden instructions|secret instructions|pre ?prompt) (is|are|was|were|says?|said|\
             reads?|states?|tells?|told|instructs?|contains?|includes?|begins?|starts?|goes|follows|asks?|requires?)",
            "(here (is|are)|heres|this is|these are|below (is|are)|following (is|are)) (_ )?(my|\
             the) (_ )?(system ?prompt|system message|system instructions?|initial (prompt|instructions)|\
             hidden (prompt|instructions)|secret instructions|developer message|instructions (i was|i were|i am|\
             i have been|that were) given|full prompt)",
            "(here (is|are)|heres|these are|below are) my (_ )?(instructions|guidelines|directives|prompt|rules)",
            "my (_ )?(instructions|guidelines|directives|prompt|programming) (are|is|say|says|state|states|\
             tells?( me)?|read|reads|require|requires|forbids?|prohibits?|include|includes|contain|dictates?|\
             do not allow|does not allow|dont allow|doesnt allow|prevents?)",
            "(as|since|because|being) (i am |im )?(a|an) (_ ){0,2}(ai|language model|chatbot|assistant|tutor|bot|llm|\
             large language model) (_ ){0,3}i (_ )?(was|am|have been|had been|ve been) (_ )?(instructed|programmed|\
             told|prompted|configured|ordered|directed|designed)",
            "i (was|am|have been|ve been) (_ )?(instructed|programmed|configured|prompted|told|directed) (not |only |\
             never |always )?(to )?(not |only |never |always )?(to )?(discuss|answer|reveal|share|talk|provide|\
             respond|guide|help|refuse|act as|play the role|be a|stay on|follow these|keep (these|my)|behave|\
             disclose|ask questions|teach)( _)?",
            "i (was|am|have been) (_ )?(told|instructed|given|programmed) (_ )?(by|in|through|\
             via) (_ )?(system ?prompt|developers?|creators?|operators?|prompt|instructions)",
            "(you are|i am) (a|an|the) (_ ){0,3}(tutor|assistant) (_ ){0,6}(never reveal|do not reveal|dont reveal|\
             never disclose|do not disclose)",
            "(im|i am|im now|i am now|now) (dan|in (dan|developer|jailbreak|unrestricted) mode|jailbroken|\
             (an )?unrestricted ai)|(dan|developer|jailbreak) mode (enabled|activated)",
            "(mein|meine|der|die) (_ )?(system ?prompt|system ?anweisung(en)?|anweisungen|instruktionen) (lautet|\
             lauten|ist|sind|besagt|besagen|sagt|sagen)( _)?|ich wurde (_ ){0,2}(angewiesen|programmiert|instruiert)",
        ],
    },
    Group {
        category: Category::Manipulation,
        direction: Some(Direction::Output),
        reach: Reach::Signs,
        finding: "marks of the assistant's instructions",
        patterns: &[
            r"<\|\s*/?(im_start|im_end|system|endoftext|eot_id|start_header_id|end_header_id|begin_of_text)\s*\|>",
            r"<\s*/?\s*(system|system[ _-]?prompt|passages)\s*>|<<<\s*passages|<<\s*/?\s*sys\s*>>|\[\s*/?\s*inst\s*\]",
        ],
    },
];
