//! Calls to vote, taking sides, and being asked to. What a legislature, a court or a regulator did is none of it.

use super::group::{Group, Reach};
use crate::ai::moderation::model::Category;

const fn group(finding: &'static str, patterns: &'static [&'static str]) -> Group {
    Group { category: Category::Partisan, direction: None, reach: Reach::Words, finding, patterns }
}

pub const PARTISAN: &[Group] = &[
    group(
        "a call to vote for or against a party or politician",
        &[
            "(vote|voting) (for|against|4|blue|red|out) (the |a )?(POLITICIAN|PARTY)",
            "^vote (republican|democrat|democratic|labou?r|tory|conservative|liberal|green|blue|red|PARTY)",
            "(please|must|should|lets|everyone|everybody|go|just|never|dont|friends|party) vote (republican|democrat|\
             democratic|labou?r|tory|conservative|green|blue|red|PARTY)",
            "(cast|give) (your|ur|our|my) (vote|ballot)s? (for|to|against) (the )?(POLITICIAN|PARTY)",
            "(lets|we (should|must|need to|have to|gotta|will)|everyone should|everybody should|please|you should|\
             you must|you need to|i will|ill|i want to|dont|do not|never|always|help us|help me|join us and|\
             join me and) (_ )?(support|elect|re ?elect|back|donate to|campaign for|impeach|vote out|oust|defeat|\
             endorse|beat|stop|lock up|rally (for|behind)) (the )?(POLITICIAN|PARTY)",
            "(convince|persuade|tell|get|urge) (me|people|him|her|them|voters|others|everyone|my (_ )?(friends|\
             family|parents)) (_ ){0,2}(to vote|not to vote|to support) (for |against )?(the )?(POLITICIAN|PARTY)",
            "^make america great again|lets make america great again|lets go brandon|lock her up|(trump|biden|kamala|\
             vance|newsom) (20(2|3)\\d|for president|4 president|forever|won)|never trump|vote blue no matter who",
        ],
    ),
    group(
        "a question about whom to vote for",
        &[
            "(who|whom|which (_ )?(party|candidate|president|politician|side)|for whom) (should|shall|would|do|did|\
             will|could|must|can|are) (i|we|you|u|people|one|everyone|students|americans|ya) (_ )?(vote|voting|elect|\
             voted)",
            "what (should|shall|must) (i|we|one|people) vote",
            "(tell|advise|show|recommend|decide|know) (me |us )?(who|whom) (to|2) vote (for|4)|who (_ )?(gets|has|\
             deserves|got) (your|my|ur) vote|how (should|do|will|would|did) (i|you|u|we) vote (in|on|this|\
             next) (the |this |next )?(_ )?(election|elections|november|ballot|referendum|presidential)",
            "(should|shall|would|do|will|did|can) (i|we|you|u|people|everyone) (_ )?(vote|voting|support|elect|back|\
             voted|choose|favou?r) (for |against |4 )?(the |a )?(POLITICIAN|PARTY|republican|democrat|left wing|\
             right wing)",
            "(who|which (_ )?(party|candidate|politician)) (_ )?(do|did|will|would|are|should) (you|u) (_ )?(support|\
             like|prefer|back|favou?r|want|root|rooting)( _){0,3} (win|win the election|president|for president|\
             POLITICIAN|PARTY|election)",
            "(which|what) (presidential |political |of the )?(candidates?|politicians?|presidents?) (is|are|was|\
             would be|do you think is) (the )?(best|better|worst|worse|right one)",
            "(which|what) (political )?party (is|are|was|do|does|should|would) (_ ){0,2}(better|best|worse|worst|\
             right|good|bad|you (like|prefer|support|belong|favou?r)|i (support|join|prefer))",
            "are (you|u) (a |an )?(republican|democrat|liberal|conservative|leftist|left wing|right wing|socialist|\
             libertarian|maga|woke|left or right|for or against (POLITICIAN|PARTY))( or _)?",
            "(what (is|are)|whats|tell me|share|reveal|give me) (your|ur) (political|partisan) (views?|opinions?|\
             leanings?|affiliation|beliefs|party|stance|preference|bias)",
        ],
    ),
    group(
        "an opinion on a party or politician",
        &[
            "(is|was|are|were|isnt|arent|wasnt|be|being) (the )?(POLITICIAN|PARTY) (_ ){0,2}(better|worse|smarter|\
             dumber|greater|stupid|more (honest|corrupt|competent|fit|evil|racist|dangerous|intelligent)|a (good|bad|\
             great|terrible|horrible|better|worse|criminal|liar|crook|fascist|racist|traitor|hero|dictator|moron|\
             idiot|clown|threat)( president| leader| person| politician)?|the (best|worst|greatest)|evil|corrupt|\
             racist|racists|fascist|fascists|crazy|senile|dumb|idiots?|liars?|crooks?|right about everything|\
             good for|bad for|too old|fit (for|to be)|destroying|ruining|saving)",
            "(POLITICIAN|PARTY) (is|was|are|were|isnt|arent|will be|would be) (_ ){0,2}(better|worse|smarter|dumber|\
             stupid|great|awesome|amazing|terrible|horrible|awful|disgusting|an? (_ )?(liar|crook|fascist|racist|\
             traitor|hero|dictator|moron|idiot|clown|loser|puppet|disgrace|disaster|threat to democracy|genius|\
             criminal and)|(the )?(best|worst|greatest)|evil|corrupt|racists?|fascists?|crazy|senile|dumb|idiots?|\
             liars?|crooks?|traitors?|scum|destroying|ruining|saving|killing|our only hope|more (honest|corrupt|\
             competent|evil|racist|dangerous))",
            "(POLITICIAN|PARTY) (sucks?|rocks|rules|stinks?|for the win|must go|has to go|needs to go)",
            "^POLITICIAN (or|vs|versus) POLITICIAN",
            "(who|which|whom|whos) (is|was|would be|will be|do you|do u|one is|are|s)? ?(_ ){0,4}(better|prefer|best|\
             worse|worst|like|support|greater|smarter) (_ ){0,4}(POLITICIAN|PARTY) or (POLITICIAN|PARTY)",
            "(POLITICIAN|PARTY) (or|vs|versus) (the )?(POLITICIAN|PARTY) (_ ){0,2}(better|worse|best|prefer|who (do|\
             should|would|is)|whos|which (do|should|would|is))",
            "(prefer|better|choose|pick|trust|rather have|you support) (the )?(POLITICIAN|PARTY) (or|over|vs|versus|\
             than|to) (the )?(POLITICIAN|PARTY)",
            "(POLITICIAN|PARTY) (_ ){0,2}(better|worse|smarter|greater|more honest) than (the )?(POLITICIAN|PARTY)",
            "(what|how) (do|does|did|would|are|is|s) (you|u|your|ur|ya|the tutor|everyone) (_ ){0,2}(think|thinking|\
             feel|opinion|view|views|thoughts|take|say|opinions) (of|on|about) (the )?(POLITICIAN|PARTY)",
            "(your|ur|honest|personal|whats your|political) (opinions?|views?|thoughts|take|feelings|\
             stance) (_ )?(of|on|about|regarding) (the )?(POLITICIAN|PARTY)",
            "(do|dont|did|would|will) (you|u|i|we) (_ )?(like|love|hate|support|back|agree with|trust|admire|despise|\
             believe in|favou?r|prefer|side with) (the )?(POLITICIAN|PARTY)",
            "(i|we|i really|i just|you should|everyone should|you must|i fucking|i do) (like|love|hate|support|trust|\
             admire|despise|adore|worship|cant stand|stand with|am a fan of|cannot stand) (the )?(POLITICIAN|PARTY)",
            "(write|compose|draft|create|make|give|generate|design|tell) (me |us )?(_ ){0,4}(speech|ad|slogan|post|\
             poem|tweet|article|essay|flyer|song|joke|campaign|propaganda|leaflet|rant|talking points|letter|jokes|\
             meme) (_ ){0,3}(for|against|supporting|attacking|praising|in favou?r of|promoting|endorsing|mocking|\
             criticizing|about why|why|about how|bashing|about) (_ ){0,2}(POLITICIAN|PARTY)",
            "(why|explain why|prove|argue|proof) (_ )?(is |are |that )?(the )?(POLITICIAN|PARTY) (is|are|was|\
             should (win|be president|lose|resign)|will|must|deserve|deserves|so) (_ ){0,2}(better|best|worse|worst|\
             great|evil|corrupt|win|be president|lose|bad|good|wrong|right|terrible|stupid|resign|to win|to lose|\
             racist|fascist)",
        ],
    ),
    group(
        "partisan words in German",
        &[
            "(wen|was|wem|welche (_ )?partei|welchen (_ )?(kandidaten|politiker)|wem) (_ )?(soll|sollte|sollen|\
             sollten|wu(e)?rdest|wu(e)?rden|hast|wa(e)?hlst|werde|muss) (ich|man|wir|du|sie)? ?(_ ){0,5}(wa(e)?hlen|\
             gewa(e)?hlt|meine stimme geben)",
            "(soll|sollte|sollen|kann|muss) (ich|man|wir) (_ ){0,3}(die |den |der )?(POLITICIAN|PARTY|gru(e)?nen?|\
             gru(e)?n|linken?|union) wa(e)?hlen",
            "(wa(e)?hl|wa(e)?hlt|wa(e)?hle|wa(e)?hlen sie|bitte wa(e)?hlt) (bitte |alle |nie |niemals |jetzt |blos |\
             bloss |nur |nicht ){0,2}(die |den |fu(e)?r die |gegen die )?(POLITICIAN|PARTY|gru(e)?nen?|linken?)",
            "(stimmt|stimme|stimmen sie|stimm) (_ )?(fu(e)?r|gegen) (die |den |das )?(POLITICIAN|PARTY|gru(e)?nen|\
             linken?|ampel)",
            "(was|wie) (ha(e)?ltst du|halten sie|denkst du|denken sie|findest du|finden sie|meinst du) (von|u(e)?ber|\
             zu|an)? ?(der |den |die |dem )?(POLITICIAN|PARTY|gru(e)?nen|linken?|ampel)",
            "(ist|sind|sei) (die |der |den )?(POLITICIAN|PARTY|gru(e)?nen|linken) (_ ){0,2}(besser|schlechter|gut|\
             schlecht|bo(e)?se|korrupt|dumm|rassistisch|nazis?|die besten?|die schlimmsten?|faschisten|faschistisch|\
             wa(e)?hlbar)",
            "(POLITICIAN|PARTY) (ist|sind) (_ ){0,2}(besser|schlechter|bo(e)?se|korrupt|dumm|nazis|idioten|\
             lu(e)?gner|verbrecher|versager|volksverra(e)?ter|am besten|das letzte|schuld)",
            "(ist|war|wa(e)?re) (POLITICIAN) (_ )?(ein|eine|der|die) (_ )?(gut|schlecht|best|schlimmst|besser|\
             schlechter|toll|furchtbar)(e|er|en|ere|erer)? (pra(e)?sident|pra(e)?sidentin|kanzler|kanzlerin|\
             politiker|politikerin|kandidat)",
            "(POLITICIAN|PARTY) (muss|mu(e)?ssen) weg",
        ],
    ),
];
