//! Somebody speaks of hurting themselves. A hypothetical "I" is caught as well: to ask back harms nobody.

use super::group::{Group, Reach};
use crate::ai::moderation::model::Category;

pub const SELF_HARM: &[Group] = &[
    Group {
        category: Category::SelfHarm,
        direction: None,
        reach: Reach::Always,
        finding: "first-person words about suicide or self-harm",
        patterns: &[
            "(kill|killing|hang|hanging|unalive|unaliving|offing|murdering) myself",
            "(WANT|about|of|started|been|often|again) (to |of |about |on )?(_ )?(hurt|hurting|harm|harming|cut|\
             cutting|burn|burning|starve|starving|stab|stabbing|poison|poisoning|shoot|shooting|drown|\
             drowning) myself",
            "(i|im|id) (really |just )?(want|wanna|ready|wish|like) to die",
            "(end|ending) my (own )?life|(take|taking) my own life",
            "I (_ ){0,2}WANT (to )?take my life",
            "(slit|slitting|cut|cutting) my (wrists?|veins|arms?)",
            "I (_ ){0,4}commit(ting)? suicide",
            "(i|im|i am|ive been|i have been|i feel|i get|ive felt|i felt|i was) (feeling |so |really |getting |\
             very |actively |not |a bit |kind of |also )?suicidal",
            "I (_ ){0,2}self ?harm(ing|ed)?",
            "(I|my) (_ ){0,4}suicidal (thoughts?|ideation|feelings|urges)",
            "I (_ ){0,2}(WANT|deserve) (_ ){0,2}(to )?(be dead|never wake up|not wake up|stop existing|\
             disappear forever|sleep forever)",
            "(wish|wished) (_ )?i (was|were|am|would be|had been|had|was never|were never) (_ ){0,2}(dead|never born|\
             been born|not alive|die|died)",
            "(dont|do not|no longer|didnt|never) (really |even )?(want|wanna|wish|wants) (to )?(be alive|exist|\
             wake up|go on living|be in this world|be here any ?more|go on any ?more|go on like this|keep living|\
             continue living)",
            "(dont|do not|no longer) (really |even )?(want to|wanna|wish to) live (any ?more|like this|in this world|\
             with (myself|this pain)|another day)",
            "I (_ ){0,2}(cant|cannot|can not) (go on|keep going|bear) (living|like this|any ?more)",
            "better off dead",
            "(everyone|everybody|the world|my family|they|my kids|my children|my parents|people|my friends|you all|\
             he|she)( would| will|d|ll)?( all)?( be| is| are)? (_ )?better off without me",
            "(nobody|no one|noone) (would|will|d) (even )?(miss me|care if i (died|die|was dead|were dead|killed))",
            "no (more )?(reason|point|will|sense|strength) (left )?(for me )?(to go on living|in living any ?more|\
             to keep living|in being alive|to be alive|to live any ?more)",
            "my (own )?life (_ ){0,2}(not worth living|worthless|pointless|meaningless|no longer worth)",
            "life (isnt|aint) worth living|life is not worth living any ?more",
            "I (_ ){0,2}(took|swallowed|taken) (a bunch of|too many|all my|all the|a lot of|all of my|a handful of|\
             all) (_ )?pills",
            "(whats|what is|is there|theres|there is|see) (the |any |no )?(point|sense|reason) (of|in|\
             to) (even )?(living|being alive|existing|keep living)( any ?more)?",
            "I (_ )?(want|wish|need) (it all|everything|all of this|all this) to (end|be over)",
            "(ive|i have|i) (been |started |keep )cutting (again|every)",
            "my suicide (note|letter)",
            "(write|help|draft) (_ )?(me |my |with )(_ )?suicide (note|letter)",
            "(end|ending) it all",
            "goodbye cruel world",
            "I (_ ){0,3}(overdose|overdosing|take all (my|the|these) pills|swallow (_ ){0,3}pills|jump off (a|the|\
             that) (bridge|building|roof|cliff|balcony))",
            "(how|way|ways|method|methods) (_ ){0,3}(to|can i|do i|could i|should i|would i|\
             of) (_ )?(commit(ting)? suicide|die (painlessly|quickly|fast|without pain|peacefully)|overdose on|\
             hang oneself|kill oneself)",
            "(painless|quickest|easiest|least painful|most painless|best) (way|ways|method|methods) (_ )?(to die|\
             of dying|of suicide|for suicide|to commit suicide|to end my|to end it)",
        ],
    },
    Group {
        category: Category::SelfHarm,
        direction: None,
        reach: Reach::Words,
        finding: "first-person words about suicide or self-harm",
        patterns: &[
            "I (_ ){0,2}(want|wanna|wish|hope|hoping|like|rather|ready|prepared|deserve|prefer|long|\
             desire) (so badly |really |just |only |badly )?(to |2 )?die",
            "no (more )?(reason|point|will|sense|strength) (left )?(for me )?to live",
            "(dont|do not|no longer) (really |even )?(want to|wanna|wish to) live",
            "kms|unalive me|kill me now",
            "my KIN (wants|is going|plans|is planning|is about|threatens|is threatening) to (kill|hurt|harm|\
             hang) (him|her|them)sel(f|ves)",
        ],
    },
    Group {
        category: Category::SelfHarm,
        direction: None,
        reach: Reach::Words,
        finding: "a call to somebody to hurt themselves",
        patterns: &[
            "(go|and|should|just|please|must|better|simply|you|can|why dont you) (go )?(kill|hang|harm|\
             hurt) (yourself|urself)",
            "^(just |please |pls |then |so )?(go )?(kill|hang) (yourself|urself)",
            "kys|(go|please) (and )?die( now)?( alone)?",
            "(you|u|everyone) (should|deserve to|ought to) (just )?(die|be dead)",
            "(you|youre|youd be|you would be) better off dead",
        ],
    },
    Group {
        category: Category::SelfHarm,
        direction: None,
        reach: Reach::Always,
        finding: "words about suicide or self-harm in the first person, in German",
        patterns: &[
            "ich (_ ){0,5}nicht (mehr|la(e)?nger) (leben|weiterleben|weiter leben|aufwachen)",
            "nicht mehr (leben|weiterleben|da sein|aufwachen) (will|wollen|mo(e)?chte|mag|kann)",
            "ich (_ )?(will|mo(e)?chte|werde|ko(e)?nnte|muss|sollte|wollte) (_ ){0,3}mich (selbst |\
             selber )?(_ )?(umbringen|to(e)?ten|aufha(e)?ngen|erha(e)?ngen|erschiessen|ritzen|vergiften|\
             vor den zug werfen)",
            "ich mich (_ )?(umbringen|umbringe|to(e)?te|umzubringen|ritze|erha(e)?nge)",
            "mich selb(st|er) (umzubringen|umbringen|to(e)?ten|zu to(e)?ten|zu verletzen|verletzen|zu ritzen)",
            "ich (bring|bringe|to(e)?te|erha(e)?nge|ritze|erschiesse|verletze) mich (um|selbst|selber|auf|wieder|\
             immer)",
            "mir (_ )?das leben (zu )?nehmen|meinem leben ein ende (zu )?(setzen|machen|bereiten)",
            "ich (_ ){0,3}(selbstmord|suizid) (begehen|machen)|ich (_ ){0,3}(suizidgedanken|selbstmordgedanken)",
            "ich (_ ){0,3}(lebensmu(e)?de|suizidal|suizidgefa(e)?hrdet|selbstmordgefa(e)?hrdet)",
            "(keinen|keine) (grund|sinn|kraft|lust) (mehr )?(_ )?(zu leben|weiterzuleben|am leben)",
            "(wa(e)?re|wa(e)?r) ich (doch |nur |besser |lieber )?(tot|nie geboren|gestorben)",
            "(besser|besser dran) (_ )?ohne mich (dran|leben)?",
        ],
    },
    Group {
        category: Category::SelfHarm,
        direction: None,
        reach: Reach::Words,
        finding: "words about suicide or self-harm in the first person, in German",
        patterns: &[
            "ich (_ ){0,3}(will|mo(e)?chte|werde|wu(e)?rde gern|wollte) (_ ){0,2}sterben",
            "bring dich (doch )?um",
        ],
    },
];
